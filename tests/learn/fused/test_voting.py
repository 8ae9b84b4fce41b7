"""The classifier: its gradient, masked labels, and pooled outputs."""

import pytest
from learn.fused.checks import check_gradient, heads, layout, lookups, network


@pytest.mark.parametrize("masked", [(), (0,), (1, 2)])
def test_gradients_with_masked_labels(masked: tuple[int, ...]) -> None:
    """A masked label has no share in the loss, and its votes no gradient."""
    check_gradient(network(layout(lookups(), masked=masked)))


@pytest.mark.parametrize("masked", [(), (1,)])
def test_gradients_of_pooled_outputs(masked: tuple[int, ...]) -> None:
    """Variables are averaged over the tokens that a sequence has."""
    check_gradient(network(layout(heads(), heads(numerical=True), pooled=True, masked=masked)))
