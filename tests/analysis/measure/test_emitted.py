"""Tests of running emitted code."""

from dataclasses import replace

import pytest
from effort import scaled
from example_programs import hist_program, reverse_program
from hypothesis import given, settings
from strategies import programs

from tprog.analysis.measure.emitted import EmittedProgram
from tprog.analysis.measure.predictors import Predictor
from tprog.analysis.prove.verify import verify
from tprog.evaluate import encode
from tprog.ir import Program
from tprog.tasks.registry import get_task

DIGITS = ("0", "1", "2")


def test_emitted_code_runs_and_answers() -> None:
    """The code of `reverse` reverses."""
    emitted = EmittedProgram(reverse_program())
    assert emitted.run(["a", "b", "c"]) == ["c", "b", "a"]
    assert isinstance(emitted, Predictor)


def test_predictions_stand_at_the_data_positions() -> None:
    """The frame has no answer."""
    emitted = EmittedProgram(hist_program())
    [(_, batch)] = encode(emitted.domain, [["a", "b", "a"]])
    found = emitted.predict(batch)
    assert found[0, 0] == -1
    assert [emitted.prediction_labels[index] for index in found[0, 1:]] == ["2", "1", "2"]


def test_emitted_code_is_compared_like_any_other_side() -> None:
    """Its task and its Program agree with it on every input."""
    program = reverse_program(DIGITS)
    for other in (program, get_task("reverse:vocabulary=6,length=6")):
        verdict = verify(EmittedProgram(program), other)
        assert (verdict.outcome, verdict.inputs) == ("equal", 120)
    assert verify(EmittedProgram(program), program, limit=50).outcome == "unknown"


def test_an_exception_of_the_code_is_a_wrong_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the code raises stands in the counterexample."""
    program = reverse_program(DIGITS)
    emitted = EmittedProgram(program)
    right = emitted.run

    def broken(tokens: tuple[str, ...]) -> list[str]:
        if len(tokens) == 2:
            raise RuntimeError("broken")
        return right(tokens)

    monkeypatch.setattr(emitted, "run", broken)
    verdict = verify(emitted, program)
    assert verdict.differing_inputs == 9
    assert verdict.counterexample is not None
    assert verdict.counterexample.got == ("RuntimeError: broken", "RuntimeError: broken")


def test_modules_do_not_share_anything() -> None:
    """Two emitted programs run side by side without meeting."""
    one, other = EmittedProgram(reverse_program()), EmittedProgram(hist_program())
    assert one.run(["a", "b"]) == ["b", "a"]
    assert other.run(["a", "b"]) == ["1", "1"]


@given(programs(max_inputs=60))
@settings(max_examples=scaled(25))
def test_emitted_code_and_evaluator_agree_on_every_input(program: Program) -> None:
    """Code and evaluator answer alike, pooled or not, at every position."""
    everywhere = replace(program, domain=replace(program.domain, scored=None, unknown=None))
    verdict = verify(EmittedProgram(everywhere), everywhere)
    assert verdict.outcome == "equal"
    assert verdict.exhaustive
    assert verdict.inputs > 0
