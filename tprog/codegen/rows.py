"""Which keys each query value wants, as the body of a function. Owns the choice between one expression and branches.

Where one expression says it on one line, it does: `key == (3, 6, 4, 2)[position]` is easier to read than four branches.
Otherwise there is an `if` for each group of query values that want the same keys. Either way the query is looked up, chosen
by or branched on, which no symbolic predicate does.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import libcst as cst

from tprog.codegen.membership import member
from tprog.codegen.nodes import (
    LINE_LENGTH,
    Statement,
    all_of,
    any_of,
    branch,
    compare,
    elements,
    literal,
    literal_set,
    literal_tuple,
    name,
    returns,
    width,
)
from tprog.ir import FiniteValues, Value

Wanted: TypeAlias = tuple[int, ...]

MOST_PAIRS = 1 << 12
"""One expression over more pairs of a query and a key takes long to read back."""
MOST_LISTED = 10
"""A dictionary of more entries is harder to read than branches."""


def one_line(
    rows: Sequence[Wanted],
    query: str,
    key: str,
    queries: FiniteValues,
    keys: FiniteValues,
    rest: tuple[cst.BaseExpression, frozenset[int]] | None = None,
) -> Statement | None:
    """Return a predicate as one expression on one line; None where it takes several.

    Args:
        rows: for each query value the indices of the wanted keys.
        query: the name of the query's parameter.
        key: the name of the key's parameter.
        queries: the query's values.
        keys: the key's values.
        rest: the one key that most query values want as an expression of the query, such as `7 - position`, and the indices
            of the query values that want others.
    """
    if len(rows) * len(keys) > MOST_PAIRS:
        return None
    found: cst.BaseExpression | None
    if len(set(rows)) == 1:
        found = _one_group(rows[0], query, key, queries, keys)
    elif all(len(row) <= 1 for row in rows):
        found = _one_key(rows, query, key, queries, keys, rest)
        if found is None or on_one_line(found) is None:
            found = _three_keys(rows, query, key, queries, keys)
    elif len(set(rows)) == 2:
        found = _two_groups(rows, query, key, queries, keys)
    else:
        found = _key_sets(rows, query, key, queries, keys)
    return None if found is None else on_one_line(found)


def on_one_line(result: cst.BaseExpression) -> Statement | None:
    """Return `return result`; None where that takes several lines in a function."""
    return None if 4 + len("return ") + width(result) > LINE_LENGTH else returns(result)


def _one_key(
    rows: Sequence[Wanted],
    query: str,
    key: str,
    queries: FiniteValues,
    keys: FiniteValues,
    rest: tuple[cst.BaseExpression, frozenset[int]] | None,
) -> cst.BaseExpression | None:
    """Return a comparison of the key with the one key that each query value wants, if any."""
    wanted = [keys.values[row[0]] if row else None for row in rows]
    otherwise: cst.BaseExpression | None = None
    if rest is not None and 2 * len(rest[1]) < len(rows):
        otherwise, listed = rest[0], sorted(rest[1])
    else:
        groups: dict[Value | None, int] = {}
        for value in wanted:
            groups[value] = groups.get(value, 0) + 1
        # The commonest needs no mention; a look-up without a default finds no key.
        most = None if None in groups else max(groups, key=lambda value: groups[value])
        otherwise = None if most is None else literal(most)
        listed = [number for number, value in enumerate(wanted) if value != most]
    values = {wanted[number] for number in listed}
    if len(values) == 1:
        only = values.pop()
        equal = otherwise if only is None else literal(only)
        if only is not None and otherwise is not None:
            equal = _enclosed(cst.IfExp(member(query, queries, listed), literal(only), otherwise))
        assert equal is not None
        found = compare(name(key), (cst.Equal(), equal))
        if only is not None and otherwise is not None:
            return found
        # Some want no key at all.
        some = listed if otherwise is None else sorted(set(range(len(rows))) - set(listed))
        return all_of([member(query, queries, some), found])
    if 2 * len(listed) > len(rows) and queries.values == tuple(range(len(rows))):
        table = cst.Tuple(elements(map(literal, wanted)))
        return compare(name(key), (cst.Equal(), _at(table, query)))
    if None in values:
        return None
    entries = [(queries.values[number], literal(_there(wanted[number]))) for number in listed]
    return compare(name(key), (cst.Equal(), _got(entries, query, otherwise)))


def _there(value: Value | None) -> Value:
    """Return a value that is there."""
    assert value is not None
    return value


def _three_keys(
    rows: Sequence[Wanted], query: str, key: str, queries: FiniteValues, keys: FiniteValues
) -> cst.BaseExpression | None:
    """Return a comparison of the key with one of three choices; None where there are more."""
    groups: dict[Wanted, list[int]] = {}
    for number, row in enumerate(rows):
        groups.setdefault(row, []).append(number)
    if len(groups) != 3:
        return None
    *listed, rest = sorted(groups, key=lambda row: len(groups[row]))
    # What is never wanted stands last, for a reader looks for what is.
    listed, rest = ([row for row in groups if row], ()) if () in groups else (listed, rest)
    choice: cst.BaseExpression = literal(keys.values[rest[0]] if rest else None)
    for row in reversed(listed):
        choice = cst.IfExp(
            member(query, queries, groups[row]), literal(keys.values[row[0]]), choice
        )
    assert isinstance(choice, cst.IfExp)
    return compare(name(key), (cst.Equal(), _enclosed(choice)))


def _one_group(
    wanted: Wanted, query: str, key: str, queries: FiniteValues, keys: FiniteValues
) -> cst.BaseExpression:
    """Return a condition on the key that mentions every query value, so that it is read as a table."""
    if not wanted:
        return compare(name(query), (cst.NotIn(), literal_set(queries.values)))
    every = compare(name(query), (cst.In(), literal_set(queries.values)))
    return every if len(wanted) == len(keys) else all_of([every, member(key, keys, wanted)])


def _two_groups(
    rows: Sequence[Wanted], query: str, key: str, queries: FiniteValues, keys: FiniteValues
) -> cst.BaseExpression:
    """Return a condition on the query and two on the key."""
    groups: dict[Wanted, list[int]] = {}
    for number, row in enumerate(rows):
        groups.setdefault(row, []).append(number)
    (one, ones), (two, twos) = sorted(groups.items(), key=lambda found: len(found[1]))
    if () in groups:
        some, members = (two, twos) if not one else (one, ones)
        condition = member(query, queries, members)
        every = len(some) == len(keys)
        return condition if every else all_of([condition, member(key, keys, some)])
    condition = member(query, queries, ones)
    if len(one) == len(keys):
        return any_of([condition, member(key, keys, two)])
    if len(two) == len(keys):
        return any_of([member(query, queries, twos), member(key, keys, one)])
    return cst.IfExp(condition, member(key, keys, one), member(key, keys, two))


def _key_sets(
    rows: Sequence[Wanted], query: str, key: str, queries: FiniteValues, keys: FiniteValues
) -> cst.BaseExpression | None:
    """Return whether the key is in the set that each query value wants."""
    groups: dict[Wanted, int] = {}
    for row in rows:
        groups[row] = groups.get(row, 0) + 1
    most = max(groups, key=lambda row: (groups[row], not row))
    listed = [number for number, row in enumerate(rows) if row != most]
    if len(listed) > MOST_LISTED or () in {rows[number] for number in listed}:
        return None

    def found(row: Wanted) -> cst.BaseExpression:
        # An empty set has no literal.
        return literal_set(keys.values[index] for index in row) if row else literal_tuple(())

    entries = [(queries.values[number], found(rows[number])) for number in listed]
    return compare(name(key), (cst.In(), _got(entries, query, found(most))))


def _enclosed(expression: cst.IfExp) -> cst.IfExp:
    return expression.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _at(table: cst.BaseExpression, place: str) -> cst.Subscript:
    """Return `table[place]`."""
    return cst.Subscript(table, [cst.SubscriptElement(cst.Index(name(place)))])


def _got(
    entries: Sequence[tuple[Value, cst.BaseExpression]],
    place: str,
    otherwise: cst.BaseExpression | None,
) -> cst.Call:
    """Return `{value: entry, ...}.get(place, otherwise)`."""
    table = cst.Dict([cst.DictElement(literal(value), entry) for value, entry in entries])
    arguments = [name(place)] if otherwise is None else [name(place), otherwise]
    return cst.Call(
        cst.Attribute(table, name("get")), [cst.Arg(argument) for argument in arguments]
    )


def table_body(
    rows: Sequence[Wanted], query: str, key: str, queries: FiniteValues, keys: FiniteValues
) -> list[Statement]:
    """Return the body of a function of a query and a key.

    Args:
        rows: for each query value the indices of the wanted keys.
        query: the name of the query's parameter.
        key: the name of the key's parameter.
        queries: the query's values.
        keys: the key's values.
    """
    short = one_line(rows, query, key, queries, keys)
    if short is not None:
        return [short]
    groups: dict[Wanted, list[int]] = {}
    for number, wanted in enumerate(rows):
        groups.setdefault(wanted, []).append(number)
    # The largest group needs no mention of its query values; where it is the only one, mentioning them makes a branch.
    largest = max(reversed(groups), key=lambda wanted: len(groups[wanted]))
    last = largest if len(groups) > 1 else ()

    return [
        *(
            branch(member(query, queries, members), [_result(wanted, key, keys)])
            for wanted, members in groups.items()
            if wanted != last or len(groups) == 1
        ),
        _result(last, key, keys),
    ]


def exception_branches(
    rows: Mapping[int, Wanted], query: str, key: str, queries: FiniteValues, keys: FiniteValues
) -> list[Statement]:
    """Return a branch for each group of some query values; see `table_body`.

    Args:
        rows: for the indices of these query values the indices of the wanted keys.
        query: the name of the query's parameter.
        key: the name of the key's parameter.
        queries: the query's values.
        keys: the key's values.
    """
    groups: dict[Wanted, list[int]] = {}
    for number, wanted in rows.items():
        groups.setdefault(wanted, []).append(number)
    return [
        branch(member(query, queries, members), [_result(wanted, key, keys)])
        for wanted, members in groups.items()
    ]


def _result(wanted: Wanted, key: str, keys: FiniteValues) -> Statement:
    return returns(member(key, keys, wanted) if wanted else literal(False))
