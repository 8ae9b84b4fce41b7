"""Variables while a file is being read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    Domain,
    FiniteValues,
    Nearest,
    Ones,
    Positions,
    Table,
    Tokens,
    WordTable,
)
from tprog.published.drafts import Drafts, as_values

DOMAIN = Domain(("a",), 1)
EVERY = Table(((0,), (0,)))


def test_an_input_is_added_once() -> None:
    """Tokens, positions and ones are the same variable however often they are asked for."""
    drafts = Drafts(DOMAIN)
    assert drafts.tokens() == drafts.tokens()
    assert drafts.positions() == drafts.positions()
    assert drafts.ones() == drafts.ones()
    assert len(drafts.variables) == 3
    assert drafts.variables[drafts.tokens()].entries == ("<s>", "a")


def test_inputs_come_first_whenever_they_were_found() -> None:
    """Operations follow all inputs, reads are renumbered, and unused inputs are left out."""
    drafts = Drafts(DOMAIN)
    tokens = drafts.tokens()
    head = drafts.add(CategoricalHead(tokens, tokens, tokens, EVERY), ("<s>", "a"))
    word = drafts.add(WordTable(FiniteValues((0,)), (0, 0)), (0,))
    unused = drafts.positions()
    ones = drafts.ones()
    lookup = drafts.add(CategoricalLookup((head, word), FiniteValues((0,)), (0, 0)), (0,))
    inputs, operations, final = drafts.finished([lookup, ones])
    assert [type(one) for one in inputs] == [Tokens, Ones, WordTable]
    assert unused not in final
    assert (final[tokens], final[ones], final[word], final[head], final[lookup]) == (0, 1, 2, 3, 4)
    assert operations[0] == CategoricalHead(0, 0, 0, EVERY, Nearest())
    assert operations[1].reads == (3, 2)


def test_names_are_given_once() -> None:
    """The first name stays, and inputs keep their own."""
    drafts = Drafts(DOMAIN)
    tokens = drafts.tokens()
    head = drafts.add(CategoricalHead(tokens, tokens, tokens, EVERY), ("<s>", "a"))
    for name in ("attn_0_0", "other"):
        drafts.rename(head, name, 0, ("a note",))
        drafts.rename(tokens, name, 0, ())
    node = drafts.variables[head].node
    assert (node.name, node.notes) == ("attn_0_0", ("a note",))
    assert drafts.variables[tokens].node == Tokens()
    assert drafts.variables[tokens].node.name == "tokens"
    assert isinstance(drafts.variables[drafts.positions()].node, Positions)


@given(
    entries=st.lists(st.integers(-3, 9), unique=True, min_size=1).flatmap(
        lambda found: st.sampled_from([tuple(found), (*found, None)])
    )
)
def test_numbers_stay_numbers(entries: tuple[int | None, ...]) -> None:
    """Numbers are values as they are, and None is a number that none of them is."""
    values = as_values(entries).values
    assert len(set(values)) == len(entries)
    assert all(was in (None, now) for was, now in zip(entries, values, strict=True))


@pytest.mark.parametrize("entries", [("x", "y"), ("x", None), ("None", None), (None,)])
def test_text_stays_text(entries: tuple[str | None, ...]) -> None:
    """Text is values as it is, and None has a value of its own."""
    values = as_values(entries).values
    assert len(set(values)) == len(entries)
