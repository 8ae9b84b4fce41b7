"""Which settings text is learned with: one at a time is changed, and rated within the training part alone.

Classes: the share of held-out texts that are right, over folds. Entities: F1 on tuning documents, each half tagged by a
program of which nothing was chosen on it, with the bias that is best for the other half.

    python -m experiments.text_settings classify trec.train.txt
    python -m experiments.text_settings ner wnut17.train.conll wnut17.dev.conll
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from tprog.text.classes import PLACES, ClassSettings, plan, right, voted
from tprog.text.documents import Document
from tprog.text.entities import EntitySettings, held_f1, held_sums
from tprog.text.reading import read_documents

FOLDS = 3
"""Texts of classes are split into so many parts, each of which is held out once."""
BEFORE, FIRST, SECOND = PLACES
CLASSES: dict[str, Sequence[Any]] = {
    "places": (
        (),
        (replace(BEFORE, most=8), replace(FIRST, most=8), replace(SECOND, most=8)),
        (replace(BEFORE, most=48), replace(FIRST, most=16), replace(SECOND, most=16)),
        (BEFORE, FIRST),
        (replace(BEFORE, most=8), FIRST),
    ),
    "ridge": (1.0, 4.0),
    "caution": (0.25, 1.0),
    "orders": (2, 8),
    "warm": (0.0, 0.3),
}
ENTITIES: dict[str, Sequence[Any]] = {
    "heads": (8,),
    "ridge": (10.0, 40.0),
    "caution": (0.5, 2.0),
    "rows": (60,),
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
) -> list[float]:
    """Return for each fold the share of its texts that the others' program labels right."""
    order = np.random.default_rng(0).permutation(len(documents)).tolist()
    found = []
    for fold in range(FOLDS):
        held = [documents[row] for row in order[fold::FOLDS]]
        rest = [documents[row] for at, row in enumerate(order) if at % FOLDS != fold]
        random = np.random.default_rng(fold)
        program = voted(plan(rest, labels, settings), settings, random)
        found.append(right(program, held) / len(held))
    return found


def rate_entities(
    documents: Sequence[Document],
    tuning: Sequence[Document],
    labels: tuple[str, ...],
    settings: EntitySettings,
    seed: int,
) -> list[float]:
    """Return for each half of the tuning documents the F1 of a program and a bias that did not see it."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(tuning)).tolist()
    halves = [[tuning[row] for row in order[start::2]] for start in (0, 1)]
    held = held_sums(documents, halves, labels, settings, random)
    found = []
    for one, other in ((0, 1), (1, 0)):
        bias = max(settings.biases, key=lambda each: held_f1(held[other : other + 1], labels, each))
        found.append(held_f1(held[one : one + 1], labels, bias))
    return found


def main(kind: str, data: str, tune: str | None = None, seed: str = "0") -> None:
    """Rate every variant and print a line for each."""
    if kind == "classify":
        given = read_documents(Path(data), "classify")
        for name, chosen in variants(ClassSettings(), CLASSES):
            began = process_time()
            report(name, rate_classes(given.documents, given.labels, chosen), began)
        return
    assert tune is not None
    given, more = (read_documents(Path(name), "ner") for name in (data, tune))
    for name, chosen in variants(EntitySettings(), ENTITIES):
        began = process_time()
        rated = rate_entities(given.documents, more.documents, given.labels, chosen, int(seed))
        report(name, rated, began)


def report(name: str, found: Sequence[float], began: float) -> None:
    """Print the mean, each figure, and the processor seconds."""
    each = " ".join(f"{100 * one:.2f}" for one in found)
    mean = 100 * sum(found) / len(found)
    print(f"{mean:.2f}  {name}  ({each}; {process_time() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
