"""A text program says in words what its values mean and why a text gets its labels."""

from pathlib import Path

import pytest
from terminal import small_hist, tprog
from text.made_up import write_classes, write_entities

from tprog.analysis.explain.text import is_text, legend, legend_lines, strongest, verdicts
from tprog.analysis.texts import Learned, TextRun, learn_text, write_learned
from tprog.evaluate.scalar import interpret
from tprog.ir import WordTable


@pytest.fixture(scope="module")
def entities(tmp_path_factory: pytest.TempPathFactory) -> Learned:
    """Return what is learned of made-up entities."""
    folder = tmp_path_factory.mktemp("entities")
    return learn_text(TextRun("ner", write_entities(folder / "a.conll"), heads=4))


def test_a_legend_names_words_of_a_value(entities: Learned) -> None:
    """Every word in a legend has the value; places share one that no person has."""
    program = entities.program
    number = program.names.index("tag")
    table = program.inputs[number]
    assert isinstance(table, WordTable)
    alphabet = program.domain.alphabet
    for place, value in enumerate(table.values.values):
        words = legend(program, table, place, most=100)
        assert all(table.table[alphabet.index(word)] == place for word in words)
        assert not ("Rome" in words and "Ann" in words), value
    lines = [line for line in legend_lines(program) if line.startswith("tag  B-LOC")]
    assert any("Rome" in line for line in lines)


def test_entities_are_told_whole_and_with_reasons(entities: Learned) -> None:
    """An entity of two words is one verdict, whose reasons are real votes for it."""
    program = entities.program
    words = ["we", "met", "Ann", "in", "San", "Juan"]
    found = verdicts(program, words)
    assert [(one.words, one.label) for one in found] == [
        (("Ann",), "PER"),
        (("San", "Juan"), "LOC"),
    ]
    run = interpret(program, program.domain.frame(words))
    first, second = (program.classifier.labels.index(each) for each in ("B-PER", found[0].rival))
    margin = run.sums[3][first] - run.sums[3][second]
    assert found[0].reasons
    assert margin > 0
    gains = [row[3][first] - row[3][second] for row in run.votes]
    assert [one.gain for one in found[0].reasons] == sorted(gains, reverse=True)[:4]


def test_each_label_has_what_speaks_for_it(entities: Learned) -> None:
    """One line for each label."""
    labels = entities.program.classifier.labels
    assert [line.partition(":")[0] for line in strongest(entities.program)] == list(labels)


def test_other_programs_are_no_texts() -> None:
    """A program of a closed vocabulary has no words to tell of."""
    assert not is_text(small_hist())


def test_the_command_line_explains_in_words(tmp_path: Path) -> None:
    """Words come before the table of values; a legend is told of text programs alone."""
    found = learn_text(TextRun("classify", write_classes(tmp_path / "a.tsv")))
    folder = tmp_path / "model"
    write_learned(found, folder)
    explained = tprog("run", str(folder), "--explain", "--input", "which year saw Rome ?")
    assert explained.code == 0, explained
    assert explained.out.splitlines()[0] == "which year saw Rome ?: time, rather than place"
    shown = tprog("text", "legend", str(folder))
    assert "evidence  time" in shown.out
    refused = tprog("text", "legend", "sort")
    assert (refused.code, "reads no texts" in refused.err) == (2, True)
