"""Tests of choosing among answers."""

from dataclasses import replace

from tprog.ir import CategoricalLookup, FiniteValues
from tprog.learn.compose.answers import Answer, Direct, Latched, Tabled
from tprog.learn.compose.choosing import MODULE, Chooser, fits, plainness, unevenness
from tprog.learn.compose.parts import TOKENS, Copy, Count, Table, Wanted
from tprog.learn.compose.writing import write_modules
from tprog.learn.layout import NetworkSizes
from tprog.tasks import get_task, make_dataset

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
    level = Table((Count(TOKENS, Wanted("=="), causal=True),), (3,), (0, 1, 2), "a")
    first, second = (Latched(1.0, level, None, label, 3) for label in (0, 1))
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
