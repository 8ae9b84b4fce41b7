"""A table as a short chain of decisions. Owns the choice between flat rules and nested ones; refuses to print.

A `Decision` tries its cases in order; each leads to another decision, and the last resort is a plain result.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

from tprog.codegen.cover import cover

# Larger tables of two arguments are grouped by equal rows, without a search for boxes.
SEARCH_UP_TO = 2304


@dataclass(frozen=True, slots=True)
class Condition:
    """Each listed argument has one of some values: `(argument, indices ascending)`, arguments ascending."""

    terms: tuple[tuple[int, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Decision:
    """What to return: the first case whose condition holds decides, else `otherwise` is the result."""

    cases: tuple[tuple[Condition, "Decision"], ...]
    otherwise: int

    @cached_property
    def lines(self) -> int:
        """The number of lines that it takes as code."""
        return 1 + sum(1 + then.lines for _, then in self.cases)


def decide(table: Sequence[int], sizes: Sequence[int]) -> Decision:
    """Return a short decision for a table.

    Args:
        table: results, row-major over the arguments (the last varies fastest).
        sizes: the number of values of each argument.
    """
    return _decide(tuple(table), tuple(enumerate(sizes)))


def _decide(table: tuple[int, ...], arguments: tuple[tuple[int, int], ...]) -> Decision:
    """Return a decision over arguments given as `(number, size)`."""
    if len(set(table)) == 1:
        return Decision((), table[0])
    if len(arguments) == 1:
        return _by_value(table, arguments[0][0])
    attempts = []
    if len(arguments) == 2 and len(table) <= SEARCH_UP_TO:
        attempts.append(_by_boxes(table, arguments))
    attempts += [_by_argument(table, arguments, place) for place in range(len(arguments))]
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


def _by_boxes(table: tuple[int, ...], arguments: tuple[tuple[int, int], ...]) -> Decision:
    """Decide over two arguments by rules that look at both."""
    (first, _), (second, width) = arguments
    boxes, otherwise = cover(
        [table[start : start + width] for start in range(0, len(table), width)]
    )
    cases = []
    for box in boxes:
        terms = [] if box.any_row else [(first, box.rows)]
        terms += [] if box.any_column else [(second, box.columns)]
        cases.append((Condition(tuple(terms)), Decision((), box.value)))
    return Decision(tuple(cases), otherwise)


def _by_argument(
    table: tuple[int, ...], arguments: tuple[tuple[int, int], ...], place: int
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
    decided = {left: _decide(left, rest) for left in groups}
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
