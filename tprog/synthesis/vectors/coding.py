"""Examples as integers: tokens by their value or by a table, labels by the same, and how an answer is read back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tprog.rasp import graph as g
from tprog.rasp.evaluate import RaspError, evaluate
from tprog.synthesis.examples import Examples, is_integer, ordered
from tprog.synthesis.vectors.kernels import Vector
from tprog.synthesis.vectors.lowering import Lowering
from tprog.synthesis.vectors.rewriting import Rewriting
from tprog.synthesis.vectors.terms import Term

LARGEST = 1 << 20
"""Greater numbers are coded by a table like texts."""

BOOLS = {"False": 0, "True": 1}

Columns = tuple[list[dict[str, int]], tuple[g.SOp, ...], dict[str, int]]
"""A table from token to code for each channel, its leaf, and the codes of tokens that a label may share."""


@dataclass(frozen=True)
class Coded:
    """Examples as vectors.

    Attributes:
        inputs: of each example, (length, channels).
        wanted: of each example, the coded labels; 0 where nothing is wanted.
        known: of each example, where a label is wanted.
        leaves: the s-op of each channel.
        fill: the code that operations give where they find nothing.
        texts: the label of each code; None where a label is the number itself.
        tokens: the token of each code, where tokens are coded by a table.
    """

    inputs: tuple[NDArray[np.int64], ...]
    wanted: tuple[NDArray[np.int64], ...]
    known: tuple[NDArray[np.bool_], ...]
    leaves: tuple[g.SOp, ...]
    fill: int
    texts: Mapping[int, str] | None
    tokens: Mapping[int, str]

    @cached_property
    def rewriting(self) -> Rewriting:
        """What does without the codes."""
        return Rewriting(self.leaves[0], self.tokens, self.texts or {})

    def some(self, rows: list[int], longest: int) -> "Coded":
        """Return some of the examples, cut to a length."""
        inputs = tuple(self.inputs[row][:longest] for row in rows)
        wanted = tuple(self.wanted[row][:longest] for row in rows)
        known = tuple(self.known[row][:longest] for row in rows)
        return replace(self, inputs=inputs, wanted=wanted, known=known)

    def answer(self, lowering: Lowering, term: Term) -> g.SOp:
        """Return the s-op of a term, its values read back as labels."""
        truth = self.texts == {0: "False", 1: "True"}
        found = lowering.truth(term) if truth else lowering.number(term)
        graph = self.rewriting.without_codes(found)
        return graph if truth or self.texts is None else self.rewriting.labels(graph)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Examples one after the other.

    Attributes:
        channels: the input, (channels, positions).
        wanted: the coded labels.
        known: where one is wanted.
        starts: where examples begin, and at last where the last one ends.
    """

    channels: Vector
    wanted: Vector
    known: NDArray[np.bool_]
    starts: NDArray[np.int64]

    @property
    def length(self) -> Vector:
        """The length of its sequence at each position."""
        return np.repeat(np.diff(self.starts), np.diff(self.starts))

    @property
    def index(self) -> Vector:
        """The positions."""
        return np.arange(self.wanted.size) - np.repeat(self.starts[:-1], np.diff(self.starts))


def sample_of(coded: Coded) -> Sample:
    """Return all the examples as one sample."""
    ends = np.cumsum([0, *map(len, coded.wanted)])
    channels = np.ascontiguousarray(np.concatenate(coded.inputs).T)
    return Sample(channels, np.concatenate(coded.wanted), np.concatenate(coded.known), ends)


def code(examples: Examples, atoms: tuple[tuple[str, g.SOp], ...] = ()) -> Coded | None:
    """Return the examples as integers, or None where nothing is wanted of them; atoms are further channels."""
    if not examples.labels:
        return None
    tables, leaves, of_text = _channels(examples)
    tokens = {place: token for token, place in of_text.items()}
    if not of_text.keys() & set(examples.labels):
        of_text = {}
    labels, fill = _labels(examples.labels, of_text)
    inputs = [
        np.array([[table[token] for table in tables] for token in row.tokens])
        for row in examples.rows
    ]
    for _, atom in atoms:
        found = _values(atom, examples)
        if found is not None:
            inputs = [np.column_stack(pair) for pair in zip(inputs, found[1], strict=True)]
            leaves = (*leaves, found[0])
    codes = [[0 if one is None else labels[one] for one in row.labels] for row in examples.rows]
    wanted = tuple(map(np.array, codes))
    known = tuple(np.array([one is not None for one in row.labels]) for row in examples.rows)
    numbers = all(str(value) == text for text, value in labels.items())
    texts = None if numbers else {value: text for text, value in {**of_text, **labels}.items()}
    return Coded(tuple(inputs), wanted, known, leaves, fill, texts, tokens)


def _values(atom: g.SOp, examples: Examples) -> tuple[g.SOp, list[NDArray[np.int64]]] | None:
    """Return a graph with its values, truth values as 0 and 1; None where they are no integers."""
    try:
        rows = evaluate(atom, [row.tokens for row in examples.rows])
    except RaspError:
        return None
    kinds = {type(value) for row in rows for value in row}
    if kinds not in ({bool}, {int}):
        return None
    atom = g.Map("indicator", (atom,)) if kinds == {bool} else atom
    return atom, [np.array(row, dtype=np.int64) for row in rows]


def is_number(text: str) -> bool:
    """Tell whether a text is an integer that is worth calculating with."""
    return is_integer(text) and abs(int(text)) <= LARGEST


def _channels(examples: Examples) -> Columns:
    alphabet = examples.alphabet
    if all(map(is_number, alphabet)):
        return [{token: int(token) for token in alphabet}], (g.Map("int", (g.Tokens(),)),), {}
    halves = {token: token.split(",") for token in alphabet}
    if all(len(parts) == 2 and all(map(is_number, parts)) for parts in halves.values()):
        tables = [{token: int(parts[side]) for token, parts in halves.items()} for side in (0, 1)]
        return tables, (g.Map("left", (g.Tokens(),)), g.Map("right", (g.Tokens(),))), {}
    own = {token: place for place, token in enumerate(alphabet)}
    table = g.Lookup(tuple(((token,), place) for token, place in own.items()))
    return [own], (g.Map(table, (g.Tokens(),)),), own


def _labels(labels: tuple[str, ...], tokens: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """Return the code of each label, and of the one that stands where nothing is found."""
    if all(map(is_number, labels)):
        return {one: int(one) for one in labels}, 0
    if set(labels) <= BOOLS.keys() and not tokens.keys() & set(labels):
        return {one: BOOLS[one] for one in labels}, 0
    shared = {one: tokens[one] for one in labels if one in tokens}
    shared |= {one: int(one) for one in labels if not tokens and is_number(one)}
    others = [one for one in ordered(labels) if one not in shared]
    first = max([*tokens.values(), *shared.values(), -1]) + 1 if shared else 0
    codes = {one: first + place for place, one in enumerate(others)}
    return {**shared, **codes}, first if shared and others else 0
