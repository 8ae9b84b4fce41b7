"""The shortest closed expression that has given values on given rows: bottom-up, one expression for each behaviour."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tprog.rasp.graph import Const, Map, SOp, walk

Codes: TypeAlias = NDArray[np.int64]
Kind: TypeAlias = Literal["int", "bool", "str"]

CASES = 3
"""Conditions in one chain of cases: more of them are a table in disguise."""

ROWS = 600
"""Distinct rows that a search looks at; a match is checked on the others afterwards."""

FEW = 4
"""Values of a variable that may stand as constants of their own in an expression: as many as a table that is a name."""

TRIED = 30_000
"""Expressions that one search makes at most: some seconds."""

RESULTS, CONDITIONS = 300, 500
"""Expressions and conditions that a chain of cases is made from."""

BRANCHES = 40
"""Conditions that are followed at each step of a chain of cases."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """An s-op and its values on the rows: whole numbers, bools as 0 and 1, strings as codes in their order."""

    node: SOp
    kind: Kind
    values: Codes

    @property
    def cost(self) -> int:
        """The number of nodes."""
        return sum(1 for _ in walk(self.node))


def call(function: str, *arguments: SOp) -> SOp:
    """Return a function of s-ops, written with the fewest signs."""
    match function, arguments:
        case "+", (left, Const(int() as number)) if number < 0:
            return Map("-", (left, Const(-number)))
        case _:
            return Map(function, arguments)


def _monus(left: SOp, right: SOp) -> SOp:
    return Map("if", (call("-", left, right), call(">", left, right), Const(0)))


def _least(left: SOp, right: SOp) -> SOp:
    return Map("if", (left, call("<", left, right), right))


def _most(left: SOp, right: SOp) -> SOp:
    return Map("if", (left, call(">", left, right), right))


Operation: TypeAlias = tuple[
    Callable[[SOp, SOp], SOp], Callable[[Codes, Codes], Codes | None], bool
]
"""How it is written, how it is computed, and whether it commutes."""


def _quotient(left: Codes, right: Codes) -> Codes | None:
    if (right == 0).any() or (left % np.where(right == 0, 1, right)).any():
        return None
    return left // right


ARITHMETIC: tuple[Operation, ...] = (
    (lambda x, y: call("+", x, y), np.add, True),
    (lambda x, y: call("-", x, y), np.subtract, False),
    (_monus, lambda x, y: np.maximum(x - y, 0), False),
    (_least, np.minimum, True),
    (_most, np.maximum, True),
    (lambda x, y: call("*", x, y), np.multiply, True),
    (lambda x, y: call("/", x, y), _quotient, False),
)

COMPARISONS: tuple[Operation, ...] = (
    (lambda x, y: call("==", x, y), lambda x, y: (x == y).astype(np.int64), True),
    (lambda x, y: call("!=", x, y), lambda x, y: (x != y).astype(np.int64), True),
    (lambda x, y: call("<", x, y), lambda x, y: (x < y).astype(np.int64), False),
    (lambda x, y: call("<=", x, y), lambda x, y: (x <= y).astype(np.int64), False),
)

LOGIC: tuple[Operation, ...] = (
    (lambda x, y: call("and", x, y), np.minimum, True),
    (lambda x, y: call("or", x, y), np.maximum, True),
)


class Search:
    """Expressions over some s-ops, on distinct rows, until one has the wanted values."""

    def __init__(self, known: Sequence[Known], target: Known, stop: Callable[[], bool]) -> None:
        self.target = target
        self.stop = stop
        self.made = 0
        self.seen: set[tuple[bool, bytes]] = set()
        self.levels: dict[tuple[Kind, int], list[Known]] = {}
        self.found: SOp | None = None
        for one in known:
            self._add(one.node, one.kind, one.values, 0)

    def run(self, deep: bool) -> SOp | None:
        """Return the first expression that fits, in the order of depth."""
        if self.found is not None:
            return self.found
        ints, texts = self._level("int", 0), self._level("str", 0)
        self._combine(ARITHMETIC, ints, ints, "int", 1)
        if not deep or self.found is not None:
            return self.found
        self._combine(COMPARISONS, texts, texts, "bool", 1)
        self._combine(COMPARISONS, ints, ints, "bool", 1)
        bools = self._level("bool", 0) + self._level("bool", 1)
        for cases in range(1, CASES + 1):
            if self.found is None and not self.stop():
                self.found = self._cases(cases, 0 if cases > 1 else 1)
        more = self._level("int", 1)
        self._combine(COMPARISONS, more, ints, "bool", 2)
        self._combine(COMPARISONS, ints, more, "bool", 2)
        self._combine(ARITHMETIC, more, ints, "int", 2)
        self._combine(ARITHMETIC, ints, more, "int", 2)
        if len(bools) ** 2 < TRIED:
            self._combine(LOGIC, bools, bools, "bool", 2)
        for cases in range(1, CASES + 1):
            if self.found is None and not self.stop():
                self.found = self._cases(cases, 1)
        return self.found

    def _level(self, kind: Kind, level: int) -> list[Known]:
        return self.levels.setdefault((kind, level), [])

    def _add(self, node: SOp, kind: Kind, values: Codes, level: int) -> None:
        name = (kind == "str", values.tobytes())
        if self.found is not None or name in self.seen:
            return
        self.seen.add(name)
        self._level(kind, level).append(Known(node, kind, values))
        wanted = self.target
        if (kind == "str") == (wanted.kind == "str") and np.array_equal(values, wanted.values):
            as_int = kind == "bool" and wanted.kind == "int"
            self.found = Map("indicator", (node,)) if as_int else node

    def _combine(
        self,
        operations: Sequence[Operation],
        left: Sequence[Known],
        right: Sequence[Known],
        kind: Kind,
        level: int,
    ) -> None:
        start = self.made
        for first, one in enumerate(list(left)):
            for second, other in enumerate(list(right)):
                if self.found is not None or self.made - start > TRIED or self.stop():
                    return
                if isinstance(one.node, Const) and isinstance(other.node, Const):
                    continue
                for write, compute, commutes in operations:
                    if commutes and left is right and second < first:
                        continue
                    values = compute(one.values, other.values)
                    self.made += 1
                    if values is not None:
                        # A comparison reads better with its constant on the right; so does a sum.
                        swap = commutes and isinstance(one.node, Const)
                        pair = (other.node, one.node) if swap else (one.node, other.node)
                        self._add(write(*pair), kind, values, level)

    def _cases(self, count: int, deepest: int) -> SOp | None:
        """Return a chain of so many cases: each a condition and an expression that fits wherever it holds."""
        kind: Kind = "str" if self.target.kind == "str" else "int"
        results = [one for level in range(deepest + 1) for one in self._level(kind, level)]
        if kind == "int":
            results += [
                Known(Map("indicator", (one.node,)), "int", one.values)
                for one in self._level("bool", 1)
            ]
        conditions = [one for level in (0, 1, 2) for one in self._level("bool", level)[:CONDITIONS]]
        results = results[:RESULTS]
        if not results or not conditions:
            return None
        wrong = np.array([one.values != self.target.values for one in results], dtype=np.float32)
        holds = np.array([one.values for one in conditions], dtype=np.float32)
        everywhere = np.ones(len(self.target.values), dtype=np.float32)
        return _chain(self.stop, results, conditions, wrong, holds, everywhere, count)


def _chain(
    stop: Callable[[], bool],
    results: Sequence[Known],
    conditions: Sequence[Known],
    wrong: NDArray[np.float32],
    holds: NDArray[np.float32],
    mask: NDArray[np.float32],
    count: int,
) -> SOp | None:
    rest = wrong @ mask
    if (rest == 0).any():
        return results[int(np.argmax(rest == 0))].node
    if count == 0 or stop():
        return None
    inside = (wrong * mask) @ holds.T
    covered = holds @ mask
    usable = (inside == 0).any(axis=0) & (covered > 0) & (covered < mask.sum())
    # Conditions that settle much come first.
    order = np.lexsort((-covered, ~usable))
    if count > 1:
        order = order[:BRANCHES]
    for place in order:
        if not usable[place]:
            break
        other = _chain(
            stop, results, conditions, wrong, holds, mask * (1 - holds[place]), count - 1
        )
        if other is not None:
            value = results[int(np.argmax(inside[:, place] == 0))].node
            return Map("if", (value, conditions[place].node, other))
    return None


def fit(
    known: Sequence[Known], target: Known, stop: Callable[[], bool], deep: bool = True
) -> SOp | None:
    """Return an expression over known s-ops with the target's values on every row, or None where none was found.

    Args:
        known: s-ops and constants to build from, the preferred first.
        target: the wanted values; its node is not used.
        stop: whether to give up.
        deep: whether to look beyond one operation, and for cases.
    """
    everything = np.array([*(one.values for one in known), target.values])
    distinct = np.unique(everything, axis=1)
    functional = np.unique(distinct[:-1], axis=1).shape[1] == distinct.shape[1]
    if not functional:
        return None
    rows = distinct
    if distinct.shape[1] > ROWS:
        chosen = np.random.default_rng(0).permutation(distinct.shape[1])[:ROWS]
        rows = distinct[:, chosen]
    parts = [
        Known(one.node, one.kind, np.ascontiguousarray(row))
        for one, row in zip(known, rows, strict=False)
    ]
    wanted = Known(target.node, target.kind, np.ascontiguousarray(rows[-1]))
    return Search(parts, wanted, stop).run(deep)
