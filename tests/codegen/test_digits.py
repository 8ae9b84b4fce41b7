"""Predicates that compare numbers digit by digit: one line, and the same table when it is read back."""

import numpy as np
from effort import scaled
from hypothesis import given, settings
from hypothesis import strategies as st

from tprog.codegen import emit
from tprog.codegen.wanted import digits_body
from tprog.evaluate.digits import Digits, digits_of
from tprog.ir import (
    Classifier,
    Domain,
    FiniteValues,
    NumericalHead,
    NumericalVotes,
    Ones,
    Positions,
    Program,
    Relation,
    Table,
)
from tprog.ir.predicate import RELATIONS
from tprog.reader import read_source

PLACES = 24
RELATION: st.SearchStrategy[Relation] = st.sampled_from(sorted(RELATIONS))


def table_of(digits: Digits) -> Table:
    """The positions that each position wants."""
    places = np.arange(PLACES)
    holds = digits.holds(places[None, :], places[:, None])
    return Table(tuple(tuple(np.flatnonzero(row).tolist()) for row in holds))


@settings(max_examples=scaled(25), deadline=None)
@given(st.integers(2, 8), RELATION, RELATION)
def test_comparisons_of_digits_read_back(radix: int, high: Relation, low: Relation) -> None:
    table = table_of(Digits(radix, high, low))
    head = NumericalHead(0, 0, 1, table, name="wanted")
    votes = (NumericalVotes(2, (1, -1)),)
    domain = Domain(("a",), PLACES - 1, prefix="<s>")
    program = Program(domain, (Positions(), Ones()), (head,), Classifier(("x", "y"), votes))
    text = emit(program)
    assert read_source(text) == program
    body = text.split("def wanted(")[1].split("\n\n\n")[0]
    if len({*table.rows}) > 8 and "//" in body:
        assert body.count("return") == 1


@given(st.integers(2, 8), RELATION, RELATION)
def test_what_is_found_is_the_table(radix: int, high: Relation, low: Relation) -> None:
    places = np.arange(PLACES)
    holds = Digits(radix, high, low).holds(places[:, None], places[None, :])
    found = digits_of(places, places, holds)
    assert (found is None) == (not holds.any())
    if found is not None:
        assert np.array_equal(found.holds(places[:, None], places[None, :]), holds)


def test_the_next_of_a_kind_takes_one_line() -> None:
    """Places that are as far in their groups of five, and later."""
    values = FiniteValues(tuple(range(PLACES)))
    rows = table_of(Digits(5, ">", "==")).rows
    body = digits_body(rows, ("key", "query"), (values, values))
    assert body is not None
    assert len(body) == 1
    assert digits_body(rows[::-1], ("key", "query"), (values, values)) is None
