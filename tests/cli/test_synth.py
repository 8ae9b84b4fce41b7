"""`tprog synth`."""

import itertools
import json
from pathlib import Path

import pytest
from terminal import small_hist, tprog, write_program

from tprog.evaluate import predict
from tprog.locate import load
from tprog.rasp.evaluate import evaluate
from tprog.rasp.module import graph_of


def test_a_task_becomes_rasp_and_a_program_that_is_right_everywhere(tmp_path: Path) -> None:
    """The folder holds what is printed, and the program of it passes every input of the domain."""
    folder = tmp_path / "run"
    finished = tprog("synth", "hist:vocabulary=5,length=5", "-o", str(folder), "--json")
    assert finished.code == 0, finished.err
    said = json.loads(finished.out)
    assert said["found"]
    assert said["verdict"] == "equal"
    assert said["wrong_longer"] is None
    assert said["longest"] > 5
    assert (folder / "algorithm.rasp").read_text() == said["rasp"]
    assert evaluate(graph_of(folder / "algorithm.rasp"), [("1", "0", "1")]) == [(2, 1, 2)]
    assert tprog("verify", str(folder)).code == 0


def test_examples_in_a_file_are_enough(tmp_path: Path) -> None:
    """A file of examples is learned from; nothing is said of inputs that it does not have."""
    data = tmp_path / "shift.jsonl"
    words = ["abc", "bca", "cc", "aab", "b", "cab", "ba", "acb", "bb", "a", "c", "abca", "ccab"]
    lines = [{"tokens": [*word], "labels": ["-", *word[:-1]]} for word in words]
    data.write_text("\n".join(map(json.dumps, lines)))
    finished = tprog("synth", "--data", str(data), "--json")
    assert finished.code == 0, finished.err
    said = json.loads(finished.out)
    assert (said["examples"], said["fresh"], said["longer"]) == (len(words), 0, 0)


def test_one_label_for_a_sequence_is_learned(tmp_path: Path) -> None:
    """The value at the last symbol is the label; the Program gives it by votes that are added over the sequence."""
    words = ["".join(each) for n in range(1, 6) for each in itertools.product("ab", repeat=n)]
    rows = [
        {"tokens": list(word), "label": "odd" if word.count("a") % 2 else "even"} for word in words
    ]
    data = tmp_path / "words.jsonl"
    data.write_text("\n".join(map(json.dumps, rows)))
    found = tprog("synth", "--data", str(data), "--seconds", "30", "-o", str(tmp_path / "run"))
    assert found.code == 0, found.err
    assert f"equal on all {len(words)} examples" in found.out
    program = load(tmp_path / "run")
    assert program.classifier.pooled
    assert predict(program, ["a", "abba", "babaa"]) == [["odd"], ["even"], ["odd"]]


def test_what_a_program_computes_is_found(tmp_path: Path) -> None:
    """A Program is asked like a task."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("synth", "--like", str(program), "--json")
    assert finished.code == 0, finished.err
    assert json.loads(finished.out)["verdict"] == "equal"


def test_a_regular_expression_is_proved() -> None:
    """The graph of a regular expression holds at every length; one that is none is refused with its place."""
    finished = tprog("synth", "--regex", "(aa)*", "--length", "6")
    assert finished.code == 0, finished.err
    assert "proved equal at every length" in finished.out
    wrong = tprog("synth", "--regex", "(a")
    assert wrong.code == 2
    assert "Traceback" not in wrong.err


def test_what_is_not_found_is_said(tmp_path: Path) -> None:
    """Contradicting labels have no algorithm; the exit code says so, and no program is written."""
    data = tmp_path / "noise.jsonl"
    rows = [("ab", "xy"), ("ba", "yy"), ("aab", "xyx"), ("bab", "yxx"), ("aba", "yyx"), ("b", "x")]
    lines = [{"tokens": [*tokens], "labels": [*labels]} for tokens, labels in rows]
    data.write_text("\n".join(map(json.dumps, lines)))
    folder = tmp_path / "run"
    finished = tprog("synth", "--data", str(data), "--seconds", "0", "-o", str(folder))
    assert finished.code == 4
    assert "not found" in finished.out
    assert not (folder / "program.py").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name one task"),
        (["hist", "--like", "sort"], "name one task"),
        (["hist", "--parts", "guesses"], "there is no part"),
        (["hist", "--vocab", "a,b"], "--like FILE.rasp"),
        (["hist", "--regex", "a*"], "name no other task"),
    ],
)
def test_bad_usage_is_one_line(arguments: list[str], said: str) -> None:
    """Each slip is one line that says what to do, with exit code 2."""
    finished = tprog("synth", *arguments)
    assert finished.code == 2
    assert said in finished.err
    assert "Traceback" not in finished.err


def test_a_curriculum_goes_on_where_it_was(tmp_path: Path) -> None:
    """Tasks are solved in their order, and a second run reads the state; a bad line is named."""
    lessons = tmp_path / "lessons.txt"
    lessons.write_text("# counting\nhist:vocabulary=4,length=4\n")
    folder = tmp_path / "learned"
    finished = tprog("synth", "--curriculum", str(lessons), "--seconds", "10", "-o", str(folder))
    assert finished.code == 0, finished.err
    assert "scratch" in finished.out
    state = (folder / "curriculum.json").read_text()
    again = tprog("synth", "--curriculum", str(lessons), "--seconds", "0", "-o", str(folder))
    assert again.code == 0
    assert (folder / "curriculum.json").read_text() == state
    lessons.write_text("hist\nnonsense\n")
    wrong = tprog("synth", "--curriculum", str(lessons))
    assert wrong.code == 2
    assert "line 2" in wrong.err
