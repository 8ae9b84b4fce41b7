"""How long a Program is as a file: estimates that passes go by, since writing and formatting a file takes a second.

They are the lines that `tprog.codegen` writes unless a line grows too long.
"""

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from tprog.codegen.decisions import decide
from tprog.codegen.fixed import needed_functions
from tprog.codegen.formulas import formula_of
from tprog.evaluate.comparisons import best_comparison
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    FiniteValues,
    Head,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Operation,
    Program,
    Table,
)

# A function has two blank lines before it and its `def`, and a line in `run` that calls it.
AROUND = 4
# Lines of the runtime functions, with the blank lines before them.
RUNTIME = {
    "attend": 9,
    "attend_past": 9,
    "attend_ranked": 9,
    "attend_ranked_past": 10,
    "attend_first": 6,
    "attend_first_past": 9,
    "attend_best": 13,
    "attend_best_past": 13,
    "count": 6,
    "count_past": 6,
}
# The aliases `Head` and `Column`.
ALIASES = 2
# A name of the usual length.
PLACEHOLDER = "attn_0_0_q"
# So many pairs of values fit on a line.
PAIRS = 6


class Cost(NamedTuple):
    """The size of a Program; tuples are compared in order, so lines come first.

    Attributes:
        lines: estimated lines, less what every file has and less the votes.
        modules: operations.
        odd: rows of predicates, entries and boxes that differ from the commonest of their table.
        votes: weights that are not 0.
        weight: the sum of their sizes.
    """

    lines: int
    modules: int
    odd: int
    votes: int
    weight: int


def cost(program: Program) -> Cost:
    """Return the size of a Program."""
    functions = needed_functions(program)
    lines = sum(RUNTIME.get(function, 8) for function in functions)
    lines += (
        ALIASES
        if any(isinstance(f, CategoricalHead | NumericalHead) for f in program.operations)
        else 0
    )
    lines += len(program.inputs)
    lines += any(isinstance(vote, NumericalVotes) for vote in program.classifier.votes)
    odd = 0
    for operation in program.operations:
        lines += operation_lines(program, operation)
        odd += odd_entries(program, operation)
    rows = [
        row
        for vote in program.classifier.votes
        for row in (vote.weights if isinstance(vote, CategoricalVotes) else (vote.weights,))
    ]
    votes = sum(1 for row in rows for weight in row if weight)
    weight = sum(abs(weight) for row in rows for weight in row)
    return Cost(lines, len(program.operations), odd, votes, weight)


def operation_lines(program: Program, operation: Operation) -> int:
    """Return about how many lines an operation takes."""
    match operation:
        case CategoricalHead() | NumericalHead():
            scores = 0
            if isinstance(operation, CategoricalHead) and isinstance(operation.tie, ByScore):
                scores = 2 + len(operation.tie.scores)
            return AROUND + scores + predicate_size(program, operation)[0]
        case CategoricalLookup():
            sizes = tuple(
                len(found)
                for read in operation.arguments
                if isinstance(found := program.values[read], FiniteValues)
            )
            return AROUND + table_lines(operation.table, sizes)
        case NumericalLookup(rectangles=boxes):
            return AROUND + _box_lines(operation if len(boxes) > 1 else None, len(boxes))


@lru_cache(maxsize=1 << 16)
def table_lines(table: tuple[int, ...], sizes: tuple[int, ...]) -> int:
    """Return how many lines the body of a categorical look-up takes."""
    return decide(table, sizes, lambda first, second: PAIRS).lines


@lru_cache(maxsize=1 << 12)
def _box_lines(lookup: NumericalLookup | None, boxes: int) -> int:
    """Return how many lines the body of a numerical look-up takes; fewer where it is written as a formula."""
    if lookup is not None:
        places = [f"number_{place}" for place in range(len(lookup.arguments))]
        formula = formula_of(lookup, places)
        if formula is not None:
            return 2
    return max(2 * boxes, 1)


def predicate_size(program: Program, head: Head) -> tuple[int, int]:
    """Return how many lines a predicate takes, and how many of its rows have to be told apart."""
    if not isinstance(head.predicate, Table):
        return 1, 0
    sets = (program.finite_values(head.query), program.finite_values(head.key))
    return _table_size(head.predicate.rows, *sets)


@lru_cache(maxsize=1 << 14)
def _table_size(
    rows: tuple[tuple[int, ...], ...], queries: FiniteValues, keys: FiniteValues
) -> tuple[int, int]:
    # LibCST is loaded only where a table is written.
    from tprog.codegen.nodes import lines
    from tprog.codegen.predicates import comparable, predicate_body

    counts = Counter(rows)
    body = predicate_body(Table(rows), PLACEHOLDER, "key", queries, keys)
    odd = 1 + len(rows) - max(counts.values())
    found = best_comparison(rows, queries, keys)
    # A table is longer than any symbolic form of it.
    if found is not None and found[1] and comparable(queries, keys):
        odd = min(odd, 1 + len(found[1]))
    return lines(body) + 1, odd


def odd_entries(program: Program, operation: Operation) -> int:
    """Return how many rows, entries or boxes have to be told apart."""
    match operation:
        case CategoricalHead() | NumericalHead():
            return predicate_size(program, operation)[1]
        case CategoricalLookup(table=table, arguments=arguments):
            counts = [table.count(value) for value in set(table)]
            return sum(counts) - max(counts) + len(arguments)
        case NumericalLookup(rectangles=boxes, arguments=arguments, caps=caps):
            return len(boxes) + len(arguments) + sum(caps)
