"""What the functions of a published file compute, told by calling them in the sandbox and not by their names.

Predicates and look-ups are called on every value, and become tables. A helper that selects is called with every pattern of
matches over a few positions and with random longer ones; what it answers must be what one of the known rules answers. The
keys, queries and values that it gets are opaque: it can hand them on, and learns nothing from them. It may name no numbers
but 0 and 1, so that it has nothing by which to treat one length or position unlike the others.
"""

import ast
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from math import ceil, floor, isfinite, prod
from typing import Any, Literal, TypeAlias

import numpy as np

from tprog.evaluate.cover import cover_cells
from tprog.ir import First, Nearest, Rectangle, Table, TieBreak
from tprog.published.parsed import PublishedSource
from tprog.published.sandbox import Budget, Sandbox
from tprog.reader.source import is_docstring

# A look-up with more entries than this is no published one.
MOST_ENTRIES = 1 << 18

EXHAUSTIVE = 6  # positions over which every pattern of matches is tried
RANDOM_LENGTHS = 8  # that are tried besides, and the longest
DENSITIES = (0.05, 0.2, 0.5, 0.9)  # of matches
LONGEST_TRIAL = 40  # positions
HELPER_STEPS = 3_000_000

Matrix: TypeAlias = Sequence[Sequence[bool]]
Aggregation: TypeAlias = Literal["copy", "sum"]
TIES: tuple[TieBreak | None, ...] = (Nearest("matches"), Nearest("last"), First(), None)


@dataclass(frozen=True, slots=True)
class Written:
    """What a look-up writes: its distinct results, numbers ascending, None (no branch applied) last.

    `table` holds the index of each entry's result, row-major over the arguments' values.
    """

    results: tuple[Any, ...]
    table: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NumericalWritten:
    """What a numerical look-up writes: results as in `Written`, boxes of indices into them, and the default elsewhere.

    From `caps` on nothing changes; `last` is the greatest number that the function names.
    """

    results: tuple[Any, ...]
    caps: tuple[int, ...]
    rectangles: tuple[Rectangle, ...]
    default: int
    last: int


@dataclass(frozen=True, slots=True)
class Selection:
    """How a helper turns matches into attention.

    `tie` says which one match it selects, None that it selects all; `causal` whether only positions up to the query's match.
    """

    tie: TieBreak | None
    causal: bool


def tabulate_predicate(
    predicate: Callable[..., Any], queries: Sequence[Any], keys: Sequence[Any]
) -> Table:
    """Return which key values each query value wants; a predicate that returns nothing wants none."""
    wanted = ((place for place, key in enumerate(keys) if predicate(one, key)) for one in queries)
    return Table(tuple(map(tuple, wanted)))


def tabulate(
    source: PublishedSource,
    function: ast.FunctionDef,
    call: Callable[..., Any],
    values: Sequence[Sequence[Any]],
) -> Written:
    """Return a function of values as a table."""
    entries = prod(map(len, values))
    if entries > MOST_ENTRIES:
        raise source.error(
            function, f"{function.name} has {entries} cases, more than the most, {MOST_ENTRIES}"
        )
    return _written(source, function, [call(*point) for point in product(*values)])


def tabulate_numerical(
    source: PublishedSource, function: ast.FunctionDef, call: Callable[..., Any], arguments: int
) -> NumericalWritten:
    """Return a function of whole numbers from 0 on as rectangles, exact without an end.

    The function may only compare its arguments with constants. Between two neighbouring constants, and beyond the last, it
    cannot tell one number from another, so that one call decides for all of them.
    """
    constants = _compared(source, function)
    starts = sorted({0, *(number for found in constants for number in (found, found + 1))})
    starts = [number for number in starts if number >= 0]
    if len(starts) ** arguments > MOST_ENTRIES:
        raise source.error(
            function,
            f"{function.name} has more cases than the most, {MOST_ENTRIES}; make it smaller",
        )
    calls = [call(*point) for point in product(starts, repeat=arguments)]
    found = _written(source, function, calls)
    grid = np.array(found.table, dtype=np.int64).reshape((len(starts),) * arguments)
    rectangles, default = cover_cells(grid, [starts] * arguments)
    last = max((number for number in constants if number >= 0), default=0)
    return NumericalWritten(found.results, (starts[-1],) * arguments, rectangles, default, last)


def _written(source: PublishedSource, function: ast.FunctionDef, found: Sequence[Any]) -> Written:
    kinds = {type(result) for result in found} - {type(None)}
    if len(kinds) > 1 or kinds - {int, str}:
        raise source.error(
            function,
            f"{function.name} returns neither whole numbers alone nor strings alone; restore the file",
        )
    distinct = sorted({result for result in found if result is not None})
    results = (*distinct, *([None] if None in found else []))
    place = {result: number for number, result in enumerate(results)}
    return Written(results, tuple(place[one] for one in found))


def _compared(source: PublishedSource, function: ast.FunctionDef) -> set[int]:
    """Return the numbers that a function compares its arguments with; refuse every other use of an argument."""
    found: set[int] = set()
    for statement in ast.walk(function):
        match statement:
            case ast.Assign(targets=[ast.Name()], value=value) if _is_point(value):
                pass
            case ast.Return(value=None | ast.Constant() | ast.UnaryOp(operand=ast.Constant())):
                pass
            case ast.If(test=test):
                found |= _constants(source, test)
            case ast.stmt() if not (
                statement is function or isinstance(statement, ast.Pass) or is_docstring(statement)
            ):
                raise source.error(
                    statement, "a function of counts can only compare them with numbers and return"
                )
    return found


def _constants(source: PublishedSource, test: ast.expr) -> set[int]:
    match test:
        case ast.BoolOp(values=parts):
            return set().union(*(_constants(source, part) for part in parts))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _constants(source, operand)
        case ast.Constant(value=bool()):
            return set()
        case ast.Compare(left=left, comparators=comparators):
            sides = [left, *comparators]
            numbers = [_numbers(side) for side in sides]
            known = all(
                _is_point(side) or one is not None for side, one in zip(sides, numbers, strict=True)
            )
            if known and not any(one is None and other is None for one, other in pairwise(numbers)):
                return set().union(*(one for one in numbers if one is not None))
    raise source.error(test, "a function of counts can only compare them with numbers")


def _is_point(expression: ast.expr) -> bool:
    """Tell whether an expression is an argument, or a tuple of arguments."""
    if isinstance(expression, ast.Tuple):
        return bool(expression.elts) and all(isinstance(item, ast.Name) for item in expression.elts)
    return isinstance(expression, ast.Name)


def _numbers(expression: ast.expr) -> set[int] | None:
    """Return the numbers in a constant expression, or None where it is none."""
    match expression:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            # A number such as 2.5 tells 2 and less from 3 and more.
            return {floor(value), ceil(value)} if isfinite(value) else set()
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
            return set()  # counts are 0 at least
        case ast.Dict(keys=[]):
            return set()
        case ast.Set(elts=items) | ast.List(elts=items) | ast.Tuple(elts=items):
            parts = [_numbers(item) for item in items]
            known = [part for part in parts if part is not None]
            return set().union(*known) if len(known) == len(parts) else None
        case _:
            return None


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
    """The helper functions of one file, for a program that reads so many positions at most."""

    def __init__(self, source: PublishedSource, longest: int) -> None:
        self.source = source
        self.longest = min(max(longest, EXHAUSTIVE + 1), LONGEST_TRIAL)
        # Each helper is told once.
        self.selection = cache(self._tell_selection)
        self.aggregation = cache(self._tell_aggregation)

    def _tell_selection(self, function: ast.FunctionDef) -> Selection:
        """Return how `function(keys, queries, predicate)` selects."""
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
        """Return whether `function(attention, values)` copies the first selected value or sums them all."""
        aggregate = self._callable(function)
        remaining: list[Aggregation] = ["copy", "sum"]
        for matches in _trials(self.longest):
            rows = [list(row) for row in matches if any(row)]
            values = [Summand(place, (place,)) for place in range(len(matches))]
            taken = [tuple(place for place, on in enumerate(row) if on) for row in rows]
            expected = {"copy": [row[:1] for row in taken], "sum": taken}
            # A causal selection leaves out what stands to the right of the query.
            cut = [row[: max(found) + 1] for row, found in zip(rows, taken, strict=True)]
            added = _added(aggregate([[*map(Truth, row)] for row in cut], values))
            remaining = [one for one in remaining if expected[one] == added]
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
        nodes = list(ast.walk(function))
        said = {one.value for one in nodes if isinstance(one, ast.Expr) and is_docstring(one)}
        for node in nodes:
            if not isinstance(node, ast.Constant) or node in said:
                continue
            if node.value not in (0, 1, None):
                raise self.source.error(
                    node, f"{function.name} names {node.value!r}; a helper can name 0 and 1 alone"
                )
        return Sandbox(self.source, {}, Budget(HELPER_STEPS)).function(function)


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
    match tie:
        case First():
            return matches[0]
        case Nearest(self_rank):
            # With its own position at a distance beyond all others, the query attends to itself last.
            own = len(matches) if self_rank == "matches" else 1 << 30
            return min(matches, key=lambda j: (own if j == i else abs(i - j), j))
        case other:
            raise ValueError(f"matches alone do not say where {other} attends")


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
