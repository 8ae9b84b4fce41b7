"""The classifier's votes as aligned matrices. Owns their layout, which the formatter leaves alone."""

from collections.abc import Iterable, Sequence

import libcst as cst

from tprog.codegen.lines import quoted
from tprog.codegen.nodes import Statement, literal, name, width
from tprog.codegen.packed import break_line
from tprog.ir import CategoricalVotes, NumericalVotes, Program

_ROW = " " * 8


def votes_statements(program: Program) -> list[Statement]:
    """Return `VOTES` (a row for each value) and `UNIT_VOTES` (per unit of a number), as far as there are any."""
    classifier = program.classifier
    categorical = [vote for vote in classifier.votes if isinstance(vote, CategoricalVotes)]
    numerical = [vote for vote in classifier.votes if isinstance(vote, NumericalVotes)]
    rows = [row for vote in categorical for row in vote.weights]
    rows += [vote.weights for vote in numerical]
    labels = [quoted(label) for label in classifier.labels]
    columns = [
        max(len(label), *(len(str(row[number])) for row in rows)) if rows else 0
        for number, label in enumerate(labels)
    ]
    statements: list[Statement] = []
    if categorical:
        statements.append(_categorical(program, categorical, labels, columns))
    if numerical:
        statements.append(_numerical(program, numerical, labels, columns))
    return statements


def _categorical(
    program: Program, votes: Sequence[CategoricalVotes], labels: list[str], columns: list[int]
) -> Statement:
    keys = [
        [literal(value) for value in program.finite_values(vote.variable).values] for vote in votes
    ]
    margin = max(width(key) for found in keys for key in found) + len(": ")
    tables = []
    for vote, found in zip(votes, keys, strict=True):
        rows = [_row(weights, columns) for weights in vote.weights]
        table = _lines(
            [(key, row) for key, row in zip(found, rows, strict=True)], margin, _ROW, "    "
        )
        tables.append((literal(program.names[vote.variable]), table))
    header = " " * (len(_ROW) - len("    # ") + margin + 1) + _aligned(labels, columns)
    kind = "dict[str, dict[Any, Sequence[int]]]"
    return _definition("VOTES", kind, _lines(tables, 0, "    ", "", header))


def _numerical(
    program: Program, votes: Sequence[NumericalVotes], labels: list[str], columns: list[int]
) -> Statement:
    keys = [literal(program.names[vote.variable]) for vote in votes]
    margin = max(map(width, keys)) + len(": ")
    rows = [(key, _row(vote.weights, columns)) for key, vote in zip(keys, votes, strict=True)]
    header = " " * (margin - 1) + _aligned(labels, columns)
    kind = "dict[str, Sequence[int]]"
    return _definition("UNIT_VOTES", kind, _lines(rows, margin, "    ", "", header))


def _definition(title: str, kind: str, value: cst.Dict) -> Statement:
    annotation = cst.Annotation(cst.parse_expression(kind))
    return cst.SimpleStatementLine([cst.AnnAssign(name(title), annotation, value)])


def _aligned(cells: Iterable[str], columns: Sequence[int]) -> str:
    return "  ".join(
        cell.rjust(column) for cell, column in zip(cells, columns, strict=True)
    ).rstrip()


def _row(weights: Sequence[int], columns: Sequence[int]) -> cst.Tuple:
    """Return `(1, -20, 3)` with every number at the right end of its column."""
    pads = [
        cst.SimpleWhitespace(" " * (column - len(str(weight))))
        for weight, column in zip(weights, columns, strict=True)
    ]
    last = len(weights) - 1
    cells = [
        cst.Element(
            literal(weight),
            cst.Comma(whitespace_after=cst.SimpleWhitespace(" " + pads[number + 1].value))
            if number < last
            else (cst.Comma() if last == 0 else cst.MaybeSentinel.DEFAULT),
        )
        for number, weight in enumerate(weights)
    ]
    return cst.Tuple(cells, lpar=[cst.LeftParen(whitespace_after=pads[0])])


def _lines(
    entries: Sequence[tuple[cst.BaseExpression, cst.BaseExpression]],
    margin: int,
    indent: str,
    outdent: str,
    header: str | None = None,
) -> cst.Dict:
    """Return a dict with a line for each entry, the values of which begin `margin` characters after their keys."""
    last = len(entries) - 1
    return cst.Dict(
        [
            cst.DictElement(
                key,
                value,
                whitespace_after_colon=cst.SimpleWhitespace(" " * max(margin - width(key) - 1, 1)),
                comma=cst.Comma(whitespace_after=break_line(outdent if number == last else indent)),
            )
            for number, (key, value) in enumerate(entries)
        ],
        lbrace=cst.LeftCurlyBrace(whitespace_after=break_line(indent, header)),
    )
