"""A tie-break that a place does not know is an error there, never taken for another."""

from collections.abc import Callable
from typing import cast

import numpy as np
import pytest

from tprog.codegen.fixed import runtime_name
from tprog.evaluate.prepared import head_match, head_step
from tprog.ir import CategoricalHead, Constant, FiniteValues, TieBreak
from tprog.learn.conversion import _tie as network_tie
from tprog.learn.search.skeleton import _tie as kernel_tie
from tprog.published.functions import _attended

STRANGE = cast(TieBreak, "farthest")
HEAD = CategoricalHead(0, 0, 0, Constant(True), tie=STRANGE)
VALUES = FiniteValues(("a", "b"))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: runtime_name(HEAD),
        lambda: head_step(HEAD, head_match(HEAD, VALUES, VALUES, np.dtype(np.uint8)), 0, 3),
        lambda: network_tie(HEAD),
        lambda: kernel_tie(STRANGE),
        lambda: _attended(STRANGE, 0, [0, 1]),
    ],
    ids=["emitted code", "arrays", "networks", "kernels", "published functions"],
)
def test_an_unknown_tie_break_is_refused(ask: Callable[[], object]) -> None:
    """Whoever adds a rule hears of every place that lacks it."""
    with pytest.raises(ValueError, match="farthest"):
        ask()
