"""Examples, and asking tasks for them."""

from collections.abc import Sequence

import pytest

from tprog.errors import UsageError
from tprog.ir import Domain
from tprog.rasp.graph import Const, Map, Tokens
from tprog.rasp.module import graph_of
from tprog.synthesis.asking import Judge, examples_of, stretched
from tprog.synthesis.examples import Example, Examples, ordered, wrong_rows
from tprog.tasks.registry import get_task
from tprog.tasks.task import Task


def test_integers_are_ordered_by_value() -> None:
    """Texts that are all integers as Python writes them are numbers; others are texts."""
    assert ordered(["10", "9", "-1", "9"]) == ("-1", "9", "10")
    assert ordered(["10", "9", "03"]) == ("03", "10", "9")


def test_an_example_has_a_label_for_each_token() -> None:
    """What cannot be learned from is refused in one line."""
    with pytest.raises(UsageError, match="give at least one"):
        Examples(())
    with pytest.raises(UsageError, match="a label"):
        Examples((Example(("a", "b"), ("x",)),))


def test_causality_is_contradicted_by_two_beginnings() -> None:
    """Two sequences that begin alike and differ there show that a label looks ahead."""
    causal = (Example(("a", "b"), ("0", "1")), Example(("a", "a"), ("0", "0")))
    assert not Examples(causal).contradicts_causality
    assert Examples((*causal, Example(("a",), ("1",)))).contradicts_causality


def test_rows_without_a_value_are_wrong() -> None:
    """A graph that fails on one sequence is judged on the others all the same; None is not looked at."""
    rows = (
        Example(("1", "2"), ("1", "2")),
        Example(("x", "2"), ("x", "2")),
        Example(("3", "4"), ("9", None)),
        Example(("5",), ("5",)),
    )
    assert wrong_rows(Map("int", (Tokens(),)), Examples(rows)) == [1, 2]
    assert wrong_rows(Const("5"), Examples(rows), most=1) == [0]


def test_short_inputs_are_all_examples() -> None:
    """Every input of a small domain is an example, each with the task's label."""
    task = get_task("hist:vocabulary=4,length=4")
    examples = examples_of(task, 10)
    assert len({row.tokens for row in examples.rows}) == task.count()
    assert all(
        tuple(map(str, map(row.tokens.count, row.tokens))) == row.labels for row in examples.rows
    )


def test_a_pooled_label_stands_at_the_end() -> None:
    """One label of a sequence is asked for at its last position."""

    def rule(tokens: Sequence[str]) -> str:
        return tokens[0]

    task = Task("first", Domain(("a", "b"), 3), ("a", "b"), rule, pooled=True)
    assert Example(("b", "a"), (None, "b")) in examples_of(task, 5).rows


def test_tasks_are_asked_beyond_their_domain() -> None:
    """A published task has greater sizes; a user's rule is asked as it is, and may refuse."""
    assert (stretched(get_task("dyck1"), 60) or get_task("sort")).domain.max_length == 60

    def first(tokens: Sequence[str]) -> tuple[str, ...]:
        return (tokens[0],) * len(tokens)

    task = Task("first", Domain(("a", "b"), 4), ("a", "b"), first)
    judged = Judge.of_task(task)(graph_of("aggregate(select(indices, 0, ==), tokens)"))
    assert not judged.refuted
    assert not judged.too_long
    assert judged.longest == 16
    assert Judge.of_task(task)(Tokens()).refuted

    def short(tokens: Sequence[str]) -> tuple[str, ...]:
        if len(tokens) > 4:
            raise ValueError
        return first(tokens)

    judged = Judge.of_task(Task("short", Domain(("a", "b"), 4), ("a", "b"), short))(Tokens())
    assert judged.tried_longer == 0
