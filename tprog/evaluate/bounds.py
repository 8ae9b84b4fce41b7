"""Upper bounds of numerical variables.

Bounds decide how wide an integer must be, so they must hold on every input.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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


def numerical_bounds(
    program: Program, length: int | None = None, patched: Mapping[int, int] | None = None
) -> dict[int, int | None]:
    """Return for each numerical variable a number that it never exceeds, by interval reasoning; None where there is none.

    `ones` is 1. A head stays within the bound of its value times the most positions that can match: the framed length (by default
    the domain's greatest), or fewer where the key shows it (each position stands once, and so does the prefix). Variables that are
    `patched` at values which the Program need not reach come with their greatest entry: a bound is no less than that, and where a
    key is patched, every position can match.
    """
    if length is None:
        length = program.domain.context_length
    bounds: dict[int, int | None] = {}
    patched = patched or {}
    for number, variable in enumerate(program.variables):
        if isinstance(variable, Ones):
            bounds[number] = 1
        elif isinstance(variable, NumericalHead):
            bound = bounds[variable.value]
            most = length if variable.key in patched else most_matches(program, variable, length)
            if bound == 0 or most == 0:
                bounds[number] = 0
            else:
                bounds[number] = None if bound is None or most is None else bound * most
        known = bounds.get(number)
        if known is not None and number in patched:
            bounds[number] = max(known, patched[number])
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
    room = _room(program, head.key)
    counts = [_row_matches(row, room, length) for row in set(rows)]
    known = [count for count in counts if count is not None]
    return max(known, default=0) if len(known) == len(counts) else length


@dataclass(frozen=True, slots=True)
class _Room:
    """Where the values of a key can stand.

    Attributes:
        frame: the values at prefix and suffix.
        data: the values that any number of data positions can hold; None where nothing is known.
        once: whether every value stands at most once, at the position of its number.
    """

    frame: tuple[int, ...]
    data: frozenset[int] | None
    once: bool


def _room(program: Program, key: int) -> _Room:
    variable, size = program.variables[key], len(program.domain.alphabet)
    match variable:
        case Positions():
            return _Room((), None, once=True)
        case Tokens():
            table = tuple(range(size))
        case WordTable(table=table):
            pass
        case _:
            return _Room((), None, once=False)
    data = program.domain.data_slice(size)
    return _Room(table[: data.start] + table[data.stop :], frozenset(table[data]), once=False)


def _row_matches(row: tuple[int, ...], room: _Room, length: int | None) -> int | None:
    """Return how many positions can hold one of the wanted keys at once."""
    if not row:
        return 0
    if room.once:
        return len(row) if length is None else sum(index < length for index in row)
    if room.data is None:
        return length
    fixed = sum(value in row for value in room.frame)
    if room.data.isdisjoint(row):
        return fixed
    return None if length is None else fixed + length - len(room.frame)
