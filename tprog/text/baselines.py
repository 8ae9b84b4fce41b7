"""What others reach on the same split: the words' own labels, naive Bayes, and a logistic regression on words and pairs of words."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix

from tprog.text.documents import OUTSIDE, Document
from tprog.text.evidence import Ints
from tprog.text.fitting import refit

RIDGE = 1.0
"""The usual penalty of a logistic regression."""
STEPS = 200


def commonest_tags(train: Sequence[Document], test: Sequence[Document]) -> list[tuple[str, ...]]:
    """Return for each word of the test documents the tag that it has most often in training, `O` where it is new."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for document in train:
        for word, tag in zip(document.words, document.labels, strict=True):
            counts[word][tag] += 1
    best = {word: min(found, key=lambda tag: (-found[tag], tag)) for word, found in counts.items()}
    return [tuple(best.get(word, OUTSIDE) for word in document.words) for document in test]


def counted(
    documents: Sequence[Document], pairs: bool, index: dict[tuple[str, ...], int], grow: bool
) -> csr_matrix:
    """Return `(documents, features)`: which words, and which pairs of neighbours, a document has.

    Args:
        documents: the documents.
        pairs: whether pairs of neighbouring words count too.
        index: the feature of each word and pair.
        grow: whether new ones are added to `index`; otherwise they are left out.
    """
    rows, places = [], []
    for row, document in enumerate(documents):
        words = document.words
        found: set[tuple[str, ...]] = {(word,) for word in words}
        if pairs:
            found |= set(pairwise(words))
        for each in sorted(found):
            place = index.setdefault(each, len(index)) if grow else index.get(each, -1)
            if place >= 0:
                rows.append(row)
                places.append(place)
    return csr_matrix((np.ones(len(rows)), (rows, places)), shape=(len(documents), len(index)))


def naive_bayes(
    train: Sequence[Document], test: Sequence[Document], labels: Sequence[str]
) -> list[str]:
    """Return the labels of test documents by naive Bayes on words, each count one more than it is."""
    index: dict[tuple[str, ...], int] = {}
    known = counted(train, False, index, grow=True)
    truth = np.eye(len(labels))[_numbers(train, labels)]
    counts = known.T @ truth + 1
    weights = np.log(counts / counts.sum(axis=0))
    scores = counted(test, False, index, grow=False) @ weights + np.log(truth.sum(axis=0) + 1e-9)
    return [labels[place] for place in scores.argmax(axis=1).tolist()]


def regression(
    train: Sequence[Document], test: Sequence[Document], labels: Sequence[str]
) -> list[str]:
    """Return the labels of test documents by a multinomial logistic regression on words and pairs."""
    index: dict[tuple[str, ...], int] = {}
    known = counted(train, True, index, grow=True)
    weights = refit(known, _numbers(train, labels), len(labels), RIDGE, STEPS)
    scores = counted(test, True, index, grow=False) @ weights
    return [labels[place] for place in scores.argmax(axis=1).tolist()]


def _numbers(documents: Sequence[Document], labels: Sequence[str]) -> Ints:
    return np.array([labels.index(document.labels[0]) for document in documents], dtype=np.int64)
