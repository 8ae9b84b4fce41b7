"""The functions that RASP applies at each position, exact: integers and fractions, never a rounded float where one exists."""

import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from tprog.rasp.graph import Function, Lookup, Python, Value


def number(value: Any) -> Any:
    """Return a float as the fraction that its shortest decimal text names; anything else unchanged."""
    if isinstance(value, float) and math.isfinite(value):
        return Fraction(repr(value))
    return value


def divide(left: Any, right: Any) -> Any:
    """True division: a fraction, even where it is whole (RASP shows it as a float)."""
    if isinstance(left, int | Fraction) and isinstance(right, int | Fraction):
        if right == 0:
            raise ZeroDivisionError("division by zero")
        return Fraction(left) / right
    return left / right


def power(base: Any, exponent: Any) -> Any:
    """Power; a fraction for negative exponents, a float only where the result is irrational."""
    if isinstance(base, int) and isinstance(exponent, int) and exponent < 0:
        return Fraction(base) ** exponent
    return base**exponent


def _chosen(value: Any, condition: Any, other: Any) -> Any:
    return value if condition else other


def _whole(value: Any) -> int:
    """`int`, as RASP's `tokens_int` converts."""
    return int(value)


def _decimal(value: Any) -> Any:
    """`float`, as RASP's `tokens_float` converts, kept as a fraction."""
    if isinstance(value, str):
        return (
            number(float(value))
            if not value.strip().lstrip("+-").replace(".", "", 1).isdecimal()
            else Fraction(value)
        )
    return number(float(value)) if isinstance(value, float) else Fraction(value)


def _half(side: int) -> Callable[[Any], int]:
    """Return the conversion of an element such as `3,5`, two integers with a comma, to one of them."""

    def half(value: Any) -> int:
        left, right = str(value).split(",")
        return (int(left), int(right))[side]

    return half


FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "/": divide,
        "%": operator.mod,
        "^": power,
        "neg": operator.neg,
        "pos": operator.pos,
        "==": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "and": lambda left, right: bool(left and right),
        "or": lambda left, right: bool(left or right),
        "not": operator.not_,
        "if": _chosen,
        "round": round,
        "indicator": lambda value: 1 if value else 0,
        "str": str,
        "int": _whole,
        "float": _decimal,
        "bool": bool,
        "left": _half(0),
        "right": _half(1),
    }
)
"""By the name that `Map` uses. `if` takes value, condition, other; the last six convert the input's elements, `str` any others too."""

CONVERSIONS = frozenset({"str", "int", "float", "bool", "left", "right"})
"""Functions that take the input's elements as they are, also where these are of several types."""


class MissingKey(KeyError):
    """A table has no such arguments."""

    def __str__(self) -> str:
        shown = ", ".join(f'"{one}"' if isinstance(one, str) else str(one) for one in self.args)
        return f"index [ {shown} ] not in dict."


def callable_of(function: Function) -> Callable[..., Value]:
    """Return what computes a `Map`'s function for one position.

    Raises:
        MissingKey: (when called) a table has no such arguments.
    """
    if isinstance(function, Python):
        return function.call
    if isinstance(function, Lookup):
        return _found_in(dict(function.rows))
    return FUNCTIONS[function]


def _found_in(table: dict[tuple[Value, ...], Value]) -> Callable[..., Value]:
    def found(*arguments: Value) -> Value:
        if arguments not in table:
            raise MissingKey(*arguments)
        return table[arguments]

    return found
