"""Tests of answers."""

from dataclasses import replace

import numpy as np

from tprog.evaluate import accuracy
from tprog.ir import CategoricalLookup, FiniteValues
from tprog.learn.compose.answers import (
    MODULE,
    Answer,
    Chooser,
    Direct,
    Tabled,
    UntilEvent,
    completed,
    events,
    fits,
    plainness,
    unevenness,
)
from tprog.learn.compose.expressions import TOKENS, Copy, Count, Lookup, Wanted
from tprog.learn.compose.writing import write_modules
from tprog.learn.layout import NetworkSizes
from tprog.tasks.dataset import make_dataset
from tprog.tasks.registry import get_task
from tprog.tasks.task import Task


def share(task: Task, answer: Direct | UntilEvent | Tabled) -> float:
    """Return the accuracy of the written answer on test data."""
    dataset = make_dataset(task, 0)
    program = answer.write(task, dataset.train.batches())
    right, total = accuracy(program, dataset.test.batches(), task.labels)
    assert {part.layer for part in answer.modules} >= set(program.layers)
    return right / total


def test_a_table_over_a_count_is_the_histogram() -> None:
    """The entries come from the training sequences."""
    count = Count(TOKENS, Wanted("=="), causal=False)
    assert share(get_task("hist:vocabulary=5,length=5"), Tabled(1.0, (count,), 6)) == 1


def test_a_copied_token_is_the_label() -> None:
    """A head that reads the own token answers half of a sort of two symbols, roughly."""
    copy = Copy(TOKENS, TOKENS, TOKENS, Wanted("=="), causal=False)
    assert 0.3 < share(get_task("sort:vocabulary=5,length=6"), Direct(1.0, copy)) < 0.9


def test_depth_and_its_event_are_brackets_of_one_kind() -> None:
    """The depth plus one says whether a prefix is balanced, and 0 that it never will be again."""
    opened = Count(TOKENS, Wanted(None, keys=(0, 1)), causal=True)
    closed = Count(TOKENS, Wanted(None, keys=(2,)), causal=True)
    a, b = np.indices((17, 17))
    depth = Lookup((opened, closed), (17, 17), tuple(np.maximum(a - b, 0).reshape(-1).tolist()))
    task = get_task("dyck1")
    label = task.labels.index("F")
    assert share(task, UntilEvent(1.0, depth, None, label, 17)) == 1
    assert share(task, UntilEvent(1.0, depth, None, task.labels.index("T"), 17)) < 1


def joint(*rows: tuple[int, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Return counts of labels for each value."""
    return np.array(rows, np.int64)


def test_a_line_goes_on_beyond_what_was_seen() -> None:
    """Three points of a line are believed, labels being numbers; two are not."""
    labels = ("1", "2", "3", "4", "5")
    seen = joint((0,) * 5, (9, 0, 0, 0, 0), (0, 9, 0, 0, 0), (0, 0, 9, 0, 0), (0,) * 5, (0,) * 5)
    assert completed(seen, labels).tolist() == [0, 0, 1, 2, 3, 4]
    two = joint((9, 0, 0, 0, 0), (0, 9, 0, 0, 0), (0,) * 5)
    assert completed(two, labels).tolist() == [0, 1, 1]
    assert completed(seen, tuple("abcde")).tolist() == [0, 0, 1, 2, 2, 2]


def test_cells_without_data_follow_their_neighbours() -> None:
    """In a table of two variables the nearest known cell decides."""
    seen = np.zeros((2, 3, 2), np.int64)
    seen[0, 0, 1] = seen[1, 2, 0] = 4
    assert completed(seen, ("a", "b")).tolist() == [[1, 1, 0], [1, 0, 0]]


def test_events_need_support_and_follow_their_diagonal() -> None:
    """A cell that was never seen is like the nearest with the same difference and the same last value."""
    turned = joint((1, 0), (1, 0), (0, 0), (1, 0), (0, 0))
    found = events(joint((3, 0), (2, 0), (0, 0), (5, 1), (9, 0)), turned, 0)
    assert found.tolist() == [True, False, False, False, False]
    seen = np.zeros((4, 4, 2, 2), np.int64)
    for one in range(2):
        for two in range(2):
            seen[one, two, 0, int(one != two)] = 5
    found = events(seen, seen, 1)
    assert not found[..., 1].any()
    assert found[3, 2, 0]
    assert not found[3, 3, 0]


DATASET = make_dataset(get_task("hist:vocabulary=5,length=5"), 0)
SAME = Count(TOKENS, Wanted("=="), causal=False)
LESS = Count(TOKENS, Wanted("<"), causal=False)
COPY = Copy(TOKENS, TOKENS, TOKENS, Wanted("=="), causal=False)


def test_sizes_are_limits_for_each_layer_and_kind() -> None:
    """An answer needs room for its heads and for the look-up that it will have."""
    answer = Tabled(0.0, (SAME, LESS), 6)
    assert fits(answer, NetworkSizes(1, 0, 2, 0, 1))
    assert not fits(answer, NetworkSizes(1, 4, 1, 4, 4))
    assert not fits(answer, NetworkSizes(1, 4, 4, 4, 0))
    assert not fits(Direct(0.0, COPY), NetworkSizes(1, 0, 4, 4, 4))


def test_few_modules_without_exceptions_are_plain() -> None:
    """One count is plainer than two, no exception than one, no mask than one."""
    one = Tabled(0.0, (SAME,), 6)
    exception = Tabled(0.0, (Count(TOKENS, Wanted("==", without=(0,)), causal=False),), 6)
    masked = Tabled(0.0, (Count(TOKENS, Wanted("=="), causal=True),), 6)
    ranked = sorted([exception, masked, Tabled(0.0, (SAME, LESS), 6), one], key=plainness)
    assert ranked[:3] == [one, masked, exception]


def test_the_perfect_program_is_kept_alone() -> None:
    """Where an answer is right everywhere the others are dropped; nothing is measured twice."""
    chooser = Chooser(DATASET, NetworkSizes())
    answers: list[Answer] = [Tabled(3.0, (LESS,), 6), Tabled(2.0, (SAME,), 6), Direct(1.0, COPY)]
    found = chooser.measured(answers, 1)
    assert len(found) == 1
    assert found[0].perfect
    assert chooser.measured(answers, 2) == []
    assert len(Chooser(DATASET, NetworkSizes()).measured([answers[0], answers[2]], 1)) == 2


def test_events_for_another_label_are_another_answer() -> None:
    """The same modules may decide for each of the labels, and each is measured."""
    level = Lookup((Count(TOKENS, Wanted("=="), causal=True),), (3,), (0, 1, 2), "a")
    first, second = (UntilEvent(1.0, level, None, label, 3) for label in (0, 1))
    assert first.modules == second.modules
    answers: list[Answer] = [first, second, replace(first, cost=1.2)]
    assert len(Chooser(DATASET, NetworkSizes()).measured(answers, 1)) == 2


def test_even_tables_have_few_steps() -> None:
    """A table of one value is even; each change between neighbours counts once for each axis."""
    program, _ = write_modules(DATASET.task, ())
    two = FiniteValues((0, 1))

    def table(*entries: int) -> int:
        lookup = CategoricalLookup((0,), two, entries)
        return unevenness(replace(program, operations=(lookup,)))

    assert table(1, 1, 1, 1) == MODULE
    assert table(0, 1, 1, 1) == MODULE + 1
    assert table(0, 1, 0, 1) == MODULE + 3
