"""Predicates as small functions of a query and a key. `tprog.reader.predicates` reads them back.

A symbolic predicate is one comparison, or one condition on the key alone; a table is never written like that, so that the
two are told apart when read again. A table is one expression where that fits on one line: `key == (3, 6, 4, 2)[position]` is
easier to read than four branches. Otherwise there is an `if` for each group of query values that want the same keys. A table
that is a comparison but for a few query values reads best as these exceptions and the comparison.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import libcst as cst
import numpy as np

from tprog.codegen.formulas import ranged_text
from tprog.codegen.nodes import (
    LINE_LENGTH,
    Expression,
    Statement,
    all_of,
    among,
    any_of,
    branch,
    compare,
    enclosed,
    lines,
    literal,
    literal_set,
    literal_tuple,
    member,
    name,
    plus,
    returns,
    width,
)
from tprog.codegen.wanted import decided_body, digits_body, repeated_body
from tprog.evaluate.comparisons import best_comparison
from tprog.evaluate.ranges import enough, ranged
from tprog.ir import (
    Compare,
    Constant,
    FiniteValues,
    KeyIn,
    Predicate,
    Table,
    Value,
    Values,
    predicate_table,
)

Wanted: TypeAlias = tuple[int, ...]
"""Indices of the keys that a query value wants."""

MOST_PAIRS = 1 << 12
"""One expression over more pairs of a query and a key takes long to read back."""
MOST_LISTED = 10
"""A dictionary of more entries is harder to read than branches."""
FEW_ROWS, FEW_LINES = 2, 5
"""Of tables with no more different rows, or no more lines, no decisions by the key are looked for."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """The parameters of a predicate's function and their values."""

    query: str
    key: str
    queries: FiniteValues
    keys: FiniteValues

    def asked(self, queries: Sequence[int]) -> Expression:
        """Return that the query has one of some values."""
        return member(self.query, self.queries, queries)

    def held(self, keys: Wanted) -> Expression:
        """Return that the key has one of some values."""
        return member(self.key, self.keys, keys)

    def equal(self, value: Expression) -> Expression:
        """Return that the key is the value of an expression."""
        return compare(name(self.key), "==", value)


def predicate_body(
    predicate: Predicate, query: str, key: str, queries: Values, keys: Values
) -> list[Statement]:
    """Return the body of a predicate's function, whose parameters have the given names and values."""
    match predicate:
        case Table(rows):
            assert isinstance(queries, FiniteValues)
            assert isinstance(keys, FiniteValues)
            return _table_body(rows, _Pair(query, key, queries, keys))
        case Compare():
            return [returns(_compared(predicate, query, key))]
        case KeyIn(wanted):
            if isinstance(keys, FiniteValues):
                return [returns(member(key, keys, wanted))]
            return [returns(among(key, wanted))]
        case Constant(holds):
            return [returns(literal(holds))]


def comparable(queries: Values, keys: Values) -> bool:
    """Tell whether a type checker sees that a query and a key can be equal."""
    if isinstance(queries, FiniteValues) and isinstance(keys, FiniteValues):
        return not set(queries.values).isdisjoint(keys.values)
    finite = queries if isinstance(queries, FiniteValues) else keys
    return not (isinstance(finite, FiniteValues) and finite.textual)


def _compared(predicate: Compare, query: str, key: str) -> Expression:
    return compare(name(key), predicate.relation, _shifted(predicate, query))


def _shifted(predicate: Compare, query: str) -> Expression:
    """Return `query`, `query + 2`, `query - 2`, `-query` or `7 - query`."""
    own, offset = name(query), predicate.offset
    if predicate.scale == 1:
        return plus(own, offset)
    if offset == 0:
        return cst.UnaryOperation(cst.Minus(), own)
    return cst.BinaryOperation(literal(offset), cst.Subtract(), own)


def _table_body(rows: Sequence[Wanted], pair: _Pair) -> list[Statement]:
    """Return the body of a table's function: what looks at key and query where that takes half the lines that rows do."""
    found = _row_body(rows, pair)
    if len(set(rows)) <= FEW_ROWS or lines(found) <= FEW_LINES:
        return found
    sides = (pair.key, pair.query), (pair.keys, pair.queries)
    bodies = (digits_body, repeated_body, decided_body)
    ways = [way for way in (body(rows, *sides) for body in bodies) if way]
    shortest = min(ways, key=lines, default=found)
    return found if 2 * lines(shortest) > lines(found) else shortest


def _row_body(rows: Sequence[Wanted], pair: _Pair) -> list[Statement]:
    found = best_comparison(rows, pair.queries, pair.keys)
    if found is not None and found[1] and comparable(pair.queries, pair.keys):
        rest, exceptions = found
        if len({rows[number] for number in exceptions}) + 1 < len(set(rows)):
            body = _with_exceptions(rest, exceptions, rows, pair)
            short = _ranged(rows, pair) if len(body) > 1 else None
            return body if short is None else [short]
    for written in (_one_line, _widened, _ranged):
        short = written(rows, pair)
        if short is not None:
            return [short]
    groups = _groups(enumerate(rows))
    last: Wanted = ()
    if len(groups) > 1:
        # The largest group needs no mention of its query values; where it is the only one, mentioning them makes a branch.
        last = max(reversed(groups), key=lambda wanted: len(groups[wanted]))
        del groups[last]
    return [*_branches(groups, pair), _result(last, pair)]


def _widened(rows: Sequence[Wanted], pair: _Pair) -> Statement | None:
    """Return a comparison, or some keys that all queries want which want any, on one line; None where there is no such."""
    wanting = [{*row} for row in rows if row]
    shared = tuple(sorted(set.intersection(*wanting))) if wanting else ()
    few = len(rows) * len(pair.keys) <= MOST_PAIRS
    if not shared or not few or not comparable(pair.queries, pair.keys):
        return None
    rest = [tuple(key for key in row if key not in shared) for row in rows]
    found = best_comparison(rest, pair.queries, pair.keys)
    if found is None:
        return None
    compared = predicate_table(found[0], pair.queries, pair.keys).rows
    others = [at for at, row in enumerate(rows) if {*row} != {*compared[at], *shared}]
    if any(rows[at] for at in others):
        return None
    result = any_of([_compared(found[0], pair.query, pair.key), pair.held(shared)])
    asked = pair.asked(sorted({*range(len(rows))} - {*others}))
    return _on_one_line(all_of([asked, result]) if others else result)


def _ranged(rows: Sequence[Wanted], pair: _Pair) -> Statement | None:
    """Return a comparison within a bound, one value of either side replaced, on one line; None where there is no such."""
    size = len(rows) * len(pair.keys)
    if pair.queries.textual or pair.keys.textual or size > MOST_PAIRS:
        return None
    inside = np.zeros((len(pair.keys), len(rows)), np.bool_)
    for query, row in enumerate(rows):
        inside[list(row), query] = True
    sides = [np.array(values.values, np.int64) for values in (pair.keys, pair.queries)]
    found = ranged(sides[0], sides[1], inside, np.ones_like(inside)) if enough(inside) else None
    if found is None:
        return None
    text = ranged_text(pair.key, found, pair.query)
    return _on_one_line(cst.parse_expression(text))


def _with_exceptions(
    rest: Compare, exceptions: Sequence[int], rows: Sequence[Wanted], pair: _Pair
) -> list[Statement]:
    """Return a comparison with exceptions, on one line where that is possible."""
    comparison = _compared(rest, pair.query, pair.key)
    groups = _groups((number, rows[number]) for number in exceptions)
    found: Expression | None = None
    if rest.relation == "==" and all(len(row) <= 1 for row in rows):
        short = _one_line(rows, pair, (_shifted(rest, pair.query), exceptions))
        if short is not None:
            return [short]
    elif len(groups) == 1:
        (wanted,) = groups
        if not wanted:
            others = sorted({*range(len(rows))} - {*exceptions})
            found = all_of([pair.asked(others), comparison])
        elif len(wanted) == len(pair.keys):
            found = any_of([pair.asked(exceptions), comparison])
        else:
            found = cst.IfExp(pair.asked(exceptions), pair.held(wanted), comparison)
    short = None if found is None else _on_one_line(found)
    return [short] if short is not None else [*_branches(groups, pair), returns(comparison)]


def _groups(rows: Iterable[tuple[int, Wanted]]) -> dict[Wanted, list[int]]:
    """Return the query values that want the same keys, in the order of the first of them."""
    groups: dict[Wanted, list[int]] = {}
    for number, wanted in rows:
        groups.setdefault(wanted, []).append(number)
    return groups


def _branches(groups: dict[Wanted, list[int]], pair: _Pair) -> list[Statement]:
    return [branch(pair.asked(found), [_result(row, pair)]) for row, found in groups.items()]


def _result(wanted: Wanted, pair: _Pair) -> Statement:
    return returns(pair.held(wanted) if wanted else literal(False))


def _on_one_line(result: Expression) -> Statement | None:
    """Return `return result`; None where that takes several lines in a function."""
    return None if 4 + len("return ") + width(result) > LINE_LENGTH else returns(result)


def _one_line(
    rows: Sequence[Wanted], pair: _Pair, rest: tuple[Expression, Sequence[int]] | None = None
) -> Statement | None:
    """Return a predicate as one expression on one line; None where it takes several.

    Args:
        rows: for each query value the indices of the wanted keys.
        pair: the parameters.
        rest: the one key that most query values want as an expression of the query, such as `7 - position`, and the indices
            of the query values that want others.
    """
    if len(rows) * len(pair.keys) > MOST_PAIRS:
        return None
    found: Expression | None
    groups = _groups(enumerate(rows))
    if len(groups) == 1:
        found = _one_group(rows[0], pair)
    elif all(len(row) <= 1 for row in rows):
        found = _one_key(rows, pair, rest)
        if found is None or _on_one_line(found) is None:
            found = _three_keys(groups, pair)
    elif len(groups) == 2:
        found = _two_groups(groups, pair)
    else:
        found = _key_sets(rows, pair)
    return None if found is None else _on_one_line(found)


def _one_group(wanted: Wanted, pair: _Pair) -> Expression:
    """Return a condition on the key that mentions every query value, so that it is read as a table."""
    every = literal_set(pair.queries.values)
    if not wanted:
        return compare(name(pair.query), "not in", every)
    asked = compare(name(pair.query), "in", every)
    return asked if len(wanted) == len(pair.keys) else all_of([asked, pair.held(wanted)])


def _one_key(
    rows: Sequence[Wanted], pair: _Pair, rest: tuple[Expression, Sequence[int]] | None
) -> Expression | None:
    """Return a comparison of the key with the one key that each query value wants, if any."""
    wanted = [pair.keys.values[row[0]] if row else None for row in rows]
    otherwise: Expression | None
    if rest is not None and 2 * len(rest[1]) < len(rows):
        otherwise, listed = rest[0], sorted(rest[1])
    else:
        # The commonest needs no mention; a look-up without a default finds no key.
        most = None if None in wanted else Counter(wanted).most_common(1)[0][0]
        otherwise = None if most is None else literal(most)
        listed = [number for number, value in enumerate(wanted) if value != most]
    values = {wanted[number] for number in listed}
    if len(values) == 1:
        only = values.pop()
        if only is not None and otherwise is not None:
            chosen = cst.IfExp(pair.asked(listed), literal(only), otherwise)
            return pair.equal(enclosed(chosen))
        # Some want no key at all.
        if otherwise is None:
            return all_of([pair.asked(listed), pair.equal(literal(only))])
        others = sorted({*range(len(rows))} - {*listed})
        return all_of([pair.asked(others), pair.equal(otherwise)])
    if 2 * len(listed) > len(rows) and pair.queries.values == tuple(range(len(rows))):
        place = [cst.SubscriptElement(cst.Index(name(pair.query)))]
        return pair.equal(cst.Subscript(literal_tuple(wanted), place))
    if None in values:
        return None
    entries = [(pair.queries.values[number], literal(wanted[number])) for number in listed]
    return pair.equal(_got(entries, pair.query, otherwise))


def _three_keys(groups: dict[Wanted, list[int]], pair: _Pair) -> Expression | None:
    """Return a comparison of the key with one of three choices; None where there are more."""
    if len(groups) != 3:
        return None
    *listed, rest = sorted(groups, key=lambda row: len(groups[row]))
    if () in groups:
        # What is never wanted stands last, for a reader looks for what is.
        listed, rest = [row for row in groups if row], ()
    (asked, key), (again, other) = [
        (pair.asked(groups[row]), literal(pair.keys.values[row[0]])) for row in listed
    ]
    last = literal(pair.keys.values[rest[0]] if rest else None)
    return pair.equal(enclosed(cst.IfExp(asked, key, cst.IfExp(again, other, last))))


def _two_groups(groups: dict[Wanted, list[int]], pair: _Pair) -> Expression:
    """Return a condition on the query and two on the key."""
    (one, ones), (two, twos) = sorted(groups.items(), key=lambda found: len(found[1]))
    if () in groups:
        some, members = (one, ones) if one else (two, twos)
        asked = pair.asked(members)
        return asked if len(some) == len(pair.keys) else all_of([asked, pair.held(some)])
    if len(one) == len(pair.keys):
        return any_of([pair.asked(ones), pair.held(two)])
    if len(two) == len(pair.keys):
        return any_of([pair.asked(twos), pair.held(one)])
    return cst.IfExp(pair.asked(ones), pair.held(one), pair.held(two))


def _key_sets(rows: Sequence[Wanted], pair: _Pair) -> Expression | None:
    """Return whether the key is in the set that each query value wants."""
    counts = Counter(rows)
    most = max(counts, key=lambda row: (counts[row], not row))
    listed = [number for number, row in enumerate(rows) if row != most]
    if len(listed) > MOST_LISTED or () in {rows[number] for number in listed}:
        return None

    def found(row: Wanted) -> Expression:
        # An empty set has no literal.
        return literal_set(pair.keys.values[index] for index in row) if row else literal_tuple(())

    entries = [(pair.queries.values[number], found(rows[number])) for number in listed]
    return compare(name(pair.key), "in", _got(entries, pair.query, found(most)))


def _got(
    entries: Sequence[tuple[Value, Expression]], place: str, otherwise: Expression | None
) -> Expression:
    """Return `{value: entry, ...}.get(place, otherwise)`."""
    table = cst.Dict([cst.DictElement(literal(value), entry) for value, entry in entries])
    given = [cst.Arg(name(place))]
    if otherwise is not None:
        given.append(cst.Arg(otherwise))
    return cst.Call(cst.Attribute(table, name("get")), given)
