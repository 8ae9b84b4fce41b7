"""Tests of parts."""

from hypothesis import given
from hypothesis import strategies as st

from tprog.ir.predicate import RELATIONS, Relation
from tprog.learn.compose.parts import POSITIONS, TOKENS, Copy, Count, Table, Wanted, modules

SAME = Wanted("==")
COUNT = Count(TOKENS, SAME, causal=False)
LOOKUP = Table((COUNT,), (3,), (0, 1, 2))


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
    assert Table((copy, TOKENS), (3, 3), (0,) * 9).layer == 1
    assert Table((LOOKUP, TOKENS), (3, 3), (0,) * 9).layer == 1


def test_modules_come_once_and_after_what_they_read() -> None:
    """Equal parts are one module; layers come in order, heads before look-ups."""
    second = Count(LOOKUP, SAME, causal=True)
    table = Table((COUNT, second), (3, 3), (0,) * 9)
    again = Count(Table((Count(TOKENS, SAME, causal=False),), (3,), (0, 1, 2)), SAME, causal=True)
    assert modules((table, again)) == (COUNT, LOOKUP, second, table)
