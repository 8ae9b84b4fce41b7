"""Packed literals keep every line within the formatter's width and every value in its place."""

import ast

import libcst as cst
from emitted import block, code
from hypothesis import given
from hypothesis import strategies as st

from tprog.codegen.nodes import LINE_LENGTH, assign, name
from tprog.codegen.packed import (
    literal_type,
    packed_dict,
    packed_literal_type,
    packed_tuple,
    separators,
)

words = st.lists(
    st.text(st.characters(codec="ascii"), max_size=6), min_size=2, max_size=80, unique=True
)


@given(words)
def test_packed_literals_evaluate_to_their_values(values: list[str]) -> None:
    """Tuples, dicts and types hold what they were given, in order, on lines that fit."""
    entries = [(value, number) for number, value in enumerate(values)]
    for node, expected in (
        (packed_tuple(values), tuple(values)),
        (packed_dict(entries), dict(entries)),
    ):
        text = block([assign(name("NAME"), node)])
        assert ast.literal_eval(code(node)) == expected
        assert all(len(line) <= LINE_LENGTH for line in text.splitlines())
    written = ast.parse(code(packed_literal_type(values)), mode="eval").body
    assert isinstance(written, ast.Subscript)
    assert ast.dump(written) == ast.dump(ast.parse(code(literal_type(values)), mode="eval").body)


def test_lines_are_full() -> None:
    """A line is broken only where the next item would not fit."""
    commas = separators([10] * 20)
    breaks = [number for number, comma in enumerate(commas) if "\n" in code_of(comma)]
    assert breaks == [6, 13, 19]


def code_of(comma: cst.Comma) -> str:
    """Return the source of a comma."""
    return cst.Module([]).code_for_node(comma)
