"""A table of wanted keys as decisions that look at the key and at the query: `key != -10 and key < query`."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import libcst as cst
import numpy as np

from tprog.codegen.cases import Cases, Condition
from tprog.codegen.formulas import NEGATED
from tprog.codegen.lookups import LISTED, condition_of, decided, reading_of
from tprog.codegen.nodes import (
    CONDITION_LENGTH,
    LINE_LENGTH,
    Expression,
    Statement,
    all_of,
    any_of,
    branch,
    enclosed,
    literal,
    member,
    returns,
    width,
)
from tprog.evaluate.comparisons import Split
from tprog.evaluate.digits import digits_of
from tprog.ir import FiniteValues

MOST_ENTRIES = 2304
"""Larger tables are not searched."""
FEW_ROWS = 6
"""Of tables with no more different rows no digits are looked for."""
MOST_MODULUS = 6
"""The greatest modulus by which queries want keys that are as far away."""
TRUTHS = FiniteValues((0, 1))
TRUE, FALSE = "True", "False"


def decided_body(
    rows: Sequence[tuple[int, ...]],
    names: tuple[str, str],
    values: tuple[FiniteValues, FiniteValues],
) -> list[Statement] | None:
    """Return decisions for a table of wanted keys; None where it is too large, or has one condition alone.

    Args:
        rows: for each query value the indices of the wanted keys.
        names: what the key and the query are called.
        values: the values of the key and those of the query.
    """
    if len(values[0]) * len(values[1]) > MOST_ENTRIES:
        return None
    decision = _decision(tuple(rows), *values)
    # One condition alone may be read as a symbolic predicate.
    return _body(decision, names, values, 4) if decision.lines > 1 else None


def repeated_body(
    rows: Sequence[tuple[int, ...]],
    names: tuple[str, str],
    values: tuple[FiniteValues, FiniteValues],
) -> list[Statement] | None:
    """Return how far keys are from the query, by its remainder: `key - query in ((0, 1), (-1, 0))[query % 2]`.

    Queries may want no keys at all. None where there is no such modulus, or where that takes several lines.
    """
    if any(found.textual for found in values):
        return None
    keys, queries = (list(map(int, found.values)) for found in values)
    asking = [at for at, row in enumerate(rows) if row]
    for modulus in range(1, MOST_MODULUS + 1):
        far: list[set[int]] = [set() for _ in range(modulus)]
        for at in asking:
            far[queries[at] % modulus] |= {keys[key] - queries[at] for key in rows[at]}
        wanted = [
            tuple(at for at, key in enumerate(keys) if key - query in far[query % modulus])
            for query in queries
        ]
        if all(wanted[at] == tuple(rows[at]) for at in asking):
            key, query = names
            listed = [repr(tuple(sorted(found))) for found in far]
            table = listed[0] if modulus == 1 else f"({', '.join(listed)})[{query} % {modulus}]"
            result: Expression = cst.parse_expression(f"{key} - {query} in {table}")
            if wanted != list(rows):
                result = all_of([member(query, values[1], asking), result])
            return [returns(result)] if width(result) <= CONDITION_LENGTH else None
    return None


def digits_body(
    rows: Sequence[tuple[int, ...]],
    names: tuple[str, str],
    values: tuple[FiniteValues, FiniteValues],
) -> list[Statement] | None:
    """Return the comparison of two digits of the key with those of the query; None where a table is none."""
    if any(side.textual for side in values) or len({*rows}) <= FEW_ROWS:
        return None
    inside = np.zeros([len(side) for side in values], np.bool_)
    for query, row in enumerate(rows):
        inside[list(row), query] = True
    keys, queries = (np.array(side.values, np.int64) for side in values)
    found = digits_of(keys, queries, inside)
    return None if found is None else [returns(cst.parse_expression(found.text(*names)))]


@lru_cache(maxsize=1024)
def _decision(
    rows: tuple[tuple[int, ...], ...], keys: FiniteValues, queries: FiniteValues
) -> Cases:
    table = np.zeros((len(keys), len(queries)), np.int64)
    for query, row in enumerate(rows):
        table[list(row), query] = 1
    reading = reading_of((keys, queries), TRUTHS, None)
    return decided(table, reading, lambda first, second: LISTED, MOST_ENTRIES)


def _body(
    decision: Cases,
    names: Sequence[str],
    values: tuple[FiniteValues, FiniteValues],
    indent: int,
) -> list[Statement]:
    """Return branches and a last return, which says as much as fits on its line."""
    last: Expression = literal(decision.otherwise == 1)
    branches: list[Statement] = []
    for condition, then in reversed(decision.cases):
        inner = _body(then, names, values, indent + 4)
        asked = condition_of(condition, names, values)
        joined = None
        if not branches and len(inner) == 1:
            (only,) = inner
            assert isinstance(only, cst.SimpleStatementLine)
            (small,) = only.body
            assert isinstance(small, cst.Return)
            assert small.value is not None
            against = _denied(condition, names, values)
            joined = _joined(asked, against, small.value, last)
        if joined is not None and indent + len("return ") + width(joined) <= LINE_LENGTH:
            last = joined
        else:
            branches.insert(0, branch(asked, inner))
    return [*branches, returns(last)]


def _joined(
    asked: Expression, denied: Expression | None, then: Expression, otherwise: Expression
) -> Expression | None:
    """Return `then if asked else otherwise` by `and` and `or` where one of the two is True or False; else None."""
    if _is(then, TRUE) and _is(otherwise, FALSE):
        return asked
    if _is(then, TRUE):
        return any_of(list(map(_enclosed, (asked, otherwise))))
    if _is(otherwise, FALSE):
        return None if _is(then, FALSE) else all_of([asked, then])
    if _is(then, FALSE) and denied is not None:
        return denied if _is(otherwise, TRUE) else all_of([denied, otherwise])
    return None


def _is(expression: Expression, truth: str) -> bool:
    return isinstance(expression, cst.Name) and expression.value == truth


def _enclosed(condition: Expression) -> Expression:
    """Return a condition that stands out beside `or`."""
    if isinstance(condition, cst.BooleanOperation) and not condition.lpar:
        return enclosed(condition)
    return condition


def _denied(
    condition: Condition, names: Sequence[str], values: tuple[FiniteValues, FiniteValues]
) -> Expression | None:
    """Return where a condition does not hold, if that is as short."""
    if isinstance(condition.comparison, Split) and condition.comparison.relation in NEGATED:
        relation = NEGATED[condition.comparison.relation]
        against = replace(condition, comparison=replace(condition.comparison, relation=relation))
        return condition_of(against, names, values)
    if len(condition.terms) != 1:
        return None
    ((argument, chosen),) = condition.terms
    others = tuple(index for index in range(len(values[argument])) if index not in chosen)
    return condition_of(Condition(((argument, others),)), names, values) if others else None
