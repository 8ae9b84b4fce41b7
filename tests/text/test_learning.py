"""Programs learned from text label it well, and every reading of them gives the same labels."""

import os
import runpy
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from text.made_up import write_classes, write_entities

from tprog.analysis.texts import Learned, TextRun, learn_text, write_learned
from tprog.codegen import emit
from tprog.errors import UsageError
from tprog.evaluate import predict
from tprog.ir import CategoricalVotes, WordTable
from tprog.locate import load
from tprog.manifest import read_manifest
from tprog.reader import read_source
from tprog.stopping import Stopper
from tprog.text.classes import TABLE_ROWS, ClassSettings
from tprog.text.corpus import answers, make_corpus
from tprog.text.documents import Document, Kind
from tprog.text.heads import candidates


def differences(found: Learned, documents: Sequence[Document], folder: Path) -> int:
    """Return on how many documents the file in a folder, the evaluator and the integer model are not all equal."""
    program = found.program
    corpus = make_corpus(documents, program.classifier.labels, program.classifier.pooled)
    write_learned(found, folder)
    run = runpy.run_path(str(folder / "program.py"))["run"]
    words = [list(document.words) for document in documents]
    ways = zip(answers(program, corpus), predict(program, words), map(run, words), strict=True)
    return sum(not first == second == third for first, second, third in ways)


@pytest.fixture(scope="module")
def entities(tmp_path_factory: pytest.TempPathFactory) -> Learned:
    """Return what is learned of made-up entities."""
    folder = tmp_path_factory.mktemp("entities")
    return learn_text(TextRun("ner", write_entities(folder / "a.conll"), heads=4, baselines=True))


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Learned:
    """Return what is learned of made-up questions."""
    folder = tmp_path_factory.mktemp("classes")
    return learn_text(TextRun("classify", write_classes(folder / "a.tsv"), baselines=True))


def test_entities_are_found(entities: Learned) -> None:
    """Made-up sentences are tagged all but perfectly, and no worse than by each word's tag."""
    ours, plain = entities.report.scores
    assert ours.value > 0.95
    assert ours.value >= plain.value
    assert entities.report.heads == 4


def test_no_value_stands_idle(entities: Learned) -> None:
    """The tables of evidence speak of the same values, each of which some word has in one of them."""
    tables = [one for one in entities.program.inputs if isinstance(one, WordTable)]
    assert len(tables) == 3
    assert len({table.values for table in tables}) == 1
    assert {code for table in tables for code in table.table} == {*range(len(tables[0].values))}


def test_classes_are_told_apart(classes: Learned) -> None:
    """Questions that begin with the same word are told apart by the next."""
    assert [score.name for score in classes.report.scores][1:] == [
        "naive Bayes",
        "logistic regression, words and pairs",
    ]
    assert classes.report.scores[0].value == 1.0


@pytest.mark.parametrize("which", ["entities", "classes"])
def test_every_reading_gives_the_same_labels(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Emitted code, evaluator and integer model agree, on known words and on new ones."""
    found: Learned = request.getfixturevalue(which)
    strange = [replace(one, words=("Zürich", "😀", *one.words[1:])) for one in found.test]
    assert differences(found, [*found.test, *strange], tmp_path) == 0


@pytest.mark.parametrize("which", ["entities", "classes"])
def test_the_file_reads_back(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The emitted text is the same Program again, and so is the run folder."""
    found: Learned = request.getfixturevalue(which)
    assert read_source(emit(found.program)) == found.program
    report = write_learned(found, tmp_path)
    assert load(tmp_path) == found.program
    assert report.lines == (tmp_path / "program.py").read_text(encoding="utf-8").count("\n")


def test_few_words_have_entries(tmp_path: Path) -> None:
    """With a budget of words the commonest alone have entries; the others are read as unknown."""
    found = learn_text(TextRun("classify", write_classes(tmp_path / "a.tsv"), words=5))
    assert found.report.words == 5
    assert differences(found, found.test, tmp_path) == 0


@pytest.mark.parametrize("rows", [2, 30, 120])
def test_a_budget_of_classes_is_kept(tmp_path: Path, rows: int) -> None:
    """Votes and tables of classes together take no more rows than they may, and every reading agrees."""
    found = learn_text(TextRun("classify", write_classes(tmp_path / "a.tsv"), rows=rows))
    program = found.program
    votes = [vote for vote in program.classifier.votes if isinstance(vote, CategoricalVotes)]
    written = sum(len({row for row in vote.weights if any(row)}) for vote in votes)
    tables = sum(isinstance(one, WordTable) for one in program.inputs) - 1
    assert 0 < written + TABLE_ROWS * tables <= rows
    assert read_source(emit(program)) == program
    assert differences(found, found.test, tmp_path) == 0


@given(st.integers(0, 400))
def test_places_share_a_budget(rows: int) -> None:
    """Two thirds of the rows at most go to tables; with any number nothing is left out."""
    found = ClassSettings(rows=rows).budgeted
    tables = sum(place.most + 1 for place in found.places)
    assert found.rows + TABLE_ROWS * tables * bool(rows) == rows
    assert TABLE_ROWS * tables <= 2 * rows / 3 or not rows
    assert rows or found == ClassSettings()


def test_learning_repeats(tmp_path: Path, classes: Learned) -> None:
    """The same seed gives the same program."""
    again = learn_text(TextRun("classify", write_classes(tmp_path / "a.tsv")))
    assert again.program == classes.program


def test_a_handful_of_texts_is_enough(tmp_path: Path) -> None:
    """Four sentences end in a program, whose bias stays as it is: there is nothing to tune it on."""
    for number in (2, 4):
        data = write_entities(tmp_path / "few.conll", number)
        found = learn_text(TextRun("ner", data, test=data))
        assert found.report.documents == number


def interrupting(step: object) -> None:
    """Take Ctrl-C at the first report."""
    raise KeyboardInterrupt


@pytest.mark.parametrize("kind", ["ner", "classify"])
def test_an_interrupt_completes_what_was_found(tmp_path: Path, kind: Kind) -> None:
    """After Ctrl-C nothing more is searched for; the program is whole, and its folder says that it was ended early."""
    write = write_entities if kind == "ner" else write_classes
    watch = Stopper(interrupting)
    found = learn_text(TextRun(kind, write(tmp_path / "a.txt")), watch)
    assert watch.interrupted
    assert not found.program.operations
    assert found.report.scores[0].value > 0.5
    assert differences(found, found.test, tmp_path) == 0
    assert not read_manifest(tmp_path / "manifest.json").other["finished"]


def test_each_step_is_told(tmp_path: Path) -> None:
    """Tables, heads, rows and the bias of `O` are told in this order; a spent budget leaves only the search out."""
    data = write_entities(tmp_path / "a.conll")
    steps: list[str] = []
    learn_text(TextRun("ner", data, heads=4, rows=40), Stopper(steps.append))
    words = [
        next(each for each in ("tables", "heads", "rows", "log-odds") if each in step)
        for step in steps
    ]
    assert list(dict.fromkeys(words)) == ["tables", "heads", "rows", "log-odds"]
    late = learn_text(TextRun("ner", data, heads=4), Stopper(seconds=0))
    assert not late.program.operations
    assert late.report.stopped


def test_options_that_do_not_fit(tmp_path: Path) -> None:
    """Heads are chosen for entities alone."""
    with pytest.raises(UsageError, match="entities"):
        learn_text(TextRun("classify", write_classes(tmp_path / "a.tsv"), heads=3))


def test_candidates_lie_on_both_sides() -> None:
    """Each source at each distance, nearest first."""
    assert [look.name for look in candidates(("shape",), 2)] == [
        *("shape_left_1", "shape_right_1", "shape_left_2", "shape_right_2"),
    ]


TEXTS = os.environ.get("TPROG_TEXT")


@pytest.mark.slow
@pytest.mark.skipif(TEXTS is None, reason="set TPROG_TEXT to the folder of texts")
@pytest.mark.parametrize(
    ("kind", "train", "test", "tune", "least"),
    [
        ("ner", "wnut17.train.conll", "wnut17.test.conll", "wnut17.dev.conll", 0.21),
        ("classify", "trec.train.txt", "trec.test.txt", None, 0.86),
        ("classify", "mr.txt", None, None, 0.75),
        ("classify", "subj.txt", None, None, 0.91),
    ],
)
def test_published_texts(
    kind: Kind, train: str, test: str | None, tune: str | None, least: float, tmp_path: Path
) -> None:
    """The figure is what the docs say, within the spread of seeds, and no reading differs on any test token."""
    folder = Path(TEXTS or "")
    given = [None if name is None else folder / name for name in (test, tune)]
    run = TextRun(kind, folder / train, given[0], given[1])
    found = learn_text(run)
    assert found.report.scores[0].value >= least
    assert differences(found, found.test, tmp_path) == 0
