"""Which keys each query value wants, as the body of a function. Owns the choice of the shortest readable form.

None of the forms looks like a symbolic predicate: each has a branch, a choice or a mapping by the query's value.
"""

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

import libcst as cst

from tprog.codegen.membership import member
from tprog.codegen.nodes import (
    LINE_LENGTH,
    Statement,
    all_of,
    branch,
    compare,
    lines,
    literal,
    literal_set,
    name,
    returns,
    width,
)
from tprog.ir import FiniteValues

Wanted: TypeAlias = tuple[int, ...]


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
    table = _Table(rows, query, key, queries, keys)
    everything = range(len(rows))
    if len(set(rows)) == 1:
        return table.constant()
    forms = [table.one_line(everything), table.peeled(), table.runs()]
    return min((form for form in forms if form is not None), key=lines)


class _Table:
    """The ways to write a table."""

    def __init__(
        self,
        rows: Sequence[Wanted],
        query: str,
        key: str,
        queries: FiniteValues,
        keys: FiniteValues,
    ) -> None:
        self.rows = rows
        self.query, self.key = query, key
        self.queries, self.keys = queries, keys

    def constant(self) -> list[Statement]:
        """Return a table of equal rows, with a condition that always holds: without it this would be symbolic."""
        always = self.among(range(len(self.rows)))
        if self.rows[0]:
            result = all_of([always, self.wants(self.rows[0])])
            return _fitting(result) or [
                branch(always, [returns(self.wants(self.rows[0]))]),
                returns(literal(False)),
            ]
        return [branch(always, [returns(literal(False))]), returns(literal(False))]

    def peeled(self) -> list[Statement]:
        """Return branches for some groups of equal rows, as many as are needed for the rest to fit on a line."""
        groups: dict[Wanted, list[int]] = {}
        for number, wanted in enumerate(self.rows):
            groups.setdefault(wanted, []).append(number)
        left = list(range(len(self.rows)))
        branches: list[Statement] = []
        while True:
            end = self.one_line(left)
            if end is None and len(groups) == 1:
                # Too long for a line; the formatter breaks it.
                end = [returns(self.wants(self.rows[left[0]]))]
            if end is not None:
                return [*branches, *end]
            # The commonest row stays to the end, where it needs no mention; of the others the empty and large ones go.
            rest = max(groups, key=lambda wanted: len(groups[wanted]))
            wanted = max(
                (wanted for wanted in groups if wanted != rest),
                key=lambda wanted: (not wanted, len(groups[wanted])),
            )
            members = groups.pop(wanted)
            left = [number for number in left if number not in members]
            branches.append(branch(self.among(members), [returns(self.wants(wanted))]))

    def runs(self) -> list[Statement] | None:
        """Return a line for each of several runs of query values, each as long as fits."""
        body: list[Statement] = []
        start = 0
        while start < len(self.rows):
            stop, best = start, None
            while stop < len(self.rows):
                longer = self.one_line(range(start, stop + 1), indent=8)
                if longer is None:
                    break
                best, stop = longer, stop + 1
            if best is None:
                return None
            if stop == len(self.rows):
                return [*body, *best]
            body.append(branch(self.among(range(stop)), best))
            start = stop
        return None

    def one_line(self, numbers: Sequence[int], indent: int = 4) -> list[Statement] | None:
        """Return one line for some query values, the others being settled before; None where none fits."""
        groups = Counter(self.rows[number] for number in numbers)
        if len(groups) == 1:
            (only,) = groups
            return _fitting(self.wants(only), indent)
        result = self.choice(numbers) if len(groups) == 2 else self.mapping(numbers)
        return None if result is None else _fitting(result, indent)

    def choice(self, numbers: Sequence[int]) -> cst.BaseExpression:
        """Return `query in {...} and key == 3`, or `key == (3 if query in {...} else 5)`, for two kinds of rows."""
        groups: dict[Wanted, list[int]] = {}
        for number in numbers:
            groups.setdefault(self.rows[number], []).append(number)
        first, second = sorted(groups, key=lambda wanted: (not wanted, len(groups[wanted])))
        condition = self.among(groups[first])
        if not second:
            return all_of([condition, self.wants(first)])
        if len(first) == len(second) == 1:
            chosen = cst.IfExp(
                condition,
                self.entry(first),
                self.entry(second),
                lpar=[cst.LeftParen()],
                rpar=[cst.RightParen()],
            )
            return compare(name(self.key), (cst.Equal(), chosen))
        return cst.IfExp(condition, self.wants(first), self.wants(second))

    def mapping(self, numbers: Sequence[int]) -> cst.BaseExpression | None:
        """Return `key == (3, 5, 7)[query]` or `key == {"a": 3, "b": 5}.get(query, 7)`.

        None where a mapping would have to say of some query values that they want nothing, and of most that they do.
        """
        several = any(len(self.rows[number]) > 1 for number in numbers)
        if self.queries.values == tuple(numbers):
            # Faster than a dict, since Python makes the tuple once.
            table = cst.Tuple([cst.Element(self.entry(row, several)) for row in self.rows])
            return self.equals(several, _at(table, self.query))
        common = Counter(self.rows[number] for number in numbers)
        rest = max(common, key=lambda wanted: (common[wanted], not wanted))
        listed = [number for number in numbers if self.rows[number] != rest]
        if common[rest] == 1 and rest:
            listed, rest = list(numbers), ()
        elif () in common and rest:
            return None
        pairs = [
            cst.DictElement(
                literal(self.queries.values[number]), self.entry(self.rows[number], several)
            )
            for number in listed
        ]
        if len(listed) == len(numbers):
            return self.equals(several, _at(cst.Dict(pairs), self.query))
        default = [cst.Arg(self.entry(rest, several))] if rest or several else []
        get = cst.Attribute(cst.Dict(pairs), name("get"))
        return self.equals(several, cst.Call(get, [cst.Arg(name(self.query)), *default]))

    def equals(self, several: bool, wanted: cst.BaseExpression) -> cst.BaseExpression:
        """Return `key == wanted`, or `key in wanted` where it is a set."""
        return compare(name(self.key), (cst.In() if several else cst.Equal(), wanted))

    def entry(self, wanted: Wanted, several: bool = False) -> cst.BaseExpression:
        """Return the one wanted key (None for no key), or the set of them."""
        values = [self.keys.values[index] for index in wanted]
        if several:
            return literal_set(values) if values else cst.Tuple([])
        return literal(values[0] if values else None)

    def among(self, numbers: Sequence[int]) -> cst.BaseExpression:
        """Return the condition on the query."""
        return member(self.query, self.queries, numbers)

    def wants(self, wanted: Wanted) -> cst.BaseExpression:
        """Return the condition on the key."""
        return member(self.key, self.keys, wanted) if wanted else literal(False)


def _at(table: cst.BaseExpression, place: str) -> cst.Subscript:
    """Return `table[place]`."""
    return cst.Subscript(table, [cst.SubscriptElement(cst.Index(name(place)))])


def _fitting(result: cst.BaseExpression, indent: int = 4) -> list[Statement] | None:
    """Return a return statement where it fits on one line."""
    fits = indent + len("return ") + width(result) <= LINE_LENGTH
    return [returns(result)] if fits else None
