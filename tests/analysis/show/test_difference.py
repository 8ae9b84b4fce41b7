"""The page of a difference."""

from dataclasses import replace

from example_programs import hist_program, reverse_program
from terminal import printed

from tprog.analysis.diff import diff
from tprog.analysis.show.difference import behaviour_page, difference_page, verdict
from tprog.analysis.show.model import Page
from tprog.ir import Constant, NumericalHead, Program, Rectangle


def rendered(page: Page, width: int = 100) -> str:
    """Return a page as plain text."""
    return "\n".join(printed(page, width))


def broken() -> Program:
    """`hist` that says 2 where it should say 1, and counts too much."""
    program = hist_program()
    boxes = (Rectangle(((1, 1),), 2), *program.operations[1].rectangles[1:])  # type: ignore[union-attr]
    lookup = replace(program.operations[1], rectangles=boxes, name="named")  # type: ignore[arg-type]
    return replace(program, operations=(program.operations[0], lookup))


def test_changes_stand_side_by_side() -> None:
    """A part's line says its kind and both names; below it stand the places that changed."""
    page = rendered(difference_page(diff(hist_program(), broken(), names=("one", "two")), 100))
    assert (
        "one → two: of the parts 1 changed, 4 the same; other answers on 93 inputs of 120" in page
    )
    assert "~ named  numerical look-up" in page
    assert "own_count" in page
    assert "count_own == 1" in page
    assert "the same: tokens, positions, ones, count_own" in page
    assert "1 → 2" in page
    assert "shortest inputs that differ:" in page


def test_the_same_program_is_one_line_and_one_more() -> None:
    """Where nothing changed the page says so and lists the parts."""
    found = diff(reverse_program(), reverse_program())
    assert verdict(found).plain == (
        "before → after: the same up to names and order; the same answers on every one of 120 inputs"
    )
    assert "~" not in rendered(difference_page(found, 80))


def test_parts_that_come_and_go_say_what_they_do() -> None:
    """An added head stands on the right, a removed one on the left, with what it reads and does."""
    program = reverse_program()
    longer = replace(
        program, operations=(*program.operations, NumericalHead(1, 1, 2, Constant(True), name="n"))
    )
    added = rendered(difference_page(diff(program, longer), 100))
    assert "+ n  numerical head" in added
    assert "every key" in added
    assert "- n  numerical head" in rendered(difference_page(diff(longer, program), 100))


def test_long_changes_are_cut_unless_all_are_asked_for() -> None:
    """Of many votes a few are shown and the rest counted."""
    program = hist_program()
    rows = tuple(tuple(-w for w in row) for row in program.classifier.votes[0].weights)  # type: ignore[union-attr]
    vote = replace(program.classifier.votes[0], weights=rows)  # type: ignore[arg-type]
    weights = ((1, 2, 3, 4, 5),) * 5
    other = replace(
        program,
        classifier=replace(program.classifier, votes=(replace(vote, weights=weights),)),  # type: ignore[arg-type]
    )
    found = diff(program, other)
    assert "and 21 more" in rendered(difference_page(found, 100))
    assert "more" not in rendered(difference_page(found, 100, every=True)).split("labels  ")[0]


def test_what_cannot_be_compared_is_said() -> None:
    """Programs without a common input differ in their domain, and the answers are not compared."""
    found = diff(hist_program(), hist_program(("x", "y")))
    page = rendered(difference_page(found, 100))
    assert "the whole program" in page
    assert "the answers cannot be compared: they read different symbols" in page
    assert "cannot be compared" in rendered(behaviour_page(found, 100))


def test_narrow_terminals_lose_nothing() -> None:
    """Cells are folded, so that every word stands on a narrow page too."""
    found = diff(hist_program(), broken())
    page = rendered(difference_page(found, 50), 50)
    assert max(map(len, page.splitlines())) <= 50
    assert "count_own" in page
