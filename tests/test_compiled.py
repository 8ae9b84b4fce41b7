"""Compiling kernels, and the functions that kernels share."""

import os
import subprocess
import sys
from math import exp, log
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog import compiled as compiling
from tprog.compiled import bits_from_float, compiled, exponential, float_from_bits, logarithm


def _through_bits(values: npt.NDArray[np.float32]) -> None:
    for place in range(values.size):
        values[place] = float_from_bits(bits_from_float(values[place]) + np.int32(0))


def test_a_float_survives_the_way_through_its_bits() -> None:
    """Casting a float to its bits and back changes nothing."""
    values = np.array([0.0, -1.5, 3.25e20, 1e-30], np.float32)
    kept = values.copy()
    compiled(_through_bits)(values)
    assert values.tolist() == kept.tolist()


def test_a_kernel_compiles_without_a_folder_for_its_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be written, a kernel is compiled without being kept."""
    asked: list[bool] = []

    def refusing(function: object, *, cache: bool = False, **_options: object) -> object:
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return function

    monkeypatch.setattr(compiling, "compiler", refusing)
    assert compiled(_through_bits) is _through_bits
    assert asked == [True, False]


@given(st.floats(-80, 0, width=32))
def test_the_exponential_is_accurate(x: float) -> None:
    """The kernel's exponential has a relative error of at most 1e-5."""
    assert exponential(np.float32(x)) == pytest.approx(exp(x), rel=1e-5)


@given(st.floats(1, 2**20, width=32))
def test_the_logarithm_is_accurate(x: float) -> None:
    """The kernel's logarithm has an absolute error of at most 1e-5."""
    assert logarithm(np.float32(x)) == pytest.approx(log(x), abs=1e-5)


CALLER = """
import numpy as np
from tprog.compiled import compiled
from callee import add

@compiled
def call(values):
    for place in range(values.size):
        values[place] = add(values[place])
"""
CALLEE = """
from tprog.compiled import compiled

STEP = {number}

@compiled
def add(value):
    return value + STEP
"""
RUN = "import numpy as np, caller; values = np.zeros(1); caller.call(values); print(values[0], sum(caller.call.stats.cache_hits.values()))"


def test_an_edit_of_another_file_is_compiled_anew(tmp_path: Path) -> None:
    """A kernel that is kept on disk is used again until a kernel that it calls is edited, in whichever file."""
    (tmp_path / "caller.py").write_text(CALLER)
    found = []
    for number in ("1.0", "1.0", "2.0"):
        (tmp_path / "callee.py").write_text(CALLEE.format(number=number))
        run = subprocess.run(
            [sys.executable, "-c", RUN],
            cwd=tmp_path,
            env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "kept")},
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(run.stdout.split())
    assert found == [["1.0", "0"], ["1.0", "1"], ["2.0", "0"]]
