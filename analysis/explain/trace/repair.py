"""Repairs: other contents for a suspect branch, tried out. Owns which ones are tried; refuses to rank branches.

A predicate row is tried with single keys, with one key more or less, and empty; a whole predicate with comparisons near its own; a table's entry and a rectangle with every
other value; a vote row with the best change of one weight, which a sweep finds exactly. Every repair is judged by how many
wrong predictions it puts right and how many right ones it breaks, all examples together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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
from tprog.analysis.explain.trace.examples import IMPOSSIBLE
from tprog.analysis.explain.trace.flow import rows_fired
from tprog.analysis.explain.trace.lots import Gain, Lot, gain, gain_of_answers, joined, winners
from tprog.analysis.explain.trace.whole import other_predicates
from tprog.evaluate.counterfactual import Hold, Partly
from tprog.evaluate.inputs import IntArray
from tprog.evaluate.steps import Array, head_match, head_step
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    FiniteValues,
    Head,
    NumericalLookup,
    Predicate,
    Program,
    Rectangle,
    predicate_table,
)

# Keys, or values, that are tried for one branch.
MOST_TRIED = 40


@dataclass(frozen=True, slots=True, eq=False)
class Repair:
    """Another content for a branch.

    Attributes:
        branch: the branch.
        held: what it would hold.
        gain: what that does on all examples.
    """

    branch: Branch
    held: Content
    gain: Gain


def candidates(program: Program, branch: Branch, lots: Sequence[Lot]) -> Iterator[Content]:
    """Yield what a branch of a head or look-up might hold instead, the likeliest first.

    Args:
        program: the Program.
        branch: the branch.
        lots: the examples; only keys that occur in them are tried. The right key may occur in passing ones alone.
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
            yield from _other_keys(held, _occurring(lots, variable.key))
        return
    assert isinstance(variable, CategoricalLookup | NumericalLookup)
    held = content(program, branch)
    now = held.value if isinstance(held, Rectangle) else held
    for value in range(min(len(variable.values), MOST_TRIED)):
        if value != now:
            yield replace(held, value=value) if isinstance(held, Rectangle) else value


def try_out(program: Program, branch: Branch, held: Content, lots: Sequence[Lot]) -> Gain:
    """Return what it does on some lots that a branch of a head or look-up holds something else."""
    variable = branch.part.variable
    operation = program.variables[variable]
    if isinstance(operation, Head):
        other = with_content(program, branch, held).variables[variable]
        assert isinstance(other, Head)
        return gain(lots, variable, lambda lot: _head_column(program, variable, other, lot))
    value = held.value if isinstance(held, Rectangle) else held
    assert isinstance(value, int)

    def holding(lot: Lot) -> "Hold | None":
        where = rows_fired(program, variable, lot.columns) == branch.row
        return Partly(value, where) if where.any() else None

    return gain(lots, variable, holding)


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


def best_vote(program: Program, branch: Branch, lots: Sequence[Lot]) -> Repair | None:
    """Return the change of one weight of a vote row after which most predictions are right; None where none helps.

    A prediction is right from some weight on, or up to some weight, so the best weight is found among those limits.
    """
    held = content(program, branch)
    assert isinstance(held, tuple)
    masked = program.classifier.masked
    counts = [_times(program, branch, lot) for lot in lots]
    best: tuple[int, int, int] | None = None
    for label in range(len(held)):
        if label in masked:
            continue
        low, high = _limits(program, label, lots, counts)
        change, right = _best_shift(low, high)
        now = int(((low <= 0) & (high >= 0)).sum())
        if right > now and (best is None or right - now > best[0]):
            best = (right - now, label, change)
    if best is None:
        return None
    _, label, change = best
    weights = (*held[:label], held[label] + change, *held[label + 1 :])
    return Repair(branch, weights, vote_gain(program, branch, weights, lots))


def vote_gain(
    program: Program, branch: Branch, weights: tuple[int, ...], lots: Sequence[Lot]
) -> Gain:
    """Return what it does on some lots that a vote row holds other weights."""
    held = content(program, branch)
    assert isinstance(held, tuple)
    change = np.array(weights, dtype=np.int64) - np.array(held, dtype=np.int64)
    gains = []
    for lot in lots:
        times = _times(program, branch, lot)
        answers = winners(program, lot.sums + times[:, :, None] * change)
        gains.append(gain_of_answers(lot, np.where(times != 0, answers, lot.answers)))
    return joined(gains)


def _times(program: Program, branch: Branch, lot: Lot) -> IntArray:
    """Return `(inputs, entries)`: how often each weight of a vote row counts."""
    column = lot.columns[branch.part.variable]
    if isinstance(votes_of(program, branch.part.variable), CategoricalVotes):
        column = (column == branch.row).astype(np.int64)
    return column.sum(axis=1, keepdims=True) if program.classifier.pooled else column


def _limits(
    program: Program, label: int, lots: Sequence[Lot], counts: Sequence[IntArray]
) -> tuple[IntArray, IntArray]:
    """Return from which change of a weight up to which one each prediction is right, empty where it never is."""
    lows, highs = [], []
    far = np.iinfo(np.int64).max // 4
    for lot, times in zip(lots, counts, strict=True):
        where = lot.asked & (times > 0)
        wanted, times, sums = lot.wanted[where], times[where], lot.sums[where]
        sums = sums.copy()
        sums[:, list(program.classifier.masked)] = -far
        own = sums[:, label].copy()
        sums[:, label] = -far
        rows = np.arange(len(wanted))
        possible = (wanted != IMPOSSIBLE) & (wanted < sums.shape[1])
        safe = np.where(possible, wanted, 0)
        winner = sums.argmax(axis=1)
        rival = sums[rows, winner]
        # The label itself is wanted: it must reach the best of the others, and pass it where that stands first.
        need = rival - own + (winner < label)
        low = np.where(wanted == label, -((-need) // times), -far)
        # Another is wanted: it must be the best of the others, and the label must stay below it.
        room = rival - own - (label < winner)
        high = np.where(wanted == label, far, room // times)
        never = ~possible | ((wanted != label) & (winner != safe))
        lows.append(np.where(never, far, low))
        highs.append(np.where(never, -far, high))
    if not lows:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return np.concatenate(lows), np.concatenate(highs)


def _best_shift(low: IntArray, high: IntArray) -> tuple[int, int]:
    """Return the number that lies in most of the ranges, the smallest in size of equals, and how many those are."""
    good = low <= high
    low, high = np.sort(low[good]), np.sort(high[good])
    if not len(low):
        return 0, 0
    tried = np.unique(np.concatenate([low, high, [0]]))
    # Just beyond a limit, too: a weight need not sit on one.
    tried = tried[np.abs(tried) < np.iinfo(np.int64).max // 8]
    inside = np.searchsorted(low, tried, side="right") - np.searchsorted(high, tried, side="left")
    best = int(inside.max())
    of_these = tried[inside == best]
    return int(of_these[np.abs(of_these).argmin()]), best


def _other_keys(held: tuple[int, ...], occurring: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield other sets of wanted keys, each once."""
    seen = {held}
    single = [(key,) for key in occurring]
    toggled = [tuple(sorted(set(held) ^ {key})) for key in occurring]
    ordered = [*single, *toggled] if len(held) <= 1 else [*toggled, *single]
    for keys in [*ordered, ()]:
        if keys not in seen:
            seen.add(keys)
            yield keys


def _occurring(lots: Sequence[Lot], variable: int) -> list[int]:
    if not lots:
        return []
    values, counts = np.unique(
        np.concatenate([lot.columns[variable].ravel() for lot in lots]), return_counts=True
    )
    order = np.argsort(-counts, kind="stable")[:MOST_TRIED]
    return sorted(int(value) for value in values[order])


def _head_column(program: Program, variable: int, head: Head, lot: Lot) -> "Hold | None":
    """Return `(inputs, positions)`: what a changed head writes; None where that is what it wrote."""
    length = lot.plan.length
    query, key = (_finite(program, read, length) for read in (head.query, head.key))
    wanted = head_match(head, query, key, lot.plan.code)
    bound = lot.plan.bounds.get(head.value, 0)
    if not isinstance(head, CategoricalHead):
        bound *= length
    column: Array = head_step(head, wanted, bound, length).compute(lot.bench.columns)
    if np.array_equal(column, lot.bench.columns[variable]):
        return None
    return column.T.astype(np.int64)


def _finite(program: Program, variable: int, length: int) -> FiniteValues:
    values = program.values[variable]
    return values if isinstance(values, FiniteValues) else FiniteValues(tuple(range(length)))
