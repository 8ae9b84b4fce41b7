"""Categorical heads: their gradients, for every tie-break, mask and kind of rows."""

from dataclasses import replace

import pytest
import torch
from learn.fused.checks import causal, check_gradient, heads, layout, network

from tprog.learn.layout import Rows, Tie


@pytest.mark.parametrize("tie", ["nearest", "first", "matches", "score"])
@pytest.mark.parametrize("rows", ["one", "set"])
def test_gradients_of_categorical_heads(tie: Tie, rows: Rows) -> None:
    """They are autograd's under every tie-break, one head being causal."""
    group = replace(causal(heads(), True, False), tie=tie, rows=rows)
    found = network(layout(group))
    scores = found.modules_in_order()[0].scores
    assert isinstance(scores, torch.Tensor)
    scores.copy_(torch.randint(-5, 6, scores.shape, generator=torch.Generator().manual_seed(0)))
    check_gradient(found)


def test_gradients_where_nothing_matches() -> None:
    """A query that wants no key attends to position 0, and its slopes are autograd's."""
    found = network(layout(replace(heads(), rows="set")))
    with torch.no_grad():
        found.modules_in_order()[0].predicate.sub_(25)  # type: ignore[operator]
    check_gradient(found)


def test_heads_of_later_layers_read_earlier_ones() -> None:
    """Slopes flow through two layers of heads, and a value may have candidates of its own."""
    second = replace(heads(3, categorical=(0, 1, 3, 4), value=(3, 1)), layer=1)
    check_gradient(network(layout(heads(), replace(second, causal=(True, False, True)))))


@pytest.mark.parametrize("temperature", [3.0, 0.3, 0.05])
def test_gradients_at_other_temperatures(temperature: float) -> None:
    """They are autograd's while choices turn from vague to nearly one-hot."""
    check_gradient(network(layout(heads(4))), temperature=temperature)
