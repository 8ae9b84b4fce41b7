"""Traced errors as HTML."""

from dataclasses import replace

from example_programs import hist_program
from markup import seen

from tprog.analysis.explain.trace import Example, given_examples, trace_errors
from tprog.analysis.show.page.errors_html import tracing_snippet
from tprog.ir import Program, Rectangle

INPUTS = [
    (("a",), ("1",)),
    (("a", "b"), ("1", "1")),
    (("a", "a"), ("2", "2")),
    (("b", "b", "b"), ("3",) * 3),
]


def traced(program: Program) -> str:
    examples = given_examples(program, [Example(*pair) for pair in INPUTS], "by hand")
    found = trace_errors(examples, "program.py")
    assert found._repr_html_() == tracing_snippet(found)
    return seen(tracing_snippet(found))


def test_suspects_and_causes_stand_on_the_page() -> None:
    """A box with another value is the first suspect, and its errors are put down to it."""
    program = hist_program()
    boxes = (*program.operations[1].rectangles[:1], Rectangle(((2, 2),), 3))  # type: ignore[union-attr]
    boxes += program.operations[1].rectangles[2:]  # type: ignore[union-attr]
    lookup = replace(program.operations[1], rectangles=boxes)  # type: ignore[arg-type]
    words = traced(replace(program, operations=(program.operations[0], lookup)))
    assert "1 example of 4 fail" in words
    assert "own_count: count_own == 2" in words
    assert "its repair puts them right" in words


def test_a_program_without_errors_says_so() -> None:
    """Where nothing fails there is nothing to suspect."""
    assert traced(hist_program()) == "none of 4 examples fails"
