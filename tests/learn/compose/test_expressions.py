"""Expressions and their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.ir.predicate import RELATIONS, Relation
from tprog.learn.compose.expressions import (
    LONGEST,
    POSITIONS,
    TOKENS,
    Copy,
    Count,
    Expression,
    Lookup,
    Wanted,
    modules,
    name_of,
)
from tprog.learn.compose.stock import functions

SAME = Wanted("==")
COUNT = Count(TOKENS, SAME, causal=False)
LOOKUP = Lookup((COUNT,), (3,), (0, 1, 2))


@given(
    st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
    st.integers(-2, 2),
    st.sets(st.integers(0, 4)),
    st.integers(1, 6),
    st.integers(1, 6),
)
def test_a_relation_wants_what_it_says(
    relation: Relation, offset: int, without: set[int], queries: int, keys: int
) -> None:
    """Cell by cell, the table is the relation, but for the values that are left out."""
    table = Wanted(relation, offset, without=tuple(without)).table(queries, keys)
    for query in range(queries):
        for key in range(keys):
            left_out = query in without or key in without
            holds = RELATIONS[relation](key, query + offset)
            assert table[query, key] == (holds and not left_out)


def test_keys_are_wanted_by_every_query() -> None:
    """Without a relation the query does not matter, and without keys every key is wanted."""
    assert Wanted(None, keys=(1, 3)).table(2, 4).tolist() == [[False, True, False, True]] * 2
    assert Wanted(None).table(2, 2).all()


def test_only_equality_and_one_key_are_of_the_published_form() -> None:
    """A published head wants one key for each query."""
    assert SAME.single
    assert Wanted("==", 1).single
    assert Wanted(None, keys=(2,)).single
    assert not Wanted("<").single
    assert not Wanted("==", without=(0,)).single
    assert not Wanted(None, keys=(1, 2)).single
    assert not Wanted(None).single


def test_a_look_up_reads_the_heads_of_its_own_layer() -> None:
    """A head comes a layer after what it reads; a look-up beside the heads that it reads, but after other look-ups."""
    assert (COUNT.layer, LOOKUP.layer) == (0, 0)
    second = Count(LOOKUP, SAME, causal=False)
    copy = Copy(POSITIONS, LOOKUP, TOKENS, SAME, causal=False)
    assert (second.layer, copy.layer) == (1, 1)
    assert Lookup((copy, TOKENS), (3, 3), (0,) * 9).layer == 1
    assert Lookup((LOOKUP, TOKENS), (3, 3), (0,) * 9).layer == 1


def test_modules_come_once_and_after_what_they_read() -> None:
    """Equal parts are one module; layers come in order, heads before look-ups."""
    second = Count(LOOKUP, SAME, causal=True)
    table = Lookup((COUNT, second), (3, 3), (0,) * 9)
    again = Count(Lookup((Count(TOKENS, SAME, causal=False),), (3,), (0, 1, 2)), SAME, causal=True)
    assert modules((table, again)) == (COUNT, LOOKUP, second, table)


EQUAL = Count(TOKENS, Wanted("=="), causal=True)
FIRST = Lookup((EQUAL, EQUAL), (2, 2), (0, 0, 0, 1), "a where b is 1, else 0")


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (EQUAL, "equal_tokens_so_far"),
        (Count(TOKENS, Wanted("<"), causal=False), "smaller_tokens"),
        (Count(TOKENS, Wanted(None), causal=False), "all_tokens"),
        (Count(TOKENS, Wanted(None, keys=(1, 2)), causal=False), "some_tokens"),
        (FIRST, "first"),
        (Count(FIRST, Wanted(">"), causal=False), "greater_firsts"),
        (Count(FIRST, Wanted(">="), causal=True), "greater_or_equal_firsts_so_far"),
        (Copy(POSITIONS, FIRST, TOKENS, Wanted("=="), causal=False), "token_at_first"),
        (Copy(FIRST, POSITIONS, TOKENS, Wanted("=="), causal=False), "token_at_first"),
        (Copy(POSITIONS, POSITIONS, TOKENS, Wanted("==", -1), causal=True), "previous_token"),
        (Copy(POSITIONS, POSITIONS, TOKENS, Wanted("==", 1), causal=False), "next_token"),
        (Copy(FIRST, FIRST, FIRST, Wanted("=="), causal=True), "value_of_equal"),
        (Lookup((TOKENS,), (2,), (0, 1)), "event"),
        (Lookup((EQUAL,), (2,), (0, 1), texts=("x", "y")), "answer"),
    ],
)
def test_names_say_what_is_computed(part: Expression, name: str) -> None:
    """Each kind of part has a name of plain words."""
    assert name_of(part) == name


def test_every_function_of_the_stock_has_a_name() -> None:
    """No look-up of two counts is called an event."""
    for function in functions(4):
        assert name_of(Lookup((EQUAL,), (4,), (0, 1, 2, 3), function.note)) != "event"


def test_names_stay_short() -> None:
    """However deep the parts, a name is an identifier of few letters."""
    part: Expression = FIRST
    for _ in range(6):
        part = Lookup((Count(part, Wanted(">="), causal=True),) * 2, (2, 2), (0, 1, 1, 1), "a + b")
        part = Copy(POSITIONS, part, TOKENS, Wanted("=="), causal=False)
        assert name_of(part).isidentifier()
        assert len(name_of(part)) <= LONGEST
