"""Votes stand as aligned matrices."""

import ast
from collections.abc import Sequence

from emitted import block, load
from example_programs import hist_program
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from tprog.codegen import emit
from tprog.codegen.fixed import has_gaps
from tprog.codegen.votes import votes_statements
from tprog.evaluate import predict
from tprog.ir import (
    CategoricalVotes,
    Classifier,
    Domain,
    FiniteValues,
    NumericalVotes,
    Positions,
    Program,
    TextRule,
)
from tprog.reader import read_source


@given(programs())
def test_the_matrices_hold_the_votes(program: Program) -> None:
    """Each table has a row for every value that is not silent, or for every number."""
    found = {}
    for statement in ast.parse(block(votes_statements(program))).body:
        assert isinstance(statement, ast.AnnAssign)
        assert isinstance(statement.target, ast.Name)
        assert statement.value is not None
        found[statement.target.id] = eval(ast.unparse(statement.value), {})
    expected: dict[str, dict[str, object]] = {}
    for vote in program.classifier.votes:
        name = program.names[vote.variable]
        if isinstance(vote, CategoricalVotes):
            values = program.finite_values(vote.variable).values
            rows = zip(values, vote.weights, strict=True)
            kept = {value: row for value, row in rows if any(row) or not has_gaps(program)}
            expected.setdefault("VOTES", {})[name] = kept
        else:
            expected.setdefault("UNIT_VOTES", {})[name] = vote.weights
    assert found == expected


def test_columns_are_aligned_below_their_labels() -> None:
    """Every number ends where its label ends."""
    program = hist_program(("a", "b"), 2)
    votes = (
        CategoricalVotes(0, ((1, 20, 3), (-4, 5, 6), (0, 0, 0))),
        NumericalVotes(2, (100, 0, -1)),
    )
    classifier = Classifier(("x", "long", "y"), votes)
    text = block(votes_statements(Program(program.domain, program.inputs, (), classifier)))
    assert text == (
        "VOTES: dict[str, dict[Any, Sequence[int]]] = {\n"
        '    #           "x"  "long"  "y"\n'
        '    "tokens": {\n'
        '        "<s>": (  1,     20,   3),\n'
        '        "a":   ( -4,      5,   6),\n'
        '        "b":   (  0,      0,   0),\n'
        "    },\n"
        "}\n"
        "UNIT_VOTES: dict[str, Sequence[int]] = {\n"
        '    #        "x"  "long"  "y"\n'
        '    "ones": (100,      0,  -1),\n'
        "}\n"
    )


def test_without_votes_there_is_nothing() -> None:
    """A classifier without votes writes no table."""
    program = hist_program()
    silent = Program(program.domain, program.inputs, (), Classifier(("x",), ()))
    assert votes_statements(silent) == []


def ruled(rows: Sequence[tuple[int, int]]) -> Program:
    """Return a program that votes by a rule with so many values."""
    values = FiniteValues((*(f"w{number}" for number in range(len(rows) - 1)), "other"))
    rule = TextRule("lower", values, len(values) - 1, name="common")
    domain = Domain(("<unk>",), None, unknown="<unk>")
    votes = CategoricalVotes(1, tuple(rows))
    return Program(domain, (Positions(), rule), (), Classifier(("x", "y"), (votes,)))


def test_equal_rows_stand_once_beside_rules() -> None:
    """Values of one row stand behind the first of them, and every number below its label."""
    text = block(votes_statements(ruled([(1, 0)] * 9 + [(-20, 5), (0, 3)])))
    more = "".join(f', "w{number}": votes' for number in range(1, 9))
    assert text == (
        "VOTES: dict[str, dict[Any, Sequence[int]]] = {\n"
        '    #                       "x"  "y"\n'
        '    "common": {\n'
        f'        "w0":    (votes := (  1,   0)){more},\n'
        '        "w9":              (-20,   5),\n'
        '        "other":           (  0,   3)},\n'
        "}\n"
    )


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=2, max_size=30))
def test_shared_rows_read_back(rows: list[tuple[int, int]]) -> None:
    """However many rows are equal, the file means the same votes, to Python and to the reader."""
    program = ruled(rows)
    text = emit(program)
    assert read_source(text) == program
    words = [*map(str, program.finite_values(1).values), "else"]
    for start in range(len(words)):
        assert load(text)(words[start:]) == predict(program, [words[start:]])[0]
