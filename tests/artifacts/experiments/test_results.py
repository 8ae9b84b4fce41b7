"""`python -m experiments.results`."""

import re
from pathlib import Path

import pytest

from experiments.report import BEGIN, END
from experiments.results import main

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in an empty folder."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--only", "bets"), "bets"),
        (("--task", "srot"), "srot"),
        (("--seeds", "0"), "--seeds"),
        (("--at-most", "0"), "--at-most"),
    ],
)
def test_bad_usage_ends_in_one_line(
    arguments: tuple[str, ...], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What does not exist is refused before anything is run or written."""
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert text in err
    assert len(err.splitlines()) == 1
    assert not Path("artifacts").exists()


def test_a_report_of_nothing_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Without runs the tables are there, and every row is marked."""
    page = Path("page.md")
    page.write_text(f"{BEGIN}\n{END}\n")
    assert main(["--report", "--readme", "page.md"]) == 0
    assert "artifacts/results" in capsys.readouterr().out
    names = {path.name for path in Path("artifacts/results").iterdir()}
    assert {
        *("table1.csv", "table3.csv", "large.csv", "time_to_accuracy.csv", "results.md"),
    } <= names
    assert "not run" in page.read_text()
    assert "**" not in "".join(
        line for line in page.read_text().splitlines() if line.startswith("|")
    )


@pytest.mark.slow
def test_quick_runs_work_from_end_to_end(capsys: pytest.CaptureFixture[str]) -> None:
    """A program and a standard Transformer are learned, counted again and put into tables of their own, once."""
    arguments = ["--quick", "--task", "induction", "--only", "best", "--only", "standard"]
    assert main(arguments) == 0
    tables = Path("artifacts/runs/results-quick/tables")
    page = (tables / "results.md").read_text()
    assert not Path("artifacts/results").exists()
    assert page.count("**") > 4
    capsys.readouterr()
    assert main(arguments) == 0
    assert "started" not in capsys.readouterr().err
    assert (tables / "results.md").read_text() == page


def test_the_readme_shows_the_results() -> None:
    """What stands in the README is the short form in artifacts/results/results.md."""
    readme = (ROOT / "README.md").read_text()
    found = re.search(f"{re.escape(BEGIN)}\n(.*?){re.escape(END)}", readme, re.DOTALL)
    assert found is not None
    results = (ROOT / "artifacts" / "results" / "results.md").read_text()
    assert results.startswith(found[1])
    assert found[1].count("| `sort` |") == 3
