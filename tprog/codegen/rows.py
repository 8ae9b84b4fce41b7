"""Which keys each query value wants, as the body of a function. Owns the grouping of query values into branches.

There is one `if` for each group of query values that want the same keys, so that coverage and breakpoints tell the groups
apart. A table always has a branch, which no symbolic predicate has.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from tprog.codegen.membership import member
from tprog.codegen.nodes import Statement, branch, literal, returns
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
