"""Inputs and gates: their gradients and values."""

from dataclasses import replace

from learn.fused.checks import check_gradient, heads, layout, network, random_batch

from tprog.ir import FiniteValues, TextRule
from tprog.learn.network import Network


def test_gradients_of_embeddings() -> None:
    """Words that occur several times add up, and padding adds nothing."""
    check_gradient(network(layout(heads(categorical=(0, 1, 3, 4)), embeddings=2)))


def test_rules_over_a_text_are_inputs() -> None:
    """An input that is a rule over the token's text has the value that the rule gives, and no weight."""
    made = layout(heads(categorical=(0, 1)))
    rule = TextRule("lower", FiniteValues(("a", "b", "other")), 2, 0)
    ruled = replace(made, inputs=(*made.inputs, rule), input_sizes=(*made.input_sizes, 3))
    check_gradient(network(ruled))


def test_gates_without_a_choice() -> None:
    """A gate over one candidate gets no gradient."""
    check_gradient(network(layout(heads(categorical=(1,)))))


def test_shorter_sequences_than_the_greatest() -> None:
    """A batch whose longest sequence is shorter than the network's greatest needs no more positions."""
    found: Network = network(layout(heads(), heads(numerical=True)))
    tokens, valid, labels = random_batch(found)
    check_gradient(found, (tokens[:, :4], valid[:, :4], labels[:, :4]))
