"""The classifier's votes as aligned matrices, in lines that the formatter leaves alone. `tprog.reader.votes` reads them."""

from collections.abc import Sequence

from tprog.codegen.fixed import has_gaps, literal_text, quoted
from tprog.codegen.nodes import Packed, parsed
from tprog.ir import CategoricalVotes, NumericalVotes, Program

_INDENT = " " * 4


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
        margin = max((len(key) for _, table in tables for key, _ in table), default=0)
        lines = [_header(labels, columns, 2 * len(_INDENT) + margin)]
        for title, table in tables:
            lines.append(f"{_INDENT}{quoted(title)}: {{")
            lines += _rows(table, margin, columns, 2 * _INDENT)
            lines.append(f"{_INDENT}}},")
        statements.append(_definition("VOTES: dict[str, dict[Any, Sequence[int]]]", lines))
    if numerical:
        table = [(quoted(program.names[vote.variable]), vote.weights) for vote in numerical]
        margin = max(len(key) for key, _ in table)
        lines = [_header(labels, columns, len(_INDENT) + margin)]
        lines += _rows(table, margin, columns, _INDENT)
        statements.append(_definition("UNIT_VOTES: dict[str, Sequence[int]]", lines))
    return statements


def _keyed(program: Program, vote: CategoricalVotes, gaps: bool) -> list[tuple[str, Sequence[int]]]:
    values = program.finite_values(vote.variable).values
    rows = zip(values, vote.weights, strict=True)
    return [(literal_text(value), row) for value, row in rows if any(row) or not gaps]


def _definition(annotated: str, lines: Sequence[str]) -> Packed:
    return Packed(parsed("\n".join([f"{annotated} = {{", *lines, "}"])))


def _header(labels: Sequence[str], columns: Sequence[int], margin: int) -> str:
    """Return the comment that names the columns, which begin after a margin, a colon, a space and a bracket."""
    cells = [label.rjust(column) for label, column in zip(labels, columns, strict=True)]
    start = f"{_INDENT}# "
    return start + (" " * (margin + len(": (") - len(start)) + "  ".join(cells)).rstrip()


def _rows(
    table: Sequence[tuple[str, Sequence[int]]], margin: int, columns: Sequence[int], indent: str
) -> list[str]:
    """Return `key: (1, -20, 3),` for each row, with every number at the right end of its column."""
    lines = []
    for key, weights in table:
        cells = [str(weight).rjust(column) for weight, column in zip(weights, columns, strict=True)]
        row = f"({', '.join(cells)}{',' * (len(cells) == 1)})"
        lines.append(f"{indent}{(key + ':').ljust(margin + 2)}{row},")
    return lines
