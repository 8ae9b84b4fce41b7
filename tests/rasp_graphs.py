"""Hypothesis strategies for random RASP graphs, and a slow evaluator written straight from the rules to hold ours to."""

import operator
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tprog.rasp.evaluate import RaspError
from tprog.rasp.functions import callable_of
from tprog.rasp.graph import (
    Aggregate,
    And,
    Closest,
    Const,
    Indices,
    Lookup,
    Map,
    Node,
    Not,
    Or,
    Pairs,
    Select,
    Selector,
    SOp,
    Tokens,
    Value,
    Width,
)

ALPHABET = ("a", "b", "c")
RELATIONS = ("==", "!=", "<", "<=", ">", ">=")

COMPARE: dict[str, Any] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@st.composite
def graphs(draw: st.DrawFn, deep: int = 3) -> SOp:
    """Draw an s-op over the alphabet that has a value on every input, ints and strings kept apart."""
    return draw(st.one_of(numbers(deep), _strings(deep)))


@cache
def numbers(deep: int) -> st.SearchStrategy[SOp]:
    """S-ops that hold ints, bools as 0 and 1, or fractions."""
    leaves = st.one_of(
        st.just(Indices()),
        st.integers(0, 3).map(Const),
        st.sampled_from(ALPHABET).map(
            lambda one: Map("indicator", (Map("==", (Tokens(), Const(one))),))
        ),
    )
    if deep == 0:
        return leaves
    less, selectors = numbers(deep - 1), _selectors(deep - 1)
    table = tuple(((one,), value) for value, one in enumerate(ALPHABET))
    return st.one_of(
        leaves,
        st.builds(lambda f, x, y: Map(f, (x, y)), st.sampled_from(["+", "-", "*"]), less, less),
        st.builds(
            lambda f, x, y: Map("indicator", (Map(f, (x, y)),)),
            st.sampled_from(RELATIONS),
            less,
            less,
        ),
        st.builds(lambda x, c, y: Map("if", (x, c, y)), less, less, less),
        st.builds(Width, selectors),
        st.builds(Aggregate, selectors, less, st.integers(0, 2)),
        st.builds(lambda x: Map(Lookup(table), (x,)), _strings(0)),
    )


@cache
def _strings(deep: int) -> st.SearchStrategy[SOp]:
    """S-ops that hold strings."""
    leaves: st.SearchStrategy[SOp] = st.just(Tokens())
    if deep == 0:
        return leaves
    less = _strings(deep - 1)
    return st.one_of(
        leaves,
        st.builds(lambda x, c, y: Map("if", (x, c, y)), less, numbers(deep - 1), less),
        st.builds(
            lambda s, x, d: Aggregate(Closest(s), x, d),
            _selectors(deep - 1),
            less,
            st.sampled_from(ALPHABET),
        ),
    )


@cache
def _selectors(deep: int) -> st.SearchStrategy[Selector]:
    pairs = st.frozensets(st.tuples(st.sampled_from(ALPHABET), st.sampled_from(ALPHABET)))
    whole, strings = numbers(deep), _strings(deep)
    simple = st.one_of(
        st.builds(Select, whole, whole, st.sampled_from(RELATIONS)),
        st.builds(Select, strings, strings, st.sampled_from(RELATIONS)),
        st.builds(Select, strings, strings, pairs.map(Pairs)),
    )
    return st.one_of(
        simple,
        st.builds(And, simple, simple),
        st.builds(Or, simple, simple),
        st.builds(Not, simple),
        st.builds(Closest, simple),
    )


def slow(node: Node, tokens: Sequence[Value]) -> Any:
    """Evaluate a node on one sequence: a list of values, or a matrix as lists of query rows."""
    places = range(len(tokens))
    match node:
        case Tokens():
            return list(tokens)
        case Indices():
            return list(places)
        case Const(value):
            return [value for _ in places]
        case Map(function, arguments):
            columns = [slow(one, tokens) for one in arguments]
            return [callable_of(function)(*row) for row in zip(*columns, strict=True)]
        case Width(selector):
            return [sum(row) for row in slow(selector, tokens)]
        case Aggregate(selector, value, default):
            values = slow(value, tokens)
            rows = slow(selector, tokens)
            return [
                _aggregated([one for one, on in zip(values, row, strict=True) if on], default)
                for row in rows
            ]
        case Select(key, query, relation):
            keys, queries = slow(key, tokens), slow(query, tokens)
            return [[_holds(relation, one, wanted) for one in keys] for wanted in queries]
        case Not(selector):
            return [[not on for on in row] for row in slow(selector, tokens)]
        case And(left, right) | Or(left, right):
            both = all if isinstance(node, And) else any
            return [
                [both(pair) for pair in zip(*rows, strict=True)]
                for rows in zip(slow(left, tokens), slow(right, tokens), strict=True)
            ]
        case Closest(selector):
            return [_closest(query, row) for query, row in enumerate(slow(selector, tokens))]
    raise TypeError(node)


def _holds(relation: Any, key: Value, query: Value) -> bool:
    return (
        (key, query) in relation.pairs
        if isinstance(relation, Pairs)
        else COMPARE[relation](key, query)
    )


def _aggregated(selected: list[Any], default: Value) -> Value:
    if len(selected) > 1:
        if any(isinstance(one, str | bool) for one in selected):
            raise RaspError("no numbers")
        return Fraction(sum(selected)) / len(selected)
    return selected[0] if selected else default


def _closest(query: int, row: list[bool]) -> list[bool]:
    selected = [key for key, on in enumerate(row) if on]
    others = [key for key in selected if key != query]
    best = min(others, key=lambda key: (abs(key - query), key)) if others else query
    return [key == best and key in selected for key in range(len(row))]
