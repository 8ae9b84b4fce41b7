"""Perceptrons: their gradients over categorical and numerical arguments."""

from dataclasses import replace

import pytest
from learn.fused.checks import (
    check_gradient,
    heads,
    layout,
    lookups,
    network,
    numerical_lookups,
)


@pytest.mark.parametrize("arity", [1, 2, 3])
def test_gradients_of_perceptrons(arity: int) -> None:
    """They are autograd's for any number of arguments."""
    check_gradient(network(layout(lookups(arity=arity, outputs=4, hidden=9))))


def test_arguments_of_different_sizes() -> None:
    """Arguments with different numbers of values are read one by one."""
    first = lookups(1, outputs=3)
    second = replace(lookups(2), arguments=((0, 1), (3,), (0, 1)), sizes=(6, 3, 6), layer=1)
    check_gradient(network(layout(first, second)))


def test_gradients_of_numerical_perceptrons() -> None:
    """They are autograd's through the clamp, below and beyond the cap."""
    found = network(layout(heads(numerical=True), numerical_lookups(caps=(1, 2, 100))))
    check_gradient(found)
