"""What the helper functions of a published file do, told by their behaviour and not by their names.

A helper that selects is called, in the sandbox, with every pattern of matches over a few positions and with random longer
ones; what it answers must be what one of the known rules answers. The keys, queries and values that it gets are opaque: it
can hand them on, and learns nothing from them. It may name no numbers but 0 and 1, so that it has nothing by which to
treat one length or position unlike the others.
"""

import ast
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from tprog.ir import First, Nearest, TieBreak
from tprog.published.parsed import Source, docstring
from tprog.published.sandbox import Budget, Sandbox

Matrix: TypeAlias = Sequence[Sequence[bool]]

EXHAUSTIVE = 6  # positions
RANDOM_LENGTHS = 8  # that are tried besides, and the longest
DENSITIES = (0.05, 0.2, 0.5, 0.9)  # of matches
LONGEST_TRIAL = 40  # positions
STEPS = 3_000_000

TIES: tuple[TieBreak | None, ...] = (Nearest("matches"), Nearest("last"), First(), None)


@dataclass(frozen=True, slots=True)
class Selection:
    """How a helper turns matches into attention.

    Attributes:
        tie: which one match it selects; None where it selects all of them.
        causal: whether only positions up to the query's own can match.
    """

    tie: TieBreak | None
    causal: bool


Aggregation: TypeAlias = Literal["copy", "sum"]


@dataclass(frozen=True, slots=True, eq=False)
class Opaque:
    """Something that can be handed on, and neither compared nor tested."""

    place: int

    def __eq__(self, other: object) -> bool:
        """Refuse to be compared."""
        raise TypeError("a helper cannot compare what it is given")

    def __bool__(self) -> bool:
        """Refuse to be tested."""
        raise TypeError("a helper cannot test what it is given")


class Query(Opaque):
    """What stands at a position that attends."""


class Key(Opaque):
    """What stands at a position that is attended to."""


@dataclass(frozen=True, slots=True, eq=False)
class Truth(Opaque):
    """What a predicate returns: true or false, and in which way is not to be seen."""

    def __bool__(self) -> bool:
        """Return whether it counts as true."""
        return bool(self.place)


@dataclass(frozen=True, slots=True, eq=False)
class Summand(Opaque):
    """A value that can be added up; what comes out names everything that went in."""

    added: tuple[int, ...] = ()

    def __add__(self, other: object) -> "Summand":
        """Return what 0, or other summands, and this make."""
        if isinstance(other, Summand):
            return Summand(-1, tuple(sorted((*self.added, *other.added))))
        if type(other) is int and other == 0:
            return self
        raise TypeError("a helper adds nothing of its own")

    __radd__ = __add__


class Helpers:
    """The helper functions of one file.

    Attributes:
        source: the file.
        longest: the greatest number of positions that a program reads.
    """

    def __init__(self, source: Source, longest: int) -> None:
        """Begin with helpers of which nothing is known."""
        self.source = source
        self.longest = min(max(longest, EXHAUSTIVE + 1), LONGEST_TRIAL)
        self._selections: dict[str, Selection] = {}
        self._aggregations: dict[str, Aggregation] = {}

    def selection(self, function: ast.FunctionDef) -> Selection:
        """Return how `function(keys, queries, predicate)` selects.

        Raises:
            UnreadableSource: it follows none of the known rules.
        """
        if function.name not in self._selections:
            self._selections[function.name] = self._tell_selection(function)
        return self._selections[function.name]

    def aggregation(self, function: ast.FunctionDef) -> Aggregation:
        """Return whether `function(attention, values)` copies the first selected value or sums them all.

        Raises:
            UnreadableSource: it does neither.
        """
        if function.name not in self._aggregations:
            self._aggregations[function.name] = self._tell_aggregation(function)
        return self._aggregations[function.name]

    def _tell_selection(self, function: ast.FunctionDef) -> Selection:
        select = self._callable(function)
        remaining = [Selection(tie, causal) for causal in (False, True) for tie in TIES]
        for matches in _trials(self.longest):
            length = len(matches)

            def predicate(query: Any, key: Any, rows: Matrix = matches) -> Truth:
                if not (isinstance(query, Query) and isinstance(key, Key)):
                    raise TypeError("a predicate is given a query and a key")
                return Truth(rows[query.place][key.place])

            keys, queries = [*map(Key, range(length))], [*map(Query, range(length))]
            found = _as_matrix(select(keys, queries, predicate), length)
            remaining = [one for one in remaining if selected(one, matches) == found]
            if not remaining:
                break
        if len(remaining) == 1:
            return remaining[0]
        raise self.source.error(
            function,
            f"{function.name} selects by a rule that is not known here; known are the nearest match, the first, "
            "and all matches, causal or not",
        )

    def _tell_aggregation(self, function: ast.FunctionDef) -> Aggregation:
        aggregate = self._callable(function)
        remaining: list[Aggregation] = ["copy", "sum"]
        for matches in _trials(self.longest):
            rows = [list(row) for row in matches if any(row)]
            values = [Summand(place, (place,)) for place in range(len(matches))]
            taken = [tuple(place for place, on in enumerate(row) if on) for row in rows]
            expected = {"copy": [row[:1] for row in taken], "sum": taken}
            # A causal selection leaves out what stands to the right of the query.
            found = aggregate([[*map(Truth, row[: _last(row)])] for row in rows], values)
            remaining = [one for one in remaining if expected[one] == _added(found)]
        if "sum" in remaining and aggregate([[Truth(0)] * 2], [*map(Summand, (0, 1))]) != [0]:
            remaining.remove("sum")
        if len(remaining) == 1:
            return remaining[0]
        raise self.source.error(
            function,
            f"{function.name} combines values in a way that is not known here; known are the selected value, and "
            "the sum of selected values",
        )

    def _callable(self, function: ast.FunctionDef) -> Callable[..., Any]:
        said = {
            one.value
            for one in ast.walk(function)
            if isinstance(one, ast.Expr) and docstring(one) is not None
        }
        for node in ast.walk(function):
            if (
                isinstance(node, ast.Constant)
                and node.value not in (0, 1, None)
                and node not in said
            ):
                raise self.source.error(
                    node, f"{function.name} names {node.value!r}; a helper can name 0 and 1 alone"
                )
        return Sandbox(self.source, {}, Budget(STEPS)).function(function)


def selected(selection: Selection, matches: Matrix) -> list[list[bool]]:
    """Return the attention that a rule gives: for each query position which key positions are selected."""
    length = len(matches)
    rows = []
    for i in range(length):
        found = [j for j in range(i + 1 if selection.causal else length) if matches[i][j]]
        if selection.tie is not None:
            found = [_attended(selection.tie, i, found)]
        rows.append([j in found for j in range(length)])
    return rows


def _attended(tie: TieBreak, i: int, matches: list[int]) -> int:
    if not matches:
        return 0
    if not isinstance(tie, Nearest):
        return matches[0]
    # With its own position at a distance beyond all others, the query attends to itself last.
    own = len(matches) if tie.self_rank == "matches" else 1 << 30
    return min(matches, key=lambda j: (own if j == i else abs(i - j), j))


def _trials(longest: int) -> Iterator[Matrix]:
    """Yield matrices of matches that hold every pattern over a few positions at every query, then random longer ones."""
    for length in range(1, EXHAUSTIVE + 1):
        for pattern in range(1 << length):
            row = [bool(pattern >> j & 1) for j in range(length)]
            yield [row] * length
    draw = random.Random(0)
    stride = max(1, (longest - EXHAUSTIVE) // RANDOM_LENGTHS)
    for length in [*range(EXHAUSTIVE + 1, longest, stride), longest]:
        for density in DENSITIES:
            yield [[draw.random() < density for _ in range(length)] for _ in range(length)]


def _as_matrix(found: Any, length: int) -> list[list[bool]] | None:
    """Return attention as booleans, rows filled up on the right; None where it is no attention."""
    if not isinstance(found, list) or len(found) != length:
        return None
    if not all(isinstance(row, list) and len(row) <= length for row in found):
        return None
    if not all(isinstance(entry, Truth | int | None) for row in found for entry in row):
        return None
    return [[bool(entry) for entry in row] + [False] * (length - len(row)) for row in found]


def _added(found: Any) -> list[tuple[int, ...]] | None:
    """Return which values each entry was made of; None where it was made otherwise."""
    if not isinstance(found, list) or not all(isinstance(one, Summand) for one in found):
        return None
    return [one.added for one in found]


def _last(row: list[bool]) -> int:
    return max(j for j, taken in enumerate(row) if taken) + 1
