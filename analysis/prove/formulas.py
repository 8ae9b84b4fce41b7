"""Values that depend on the input as formulas of z3: bits, cases, and sums of votes.

A bit is a formula, or True or False where it is known. Cases hold a bit for each value that may occur; on every input exactly
one of them is true. Known bits are folded at once, so what cannot occur never reaches the solver.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any, TypeAlias, TypeVar

import z3

from tprog.analysis.prove.by_rewriting import Ballot, Rows
from tprog.ir import Value

Bit: TypeAlias = Any
Cases: TypeAlias = Mapping[Value, Bit]
T = TypeVar("T")


def all_of(bits: Iterable[Bit]) -> Bit:
    """Return whether all bits are true."""
    return _joined(bits, False, z3.And)


def any_of(bits: Iterable[Bit]) -> Bit:
    """Return whether some bit is true."""
    return _joined(bits, True, z3.Or)


def _joined(bits: Iterable[Bit], decisive: bool, join: Callable[..., Bit]) -> Bit:
    found: dict[int, Bit] = {}
    for bit in bits:
        if bit is decisive:
            return decisive
        if bit is not (not decisive):
            found[bit.get_id()] = bit
    if not found:
        return not decisive
    if any(z3.is_not(bit) and bit.arg(0).get_id() in found for bit in found.values()):
        return decisive
    # One order for the same bits, so that z3 knows equal formulas by their address.
    ordered = [found[number] for number in sorted(found)]
    return ordered[0] if len(ordered) == 1 else join(*ordered)


def negation(bit: Bit) -> Bit:
    """Return whether a bit is false."""
    if isinstance(bit, bool):
        return not bit
    return bit.arg(0) if z3.is_not(bit) else z3.Not(bit)


def within(cases: Cases, wanted: Collection[Value]) -> Bit:
    """Return whether the value is one of those that are wanted."""
    inside = [bit for value, bit in cases.items() if value in wanted]
    outside = [bit for value, bit in cases.items() if value not in wanted]
    if not outside:
        return True
    # The shorter way to say it; exactly one case holds.
    return any_of(inside) if len(inside) <= len(outside) else negation(any_of(outside))


def merged(choices: Iterable[tuple[Bit, Cases]]) -> dict[Value, Bit]:
    """Return the cases of a choice of which exactly one bit is true."""
    found: dict[Value, list[Bit]] = defaultdict(list)
    for chosen, cases in choices:
        if chosen is not False:
            for value, bit in cases.items():
                found[value].append(all_of((chosen, bit)))
    return settled({value: any_of(bits) for value, bits in found.items()})


def settled(cases: Cases) -> dict[Value, Bit]:
    """Return cases without those that cannot occur; a single one holds always."""
    found = {value: bit for value, bit in cases.items() if bit is not False}
    sure = [value for value, bit in found.items() if bit is True]
    if sure or len(found) == 1:
        return {(sure or list(found))[0]: True}
    return found


def tabulated(
    arguments: Sequence[Cases], function: Callable[[tuple[Value, ...]], Value]
) -> dict[Value, Bit]:
    """Return the cases of a function of values, told apart argument by argument."""
    known: dict[object, dict[Value, Bit]] = {}

    def rest(point: tuple[Value, ...]) -> object:
        """Return the function from a point on as nested tuples."""
        if len(point) == len(arguments):
            return function(point)
        return tuple(rest((*point, value)) for value in arguments[len(point)])

    def cases(shape: object, place: int) -> dict[Value, Bit]:
        if place == len(arguments):
            return {shape: True}  # type: ignore[dict-item]  # the leaves are values
        if (place, shape) not in known:
            assert isinstance(shape, tuple)
            groups: dict[object, list[Value]] = defaultdict(list)
            for value, inner in zip(arguments[place], shape, strict=True):
                groups[inner].append(value)
            known[place, shape] = merged(
                (within(arguments[place], values), cases(inner, place + 1))
                for inner, values in groups.items()
            )
        return known[place, shape]

    return cases(rest(()), 0)


def first_of(ranked: Iterable[tuple[T, Bit]]) -> tuple[list[tuple[T, Bit]], Bit]:
    """Return for each place whether it is the first whose bit is true, and whether none is."""
    found: list[tuple[T, Bit]] = []
    none: Bit = True
    for place, bit in ranked:
        found.append((place, all_of((none, bit))))
        none = all_of((none, negation(bit)))
        if none is False:
            break
    return found, none


def at_least(bits: Sequence[Bit]) -> list[Bit]:
    """Return for each number up to that of the bits whether at least so many are true."""
    counts: list[Bit] = [True]
    for bit in bits:
        counts = [
            any_of((count, all_of((bit, below))))
            for count, below in zip([*counts, False], [True, *counts], strict=True)
        ]
    return counts


# What a voting variable holds, by its key and a framed position.
Held = Callable[[str, int], Cases]


def differing(
    ballots: tuple[Ballot, Ballot], held: tuple[Held, Held], places: Sequence[Sequence[int]]
) -> Bit:
    """Return whether two Programs predict different labels.

    The votes are added over `places`: for each Program one framed position, or all where outputs are pooled.
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
                sums[label] = sums[label] + reduce(add, terms)
        sums[label] = z3.simplify(sums[label]) if not any(parts) else sums[label]
    return {
        name: all_of(
            _leads(sums[label], sums[other], strict=other < label)
            for other in range(size)
            if other != label
        )
        for label, name in enumerate(found.labels)
    }


def _leads(one: Any, other: Any, strict: bool) -> Bit:
    bit = one > other if strict else one >= other
    if z3.is_bv_value(one) and z3.is_bv_value(other):
        bit = z3.simplify(bit)
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
