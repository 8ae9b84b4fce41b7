"""Tests of names of parts."""

import pytest

from tprog.learn.compose.naming import LONGEST, name_of
from tprog.learn.compose.parts import POSITIONS, TOKENS, Copy, Count, Part, Table, Wanted
from tprog.learn.compose.stock import functions

EQUAL = Count(TOKENS, Wanted("=="), causal=True)
FIRST = Table((EQUAL, EQUAL), (2, 2), (0, 0, 0, 1), "a where b is 1, else 0")


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
        (Table((TOKENS,), (2,), (0, 1)), "event"),
        (Table((EQUAL,), (2,), (0, 1), texts=("x", "y")), "answer"),
    ],
)
def test_names_say_what_is_computed(part: Part, name: str) -> None:
    """Each kind of part has a name of plain words."""
    assert name_of(part) == name


def test_every_function_of_the_stock_has_a_name() -> None:
    """No look-up of two counts is called an event."""
    for function in functions(4):
        assert name_of(Table((EQUAL,), (4,), (0, 1, 2, 3), function.note)) != "event"


def test_names_stay_short() -> None:
    """However deep the parts, a name is an identifier of few letters."""
    part: Part = FIRST
    for _ in range(6):
        part = Table((Count(part, Wanted(">="), causal=True),) * 2, (2, 2), (0, 1, 1, 1), "a + b")
        part = Copy(POSITIONS, part, TOKENS, Wanted("=="), causal=False)
        assert name_of(part).isidentifier()
        assert len(name_of(part)) <= LONGEST
