"""What a graph computes, on many sequences at once and exactly.

Sequences of one length form a batch. A variable is a column of codes into the few values that it takes, so that every
function and relation is computed once per combination of values, in Python, and spread by numpy.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, prod
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tprog.errors import TprogError
from tprog.ir.predicate import RELATIONS, Relation
from tprog.rasp import graph as g
from tprog.rasp.functions import CONVERSIONS, MissingKey, callable_of

Rules: TypeAlias = Literal["rasp", "tracr"]
"""Whose rules hold for values. `rasp`: a sequence holds one type (ints and fractions together are numbers, bools beside
ints count as ints), and a mean asks that every value of the sequence is a number. `tracr`: any mix, and a mean looks at
the selected values alone, bools counting as 0 and 1."""

CELLS = 1 << 22
"""Query-key cells that are computed at a time: a boolean matrix of this size stays in the cache's reach."""

EXACT = 1 << 53
"""Whole numbers below this are exact in a float64."""

COMBINATIONS = 1 << 20
"""Up to this many possible combinations of values are marked in an array; more are sorted."""


class RaspError(TprogError):
    """A RASP expression has no value: on an input, or because it breaks a rule of the language.

    Attributes:
        node: which s-op or selector of a graph has none; None where it is not about a graph.
    """

    slug = "rasp"
    node: g.Node | None = None


class Failed(RaspError):
    """A function, such as an operator, refused its arguments."""


class BadSequence(RaspError):
    """A sequence holds values that cannot stand together, or that are none of the language's."""

    def __init__(self, message: str, values: Sequence[g.Value]) -> None:
        """Say what is wrong with the values, fractions shown as floats."""
        self.head = message
        self.values = _shown(values)
        super().__init__(f"{message}: {self.values}")


def _shown(values: Sequence[g.Value]) -> list[Any]:
    """Return values as an error shows them: fractions as floats, tuples as lists."""
    return [
        float(one) if isinstance(one, Fraction) else list(one) if isinstance(one, tuple) else one
        for one in values
    ]


@dataclass(frozen=True, slots=True)
class Column:
    """A variable on a batch: `values[codes[b, i]]` at position i of sequence b. Values are distinct with their type."""

    codes: NDArray[np.int64]
    values: tuple[g.Value, ...]

    def rows(self) -> list[tuple[g.Value, ...]]:
        """Return the values, one tuple for each sequence."""
        table = np.empty(len(self.values), dtype=object)
        table[:] = (
            self.values
            if not any(isinstance(one, tuple) for one in self.values)
            else [*self.values]
        )
        return [tuple(row) for row in table[self.codes].tolist()]


def label(value: g.Value) -> str:
    """Return a value as the text of a label: fractions as `1/3`, whole ones as `2`, other values as Python prints them."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        return str(int(value))
    return str(value)


def column(rows: Sequence[Sequence[g.Value]]) -> Column:
    """Return the column that holds these sequences, all of one length."""
    known: dict[tuple[type, g.Value], int] = {}
    codes = [[known.setdefault((type(value), value), len(known)) for value in row] for row in rows]
    return Column(
        np.array(codes, dtype=np.int64).reshape(len(rows), -1), tuple(value for _, value in known)
    )


class Evaluation:
    """Columns and matrices of a graph's nodes on one batch, each computed once."""

    def __init__(self, tokens: Column, rules: Rules = "rasp") -> None:
        """Take the input sequences as a column of shape (batch, length)."""
        self.tokens = tokens
        self.rules = rules
        self.batch, self.length = tokens.codes.shape
        self._columns: dict[g.SOp, Column] = {}
        self._matrices: dict[g.Selector, NDArray[np.bool_]] = {}
        self._done: set[g.Node] = set()

    def column(self, sop: g.SOp) -> Column:
        """Return the values of an s-op.

        Raises:
            RaspError: it has no value on one of the sequences.
        """
        self._compute(sop)
        return self._of(sop)

    def _of(self, sop: g.SOp) -> Column:
        """Return a computed s-op; the input itself, where it is read as a sequence, holds one type as well."""
        found = self._columns[sop]
        return _one_type(found) if isinstance(sop, g.Tokens) and self.rules == "rasp" else found

    def matrix(self, selector: g.Selector) -> NDArray[np.bool_]:
        """Return what a selector selects: (batch, query, key).

        Raises:
            RaspError: it has no value on one of the sequences.
        """
        self._compute(selector)
        return self._matrices[selector]

    def _compute(self, root: g.Node) -> None:
        for node in g.walk(root, done=self._done):
            try:
                if isinstance(node, g.SOp):
                    self._columns[node] = self._sop(node)
                elif isinstance(node, g.Selector):
                    self._matrices[node] = self._selector(node)
            except RaspError as error:
                error.node = node
                raise
            self._done.add(node)

    def _sop(self, sop: g.SOp) -> Column:
        shape = (self.batch, self.length)
        match sop:
            case g.Tokens():
                return self.tokens
            case g.Indices():
                return Column(
                    np.broadcast_to(np.arange(self.length), shape), tuple(range(self.length))
                )
            case g.Const(value):
                return Column(np.zeros(shape, dtype=np.int64), (value,))
            case g.Map(function, arguments):
                convert = function in CONVERSIONS
                found = self._mapped(
                    callable_of(function),
                    [self._columns[one] if convert else self._of(one) for one in arguments],
                )
            case g.Width(selector):
                counts = self._matrices[selector].sum(axis=2, dtype=np.int64)
                return Column(counts, tuple(range(self.length + 1)))
            case g.Aggregate(selector, value, default):
                found = self._aggregate(self._matrices[selector], self._of(value), default)
            case _:
                raise TypeError(f"no such s-op: {sop!r}")
        return _one_type(found) if self.rules == "rasp" else found

    def _mapped(self, function: Callable[..., g.Value], arguments: list[Column]) -> Column:
        """Apply a function to every combination of values that occurs."""
        sizes = [len(one.values) for one in arguments]
        joint = np.zeros((self.batch, self.length), dtype=np.int64)
        for one, size in zip(arguments, sizes, strict=True):
            joint = joint * size + one.codes
        present, codes = _compact(joint, prod(sizes))
        results = []
        for combination in zip(*np.unravel_index(present, sizes), strict=True):
            values = [one.values[code] for one, code in zip(arguments, combination, strict=True)]
            results.append(applied(function, values))
        return _column(results, codes)

    def _aggregate(self, matrix: NDArray[np.bool_], value: Column, default: g.Value) -> Column:
        counts = matrix.sum(axis=2, dtype=np.int64)
        single = np.take_along_axis(value.codes, matrix.argmax(axis=2), axis=1)
        size = len(value.values)
        codes = np.where(counts == 0, size, single)
        results: list[g.Value] = [*value.values, default]
        several = counts > 1
        if several.any():
            means, of = self._means(matrix, value, counts, several)
            codes[several] = size + 1 + of
            results += means
        return _column(results, codes)

    def _means(
        self,
        matrix: NDArray[np.bool_],
        value: Column,
        counts: NDArray[np.int64],
        several: NDArray[np.bool_],
    ) -> tuple[list[g.Value], NDArray[np.int64]]:
        """Return the distinct means of the queries that select several keys, and which of them each has."""
        numeric: list[bool] = [
            isinstance(one, int | float | Fraction)
            and (self.rules == "tracr" or not isinstance(one, bool))
            for one in value.values
        ]
        bad = ~np.array(numeric, dtype=np.bool_)[value.codes]
        if self.rules == "rasp":
            bad &= several.any(axis=1, keepdims=True)
        else:
            bad &= np.logical_and(matrix, several[:, :, None]).any(axis=1)
        if bad.any():
            worst = int(np.argmax(np.any(bad, axis=1)))
            values = [value.values[code] for code in value.codes[worst]]
            said = "asked to average multiple values, but they are non-numbers"
            raise Failed(f"{said}: {_shown(values)}")
        numbers = [
            Fraction(one) if isinstance(one, int | float | Fraction) else Fraction(0)
            for one in value.values
        ]
        scale = lcm(*(one.denominator for one in numbers))
        whole = [int(one * scale) for one in numbers]
        exact = max(map(abs, whole)) * self.length < EXACT
        weights = np.array(whole, dtype=np.float64 if exact else object)[value.codes]
        sums = np.matmul(matrix.astype(weights.dtype), weights[:, :, None])[:, :, 0]
        known: dict[tuple[int, int], int] = {}
        pairs = zip(sums[several].tolist(), counts[several].tolist(), strict=True)
        of = [known.setdefault((int(total), count), len(known)) for total, count in pairs]
        means: list[g.Value] = [Fraction(total, count * scale) for total, count in known]
        return means, np.array(of, dtype=np.int64)

    def _selector(self, selector: g.Selector) -> NDArray[np.bool_]:
        match selector:
            case g.Select(key, query, relation):
                return _related(self._of(key), self._of(query), relation)
            case g.Not(one):
                return ~self._matrices[one]
            case g.And(left, right):
                return self._matrices[left] & self._matrices[right]
            case g.Or(left, right):
                return self._matrices[left] | self._matrices[right]
            case g.Closest(one):
                return _closest(self._matrices[one])
            case _:
                raise TypeError(f"no such selector: {selector!r}")


def applied(function: Callable[..., g.Value], values: Sequence[g.Value]) -> g.Value:
    """Return what a function gives.

    Raises:
        RaspError: it raises anything.
    """
    try:
        return function(*values)
    except RaspError:
        raise
    except MissingKey as error:
        raise RaspError(str(error)) from error
    except Exception as error:  # whatever a user's function raises is a fact about this input
        said = str(error).replace("'Fraction'", "'float'")
        raise Failed(said if said else type(error).__name__) from error


def _compact(codes: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the codes that occur, ascending, and each entry's place among them."""
    if size > COMBINATIONS:
        present, places = np.unique(codes, return_inverse=True)
        return present, places.reshape(codes.shape)
    seen = np.zeros(size, dtype=bool)
    seen[codes.reshape(-1)] = True
    present = np.flatnonzero(seen)
    place = np.zeros(size, dtype=np.int64)
    place[present] = np.arange(len(present))
    return present, place[codes]


def _column(results: list[g.Value], codes: NDArray[np.int64]) -> Column:
    """Return the column of these results, equal ones merged and absent ones dropped."""
    present, codes = _compact(codes, len(results))
    known: dict[tuple[type, g.Value], int] = {}
    place: list[int] = [
        known.setdefault((type(results[one]), results[one]), len(known)) for one in present
    ]
    return Column(np.array(place, dtype=np.int64)[codes], tuple(value for _, value in known))


MIXED = "attempted to create sequence with vals of different types"
ILLEGAL = (
    "attempted to create sequence with illegal val types (vals must be bool, float, int or string)"
)
KINDS = {str: 1, bool: 2, int: 4, Fraction: 8, float: 8}


def _one_type(found: Column) -> Column:
    """Check that no sequence mixes types, and turn bools that stand beside ints into ints.

    Raises:
        RaspError: a sequence does.
    """
    kinds = [KINDS.get(type(value), 0) for value in found.values]
    if 0 in kinds:
        row = found.codes[int(np.argmax((np.array(kinds)[found.codes] == 0).any(axis=1)))]
        raise BadSequence(ILLEGAL, [found.values[code] for code in row])
    if len(set(kinds)) == 1:
        return found
    of_row = np.bitwise_or.reduce(np.array(kinds)[found.codes], axis=1)
    mixed = ((of_row & 1) != 0) & (of_row != 1)
    if mixed.any():
        row = found.codes[int(np.argmax(mixed))]
        raise BadSequence(MIXED, [found.values[code] for code in row])
    counted = ((of_row & 2) != 0) & (of_row != 2)
    if not counted.any():
        return found
    whole = [int(value) if isinstance(value, bool) else value for value in found.values]
    size = len(found.values)
    return _column([*found.values, *whole], found.codes + size * counted[:, None])


def holds_of(relation: Relation | g.Pairs | g.Python) -> Callable[[g.Value, g.Value], bool]:
    """Return the relation as a function of key and query."""
    if isinstance(relation, g.Pairs):
        return lambda key, query: (key, query) in relation.pairs
    return relation.call if isinstance(relation, g.Python) else RELATIONS[relation]


def _related(
    key: Column, query: Column, relation: Relation | g.Pairs | g.Python
) -> NDArray[np.bool_]:
    """Return where keys stand in the relation to queries: (batch, query, key)."""
    if not isinstance(relation, g.Pairs | g.Python):
        ranks = _ranks(key.values, query.values, relation)
        if ranks is not None:
            keys, queries = ranks[: len(key.values)], ranks[len(key.values) :]
            cells = RELATIONS[relation](
                keys[key.codes][:, None, :], queries[query.codes][:, :, None]
            )
            return np.asarray(cells, dtype=np.bool_)
    holds = holds_of(relation)
    failures: list[Exception] = []
    table = np.zeros((len(query.values), len(key.values)), dtype=np.int8)
    for row, wanted in enumerate(query.values):
        for place, value in enumerate(key.values):
            try:
                table[row, place] = bool(holds(value, wanted))
            except Exception as error:  # it matters only where the two values meet
                table[row, place] = 2
                failures.append(error)
    found = table[query.codes[:, :, None], key.codes[:, None, :]]
    if failures and (found == 2).any():
        raise RaspError(str(failures[0])) from failures[0]
    return np.asarray(found == 1)


def _ranks(
    keys: Sequence[g.Value], queries: Sequence[g.Value], relation: Relation
) -> NDArray[np.signedinteger[Any]] | None:
    """Return small integers that compare as keys and queries do, or None where they cannot be compared so."""
    together: list[Any] = [*keys, *queries]
    numbers = all(isinstance(value, int | Fraction) for value in together)
    if numbers or all(isinstance(value, str) for value in together):
        order = {value: rank for rank, value in enumerate(sorted(set(together)))}
    elif relation in ("==", "!="):
        order = {value: rank for rank, value in enumerate(dict.fromkeys(together))}
    else:
        return None
    ranks = [order[value] for value in together]
    return np.array(ranks, dtype=np.int8 if len(order) < 127 else np.int32)


def _closest(matrix: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the nearest selected key of each query: left before right, the query itself last."""
    length = matrix.shape[2]
    query, key = np.indices((length, length))
    distance = 2 * abs(query - key) + (key > query)
    distance[query == key] = 2 * length
    far = np.where(matrix, distance, 2 * length + 1)
    nearest = far.argmin(axis=2)
    chosen = np.zeros_like(matrix)
    np.put_along_axis(chosen, nearest[:, :, None], True, axis=2)
    return chosen & matrix


def batches(sequences: Sequence[Sequence[g.Value]]) -> Iterator[tuple[list[int], Column]]:
    """Yield the sequences in batches of one length and at most `CELLS` cells, with their places in the order given."""
    of_length: dict[int, list[int]] = defaultdict(list)
    for place, sequence in enumerate(sequences):
        of_length[len(sequence)].append(place)
    for length, places in sorted(of_length.items()):
        if not length:
            raise RaspError("the input is empty; give at least one element")
        step = max(1, CELLS // (length * length))
        for start in range(0, len(places), step):
            chunk = places[start : start + step]
            yield chunk, column([sequences[place] for place in chunk])


def evaluate(
    sop: g.SOp, sequences: Sequence[Sequence[g.Value]], rules: Rules = "rasp"
) -> list[tuple[g.Value, ...]]:
    """Return an s-op's values on input sequences of any lengths, in their order.

    Raises:
        RaspError: it has no value on one of them.
    """
    found: list[tuple[g.Value, ...]] = [()] * len(sequences)
    for places, tokens in batches(sequences):
        for place, row in zip(places, Evaluation(tokens, rules).column(sop).rows(), strict=True):
            found[place] = row
    return found
