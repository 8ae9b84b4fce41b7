"""Votes stand as aligned matrices."""

import ast

from emitted import block
from example_programs import hist_program
from hypothesis import given
from strategies import programs

from tprog.codegen.fixed import has_gaps
from tprog.codegen.votes import votes_statements
from tprog.ir import CategoricalVotes, Classifier, NumericalVotes, Program


@given(programs())
def test_the_matrices_hold_the_votes(program: Program) -> None:
    """Each table is a literal with a row for every value that is not silent, or for every number."""
    found = {}
    for statement in ast.parse(block(votes_statements(program))).body:
        assert isinstance(statement, ast.AnnAssign)
        assert isinstance(statement.target, ast.Name)
        assert statement.value is not None
        found[statement.target.id] = ast.literal_eval(statement.value)
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
