"""Fewer rows of votes: values that vote alike become one, or vote as the rest, and variables that say little fall silent.

Near the best votes the loss is a parabola. So what it costs to give two values one row, or all values of a variable the
same one, follows from votes and curvature. The step that costs least for each line it saves comes first, with refits in
between. In a table of evidence two strengths of one label become one. In any variable a value may vote as the last one
does, `new` or `other`. What that one votes is then taken from all rows and given to another variable: rows of nothing but
zeros take no line.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    FiniteValues,
    Input,
    Program,
    TextRule,
    WordTable,
)
from tprog.text.evidence import Floats, Ints

Flags: TypeAlias = npt.NDArray[np.bool_]

HEAD_LINES = 8
"""Lines of a variable besides its rows: its definition, where it is computed, and the frame of its votes."""
CUT = 0.7
"""Between two refits the rows are cut to this share."""
DOUBT = 1.0
"""Added to each curvature, so that a value hardly ever seen joins one that votes alike."""


@dataclass(frozen=True, slots=True)
class Short:
    """What a shorter program tells apart.

    Attributes:
        groups: for inputs, `(values,)`: as which value each is read.
        rest: for variables that vote, `(values,)`: which of them vote as the last value does, itself among them.
    """

    groups: dict[int, Ints] = field(default_factory=dict)
    rest: dict[int, Flags] = field(default_factory=dict)

    def read(self, number: int, source: int, column: Ints) -> Ints:
        """Return a variable's values as they vote; it is a copy of the input `source`."""
        if number not in self.rest:
            return column
        as_read = self.groups[source][column]
        return np.where(self.rest[number][as_read], len(self.rest[number]) - 1, as_read)


# From what is told apart and weights to begin with to better weights and their curvature, `(features, labels)`.
Fit: TypeAlias = Callable[[Short, Floats | None], tuple[Floats, Floats]]


def origins(program: Program) -> list[int]:
    """Return for each variable the input that it copies, or itself."""
    heads = [one.value for one in program.operations if isinstance(one, CategoricalHead)]
    return [*range(len(program.inputs)), *heads]


def voting(program: Program, short: Short) -> list[int]:
    """Return the variables that vote: all but the positions, and but those of which nothing is told apart."""
    return sorted(short.rest) or list(range(1, len(program.variables)))


def everything(program: Program) -> Short:
    """Return that all values of all variables are told apart."""
    sizes = {number: len(program.finite_values(number)) for number in range(1, len(program.names))}
    groups = {number: np.arange(sizes[number]) for number in range(1, len(program.inputs))}
    return Short(groups, {number: np.arange(size) == size - 1 for number, size in sizes.items()})


def alike(program: Program, short: Short) -> dict[int, Flags]:
    """Return for each variable `(values that are told apart,)`: which of them vote as the rest."""
    of = origins(program)
    alive = {source: np.unique(groups) for source, groups in short.groups.items()}
    return {number: rest[alive[of[number]]] for number, rest in short.rest.items()}


def row_count(program: Program, short: Short) -> int:
    """Return how many rows of votes a program has at most: those beside the rest, and all rows of one variable."""
    found = alike(program, short).values()
    return int(sum((~flags).sum() for flags in found) + min(flags.sum() for flags in found))


def shortened(program: Program, kinds: dict[int, Ints], rows: int, fit: Fit) -> Short:
    """Return what to tell apart in at most so many rows.

    Args:
        program: inputs and copying heads.
        kinds: for each input, `(values,)`: values of one kind may become one; those of a rule differ all.
        rows: the budget; two at least.
        fit: see `Fit`.
    """
    short, start = everything(program), None
    while (now := row_count(program, short)) > rows:
        cutter = _Cutter(program, kinds, short, fit(short, start))
        short, start = cutter.cut(max(rows, min(now - 1, int(CUT * now))))
    return short


class _Cutter:
    """What is told apart while it becomes less, with votes and curvature of each variable that votes."""

    def __init__(
        self, program: Program, kinds: dict[int, Ints], short: Short, fitted: tuple[Floats, Floats]
    ) -> None:
        self.program, self.of, self.kinds = program, origins(program), kinds
        self.groups = {number: groups.copy() for number, groups in short.groups.items()}
        self.rest = {number: short.rest[number].copy() for number in voting(program, short)}
        ends = np.cumsum([len(rest) for rest in self.rest.values()])[:-1]
        self.votes = dict(zip(self.rest, np.split(fitted[0], ends), strict=True))
        self.bend = dict(zip(self.rest, np.split(fitted[1] + DOUBT, ends), strict=True))
        self.alive = {number: np.unique(groups) for number, groups in self.groups.items()}
        self.steps: dict[tuple[str, int], tuple[float, int, int]] = {}
        for source in self.groups:
            self._rate(source)

    def _users(self, source: int) -> list[int]:
        return [number for number in self.rest if self.of[number] == source]

    def _rate(self, source: int, *numbers: int) -> None:
        """Rate the steps of an input and of variables that copy it, of all by default."""
        for number in numbers or self._users(source):
            self.steps["rest", number] = self._falling(number)
            self.steps["silent", number] = self._silence(number), 0, 0
        self.steps["pair", source] = self._pair(source)

    def _own(self, number: int) -> Ints:
        """Return the values that have rows of their own."""
        alive = self.alive[self.of[number]]
        return alive[~self.rest[number][alive]]

    def _falling(self, number: int) -> tuple[float, int, int]:
        """Return what it costs to let the cheapest value vote as the rest does, and which it is."""
        own = self._own(number)
        if not len(own):
            return np.inf, 0, 0
        votes, bend = self.votes[number], self.bend[number]
        both = bend[own] * bend[-1] / (bend[own] + bend[-1])
        cost = (both * (votes[own] - votes[-1]) ** 2).sum(axis=1) / 2
        best = int(cost.argmin())
        return float(cost[best]), int(own[best]), 0

    def _pair(self, source: int) -> tuple[float, int, int]:
        """Return the two values of an input that are joined most cheaply: the cost for each row, which goes, which stays."""
        alive = self.alive[source][:-1]
        kinds = self.kinds[source][alive]
        one, other = np.nonzero(np.triu(kinds[:, None] == kinds, 1))
        cost, saved, seen = np.zeros(len(one)), np.zeros(len(one)), np.zeros((2, len(one)))
        for number in self._users(source):
            votes, bend = self.votes[number], self.bend[number][alive].T
            own = ~self.rest[number][alive]
            rows = np.where(own, votes[alive].T, votes[-1][:, None])
            both = bend[:, one] * bend[:, other] / (bend[:, one] + bend[:, other])
            cost += (both * (rows[:, one] - rows[:, other]) ** 2).sum(axis=0) / 2
            saved += own[one] | own[other]
            seen += bend.sum(axis=0)[[one, other]]
        cost = np.where(saved > 0, cost / np.maximum(saved, 1), np.inf)
        if not np.isfinite(cost).any():
            return np.inf, 0, 0
        best = int(cost.argmin())
        # The value seen more often stays.
        gone, stays = (one, other) if seen[0, best] < seen[1, best] else (other, one)
        return float(cost[best]), int(alive[gone[best]]), int(alive[stays[best]])

    def _silence(self, number: int) -> float:
        """Return what it costs for each line to give all values of a variable one row."""
        own = [*self._own(number), -1]
        votes, bend = self.votes[number][own], self.bend[number][own]
        apart = votes - (bend * votes).sum(axis=0) / bend.sum(axis=0)
        return float((bend * apart**2).sum() / 2) / (len(own) - 1 + HEAD_LINES)

    def _merge(self, number: int, gone: int, stays: int) -> None:
        """Give two values of a variable one row, that of the second."""
        votes, bend = self.votes[number], self.bend[number]
        both = bend[gone] + bend[stays]
        votes[stays] = (bend[gone] * votes[gone] + bend[stays] * votes[stays]) / both
        bend[stays], votes[gone] = both, 0

    def _fall(self, number: int, value: int) -> None:
        self._merge(number, value, -1)
        self.rest[number][value] = True
        self._forget(self.of[number])
        self._rate(self.of[number], number)

    def _forget(self, source: int) -> None:
        """Let the values of an input become the last one that have no row in any variable."""
        groups, users = self.groups[source], self._users(source)
        idle = np.all([self.rest[number][groups] for number in users], axis=0)
        self.groups[source] = np.where(idle, len(groups) - 1, groups)
        self.alive[source] = np.unique(self.groups[source])

    def _join(self, source: int, gone: int, stays: int) -> None:
        for number in self._users(source):
            rest = self.rest[number]
            # A value without a row of its own takes the other's; with two rows one goes.
            if rest[stays] and not rest[gone]:
                both = self.votes[number][gone].copy(), self.bend[number][gone].copy()
                self.votes[number][stays], self.bend[number][stays] = both
                self.votes[number][gone] = 0
            elif not rest[gone]:
                self._merge(number, gone, stays)
            rest[stays] &= rest[gone]
        self.groups[source][self.groups[source] == gone] = stays
        self.alive[source] = np.unique(self.groups[source])
        self._rate(source)

    def _rows(self) -> int:
        """Return the number of rows; see `row_count`."""
        own = {number: len(self._own(number)) for number in self.rest}
        others = (len(self.alive[self.of[number]]) - found for number, found in own.items())
        return sum(own.values()) + min(others)

    def cut(self, rows: int) -> tuple[Short, Floats]:
        """Return what is left after the cheapest steps down to so many rows, and weights to go on from."""
        while True:
            if self._rows() <= rows:
                short = Short(self.groups, self.rest)
                return short, np.concatenate(list(self.votes.values()))
            free = {
                step: rated
                for step, rated in self.steps.items()
                if step[0] != "silent" or len(self.rest) > 1
            }
            (kind, number), (_, gone, stays) = min(free.items(), key=lambda one: (one[1], one[0]))
            if kind == "pair":
                self._join(number, gone, stays)
            elif kind == "rest":
                self._fall(number, gone)
            else:
                del self.votes[number], self.bend[number], self.rest[number]
                del self.steps["rest", number], self.steps["silent", number]
                if self._users(self.of[number]):
                    self._forget(self.of[number])
                self._rate(self.of[number])


def settled(program: Program, short: Short) -> Program:
    """Return a program in which joined values are one, without values that no word has and without variables of no use.

    The rest votes 0 in every variable but one.
    """
    kept: dict[int, list[int]] = {}
    inputs: list[Input] = []
    for number, part in enumerate(program.inputs):
        if isinstance(part, WordTable | TextRule):
            groups = short.groups.get(number, np.arange(len(part.values)))
            codes = groups[list(part.table)] if isinstance(part, WordTable) else groups
            kept[number] = np.unique(codes).tolist()
            values = FiniteValues(tuple(part.values.values[code] for code in kept[number]))
            if isinstance(part, WordTable):
                table = tuple(np.searchsorted(kept[number], codes).tolist())
                part = replace(part, values=values, table=table)
            else:
                part = replace(part, values=values, otherwise=len(values) - 1)
        inputs.append(part)
    votes = _centred(program, short, kept)
    of = origins(program)
    used = sorted({0, *(each for vote in votes for each in (vote.variable, of[vote.variable]))})
    place = {number: new for new, number in enumerate(used)}
    counted = tuple(replace(vote, variable=place[vote.variable]) for vote in votes)
    heads = [
        replace(head, value=place[head.value])
        for number, head in enumerate(program.operations, start=len(inputs))
        if isinstance(head, CategoricalHead) and number in place
    ]
    return replace(
        program,
        inputs=tuple(part for number, part in enumerate(inputs) if number in place),
        operations=tuple(heads),
        classifier=replace(program.classifier, votes=counted),
    )


def _centred(program: Program, short: Short, kept: dict[int, list[int]]) -> list[CategoricalVotes]:
    """Return the votes of the values that are kept; the rest's go to the variable in which that takes fewest lines."""
    of = origins(program)
    rows: dict[int, Ints] = {}
    rest: dict[int, Ints] = {}
    for vote in program.classifier.votes:
        assert isinstance(vote, CategoricalVotes)
        number, weights = vote.variable, np.array(vote.weights)
        rows[number] = weights[short.read(number, of[number], np.array(kept[of[number]]))]
        rest[number] = weights[-1]
    if short.rest:
        resting = alike(program, short)
        home = min(rows, key=lambda number: (resting[number].sum(), number))
        rows = {number: found - rest[number] for number, found in rows.items()}
        rows[home] = rows[home] + sum(rest.values())
    return [
        CategoricalVotes(number, tuple(map(tuple, found.tolist())))
        for number, found in rows.items()
        if found.any()
    ]
