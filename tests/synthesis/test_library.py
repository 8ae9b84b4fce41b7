"""The library: functions keep their meaning, the state survives, and a curriculum reaches what scratch does not."""

from pathlib import Path

import numpy as np
import pytest
from effort import scaled
from hypothesis import given, settings
from rasp_graphs import graphs
from selector_tasks import AUXILIARY, DEEP, EASY

from tprog.rasp.evaluate import evaluate
from tprog.rasp.graph import And, Indices, Map, Node, Select, SOp, Tokens, Width
from tprog.rasp.module import graph_of as read
from tprog.synthesis.library import (
    Curriculum,
    Solved,
    compressed,
    curriculum,
    functions,
    hole,
    of_tokens,
)
from tprog.synthesis.parts import Effort
from tprog.synthesis.selectors.bank import Bank, graph_of
from tprog.synthesis.selectors.batch import batch_of, chosen
from tprog.synthesis.selectors.kinds import IllTyped, typed
from tprog.synthesis.selectors.levels import ALL_PRUNING, grammar_of, leaves, level
from tprog.synthesis.selectors.rewriting import replaced

SEEN = Width(And(Select(Tokens(), Tokens(), "=="), Select(Indices(), Indices(), "<")))
"""How often the token came before."""


@settings(max_examples=scaled(30))
@given(graphs())
def test_typed_graphs_keep_their_meaning(graph: SOp) -> None:
    """Where a graph has an expression, that is the graph, but for `Closest` below texts."""
    try:
        again = graph_of(typed(graph, ()))
    except IllTyped:
        return
    rows = [tuple("abc"), tuple("aab"), tuple("b"), tuple("cacab")]
    assert isinstance(again, SOp)
    assert evaluate(again, rows) == evaluate(graph, rows)


@settings(max_examples=scaled(30))
@given(graphs(), graphs())
def test_the_state_reads_back(first: SOp, second: SOp) -> None:
    """Solutions, in their order, and what failed come back from the file."""
    solved = {"a task": Solved("a task", (first, second), "atoms", 1.5)}
    again = Curriculum.from_json(Curriculum(solved, {"other": 1}).to_json())
    assert again.failed == {"other": 1}
    assert again.solved["a task"].graphs == (first, second)
    assert (again.solved["a task"].how, again.solved["a task"].seconds) == ("atoms", 1.5)


def test_a_function_computes_its_body_of_other_s_ops() -> None:
    """What a function gives in the bank is the graph with its argument put in."""
    examples = EASY["hist"].examples(60, 8, 0)
    bank = Bank(batch_of(chosen(examples, 0), examples, frozenset()))
    given = tuple(of_tokens("seen", SEEN))
    assert {one.takes for one in given} == {("int",), ("text",), ("bool",)}
    assert [*of_tokens("hist", Width(Select(Tokens(), Tokens(), "==")))] == []
    grammar = grammar_of(examples, bank, given, ALL_PRUNING)
    [*leaves(bank, grammar, ())]
    found = [*level(bank, grammar, 2, lambda: None)]
    called = [one for one in found if one.op == "width" and one.cost == 2]
    assert called
    for one in called:
        told = bank.batch.of_graph(graph_of(one))  # type: ignore[arg-type]
        assert told is not None
        assert np.array_equal(told[1], bank.of["int"].rows[one.index])


def test_stitch_finds_what_programs_share() -> None:
    """A count of matches before each position, used in two programs, becomes a function of what is matched."""
    texts = [
        "selector_width(select({0}, {0}, ==) and select(indices, indices, <)) {1}",
        "selector_width(select({0}, {0}, ==) and select(indices, indices, <)) % 3 {1}",
    ]
    graphs_ = [
        read(text.format(*pair))
        for text in texts
        for pair in (("tokens", "+ 1"), ("selector_width(select(tokens, tokens, <))", "+ 2"))
    ]
    found = compressed(graphs_)
    assert found
    bodies: list[Node] = [replaced(one.graph, hole(0), Map("str", (Tokens(),))) for one in found]
    assert any(body == part for body in bodies for graph in graphs_ for part in _below(graph))


def _below(graph: Node) -> list[Node]:
    return [graph, *(one for part in graph.parts for one in _below(part))]


def test_small_and_ill_typed_bodies_are_no_functions() -> None:
    """A body that is shorter than its call, or that no kind fits, is left out."""
    assert [*functions("f", Map("+", (hole(0), hole(0))), 1)] == []
    mixed = Map("+", (Map("indicator", (hole(0),)), Map("+", (hole(0), hole(0)))))
    assert [*functions("f", mixed, 1)] == []


def test_a_curriculum_resumes(tmp_path: Path) -> None:
    """A second run finds everything done, and has no time to do it again."""
    tasks = [(name, EASY[name].examples(100, 8, 0)) for name in ("copy", "hist")]
    state = curriculum(tasks, 10, tmp_path)
    assert [*state.solved] == ["copy", "hist"]
    again = curriculum(tasks, 0, tmp_path)
    assert {one: two.graphs for one, two in again.solved.items()} == {
        one: two.graphs for one, two in state.solved.items()
    }


@pytest.mark.slow
def test_a_curriculum_uses_what_it_solved() -> None:
    """Brackets need their depths, which are found from scratch."""
    names = {"copy": EASY["copy"], "balance1": AUXILIARY["balance1"], "dyck1": DEEP["dyck1"]}
    state = curriculum([(name, task.examples(400, 16, 0)) for name, task in names.items()], 5)
    assert [one.how for one in state.solved.values()] == ["scratch", "scratch", "atoms"]


def test_a_curriculum_ends_when_it_must() -> None:
    """Where the effort is over nothing is tried."""
    tasks = [("copy", EASY["copy"].examples(50, 8, 0))]
    assert curriculum(tasks, 9, effort=Effort(over=lambda: True)).solved == {}
