"""A difference as HTML."""

from dataclasses import replace

from example_programs import hist_program, large_program
from markup import seen

from tprog.analysis.diff import diff
from tprog.analysis.show.page.diff_html import diff_document, diff_snippet
from tprog.ir import Constant


def check(page: str) -> str:
    """Return a page whose tags are balanced."""
    assert seen(page)
    return page


def test_a_page_shows_changes_and_answers() -> None:
    """Both sides, the places that changed and examples stand on a page that needs no other file."""
    program = hist_program()
    head = replace(program.operations[0], predicate=Constant(False))  # type: ignore[arg-type]
    other = replace(program, operations=(head, program.operations[1]))
    page = check(diff_document(diff(program, other, names=("<one>", "two"))))
    assert "<title>&lt;one&gt; → two</title>" in page
    assert "predicate rows" in page
    assert "count_own" in page
    assert "the shortest inputs that differ" in page
    assert "http" not in page


def test_long_changes_can_be_opened() -> None:
    """What does not fit is folded away, and nothing is left out."""
    found = diff(large_program(seed=1, layers=1), large_program(seed=2, layers=1))
    page = check(diff_snippet(found))
    assert "<details>" in page
    assert page.startswith('<div class="tprog">')


def test_sameness_and_strangeness_are_said() -> None:
    """The same program, and programs with nothing in common, have pages too."""
    assert "the same up to names and order" in check(
        diff_document(diff(hist_program(), hist_program()))
    )
    strange = diff(hist_program(), hist_program(("x", "y")))
    assert "cannot be compared" in check(diff_snippet(strange))
