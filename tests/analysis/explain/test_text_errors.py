"""Errors of text programs are grouped by what they come from, and two programs are compared on real texts."""

from pathlib import Path

from terminal import tprog
from text.made_up import write_entities

from tprog.analysis.explain.text_errors import differing_lines, error_lines, text_errors
from tprog.analysis.texts import TextRun, learn_text, write_learned
from tprog.evaluate import predict
from tprog.ir import Program
from tprog.text.documents import Document
from tprog.text.reading import read_documents


def tagged(*words_and_tags: str) -> Document:
    """Return a document of words, each with its tag behind a slash."""
    pairs = [one.rpartition("/") for one in words_and_tags]
    return Document(1, tuple(word for word, _, _ in pairs), tuple(tag for _, _, tag in pairs))


def causes(program: Program, test: Document, train: list[Document]) -> dict[str, str]:
    """Return the cause of each word's error."""
    errors = text_errors(program, [test], train)
    return {one.where.partition("[")[2].partition("]")[0]: one.cause for one in errors}


def test_each_error_has_the_cause_that_was_planted(tmp_path: Path) -> None:
    """Labels are wrong by design: beside words that were seen so, on a new word, on one never labelled so, in a new place."""
    data = write_entities(tmp_path / "a.conll")
    program = learn_text(TextRun("ner", data, heads=2)).program
    train = list(read_documents(data, "ner").documents)
    words = ("Ann", "lives", "in", "Rome", ".")
    assert predict(program, [words]) == [["B-PER", "O", "O", "B-LOC", "O"]]
    noise = tagged("Ann/O", "lives/O", "in/O", "Rome/B-PER", "./O")
    assert causes(program, noise, train) == {"Ann": "noise", "Rome": "noise"}
    given = predict(program, [("Zoe", "saw", "Ann")])[0]
    new = tagged(f"Zoe/{'O' if given[0] != 'O' else 'B-PER'}", f"saw/{given[1]}", f"Ann/{given[2]}")
    assert causes(program, new, train) == {"Zoe": "new"}
    given = predict(program, [("Rome", "Rome", "Rome")])[0]
    odd = tagged("Rome/I-PER", "Rome/I-PER", "Rome/I-PER")
    assert set(causes(program, odd, train).values()) == {"unlike"}
    lines = list(error_lines(text_errors(program, [odd], train), 3, 4))
    assert lines[0] == "3 of 3 labels are wrong"
    assert lines[1].startswith("3: the word never had the right label")
    assert any(line.startswith(f"  {given[0]} for I-PER, ") for line in lines)


def test_the_commands_speak_of_texts(tmp_path: Path) -> None:
    """`tprog trace` groups errors by cause; `tprog diff` compares on the texts that the second was tested on."""
    data = write_entities(tmp_path / "a.conll")
    found = [learn_text(TextRun("ner", data, heads=heads, words=5)) for heads in (0, 2)]
    for number, one in enumerate(found):
        write_learned(one, tmp_path / str(number))
    traced = tprog("trace", str(tmp_path / "0"))
    assert traced.code == 0, traced
    assert " labels are wrong\n" in traced.out
    assert ": the word is new\n" in traced.out
    told = list(differing_lines([one.program for one in found], found[1].test, 2))
    differ = tprog("diff", str(tmp_path / "0"), str(tmp_path / "1"))
    assert told[0] in differ.out
    assert all(line in differ.out for line in told[1:])
