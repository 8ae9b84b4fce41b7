"""Examples as integers: tokens by their value or by a table, labels by the same, and how an answer is read back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tprog.rasp import graph as g
from tprog.rasp.evaluate import RaspError, evaluate
from tprog.synthesis.examples import Examples, is_integer, ordered
from tprog.synthesis.vectors import symbols
from tprog.synthesis.vectors.kernels import Vector
from tprog.synthesis.vectors.rewriting import Coding

LARGEST = 1 << 20
"""Greater numbers are coded by a table like texts."""

BOOLS = {"False": 0, "True": 1}

Columns = tuple[list[dict[str, int]], tuple[g.SOp, ...], dict[str, int]]
"""A table from token to code for each channel, its leaf, and the codes of tokens that a label may share."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Examples one after the other.

    Attributes:
        channels: the input, (channels, positions).
        wanted: the coded labels; 0 where nothing is wanted.
        known: where one is wanted.
        starts: where examples begin, and at last where the last one ends.
        codes: what else tokens are numbered by, (tables, positions).
    """

    channels: Vector
    wanted: Vector
    known: NDArray[np.bool_]
    starts: NDArray[np.int64]
    codes: Vector = field(default_factory=lambda: np.zeros((0, 0), np.int64))

    @property
    def length(self) -> Vector:
        """The length of its sequence at each position."""
        return np.repeat(np.diff(self.starts), np.diff(self.starts))

    @property
    def index(self) -> Vector:
        """The positions."""
        return np.arange(self.wanted.size) - np.repeat(self.starts[:-1], np.diff(self.starts))

    @property
    def even(self) -> bool:
        """Whether each sequence has one label everywhere."""
        ends = self.wanted[self.starts[1:] - 1]
        same = self.wanted == np.repeat(ends, np.diff(self.starts))
        return bool(self.known.all() and same.all())

    @property
    def single(self) -> bool:
        """Whether each sequence is one position."""
        return len(self.starts) == self.wanted.size + 1

    def some(self, rows: list[int], longest: int) -> "Sample":
        """Return some of the examples, cut to a length."""
        sizes = np.minimum(np.diff(self.starts)[rows], longest)
        starts = np.cumsum([0, *sizes.tolist()])
        places = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], sizes)
        channels = np.ascontiguousarray(self.channels[:, places])
        codes = np.ascontiguousarray(self.codes[:, places]) if len(self.codes) else self.codes
        return Sample(channels, self.wanted[places], self.known[places], starts, codes)


def code(
    examples: Examples, atoms: tuple[tuple[str, g.SOp], ...] = ()
) -> tuple[Sample, Coding] | None:
    """Return the examples as integers, or None where nothing is wanted of them; atoms are further channels."""
    if not examples.labels:
        return None
    tables, leaves, of_text = _channels(examples.alphabet, examples.labels)
    tokens = {place: token for token, place in of_text.items()}
    if not of_text.keys() & set(examples.labels):
        of_text = {}
    labels, fill = _labels(examples.labels, of_text)
    together = [token for row in examples.rows for token in row.tokens]
    channels = [np.array([table[token] for token in together]) for table in tables]
    for _, atom in atoms:
        found = _values(atom, examples, {**of_text, **labels})
        if found is not None:
            leaves = (*leaves, found[0])
            channels.append(found[1])
    said = [label for row in examples.rows for label in row.labels]
    wanted = np.array([0 if label is None else labels[label] for label in said])
    known = np.array([label is not None for label in said])
    starts = np.cumsum([0, *(len(row.tokens) for row in examples.rows)])
    numbered = (
        [*symbols.tables(examples, tables[0], {**of_text, **labels})] if len(tables) == 1 else []
    )
    further = np.array([[table[token] for token in together] for table in numbered])
    sample = Sample(np.array(channels), wanted, known, starts, further)
    numbers = all(str(value) == text for text, value in labels.items())
    texts = {} if numbers else {value: text for text, value in {**of_text, **labels}.items()}
    codes = np.unique(sample.channels[0]).tolist()
    plain = bool(tokens) or leaves[0] == g.Map("int", (g.Tokens(),))
    plain &= all(texts.get(one, str(one)) == tokens.get(one, str(one)) for one in codes)
    others = tuple(_read(table) for table in numbered)
    return sample, Coding(leaves, fill, tokens, texts, plain, others)


def _read(table: Mapping[str, int]) -> g.SOp:
    return g.Map(g.Lookup(tuple(((token,), code) for token, code in table.items())), (g.Tokens(),))


def _values(
    atom: g.SOp, examples: Examples, codes: Mapping[str, int]
) -> tuple[g.SOp, NDArray[np.int64]] | None:
    """Return a graph with its values: truth values as 0 and 1, texts by their codes; None where it has no others."""
    try:
        rows = evaluate(atom, [row.tokens for row in examples.rows])
    except RaspError:
        return None
    values = [value for row in rows for value in row]
    kinds = {*map(type, values)}
    if kinds == {str}:
        texts = ordered({*map(str, values)} - codes.keys())
        table = {**codes, **{text: max(codes.values()) + 1 + n for n, text in enumerate(texts)}}
        said = {str(value): table[str(value)] for value in values}
        atom = g.Map(g.Lookup(tuple(((text,), said[text]) for text in sorted(said))), (atom,))
        return atom, np.array([said[str(value)] for value in values], dtype=np.int64)
    whole = kinds <= {int, Fraction} and all(value == int(value) for value in values)  # type: ignore[arg-type]
    if not whole and kinds != {bool}:
        return None
    atom = g.Map("indicator", (atom,)) if kinds == {bool} else atom
    return atom, np.array([*map(int, values)], dtype=np.int64)  # type: ignore[arg-type]


def is_number(text: str) -> bool:
    """Tell whether a text is an integer that is worth calculating with."""
    return is_integer(text) and abs(int(text)) <= LARGEST


def _channels(alphabet: tuple[str, ...], labels: tuple[str, ...]) -> Columns:
    if all(map(is_number, alphabet)):
        return [{token: int(token) for token in alphabet}], (g.Map("int", (g.Tokens(),)),), {}
    halves = {token: token.split(",") for token in alphabet}
    if all(len(parts) == 2 and all(map(is_number, parts)) for parts in halves.values()):
        tables = [{token: int(parts[side]) for token, parts in halves.items()} for side in (0, 1)]
        return tables, (g.Map("left", (g.Tokens(),)), g.Map("right", (g.Tokens(),))), {}
    own = {token: place for place, token in enumerate(alphabet)}
    numbers = [int(one) for one in {*alphabet, *labels} if is_number(one)]
    if numbers and not own.keys().isdisjoint(labels):
        # Labels that are numbers beside tokens are worth calculating: other tokens stand beyond them.
        beyond = max([-1, *numbers]) + 1
        apart = {one: int(one) if is_number(one) else beyond + own[one] for one in alphabet}
        own = apart if sorted(apart, key=apart.__getitem__) == [*alphabet] else own
    return [own], (_read(own),), own


def _labels(labels: tuple[str, ...], tokens: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """Return the code of each label, and of the one that stands where nothing is found."""
    if all(map(is_number, labels)):
        return {one: int(one) for one in labels}, 0
    if set(labels) <= BOOLS.keys() and not tokens.keys() & set(labels):
        return {one: BOOLS[one] for one in labels}, 0
    shared = {one: tokens[one] for one in labels if one in tokens}
    numbers = {one: int(one) for one in labels if is_number(one) and one not in shared}
    if not {*tokens.values()} & {*numbers.values()}:
        shared |= numbers
    others = [one for one in ordered(labels) if one not in shared]
    if shared and shared == numbers and others:
        # Longer inputs have greater numbers: what is none stands below all of them.
        low = min(0, *numbers.values())
        return {**shared, **{one: low - 1 - place for place, one in enumerate(others)}}, low - 1
    first = max([*tokens.values(), *shared.values(), -1]) + 1 if shared else 0
    codes = {one: first + place for place, one in enumerate(others)}
    return {**shared, **codes}, first if shared and others else 0
