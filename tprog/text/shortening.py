"""Fewer rows of votes: values that vote alike become one, and variables that say little fall silent.

Near the best votes the loss is a parabola. So what it costs to give two values one row, or all values of a variable the
same one, follows from votes and curvature. The step that costs least for each line it saves comes first, with refits in
between. Of a table of evidence, strengths of one label become one, or a value becomes `new`: it tells nothing. Of a rule,
a value becomes `other`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

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

HEAD_LINES = 8
"""Lines of a variable besides its rows: its definition, where it is computed, and the frame of its votes."""
CUT = 0.7
"""Between two refits the rows are cut to this share."""
DOUBT = 1.0
"""Added to each curvature, so that a value hardly ever seen joins one that votes alike."""


@dataclass(frozen=True, slots=True, eq=False)
class Short:
    """What a shorter program tells apart.

    Attributes:
        groups: for inputs, `(values,)`: as which value each is read.
        silent: variables that do not vote.
    """

    groups: dict[int, Ints] = field(default_factory=dict)
    silent: frozenset[int] = frozenset()


# From what is told apart and weights to begin with to better weights and their curvature, `(features, labels)`.
Fit: TypeAlias = Callable[[Short, Floats | None], tuple[Floats, Floats]]


def origins(program: Program) -> list[int]:
    """Return for each variable the input that it copies, or itself."""
    heads = [one.value for one in program.operations if isinstance(one, CategoricalHead)]
    return [*range(len(program.inputs)), *heads]


def voting(program: Program, short: Short) -> list[int]:
    """Return the variables that vote: all but the positions and the silent ones."""
    return sorted(set(range(1, len(program.variables))) - short.silent)


def row_count(program: Program, short: Short) -> int:
    """Return how many rows of votes a program has at most."""
    of = origins(program)
    return sum(len(np.unique(short.groups[of[number]])) for number in voting(program, short))


def shortened(program: Program, kinds: dict[int, Ints], rows: int, fit: Fit) -> Short:
    """Return what to tell apart in at most so many rows.

    Args:
        program: inputs and copying heads.
        kinds: for each input, `(values,)`: values of one kind may become one; the last value takes any other.
        rows: the budget; two at least.
        fit: see `Fit`.
    """
    short, start = Short({number: np.arange(len(kind)) for number, kind in kinds.items()}), None
    while (now := row_count(program, short)) > rows:
        cutter = _Cutter(program, kinds, short, fit(short, start))
        short, start = cutter.cut(max(rows, min(now - 1, int(CUT * now))))
    return short


class _Cutter:
    """Groups and silent variables while they are joined, with votes and curvature of each variable that votes."""

    def __init__(
        self, program: Program, kinds: dict[int, Ints], short: Short, fitted: tuple[Floats, Floats]
    ) -> None:
        self.program, self.of, self.kinds = program, origins(program), kinds
        self.groups = {number: groups.copy() for number, groups in short.groups.items()}
        numbers = voting(program, short)
        ends = np.cumsum([len(self.groups[self.of[number]]) for number in numbers])[:-1]
        self.votes = dict(zip(numbers, np.split(fitted[0], ends), strict=True))
        self.bend = dict(zip(numbers, np.split(fitted[1] + DOUBT, ends), strict=True))
        self.pairs = {number: self._pair(number) for number in self.groups}
        self.silence = {number: self._silence(number) for number in numbers}

    def _users(self, source: int) -> list[int]:
        return [number for number in self.votes if self.of[number] == source]

    def _pair(self, source: int) -> tuple[float, int, int]:
        """Return the two values of an input that are joined most cheaply: the cost for each row, which goes, which stays."""
        alive, users = np.unique(self.groups[source]), self._users(source)
        if len(alive) < 2 or not users:
            return np.inf, 0, 0
        cost, seen = np.zeros((len(alive), len(alive))), np.zeros(len(alive))
        for number in users:
            votes, bend = self.votes[number][alive], self.bend[number][alive]
            both = bend[:, None] * bend / (bend[:, None] + bend)
            cost += (both * (votes[:, None] - votes) ** 2).sum(axis=2) / 2
            seen += bend.sum(axis=1)
        kinds = self.kinds[source][alive]
        # A row goes, a column stays: of one kind the value seen more often, or else the last, which never goes.
        rank = np.argsort(np.argsort(seen, kind="stable"))
        free = (kinds[:, None] == kinds) & (rank[:, None] < rank)
        free[:-1, -1], free[-1] = True, False
        cost[~free] = np.inf
        gone, stays = divmod(int(cost.argmin()), len(alive))
        return float(cost[gone, stays]) / len(users), int(alive[gone]), int(alive[stays])

    def _silence(self, number: int) -> float:
        """Return what it costs for each line to give all values of a variable one row."""
        alive = np.unique(self.groups[self.of[number]])
        votes, bend = self.votes[number][alive], self.bend[number][alive]
        apart = votes - (bend * votes).sum(axis=0) / bend.sum(axis=0)
        return float((bend * apart**2).sum() / 2) / (len(alive) + HEAD_LINES)

    def _join(self, source: int) -> None:
        _, gone, stays = self.pairs[source]
        users = self._users(source)
        for number in users:
            votes, bend = self.votes[number], self.bend[number]
            both = bend[gone] + bend[stays]
            votes[stays] = (bend[gone] * votes[gone] + bend[stays] * votes[stays]) / both
            bend[stays], votes[gone] = both, 0
        self.groups[source][self.groups[source] == gone] = stays
        self.pairs[source] = self._pair(source)
        self.silence |= {number: self._silence(number) for number in users}

    def cut(self, rows: int) -> tuple[Short, Floats]:
        """Return what is left after the cheapest steps down to so many rows, and weights to go on from."""
        while True:
            silent = frozenset(range(1, len(self.of))) - self.votes.keys()
            short = Short(self.groups, silent)
            if row_count(self.program, short) <= rows:
                return short, np.concatenate(list(self.votes.values()))
            pair, source = min((self.pairs[source][0], source) for source in self.groups)
            quiet, number = min((cost, number) for number, cost in self.silence.items())
            if pair <= quiet or len(self.votes) == 1:
                self._join(source)
                continue
            del self.votes[number], self.bend[number], self.silence[number]
            self.pairs[self.of[number]] = self._pair(self.of[number])


def settled(program: Program, short: Short) -> Program:
    """Return a program in which joined values are one, without values that no word has and without variables of no use."""
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
    of = origins(program)
    votes = [
        replace(vote, weights=tuple(vote.weights[row] for row in kept[of[vote.variable]]))
        for vote in program.classifier.votes
        if isinstance(vote, CategoricalVotes)
    ]
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
