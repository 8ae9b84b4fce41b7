"""Domains frame sequences and refuse what lies outside."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import domains

from tprog.errors import BadInput, InvalidProgram
from tprog.ir import Domain, FiniteValues, Integers, Naturals

SORT = Domain(("0", "1", "2"), 4, min_length=2, suffix="</s>")


@pytest.mark.parametrize("values", [(), ("a", "a"), ("a", 1), (1, True), (0.5, 1.5), (None,)])
def test_bad_value_sets_are_refused(values: tuple[Any, ...]) -> None:
    """Values are distinct strings or distinct integers, at least one."""
    with pytest.raises(InvalidProgram):
        FiniteValues(values)


def test_value_sets_know_their_indices() -> None:
    """A value set gives the index of a value, None for others, and tells text from numbers."""
    values = FiniteValues(("b", "a"))
    assert (len(values), values.index("a"), values.index("z"), values.index(0)) == (
        2,
        1,
        None,
        None,
    )
    assert values.textual
    assert not FiniteValues((0, 1)).textual
    assert not Naturals().textual


def test_value_sets_are_compared_by_value() -> None:
    """Equal sets are equal and hash alike; text is no number."""
    assert FiniteValues(("0", "1")) == FiniteValues(("0", "1"))
    assert hash(FiniteValues((0, 1))) == hash(FiniteValues((0, 1)))
    assert FiniteValues(("0",)) != FiniteValues((0,))
    assert Naturals() == Naturals()
    assert Integers() == Integers()


def test_sizes_follow_from_frame_and_length() -> None:
    """The alphabet, the context length and the value sets hold the frame."""
    assert SORT.alphabet == ("<s>", "0", "1", "2", "</s>")
    assert SORT.frame_size == 2
    assert SORT.context_length == 6
    assert SORT.token_values == FiniteValues(SORT.alphabet)
    assert SORT.position_values == FiniteValues((0, 1, 2, 3, 4, 5))
    assert SORT.data_slice(5) == slice(1, 4)


def test_endless_domains_have_endless_positions() -> None:
    """Without a greatest length there is no context length and positions are all naturals."""
    endless = Domain(("a",), None)
    assert endless.context_length is None
    assert endless.position_values == Naturals()
    assert len(endless.frame(["a"] * 1000)) == 1001


@given(domain=domains(), data=st.data())
def test_framing_is_idempotent(domain: Domain, data: st.DataObject) -> None:
    """Framing puts the frame around data symbols and leaves a framed sequence as it is."""
    most = domain.max_length or domain.min_length + 5
    one = st.lists(st.sampled_from(domain.symbols), min_size=domain.min_length, max_size=most)
    tokens = data.draw(one)
    framed = domain.frame(tokens)
    assert list(framed[domain.data_slice(len(framed))]) == tokens
    assert len(framed) == len(tokens) + domain.frame_size
    assert domain.frame(framed) == framed


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ([], "empty"),
        (["<s>", "</s>"], "empty"),
        (["0"], "fewer than the least, 2"),
        (["0"] * 5, "more than the most, 4"),
        (["0", "7"], "unknown token '7'; the tokens are '0' '1' '2'"),
        (["<s>", "0", "1"], "frame symbol '<s>'"),
        (["0", "1", "</s>"], "frame symbol '</s>'"),
        (["0", "</s>", "1"], "frame symbol '</s>'"),
        (["0", 1], "the token 1 is no text"),
        (["0", None], "the token None is no text"),
        (["0", ["1"]], "is no text"),
    ],
)
def test_sequences_outside_the_domain_are_refused(tokens: list[Any], message: str) -> None:
    """Every reason why a sequence does not belong is told in one line."""
    with pytest.raises(BadInput, match=message) as raised:
        SORT.frame(tokens)
    assert "\n" not in str(raised.value)


def test_open_vocabularies_accept_any_word() -> None:
    """With an unknown symbol every word but the frame belongs to the domain, as itself."""
    domain = Domain(("a", "?"), 3, unknown="?")
    assert domain.frame(["new", "a"]) == ("<s>", "new", "a")
    with pytest.raises(BadInput, match="frame symbol"):
        domain.frame(["a", "<s>"])


def test_long_vocabularies_are_not_listed_whole() -> None:
    """The message about an unknown token shows the first symbols alone."""
    domain = Domain(tuple(map(str, range(100))), 3)
    with pytest.raises(BadInput, match=r"'39' \.\.\.$"):
        domain.frame(["x"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"symbols": ()}, "no data symbols"),
        ({"symbols": ("a", "a")}, "repeat"),
        ({"symbols": (1, 2)}, "must be strings"),
        ({"prefix": "</s>", "suffix": "</s>"}, "the same symbol"),
        ({"symbols": ("a", "<s>")}, "'<s>' is a data symbol too"),
        ({"min_length": 0}, "below 1"),
        ({"max_length": 1, "min_length": 2}, "greatest length 1 is below the least, 2"),
        ({"scored": ("z",)}, "'z' is no data symbol"),
        ({"unknown": "z"}, "'z' is no data symbol"),
    ],
)
def test_impossible_domains_are_refused(arguments: dict[str, Any], message: str) -> None:
    """A domain that nothing could belong to, or whose frame looks like data, cannot be made."""
    with pytest.raises(InvalidProgram, match=message):
        Domain(**{"symbols": ("a", "b"), "max_length": 3, **arguments})


def test_all_problems_are_told_at_once() -> None:
    """The message lists every problem of a domain."""
    with pytest.raises(InvalidProgram, match=r"repeat.*below 1"):
        Domain(("a", "a"), 3, min_length=0)
