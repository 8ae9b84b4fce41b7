"""The guided part: soft RASP is RASP where all is certain, its gradients are right, and what it yields is right."""

import time
from dataclasses import replace

import numpy as np
import pytest

from tprog.rasp.graph import Map, SOp, Tokens, rewritten
from tprog.rasp.module import graph_of
from tprog.synthesis import soft
from tprog.synthesis.examples import Example, Examples, answers, wrong_rows
from tprog.synthesis.guided import Fits, Hole, candidates
from tprog.synthesis.parts import Effort
from tprog.synthesis.portfolio import DEFAULT, PARTS, kinds, part_named

TEXTS = Map("str", (Tokens(),))
GRAPHS = [
    rewritten(graph_of(text), lambda node: Tokens() if node == TEXTS else node)
    for text in (
        "selector_width(select(tokens, tokens, ==))",
        "selector_width(select(tokens, tokens, ==) and select(indices, indices, <=)) - 1",
        "aggregate(select(indices, length - 1 - indices, ==), tokens)",
        'aggregate(select(indices, indices - 1, ==), tokens, "-")',
        'aggregate(closest(select(indices, indices, <)), tokens, "-")',
        "aggregate(closest(select(tokens, tokens, ==)), indices, 0)",
        "selector_width(not select(tokens, tokens, ==))",
        'tokens if indices % 2 == 0 else "-"',
        "indices if tokens == aggregate(select(indices, 0, ==), tokens) else 0",
    )
]


def _sequences(count: int = 40) -> list[tuple[str, ...]]:
    random = np.random.default_rng(0)
    return [
        tuple(map(str, random.choice(list("abc"), length)))
        for length in random.integers(1, 7, count)
    ]


def _examples(graph: SOp) -> Examples:
    sequences = _sequences()
    rows = zip(sequences, answers(graph, sequences), strict=True)
    return Examples(tuple(Example(tokens, labels) for tokens, labels in rows))


@pytest.mark.parametrize("graph", GRAPHS)
def test_soft_rasp_is_rasp_where_all_is_certain(graph: SOp) -> None:
    """A graph without holes is right on its own answers, and on another one's where RASP says so too."""
    examples = _examples(graph)
    fits = Fits([*examples.rows], examples, 0)
    assert fits.loss(graph) == (0.0, True)
    for other in GRAPHS:
        if fits.kind_of(other) == fits.kind:
            assert fits.loss(other)[1] == (not wrong_rows(other, examples, 1))


def test_gradients_are_those_of_differences() -> None:
    """Every soft operation, one after another, against a small step of each input."""
    random = np.random.default_rng(1)
    inputs = [random.uniform(0.1, 0.3, (2, 3, 3)), random.uniform(0.1, 0.9, (2, 3, 4))]
    nearer = np.tril(np.ones((3, 3, 3)), -1)
    relation, weights = random.uniform(size=(4, 4)), random.uniform(size=(2, 3, 4))

    def total(selector: soft.Array, values: soft.Array) -> tuple[soft.Var, list[soft.Var]]:
        leaves = [soft.Var(selector, wanted=True), soft.Var(values, wanted=True)]
        chosen = soft.closest(leaves[0], nearer)
        chosen = soft.einsum(
            "bqk,bqk->bqk", chosen, soft.sigmoid(soft.select(relation, leaves[1], leaves[1]))
        )
        copied = soft.aggregate(soft.negated(chosen, np.ones((2, 3, 3))), leaves[1], weights)
        copied = soft.aggregate(chosen, copied, weights)
        counted = soft.count(chosen, range(4))
        both = soft.function(random_table, soft.softmax(copied), counted)
        return soft.einsum("bqv,bqv->", both, soft.Var(weights)), leaves

    random_table = random.uniform(size=(4, 4, 4))
    loss, leaves = total(*inputs)
    soft.differentiate(loss)
    for number, leaf in enumerate(leaves):
        assert leaf.grad is not None
        for place in np.ndindex(leaf.value.shape):
            ends = []
            for step in (1e-5, -1e-5):
                moved = [one.copy() for one in inputs]
                moved[number][place] += step
                ends.append(float(total(*moved)[0].value))
            assert leaf.grad[place] == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-6)


def test_a_fit_says_what_the_features_know() -> None:
    """A network sees its token but no other: a copy costs little, a reversal as much as knowing nothing."""
    copied, reversed_ = (_examples(one) for one in (Tokens(), GRAPHS[2]))
    known, unknown = (
        Fits([*one.rows], one, 0).loss(Hole("text", 0))[0] for one in (copied, reversed_)
    )
    assert known < 0.2
    assert unknown > 0.6


def test_what_it_yields_is_right_and_the_same_again() -> None:
    """The first candidate of a small task, found twice."""
    examples = replace(_examples(GRAPHS[4]), causal=True)
    began = time.process_time()
    effort = Effort(lambda: time.process_time() - began > 30)
    found = [next(candidates(examples, effort)) for _ in range(2)]
    assert not wrong_rows(found[0].graph, examples)
    assert found[0].graph == found[1].graph


def test_it_runs_where_it_is_asked_for_alone() -> None:
    """The guided part is no part of the usual ones."""
    assert "guided" not in DEFAULT
    assert tuple(kinds(None)) == DEFAULT
    assert tuple(kinds("guided,vectors")) == ("guided", "vectors")
    assert all(map(part_named, PARTS))
