"""Tests of the stock of shapes."""

import numpy as np
import pytest

from tprog.ir import Domain
from tprog.learn.compose.expressions import Wanted
from tprog.learn.compose.stock import Grammar, functions

WIDE = Grammar((False, True), sets=True)
PUBLISHED = Grammar((False,), sets=False)
SMALL = Domain(("a", "b"), 4)
LARGE = Domain(tuple("abcdefgh"), 4)


def test_the_published_grammar_wants_one_key() -> None:
    """Without sets every shape wants one key for each query."""
    shapes = [*PUBLISHED.of_tokens(SMALL), *PUBLISHED.of_numbers(5), *PUBLISHED.reads()]
    assert shapes
    assert all(wanted.single for wanted in shapes)


def test_small_alphabets_have_all_their_sets_counted() -> None:
    """Three symbols have six proper sets; of a large alphabet single symbols alone are counted."""
    small = {wanted.keys for wanted in WIDE.of_tokens(SMALL) if wanted.keys}
    assert small == {(0,), (1,), (2,), (0, 1), (0, 2), (1, 2)}
    large = {wanted.keys for wanted in WIDE.of_tokens(LARGE) if wanted.keys}
    assert large == {(n,) for n in range(9)}


def test_frame_symbols_may_be_left_out() -> None:
    """Each relation is also tried without the prefix."""
    assert Wanted("==", without=(0,)) in WIDE.of_tokens(SMALL)
    assert Wanted("<") in WIDE.of_tokens(SMALL)


@pytest.mark.parametrize("values", [1, 5, 9])
def test_functions_stay_among_their_values(values: int) -> None:
    """Every entry is below the number of values, and what is called symmetric is."""
    for function in functions(values):
        assert function.table.shape == (values, values)
        assert function.table.max() < values
        if function.symmetric:
            assert np.array_equal(function.table, function.table.T)
        if function.single:
            assert (function.table == function.table[:, :1]).all()


def test_functions_do_what_their_notes_say() -> None:
    """At one point off the diagonal, each function has the value that its note promises."""
    found = {function.note: int(function.table[5, 3]) for function in functions(9)}
    assert found == {
        "a": 5,
        "a + b": 8,
        "a - b, at least 0": 2,
        "a where b is 1, else 0": 0,
        "a where b is not 0, else 0": 5,
        "1 where a is b, else 0": 0,
        "1 where a is greater than b, else 0": 1,
    }


def test_symbols_in_an_order_of_their_own_are_compared_by_it() -> None:
    """Where the symbols are not listed as texts are ordered, both orders are tried."""
    relations = [(each.relation, each.listed) for each in WIDE.of_tokens(Domain(("9", "10"), 3))]
    assert {("<", False), ("<", True)} <= set(relations)
    assert ("==", True) not in relations
    texts = [each.listed for each in WIDE.of_tokens(Domain(("10", "9"), 3))]
    assert not any(texts)
