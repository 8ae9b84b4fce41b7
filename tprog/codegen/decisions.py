"""A table as a short chain of decisions. Owns the choice between flat rules and nested ones; refuses to print.

A `Decision` tries its cases in order; each leads to another decision, and the last resort is a plain result.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

from tprog.codegen.cover import Entries, cover

# Larger tables of two arguments are grouped by equal rows, without a search for boxes.
SEARCH_UP_TO = 2304


@dataclass(frozen=True, slots=True)
class Condition:
    """Each listed argument has one of some values; or two arguments together have one of some pairs of values.

    Attributes:
        terms: `(argument, indices ascending)`, arguments ascending.
        pairs: pairs of indices of the two arguments `pair`; empty where `terms` say it all.
        pair: the two arguments of `pairs`.
    """

    terms: tuple[tuple[int, tuple[int, ...]], ...]
    pairs: tuple[tuple[int, int], ...] = ()
    pair: tuple[int, int] = (0, 1)


@dataclass(frozen=True)
class Decision:
    """What to return: the first case whose condition holds decides, else `otherwise` is the result."""

    cases: tuple[tuple[Condition, "Decision"], ...]
    otherwise: int

    @cached_property
    def lines(self) -> int:
        """The number of lines that it takes as code, where the last case shares a line with `otherwise`."""
        plain = bool(self.cases) and not self.cases[-1][1].cases
        return 1 + sum(1 + then.lines for _, then in self.cases) - 2 * plain


def decide(
    table: Sequence[int], sizes: Sequence[int], listed: Callable[[int, int], int]
) -> Decision:
    """Return a short decision for a table.

    Args:
        table: results, row-major over the arguments (the last varies fastest).
        sizes: the number of values of each argument.
        listed: how many pairs of values of two arguments, given by number, one condition may list.
    """
    return _decide(tuple(table), tuple(enumerate(sizes)), listed)


def _decide(
    table: tuple[int, ...],
    arguments: tuple[tuple[int, int], ...],
    listed: Callable[[int, int], int],
) -> Decision:
    """Return a decision over arguments given as `(number, size)`."""
    if len(set(table)) == 1:
        return Decision((), table[0])
    if len(arguments) == 1:
        return _by_value(table, arguments[0][0])
    attempts = []
    if len(arguments) == 2 and len(table) <= SEARCH_UP_TO:
        attempts.append(_by_boxes(table, arguments, listed))
    attempts += [_by_argument(table, arguments, place, listed) for place in range(len(arguments))]
    return min(attempts, key=lambda decision: decision.lines)


def _by_value(table: tuple[int, ...], argument: int) -> Decision:
    """Decide over one argument: a case for each result but the commonest."""
    groups: dict[int, list[int]] = {}
    for index, value in enumerate(table):
        groups.setdefault(value, []).append(index)
    rest = _commonest(table)
    return Decision(
        tuple(
            (Condition(((argument, tuple(members)),)), Decision((), value))
            for value, members in groups.items()
            if value != rest
        ),
        rest,
    )


def _by_boxes(
    table: tuple[int, ...],
    arguments: tuple[tuple[int, int], ...],
    listed: Callable[[int, int], int],
) -> Decision:
    """Decide over two arguments by rules that look at both."""
    (first, _), (second, width) = arguments
    rows = [table[start : start + width] for start in range(0, len(table), width)]
    rules, otherwise = cover(rows, listed(first, second))
    cases = []
    for rule in rules:
        if isinstance(rule, Entries):
            condition = Condition((), rule.cells, (first, second))
        else:
            terms = [] if rule.any_row else [(first, rule.rows)]
            terms += [] if rule.any_column else [(second, rule.columns)]
            condition = Condition(tuple(terms))
        cases.append((condition, Decision((), rule.value)))
    return Decision(tuple(cases), otherwise)


def _by_argument(
    table: tuple[int, ...],
    arguments: tuple[tuple[int, int], ...],
    place: int,
    listed: Callable[[int, int], int],
) -> Decision:
    """Decide by one argument first: a case for each group of its values that leave the same table."""
    number, size = arguments[place]
    inner = prod(found for _, found in arguments[place + 1 :])
    groups: dict[tuple[int, ...], list[int]] = {}
    for index in range(size):
        left = tuple(
            entry
            for start in range(index * inner, len(table), size * inner)
            for entry in table[start : start + inner]
        )
        groups.setdefault(left, []).append(index)
    rest = (*arguments[:place], *arguments[place + 1 :])
    decided = {left: _decide(left, rest, listed) for left in groups}
    # The longest one comes last, since there it needs no condition of its own.
    last = max(reversed(groups), key=lambda left: (decided[left].lines, len(groups[left])))
    cases = [
        (Condition(((number, tuple(members)),)), decided[left])
        for left, members in groups.items()
        if left != last
    ]
    return Decision((*cases, *decided[last].cases), decided[last].otherwise)


def _commonest(table: Sequence[int]) -> int:
    counts = Counter(table)
    return min(counts, key=lambda value: (-counts[value], value))
