"""Verdicts and simplifications as HTML."""

from dataclasses import replace

from example_programs import hist_program
from markup import seen

from tprog.analysis.prove.verify import verify
from tprog.analysis.show.page.outcome_html import simplified_snippet, verdict_snippet
from tprog.analysis.simplify.simplify import simplify
from tprog.ir import Constant, NumericalHead


def test_a_verdict_says_what_was_compared() -> None:
    """Equal is said with the number of inputs, a difference with a shortest input."""
    program = hist_program()
    assert "equal" in seen(verdict_snippet(verify(program, program)))
    head = replace(program.operations[0], predicate=Constant(True))  # type: ignore[arg-type]
    other = replace(program, operations=(head, program.operations[1]))
    words = seen(verdict_snippet(verify(other, program, names=("mine", "theirs"))))
    assert "different : mine does not always give the labels of theirs" in words
    assert "117 inputs differ" in words
    assert "input a theirs 1 mine 2" in words


def test_a_simplification_shows_both_sizes() -> None:
    """Lines before and after, how it is known, and what each pass did."""
    program = hist_program()
    idle = NumericalHead(1, 1, 2, Constant(True), name="idle")
    found = simplify(replace(program, operations=(*program.operations, idle)), seconds=5)
    words = seen(simplified_snippet(found))
    assert f"{found.before.lines} lines before, {found.after.lines} lines now" in words
    assert "the same labels on every one of 120 inputs" in words
    assert found._repr_html_() == simplified_snippet(found)
