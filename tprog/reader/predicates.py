"""Functions of a query and a key as predicates, symbolic ones known by their form.

A function without a branch is symbolic where it can be; one with branches is a table.
"""

import ast
from collections.abc import Sequence
from typing import Literal

import numpy as np

from tprog.ir import (
    Compare,
    Constant,
    FiniteValues,
    KeyIn,
    Predicate,
    Table,
    Values,
    predicate_problems,
)
from tprog.ir.predicate import Relation
from tprog.reader.flow import Rule, parameters, rules
from tprog.reader.grid import MOST_ENTRIES, Grid
from tprog.reader.source import MOST_BITS, Source

RELATIONS: dict[type[ast.cmpop], tuple[Relation, Relation]] = {
    ast.Eq: ("==", "=="),
    ast.NotEq: ("!=", "!="),
    ast.Lt: ("<", ">"),
    ast.LtE: ("<=", ">="),
    ast.Gt: (">", "<"),
    ast.GtE: (">=", "<="),
}

# Wanted keys of positions without an end are looked for up to here.
FURTHEST_KEY = 100_000


def read_predicate(
    source: Source, function: ast.FunctionDef, queries: Values, keys: Values
) -> Predicate:
    """Return the predicate that a function computes.

    Args:
        source: where the function stands.
        function: a function of a query and a key, in this order.
        queries: the query's values.
        keys: the key's values.

    Raises:
        UnreadableSource: it is no predicate over these values.
    """
    query, key = parameters(source, function, 2)
    found = rules(source, function, function.body)
    if len(found) == 1 and not found[0].tests:
        symbolic = _symbolic(source, found[0].result, (query, key), queries, keys)
        if symbolic is not None:
            return symbolic
    if not isinstance(queries, FiniteValues) or not isinstance(keys, FiniteValues):
        raise source.error(
            function,
            f"{function.name} reads positions without an end; return one comparison of its parameters",
        )
    return _table(source, (query, key), found, queries, keys)


def _symbolic(
    source: Source, result: ast.expr, names: tuple[str, str], queries: Values, keys: Values
) -> Predicate | None:
    """Return the symbolic form of a result, or None where only a table says it."""
    query, key = names
    used = {node.id for node in ast.walk(result) if isinstance(node, ast.Name)} & {query, key}
    if not used:
        return Constant(bool(Grid(source, [], []).truth(result)))
    if used == {key}:
        return _keys(source, result, key, keys)
    if used == {query, key} and isinstance(result, ast.Compare):
        textual = any(
            isinstance(found, FiniteValues) and found.textual for found in (queries, keys)
        )
        compare = _compare(source, result, query, key, textual)
        if compare is not None:
            problems = predicate_problems(compare, queries, keys)
            if problems:
                raise source.error(result, "; ".join(problems))
            return compare
    return None


def _keys(source: Source, result: ast.expr, key: str, keys: Values) -> Predicate:
    """Return the keys for which a condition on the key alone holds."""
    if isinstance(keys, FiniteValues):
        values = keys.values
    else:
        furthest = sum(
            abs(node.value)
            if isinstance(node, ast.Constant) and isinstance(node.value, int)
            else len(getattr(node, "elts", ()))
            for node in ast.walk(result)
        )
        if furthest > FURTHEST_KEY:
            raise source.error(result, f"keys above {FURTHEST_KEY} are out of reach; use less")
        # Beyond all of its numbers, and beyond the ends of its tuples, a condition does not change any more.
        values = tuple(range(furthest + 2))
    holds = Grid(source, [key], [values]).truth(result)
    found = np.flatnonzero(np.broadcast_to(holds, len(values))).tolist()
    if not isinstance(keys, FiniteValues) and found and found[-1] == len(values) - 1:
        raise source.error(result, "this wants keys without an end; compare the key with the query")
    return KeyIn(tuple(found)) if found else Constant(False)


def _compare(
    source: Source, result: ast.Compare, query: str, key: str, textual: bool
) -> Compare | None:
    """Return `key RELATION scale * query + offset` where a comparison says that; text is only compared."""
    relations = RELATIONS.get(type(result.ops[0]))
    if len(result.ops) != 1 or relations is None:
        return None
    if textual and not all(
        isinstance(side, ast.Name) for side in (result.left, *result.comparators)
    ):
        return None
    left = _linear(result.left, query, key)
    right = _linear(result.comparators[0], query, key)
    if left is None or right is None:
        return None
    own, other, constant = (a - b for a, b in zip(left, right, strict=True))
    # own * key + other * query + constant RELATION 0
    scales: dict[int, Literal[1, -1]] = {1: 1, -1: -1}
    if own not in scales or other not in scales:
        return None
    if abs(constant).bit_length() > MOST_BITS:
        raise source.error(result, "these numbers do not fit 64 bits; write smaller ones")
    return Compare(relations[own < 0], scales[-other * own], -constant * own)


def _linear(expression: ast.expr, query: str, key: str) -> tuple[int, int, int] | None:
    """Return how often key, query and 1 stand in a sum, or None for anything else."""
    match expression:
        case ast.Name(id=name) if name in (query, key):
            return (int(name == key), int(name == query), 0)
        case ast.Constant(value=value) if type(value) is int:
            return (0, 0, value)
        case ast.UnaryOp(op=(ast.USub() | ast.UAdd()) as sign, operand=operand):
            found = _linear(operand, query, key)
            return _times(found, -1 if isinstance(sign, ast.USub) else 1)
        case ast.BinOp(op=(ast.Add() | ast.Sub()) as kind, left=left, right=right):
            first = _linear(left, query, key)
            second = _times(_linear(right, query, key), -1 if isinstance(kind, ast.Sub) else 1)
            if first is None or second is None:
                return None
            return (first[0] + second[0], first[1] + second[1], first[2] + second[2])
        case _:
            return None


def _times(sum_of: tuple[int, int, int] | None, factor: int) -> tuple[int, int, int] | None:
    return None if sum_of is None else (sum_of[0] * factor, sum_of[1] * factor, sum_of[2] * factor)


def _table(
    source: Source,
    names: Sequence[str],
    found: list[Rule],
    queries: FiniteValues,
    keys: FiniteValues,
) -> Table:
    grid = Grid(source, names, [queries.values, keys.values])
    tests = [grid.mask(rule) for rule in found]
    results = [grid.entries(rule.result) for rule in found]
    if all(test.shape[1] == 1 for test in tests) and all(held.shape[0] == 1 for held in results):
        wanted = [
            tuple(np.flatnonzero(np.broadcast_to(grid.truth(rule.result)[0], len(keys))).tolist())
            for rule in found
        ]
        decides = np.argmax(
            np.stack([np.broadcast_to(test[:, 0], len(queries)) for test in tests]), axis=0
        )
        return Table(tuple(wanted[rule] for rule in decides.tolist()))
    if len(queries) * len(keys) > MOST_ENTRIES:
        raise source.error(
            found[0].result,
            f"this rule has {len(queries) * len(keys)} cases; test the query first, then the key",
        )
    holds = np.zeros(grid.shape, dtype=np.bool_)
    open_cells = np.ones(grid.shape, dtype=np.bool_)
    for rule, test in zip(found, tests, strict=True):
        here = open_cells & test
        holds |= here & grid.as_truth(rule.result, grid.reached(rule.result, here))
        open_cells &= ~test
    return Table(tuple(tuple(np.flatnonzero(row).tolist()) for row in holds))
