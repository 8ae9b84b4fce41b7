"""Repairs: other contents for a suspect branch, each judged by the wrong predictions it puts right and the right ones it breaks.

A predicate row is tried with single keys, with one key more or less, and empty; a whole predicate with those that a slip of
the pen makes of it: a flipped relation, a shift, the negation, query and key exchanged; a table's entry and a rectangle with
every other value; a row of votes with the best change of one weight, which a sweep over the limits finds exactly.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from tprog.analysis.explain.cells import (
    DEFAULT,
    WHOLE,
    Branch,
    Content,
    content,
    tabular,
    votes_of,
    with_content,
)
from tprog.analysis.explain.trace.examples import IMPOSSIBLE, LabelledExamples
from tprog.analysis.explain.trace.running import Observed
from tprog.analysis.explain.trace.spectrum import finite_values, rows_fired
from tprog.evaluate.attention import Array
from tprog.evaluate.comparisons import exact_comparison
from tprog.evaluate.counterfactual import Interventions, Partly, Patch
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.evaluate.prepared import head_match, head_step
from tprog.evaluate.vote_sums import force
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Compare,
    Constant,
    FiniteValues,
    Head,
    KeyIn,
    NumericalLookup,
    Predicate,
    Program,
    Rectangle,
    Table,
    predicate_table,
)
from tprog.ir.predicate import RELATIONS, predicate_problems

# Keys, or values, that are tried for one branch.
MOST_TRIED = 40
# How far a comparison may be off.
SHIFTS = (0, 1, -1, 2, -2)


@dataclass(frozen=True, slots=True, eq=False)
class ExampleBatch:
    """Examples of one length, ready for counterfactuals: what if one variable were otherwise?

    Attributes:
        interventions: the Program on their tokens.
        columns: every variable as `(inputs, positions)` entries.
        wanted: `(inputs, entries)` right labels; see `Group.wanted`.
        asked: `(inputs, entries)`: where a right label is known.
        wrong: `(inputs, entries)`: where another label is given.
        numbers: `(inputs, entries)`: the number of each wrong prediction, -1 elsewhere; numbered as in `Spectra`.
        answers: `(inputs, entries)` predictions.
        sums: `(inputs, entries, labels)` sums of votes.
    """

    interventions: Interventions
    columns: tuple[IntArray, ...]
    wanted: IntArray
    asked: BoolArray
    wrong: BoolArray
    numbers: IntArray
    answers: IntArray
    sums: IntArray

    @property
    def length(self) -> int:
        """The framed length."""
        return self.interventions.prepared.length

    def gain(self, answers: IntArray) -> "Gain":
        """Return what it does that these examples get other predictions, `(inputs, entries)` or `(inputs,)`."""
        right = answers.reshape(self.wanted.shape) == self.wanted
        broken = int((~right & self.asked & ~self.wrong).sum())
        return Gain(np.sort(self.numbers[self.wrong & right]), broken)


@dataclass(frozen=True, slots=True, eq=False)
class Gain:
    """What a change does to the predictions.

    Attributes:
        fixed: the numbers of the wrong predictions that become right, ascending.
        broken: how many right predictions become wrong.
    """

    fixed: IntArray
    broken: int

    @property
    def net(self) -> int:
        """How many more predictions are right."""
        return len(self.fixed) - self.broken

    def within(self, fixed: IntArray) -> bool:
        """Tell whether it puts nothing right but what is given."""
        return bool(np.isin(self.fixed, fixed).all())


@dataclass(frozen=True, slots=True, eq=False)
class Repair:
    """Another content for a branch, and what it does on all examples."""

    branch: Branch
    held: Content
    gain: Gain


NO_GAIN = Gain(np.zeros(0, dtype=np.int64), 0)
# From a batch to what a variable is held at there; None where nothing changes.
Holding: TypeAlias = "Callable[[ExampleBatch], Patch | None]"


def example_batches(
    examples: LabelledExamples, observed: Sequence[Observed], most: int | None = None
) -> list[ExampleBatch]:
    """Return the examples as batches: first those with a wrong prediction, then the others.

    Args:
        examples: the examples.
        observed: what was observed of them.
        most: only so many failing examples of each length are taken, and no others.
    """
    failing: list[ExampleBatch] = []
    passing: list[ExampleBatch] = []
    base = 0
    for group, seen in zip(examples.groups, observed, strict=True):
        flat = seen.wrong.ravel()
        numbers = np.where(flat, np.cumsum(flat) - 1 + base, -1).reshape(seen.wrong.shape)
        base += int(flat.sum())
        fails = seen.wrong.any(axis=1)
        for rows, batches in ((fails, failing), (~fails, passing)):
            chosen = np.flatnonzero(rows)
            if most is not None:
                chosen = chosen[:most] if batches is failing else chosen[:0]
            if not len(chosen):
                continue
            interventions = Interventions(examples.program, group.batch.take(chosen))
            wanted = group.wanted[chosen]
            batches.append(
                ExampleBatch(
                    interventions,
                    tuple(column[chosen] for column in seen.columns),
                    wanted,
                    seen.asked[chosen],
                    seen.wrong[chosen],
                    numbers[chosen],
                    seen.answers[chosen],
                    interventions.sums({}).reshape(*wanted.shape, -1),
                )
            )
    return [*failing, *passing]


def joined(gains: Sequence[Gain]) -> Gain:
    """Return the gains of several batches together."""
    if not gains:
        return NO_GAIN
    fixed = np.sort(np.concatenate([found.fixed for found in gains]))
    return Gain(fixed, sum(found.broken for found in gains))


def gain_of_holding(batches: Sequence[ExampleBatch], variable: int, holding: Holding) -> Gain:
    """Return what it does on some batches to hold a variable."""
    held = [(batch, holding(batch)) for batch in batches]
    return joined(
        [
            batch.gain(batch.interventions.predictions({variable: one}))
            for batch, one in held
            if one is not None
        ]
    )


def try_out(
    program: Program, branch: Branch, held: Content, batches: Sequence[ExampleBatch]
) -> Gain:
    """Return what it does on some batches that a branch of a head or look-up holds something else."""
    variable = branch.part.variable
    operation = program.variables[variable]
    if isinstance(operation, Head):
        other = with_content(program, branch, held).variables[variable]
        assert isinstance(other, Head)
        return gain_of_holding(
            batches, variable, lambda batch: _head_column(program, variable, other, batch)
        )
    value = held.value if isinstance(held, Rectangle) else held
    assert isinstance(value, int)

    def holding(batch: ExampleBatch) -> "Patch | None":
        where = rows_fired(program, variable, batch.columns) == branch.row
        return Partly(value, where) if where.any() else None

    return gain_of_holding(batches, variable, holding)


def _head_column(
    program: Program, variable: int, head: Head, batch: ExampleBatch
) -> "Patch | None":
    """Return `(inputs, positions)`: what a changed head writes; None where that is what it wrote."""
    plan = batch.interventions.prepared
    query, key = (finite_values(program, read, plan.length) for read in (head.query, head.key))
    wanted = head_match(head, query, key, plan.code)
    bound = plan.bounds.get(head.value, 0)
    if not isinstance(head, CategoricalHead):
        bound *= plan.length
    column: Array = head_step(head, wanted, bound, plan.length).compute(batch.interventions.columns)
    if np.array_equal(column, batch.interventions.columns[variable]):
        return None
    return column.T.astype(np.int64)


def candidates(
    program: Program, branch: Branch, batches: Sequence[ExampleBatch]
) -> Iterator[Content]:
    """Yield what a branch of a head or look-up might hold instead, the likeliest first.

    Only keys that occur in the batches are tried; the right one may occur in passing examples alone.
    """
    variable = program.variables[branch.part.variable]
    if branch.row == DEFAULT or branch.part.kind == "votes":
        return
    if isinstance(variable, Head):
        if branch.row == WHOLE:
            yield from other_predicates(program, variable)
        elif tabular(program, variable):
            held = content(program, branch)
            assert isinstance(held, tuple)
            yield from _other_keys(held, _occurring(batches, variable.key))
        return
    assert isinstance(variable, CategoricalLookup | NumericalLookup)
    held = content(program, branch)
    now = held.value if isinstance(held, Rectangle) else held
    for value in range(min(len(variable.values), MOST_TRIED)):
        if value != now:
            yield replace(held, value=value) if isinstance(held, Rectangle) else value


def _other_keys(held: tuple[int, ...], occurring: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield other sets of wanted keys, each once."""
    single = [(key,) for key in occurring]
    toggled = [tuple(sorted(set(held) ^ {key})) for key in occurring]
    ordered = [*single, *toggled] if len(held) <= 1 else [*toggled, *single]
    yield from (keys for keys in dict.fromkeys([*ordered, ()]) if keys != held)


def _occurring(batches: Sequence[ExampleBatch], variable: int) -> list[int]:
    if not batches:
        return []
    values, counts = np.unique(
        np.concatenate([batch.columns[variable].ravel() for batch in batches]), return_counts=True
    )
    order = np.argsort(-counts, kind="stable")[:MOST_TRIED]
    return sorted(int(value) for value in values[order])


def other_predicates(program: Program, head: Head) -> Iterator[Predicate]:
    """Yield predicates that a head might have instead of its own, the nearest first, each once."""
    query, key = program.values[head.query], program.values[head.key]
    seen: set[object] = {_meaning(program, head, head.predicate)}
    for other in _near_predicates(program, head):
        if predicate_problems(other, query, key):
            continue
        meaning = _meaning(program, head, other)
        if meaning not in seen:
            seen.add(meaning)
            yield other


def as_comparison(program: Program, head: Head) -> Compare | None:
    """Return the comparison that a head makes, also where its predicate is written as a table; None where it makes none."""
    if isinstance(head.predicate, Table):
        query, key = program.finite_values(head.query), program.finite_values(head.key)
        return exact_comparison(head.predicate.rows, query, key)
    return head.predicate if isinstance(head.predicate, Compare) else None


def _near_predicates(program: Program, head: Head) -> Iterator[Predicate]:
    now = as_comparison(program, head) or Compare("==")
    offsets = dict.fromkeys([*(now.offset + shift for shift in SHIFTS), -now.offset])
    for offset in offsets:
        yield from (Compare(relation, now.scale, offset) for relation in RELATIONS)
    if tabular(program, head):
        query, key = program.finite_values(head.query), program.finite_values(head.key)
        yield from _near_tables(predicate_table(head.predicate, query, key).rows, query, key)
        first, last = query.values[0], key.values[-1]
        if isinstance(first, int) and isinstance(last, int):
            # Mirrored, so that the ends meet; or no longer mirrored.
            mirrored = Compare("==", 1, 0) if now.scale == -1 else Compare("==", -1, first + last)
            for shift in SHIFTS:
                offset = mirrored.offset + shift
                yield from (Compare(relation, mirrored.scale, offset) for relation in RELATIONS)
    yield from (Constant(True), Constant(False))


def _near_tables(
    rows: tuple[tuple[int, ...], ...], query: FiniteValues, key: FiniteValues
) -> Iterator[Predicate]:
    """Yield the negation of a table, the table with query and key exchanged, and with its rows or keys moved by one."""
    negated = tuple(tuple(sorted(set(range(len(key))) - set(row))) for row in rows)
    if len(set(negated)) == 1 and negated[0]:
        yield KeyIn(negated[0])
    yield Table(negated)
    if query.values == key.values:
        yield Table(
            tuple(
                tuple(number for number, row in enumerate(rows) if at in row)
                for at in range(len(key))
            )
        )
    for step in (1, -1):
        moved = [tuple(at + step for at in row if 0 <= at + step < len(key)) for row in rows]
        yield Table(tuple(moved))
        around = [number + step for number in range(len(rows))]
        yield Table(tuple(rows[at] if 0 <= at < len(rows) else () for at in around))


def _meaning(program: Program, head: Head, predicate: Predicate) -> object:
    """Return a value that is equal for two predicates of a head where they want the same keys."""
    if not tabular(program, head):
        return predicate
    query, key = program.finite_values(head.query), program.finite_values(head.key)
    return predicate_table(predicate, query, key)


def changed_rows(program: Program, repair: Repair) -> dict[int, tuple[int, ...]]:
    """Return the rows that a repair of a whole predicate changes, with what they want then; empty where there are no rows."""
    head = program.variables[repair.branch.part.variable]
    assert isinstance(head, Head)
    assert isinstance(repair.held, Predicate)
    if not tabular(program, head):
        return {}
    query, key = program.finite_values(head.query), program.finite_values(head.key)
    before, after = (
        predicate_table(predicate, query, key).rows for predicate in (head.predicate, repair.held)
    )
    pairs = enumerate(zip(before, after, strict=True))
    return {number: new for number, (old, new) in pairs if old != new}


def best_vote(program: Program, branch: Branch, batches: Sequence[ExampleBatch]) -> Repair | None:
    """Return the change of one weight of a vote row after which most predictions are right; None where none helps.

    A prediction is right from some weight on, or up to some weight, so the best weight is found among those limits.
    """
    held = content(program, branch)
    assert isinstance(held, tuple)
    masked = program.classifier.masked
    counts = [_times(program, branch, batch) for batch in batches]
    best: tuple[int, int, int] | None = None
    for label in range(len(held)):
        if label in masked:
            continue
        low, high = _limits(program, label, batches, counts)
        change, right = _best_shift(low, high)
        now = int(((low <= 0) & (high >= 0)).sum())
        if right > now and (best is None or right - now > best[0]):
            best = (right - now, label, change)
    if best is None:
        return None
    _, label, change = best
    weights = (*held[:label], held[label] + change, *held[label + 1 :])
    return Repair(branch, weights, vote_gain(program, branch, weights, batches))


def vote_gain(
    program: Program, branch: Branch, weights: tuple[int, ...], batches: Sequence[ExampleBatch]
) -> Gain:
    """Return what it does on some batches that a vote row holds other weights."""
    held = content(program, branch)
    assert isinstance(held, tuple)
    change = np.array(weights, dtype=np.int64) - np.array(held, dtype=np.int64)
    gains = []
    for batch in batches:
        times = _times(program, branch, batch)
        answers = winners(program, batch.sums + times[:, :, None] * change)
        gains.append(batch.gain(np.where(times != 0, answers, batch.answers)))
    return joined(gains)


def winners(program: Program, sums: IntArray) -> IntArray:
    """Return `(inputs, entries)` predictions for sums of votes."""
    masked = list(program.classifier.masked)
    if masked:
        sums = sums.copy()
        # No sum is that small: their size stays below 2^63.
        sums[..., masked] = np.iinfo(np.int64).min
    found: IntArray = sums.argmax(axis=-1)
    if not program.classifier.pooled:
        force(program, found)
    return found


def _times(program: Program, branch: Branch, batch: ExampleBatch) -> IntArray:
    """Return `(inputs, entries)`: how often each weight of a vote row counts."""
    column = batch.columns[branch.part.variable]
    if isinstance(votes_of(program, branch.part.variable), CategoricalVotes):
        column = (column == branch.row).astype(np.int64)
    return column.sum(axis=1, keepdims=True) if program.classifier.pooled else column


def _limits(
    program: Program, label: int, batches: Sequence[ExampleBatch], counts: Sequence[IntArray]
) -> tuple[IntArray, IntArray]:
    """Return from which change of a weight up to which one each prediction is right, empty where it never is."""
    lows, highs = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    far = np.iinfo(np.int64).max // 4
    for batch, times in zip(batches, counts, strict=True):
        where = batch.asked & (times > 0)
        wanted, times, sums = batch.wanted[where], times[where], batch.sums[where]
        sums = sums.copy()
        sums[:, list(program.classifier.masked)] = -far
        own = sums[:, label].copy()
        sums[:, label] = -far
        possible = (wanted != IMPOSSIBLE) & (wanted < sums.shape[1])
        winner = sums.argmax(axis=1)
        rival = sums[np.arange(len(wanted)), winner]
        # The label itself is wanted: it must reach the best of the others, and pass it where that stands first.
        need = rival - own + (winner < label)
        low = np.where(wanted == label, -((-need) // times), -far)
        # Another is wanted: it must be the best of the others, and the label must stay below it.
        room = rival - own - (label < winner)
        high = np.where(wanted == label, far, room // times)
        never = ~possible | ((wanted != label) & (winner != np.where(possible, wanted, 0)))
        lows.append(np.where(never, far, low))
        highs.append(np.where(never, -far, high))
    return np.concatenate(lows), np.concatenate(highs)


def _best_shift(low: IntArray, high: IntArray) -> tuple[int, int]:
    """Return the number that lies in most of the ranges, the smallest in size of equals, and how many those are."""
    good = low <= high
    low, high = np.sort(low[good]), np.sort(high[good])
    if not len(low):
        return 0, 0
    tried = np.unique(np.concatenate([low, high, [0]]))
    # Ranges without an end have a limit that no weight should take.
    tried = tried[np.abs(tried) < np.iinfo(np.int64).max // 8]
    inside = np.searchsorted(low, tried, side="right") - np.searchsorted(high, tried, side="left")
    best = int(inside.max())
    of_these = tried[inside == best]
    return int(of_these[np.abs(of_these).argmin()]), best
