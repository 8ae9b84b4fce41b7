"""Compiling kernels: once, kept on disk under a name that changes with the source, or not kept at all."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tprog.learn.fused import jit
from tprog.learn.fused.backend import cfunc, types

_LONG = types.int64


@jit.kernel(_LONG(_LONG))
def double(number: int) -> int:
    """Return twice a number."""
    return 2 * number


call_double = double.call


@jit.kernel(_LONG(_LONG), double)
def quadruple(number: int) -> int:
    """Return four times a number."""
    return int(call_double(call_double(number)))


def test_kernels_call_each_other_by_symbol() -> None:
    """A kernel that uses another compiles it first, and both can be called from Python."""
    assert quadruple(3) == 12
    assert double(3) == 6
    assert quadruple.address != double.address


def test_names_carry_a_digest_of_the_source() -> None:
    """The digest is part of the symbol, and so of the name on disk."""
    assert len(jit.digest()) == 12
    assert double.symbol.endswith(f"double_{jit.digest()}")


def test_lane_counts_are_powers_of_two() -> None:
    """A register holds 4, 8 or 16 numbers."""
    assert jit.lane_count() in (4, 8, 16)


def test_kernels_work_where_nothing_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder to write to, a kernel is compiled all the same."""
    asked: list[bool] = []

    def refusing(signature: Any, cache: bool = False, **options: Any) -> Callable[..., Any]:
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        made: Callable[..., Any] = cfunc(signature, **options)
        return made

    def triple(number: int) -> int:
        return 3 * number

    monkeypatch.setattr(jit, "cfunc", refusing)
    assert jit.kernel(_LONG(_LONG))(triple)(5) == 15
    assert asked == [True, False]


COUNT_HITS = """
from tprog.learn.fused.choices import add_up
add_up.address
print(add_up._compiled.cache_hits)
"""


def test_kernels_are_kept_on_disk(tmp_path: Path) -> None:
    """A second process loads what the first has compiled, from the user's folder if asked."""
    hits = [
        subprocess.run(
            [sys.executable, "-c", COUNT_HITS],
            env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for _ in range(2)
    ]
    assert hits == ["0", "1"]
    assert any(jit.digest() in path.name for path in tmp_path.rglob("*.nbc"))


OTHER_LANES = """
import sys
from tprog.learn.fused import jit
jit.lane_count = lambda: int(sys.argv[1])
import torch
torch.set_num_threads(1)
sys.path.insert(0, sys.argv[2])
from learn.fused.test_step import SHAPES, learned
from learn.fused.checks import check_gradient
from tprog.learn.fused.lanes import LANES
assert LANES == int(sys.argv[1])
for name in ("published", "causal", "embeddings"):
    check_gradient(learned(SHAPES[name]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("lanes", [4, 8, 16])
def test_other_processors_compute_the_same(lanes: int, tmp_path: Path) -> None:
    """With the lanes of any processor, gradients are autograd's."""
    tests = Path(__file__).parents[2]
    subprocess.run(
        [sys.executable, "-c", OTHER_LANES, str(lanes), str(tests)],
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
        check=True,
    )
