"""The operators of the language on its values: atoms by Python's rules, s-ops and selectors by building graphs."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tprog.rasp import graph as g
from tprog.rasp.evaluate import Failed, RaspError, applied
from tprog.rasp.functions import FUNCTIONS
from tprog.rasp.values import (
    Held,
    described,
    held,
    is_atom,
    is_selector,
    is_sop,
    lifted,
    plain,
    selector_of,
)

LARGEST_POWER = 100_000
"""Bits of the largest whole number that `^` makes: beyond it one line of text would fill the memory."""

_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def computed(function: Callable[..., Any], *arguments: Any) -> Any:
    """Apply a function of Python.

    Raises:
        Failed: it raises something.
    """
    return applied(function, arguments)


def binary(left: Any, operator: str, right: Any) -> Any:
    """Apply a binary operator.

    Raises:
        RaspError: it does not take such operands.
    """
    if is_selector(left) or is_selector(right):
        if operator not in ("and", "or"):
            raise RaspError(f"Cannot apply {operator} to selector(s)")
        if not (is_selector(left) and is_selector(right)):
            raise RaspError("Cannot apply and/or between selector and non-selector")
        both = g.And if operator == "and" else g.Or
        return held(both(selector_of(left), selector_of(right)), "plain select")
    if not (is_sop(left) or is_sop(right)):
        if operator in ("and", "or"):
            return (left and right) if operator == "and" else (left or right)
        _check_power(left, operator, right)
        return computed(FUNCTIONS[operator], left, right)
    for one in (left, right):
        if not (is_sop(one) or is_atom(one)):
            raise Failed(f"cannot apply {operator} to an s-op and {described(one)}")
    node = g.Map(operator, (lifted(left), lifted(right)))
    names = [one.name if isinstance(one, Held) else str(plain(one)) for one in (left, right)]
    if operator in ("and", "or"):
        return held(node, f"( {names[0]} {operator} {names[1]})")
    if not is_sop(left) and operator in ("==", *_MIRRORED):
        # The published interpreter names such a comparison the other way round.
        names, operator = names[::-1], _MIRRORED.get(operator, operator)
    return held(node, f"( {names[0]} {'pow' if operator == '^' else operator} {names[1]} )")


def _check_power(left: Any, operator: str, right: Any) -> None:
    numbers = all(isinstance(one, int | Fraction) for one in (left, right))
    if operator == "^" and numbers:
        bits = max(abs(left.numerator), left.denominator).bit_length()
        if bits > 1 and abs(right) * bits > LARGEST_POWER:
            raise Failed(f"{plain(left)}^{plain(right)} is too large")


def unary(operator: str, value: Any) -> Any:
    """Apply `not`, `-`, `+` or `round`.

    Raises:
        RaspError: it does not take such an operand.
    """
    name = {"-": "neg", "+": "pos"}.get(operator, operator)
    if is_selector(value) and operator == "not":
        return held(g.Not(value.node), "plain select")
    if is_sop(value):
        return held(g.Map(name, (value.node,)), f"( {operator} {value.name} )")
    if isinstance(value, Held):
        raise Failed(f"cannot apply {operator} to a selector")
    return computed(FUNCTIONS[name], value)


def contains(item: Any, container: Any, name: str) -> Any:
    """Tell whether an atom is in a list or s-op, or where an s-op's values are in a list.

    Raises:
        RaspError: one of them is something else.
    """
    if is_sop(item):
        if not isinstance(container, list):
            raise RaspError(
                f'"[s-op] in X" expects X to be list of atoms, but got non-list: {described(container)}'
            )
        if not all(map(is_atom, container)):
            raise RaspError(
                f'"[s-op] in X" expects X to be list of atoms, but got list with values: {described(container)}'
            )
        return held(one_of(item.node, container), f"{item.name} in {name}")
    if is_atom(item) and isinstance(container, list):
        return any(item == one for one in container if not isinstance(one, Held))
    if is_atom(item) and is_sop(container):
        found = g.Map("indicator", (g.Map("==", (container.node, g.Const(item))),))
        return held(g.Map(">", (g.Aggregate(g.EVERYTHING, found), g.Const(0))), "( s-op > 0 )")
    if is_atom(item):
        raise RaspError(
            f'"[atom] in X" expects X to be list or s-op, but got: {described(container)}'
        )
    if isinstance(item, list | dict):
        raise RaspError(f'"A in X" expects A to be s-op or atom, but got A: {described(item)}')
    raise RaspError(f"don't check if {described(item)} is contained: only atoms and s-ops can be")


def one_of(sop: g.SOp, values: list[Any]) -> g.SOp:
    """Return where an s-op has one of these values."""
    tests: list[g.SOp] = [g.Map("==", (sop, g.Const(value))) for value in values]
    found = tests[0] if tests else g.Map("!=", (sop, sop))
    for test in tests[1:]:
        found = g.Map("or", (found, test))
    return found


def indexed(container: Any, index: Any, names: tuple[str, str]) -> Any:
    """Index a list, string, dict or s-op.

    Args:
        container: what is indexed.
        index: by what.
        names: what the two are called.

    Raises:
        RaspError: it cannot be indexed so, or has no such place.
    """
    called = f"{names[0]}[{names[1]}]"
    if isinstance(container, dict):
        return _in_dict(container, index, called)
    if isinstance(container, list | str):
        kind = "list" if isinstance(container, list) else "string"
        size = len(container)
        if is_sop(index):
            rows = tuple(((place,), container[place]) for place in (*range(size), *range(-size, 0)))
            _check_values(value for _, value in rows)
            return held(g.Map(g.Lookup(rows), (index.node,)), called)
        if not isinstance(index, int):
            raise RaspError(f"index into {kind} has to be s-op or integer, got: {described(index)}")
        if not -size <= index < size:
            raise RaspError(f"index {index} out of range for {kind} of length {size}")
        return container[index]
    if not is_sop(container):
        raise RaspError(
            f"can only index into a list, dict, string,or sequence, but instead got: {described(container)}"
        )
    if not isinstance(index, int):
        raise RaspError(f"index into sequence has to be integer, got: {described(index)}")
    place: g.SOp = g.Const(index) if index >= 0 else g.Map("+", (g.LENGTH, g.Const(index)))
    picked = g.Aggregate(g.Select(g.Indices(), place, "=="), container.node)
    return held(picked, f"{container.name}[{index}]")


def _in_dict(table: dict[Any, Any], index: Any, called: str) -> Any:
    several = isinstance(index, list) and any(map(is_sop, index))
    if is_sop(index) or several:
        arguments = tuple(map(lifted, index)) if several else (index.node,)
        _check_values(table.values())
        rows = tuple(
            (key if isinstance(key, tuple) else (key,), value) for key, value in table.items()
        )
        if any(len(key) != len(arguments) for key, _ in rows):
            raise RaspError(f"{called}: each key needs {len(arguments)} values")
        return held(g.Map(g.Lookup(rows), arguments), called)
    key = tuple(index) if isinstance(index, list) and all(map(is_atom, index)) else index
    if not (is_atom(index) or isinstance(key, tuple)):
        raise RaspError(
            "index into dict has to be s-op or atom (i.e., string, int, float, bool), got:"
            f" {described(index)}"
        )
    if key not in table:
        raise RaspError(f"index [ {described(index)} ] not in dict.")
    return table[key]


def _check_values(values: Any) -> None:
    for value in values:
        if not is_atom(value):
            raise RaspError(f"a table that an s-op indexes holds atoms, not {described(value)}")


def select(key: Any, query: Any, relation: Any) -> Held:
    """Return the selector of a relation, given as text or as a dict from query values to lists of key values.

    Raises:
        RaspError: key or query is no s-op or atom, or the relation no such dict.
    """
    if isinstance(relation, dict):
        if not all(
            isinstance(keys, list) and all(map(is_atom, keys)) for keys in relation.values()
        ):
            raise RaspError("a relation is a dict from query values to lists of key values")
        pairs = frozenset((one, wanted) for wanted, keys in relation.items() for one in keys)
        return held(g.Select(lifted(key), lifted(query), g.Pairs(pairs)), "plain select")
    if not isinstance(relation, str) or relation not in ("==", "!=", "<", "<=", ">", ">="):
        raise RaspError(f"select expects a comparison or a dict, got: {described(relation)}")
    return held(g.Select(lifted(key), lifted(query), relation), "plain select")  # type: ignore[arg-type]


def aggregate(selector: Any, value: Any, default: Any) -> Held:
    """Return the aggregate of an s-op under a selector.

    Raises:
        RaspError: an operand is of another kind.
    """
    chosen, values = selector_of(selector), lifted(value)
    if not is_atom(default):
        raise RaspError(f"Expected atom, got: {described(default)}")
    return held(g.Aggregate(chosen, values, default), "s-op")


def choice(value: Any, condition: Held, other: Any) -> Held:
    """Return `value if condition else other`, by position."""
    if not is_sop(condition):
        raise RaspError("the condition of if is an s-op or atom, not a selector")
    names = [
        one.name if isinstance(one, Held) else str(plain(one)) for one in (value, condition, other)
    ]
    node = g.Map("if", (lifted(value), lifted(condition), lifted(other)))
    return held(node, f"{names[0]} if {names[1]} else {names[2]}")
