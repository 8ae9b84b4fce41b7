"""Predicates as small functions of a query and a key. Owns their form; refuses to know who attends with them.

A symbolic predicate is one comparison, or one condition on the key alone; a table is never written like that, so that the
two are told apart when read again.
"""

from collections.abc import Sequence

import libcst as cst

from tprog.codegen.membership import among, member
from tprog.codegen.nodes import (
    OPERATORS,
    Statement,
    all_of,
    any_of,
    compare,
    literal,
    name,
    plus,
    returns,
)
from tprog.codegen.rows import (
    Wanted,
    exception_branches,
    on_one_line,
    one_line,
    table_body,
)
from tprog.evaluate.comparisons import best_comparison
from tprog.ir import Compare, Constant, FiniteValues, KeyIn, Predicate, Table, Values


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
            rest, exceptions = best_comparison(rows, queries, keys) or (None, ())
            if rest is not None and comparable(queries, keys):
                groups = len({rows[number] for number in exceptions})
                if exceptions and groups + 1 < len(set(rows)):
                    short = _with_exceptions(rest, exceptions, rows, query, key, queries, keys)
                    if short is not None:
                        return [short]
                    kept = {number: rows[number] for number in exceptions}
                    return [
                        *exception_branches(kept, query, key, queries, keys),
                        _comparison(rest, query, key),
                    ]
            return table_body(rows, query, key, queries, keys)
        case Compare():
            return [_comparison(predicate, query, key)]
        case KeyIn(wanted):
            if isinstance(keys, FiniteValues):
                return [returns(member(key, keys, wanted))]
            return [returns(among(key, wanted))]
        case Constant(holds):
            return [returns(literal(holds))]


def _with_exceptions(
    rest: Compare,
    exceptions: Sequence[int],
    rows: Sequence[Wanted],
    query: str,
    key: str,
    queries: FiniteValues,
    keys: FiniteValues,
) -> Statement | None:
    """Return a comparison with exceptions on one line; None where it takes several."""
    if rest.relation == "==" and all(len(row) <= 1 for row in rows):
        most = (_shifted(rest, query), frozenset(exceptions))
        return one_line(rows, query, key, queries, keys, most)
    if len({rows[number] for number in exceptions}) > 1:
        return None
    wanted = rows[exceptions[0]]
    others = [number for number in range(len(queries)) if number not in set(exceptions)]
    found: cst.BaseExpression
    if not wanted:
        found = all_of([member(query, queries, others), _compared(rest, query, key)])
    elif len(wanted) == len(keys):
        found = any_of([member(query, queries, exceptions), _compared(rest, query, key)])
    else:
        condition = member(query, queries, exceptions)
        found = cst.IfExp(condition, member(key, keys, wanted), _compared(rest, query, key))
    return on_one_line(found)


def _comparison(predicate: Compare, query: str, key: str) -> Statement:
    return returns(_compared(predicate, query, key))


def _compared(predicate: Compare, query: str, key: str) -> cst.BaseExpression:
    operator = OPERATORS[predicate.relation]()
    return compare(name(key), (operator, _shifted(predicate, query)))


def _shifted(predicate: Compare, query: str) -> cst.BaseExpression:
    """Return `query`, `query + 2`, `query - 2`, `-query` or `7 - query`."""
    own, offset = name(query), predicate.offset
    if predicate.scale == 1:
        return plus(own, offset)
    if offset == 0:
        return cst.UnaryOperation(cst.Minus(), own)
    return cst.BinaryOperation(literal(offset), cst.Subtract(), own)


def comparable(queries: Values, keys: Values) -> bool:
    """Tell whether a type checker sees that a query and a key can be equal."""
    if isinstance(queries, FiniteValues) and isinstance(keys, FiniteValues):
        return not set(queries.values).isdisjoint(keys.values)
    finite = queries if isinstance(queries, FiniteValues) else keys
    return not (isinstance(finite, FiniteValues) and finite.textual)
