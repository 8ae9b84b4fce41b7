"""What synthesis learns from: sequences with a label at each position, all of them texts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tprog.errors import UsageError
from tprog.rasp.evaluate import Column, Evaluation, RaspError, evaluate, label
from tprog.rasp.graph import Aggregate, SOp, Width, walk

CHUNK = 2_000
"""Sequences that a graph is asked about at once."""

LOOKED_AT = 20
"""Examples on which a graph is seen to look to the left."""


@dataclass(frozen=True, slots=True)
class Example:
    """One sequence and what is wanted at each of its positions; None where nothing is."""

    tokens: tuple[str, ...]
    labels: tuple[str | None, ...]


@dataclass(frozen=True)
class Examples:
    """Sequences with labels.

    Attributes:
        rows: the examples, none of them empty, each as often as it was given.
        pooled: whether a sequence has one label; it stands at the last position then, None before it.
        causal: whether it is known that a label depends on nothing behind its position. Where it is False it may hold
            all the same; `contradicts_causality` looks.
    """

    rows: tuple[Example, ...]
    pooled: bool = False
    causal: bool = False

    def __post_init__(self) -> None:
        if not self.rows:
            raise UsageError("there are no examples to learn from; give at least one")
        for row in self.rows:
            if not row.tokens or len(row.tokens) != len(row.labels):
                shown = " ".join(row.tokens)[:60]
                raise UsageError(
                    f"an example needs a label (or none) for each of its tokens, at least one: {shown!r}"
                )

    @cached_property
    def alphabet(self) -> tuple[str, ...]:
        """Every token, integers by their value, other texts in their order."""
        return ordered(token for row in self.rows for token in row.tokens)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Every label, integers by their value, other texts in their order."""
        return ordered(one for row in self.rows for one in row.labels if one is not None)

    @cached_property
    def longest(self) -> int:
        """The greatest length."""
        return max(len(row.tokens) for row in self.rows)

    @cached_property
    def contradicts_causality(self) -> bool:
        """Whether two examples begin alike and have different labels there."""
        known: dict[tuple[str, ...], str] = {}
        for row in self.rows:
            for end, wanted in enumerate(row.labels, start=1):
                if wanted is None:
                    continue
                if known.setdefault(row.tokens[:end], wanted) != wanted:
                    return True
        return False

    def some(self, rows: Iterable[Example]) -> "Examples":
        """Return other rows of the same kind."""
        return Examples(tuple(rows), self.pooled, self.causal)


def is_integer(text: str) -> bool:
    """Whether a text is an integer as Python writes it: `-3` is, `03` and `+3` are not."""
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and str(int(text)) == text


def ordered(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct texts, by their value where all are integers."""
    distinct = set(texts)
    if all(map(is_integer, distinct)):
        return tuple(sorted(distinct, key=int))
    return tuple(sorted(distinct))


def answers(graph: SOp, sequences: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return a graph's labels for each sequence.

    Raises:
        RaspError: it has no value on one of them.
    """
    return [tuple(map(label, row)) for row in evaluate(graph, sequences)]


def wrong_rows(graph: SOp, examples: Examples, most: int | None = None) -> list[int]:
    """Return which examples a graph gets wrong (no value counts as wrong), shortest first, at most so many."""
    found: list[int] = []
    rows = sorted(enumerate(examples.rows), key=lambda row: len(row[1].tokens))
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        given = answers_or_none(graph, [row.tokens for _, row in chunk])
        found += [
            number
            for (number, row), said in zip(chunk, given, strict=True)
            if said is None
            or any(wanted not in (None, one) for wanted, one in zip(row.labels, said, strict=True))
        ]
        if most is not None and len(found) >= most:
            break
    return found[:most]


def answers_or_none(
    graph: SOp, sequences: Sequence[tuple[str, ...]]
) -> list[tuple[str, ...] | None]:
    """Return a graph's labels for each sequence, None for those on which it has no value."""
    try:
        return [*answers(graph, sequences)]
    except RaspError:
        middle = len(sequences) // 2
        halves = sequences[:middle], sequences[middle:]
        return (
            [row for half in halves for row in answers_or_none(graph, half)] if middle else [None]
        )


def looks_left(graph: SOp, rows: Sequence[Example]) -> bool:
    """Tell whether no head of a graph reads a key right of its query, on some examples."""
    reads = [one for one in walk(graph) if isinstance(one, Aggregate | Width)]
    for row in rows[:: max(1, len(rows) // LOOKED_AT)]:
        alphabet = tuple(dict.fromkeys(row.tokens))
        codes = np.array([[alphabet.index(token) for token in row.tokens]])
        found = Evaluation(Column(codes, alphabet))
        for one in reads:
            if np.triu(found.matrix(one.selector)[0], 1).any():
                return False
    return True
