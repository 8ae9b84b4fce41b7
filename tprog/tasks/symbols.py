"""Tokens and labels that users give: texts, or integers, which are written as texts."""

from collections.abc import Iterable

import numpy as np


def symbol(value: object) -> str:
    """Return a token or label as a text.

    Raises:
        TypeError: it is neither a text nor an integer.
    """
    if isinstance(value, str):
        # A text of NumPy's own kind would show its type.
        return str(value)
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return str(int(value))
    kind = type(value).__name__
    raise TypeError(f"{value!r} is of type {kind}; give texts, or integers, which become texts")


def symbols(values: Iterable[object]) -> tuple[str, ...]:
    """Return tokens or labels as texts.

    Raises:
        TypeError: one is neither a text nor an integer, or there is nothing to go through.
    """
    return tuple(map(symbol, values))


def optional_symbols(values: Iterable[object]) -> tuple[str | None, ...]:
    """Return labels as texts, None where there is none.

    Raises:
        TypeError: see `symbols`.
    """
    return tuple(None if value is None else symbol(value) for value in values)
