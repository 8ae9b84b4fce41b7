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
from tprog.ir.predicate import RELATIONS
from tprog.reader.grid import MOST_ENTRIES, Grid
from tprog.reader.rules import Rule, parameters, rules
from tprog.reader.source import MIRRORED, MOST_BITS, SIGNS, Source

# Wanted keys of positions without an end are looked for up to here.
FURTHEST_KEY = 100_000


def read_predicate(
    source: Source, function: ast.FunctionDef, queries: Values, keys: Values
) -> Predicate:
    """Return the predicate that a function of a query and a key computes."""
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
        compare = _compare(source, result, names, textual)
        problems = [] if compare is None else predicate_problems(compare, queries, keys)
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
    source: Source, result: ast.Compare, names: tuple[str, str], textual: bool
) -> Compare | None:
    """Return `key RELATION scale * query + offset` where a comparison says that; text is only compared."""
    sides = (result.left, result.comparators[0])
    sign = SIGNS[type(result.ops[0])]
    if len(result.ops) != 1 or sign not in RELATIONS:
        return None
    if textual and not all(isinstance(side, ast.Name) for side in sides):
        return None
    left, right = (_linear(side, *names) for side in sides)
    if left is None or right is None:
        return None
    query, key, constant = (a - b for a, b in zip(left, right, strict=True))
    # key * KEY + query * QUERY + constant RELATION 0
    scales: dict[int, Literal[1, -1]] = {1: 1, -1: -1}
    if key not in scales or query not in scales:
        return None
    if abs(constant).bit_length() > MOST_BITS:
        raise source.error(result, "these numbers do not fit 64 bits; write smaller ones")
    sign = sign if key > 0 else MIRRORED[sign]
    relation = next(one for one in RELATIONS if one == sign)
    return Compare(relation, scales[-query * key], -constant * key)


def _linear(expression: ast.expr, query: str, key: str) -> tuple[int, int, int] | None:
    """Return how often query, key and 1 stand in a sum, or None for anything else."""
    parts: list[tuple[ast.AST, ast.expr]]
    match expression:
        case ast.Name(id=name) if name in (query, key):
            return (int(name == query), int(name == key), 0)
        case ast.Constant(value=value) if type(value) is int:
            return (0, 0, value)
        case ast.UnaryOp(op=(ast.USub() | ast.UAdd()) as sign, operand=operand):
            parts = [(sign, operand)]
        case ast.BinOp(op=(ast.Add() | ast.Sub()) as operator, left=left, right=right):
            parts = [(ast.UAdd(), left), (operator, right)]
        case _:
            return None
    total = (0, 0, 0)
    for kind, part in parts:
        found = _linear(part, query, key)
        if found is None:
            return None
        factor = -1 if isinstance(kind, ast.USub | ast.Sub) else 1
        total = (
            total[0] + factor * found[0],
            total[1] + factor * found[1],
            total[2] + factor * found[2],
        )
    return total


def _table(
    source: Source,
    names: Sequence[str],
    found: Sequence[Rule],
    queries: FiniteValues,
    keys: FiniteValues,
) -> Table:
    grid = Grid(source, names, [queries.values, keys.values])
    tests = [grid.mask(rule) for rule in found]
    results = [grid.entries(rule.result) for rule in found]
    if all(test.shape[1] == 1 for test in tests) and all(held.shape[0] == 1 for held in results):
        # Tests of the query alone decide which condition on the key alone holds.
        wanted = [
            tuple(np.flatnonzero(np.broadcast_to(grid.truth(rule.result)[0], len(keys))).tolist())
            for rule in found
        ]
        columns = [np.broadcast_to(test[:, 0], len(queries)) for test in tests]
        return Table(tuple(wanted[rule] for rule in np.argmax(np.stack(columns), axis=0).tolist()))
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
