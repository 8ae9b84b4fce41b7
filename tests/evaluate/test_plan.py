"""Plans choose lengths, types and the variables that matter."""

import numpy as np
import pytest
from hypothesis import given
from strategies import programs

from tprog.errors import BadInput, InvalidProgram
from tprog.evaluate import encode, evaluate
from tprog.evaluate.plan import Matches, make_plan, needed_variables
from tprog.evaluate.steps import Attend
from tprog.evaluate.words import WordReader
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Constant,
    Domain,
    NumericalHead,
    Ones,
    Positions,
    Program,
    Table,
    Tokens,
)

INPUTS = (Tokens(), Positions(), Ones())


def test_only_needed_variables_are_computed() -> None:
    """What no vote reads, directly or through others, is left empty."""
    copy = CategoricalHead(1, 1, 0, Table(((0,), (1,))))
    unused = CategoricalHead(3, 1, 0, Table(((0,), (1,))))
    votes = CategoricalVotes(3, ((0,), (1,)))
    program = Program(Domain(("a",), 1), INPUTS, (copy, unused), Classifier(("x",), (votes,)))
    assert needed_variables(program) == {0, 1, 3}
    batch = encode(program.domain, ["a"])[0][1]
    plan = make_plan(program, 2)
    tables = WordReader(program).tables(batch, plan.code)
    columns = plan.columns(tables, batch.indices.T, needed_variables(program))
    assert [column.size > 0 for column in columns] == [True, True, False, True, False]
    assert all(column.size for column in plan.columns(tables, batch.indices.T))


@given(program=programs())
def test_needed_variables_are_closed(program: Program) -> None:
    """Every needed operation's reads are needed too, and every voting variable is."""
    needed = needed_variables(program)
    for number, operation in enumerate(program.operations, len(program.inputs)):
        assert number not in needed or needed.issuperset(operation.reads)
    assert needed.issuperset(vote.variable for vote in program.classifier.votes)


@pytest.mark.parametrize(("symbols", "kind"), [(3, np.uint8), (254, np.uint16), (300, np.uint16)])
def test_the_type_holds_every_value_and_one_more(symbols: int, kind: type) -> None:
    """Categorical arrays are as narrow as the largest value set allows, with room for `no key`."""
    domain = Domain(tuple(map(str, range(symbols))), 2)
    program = Program(domain, (Tokens(),), (), Classifier(("x",), ()))
    assert make_plan(program, 3).code == kind


def test_lengths_beyond_the_domain_are_refused() -> None:
    """There is no plan for a length beyond the greatest; without one, every length has a plan."""
    program = Program(Domain(("a",), 2), INPUTS, (), Classifier(("x",), ()))
    with pytest.raises(BadInput, match="more than the most, 3"):
        make_plan(program, 4)
    endless = Program(Domain(("a",), None), INPUTS, (), Classifier(("x",), ()))
    assert make_plan(endless, 400).length == 400


def test_numbers_beyond_64_bits_are_refused() -> None:
    """A plan whose numbers could exceed 64 bits is refused."""
    heads = tuple(NumericalHead(0, 0, 2 + layer, Constant(True)) for layer in range(7))
    program = Program(Domain(("a",), None), INPUTS, heads, Classifier(("x",), ()))
    assert make_plan(program, 500).bounds[9] == 500**7
    with pytest.raises(InvalidProgram, match="num_attn_6_0 could exceed 64 bits at length 600"):
        make_plan(program, 600)


def test_sums_are_as_wide_as_their_summands() -> None:
    """A head that can match nothing still takes a variable with large numbers."""
    domain = Domain(("a",), 300, min_length=300)
    heads = (NumericalHead(0, 0, 2, Constant(True)), NumericalHead(0, 0, 3, Constant(False)))
    program = Program(domain, INPUTS, heads, Classifier(("x",), ()))
    found = evaluate(program, encode(domain, [["a"] * 300])[0][1])
    assert found.values[3].max() == 301
    assert found.values[4].max() == 0


def test_predicates_are_made_ready_once() -> None:
    """Plans of other lengths share the predicates that do not depend on the length."""
    heads = (
        CategoricalHead(0, 0, 1, Table(((0,), (1,)))),
        CategoricalHead(1, 0, 1, Constant(True)),
    )
    shared: Matches = {}
    for domain, count in ((Domain(("a",), 5), 2), (Domain(("a",), None), 1)):
        shared.clear()
        program = Program(domain, INPUTS, heads, Classifier(("x",), ()))
        first = make_plan(program, 3, shared).steps[0]
        second = make_plan(program, 4, shared).steps[0]
        assert len(shared) == count
        assert isinstance(first, Attend)
        assert isinstance(second, Attend)
        assert first.match is second.match
