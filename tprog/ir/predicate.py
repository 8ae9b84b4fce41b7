"""Predicates: which keys a query wants, in four forms.

A predicate relates a query value to key values (paper, section 3.2). It is given as a table or in a symbolic form; the
table of a symbolic form over two finite value sets can always be computed. A symbolic form and its table are different
values with the same behaviour.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from tprog.errors import InvalidProgram
from tprog.ir.domain import FiniteValues, Value, Values

Relation: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]

RELATIONS: dict[Relation, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Table:
    """For each query value, the indices of the wanted key values, ascending; empty means no match.

    The published form wants exactly one key per query value (`want[q]`); several are the paper's section A.4.
    """

    rows: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        for query, row in enumerate(self.rows):
            if list(row) != sorted(set(row)) or (row and row[0] < 0):
                raise InvalidProgram(
                    f"predicate row {query} must list ascending, distinct key indices: {row!r}"
                )


@dataclass(frozen=True, slots=True)
class Compare:
    """`key RELATION scale * query + offset`, on the values themselves (positions: numbers; tokens: their text).

    Text is compared by code point, as Python does; text takes `scale` 1 and `offset` 0.
    """

    relation: Relation
    scale: Literal[1, -1] = 1
    offset: int = 0

    def __post_init__(self) -> None:
        if self.relation not in RELATIONS or self.scale not in (1, -1):
            raise InvalidProgram(f"no such comparison: {self.relation!r}, scale {self.scale!r}")

    def holds(self, query: Value, key: Value) -> bool:
        """Tell whether `key` is wanted by `query`."""
        if isinstance(query, int):
            return RELATIONS[self.relation](key, self.scale * query + self.offset)
        return RELATIONS[self.relation](key, query)


@dataclass(frozen=True, slots=True)
class KeyIn:
    """The same wanted keys for every query: ascending indices into the key's values."""

    keys: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.keys or list(self.keys) != sorted(set(self.keys)) or self.keys[0] < 0:
            raise InvalidProgram(
                f"wanted keys must be ascending, distinct indices, at least one: {self.keys!r}"
            )


@dataclass(frozen=True, slots=True)
class Constant:
    """Every key matches, or none does."""

    holds: bool


Predicate: TypeAlias = Table | Compare | KeyIn | Constant


def predicate_table(predicate: Predicate, query: FiniteValues, key: FiniteValues) -> Table:
    """Return the table of any predicate over two finite value sets.

    Raises:
        InvalidProgram: the predicate does not fit the value sets (see `predicate_problems`).
    """
    problems = predicate_problems(predicate, query, key)
    if problems:
        raise InvalidProgram("predicate: " + "; ".join(problems))
    match predicate:
        case Table():
            return predicate
        case Compare():
            return Table(
                tuple(
                    tuple(
                        index
                        for index, value in enumerate(key.values)
                        if predicate.holds(wanted, value)
                    )
                    for wanted in query.values
                )
            )
        case KeyIn(keys):
            return Table((keys,) * len(query))
        case Constant(holds):
            return Table((tuple(range(len(key))) if holds else (),) * len(query))


def predicate_problems(predicate: Predicate, query: Values, key: Values) -> list[str]:
    """Return every reason why a predicate does not fit the value sets of its query and key."""
    match predicate:
        case Table(rows):
            if not isinstance(query, FiniteValues) or not isinstance(key, FiniteValues):
                return ["a table needs finite query and key values; use a comparison"]
            problems = []
            if len(rows) != len(query):
                problems.append(f"{len(rows)} rows for {len(query)} query values")
            problems += [
                f"row {number} wants key index {row[-1]}, the key has {len(key)} values"
                for number, row in enumerate(rows)
                if row and row[-1] >= len(key)
            ]
            return problems
        case Compare(relation, scale, offset):
            texts = [isinstance(values, FiniteValues) and values.textual for values in (query, key)]
            problems = []
            if texts[0] != texts[1] and relation not in ("==", "!="):
                problems.append(f"text and numbers cannot be compared with {relation}")
            if any(texts) and (scale, offset) != (1, 0):
                problems.append("text cannot be shifted or mirrored")
            return problems
        case KeyIn(keys):
            if isinstance(key, FiniteValues) and keys[-1] >= len(key):
                return [f"wants key index {keys[-1]}, the key has {len(key)} values"]
            return []
        case Constant():
            return []
