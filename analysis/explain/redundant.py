"""What a Program could do without, and where that stands in its file.

Everything here is found as the sound passes of `tprog.analysis.simplify` find it, so it holds on every input of any length.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from tprog.analysis.measure.sizes import live_variables
from tprog.analysis.simplify.passes.dataflow import duplicates
from tprog.analysis.simplify.passes.operations import narrowed
from tprog.analysis.simplify.possible import Possible, possible
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    NumericalHead,
    NumericalLookup,
    Operation,
    Program,
    Table,
)

Kind: TypeAlias = Literal["dead", "duplicate", "alias", "constant", "unreachable", "unused"]


@dataclass(frozen=True, slots=True)
class Redundant:
    """Something that a Program could do without.

    Attributes:
        kind: `dead`: no vote depends on it; `duplicate` of an earlier part; `alias` of what it copies; `constant`;
            `unreachable` rows, entries or boxes; an `unused` argument or query.
        part: the name of the part.
        what: what can go, in a few words.
        lines: the first and last line of the part in its file; None where there is no file.
    """

    kind: Kind
    part: str
    what: str
    lines: tuple[int, int] | None


def redundant_parts(program: Program, source: str | None = None) -> tuple[Redundant, ...]:
    """Return what can go, in the order of the parts.

    Args:
        program: a valid Program.
        source: the text of its file, to which lines refer.
    """
    lines = _lines(source)
    live, twins, found = live_variables(program), duplicates(program), possible(program)
    found_parts: list[Redundant] = []
    for number, operation in enumerate(program.operations, len(program.inputs)):
        part = program.names[number]
        own: list[tuple[Kind, str]]
        if number not in live:
            own = [("dead", "no vote depends on it")]
        elif number in twins:
            own = [("duplicate", f"the same as {program.names[twins[number]]}")]
        elif number in found.selves:
            own = [("alias", f"always {program.names[operation.reads[-1]]} itself")]
        else:
            own = list(_within(program, number, operation, found))
        found_parts += [Redundant(kind, part, what, lines.get(part)) for kind, what in own]
    return tuple(found_parts)


def _within(
    program: Program, number: int, operation: Operation, found: Possible
) -> Iterator[tuple[Kind, str]]:
    """Yield what can go within a part that stays."""
    values = found.anywhere(number)
    numbers = found.numbers.get(number)
    if (values is not None and values.sum() == 1) or (numbers and numbers[0] == numbers[1]):
        yield "constant", "always the same"
        return
    match operation:
        case CategoricalHead(predicate=Table(rows)) | NumericalHead(predicate=Table(rows)):
            asked, held = found.anywhere(operation.query), found.anywhere(operation.key)
            if asked is not None and not asked.all():
                yield "unreachable", f"{_never(int((~asked).sum()), 'query', 'queries')}"
            if held is not None:
                never = {key for row in rows for key in row if not held[key]}
                if never:
                    yield "unreachable", f"{_never(len(never), 'wanted key')}"
        case CategoricalLookup():
            never_read = int((~found.entries[number]).sum())
            if never_read:
                yield "unreachable", _never(never_read, "entry", "entries")
        case NumericalLookup(rectangles=boxes):
            missed = int((~np.array(found.boxes[number])).sum())
            if missed and boxes:
                yield "unreachable", _never(missed, "branch", "branches")
        case _:
            pass
    if isinstance(operation, CategoricalLookup | NumericalLookup):
        kept = narrowed(program, operation).reads
        unused = [program.names[read] for read in operation.reads if read not in kept]
        for name in dict.fromkeys(unused):
            yield "unused", f"does not depend on {name}"


def _never(count: int, noun: str, plural: str = "") -> str:
    verb = "occurs" if count == 1 else "occur"
    return f"{count} {noun if count == 1 else plural or noun + 's'} never {verb}"


def _lines(source: str | None) -> dict[str, tuple[int, int]]:
    """Return the first and last line of every function of a file."""
    if source is None:
        return {}
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return {}
    return {
        statement.name: (statement.lineno, statement.end_lineno or statement.lineno)
        for statement in body
        if isinstance(statement, ast.FunctionDef)
    }
