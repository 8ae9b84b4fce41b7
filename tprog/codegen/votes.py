"""The classifier's votes as aligned matrices, in lines that the formatter leaves alone. `tprog.reader.votes` reads them.

Where a Program has rules on the text of words and it saves some lines, values with equal votes share a row: `"a": (votes := (1, 0)), "the": votes,`.
"""

from collections.abc import Sequence
from typing import TypeAlias

from tprog.codegen.fixed import SHARED, has_gaps, literal_text, quoted, written_short
from tprog.codegen.nodes import Packed, parsed
from tprog.ir import CategoricalVotes, NumericalVotes, Program

_INDENT = " " * 4
_NAMED = f"({SHARED} := "
FEWEST_SHARED = 8
"""Values share rows where that saves so many lines. With fewer, a row for each value is easier to read and to change."""


# Rows of votes with the values that have them, as texts.
_Table: TypeAlias = Sequence[tuple[tuple[str, ...], Sequence[int]]]


def votes_statements(program: Program) -> list[Packed]:
    """Return `VOTES` (a row for each value, see `has_gaps`) and `UNIT_VOTES` (per unit of a number), as far as there are any."""
    classifier = program.classifier
    categorical = [vote for vote in classifier.votes if isinstance(vote, CategoricalVotes)]
    numerical = [vote for vote in classifier.votes if isinstance(vote, NumericalVotes)]
    rows = [row for vote in categorical for row in vote.weights]
    rows += [vote.weights for vote in numerical]
    labels = [quoted(label) for label in classifier.labels]
    columns = [
        max(len(cell) for cell in (label, *(str(row[number]) for row in rows)))
        for number, label in enumerate(labels)
    ]
    statements: list[Packed] = []
    gaps = has_gaps(program)
    if categorical:
        tables = [
            (program.names[vote.variable], _keyed(program, vote, gaps)) for vote in categorical
        ]
        grouped = [(title, _grouped(table)) for title, table in tables]
        saved = sum(len(table) for _, table in tables) - sum(len(table) for _, table in grouped)
        if saved >= FEWEST_SHARED and written_short(program):
            tables = grouped
        margin = max((len(keys[0]) for _, table in tables for keys, _ in table), default=0)
        named = len(_NAMED) * any(len(keys) > 1 for _, table in tables for keys, _ in table)
        lines = [_header(labels, columns, 2 * len(_INDENT) + margin + named)]
        for title, table in tables:
            lines.append(f"{_INDENT}{quoted(title)}: {{")
            lines += _rows(table, margin, named, columns, 2 * _INDENT)
            if written_short(program):
                lines[-1] = f"{lines[-1][:-1]}}},"
            else:
                lines.append(f"{_INDENT}}},")
        statements.append(_definition("VOTES: dict[str, dict[Any, Sequence[int]]]", lines))
    if numerical:
        table = [((quoted(program.names[vote.variable]),), vote.weights) for vote in numerical]
        margin = max(len(keys[0]) for keys, _ in table)
        lines = [_header(labels, columns, len(_INDENT) + margin)]
        lines += _rows(table, margin, 0, columns, _INDENT)
        statements.append(_definition("UNIT_VOTES: dict[str, Sequence[int]]", lines))
    return statements


def _keyed(program: Program, vote: CategoricalVotes, gaps: bool) -> _Table:
    values = program.finite_values(vote.variable).values
    rows = zip(values, vote.weights, strict=True)
    return [((literal_text(value),), row) for value, row in rows if any(row) or not gaps]


def _grouped(table: _Table) -> _Table:
    """Return a table in which each row stands once, where the first value that has it stood."""
    groups: dict[Sequence[int], tuple[str, ...]] = {}
    for keys, row in table:
        groups[row] = (*groups.get(row, ()), *keys)
    return [(keys, row) for row, keys in groups.items()]


def _definition(annotated: str, lines: Sequence[str]) -> Packed:
    return Packed(parsed("\n".join([f"{annotated} = {{", *lines, "}"])))


def _header(labels: Sequence[str], columns: Sequence[int], margin: int) -> str:
    """Return the comment that names the columns, which begin after a margin, a colon, a space and a bracket."""
    cells = [label.rjust(column) for label, column in zip(labels, columns, strict=True)]
    start = f"{_INDENT}# "
    return start + (" " * (margin + len(": (") - len(start)) + "  ".join(cells)).rstrip()


def _rows(table: _Table, margin: int, named: int, columns: Sequence[int], indent: str) -> list[str]:
    """Return `key: (1, -20, 3),` for each row, with every number at the right end of its column; `named` is the width of a row's name."""
    lines = []
    for keys, weights in table:
        cells = [str(weight).rjust(column) for weight, column in zip(weights, columns, strict=True)]
        row = f"({', '.join(cells)}{',' * (len(cells) == 1)})"
        shared = "".join(f", {key}: {SHARED}" for key in keys[1:])
        row = f"{_NAMED}{row}){shared}" if shared else " " * named + row
        lines.append(f"{indent}{(keys[0] + ':').ljust(margin + 2)}{row},")
    return lines
