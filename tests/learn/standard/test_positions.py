"""How a standard Transformer knows positions."""

from dataclasses import replace

import pytest
import torch
from learn.samples import TASK
from learn.standard.samples import SMALL

from tprog.errors import UsageError
from tprog.learn.standard.model import (
    FAR,
    StandardSettings,
    StandardTransformer,
    standard_layout,
)


def network(positions: str, causal: bool = False) -> StandardTransformer:
    """Return an untrained network."""
    task, settings = replace(TASK, causal=causal), replace(SMALL, positions=positions)
    return StandardTransformer(standard_layout(task, settings)).initialise(0).eval()


@pytest.mark.parametrize("causal", [False, True])
def test_relative_positions_see_distances_alone_and_padding_changes_nothing(causal: bool) -> None:
    """Beside a longer sequence the logits are the same; the distance to a key decides, to both sides."""
    found = network("relative", causal)
    symbols = torch.tensor([[0, 1, 2, 4, 0, 0], [0, 3, 3, 1, 2, 4]])
    valid = torch.tensor([[True] * 4 + [False] * 2, [True] * 6])
    alone = found(symbols[:1, :4], valid[:1, :4])
    assert torch.allclose(found(symbols, valid)[:1, :4], alone, atol=1e-5)
    biases = found._biases(None, torch.ones(1, 2 * FAR + 4, dtype=torch.bool))[0]
    assert torch.equal(biases[1, 3], biases[4, 6])
    assert torch.equal(biases[0, FAR], biases[0, FAR + 3])
    assert not torch.equal(biases[3, 1], biases[1, 3])


def test_without_positions_order_decides_nothing() -> None:
    """A permuted input has permuted logits; with positions of either kind it has not."""
    symbols = torch.tensor([[0, 1, 2, 3, 3]])
    valid = torch.ones_like(symbols, dtype=torch.bool)
    order = torch.tensor([2, 0, 4, 1, 3])
    for positions, same in (("none", True), ("learned", False), ("relative", False)):
        found = network(positions)
        one, two = found(symbols, valid)[:, order], found(symbols[:, order], valid)
        assert torch.allclose(one, two, atol=1e-5) is same


def test_another_kind_is_refused() -> None:
    """With the kinds that there are."""
    with pytest.raises(UsageError, match="learned, relative, none"):
        StandardSettings(positions="sine")
