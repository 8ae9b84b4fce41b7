"""Tests of simplifying as a whole."""

import json
from dataclasses import replace

import pytest
from effort import scaled
from example_programs import hist_program, identity_votes, reverse_program
from hypothesis import given, settings
from simplifying import closed_programs, same_predictions

from tprog.analysis.measure.sizes import file_lines
from tprog.analysis.simplify import checked
from tprog.analysis.simplify import sound as sound_room
from tprog.analysis.simplify.acceptance import Acceptance
from tprog.analysis.simplify.pruning import prune, with_votes
from tprog.analysis.simplify.simplify import BrokenPass, simplify
from tprog.codegen import emit
from tprog.errors import UsageError
from tprog.ir import Program
from tprog.reader import read_source
from tprog.tasks.registry import get_task

TASK = get_task("hist:vocabulary=5,length=5")


def poor_hist() -> Program:
    """Return a `hist` that answers 0 instead of 3."""
    rows = list(identity_votes(4, 5).weights)
    rows[3] = rows[0]
    return with_votes(
        hist_program(("0", "1", "2")), [replace(identity_votes(4, 5), weights=tuple(rows))]
    )


@settings(max_examples=scaled(6))
@given(closed_programs(max_operations=3, max_inputs=20))
def test_the_result_is_no_longer_and_the_same(program: Program) -> None:
    """Its file has no more lines, reads back, gives the same labels, and cannot be made shorter again."""
    found = simplify(program).program
    assert same_predictions(program, found)
    before, after = file_lines(emit(program)), file_lines(emit(found))
    assert before is not None
    assert after is not None
    assert after <= before
    assert read_source(emit(found)) == found
    assert simplify(found).program == found


def test_what_a_person_wrote_stays() -> None:
    """Names and notes of heads that stay are kept; the file says what was done."""
    program = hist_program()
    head = replace(program.operations[0], name="how_often", notes=("Counts itself.",))
    program = replace(program, operations=(head, program.operations[1]))
    found = simplify(program)
    assert [operation.name for operation in found.program.operations] == ["how_often"]
    text = emit(found.program)
    assert "# Counts itself." in text
    assert "the same labels on every one of 120 inputs." in " ".join(text.split())
    again = simplify(found.program)
    assert again.program == found.program


def test_weaker_contracts_keep_what_they_say() -> None:
    """A program that errs may answer anything there, or be right there; a floor allows errors elsewhere."""
    program = poor_hist()
    correct = simplify(program, "correct", task=TASK)
    accuracy = simplify(program, "accuracy", task=TASK)
    low = simplify(program, "accuracy", task=TASK, floor=0.3)
    assert correct.missed == (0, 0)
    assert accuracy.missed[1] <= accuracy.missed[0]
    assert low.after.lines is not None
    assert low.after.lines <= (accuracy.after.lines or 0)
    assert low.missed[1] <= 0.7 * low.wanted
    facts = " ".join(low.program.provenance.lines)
    assert "Accuracy:" in facts


def test_a_large_domain_sees_sound_passes_alone() -> None:
    """Unless a sample is allowed, which is then said."""
    program = hist_program()
    sound = simplify(program, limit=10)
    assert sound.sound_only
    assert "by what each pass proves" in sound.how
    sampled = simplify(program, limit=10, sampled=True)
    assert not sampled.exhaustive
    assert "not proved" in sampled.how


def lie(program: Program) -> Program:
    """Claim that no vote matters, as a broken sound pass might."""
    return prune(with_votes(program, ()))


def cheat(program: Program, trials: Acceptance) -> Program:
    """Put a wrong program where the accepted one stands, as a checked pass that lets nothing be checked."""
    trials._history = [lie(program)]
    return lie(program)


def test_a_broken_sound_pass_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last check stands on its own, so a wrong result is an error and no answer."""
    monkeypatch.setattr(sound_room, "SOUND", (("liar", lie),))
    with pytest.raises(BrokenPass, match="nothing is written"):
        simplify(hist_program())
    with pytest.raises(BrokenPass, match="answers differently"):
        simplify(hist_program(), limit=10)


@pytest.mark.parametrize("keep", ["exact", "correct", "accuracy"])
def test_a_broken_checked_pass_is_caught(monkeypatch: pytest.MonkeyPatch, keep: str) -> None:
    """The same holds for a pass that goes around its trials, under every contract."""
    monkeypatch.setattr(checked, "CHECKED", (("cheat", cheat, False),))
    with pytest.raises(BrokenPass):
        simplify(hist_program(("0", "1", "2")), keep, task=TASK)  # type: ignore[arg-type]


def test_a_floor_is_a_share_of_accuracy() -> None:
    """Other floors are mistakes."""
    with pytest.raises(UsageError, match="goes with"):
        simplify(hist_program(), floor=0.5)
    with pytest.raises(UsageError, match="no share"):
        simplify(hist_program(("0", "1", "2")), "accuracy", task=TASK, floor=99)


def test_the_figures_are_json() -> None:
    """Everything but the Program is written, with a format version."""
    found = simplify(reverse_program())
    text = json.loads(json.dumps(found.to_json()))
    assert text["format"] == 1
    assert text["inputs"] == 120
    assert text["after"]["lines"] <= text["before"]["lines"]
    assert "program" not in text


def test_no_time_means_no_search() -> None:
    """Sound passes still run, and it is said that the time was up."""
    found = simplify(hist_program(), seconds=0)
    assert not found.in_time
    assert same_predictions(hist_program(), found.program)
