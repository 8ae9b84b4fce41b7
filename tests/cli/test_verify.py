"""`tprog verify`."""

import json
from dataclasses import replace
from pathlib import Path

from terminal import one_line, small_hist, tprog, write_program

from tprog import gallery as tprog_gallery
from tprog.ir import NumericalLookup


def test_a_right_program_is_equal_to_its_task(tmp_path: Path) -> None:
    """Exit code 0 says that every input was compared and none differs."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("verify", str(program))
    assert finished.code == 0
    assert "every one of 120 inputs" in " ".join(finished.out.split())


def test_a_wrong_program_is_shown_a_shortest_example(tmp_path: Path) -> None:
    """Exit code 3 comes with an input that differs, of the least length."""
    right = small_hist()
    lookup = right.operations[1]
    assert isinstance(lookup, NumericalLookup)
    wrong = replace(
        right, operations=(right.operations[0], replace(lookup, rectangles=lookup.rectangles[:2]))
    )
    program = write_program(tmp_path, wrong)
    finished = tprog("verify", str(program), "--json")
    assert finished.code == 3
    found = json.loads(finished.out)
    assert found["outcome"] == "different"
    assert len(found["counterexample"]["tokens"]) == 3


def test_two_programs_are_compared(tmp_path: Path) -> None:
    """A program equals itself, run by the evaluator or as emitted code."""
    program = write_program(tmp_path, small_hist())
    assert tprog("verify", str(program), "--against", str(program)).code == 0
    assert tprog("verify", str(program), "--against", str(program), "--emitted").code == 0


def test_a_sample_proves_nothing(tmp_path: Path) -> None:
    """Exit code 4 says that no difference was found in a sample."""
    program = write_program(tmp_path, small_hist())
    assert tprog("verify", str(program), "--limit", "50").code == 4


def test_a_program_without_a_task_needs_a_reference(tmp_path: Path) -> None:
    """Without a task there is nothing to compare with."""
    plain = small_hist()
    program = write_program(
        tmp_path, replace(plain, provenance=replace(plain.provenance, task=None))
    )
    finished = tprog("verify", str(program))
    assert finished.code == 2
    assert "--against" in one_line(finished)


def test_lengths_and_time_can_be_limited(tmp_path: Path) -> None:
    """`--up-to` compares shorter inputs alone; a program longer than the time decides nothing wrongly."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("verify", str(program), "--up-to", "2", "--json")
    assert finished.code == 0
    assert json.loads(finished.out)["lengths"] == [1, 2]
    assert tprog("verify", str(program), "--seconds", "60").code == 0


def test_two_programs_with_too_many_inputs_are_proved_equal() -> None:
    """Dyck-2 has a billion inputs; its simplified form becomes the same program, so none is compared."""
    short = Path(tprog_gallery.__path__[0]) / "dyck2" / "simplified.py"
    finished = tprog("verify", str(short), "--against", "dyck2")
    assert finished.code == 0
    assert "proved: both become the same program by rewritings" in " ".join(finished.out.split())


def test_a_rasp_file_is_compared_like_a_program(tmp_path: Path) -> None:
    """Either side may be RASP; two RASP files need an alphabet and a length."""
    good, bad = tmp_path / "hist.rasp", tmp_path / "other.rasp"
    good.write_text("selector_width(select(tokens, tokens, ==));\n")
    bad.write_text("indices + 1;\n")
    program = str(write_program(tmp_path, small_hist()))
    assert tprog("verify", program, str(good)).code == 0
    assert tprog("verify", str(good), program).code == 0
    assert tprog("verify", str(bad), program).code == 3
    assert tprog("verify", str(good), "--task", "hist:length=5").code == 0
    assert "--vocab" in one_line(tprog("verify", str(good), str(bad)))
    alone = tprog("verify", str(good), str(bad), "--vocab", "a,b", "--length", "3", "--json")
    assert alone.code == 3
    assert json.loads(alone.out)["counterexample"]["tokens"] == ["a", "a"]


def test_two_rasp_programs_are_compared_at_every_length(tmp_path: Path) -> None:
    """Exit code 0 is a proof, 3 comes with a shortest input, 4 says which part has no finite memory."""
    flip = tmp_path / "flip.rasp"
    flip.write_text('n = select(tokens, "a", ==) and select(indices, indices, <=);\n')
    with flip.open("a") as file:
        file.write("selector_width(n) % 2;\n")
    every = "--every-length", "--vocab", "a,b"
    proved = tprog("verify", str(flip), "--against", str(flip), *every)
    assert proved.code == 0
    assert "every length over a, b: 3 states" in " ".join(proved.out.split())
    found = tprog("verify", str(flip), "indices % 2", *every, "--json")
    assert found.code == 3
    assert json.loads(found.out)["counterexample"]["tokens"] == ["a"]
    open_ended = tprog("verify", "length % 2", str(flip), "--every-length", "--vocab", "a")
    assert open_ended.code == 3
    unknown = tprog("verify", "length", "length", *every)
    assert unknown.code == 4
    assert "positions behind its own" in " ".join(unknown.out.split())
    hurried = tprog("verify", str(flip), str(flip), *every, "--proof-seconds", "0")
    assert hurried.code == 4
    assert "there was no time" in " ".join(hurried.out.split())
    assert "--vocab" in one_line(tprog("verify", str(flip), "tokens", "--every-length"))
    assert "OTHER" in one_line(tprog("verify", str(flip), *every))
    assert tprog("verify", "tokens", "tokens", "--every-length", "--task", "hist").code == 0
