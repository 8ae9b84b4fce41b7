"""What the seeds of a row say together."""

from dataclasses import replace
from pathlib import Path

from experiment_fakes import outcome, row

from experiments.outcome import write_outcome
from experiments.summary import Summary, summarise
from experiments.table import Goal


def test_the_choice_among_seeds_never_looks_at_test_data() -> None:
    """The seed with the best validation accuracy is chosen, the first of equals, however the test data fell out."""
    found = Summary(
        row(),
        (
            outcome(row(), 0, test=1.0, validation=0.8),
            outcome(row(), 1, test=0.5, validation=0.9),
            outcome(row(), 2, test=0.9, validation=0.9),
        ),
    )
    assert found.chosen is not None
    assert found.chosen.seed == 1
    assert (found.least, found.greatest) == (0.5, 1.0)
    assert found.mean is not None
    assert abs(found.mean - 0.8) < 1e-12
    assert found.deviation is not None
    assert abs(found.deviation**2 - (0.04 + 0.09 + 0.01) / 2) < 1e-12


def test_a_goal_is_reached_in_accuracy_and_in_time() -> None:
    """Exactly the goal counts; too late or too little does not."""
    wanted = row(goal=Goal(0.99, 60))
    found = Summary(
        wanted,
        (
            outcome(wanted, 0, 0.99, 0.9, seconds=60),
            outcome(wanted, 1, 1.0, 0.9, seconds=60.1),
            outcome(wanted, 2, 0.9899, 1.0, seconds=1),
        ),
    )
    assert found.reached == 1
    assert replace(found, experiment=row()).reached is None


def test_a_row_that_was_not_run_has_no_figures() -> None:
    """Nothing is made up."""
    found = Summary(row(), ())
    assert found.chosen is None
    assert (found.mean, found.least, found.deviation, found.seconds) == (None,) * 4
    assert Summary(row(), (outcome(row(), 0, 1.0, 1.0),)).deviation is None


def test_commands_are_never_mixed(tmp_path: Path) -> None:
    """A row speaks of its own command, or of the one that was run most where it was not run itself."""
    folder = tmp_path / "best" / "hist"
    for seed, command in enumerate(("tprog other", "tprog other", row().command())):
        write_outcome(folder / f"{seed}.json", outcome(row(), seed, 1.0, 1.0, command=command))
    (folder / "0.state.json").write_text("{}")
    (found,) = summarise([row()], tmp_path)
    assert [one.seed for one in found.outcomes] == [2]
    assert found.command == row().command()
    (found,) = summarise([row("--rounds", "9")], tmp_path)
    assert [one.seed for one in found.outcomes] == [0, 1]
    assert found.command == "tprog other"
    assert summarise([replace(row(), task="sort")], tmp_path)[0].outcomes == ()
