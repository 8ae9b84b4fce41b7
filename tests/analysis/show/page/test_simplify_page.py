"""Tests of the page on what simplifying did."""

import io
from dataclasses import replace

from example_programs import hist_program

from tprog.analysis.show.page.simplify_page import simplify_page
from tprog.analysis.simplify.simplify import Simplified, simplify
from tprog.tasks import get_task
from tprog.terminal import Console


def printed(found: Simplified) -> str:
    """Return the page as one line of words."""
    console = Console(width=100, file=io.StringIO(), force_terminal=True, color_system=None)
    console.print(simplify_page(found, "mine"))
    file = console.file
    assert isinstance(file, io.StringIO)
    return " ".join(file.getvalue().split())


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
