"""The table of experiments."""

import pytest

from experiments.table import DESCRIPTIONS, SETTINGS, experiments, quick, selected
from tprog.errors import UsageError
from tprog.tasks.registry import get_task


def test_every_setting_has_rows_and_words() -> None:
    """Each setting is described and holds tasks that exist, each once."""
    rows = experiments()
    assert {row.setting for row in rows} == set(SETTINGS) == set(DESCRIPTIONS)
    assert len({(row.setting, row.task) for row in rows}) == len(rows)
    for row in rows:
        assert get_task(row.arguments()[1]).name == row.task


def test_a_limit_leaves_room_within_the_goal() -> None:
    """A run that stops at its limit can still reach its goal in time, and no goal asks for more than everything."""
    for row in experiments():
        if row.goal is not None:
            assert row.seconds is not None
            assert row.seconds < row.goal.seconds
            assert 0 < row.goal.accuracy <= 1


def test_commands_are_what_a_person_types() -> None:
    """The command holds the task with its sizes, the options and the limit."""
    (large,) = selected(experiments(), ["16-16"], ["sort"])
    assert large.command() == "tprog train sort:vocabulary=16,length=16 --workers 2 --seconds 3300"
    (sort,) = selected(experiments(), ["best"], ["sort"])
    assert sort.seeds == 10
    assert sort.goal is not None
    assert (sort.goal.accuracy, sort.goal.seconds) == (0.998, 90)


def test_rows_are_chosen_by_setting_and_task() -> None:
    """Selections combine, and seeds and limits follow the caller."""
    rows = selected(experiments(), ["best", "standard"], ["sort", "hist"], seeds=2, at_most=30)
    assert {(row.setting, row.task) for row in rows} == {
        (setting, task) for setting in ("best", "standard") for task in ("sort", "hist")
    }
    assert all(row.seeds == 2 and row.seconds == 30 for row in rows)
    assert selected(experiments()) == experiments()


@pytest.mark.parametrize(
    ("settings", "tasks", "text"),
    [
        (["bets"], [], "bets"),
        ([], ["srot"], "srot"),
        (["categorical-only"], ["induction"], "induction"),
    ],
)
def test_what_does_not_exist_is_refused(settings: list[str], tasks: list[str], text: str) -> None:
    """The message names it."""
    with pytest.raises(UsageError, match=text):
        selected(experiments(), settings, tasks)


def test_quick_rows_are_other_commands() -> None:
    """A quick row is never taken for the row that it stands for, and has no goal."""
    for row, small in zip(experiments(), quick(experiments()), strict=True):
        assert small.command() != row.command()
        assert small.goal is None
        assert ("--rounds" in small.options) is not row.standard
