"""Predicates as small functions of a query and a key. Owns their form; refuses to know who attends with them.

A table always has an `if`, a symbolic predicate never has one: that is how they are told apart when read again.
"""

import libcst as cst

from tprog.codegen.membership import among, member
from tprog.codegen.nodes import Statement, branch, compare, literal, name, returns
from tprog.ir import Compare, Constant, FiniteValues, KeyIn, Predicate, Table, Values

OPERATORS: dict[str, type[cst.BaseCompOp]] = {
    "==": cst.Equal,
    "!=": cst.NotEqual,
    "<": cst.LessThan,
    "<=": cst.LessThanEqual,
    ">": cst.GreaterThan,
    ">=": cst.GreaterThanEqual,
}


def predicate_body(
    predicate: Predicate, query: str, key: str, queries: Values, keys: Values
) -> list[Statement]:
    """Return the body of a predicate's function.

    Args:
        predicate: fits the value sets.
        query: the name of the query's parameter.
        key: the name of the key's parameter.
        queries: the query's values.
        keys: the key's values.
    """
    match predicate:
        case Table(rows):
            assert isinstance(queries, FiniteValues)
            assert isinstance(keys, FiniteValues)
            return _table(rows, query, key, queries, keys)
        case Compare():
            operator = OPERATORS[predicate.relation]()
            return [returns(compare(name(key), (operator, _shifted(predicate, query))))]
        case KeyIn(wanted):
            return [returns(_wants(key, keys, wanted))]
        case Constant(holds):
            return [returns(literal(holds))]


def _wants(key: str, keys: Values, wanted: tuple[int, ...]) -> cst.BaseExpression:
    if not wanted:
        return literal(False)
    if isinstance(keys, FiniteValues):
        return member(key, keys, wanted)
    return among(key, wanted)


def _shifted(predicate: Compare, query: str) -> cst.BaseExpression:
    """Return `query`, `query + 2`, `query - 2`, `-query` or `7 - query`."""
    own, offset = name(query), predicate.offset
    if predicate.scale == 1:
        if offset == 0:
            return own
        operator = cst.Add() if offset > 0 else cst.Subtract()
        return cst.BinaryOperation(own, operator, literal(abs(offset)))
    if offset == 0:
        return cst.UnaryOperation(cst.Minus(), own)
    return cst.BinaryOperation(literal(offset), cst.Subtract(), own)


def _table(
    rows: tuple[tuple[int, ...], ...],
    query: str,
    key: str,
    queries: FiniteValues,
    keys: FiniteValues,
) -> list[Statement]:
    """Return a branch for each group of query values that want the same keys; the largest group comes last, bare."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for number, wanted in enumerate(rows):
        groups.setdefault(wanted, []).append(number)
    rest = max(reversed(groups), key=lambda wanted: len(groups[wanted]))
    if len(groups) == 1:
        # One branch stays, since without any this would be a symbolic predicate.
        everything = member(query, queries, groups[rest])
        return [branch(everything, [returns(_wants(key, keys, rest))]), returns(literal(False))]
    return [
        *(
            branch(member(query, queries, members), [returns(_wants(key, keys, wanted))])
            for wanted, members in groups.items()
            if wanted != rest
        ),
        returns(_wants(key, keys, rest)),
    ]


def comparable(queries: Values, keys: Values) -> bool:
    """Tell whether a type checker sees that a query and a key can be equal."""
    if isinstance(queries, FiniteValues) and isinstance(keys, FiniteValues):
        return not set(queries.values).isdisjoint(keys.values)
    finite = queries if isinstance(queries, FiniteValues) else keys
    return not (isinstance(finite, FiniteValues) and finite.textual)
