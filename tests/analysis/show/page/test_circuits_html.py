"""Circuits as HTML."""

from example_programs import reverse_program
from markup import seen

from tprog.analysis.explain.baseline_values import neutral_values
from tprog.analysis.explain.circuits import closeups, survey
from tprog.analysis.measure.reference import draw_reference
from tprog.analysis.show.page.circuits_html import closeup_snippet, survey_snippet


def test_a_closeup_shows_its_circuit_and_votes() -> None:
    """The prediction, the parts that alone give it and the votes stand on the page."""
    program = reverse_program()
    held = neutral_values(program, draw_reference(program, None, 200, 0))
    (found,) = closeups(program, ["a", "b", "c"], held, 1)
    words = seen(closeup_snippet(found))
    assert "says c against" in words
    assert "mirrored_token alone give this answer" in words
    assert found._repr_html_() == closeup_snippet(found)


def test_a_survey_shows_every_circuit() -> None:
    """How often each circuit decides, and an example of it."""
    program = reverse_program()
    found = survey(program, draw_reference(program, None, 100, 0))
    words = seen(survey_snippet(found))
    assert "predictions on 100 inputs" in words
    assert "mirrored_token" in words
    assert found._repr_html_() == survey_snippet(found)
