"""A Program knows its variables, their values, names and layers, and runs."""

from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from strategies import programs

from tprog.errors import BadInput
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Compare,
    Constant,
    Domain,
    FiniteValues,
    Integers,
    Naturals,
    NumericalHead,
    NumericalLookup,
    Ones,
    Positions,
    Program,
    Provenance,
    TextRule,
    Tokens,
    WordTable,
)

TWO = FiniteValues((0, 1))
TEXTS = FiniteValues(("x", "y"))
DOMAIN = Domain(("a", "b"), 3)
PROGRAM = Program(
    DOMAIN,
    (Tokens(), Positions(), Ones(), WordTable(TWO, (0, 1, 1)), TextRule("lower", TEXTS, 0)),
    (
        CategoricalHead(0, 0, 1, Constant(True)),
        CategoricalHead(0, 0, 5, Compare("==")),
        NumericalHead(0, 0, 2, Compare("==")),
        CategoricalLookup((3,), TEXTS, (0, 1)),
        NumericalLookup((7,), TWO, (2,), (), 0),
    ),
    Classifier(("p", "q"), (CategoricalVotes(0, ((0, 0), (1, 0), (0, 1))),)),
)


def test_variables_are_inputs_then_operations() -> None:
    """Indices refer to the inputs followed by the operations."""
    assert PROGRAM.variables == (*PROGRAM.inputs, *PROGRAM.operations)
    assert len(PROGRAM.names) == len(PROGRAM.variables) == len(PROGRAM.values)


def test_values_follow_the_kind() -> None:
    """A head has the values of what it copies, through any number of heads."""
    positions = FiniteValues((0, 1, 2, 3))
    assert PROGRAM.values == (
        *(FiniteValues(("<s>", "a", "b")), positions, Integers(), TWO, TEXTS),
        *(positions, positions, Integers(), TEXTS, TWO),
    )
    endless = replace(PROGRAM, domain=replace(DOMAIN, max_length=None))
    assert endless.values[1] == endless.values[5] == endless.values[6] == Naturals()


def test_finite_values_of_a_variable() -> None:
    """A categorical variable has finite values; asking a numerical one is a programming error."""
    assert PROGRAM.finite_values(3) == TWO
    for variable in (2, 7):
        with pytest.raises(TypeError):
            PROGRAM.finite_values(variable)


def test_equality_ignores_what_is_for_people() -> None:
    """Names, notes, layers and provenance do not count; structure does."""
    dressed = replace(
        PROGRAM,
        operations=(
            replace(PROGRAM.operations[0], name="a", notes=("n",), layer=2),
            *PROGRAM.operations[1:],
        ),
        provenance=Provenance("title", "sort", ("fact",)),
    )
    assert dressed == PROGRAM
    assert hash(dressed) == hash(PROGRAM)
    assert dressed.provenance.task == "sort"
    assert replace(PROGRAM, operations=PROGRAM.operations[:4]) != PROGRAM


@given(program=programs(bounded=None))
def test_programs_can_be_kept_in_sets(program: Program) -> None:
    """Equal Programs hash alike, also after names and layers were worked out."""
    copy = replace(program, provenance=Provenance())
    assert program.names == copy.names
    assert {program} == {copy}


def test_programs_do_not_change() -> None:
    """A Program is immutable."""
    name = "domain"
    with pytest.raises(FrozenInstanceError):
        setattr(PROGRAM, name, DOMAIN)


def test_causal_programs_look_back_alone() -> None:
    """A Program is causal where all heads are and outputs are not pooled."""
    heads = tuple(
        replace(operation, causal=True)
        if isinstance(operation, CategoricalHead | NumericalHead)
        else operation
        for operation in PROGRAM.operations
    )
    causal = replace(PROGRAM, operations=heads)
    assert not PROGRAM.causal
    assert causal.causal
    assert not replace(causal, classifier=replace(causal.classifier, pooled=True)).causal


@given(program=programs(causal=True, max_inputs=60))
def test_predictions_of_causal_programs_never_change(program: Program) -> None:
    """In a causal Program a prefix's predictions are those of the whole sequence."""
    domain = program.domain
    assert program.causal
    assert domain.max_length is not None
    tokens = [domain.symbols[i * i % len(domain.symbols)] for i in range(domain.max_length)]
    whole = program.run(tokens)
    for length in range(domain.min_length, domain.max_length):
        assert program.run(tokens[:length]) == whole[:length]


def test_run_answers_one_input() -> None:
    """`run` gives a label for each data symbol and refuses what lies outside the domain."""
    assert PROGRAM.run(["a", "b"]) == ["p", "q"]
    assert PROGRAM.run("ba") == ["q", "p"]
    assert PROGRAM.run(["<s>", "b"]) == ["q"]
    with pytest.raises(BadInput):
        PROGRAM.run(["z"])
