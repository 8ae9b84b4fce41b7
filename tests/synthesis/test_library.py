"""The library: functions keep their meaning, the state survives, and a curriculum reaches what scratch does not."""

from pathlib import Path

import numpy as np
import pytest
from effort import scaled
from hypothesis import given, settings
from rasp_graphs import graphs
from selector_tasks import AUXILIARY, DEEP, EASY

from tprog.rasp.graph import And, Indices, Map, Select, SOp, Tokens, Width
from tprog.rasp.module import graph_of as read
from tprog.synthesis.library import Curriculum, Solved, curriculum, sleep
from tprog.synthesis.parts import Effort
from tprog.synthesis.selectors.bank import Bank, graph_of
from tprog.synthesis.selectors.batch import batch_of, chosen
from tprog.synthesis.selectors.levels import ALL_PRUNING, grammar_of, leaves, level
from tprog.synthesis.selectors.rewriting import replaced

SEEN = Width(And(Select(Tokens(), Tokens(), "=="), Select(Indices(), Indices(), "<")))
"""How often the token came before."""


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
    grammar = grammar_of(examples, bank, (SEEN,), ALL_PRUNING)
    [*leaves(bank, grammar, ())]
    found = [*level(bank, grammar, 2, lambda: None)]
    called = [one for one in found if one.op == "leaf"]
    assert {one.kind for one in called} == {"int"}
    for one in called:
        told = bank.batch.of_graph(graph_of(one))  # type: ignore[arg-type]
        assert told is not None
        assert np.array_equal(told[1], bank.of["int"].rows[one.index])


def test_functions_are_what_is_worth_a_name() -> None:
    """A body that is hardly longer than its call, or that has no tokens, is left out; integers are an argument too."""
    texts = ("tokens", "length", "selector_width(select(tokens_int, tokens_int, <)) + indices")
    solved = [Solved(one, (read(one),), "scratch", 1.0) for one in texts]
    [function] = sleep(solved)
    assert function == replaced(read(texts[2]), Map("int", (Tokens(),)), Tokens())


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
