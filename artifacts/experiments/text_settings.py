"""Which settings text is learned with: one at a time is changed, and rated within the training part alone.

Classes: the share of held-out texts that are right, over folds, and its distance from that of the usual settings with the
standard error of the distance. `--held` leaves out what `tprog text` holds out by seeds 0, 1 and 2. Entities: F1 on tuning documents, each half tagged by a
program of which nothing was chosen on it, with the bias that is best for the other half; and the loss of a word, which tells more apart.

    python -m experiments.text_settings classify trec.train.txt
    python -m experiments.text_settings classify mr.txt --held
    python -m experiments.text_settings ner wnut17.train.conll wnut17.dev.conll
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from scipy.special import logsumexp

from tprog.text.classes import PLACES, ClassSettings, plan, right, voted
from tprog.text.corpus import Corpus
from tprog.text.documents import Document, split_off
from tprog.text.entities import VOTE_SCALE, EntitySettings, held_f1, held_sums
from tprog.text.evidence import Ints
from tprog.text.reading import read_documents

FOLDS = 3
"""Texts of classes are split into so many parts, each of which is held out once."""
HELD_SEEDS = (0, 1, 2)
"""Of `--held`: the seeds whose test texts the docs speak of."""
BEFORE, FIRST, SECOND = PLACES
CLASSES: dict[str, Sequence[Any]] = {
    "places": (
        (),
        (replace(BEFORE, most=8), replace(FIRST, most=8), replace(SECOND, most=8)),
        (replace(BEFORE, most=48), replace(FIRST, most=16), replace(SECOND, most=16)),
        (BEFORE, FIRST),
    ),
    "ridge": (1.0, 4.0),
    "caution": (0.5, 2.0),
    "orders": (2, 8),
    "warm": (0.0, 0.3),
    "rows": (100, 150, 200, 300),
}
ENTITIES: dict[str, Sequence[Any]] = {
    "heads": (8,),
    "ridge": (10.0, 40.0),
    "caution": (0.5, 2.0),
    "rows": (0, 60, 78, 100, 200),
}


def variants(usual: Any, ranges: dict[str, Sequence[Any]]) -> Iterator[tuple[str, Any]]:
    """Yield the usual settings, and those in which one value differs."""
    yield "usual", usual
    for name, values in ranges.items():
        for value in values:
            if value != getattr(usual, name):
                yield f"{name} {value}", replace(usual, **{name: value})


def rate_classes(
    documents: Sequence[Document], labels: tuple[str, ...], settings: ClassSettings
) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return for each text whether a program of the other folds labels it right."""
    order = np.random.default_rng(0).permutation(len(documents))
    found = np.zeros(len(documents), dtype=np.bool_)
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        rest = [documents[row] for row in np.setdiff1d(order, held)]
        chosen = settings.budgeted
        program = voted(plan(rest, labels, chosen), chosen, np.random.default_rng(fold))
        found[held] = right(program, [documents[row] for row in held])
    return found


def rate_entities(
    documents: Sequence[Document],
    tuning: Sequence[Document],
    labels: tuple[str, ...],
    settings: EntitySettings,
    seed: int,
) -> tuple[list[float], list[float]]:
    """Return for each half of the tuning documents the F1 of a program and a bias that did not see it, and the loss of a word without a bias."""
    random = np.random.default_rng(seed)
    held = held_sums(documents, tuning, labels, settings, random)
    found = []
    for one, other in ((0, 1), (1, 0)):
        bias = max(settings.biases, key=lambda each: held_f1(held[other : other + 1], labels, each))
        found.append(held_f1(held[one : one + 1], labels, bias))
    return found, [word_loss(corpus, sums) for corpus, sums in held]


def word_loss(corpus: Corpus, sums: Ints) -> float:
    """Return the mean of the negative log-likelihood of words' labels."""
    known = corpus.labels >= 0
    scores = sums[known] / VOTE_SCALE
    right = scores[np.arange(len(scores)), corpus.labels[known]]
    return float((logsumexp(scores, axis=1) - right).mean())


def main(kind: str, data: str, more: str | None = None, seed: str = "0") -> None:
    """Rate every variant and print a line for each."""
    if kind == "classify":
        given = read_documents(Path(data), "classify")
        documents = given.documents
        if more == "--held":
            tests = [{*split_off(documents, one)[1]} for one in HELD_SEEDS]
            documents = tuple(one for one in documents if not any(one in test for test in tests))
        tell_classes(documents, given.labels)
        return
    assert more is not None
    train, tune = (read_documents(Path(name), "ner") for name in (data, more))
    for name, chosen in variants(EntitySettings(), ENTITIES):
        began = process_time()
        args = train.documents, tune.documents, train.labels, chosen, int(seed)
        found, losses = rate_entities(*args)
        each = " ".join(f"{100 * one:.2f}" for one in found)
        mean, seconds = 100 * sum(found) / len(found), process_time() - began
        loss = sum(losses) / len(losses)
        print(f"{mean:.2f}  loss {loss:.4f}  {name}  ({each}; {seconds:.0f} s)", flush=True)


def tell_classes(documents: Sequence[Document], labels: tuple[str, ...]) -> None:
    """Print a line for each variant of the settings with and without places of common words."""
    print(f"{len(documents):,} texts")
    usual = rate_classes(documents, labels, ClassSettings())
    plain = replace(ClassSettings(), places=())
    settings = [
        *variants(ClassSettings(), CLASSES),
        *variants(plain, {**CLASSES, "places": (), "rows": ()}),
    ]
    for name, chosen in settings:
        began = process_time()
        found = rate_classes(documents, labels, chosen)
        apart = 100 * (found.astype(float) - usual)
        beside = "" if chosen.places else ", without places"
        sure = f"{apart.mean():+.2f} ± {apart.std() / len(apart) ** 0.5:.2f}"
        seconds = process_time() - began
        print(f"{100 * found.mean():.2f}  {sure}  {name}{beside}  ({seconds:.0f} s)", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
