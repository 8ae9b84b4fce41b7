"""Long literals in packed lines. Owns the places of their line breaks, which the formatter is told to leave alone."""

from collections.abc import Sequence

import libcst as cst

from tprog.codegen.nodes import LINE_LENGTH, comment_lines, literal, name, width
from tprog.ir import Value

INDENT = "    "
OFF, ON = "fmt: off", "fmt: on"


def break_line(indent: str = INDENT, comment: str | None = None) -> cst.ParenthesizedWhitespace:
    """Return a line break inside brackets, with the indent of the next line and a comment line before that."""
    comments = [] if comment is None else [comment]
    return cst.ParenthesizedWhitespace(
        empty_lines=[
            cst.EmptyLine(
                indent=False, whitespace=cst.SimpleWhitespace(INDENT), comment=found.comment
            )
            for found in comment_lines(comments)
        ],
        last_line=cst.SimpleWhitespace(indent),
    )


def separators(widths: Sequence[int]) -> list[cst.Comma]:
    """Return the commas after items of the given widths, with a line break wherever the next would not fit."""
    commas: list[cst.Comma] = []
    used = len(INDENT)
    for number, item in enumerate(widths):
        used += item + 1
        last = number == len(widths) - 1
        if last or used + 1 + widths[number + 1] + 1 > LINE_LENGTH:
            commas.append(cst.Comma(whitespace_after=break_line("" if last else INDENT)))
            used = len(INDENT)
        else:
            commas.append(cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
            used += 1
    return commas


def packed_literal_type(values: Sequence[Value]) -> cst.Subscript:
    """Return `Literal[...]` over several lines."""
    items = [literal(value) for value in values]
    commas = separators([width(item) for item in items])
    return cst.Subscript(
        name("Literal"),
        [
            cst.SubscriptElement(cst.Index(item), comma)
            for item, comma in zip(items, commas, strict=True)
        ],
        lbracket=cst.LeftSquareBracket(whitespace_after=break_line()),
    )


def packed_tuple(values: Sequence[Value]) -> cst.Tuple:
    """Return `(value, ...)` over several lines."""
    items = [literal(value) for value in values]
    commas = separators([width(item) for item in items])
    return cst.Tuple(
        [cst.Element(item, comma) for item, comma in zip(items, commas, strict=True)],
        lpar=[cst.LeftParen(whitespace_after=break_line())],
    )


def packed_dict(entries: Sequence[tuple[Value, Value]]) -> cst.Dict:
    """Return `{key: value, ...}` over several lines."""
    items = [(literal(key), literal(value)) for key, value in entries]
    commas = separators([width(key) + 2 + width(value) for key, value in items])
    return cst.Dict(
        [
            cst.DictElement(key, value, comma=comma)
            for (key, value), comma in zip(items, commas, strict=True)
        ],
        lbrace=cst.LeftCurlyBrace(whitespace_after=break_line()),
    )


def literal_type(values: Sequence[Value]) -> cst.Subscript:
    """Return `Literal[...]` on one line."""
    return cst.Subscript(
        name("Literal"), [cst.SubscriptElement(cst.Index(literal(value))) for value in values]
    )
