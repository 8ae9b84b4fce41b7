"""The published recipe for text: the network, the Program and emitted code give the same labels, and bad vectors are told."""

import os
import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from text.made_up import write_classes, write_entities

from tprog.analysis.texts import TextRun, learn_text, write_learned
from tprog.codegen import emit, emit_files
from tprog.errors import TprogError, UsageError
from tprog.evaluate import predict
from tprog.evaluate.inputs import encode
from tprog.ir import Program
from tprog.learn.network import Network
from tprog.reader import read_source
from tprog.stopping import Stopper
from tprog.text.documents import Document, Kind
from tprog.text.published import CLASSES, ENTITIES, Recipe, learn_published, vector_logits
from tprog.text.reading import read_documents

SMALL = Recipe(epochs=6, heads=1, variables=2, values=12, batch=16)


def differences(program: Program, network: Network, documents: list[Document], folder: Path) -> int:
    """Return on how many documents emitted code, the evaluator and the discretised network are not all equal."""
    for name, text in emit_files(program, "program").items():
        (folder / name).write_text(text, encoding="utf-8")
    run = runpy.run_path(str(folder / "program.py"))["run"]
    words = [list(document.words) for document in documents]
    labels = network.prediction_labels
    by_network: dict[int, list[str]] = {}
    for rows, batch in encode(program.domain, words):
        found = network.predict(batch)
        data = found[:, None] if program.classifier.pooled else found[:, 1:-1]
        for row, numbers in zip(rows.tolist(), data.tolist(), strict=True):
            by_network[row] = [labels[number] for number in numbers]
    wrong = 0
    for row, (words_of, given) in enumerate(zip(words, predict(program, words), strict=True)):
        emitted = run(words_of)
        emitted = [emitted] if isinstance(emitted, str) else emitted
        wrong += not by_network[row] == list(given) == list(emitted)
    return wrong


@pytest.mark.parametrize("kind", ["classify", "ner"])
def test_every_reading_gives_the_same_labels(kind: Kind, tmp_path: Path) -> None:
    """Network, Program and code agree on known words and new ones; the text reads back; a seed repeats."""
    write = write_entities if kind == "ner" else write_classes
    given = read_documents(write(tmp_path / "a.txt", 60), kind)
    pooled = kind == "classify"
    program, network = learn_published(given.documents, given.labels, 0, SMALL, 10, pooled=pooled)
    strange = [replace(one, words=("Zürich", "😀", *one.words[1:])) for one in given.documents]
    short = [one for one in strange if len(one.words) <= 10]
    assert differences(program, network, [*given.documents, *short], tmp_path) == 0
    assert read_source(emit(program)) == program
    again, _ = learn_published(given.documents, given.labels, 0, SMALL, 10, pooled=pooled)
    other, _ = learn_published(given.documents, given.labels, 1, SMALL, 10, pooled=pooled)
    assert again == program != other


def test_long_texts_are_cut(tmp_path: Path) -> None:
    """No text is longer than the network reads, which a remark tells; the folder says what the setting was."""
    recipe = replace(SMALL, longest=4, epochs=1)
    data = write_classes(tmp_path / "a.tsv", 60)
    found = learn_text(TextRun("classify", data, recipe=recipe))
    assert max(len(one.words) for one in found.test) == 4
    assert "more than 4 words are cut" in found.report.remarks[-1]
    report = write_learned(found, tmp_path / "model")
    assert report.recipe == "published: 1 epochs, 2 layers of 1 heads, 2 variables of 12 values"


def test_an_interrupt_keeps_the_best_so_far(tmp_path: Path) -> None:
    """Once it is to stop no epoch begins; there is a program all the same."""
    run = TextRun("ner", write_entities(tmp_path / "a.conll", 40), recipe=SMALL)
    steps: list[str] = []
    told = learn_text(run, Stopper(steps.append))
    assert len(steps) == SMALL.epochs
    assert "epoch 6 of 6: loss" in steps[-1]
    assert not told.report.stopped
    late = learn_text(run, Stopper(seconds=0))
    assert late.report.stopped
    assert late.program.operations


def test_vectors_begin_the_variables(tmp_path: Path) -> None:
    """Words with the same vector begin alike; a word may hold blanks; a bad line is named."""
    path = tmp_path / "vectors.txt"
    path.write_text("a 1 0\n. . 7 7\nb 1 0\nc 0 -2\n", encoding="utf-8")
    logits = vector_logits(path, ("<s>", "a", "b", "c", "."), 6, seed=0)
    assert logits.shape == (5, 6)
    assert np.array_equal(logits[1], logits[2])
    assert not np.allclose(logits[1], logits[3])
    assert not np.allclose(logits[4], 7 / 1 * logits[1])
    with pytest.raises(TprogError, match=r"vectors\.txt: none of the 1 words"):
        vector_logits(path, ("d",), 6, seed=0)
    path.write_text("a 1 0\nb 1 x\n", encoding="utf-8")
    with pytest.raises(TprogError, match=r"vectors\.txt:2: no word and 2 numbers"):
        vector_logits(path, ("b",), 6, seed=0)
    with pytest.raises(TprogError, match="cannot read"):
        vector_logits(tmp_path / "none.txt", ("b",), 6, seed=0)


def test_options_that_do_not_fit(tmp_path: Path) -> None:
    """Rows of votes are not budgeted here."""
    with pytest.raises(UsageError, match="--rows"):
        learn_text(TextRun("ner", write_entities(tmp_path / "a.conll"), rows=3, recipe=ENTITIES))


TEXTS = os.environ.get("TPROG_TEXT")


@pytest.mark.slow
@pytest.mark.skipif(TEXTS is None, reason="set TPROG_TEXT to the folder of texts")
def test_published_texts(tmp_path: Path) -> None:
    """On TREC the figure is what the docs say, and no reading differs on any test question."""
    folder = Path(TEXTS or "")
    train = read_documents(folder / "trec.train.txt", "classify")
    test = read_documents(folder / "trec.test.txt", "classify").documents
    program, network = learn_published(train.documents, train.labels, 0, CLASSES, 37, pooled=True)
    found = predict(program, [one.words for one in test])
    right = sum(tuple(labels) == one.labels for labels, one in zip(found, test, strict=True))
    assert right / len(test) > 0.78
    assert differences(program, network, list(test), tmp_path) == 0
