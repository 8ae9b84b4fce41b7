"""Validation finds every broken rule that spans nodes, and says where."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from strategies import programs

from tprog.errors import InvalidProgram
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Constant,
    Domain,
    FiniteValues,
    KeyIn,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Ones,
    Operation,
    Positions,
    Program,
    Table,
    TextRule,
    Tokens,
    Votes,
    WordTable,
    check,
    validate,
)

TWO = FiniteValues((0, 1))
YES = Constant(True)
DOMAIN = Domain(("a", "b"), 3)


def program(*operations: Operation, votes: tuple[Votes, ...] = ()) -> Program:
    """Return a Program over tokens, positions and ones (variables 0, 1, 2)."""
    labels = Classifier(("p", "q"), votes)
    return Program(DOMAIN, (Tokens(), Positions(), Ones()), operations, labels)


@given(program=programs(bounded=None))
def test_drawn_programs_are_valid(program: Program) -> None:
    """The strategy draws valid Programs, and checking returns them unchanged."""
    assert validate(program) == []
    assert check(program) is program


@pytest.mark.parametrize(
    ("operation", "place", "reason"),
    [
        (CategoricalHead(3, 0, 0, YES), "operation 0 (CategoricalHead)", "reads variable 3"),
        (CategoricalHead(-1, 0, 0, YES), "operation 0 (CategoricalHead)", "reads variable -1"),
        (CategoricalHead(2, 0, 0, YES), "operation 0 (attn_0_0)", "its query is numerical"),
        (NumericalHead(0, 2, 2, YES), "operation 0 (num_attn_0_0)", "its key is numerical"),
        (CategoricalHead(0, 0, 2, YES), "operation 0 (attn_0_0)", "its value is numerical"),
        (NumericalHead(0, 0, 1, YES), "operation 0 (num_attn_0_0)", "its value is categorical"),
        (
            CategoricalHead(0, 0, 0, Table(((0,),))),
            "operation 0 (attn_0_0)",
            "predicate: 1 rows for 3",
        ),
        (NumericalHead(1, 0, 2, KeyIn((3,))), "operation 0 (num_attn_0_0)", "wants key index 3"),
        (
            CategoricalHead(0, 1, 0, YES, ByScore(((0,) * 4,) * 2)),
            "operation 0 (attn_0_0)",
            "scores do not fit 3 x 4",
        ),
        (
            CategoricalHead(0, 1, 0, YES, ByScore(((0,) * 3,) * 3)),
            "operation 0 (attn_0_0)",
            "scores do not fit 3 x 4",
        ),
        (CategoricalLookup((2,), TWO, (0,)), "operation 0 (mlp_0_0)", "no finite value set"),
        (
            CategoricalLookup((0, 1), TWO, (0,) * 7),
            "operation 0 (mlp_0_0)",
            "7 table entries for 12",
        ),
        (NumericalLookup((2, 1), TWO, (1, 1), (), 0), "operation 0 (num_mlp_0_0)", "not numerical"),
    ],
)
def test_operations_that_do_not_fit(operation: Operation, place: str, reason: str) -> None:
    """Reads come before and have the right kind; tables, predicates and scores have the right size."""
    (problem,) = validate(program(operation))
    assert problem.place == place
    assert reason in problem.reason
    with pytest.raises(InvalidProgram) as raised:
        check(program(operation))
    assert str(problem) in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("vote", "reason"),
    [
        (CategoricalVotes(3, ((0, 0),)), "votes of variable 3, which does not exist"),
        (NumericalVotes(-1, (0, 0)), "votes of variable -1"),
        (CategoricalVotes(0, ((0, 0),)), "1 rows for 3 values"),
        (CategoricalVotes(2, ((0, 0),)), "votes by value, but has no finite value set"),
        (NumericalVotes(0, (0, 0)), "votes per unit, but is not numerical"),
    ],
)
def test_votes_that_do_not_fit(vote: Votes, reason: str) -> None:
    """Votes speak of an existing variable, in the form of its kind."""
    (problem,) = validate(program(votes=(vote,)))
    assert reason in problem.reason


def test_a_variable_votes_once() -> None:
    """Two entries for one variable are a problem."""
    vote = NumericalVotes(2, (0, 0))
    (problem,) = validate(program(votes=(vote, vote)))
    assert (problem.place, problem.reason) == ("classifier (ones)", "votes twice")


def test_endless_positions_need_symbolic_use() -> None:
    """Without a greatest length positions cannot vote, be looked up, or be scored or tabled by."""
    endless = replace(
        program(
            CategoricalLookup((1,), TWO, (0,)),
            CategoricalHead(1, 0, 0, Table(((0,),))),
            CategoricalHead(1, 0, 0, YES, ByScore(((0, 0, 0),))),
            votes=(CategoricalVotes(1, ((0, 0),)),),
        ),
        domain=replace(DOMAIN, max_length=None),
    )
    assert [problem.place for problem in validate(endless)] == [
        "operation 0 (mlp_0_0)",
        "operation 1 (attn_0_0)",
        "operation 2 (attn_0_1)",
        "classifier (positions)",
    ]


def test_inputs_that_do_not_fit() -> None:
    """Tokens, positions and ones stand once; a word table has an entry for each symbol."""
    inputs = (Tokens(), Tokens(), Ones(), WordTable(TWO, (0, 1)))
    found = Program(DOMAIN, inputs, (), Classifier(("x",), ()))
    assert [str(problem) for problem in validate(found)] == [
        "inputs: Tokens stands more than once",
        "input 3 (word_0): 2 table entries for 3 symbols",
    ]


def test_labels_are_forced_at_existing_ends() -> None:
    """A label cannot be forced at a prefix or suffix that the domain lacks."""
    found = program()
    forced = replace(found, classifier=replace(found.classifier, first="<s>", last="</s>"))
    assert [str(problem) for problem in validate(forced)] == [
        "classifier: forces a label at a suffix that does not exist"
    ]


def test_all_problems_are_told_at_once() -> None:
    """The error of a bad Program lists everything that is wrong."""
    bad = program(
        CategoricalHead(2, 0, 0, YES),
        CategoricalLookup((0,), TWO, (0,)),
        votes=(NumericalVotes(0, (0, 0)),),
    )
    with pytest.raises(InvalidProgram, match=r"query is numerical; .*table entries.*; .*per unit"):
        check(bad)


NUMPY: Any = np.int64(1)
FLOAT: Any = 1.0


@pytest.mark.parametrize(
    ("bad", "place"),
    [
        (program(votes=(NumericalVotes(2, (1, NUMPY)),)), "classifier"),
        (program(votes=(CategoricalVotes(0, ((0, 0), (0, FLOAT), (0, 0))),)), "classifier"),
        (program(CategoricalLookup((0,), TWO, (0, NUMPY, 0))), "variable 3 (mlp_0_0)"),
        (program(CategoricalHead(0, 0, 0, Table(((NUMPY,), (), ())))), "variable 3 (attn_0_0)"),
        (
            replace(program(), inputs=(TextRule("shape", FiniteValues(("x",)), NUMPY - 1),)),
            "variable 0 (shape_0)",
        ),
    ],
)
def test_numbers_are_plain_integers(bad: Program, place: str) -> None:
    """Numbers of NumPy and fractions are refused: they would be printed as such, and may overflow."""
    (problem,) = validate(bad)
    assert problem.place == place
    assert "make it a plain number" in problem.reason
