"""Variables of a Program under construction, and look-ups that write what an expression says."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from tprog.evaluate.cover import cover, cover_cells
from tprog.ir import (
    CategoricalLookup,
    Domain,
    FiniteValues,
    Input,
    NumericalLookup,
    Ones,
    Operation,
    Positions,
    Tokens,
)
from tprog.rasp.evaluate import RaspError, label
from tprog.rasp.expressions import (
    FRAME,
    Expression,
    Frame,
    Never,
    classes,
    mapped,
    table_of,
)
from tprog.rasp.graph import Value

TOKENS, POSITIONS, ONES = 0, 1, 2
LARGEST_TABLE = 1 << 16
"""Entries of the largest look-up; beyond it a program is no longer one that a person reads."""


class Builder:
    """The inputs and operations made so far.

    Attributes:
        domain: what the Program is defined on; its greatest length is finite.
        operations: heads and look-ups.
        guards: whether look-ups ask the token where only that says what is frame; else it is left to the final check
            that no head is misled by what counts say there.
        sizes: for each variable the number of its values; of a numerical one the number of data positions and one.
        values: for each variable its value set, None for a numerical one.
    """

    def __init__(self, domain: Domain, symbols: Sequence[Value], guards: bool) -> None:
        assert domain.max_length is not None
        self.domain = domain
        self.guards = guards
        self.longest = domain.max_length
        self.operations: list[Operation] = []
        positions = domain.position_values
        assert isinstance(positions, FiniteValues)
        self.values: list[FiniteValues | None] = [domain.token_values, positions, None]
        self.sizes = [len(domain.alphabet), len(positions), self.longest + 1]
        of = dict(zip(domain.symbols, symbols, strict=True))
        meant = [of.get(symbol, FRAME) for symbol in domain.alphabet]
        self.tokens = Expression((TOKENS,), table_of(meant, (len(meant),)), True)
        first = int(domain.prefix is not None)
        places = [place - first if place >= first else FRAME for place in range(len(positions))]
        self.positions = Expression((POSITIONS,), table_of(places, (len(places),)), first == 1)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Every input; those that nothing reads are dropped at the end."""
        return (Tokens(), Positions(), Ones())

    def add(self, operation: Operation, values: FiniteValues | None) -> int:
        """Append an operation that writes these values (None: counts), and return its variable."""
        self.operations.append(operation)
        self.values.append(values)
        self.sizes.append(self.longest + 1 if values is None else len(values))
        return len(self.values) - 1

    def numerical(self, variable: int) -> bool:
        """Whether a variable holds counts."""
        return self.values[variable] is None

    def guarded(self, expression: Expression) -> Expression:
        """Return the same expression, `FRAME` at the frame, where the frame is guarded."""
        if expression.framed or (expression.variables and not self.guards):
            return expression
        return mapped(lambda _, value: value, (self.tokens, expression), self.sizes)

    def fused(self, expression: Expression) -> Expression:
        """Return the expression as one of categorical variables alone or of numerical ones alone.

        Counts that stand beside categorical variables are first told apart as far as the table asks.
        """
        counts = [one for one in expression.variables if self.numerical(one)]
        if not counts or len(counts) == len(expression.variables):
            return expression
        for one in counts:
            expression = self._bucketed(expression, one)
        return expression

    def _bucketed(self, expression: Expression, count: int) -> Expression:
        axis = expression.variables.index(count)
        slices = np.moveaxis(expression.table, axis, 0)
        rows = [tuple(map(_shown, row)) for row in slices.reshape(len(slices), -1)]
        of, first = classes(table_of(rows, (len(rows),)))
        bucket = self.look_up(Expression((count,), table_of(of.tolist(), (len(of),)), False))
        assert len(bucket.variables) == 1
        order = [first[value] for value in bucket.table]
        table = np.moveaxis(slices[order], 0, axis)
        variables = [bucket.variables[0] if one == count else one for one in expression.variables]
        order = list(np.argsort(variables))
        return Expression(tuple(sorted(variables)), np.transpose(table, order), expression.framed)

    def look_up(self, expression: Expression, name: str = "") -> Expression:
        """Return the expression as one of a single categorical variable, which is made where there is none.

        Raises:
            RaspError: its table has too many entries.
        """
        if not expression.variables:
            expression = self.guarded(expression)
        expression = self.fused(expression)
        if len(expression.variables) == 1 and not self.numerical(expression.variables[0]):
            return expression
        if prod(expression.table.shape) > LARGEST_TABLE:
            raise RaspError(
                f"a look-up of {prod(expression.table.shape):,} entries is needed; "
                f"{LARGEST_TABLE:,} is the most"
            )
        flat = expression.table.reshape(-1)
        of, first = classes(flat)
        meant: list[Any] = [flat[place] for place in first]
        values = FiniteValues(written(meant))
        never = np.array([isinstance(value, Never) for value in flat])
        if self.numerical(expression.variables[0]):
            entries = np.where(never, -1, of).reshape(expression.table.shape)
            rectangles, default = (
                cover(entries)
                if entries.ndim <= 2
                else cover_cells(of.reshape(entries.shape), list(map(range, entries.shape)))
            )
            operation: Operation = NumericalLookup(
                expression.variables,
                values,
                tuple(size - 1 for size in expression.table.shape),
                rectangles,
                max(default, 0),
                name,
            )
        else:
            operation = CategoricalLookup(expression.variables, values, tuple(of.tolist()), name)
        made = self.add(operation, values)
        return Expression((made,), table_of(meant, (len(meant),)), expression.framed)


def _shown(value: Any) -> Any:
    """Return a key under which equal values of one type meet, and values that lead nowhere stay apart."""
    return value if isinstance(value, Frame | Never) else (type(value), value)


def written(meant: Sequence[Any]) -> tuple[str, ...] | tuple[int, ...]:
    """Return distinct values of a Program for values of an s-op: integers as they are, all else as text."""
    whole = [value for value in meant if not isinstance(value, Frame | Never)]
    if all(type(value) is int for value in whole):
        below = min([0, *whole]) - 1
        return tuple(below if isinstance(value, Frame | Never) else value for value in meant)
    taken: list[str] = []
    for value in meant:
        text = "none" if isinstance(value, Frame | Never) else label(value)
        while text in taken:
            text += "'"
        taken.append(text)
    return tuple(taken)
