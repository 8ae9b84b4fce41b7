"""`tprog compile`."""

import json
from pathlib import Path

from terminal import one_line, tprog

REVERSE = "aggregate(select(indices, length - 1 - indices, ==), tokens)"


def test_an_expression_is_compiled_and_is_its_task(tmp_path: Path) -> None:
    """What is written is a program like any other: it verifies against the task that it is compiled for."""
    target = tmp_path / "reverse.py"
    finished = tprog("compile", REVERSE, "--task", "reverse:length=6", "-o", str(target))
    assert finished.code == 0
    assert tprog("verify", str(target), "--task", "reverse:length=6").code == 0


def test_json_says_how_it_was_checked(tmp_path: Path) -> None:
    """The number of inputs and whether these are all."""
    arguments = ("--vocab", "a,b", "--length", "3", "--json")
    finished = tprog("compile", REVERSE, *arguments, "-o", str(tmp_path / "x.py"))
    assert json.loads(finished.out)["inputs"] == 14
    assert json.loads(finished.out)["exhaustive"] is True


def test_what_cannot_be_compiled_is_refused_and_nothing_written(tmp_path: Path) -> None:
    """One line says why."""
    target = tmp_path / "x.py"
    several = "aggregate(select(indices, indices, <=), tokens)"
    finished = tprog("compile", several, "--vocab", "a,b", "--length", "3", "-o", str(target))
    assert finished.code == 1
    assert "average" in finished.err.splitlines()[0]
    assert not target.exists()


def test_a_refusal_shows_its_place_in_the_text(tmp_path: Path) -> None:
    """File, line and column of the s-op that cannot be compiled, also where a function of the library made it."""
    path, options = tmp_path / "x.rasp", ("--vocab", "a,b", "--length", "3")
    path.write_text("one = 1 + indices;\nodd = indices + (tokens / 2);\nodd - one;\n")
    finished = tprog("compile", str(path), *options)
    line, text, caret = finished.err.splitlines()
    assert f"{path}:2:18: it has no value on the input a" in line
    assert text == "odd = indices + (tokens / 2);"
    assert caret.index("^") == text.index("tokens")
    path.write_text("x = indices;\ny = 1 + average(full_s, tokens);\n")
    assert f"{path}:2:9: " in tprog("compile", str(path), *options).err


def test_an_alphabet_and_a_length_are_needed() -> None:
    """RASP has neither."""
    assert tprog("compile", REVERSE).code == 2
    assert "--vocab" in one_line(tprog("compile", REVERSE, "--length", "3"))
