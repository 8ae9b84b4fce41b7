"""Tables and boxes: their gradients, which for boxes are those of everything else."""

from dataclasses import replace

import pytest
import torch
from learn.fused.checks import (
    check_gradient,
    heads,
    layout,
    lookups,
    network,
    numerical_lookups,
)

from tprog.learn.lookups import NumericalLookups


@pytest.mark.parametrize("arity", [1, 2, 3])
def test_gradients_of_tables(arity: int) -> None:
    """They are autograd's for any number of arguments."""
    check_gradient(network(layout(lookups(2, hidden=0, arity=arity, outputs=3))))


def test_arguments_of_different_sizes() -> None:
    """The points of a table run over the sizes of its own arguments."""
    first = lookups(1, outputs=3)
    second = replace(lookups(2, hidden=0), arguments=((0, 1), (3,)), sizes=(6, 3), layer=1)
    check_gradient(network(layout(first, second)))


def test_boxes_pass_no_gradient() -> None:
    """A look-up by boxes writes the value of the first box that holds the point, and its gates get no gradient."""
    found = network(
        layout(
            heads(numerical=True),
            numerical_lookups(1, hidden=0, boxes=2),
            heads(categorical=(5, 1)),
        )
    )
    module = found.modules_in_order()[1]
    assert isinstance(module, NumericalLookups)
    module.bounds.copy_(torch.tensor([[[0, 1], [1, 1]], [[2, 9], [0, 9]]]))
    module.entries.copy_(torch.tensor([4, 2, 1]))
    check_gradient(found)
