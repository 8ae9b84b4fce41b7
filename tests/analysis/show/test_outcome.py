"""The pages of what importing and simplifying came to."""

from dataclasses import replace
from pathlib import Path

from example_programs import hist_program
from published.test_program import small
from published.written import write
from published_imports import run_folder, single
from terminal import printed as lines_of

from tprog.analysis.importing import bring_in, bring_in_all, places, write_import
from tprog.analysis.show.imports import import_page, tree_page
from tprog.analysis.show.model import Page
from tprog.analysis.show.simplified import simplified_page
from tprog.analysis.show.summary import parting_line
from tprog.analysis.simplify.simplify import Simplified, simplify
from tprog.tasks.registry import get_task


def shown(page: Page) -> str:
    """Return a page as plain text."""
    return "\n".join(lines_of(page, 200))


def printed(found: Simplified) -> str:
    """Return the page of a simplification as one line of words."""
    return " ".join(shown(simplified_page(found, "mine")).split())


def test_an_import_says_where_it_comes_from_and_what_is_next(tmp_path: Path) -> None:
    """The page names the file, the meaning, the written program and a command to go on with."""
    path = write(small(), tmp_path, "good")
    brought = write_import(bring_in(single(path)), tmp_path / "out")
    text = shown(import_page(brought))
    for part in (str(path), "means what its source computes", "wrote ", "next: tprog analyze"):
        assert part in text
    again = write_import(bring_in(single(path)), tmp_path / "out")
    assert "already there" in shown(import_page(again))
    assert brought.parting is not None
    assert "source and network" in shown((parting_line(brought.parting),))


def test_a_tree_is_a_table(tmp_path: Path) -> None:
    """Each find has a row, and each reason a line."""
    tree = tmp_path / "tree"
    tree.mkdir()
    write(small(), tree, "good")
    write(small(), tree, "bad")
    (tree / "bad_weights.csv").unlink()
    run_folder(tree / "run")
    rows = list(bring_in_all(places(tree), tmp_path / "out"))
    text = shown(tree_page(rows, tmp_path / "out"))
    assert "not read" in text
    assert "bad.py:" in text
    assert "one meaning" in text
    assert f"2 of 3 imported into {tmp_path / 'out'}" in text.replace("\n", " ")


def test_it_says_what_was_kept_and_how_that_is_known() -> None:
    """Lines before and after, the contract, the inputs, and each pass by name."""
    found = simplify(hist_program())
    text = printed(found)
    assert f"mine: {found.before.lines} lines before, {found.after.lines} lines now" in text
    assert "the same labels on every one of 120 inputs" in text
    assert "before" in text
    assert all(step.name in text for step in found.steps)


def test_accuracy_shows_both_shares() -> None:
    """Under the weakest contract the reader sees what it cost."""
    program = hist_program(("0", "1", "2"))
    task = get_task("hist:vocabulary=5,length=5")
    found = simplify(program, "accuracy", task=task, floor=0.9)
    assert "100 % right before" in printed(found)


def test_time_that_was_up_is_said() -> None:
    """A search that was cut says so."""
    found = replace(simplify(hist_program()), in_time=False)
    assert "the time was up" in printed(found)
