"""The pages of circuits."""

import pytest
from effort import scaled
from example_programs import reverse_program
from hypothesis import given, settings
from hypothesis import strategies as st
from some_inputs import as_reference, drawn_batches, framed
from strategies import programs
from terminal import printed, small_hist

import tprog
from tprog.analysis.explain.baseline_values import baseline_values
from tprog.analysis.explain.circuits import closeups, survey
from tprog.analysis.measure.reference import draw_reference, fitting_task
from tprog.analysis.show.circuits import closeups_page, survey_page
from tprog.ir import Program


@pytest.mark.parametrize("name", ["sort", "most_freq", "dyck2", "induction"])
def test_the_summary_of_a_gallery_program_fits_thirty_lines(name: str) -> None:
    """A survey keeps to thirty lines of eighty columns, and names every circuit that it shows with its share."""
    program = tprog.load(name)
    task = fitting_task(program)
    found = survey(program, draw_reference(program, task, 60, 0), task)
    lines = printed(survey_page(found, 80), 80)
    assert len(lines) <= 30
    assert all(len(line) <= 80 for line in lines)
    text = " ".join(" ".join(lines).split())
    assert ", ".join(program.names[part] for part in found.circuits[0].parts) in text
    assert f"{found.predictions:,} predictions on 60 random inputs of {name}" in text


def test_a_position_shows_votes_slice_and_circuit() -> None:
    """A close-up tells the votes with their sign, what was read where, and what is held."""
    program = reverse_program()
    neutral = baseline_values(program, draw_reference(program, None, 60, 0))
    lines = printed(closeups_page(closeups(program, ["a", "b"], neutral, 1)), 80)
    assert lines[0].startswith("position 1, token a: b before")
    text = "\n".join(lines)
    assert "mirrored_token = b  +10" in text
    assert "mirrored_token@1 = b" in text
    assert "v tokens@2 = b" in text
    assert "no smaller set gives the answer" in text


def test_an_input_shows_a_line_for_each_position() -> None:
    """Without a position every prediction has its circuit."""
    program = reverse_program()
    neutral = baseline_values(program, draw_reference(program, None, 60, 0))
    lines = printed(closeups_page(closeups(program, ["a", "b", "c"], neutral)), 100)
    assert [line.split()[:3] for line in lines[1:4]] == [
        ["1", "a", "c"],
        ["2", "b", "b"],
        ["3", "c", "a"],
    ]
    assert printed(closeups_page(()), 80) == ["no position of this input has a label that counts"]


def test_a_circuit_that_decides_everything_says_so() -> None:
    """Where there is one circuit, it decides everywhere."""
    program = small_hist()
    found = survey(program, draw_reference(program, None, 60, 0))
    text = " ".join(printed(survey_page(found, 80), 80))
    assert ("everywhere" in text) == (len(found.circuits) == 1)


@given(data=st.data(), program=programs())
@settings(max_examples=scaled(40))
def test_every_program_has_a_page(data: st.DataObject, program: Program) -> None:
    """Odd symbols, no votes, no parts and pooled outputs are all shown within the width."""
    batches = drawn_batches(data, program)
    reference = as_reference(batches)
    found = survey(program, reference)
    assert printed(survey_page(found, 80), 80)
    neutral = baseline_values(program, reference)
    close = closeups(program, framed(batches[0], 0), neutral)
    assert printed(closeups_page(close), 80)
    for one in close[:1]:
        assert printed(closeups_page([one]), 80)
