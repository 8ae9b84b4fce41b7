"""Fewer rows of votes: values that vote alike share a row, and variables that say little fall silent.

Near the best votes the loss is a parabola. So what it costs to give two rows the same votes, or all values of a variable,
follows from votes and curvature. The step that costs least for each line it saves comes first, with refits in between. What
the last value of a variable votes, `new` or `other`, is then taken from all its rows and given to another variable: rows of
nothing but zeros take no line. Values of one label that share their rows everywhere become one value.
"""

from collections.abc import Callable, Collection, Sequence
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
"""So many rows of votes a whole variable counts as: its lines are fewer, but on held-out texts more rows beat more variables."""
CUT = 0.7
"""Between two refits the rows are cut to this share."""
SHORT_STEPS = 12
"""Quasi-Newton steps of a refit after rows were joined, which begins with what they voted."""
DOUBT = 1.0
"""Added to each curvature, so that a value hardly ever seen joins one that votes alike."""


@dataclass(frozen=True, slots=True)
class Short:
    """What a shorter program tells apart.

    Attributes:
        rows: for variables that vote, `(values,)`: as which value each of them votes.
        kinds: for inputs, `(values,)`: values of one kind may become one.
    """

    rows: dict[int, Ints] = field(default_factory=dict)
    kinds: dict[int, Ints] = field(default_factory=dict)

    def read(self, number: int, column: Ints) -> Ints:
        """Return a variable's values as they vote."""
        return self.rows[number][column] if number in self.rows else column

    def joined(self, program: Program, number: int, known: Collection[int] = ()) -> Ints:
        """Return `(values,)`: which value each value of an input becomes: one of its kind that votes alike everywhere, or the last.

        Of such values a `known` one gives its name, or else that of most words.
        """
        part, of = program.inputs[number], origins(program)
        size = len(program.finite_values(number))
        votes = [rows for user, rows in self.rows.items() if of[user] == number]
        groups = np.arange(size)
        if isinstance(part, WordTable) and votes and number in self.kinds:
            words = np.bincount(part.table, minlength=size)
            words[sorted(known)] += len(part.table)
            first = np.argsort(-words, kind="stable")
            alike = np.stack([self.kinds[number], *votes])[:, first]
            _, at, which = np.unique(alike, axis=1, return_index=True, return_inverse=True)
            groups[first] = first[at][which.ravel()]
        return np.where(
            np.all([rows == size - 1 for rows in votes], axis=0) & bool(votes), size - 1, groups
        )


# From what is told apart and weights to begin with to better weights and their curvature, `(features, labels)`.
Fit: TypeAlias = Callable[[Short, Floats | None], tuple[Floats, Floats]]


def origins(program: Program) -> list[int]:
    """Return for each variable the input that it copies, or itself."""
    inputs = len(program.inputs)
    return [
        *range(inputs),
        *(
            one.value if isinstance(one, CategoricalHead) else number
            for number, one in enumerate(program.operations, inputs)
        ),
    ]


def voting(program: Program, short: Short) -> list[int]:
    """Return the variables that vote: all but the positions, and but those of which nothing is told apart."""
    return sorted(short.rows) or list(range(1, len(program.variables)))


def everything(program: Program, kinds: dict[int, Ints], chosen: Sequence[int] = ()) -> Short:
    """Return that all values of all variables are told apart, or of those that are chosen."""
    numbers = chosen or range(1, len(program.variables))
    return Short(
        {number: np.arange(len(program.finite_values(number))) for number in numbers}, kinds
    )


def row_count(short: Short) -> int:
    """Return how many rows of votes there are: those beside the last value's, and that of one variable."""
    return 1 + sum(len(np.unique(rows)) - 1 for rows in short.rows.values())


def shortened(short: Short, rows: int, fit: Fit, silence: bool = True) -> Short:
    """Return what to tell apart in at most so many rows.

    Args:
        short: what could be told apart.
        rows: the budget; two at least.
        fit: see `Fit`.
        silence: whether variables may fall silent.
    """
    start = None
    while (now := row_count(short)) > rows:
        cutter = _Cutter(short, fit(short, start), silence)
        short, start = cutter.cut(max(rows, min(now - 1, int(CUT * now))))
    return short


class _Cutter:
    """What is told apart while it becomes less, with votes and curvature of each variable that votes."""

    def __init__(self, short: Short, fitted: tuple[Floats, Floats], silence: bool) -> None:
        self.kinds, self.silence = short.kinds, silence
        self.rows = {number: rows.copy() for number, rows in sorted(short.rows.items())}
        ends = np.cumsum([len(rows) for rows in self.rows.values()])[:-1]
        self.votes = dict(zip(self.rows, np.split(fitted[0], ends), strict=True))
        self.bend = dict(zip(self.rows, np.split(fitted[1] + DOUBT, ends), strict=True))
        self.steps: dict[tuple[str, int], tuple[float, int, int]] = {}
        for number in self.rows:
            self._rate(number)

    def _rate(self, number: int) -> None:
        """Rate the two steps of a variable: the cost for each line, and of two rows which goes and which stays."""
        own = np.unique(self.rows[number])
        votes, bend = self.votes[number][own], self.bend[number][own]
        apart = votes - (bend * votes).sum(axis=0) / bend.sum(axis=0)
        whole = float((bend * apart**2).sum() / 2) / (len(own) - 1 + HEAD_LINES)
        self.steps["silent", number] = whole, 0, 0
        self.steps["join", number] = np.inf, 0, 0
        if len(own) > 1:
            one, other = np.triu_indices(len(own), 1)
            both = bend[one] * bend[other] / (bend[one] + bend[other])
            cost = (both * (votes[one] - votes[other]) ** 2).sum(axis=1) / 2
            best = int(cost.argmin())
            gone, stays = int(own[one[best]]), int(own[other[best]])
            self.steps["join", number] = float(cost[best]), gone, stays

    def _join(self, number: int, gone: int, stays: int) -> None:
        """Give two rows of a variable the same votes."""
        votes, bend = self.votes[number], self.bend[number]
        both = bend[gone] + bend[stays]
        votes[stays] = (bend[gone] * votes[gone] + bend[stays] * votes[stays]) / both
        bend[stays], votes[gone] = both, 0
        self.rows[number][self.rows[number] == gone] = stays
        self._rate(number)

    def cut(self, rows: int) -> tuple[Short, Floats]:
        """Return what is left after the cheapest steps down to so many rows, and weights to go on from."""
        while row_count(short := Short(self.rows, self.kinds)) > rows:
            silent = self.silence and len(self.rows) > 1
            free = [step for step in self.steps if step[0] == "join" or silent]
            kind, number = min(free, key=lambda step: (self.steps[step], step))
            if kind == "join":
                self._join(number, *self.steps[kind, number][1:])
            else:
                del self.votes[number], self.bend[number], self.rows[number]
                del self.steps["join", number], self.steps["silent", number]
        return short, np.concatenate(list(self.votes.values()))


def settled(program: Program, short: Short) -> Program:
    """Return a program in which joined values are one, without values that no word has and without variables of no use.

    The last value votes 0 in every variable but one.
    """
    of, spoken = origins(program), set[int]()
    codes: dict[int, Ints] = {}
    for number in sorted({of[number] for number in voting(program, short)}):
        part = program.inputs[number]
        groups = short.joined(program, number, spoken)
        codes[number] = groups[list(part.table)] if isinstance(part, WordTable) else groups
        spoken.update(codes[number].tolist() if isinstance(part, WordTable) else ())
    kept: dict[int, list[int]] = {}
    inputs: list[Input] = []
    for number, part in enumerate(program.inputs):
        if number in codes and isinstance(part, WordTable | TextRule):
            # Tables speak of the same values, which are listed once.
            one = (
                sorted(spoken) if isinstance(part, WordTable) else np.unique(codes[number]).tolist()
            )
            kept[number] = one
            values = FiniteValues(tuple(part.values.values[code] for code in one))
            if isinstance(part, WordTable):
                table = tuple(np.searchsorted(one, codes[number]).tolist())
                part = replace(part, values=values, table=table)
            else:
                part = replace(part, values=values, otherwise=len(values) - 1)
        inputs.append(part)
    votes = centred(program, short, kept, codes)
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


def centred(
    program: Program, short: Short, kept: dict[int, list[int]], codes: dict[int, Ints]
) -> list[CategoricalVotes]:
    """Return the votes of the values that are kept, 0 where no word has them; where rows were joined, the last one's go to the first variable."""
    of = origins(program)
    rows: dict[int, Ints] = {}
    rest: dict[int, Ints] = {}
    for vote in program.classifier.votes:
        assert isinstance(vote, CategoricalVotes)
        number, weights = vote.variable, np.array(vote.weights)
        rows[number] = weights[short.read(number, np.array(kept[of[number]]))]
        rest[number] = weights[-1]
    if short.rows:
        rows = {number: found - rest[number] for number, found in rows.items()}
        rows[min(rows)] += sum(rest.values())
    for number, found in rows.items():
        found[~np.isin(kept[of[number]], codes[of[number]])] = 0
    return [
        CategoricalVotes(number, tuple(map(tuple, found.tolist())))
        for number, found in rows.items()
        if found.any()
    ]
