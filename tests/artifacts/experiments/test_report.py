"""The results as files."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from experiment_fakes import outcome
from hypothesis import given
from hypothesis import strategies as st

from experiments.outcome import Outcome
from experiments.report import (
    BEGIN,
    END,
    glance,
    goal_text,
    markdown,
    percent,
    write_results,
    write_section,
)
from experiments.summary import Summary
from experiments.table import experiments
from tprog.errors import UnreadableSource


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(path.read_text().splitlines()))


def summaries() -> list[Summary]:
    """Return the whole table, of which only sort has been run, with two seeds."""
    found = []
    for row in experiments():
        outcomes: tuple[Outcome, ...] = ()
        if (row.setting, row.task) == ("best", "sort"):
            outcomes = (outcome(row, 0, 0.9995, 0.998, 80), outcome(row, 1, 0.9875, 0.999, 70))
        found.append(Summary(row, outcomes))
    return found


@given(right=st.integers(0, 20_000), total=st.integers(1, 20_000))
def test_a_percentage_is_never_flattered(right: int, total: int) -> None:
    """What is shown is at most what is true, less than a hundredth below it, and 100 means all."""
    share = min(right, total) / total
    shown = percent(share)
    assert (shown == "100") is (share == 1.0)
    assert 0 <= 100 * share - float(shown) + 1e-9 < 0.01 + 2e-9


def test_percentages_that_two_decimals_hold_are_exact() -> None:
    """No digit is lost to binary fractions."""
    assert [percent(number / 10_000) for number in range(10_000)] == [
        f"{number // 100}.{number % 100:02}" for number in range(10_000)
    ]
    assert percent(None) == ""


def test_what_was_not_run_is_marked(tmp_path: Path) -> None:
    """A partial table holds the rows that were run, and says of every other that it was not."""
    page = markdown(summaries())
    (line,) = [line for line in page.splitlines() if line.startswith("| `sort` | best | 99.83")]
    assert line == (
        "| `sort` | best | 99.83 | **98.75** | 99.35 | 98.75 | 99.95 | 0.85 | 2 of 10 "
        "| 1 of 2: 99.8 % in 90 s | 75 | 7 | 321 | by hand |"
    )
    assert "| `hist` | best | 100 | not run |" in page
    assert "`tprog train sort --workers 2 --seconds 80`" in page
    write_results(tmp_path, summaries())
    assert (tmp_path / "results.md").read_text() == page
    for name in ("table1", "table3", "large"):
        rows = read_csv(tmp_path / f"{name}.csv")
        for row in rows:
            assert (row["test"] == "") is (row["chosen"] == "not run")
            assert (row["task"] == "sort" and row["setting"] == "best") is (row["test"] != "")


def test_the_csv_has_full_figures(tmp_path: Path) -> None:
    """Each row has task, setting, figures, seconds, rounds, lines, command and the choice."""
    write_results(tmp_path, summaries())
    rows = read_csv(tmp_path / "table1.csv")
    (row,) = [row for row in rows if row["test"]]
    expected = {"test": "98.75", "mean": "99.35", "min": "98.75", "max": "99.95", "reached": "1"}
    assert expected.items() <= row.items()
    expected = {"seeds": "2", "planned": "10", "lines": "321", "rounds": "7.0", "paper": "99.83"}
    assert expected.items() <= row.items()
    assert "validation" in row["chosen"]
    times = read_csv(tmp_path / "time_to_accuracy.csv")
    assert [(one["seed"], one["accuracy"], one["seconds"]) for one in times[:3]] == [
        ("0", "90.0", "4.0"),
        ("0", "99.0", "4.0"),
        ("0", "99.8", "4.0"),
    ]
    assert times[3]["seconds"] == ""


def test_the_short_form_has_a_row_for_each_task() -> None:
    """It shows the paper's figure beside ours, and how many seeds reached the goal."""
    page = glance(summaries())
    assert (
        "| `sort` | 99.83 | not run | **98.75** (mean 99.35, 2 seeds) | not run | not run "
        "| best 1 of 2: 99.8 % in 90 s |" in page
    )
    assert page.count("| `sort` |") == 3
    assert markdown(summaries()).startswith(page)
    assert goal_text(replace(summaries()[0], outcomes=())) != "reached"


def test_a_page_takes_up_the_results(tmp_path: Path) -> None:
    """What stands between the marks is replaced, the rest stays, and a second time changes nothing."""
    page = tmp_path / "README.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    for _ in range(2):
        write_section(page, "new \\1\n")
        assert page.read_text() == f"before\n{BEGIN}\nnew \\1\n{END}\nafter\n"
    page.write_text("nothing")
    with pytest.raises(UnreadableSource, match="results: begin"):
        write_section(page, "new\n")
