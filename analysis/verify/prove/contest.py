"""Where two Programs may answer differently, as formulas. Owns sums of votes and their comparison; refuses to solve."""

from collections.abc import Callable, Sequence
from typing import Any

import z3

from tprog.analysis.verify.prove.ballot import Ballot, Rows
from tprog.analysis.verify.prove.cases import Bit, Cases, all_of, any_of, negation
from tprog.ir import Value

# What a voting variable holds, by its key and a framed position.
Held = Callable[[str, int], Cases]


def differing(
    ballots: tuple[Ballot, Ballot], held: tuple[Held, Held], places: Sequence[Sequence[int]]
) -> Bit:
    """Return whether two Programs predict different labels.

    Args:
        ballots: the votes of both.
        held: what their variables hold.
        places: for each Program the framed positions whose votes are added: one, or all where outputs are pooled.
    """
    wins = []
    bits = width(ballots, max(map(len, places)), held, places)
    alike = ballots[0].labels == ballots[1].labels and list(places[0]) == list(places[1])
    shared = dict(ballots[0].votes).items() & dict(ballots[1].votes).items() if alike else set()
    for found, cases, own in zip(ballots, held, places, strict=True):
        wins.append(_winners(found, cases, own, bits, {key for key, _ in shared}))
    return any_of(
        all_of((bit, negation(wins[1].get(label, False)))) for label, bit in wins[0].items()
    )


def width(
    ballots: tuple[Ballot, Ballot],
    count: int,
    held: tuple[Held, Held],
    places: Sequence[Sequence[int]],
) -> int:
    """Return how many bits hold every sum and every difference of two."""
    largest = 1
    for found, cases, own in zip(ballots, held, places, strict=True):
        total = max(map(abs, found.bias)) * count
        for key, rows in found.votes:
            for place in own:
                total += max(
                    abs(weight)
                    for weights in _weights(rows, cases(key, place))
                    for weight in weights
                )
        largest = max(largest, total)
    return largest.bit_length() + 2


def _weights(rows: Rows, cases: Cases) -> list[tuple[int, ...]]:
    """Return what each case adds to each label."""
    table = dict(rows)
    size = len(rows[0][1])
    if None in table:
        return [tuple(weight * int(value) for weight in table[None]) for value in cases]
    return [table.get(value, (0,) * size) for value in cases]


def _winners(
    found: Ballot, held: Held, places: Sequence[int], bits: int, shared: set[str]
) -> dict[str, Bit]:
    """Return for each label whether it wins."""
    size = len(found.labels)
    sums: list[Any] = [z3.BitVecVal(weight * len(places), bits) for weight in found.bias]
    # What both Programs add alike comes first and on its own, so that it is one formula for both.
    parts: list[list[Any]] = [[], []]
    for key, rows in found.votes:
        for place in places:
            parts[key not in shared].append(_added(held(key, place), rows, bits, size))
    for label in range(size):
        for group in parts:
            terms = [part[label] for part in group if part[label] is not None]
            if terms:
                sums[label] = sums[label] + _added_up(terms)
        sums[label] = z3.simplify(sums[label]) if not any(parts) else sums[label]
    return {
        name: all_of(
            _leads(sums[label], sums[other], strict=other < label)
            for other in range(size)
            if other != label
        )
        for label, name in enumerate(found.labels)
    }


def _added_up(terms: Sequence[Any]) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _leads(one: Any, other: Any, strict: bool) -> Bit:
    bit = (
        z3.simplify(one > other if strict else one >= other)
        if z3.is_bv_value(one) and z3.is_bv_value(other)
        else (one > other if strict else one >= other)
    )
    if z3.is_true(bit):
        return True
    return False if z3.is_false(bit) else bit


def _added(cases: Cases, rows: Rows, bits: int, size: int) -> list[Any]:
    """Return what a variable adds to each label, None where that is nothing."""
    weights = _weights(rows, cases)
    found: list[Any] = []
    for label in range(size):
        groups: dict[int, list[Bit]] = {}
        for (_, bit), row in zip(cases.items(), weights, strict=True):
            groups.setdefault(row[label], []).append(bit)
        usual = max(groups, key=lambda weight: (len(groups[weight]), weight == 0))
        if usual == 0 and len(groups) == 1:
            found.append(None)
            continue
        term = z3.BitVecVal(usual, bits)
        for weight, conditions in groups.items():
            if weight != usual:
                term = z3.If(any_of(conditions), z3.BitVecVal(weight, bits), term)
        found.append(term)
    return found


def scored_at(tokens: Cases, scored: Sequence[Value] | None) -> Bit:
    """Return whether a position is one that counts."""
    return (
        True if scored is None else any_of(bit for value, bit in tokens.items() if value in scored)
    )
