"""How long a Program is as a file. Owns the estimate that passes go by; refuses to write the file.

Writing and formatting a file takes a second, so passes compare these estimates, which are the lines that
`tprog.codegen` writes unless a line grows too long.
"""

from functools import lru_cache
from typing import NamedTuple

from tprog.codegen.attending import needed_functions
from tprog.codegen.decisions import decide
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    FiniteValues,
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
    lines += ALIASES if any(_is_head(found) for found in program.operations) else 0
    lines += len(program.inputs)
    lines += any(isinstance(vote, NumericalVotes) for vote in program.classifier.votes)
    odd = 0
    for operation in program.operations:
        lines += operation_lines(program, operation)
        odd += odd_entries(operation)
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
            if not isinstance(operation.predicate, Table):
                return AROUND + 1 + scores
            groups = len(set(operation.predicate.rows))
            return AROUND + scores + (3 if groups == 1 else 2 * groups - 1)
        case CategoricalLookup():
            sizes = tuple(
                len(found)
                for read in operation.arguments
                if isinstance(found := program.values[read], FiniteValues)
            )
            return AROUND + table_lines(operation.table, sizes)
        case NumericalLookup(rectangles=boxes):
            return AROUND + (2 * len(boxes) if boxes else 1)


@lru_cache(maxsize=1 << 16)
def table_lines(table: tuple[int, ...], sizes: tuple[int, ...]) -> int:
    """Return how many lines the body of a categorical look-up takes."""
    return decide(table, sizes, lambda first, second: PAIRS).lines


def odd_entries(operation: Operation) -> int:
    """Return how many rows, entries or boxes differ from the commonest one."""
    match operation:
        case CategoricalHead(predicate=Table(rows)) | NumericalHead(predicate=Table(rows)):
            counts = [rows.count(row) for row in set(rows)]
            # A table is longer than any symbolic form of it.
            return 1 + sum(counts) - max(counts)
        case CategoricalLookup(table=table, arguments=arguments):
            counts = [table.count(value) for value in set(table)]
            return sum(counts) - max(counts) + len(arguments)
        case NumericalLookup(rectangles=boxes, arguments=arguments, caps=caps):
            return len(boxes) + len(arguments) + sum(caps)
        case _:
            return 0


def _is_head(operation: Operation) -> bool:
    return isinstance(operation, CategoricalHead | NumericalHead)
