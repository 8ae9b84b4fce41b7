"""Documents: words with a label each (named entities), or with one label for all (classification)."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from tprog.errors import UnreadableSource, UsageError

Kind: TypeAlias = Literal["classify", "ner"]

OUTSIDE = "O"
BEGIN, INSIDE = "B-", "I-"
DOCSTART = "-DOCSTART-"
HELD_OUT = 10
"""One document in so many is held out for testing where no test file is given."""
# Words of running text: letters and digits with inner hyphens or apostrophes, or else one character.
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*|\S")
_TAG = re.compile(r"[BI]-\S+|O")


@dataclass(frozen=True, slots=True)
class Document:
    """A document: in which line it begins, its words, and its labels; a single one where it is classified."""

    line: int
    words: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Documents:
    """What a file holds.

    Attributes:
        path: the file.
        kind: `ner` where every word has a label.
        documents: in the file's order.
        encoding: in which the file was read.
        remarks: what a reader should know, a line each: a guessed encoding, rows left out.
    """

    path: Path
    kind: Kind
    documents: tuple[Document, ...]
    encoding: str
    remarks: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label, `O` first, the others in the order of their texts."""
        found = {label for document in self.documents for label in document.labels}
        return tuple(sorted(found, key=lambda label: (label != OUTSIDE, label)))


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns or keys hold text and label; None for the usual names.

    Attributes:
        text: a header of a CSV file, or a key of JSON lines.
        label: the same; of CoNLL columns a number from 1, or from the end where it is negative.
    """

    text: str | None = None
    label: str | None = None


@dataclass(slots=True)
class Problems:
    """What is left out of a file while it is read, counted by reason, with the first line of each."""

    path: Path
    first: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def leave_out(self, line: int, reason: str) -> None:
        """Count a row that holds nothing to learn from."""
        self.first.setdefault(reason, line)
        self.counts[reason] += 1

    def fail(self, line: int, reason: str) -> UnreadableSource:
        """Return the error for a line that cannot be understood."""
        return UnreadableSource(f"{self.path}:{line}: {reason}")

    @property
    def remarks(self) -> tuple[str, ...]:
        """A line for each reason."""
        return tuple(
            f"{self.path}:{self.first[reason]}: {reason}; left out ({count} such)"
            for reason, count in self.counts.items()
        )


def words_of(text: str) -> tuple[str, ...]:
    """Return the words and punctuation marks of running text."""
    return tuple(_WORD.findall(text))


def begun(tags: Iterable[str]) -> Iterator[str]:
    """Return tags in which every entity begins with B (IOB2), whether or not they do so already (IOB1)."""
    before = OUTSIDE
    for tag in tags:
        if tag.startswith(INSIDE) and before[2:] != tag[2:]:
            yield BEGIN + tag[2:]
        else:
            yield tag
        before = tag


def is_tag(text: str) -> bool:
    """Tell whether a text is `O`, `B-TYPE` or `I-TYPE`."""
    return _TAG.fullmatch(text) is not None


def split_off(
    documents: Sequence[Document], seed: int, part: int = HELD_OUT
) -> tuple[tuple[Document, ...], tuple[Document, ...]]:
    """Return the documents in two parts, by a seed: one in `part` of them is in the second; each in the given order.

    Raises:
        UsageError: there are too few documents.
    """
    held = -(-len(documents) // part)
    if len(documents) < 2 * held:
        raise UsageError(f"{len(documents)} documents cannot be split; give more, or --test FILE")
    order = np.random.default_rng(seed).permutation(len(documents))
    chosen = set(order[:held].tolist())
    rest = tuple(one for row, one in enumerate(documents) if row not in chosen)
    return rest, tuple(one for row, one in enumerate(documents) if row in chosen)


def cut(documents: Iterable[Document], most: int | None) -> tuple[Document, ...]:
    """Return the documents with their first words alone, at most so many, and the labels of these."""
    return tuple(
        replace(one, words=one.words[:most], labels=one.labels[:most]) for one in documents
    )
