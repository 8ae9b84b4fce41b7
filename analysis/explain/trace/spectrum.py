"""Spectrum-based fault localisation: which branches each prediction went through, and how well each tells wrong from right.

A prediction's dynamic slice begins with the variables that vote at its position and follows every read back: a look-up to its
arguments there, a head to its query there, to the values at the positions that it attended, and to every key that could
have changed where it looks. Slices of a whole batch are computed together, as boolean arrays. The formulas of suspicion
are Ochiai (Abreu et al. 2007), Tarantula (Jones and Harrold 2005) and DStar with exponent 2 (Wong et al. 2014).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt
from typing import Literal, TypeAlias

import numpy as np

from tprog.analysis.explain.cells import DEFAULT, WHOLE, Branch, Part, branch_count
from tprog.analysis.explain.trace.running import Observed
from tprog.evaluate.attention import predicate_matrix
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.evaluate.prepared import BoxStep, head_match, head_step
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    FiniteValues,
    First,
    Head,
    Nearest,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Program,
)

Metric: TypeAlias = Literal["ochiai", "tarantula", "dstar"]

# Entries of `(inputs, entries, positions)` arrays that are followed back at once.
CHUNK = 1 << 20
# Flags for pairs of a prediction and a row.
MOST_FLAGS = 1 << 27


def suspicion(metric: Metric, failed: int, passed: int, failures: int, passes: int) -> float:
    """Return how suspicious something is that ran in some failing and some passing predictions.

    Args:
        metric: the formula.
        failed: failing predictions that it ran in.
        passed: passing predictions that it ran in.
        failures: failing predictions in all.
        passes: passing predictions in all.

    Returns:
        0 to 1 for Ochiai and Tarantula; 0 to infinity for DStar.
    """
    if failed == 0 or failures == 0:
        return 0.0
    match metric:
        case "ochiai":
            return failed / sqrt(failures * (failed + passed))
        case "tarantula":
            share = passed / passes if passes else 0.0
            return (failed / failures) / (failed / failures + share)
        case "dstar":
            rest = passed + (failures - failed)
            return failed**2 / rest if rest else inf


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """What ran in which predictions. Wrong predictions are numbered by group, then input, then entry.

    Attributes:
        failing: how many predictions are wrong.
        passing: how many are right.
        members: for each branch that ran in wrong predictions, which ones, ascending.
        passed: for each branch that ran in right predictions, in how many.
    """

    failing: int
    passing: int
    members: dict[Branch, IntArray]
    passed: dict[Branch, int]

    def failed(self, branch: Branch) -> int:
        """Return in how many wrong predictions a branch ran."""
        return len(self.members.get(branch, ()))

    def suspicion(self, metric: Metric, branch: Branch) -> float:
        """Return the suspicion of a branch."""
        ran = self.failed(branch), self.passed.get(branch, 0)
        return suspicion(metric, *ran, self.failing, self.passing)


@dataclass(frozen=True, slots=True, eq=False)
class Fired:
    """Pairs of a prediction, a flat index into `(inputs, entries)`, and the row of a branch of one part that it went through."""

    part: Part
    predictions: IntArray
    rows: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """Where a head looks.

    Attributes:
        matches: `(inputs, positions, positions)`: which keys match.
        attended: `(inputs, positions)` attended positions; None for a numerical head.
        decisive_keys: `(inputs, positions, positions)`: the keys that decide where it looks.
    """

    matches: BoolArray
    attended: IntArray | None
    decisive_keys: BoolArray


def collect(program: Program, groups: Sequence[Observed]) -> Spectra:
    """Return which branches ran in which of the observed predictions, each prediction's slice for itself."""
    members: dict[Branch, list[IntArray]] = {}
    passed: dict[Branch, int] = {}
    failing = passing = 0
    for group in groups:
        flat = group.wrong.ravel()
        numbers = np.where(flat, np.cumsum(flat) - 1 + failing, -1)
        entries = group.wrong.shape[1]
        for start, found in slices(program, group.columns, group.asked):
            for fired in found:
                wrong = numbers[fired.predictions + start * entries]
                _add(members, passed, fired.part, fired.rows, wrong)
                if fired.part.kind == "head":
                    once = np.unique(fired.predictions)
                    whole = np.full(len(once), WHOLE, dtype=np.int64)
                    numbered = numbers[once + start * entries]
                    _add(members, passed, fired.part, whole, numbered)
        failing += int(flat.sum())
        passing += int((group.asked & ~group.wrong).sum())
    joined = {branch: np.unique(np.concatenate(chunks)) for branch, chunks in members.items()}
    return Spectra(failing, passing, joined, passed)


def _add(
    members: dict[Branch, list[IntArray]],
    passed: dict[Branch, int],
    part: Part,
    rows: IntArray,
    wrong: IntArray,
) -> None:
    """Count pairs of a branch and a prediction; `wrong` holds the number of a wrong one, or -1."""
    right = wrong < 0
    for row, count in zip(*np.unique(rows[right], return_counts=True), strict=True):
        branch = Branch(part, int(row))
        passed[branch] = passed.get(branch, 0) + int(count)
    if right.all():
        return
    order = np.argsort(rows[~right], kind="stable")
    found, numbers = rows[~right][order], wrong[~right][order]
    starts = np.flatnonzero(np.concatenate([[True], found[1:] != found[:-1]]))
    for start, chunk in zip(starts.tolist(), np.split(numbers, starts[1:]), strict=True):
        members.setdefault(Branch(part, int(found[start])), []).append(chunk)


def slices(
    program: Program, columns: Sequence[IntArray], asked: BoolArray
) -> Iterator[tuple[int, list[Fired]]]:
    """Yield the branches of every part that predictions went through, in chunks of the inputs.

    Args:
        program: a valid Program.
        columns: every variable as `(inputs, positions)` entries; see `Evaluation.values`.
        asked: `(inputs, entries)`: the predictions to follow back; a single entry where outputs are pooled.

    Yields:
        The first input of the chunk, and what fired, its predictions counted from that input.
    """
    inputs, length = columns[0].shape
    size = max(1, CHUNK // (asked.shape[1] * length))
    for start in range(0, inputs, size):
        rows = slice(start, start + size)
        yield start, _slices(program, [column[rows] for column in columns], asked[rows])


def _slices(program: Program, columns: list[IntArray], asked: BoolArray) -> list[Fired]:
    needed: dict[int, BoolArray] = {}
    found = [
        _fired(Part(variable, "votes"), *where)
        for variable, where in _votes_cast(program, columns, asked, needed)
    ]
    first = len(program.inputs)
    for variable in range(len(program.variables) - 1, first - 1, -1):
        at_own = needed.pop(variable, None)
        if at_own is None:
            continue
        operation = program.operations[variable - first]
        rows = rows_fired(program, variable, columns)
        if isinstance(operation, Head):
            seen = look(program, operation, columns)
            part = Part(variable, "head")
            found.append(_fired(part, at_own, rows))
            sources = seen.matches
            if seen.attended is not None:
                missing = at_own & ~np.asarray(seen.matches.any(axis=2))[:, None, :]
                found.append(_fired(part, missing, np.full_like(rows, DEFAULT)))
                sources = seen.attended[:, :, None] == np.arange(rows.shape[1])
            _need(needed, operation.query, at_own)
            _need(needed, operation.key, _reached(at_own, seen.decisive_keys))
            _need(needed, operation.value, _reached(at_own, sources))
        else:
            found.append(_fired(Part(variable, "look-up"), at_own, rows))
            for argument in operation.arguments:
                _need(needed, argument, at_own)
    return found


def _votes_cast(
    program: Program, columns: list[IntArray], asked: BoolArray, needed: dict[int, BoolArray]
) -> Iterator[tuple[int, tuple[BoolArray, IntArray]]]:
    """Yield for each voting variable where it votes, and with which row; note that it is needed there."""
    inputs, length = columns[0].shape
    for vote in program.classifier.votes:
        at = np.zeros((inputs, asked.shape[1], length), dtype=np.bool_)
        if program.classifier.pooled:
            at[:, 0, :] = asked
        else:
            at[:, range(length), range(length)] = asked
        _need(needed, vote.variable, at)
        rows = columns[vote.variable]
        if isinstance(vote, NumericalVotes):
            # A number that is zero casts no vote.
            at = at & (rows > 0)[:, None, :]
            rows = np.zeros_like(rows)
        yield vote.variable, (at, rows)


def _reached(needed: BoolArray, steps: BoolArray) -> BoolArray:
    """Return `(inputs, entries, positions)`: where one step leads from what is needed."""
    found: BoolArray = (needed.astype(np.float32) @ steps.astype(np.float32)) > 0
    return found


def _need(needed: dict[int, BoolArray], variable: int, where: BoolArray) -> None:
    needed[variable] = needed[variable] | where if variable in needed else where


def _fired(part: Part, at: BoolArray, rows: IntArray) -> Fired:
    """Return each pair of a prediction and a row once."""
    inputs, places, positions = np.nonzero(at)
    predictions = inputs * at.shape[1] + places
    fired = rows[inputs, positions] + 1  # The default is -1.
    size = int(fired.max(initial=0)) + 1
    pairs = predictions * size + fired
    if (flags := at.shape[0] * at.shape[1] * size) <= MOST_FLAGS:
        # Many pairs occur again and again; setting flags takes a fraction of the time of sorting.
        seen = np.zeros(flags, dtype=np.bool_)
        seen[pairs] = True
        pairs = np.flatnonzero(seen)
    else:
        pairs = np.unique(pairs)
    return Fired(part, pairs // size, pairs % size - 1)


def rows_fired(program: Program, variable: int, columns: Sequence[IntArray]) -> IntArray:
    """Return `(inputs, positions)`: which branch of a head or look-up ran, by row."""
    match program.variables[variable]:
        case CategoricalHead(query=query) | NumericalHead(query=query):
            single = branch_count(program, Part(variable, "head")) == 1
            return np.zeros_like(columns[query]) if single else columns[query]
        case CategoricalLookup(arguments=arguments):
            rows = np.zeros_like(columns[arguments[0]])
            for argument in arguments:
                rows = rows * len(program.finite_values(argument)) + columns[argument]
            return rows
        case NumericalLookup() as lookup:
            return box_numbers(lookup, columns)
    raise ValueError(f"variable {variable} is no part")


def box_numbers(lookup: NumericalLookup, columns: Sequence[IntArray]) -> IntArray:
    """Return which rectangle gives the value at every point; the default is numbered after the last."""
    count = len(lookup.rectangles)
    boxes = tuple(replace(box, value=number) for number, box in enumerate(lookup.rectangles))
    values = FiniteValues(tuple(range(count + 1)))
    numbered = replace(lookup, values=values, rectangles=boxes, default=count)
    return BoxStep(numbered, np.int64).compute(columns)


def look(program: Program, head: Head, columns: Sequence[IntArray]) -> Look:
    """Return where a head looks, from the entries of what it reads."""
    length = columns[head.query].shape[1]
    query, key = (finite_values(program, read, length) for read in (head.query, head.key))
    matrix = predicate_matrix(head.predicate, query, key)
    matches = matrix[columns[head.query][:, :, None], columns[head.key][:, None, :]]
    here = np.arange(length)
    open_keys = np.ones((length, length), dtype=np.bool_)
    if head.causal:
        open_keys = here[None, :] <= here[:, None]
        matches &= open_keys
    decisive_keys = np.broadcast_to(open_keys, matches.shape)
    if isinstance(head, NumericalHead):
        return Look(matches, None, decisive_keys)
    # What the head would write if its value were the position itself.
    positions = [*(column.T for column in columns), here[:, None]]
    pointing = replace(head, value=len(columns))
    wanted = head_match(head, query, key, np.dtype(np.int64))
    step = head_step(pointing, wanted, 0, length)
    attended = np.broadcast_to(step.compute(positions), columns[head.query].T.shape).T
    found: BoolArray = np.asarray(matches.any(axis=2))
    if isinstance(head.tie, First):
        decisive_keys = decisive_keys & (~found[:, :, None] | (here <= attended[:, :, None]))
    elif isinstance(head.tie, Nearest) and head.tie.self_rank == "last":
        distance = np.abs(here[:, None] - here[None, :])
        chosen = np.abs(attended - here[None, :])
        nearer: BoolArray = distance[None] <= chosen[:, :, None]
        # The own position is the last resort: taking it says that no other key matches.
        nearer |= np.asarray(attended == here)[:, :, None]
        decisive_keys = decisive_keys & (~found[:, :, None] | nearer)
    return Look(matches, attended, decisive_keys)


def finite_values(program: Program, variable: int, length: int) -> FiniteValues:
    """Return the values of a variable; positions that have no end are those of inputs of one length."""
    values = program.values[variable]
    return values if isinstance(values, FiniteValues) else FiniteValues(tuple(range(length)))
