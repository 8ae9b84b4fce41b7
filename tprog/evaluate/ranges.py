"""The ranges of numerical variables. Owns sound upper bounds; refuses to run anything.

Bounds decide how wide an integer must be, so they must hold on every input.
"""

from collections.abc import Iterable

from tprog.ir import (
    Compare,
    Constant,
    FiniteValues,
    KeyIn,
    Naturals,
    NumericalHead,
    Ones,
    Positions,
    Program,
    Table,
    Tokens,
    WordTable,
    predicate_table,
)

# A comparison is only written out as a table where that takes a moment.
LARGEST_TABLE = 1 << 16


def numerical_bounds(program: Program, length: int | None = None) -> dict[int, int | None]:
    """Return for each numerical variable a number that it never exceeds, by interval reasoning.

    `ones` is 1. A head stays within the bound of its value times the most positions that can match: the length of the
    sequence, or fewer where the key shows it (each position stands once, and so does the prefix).

    Args:
        program: a valid Program.
        length: the framed length; by default the greatest of the domain.

    Returns:
        The bound by variable; None where lengths have no end and neither has the number.
    """
    if length is None:
        length = program.domain.context_length
    bounds: dict[int, int | None] = {}
    for number, variable in enumerate(program.variables):
        if isinstance(variable, Ones):
            bounds[number] = 1
        elif isinstance(variable, NumericalHead):
            bound, most = bounds[variable.value], most_matches(program, variable, length)
            if bound == 0 or most == 0:
                bounds[number] = 0
            else:
                bounds[number] = None if bound is None or most is None else bound * most
    return bounds


def most_matches(program: Program, head: NumericalHead, length: int | None) -> int | None:
    """Return a number of positions that one query of a head never exceeds; None where there is no such number."""
    key = program.values[head.key]
    match head.predicate:
        case Constant(holds):
            rows: Iterable[tuple[int, ...]] | None = None if holds else ()
        case Table(table):
            rows = table
        case KeyIn(keys):
            rows = (keys,)
        case Compare(relation):
            query = program.values[head.query]
            if isinstance(query, FiniteValues) and isinstance(key, FiniteValues):
                small = len(query) * len(key) <= LARGEST_TABLE
                rows = predicate_table(head.predicate, query, key).rows if small else None
            else:
                rows = ((0,),) if relation == "==" and isinstance(key, Naturals) else None
    if rows is None:
        return length
    counts = [_row_matches(program, head.key, row, length) for row in set(rows)]
    known = [count for count in counts if count is not None]
    return max(known, default=0) if len(known) == len(counts) else length


def _row_matches(
    program: Program, key: int, row: tuple[int, ...], length: int | None
) -> int | None:
    """Return how many positions can hold one of the wanted keys at once."""
    variable, domain = program.variables[key], program.domain
    if not row:
        return 0
    data = domain.data_slice(len(domain.alphabet))
    match variable:
        case Positions():
            return len(row) if length is None else sum(index < length for index in row)
        case Tokens():
            frame = [*range(data.start), *range(data.stop, len(domain.alphabet))]
            only_frame = all(index in frame for index in row)
        case WordTable(table=table):
            frame = [*table[: data.start], *table[data.stop :]]
            only_frame = set(row).isdisjoint(table[data])
        case _:
            return length
    fixed = sum(value in row for value in frame)
    if only_frame:
        return fixed
    return None if length is None else fixed + length - domain.frame_size
