"""Attention that is pulled towards selectors."""

import torch

from experiments.supervision import (
    Selected,
    attention_loss,
    forward_with_patterns,
    reversing,
    sorting,
    train_supervised,
)
from tprog.learn.standard.model import StandardSettings, StandardTransformer, standard_layout
from tprog.tasks.registry import get_task

TASK = get_task("reverse:vocabulary=8,length=5")
SETTINGS = StandardSettings(2, 2, 8, 8, rate=1e-2, epochs=4, samples=100)


def test_patterns_come_with_the_logits_of_the_network() -> None:
    """The logits are those of the network, and every row of a pattern sums to 1 and leaves padding out."""
    network = StandardTransformer(standard_layout(TASK, SETTINGS)).initialise(0).eval()
    symbols = torch.tensor([[0, 1, 2, 3, 4], [0, 2, 4, 0, 0]])
    valid = torch.tensor([[True] * 5, [True, True, True, False, False]])
    logits, patterns = forward_with_patterns(network, symbols, valid)
    assert torch.allclose(logits[valid], network(symbols, valid)[valid], atol=1e-5)
    assert torch.allclose(patterns[1].sum(-1), torch.ones(2, 2, 5))
    assert not bool(patterns[0][1, :, :, 3:].any())


def test_the_loss_is_zero_where_heads_look_evenly_at_what_is_selected() -> None:
    """A query that selects nothing is left alone; any other distance costs."""
    valid = torch.ones(1, 2, dtype=torch.bool)
    selected = Selected(0, 0, torch.tensor([[[True, True], [False, False]]]))
    even = torch.tensor([[[[0.5, 0.5], [0.9, 0.1]]]])
    assert float(attention_loss([even], [selected], valid)) == 0.0
    other = torch.tensor([[[[1.0, 0.0], [0.9, 0.1]]]])
    assert float(attention_loss([other], [selected], valid)) == 0.5


def test_selectors_point_where_the_program_looks() -> None:
    """Reversing looks along the other diagonal of what is valid; sorting at the symbol whose rank is the position."""
    symbols = torch.tensor([[0, 3, 1, 2, 4, 0]])
    valid = torch.tensor([[True] * 5 + [False]])
    (mirrored,) = reversing(symbols, valid)
    assert mirrored.matrix[0, :5].int().argmax(-1).tolist() == [4, 3, 2, 1, 0]
    _, ranked = sorting(symbols, valid)
    assert symbols[0][ranked.matrix[0, :5].int().argmax(-1)].tolist() == [0, 1, 2, 3, 4]


def test_training_brings_the_attention_nearer() -> None:
    """With selectors a trained network's attention is nearer to them than without."""
    symbols = torch.tensor([[0, 1, 2, 3, 4]])
    valid = torch.ones(1, 5, dtype=torch.bool)
    losses = []
    for selectors in (None, reversing):
        network = train_supervised(TASK, SETTINGS, selectors).eval()
        _, patterns = forward_with_patterns(network, symbols, valid)
        loss = attention_loss(patterns, reversing(symbols, valid), valid)
        losses.append(float(loss.detach()))
    assert losses[1] < losses[0]
