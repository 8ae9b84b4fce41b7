"""Values that depend on the input, as formulas. Owns bits and cases with what is known of them; refuses to solve.

A bit is a formula of z3, or True or False where it is known. Cases hold a bit for each value that may occur; on every input
exactly one of them is true. Known bits are worked out at once, so what cannot occur never reaches the solver.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import z3

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
