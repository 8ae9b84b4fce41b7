"""What the two recipes learn from knows no label of its own or of later documents."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from text.leaks import first_leak
from text.made_up import write_classes, write_entities

from tprog.text.classes import ClassSettings, ordered_columns, plan
from tprog.text.corpus import make_corpus
from tprog.text.evidence import Ints, Scale
from tprog.text.readable import ENTITY_EVIDENCE, Spoken, evidence_codes, evidence_counts
from tprog.text.reading import read_documents


@pytest.mark.parametrize("spoken", ENTITY_EVIDENCE, ids=lambda spoken: str(spoken.name))
def test_entities(tmp_path: Path, spoken: Spoken) -> None:
    """Each kind of evidence is ordered; the same evidence from all documents at once is caught."""
    given = read_documents(write_entities(tmp_path / "a.conll", 30), "ner")
    corpus = make_corpus(given.documents, given.labels, pooled=False)
    scale = Scale(given.labels, (1.0, 3.0), 1.0)

    def ordered(keys: Sequence[Ints], labels: Sequence[Ints], order: Ints) -> list[Ints]:
        changed = replace(corpus, labels=np.concatenate(labels))
        return corpus.cut(evidence_codes(spoken, changed, scale, order))

    def whole(keys: Sequence[Ints], labels: Sequence[Ints], order: Ints) -> list[Ints]:
        counts = evidence_counts(spoken, replace(corpus, labels=np.concatenate(labels)), scale)
        return corpus.cut(scale.codes(counts.by_key, counts.totals)[corpus.ids])

    texts = corpus.cut(corpus.ids), corpus.cut(corpus.labels)
    random = np.random.default_rng(0)
    order = random.permutation(corpus.documents)
    assert first_leak(ordered, *texts, order, random) is None
    assert first_leak(whole, *texts, order, random) is not None


def test_classes(tmp_path: Path) -> None:
    """Evidence of words, and of words beside common ones, is ordered."""
    given = read_documents(write_classes(tmp_path / "a.tsv", 40), "classify")
    settings = ClassSettings()
    made = plan(given.documents, given.labels, settings)
    corpus = made.corpus

    def ordered(keys: Sequence[Ints], labels: Sequence[Ints], order: Ints) -> list[Ints]:
        changed = replace(made, corpus=replace(corpus, labels=np.concatenate(labels)))
        found = ordered_columns(changed, settings, order)
        parts = zip(*(corpus.cut(found[number]) for number in sorted(found)), strict=True)
        return [np.concatenate(each) for each in parts]

    labels = np.split(corpus.labels, corpus.documents)
    random = np.random.default_rng(0)
    order = random.permutation(corpus.documents)
    assert len(ordered(labels, labels, order)) == corpus.documents
    assert first_leak(ordered, corpus.cut(corpus.ids), labels, order, random) is None
