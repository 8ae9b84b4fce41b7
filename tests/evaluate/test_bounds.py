"""Bounds of numerical variables are never exceeded, and tight where the key shows it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from tprog.evaluate import all_inputs, encode, evaluate, numerical_bounds
from tprog.evaluate.bounds import most_matches
from tprog.ir import (
    Classifier,
    Compare,
    Constant,
    Domain,
    FiniteValues,
    KeyIn,
    NumericalHead,
    Ones,
    Positions,
    Predicate,
    Program,
    Table,
    Tokens,
    WordTable,
)

DOMAIN = Domain(("a", "b"), 6, suffix="</s>")
# Words by kind: the prefix alone is 0, both symbols are 1, the suffix is 2.
KINDS = WordTable(FiniteValues((0, 1, 2)), (0, 1, 1, 2))


def head_program(*heads: NumericalHead, domain: Domain = DOMAIN) -> Program:
    """Return a Program over tokens, positions, ones and kinds of words."""
    return Program(domain, (Tokens(), Positions(), Ones(), KINDS), heads, Classifier(("x",), ()))


@given(program=programs())
def test_bounds_hold_on_whole_domains(program: Program) -> None:
    """No numerical variable exceeds its bound at its length, nor the bound for all lengths."""
    overall = numerical_bounds(program)
    domain = program.domain
    batches = (
        [batch for _, batch in encode(domain, [domain.symbols[:1] * domain.min_length])]
        if domain.unknown is not None
        else all_inputs(domain)
    )
    for batch in batches:
        found = evaluate(program, batch)
        for variable, bound in numerical_bounds(program, batch.indices.shape[1]).items():
            limit = overall[variable]
            assert bound is not None
            assert limit is not None
            assert found.values[variable].max() <= bound <= limit


@pytest.mark.parametrize(
    ("key", "predicate", "most"),
    [
        (0, Constant(True), 8),
        (0, Constant(False), 0),
        (0, Table(((0,), (0,), (), ())), 1),
        (0, Table(((0, 3), (), (), ())), 2),
        (0, Table(((0, 1), (), (), ())), 7),
        (0, KeyIn((1, 2)), 6),
        (0, Compare("=="), 6),
        (0, Compare("!="), 8),
        (1, KeyIn((0, 3, 5)), 3),
        (3, KeyIn((0,)), 1),
        (3, KeyIn((1,)), 6),
        (3, KeyIn((0, 2)), 2),
    ],
)
def test_matches_are_bounded_by_what_the_key_shows(
    key: int, predicate: Predicate, most: int
) -> None:
    """Each position stands once, prefix and suffix stand once, and data symbols fill the rest."""
    program = head_program(NumericalHead(0, key, 2, predicate))
    head = program.operations[0]
    assert isinstance(head, NumericalHead)
    assert most_matches(program, head, DOMAIN.context_length) == most
    assert numerical_bounds(program) == {2: 1, 4: most}


def test_bounds_multiply() -> None:
    """A head over a head reaches the product of what they reach."""
    program = head_program(
        NumericalHead(0, 0, 2, Constant(True)), NumericalHead(0, 1, 4, KeyIn((1, 2)))
    )
    assert numerical_bounds(program) == {2: 1, 4: 8, 5: 16}
    assert numerical_bounds(program, 3) == {2: 1, 4: 3, 5: 6}


def test_positions_beyond_a_length_do_not_count() -> None:
    """At a short length, only the positions that exist can match."""
    program = head_program(NumericalHead(0, 1, 2, KeyIn((0, 6, 7))))
    assert numerical_bounds(program, 4)[4] == 1


def test_endless_lengths_have_bounds_where_the_key_shows_one() -> None:
    """Without a greatest length a count has no bound, unless its key stands once."""
    domain = Domain(("a", "b"), None, suffix="</s>")
    program = head_program(
        NumericalHead(0, 0, 2, Constant(True)),
        NumericalHead(0, 0, 2, KeyIn((0, 3))),
        NumericalHead(1, 1, 2, Compare("==", 1, 1)),
        NumericalHead(1, 1, 2, Compare("<")),
        NumericalHead(0, 0, 4, Constant(False)),
        domain=domain,
    )
    assert numerical_bounds(program) == {2: 1, 4: None, 5: 2, 6: 1, 7: None, 8: 0}


def test_large_comparisons_are_bounded_by_the_length() -> None:
    """A comparison over very many symbols is not written out."""
    domain = Domain(tuple(f"w{number}" for number in range(400)), 5)
    program = Program(
        domain,
        (Tokens(), Ones()),
        (NumericalHead(0, 0, 1, Compare("==")),),
        Classifier(("x",), ()),
    )
    assert numerical_bounds(program) == {1: 1, 2: 6}


@given(program=programs(bounded=False), length=st.integers(3, 30))
def test_a_given_length_always_gives_bounds(program: Program, length: int) -> None:
    """With a length every numerical variable has a bound."""
    assert all(bound is not None for bound in numerical_bounds(program, length).values())
