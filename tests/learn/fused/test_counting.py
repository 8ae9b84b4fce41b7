"""Numerical heads: their gradients, causal and not."""

from dataclasses import replace

import pytest
from learn.fused.checks import causal, check_gradient, heads, layout, network

from tprog.learn.layout import Rows


@pytest.mark.parametrize("rows", ["one", "set"])
def test_gradients_of_numerical_heads(rows: Rows) -> None:
    """They are autograd's, though the heads never compute which key matches which query."""
    group = causal(heads(3, numerical=True), True, False, False)
    check_gradient(network(layout(replace(group, rows=rows))))


def test_sums_of_sums() -> None:
    """Slopes flow through heads that sum what other heads have counted."""
    second = heads(3, numerical=True, value=(2, 3, 4))
    check_gradient(
        network(layout(heads(numerical=True), causal(second, False, True, True))), temperature=0.5
    )
