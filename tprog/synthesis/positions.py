"""Labels that are tokens from elsewhere, of the sequence or of the sorted sequence: where each comes from, as a formula.

The formula is one of the position and the length. From examples of one length follows which positions a label can come from; then the formula is searched for on pairs of position and
length alone, bottom-up by cost with observational equivalence, with a choice between two formulas at last.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tprog.rasp import graph as g
from tprog.synthesis.examples import Examples, is_integer, ordered
from tprog.synthesis.parts import Candidate, Effort, Step
from tprog.synthesis.vectors.lowering import rank

LONGEST = 24
"""Lengths that are looked at; longer examples only check."""

STORED, LAST = 5, 7
"""Formulas up to the first cost are kept and combined, those up to the second only tried."""

CHOICES = 40
"""So many formulas, those that are right most often, are tried in pairs with a condition."""

CONSTANTS = (0, 1, 2)

INTEGERS = g.Map("int", (g.Tokens(),))
"""The tokens as integers."""

Grid = NDArray[np.int64]
Goal: TypeAlias = tuple[NDArray[np.bool_], Grid, Grid, str]
OPERATIONS = ("+", "-", "*", "min", "max", "//", "%")


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """Formulas with their values at every pair of a length and a position: (formulas, pairs)."""

    values: Grid
    made: list[tuple[str, g.SOp, g.SOp] | g.SOp]

    def sop(self, number: int) -> g.SOp:
        """Return a formula as an s-op."""
        made = self.made[number]
        return made if isinstance(made, g.SOp) else _written(*made)

    def only(self, rows: Grid) -> "Bank":
        """Return some of the formulas."""
        return Bank(self.values[rows], [self.sop(one) for one in rows.tolist()])


def candidates(examples: Examples, effort: Effort) -> Iterator[Candidate]:
    """Yield graphs that copy a token from a position (or rank) that position and length determine."""
    for key, order in _keys(examples.alphabet):
        goal = _allowed(examples, order)
        if goal is not None:
            yield from _copied(key, goal, order, effort)


def _keys(alphabet: tuple[str, ...]) -> Iterator[tuple[g.SOp, Mapping[str, int]]]:
    """Yield positions, and ranks with the order of the tokens; of integers also that of their texts, where it is another."""
    yield g.Indices(), {}
    texts, numbers = tuple(sorted(alphabet)), ordered(alphabet)
    if all(map(is_integer, alphabet)):
        yield rank(INTEGERS), {token: number for number, token in enumerate(numbers)}
    if texts != numbers or not all(map(is_integer, alphabet)):
        yield rank(g.Tokens()), {token: number for number, token in enumerate(texts)}


def _copied(
    key: g.SOp, goal: Goal, order: Mapping[str, int], effort: Effort
) -> Iterator[Candidate]:
    """Yield graphs that copy the token whose key is the value of a formula."""
    allowed, lengths, places, other = goal
    banks = _banks(lengths, places)
    looked = told = 0
    chosen = False

    def copying(place: g.SOp, how: str) -> Candidate:
        # Nothing shows the compiler that another rank than the position is always found: what would stand in its place is a token.
        sure = g.Indices() in (key, place)
        default = other or (0 if sure else next(iter(order)))
        selector = g.Select(key, place, "==")
        return Candidate(g.Aggregate(selector, g.Tokens(), default), f"positions: {how}")

    for cost, bank in _levels(banks, lengths, places, effort):
        if cost > STORED and not chosen:
            chosen = True
            for sop in _chosen(banks, allowed, lengths, effort):
                yield copying(sop, "a choice of two formulas")
        looked += len(bank.made)
        if cost > told:
            told = cost
            effort.report(Step("positions", f"cost {cost}", looked))
        right = _satisfied(bank.values, allowed, lengths).all(axis=1)
        for number in np.flatnonzero(right)[:3].tolist():
            yield copying(bank.sop(number), f"a formula of cost {cost}")


def _allowed(examples: Examples, order: Mapping[str, int]) -> Goal | None:
    """Return which positions each pair of length and position can copy (first: none at all), the pairs, and the label of none.

    None where some pair can copy nothing. With an order the positions are those of the sorted sequence.
    """
    rows = [row for row in examples.rows if len(row.tokens) <= LONGEST]
    others = [one for one in examples.labels if one not in examples.alphabet]
    if not rows or len(others) > 1 or examples.pooled:
        return None
    default = others[0] if others else ""
    found: dict[tuple[int, int], set[int]] = {}
    for row in rows:
        tokens = sorted(row.tokens, key=order.__getitem__) if order else row.tokens
        for place, label in enumerate(row.labels):
            if label is None:
                continue
            can = {at for at, token in enumerate(tokens) if token == label}
            can |= {-1} if label == default else set()
            known = found.setdefault((len(tokens), place), can)
            known &= can
            if not known:
                return None
    pairs = sorted(found)
    allowed = np.zeros((len(pairs), LONGEST + 1), dtype=np.bool_)
    for number, pair in enumerate(pairs):
        allowed[number, [at + 1 for at in found[pair]]] = True
    lengths, places = np.array(pairs, dtype=np.int64).T
    return allowed, lengths, places, default


def _satisfied(values: Grid, allowed: NDArray[np.bool_], lengths: Grid) -> NDArray[np.bool_]:
    """Return where formulas give a position that is allowed: (formulas, pairs)."""
    inside = (values >= 0) & (values < lengths)
    column = np.where(inside, values, -1) + 1
    found: NDArray[np.bool_] = allowed[np.arange(len(lengths)), column]
    return found


def _banks(lengths: Grid, places: Grid) -> dict[int, Bank]:
    leaves: list[tuple[Grid, g.SOp]] = [(places, g.Indices()), (lengths, g.LENGTH)]
    leaves += [(np.full_like(places, one), g.Const(one)) for one in CONSTANTS]
    return {1: Bank(np.array([one for one, _ in leaves]), [sop for _, sop in leaves])}


def _levels(
    banks: dict[int, Bank], lengths: Grid, places: Grid, effort: Effort
) -> Iterator[tuple[int, Bank]]:
    """Yield the formulas of each cost; those up to `STORED` stay in the banks."""
    yield 1, banks[1]
    weights = np.random.default_rng(0).integers(1, 1 << 62, size=len(lengths)) | 1
    seen = np.unique(banks[1].values @ weights)
    for cost in range(3, LAST + 1, 2):
        kept: list[Bank] = []
        for left in range(1, cost - 1, 2):
            for bank in _combined(banks[left], banks[cost - 1 - left]):
                if effort.over():
                    return
                if cost > STORED:
                    yield cost, bank
                    continue
                hashes = bank.values @ weights
                _, first = np.unique(hashes, return_index=True)
                fresh = first[~np.isin(hashes[first], seen)]
                seen = np.union1d(seen, hashes[fresh])
                kept.append(bank.only(fresh))
                yield cost, kept[-1]
        if kept:
            values = np.concatenate([one.values for one in kept])
            banks[cost] = Bank(values, [sop for one in kept for sop in one.made])


def _combined(left: Bank, right: Bank) -> Iterator[Bank]:
    """Yield what each operation makes of every pair of formulas, for one left formula at a time."""
    for number, value in enumerate(left.values):
        sop = left.sop(number)
        for operation in OPERATIONS:
            made = _applied(operation, value[None, :], right.values)
            usable = np.abs(made).max(axis=1) <= LONGEST * LONGEST
            if operation in ("//", "%"):
                usable &= (right.values > 0).all(axis=1)
            rows = np.flatnonzero(usable)
            written = [(operation, sop, right.sop(row)) for row in rows.tolist()]
            yield Bank(made[rows], [*written])


def _applied(operation: str, left: Grid, right: Grid) -> Grid:
    match operation:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "min":
            return np.minimum(left, right)
        case "max":
            return np.maximum(left, right)
        case "//":
            return left // np.maximum(right, 1)
    return left % np.maximum(right, 1)


def _written(operation: str, left: g.SOp, right: g.SOp) -> g.SOp:
    match operation:
        case "min":
            return g.Map("if", (left, g.Map("<", (left, right)), right))
        case "max":
            return g.Map("if", (right, g.Map("<", (left, right)), left))
        case "//":
            return g.Map("/", (g.Map("-", (left, g.Map("%", (left, right)))), right))
    return g.Map(operation, (left, right))


def _chosen(
    banks: dict[int, Bank], allowed: NDArray[np.bool_], lengths: Grid, effort: Effort
) -> Iterator[g.SOp]:
    """Yield choices between two formulas by a comparison of two small ones."""
    values = np.concatenate([bank.values for bank in banks.values()])
    sops = [bank.sop(one) for bank in banks.values() for one in range(len(bank.made))]
    right = _satisfied(values, allowed, lengths)
    _, first = np.unique(right, axis=0, return_index=True)
    best = sorted(first.tolist(), key=lambda one: (-int(right[one].sum()), one))[:CHOICES]
    small = min(len(banks[1].made) + len(banks.get(3, banks[1]).made), len(sops))
    for one in range(small):
        for relation, holds in (
            ("==", values[one] == values[:small]),
            ("<", values[one] < values[:small]),
        ):
            if effort.over():
                return
            for yes in best:
                outside = ~(holds & ~right[yes]).any(axis=1)
                for no in best:
                    both = outside & ~(~holds & ~right[no]).any(axis=1)
                    for other in np.flatnonzero(both)[:1].tolist():
                        condition = g.Map(relation, (sops[one], sops[other]))
                        yield g.Map("if", (sops[yes], condition, sops[no]))
