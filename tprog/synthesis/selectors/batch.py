"""The sequences that behaviours are compared on: short ones, as arrays, with what is wanted at their positions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tprog.rasp.evaluate import RaspError, evaluate
from tprog.rasp.graph import SOp, Value
from tprog.synthesis.examples import Example, Examples, is_integer
from tprog.synthesis.selectors.kernels import WIDE

Kind: TypeAlias = Literal["text", "int", "bool", "selector"]

Ints: TypeAlias = NDArray[np.int16]
Rows: TypeAlias = NDArray[Any]
"""Behaviours, one in a row: int16 for texts (their rank) and ints, uint8 for bools and masks of selectors."""

SEQUENCES = 128
"""Sequences of a batch: with so many, hardly two programs agree by chance (none of 2,000 in a study)."""

FEWEST = 8
"""Short examples below which there is nothing to compare behaviours on."""

LARGEST = 2_000
"""Greatest size of an integer in a behaviour: the sums of short sequences stay below it."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Short sequences as arrays; every row has `WIDE` positions for each.

    Attributes:
        examples: the sequences.
        texts: every text that a position may hold, in order; a position holds its rank.
        lengths: (sequences,).
        valid: (positions,), whether a position is inside its sequence.
        asked: (positions,), whether a label is wanted there.
        near: (WIDE, 256), for each query and mask the nearest selected key, `WIDE` for none.
        numeric: whether every token is an integer.
        kind: of the labels.
        target: (positions,), the labels as values of that kind.
        defaults: for texts and ints, what a head may write where it selects nothing; the likeliest first.
    """

    examples: tuple[Example, ...]
    texts: tuple[str, ...]
    lengths: NDArray[np.int64]
    valid: NDArray[np.bool_]
    asked: NDArray[np.bool_]
    near: NDArray[np.int64]
    numeric: bool
    kind: Kind
    target: Ints
    defaults: dict[Kind, tuple[int, ...]]

    def spread(self, sequences: Sequence[Sequence[int]]) -> Ints:
        """Return one value for each position of each sequence as a row, zero behind the ends."""
        found = np.zeros((len(sequences), WIDE), dtype=np.int16)
        for row, values in zip(found, sequences, strict=True):
            row[: len(values)] = values
        return found.reshape(-1)

    def of_graph(
        self, graph: SOp, tokens: Sequence[Sequence[Value]] = ()
    ) -> tuple[Kind, Ints] | None:
        """Return what a graph holds on the sequences, or on others, None where that is no text, int or bool within bounds."""
        try:
            found = evaluate(graph, tokens or [one.tokens for one in self.examples])
        except RaspError:
            return None
        types = {type(value) for row in found for value in row}
        if types == {str} and {value for row in found for value in row} <= set(self.texts):
            return "text", self.spread([[self.code(value) for value in row] for row in found])
        if types != {bool} and not types <= {int, Fraction}:
            return None
        numbers: list[list[Any]] = [list(row) for row in found]
        if any(abs(one) > LARGEST or one.denominator > 1 for row in numbers for one in row):
            return None
        return ("bool" if types == {bool} else "int"), self.spread(numbers)

    def code(self, text: Value) -> int:
        """Return the rank of a text."""
        return self.texts.index(str(text))


def short_examples(examples: Examples) -> list[Example]:
    """Return the distinct examples of at most `WIDE` tokens; of causal ones also the beginnings of longer ones."""
    rows = examples.rows
    if examples.causal and not examples.pooled:
        rows = tuple(Example(one.tokens[:WIDE], one.labels[:WIDE]) for one in rows)
    return [one for one in dict.fromkeys(rows) if len(one.tokens) <= WIDE]


def chosen(examples: Examples, seed: int, most: int = SEQUENCES) -> list[Example]:
    """Return a diverse choice of short examples: half of them the longest, the others at random."""
    short = short_examples(examples)
    random = Random(seed)
    random.shuffle(short)
    longest = sorted(short, key=lambda one: -len(one.tokens))[: most // 2]
    rest = [one for one in short if one not in set(longest)]
    return longest + rest[: most - len(longest)]


def batch_of(rows: Sequence[Example], examples: Examples, texts: frozenset[str]) -> Batch:
    """Return sequences as arrays; the kinds and defaults come from all examples, more texts from atoms."""
    labels = examples.labels
    numeric = all(map(is_integer, examples.alphabet))
    kind: Kind = "text"
    if set(labels) <= {"True", "False"}:
        kind = "bool"
    elif all(map(is_integer, labels)) and all(abs(int(one)) <= LARGEST for one in labels):
        kind = "int"
    defaults = _defaults(examples, kind)
    known = tuple(sorted({*examples.alphabet, *labels, *texts, *defaults["text"]}))
    rank = {text: number for number, text in enumerate(known)}

    def value(label: str | None) -> int:
        if label is None:
            return 0
        return rank[label] if kind == "text" else int(label) if kind == "int" else label == "True"

    target = np.zeros((len(rows), WIDE), dtype=np.int16)
    asked = np.zeros((len(rows), WIDE), dtype=np.bool_)
    for number, row in enumerate(rows):
        target[number, : len(row.labels)] = [value(one) for one in row.labels]
        asked[number, : len(row.labels)] = [one is not None for one in row.labels]
    lengths = np.array([len(row.tokens) for row in rows], dtype=np.int64)
    return Batch(
        tuple(rows),
        known,
        lengths,
        (np.arange(WIDE) < lengths[:, None]).reshape(-1),
        asked.reshape(-1),
        _near(),
        numeric,
        kind,
        target.reshape(-1),
        {
            "text": tuple(rank[one] for one in defaults["text"]),
            "int": tuple(int(one) for one in defaults["int"]),
        },
    )


def _defaults(examples: Examples, kind: Kind) -> dict[Kind, tuple[str, ...]]:
    """Return what a head may write where it selects nothing: labels that no token is, else the usual first label."""
    unseen = [one for one in examples.labels if one not in set(examples.alphabet)]
    first = Counter(one.labels[0] for one in examples.rows if one.labels[0] is not None)
    usual = [one for one, _ in sorted(first.items(), key=lambda item: (-item[1], item[0]))]
    likely = usual[:1]
    if kind == "int":
        likely += [one for one in unseen if one.startswith("-")]
        return {"text": ("",), "int": tuple(dict.fromkeys(["0", *likely]))[:3]}
    # Bools and few fresh texts are answers, not what a head writes.
    fresh = unseen if kind == "text" and len(unseen) <= 2 else []
    return {"text": tuple(dict.fromkeys([*fresh, *likely, ""]))[:2], "int": ("0",)}


def _near() -> NDArray[np.int64]:
    """Return the nearest selected key of each query and mask: left before right, the query itself last."""
    found = np.full((WIDE, 256), WIDE, dtype=np.int64)
    for query in range(WIDE):
        order = sorted(range(WIDE), key=lambda key: (key == query, abs(key - query), key > query))
        for mask in range(1, 256):
            found[query, mask] = next(key for key in order if mask >> key & 1)
    return found
