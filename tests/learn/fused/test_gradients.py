"""Gradients of each kind of module: those of automatic differentiation."""

from dataclasses import replace

import pytest
import torch
from learn.fused.checks import (
    causal,
    check_gradient,
    heads,
    layout,
    lookups,
    network,
    numerical_lookups,
    random_batch,
)

from tprog.learn.layout import KeysPerQuery


@pytest.mark.parametrize("rows", ["one", "set"])
def test_gradients_of_categorical_heads(rows: KeysPerQuery) -> None:
    """They are autograd's for both kinds of predicates, one head being causal."""
    check_gradient(network(layout(replace(causal(heads(), True, False), rows=rows))))


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


@pytest.mark.parametrize("rows", ["one", "set"])
def test_gradients_of_numerical_heads(rows: KeysPerQuery) -> None:
    """They are autograd's, though the heads never compute which key matches which query."""
    group = causal(heads(3, numerical=True), True, False, False)
    check_gradient(network(layout(replace(group, rows=rows))))


def test_sums_of_sums() -> None:
    """Slopes flow through heads that sum what other heads have counted."""
    second = heads(3, numerical=True, value=(2, 3, 4))
    check_gradient(
        network(layout(heads(numerical=True), causal(second, False, True, True))), temperature=0.5
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


def test_gradients_of_embeddings() -> None:
    """Words that occur several times add up, and padding adds nothing."""
    check_gradient(network(layout(heads(categorical=(0, 1, 3, 4)), embeddings=2)))


def test_gates_without_a_choice() -> None:
    """A gate over one candidate gets no gradient."""
    check_gradient(network(layout(heads(categorical=(1,)))))


def test_shorter_sequences_than_the_greatest() -> None:
    """A batch whose longest sequence is shorter than the network's greatest needs no more positions."""
    found = network(layout(heads(), heads(numerical=True)))
    tokens, valid, labels = random_batch(found)
    check_gradient(found, (tokens[:, :4], valid[:, :4], labels[:, :4]))


def test_gradients_of_pooled_outputs() -> None:
    """Variables are averaged over the tokens that a sequence has."""
    check_gradient(network(layout(heads(), heads(numerical=True), pooled=True)))
