"""The part of Python that functions of published files are written in: its built-in functions, comparisons and values."""

import ast
from collections.abc import Callable
from typing import Any

from tprog.reader.source import COMPARISONS as BY_SIGN
from tprog.reader.source import SIGNS

LARGEST_NUMBER = 1 << 31
LONGEST_RANGE = 10_000

COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    kind: BY_SIGN[sign] for kind, sign in SIGNS.items()
}
IDENTITIES = (COMPARISONS[ast.Is], COMPARISONS[ast.IsNot])


def _range(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > LONGEST_RANGE:
        raise ValueError("the range is too long")
    return found


BUILTINS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "all": all,
    "any": any,
    "enumerate": lambda values: enumerate(values),
    "len": len,
    "list": list,
    "max": max,
    "min": min,
    "range": _range,
    "sum": lambda values: sum(values),
    "zip": lambda *columns: zip(*columns, strict=False),
}
# These take what can be read once; anywhere else it could be read again, when nothing is left.
CONSUMERS = frozenset(("all", "any", "enumerate", "list", "max", "min", "sum", "zip"))
READ_ONCE = frozenset(("enumerate", "zip"))


def is_single(value: object) -> bool:
    """Tell whether a value is the only one of its kind, so that `is` finds it everywhere."""
    return value is None or value is True or value is False


def is_constant(expression: ast.expr) -> bool:
    """Tell whether an expression is a constant, a member of an enumeration, or a tuple of such."""
    match expression:
        case ast.Constant():
            return True
        case ast.Attribute(value=ast.Name()):
            return True
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return True
        case ast.Tuple(elts=items):
            return all(map(is_constant, items))
        case _:
            return False


def number(value: Any) -> int:
    """Return a whole number of sensible size, or raise what the sandbox reports."""
    if not isinstance(value, int):
        raise TypeError("only whole numbers can be computed with")
    if abs(value) >= LARGEST_NUMBER * LARGEST_NUMBER:
        raise ValueError("the number is too large")
    return value


def as_list(value: Any) -> list[Any]:
    """Return a list, or raise what the sandbox reports."""
    if not isinstance(value, list):
        raise TypeError("only a list has entries")
    return value


def as_set(values: list[Any]) -> frozenset[Any]:
    """Return a set of values; of sets there are none in Python, where they could change."""
    if any(isinstance(value, frozenset) for value in values):
        raise TypeError("a set cannot hold sets")
    return frozenset(values)


def check_flat(given: list[Any], keyed: bool) -> None:
    """Refuse to compare lists, whose comparison can take for ever; a key turns them into something else."""
    values = given[0] if len(given) == 1 else given
    if not keyed and any(isinstance(value, list) for value in values):
        raise TypeError("lists are not compared here")
