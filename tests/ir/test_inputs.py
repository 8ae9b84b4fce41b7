"""Input variables: learned word tables and rules over the token's text."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import InvalidProgram
from tprog.ir import (
    FiniteValues,
    Ones,
    Positions,
    TextFeature,
    TextRule,
    Tokens,
    WordTable,
    text_feature,
    word_shape,
)

TEXTS = FiniteValues(("x", "Xx", "other"))


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("", ""),
        ("word", "x"),
        ("WORD", "X"),
        ("McDonald2", "XxXx0"),
        ("U.S.", "X.X."),
        ("12:30", "0:0"),
        ("3.5%", "0.0%"),
        ("--", "-"),
        ("Über", "Xx"),
        ("漢字", "x"),
        ("x²", "x0"),
    ],
)
def test_shapes_collapse_runs(text: str, shape: str) -> None:
    """Capitals, other letters and digits become `X`, `x` and `0`; equal neighbours stand once."""
    assert word_shape(text) == shape


@given(text=st.text())
def test_shapes_have_no_equal_neighbours(text: str) -> None:
    """No two neighbours of a shape are equal, and a shape is at most as long as its text."""
    shape = word_shape(text)
    assert all(left != right for left, right in pairwise(shape))
    assert len(shape) <= len(text)
    assert bool(shape) == bool(text)


@pytest.mark.parametrize(
    ("feature", "size", "result"),
    [
        ("shape", 0, "Xx0"),
        ("prefix", 2, "Wo"),
        ("prefix", 99, "Word12"),
        ("suffix", 1, "2"),
        ("suffix", 99, "Word12"),
        ("length", 4, 4),
        ("length", 9, 6),
        ("lower", 0, "word12"),
    ],
)
def test_features(feature: TextFeature, size: int, result: str | int) -> None:
    """Each feature says one thing about a text."""
    assert text_feature(feature, size, "Word12") == result


def test_rules_give_indices() -> None:
    """A rule gives the index of its feature's value, and `otherwise` for every other result."""
    rule = TextRule("shape", TEXTS, otherwise=2)
    assert [rule.index(text) for text in ("word", "Word", "12")] == [0, 1, 2]
    length = TextRule("length", FiniteValues((3, 1)), otherwise=1, size=3)
    assert [length.index(text) for text in ("", "a", "ab", "abc", "abcd")] == [1, 1, 1, 0, 0]


@pytest.mark.parametrize(
    "arguments",
    [
        {"otherwise": 3},
        {"otherwise": -1},
        {"size": 2},
        {"feature": "prefix"},
        {"feature": "colour"},
        {"feature": "length", "size": 2},
        {"values": FiniteValues((0, 1, 2))},
    ],
)
def test_rules_that_do_not_fit_are_refused(arguments: dict[str, Any]) -> None:
    """Features, sizes, values and defaults must fit together."""
    with pytest.raises(InvalidProgram):
        TextRule(**{"feature": "shape", "values": TEXTS, "otherwise": 0, **arguments})


def test_word_tables_refuse_foreign_entries() -> None:
    """Every entry of a word table is one of its values."""
    WordTable(TEXTS, (0, 2, 1))
    for entry in (-1, 3):
        with pytest.raises(InvalidProgram):
            WordTable(TEXTS, (0, entry))


def test_names_and_notes_do_not_count() -> None:
    """Inputs are equal by structure; names and notes are carried along."""
    for kind in (Tokens, Positions, Ones):
        assert kind(name="a", notes=("b",)) == kind()
        assert hash(kind(name="a")) == hash(kind())
    assert WordTable(TEXTS, (0,), name="a") == WordTable(TEXTS, (0,), notes=("n",))
    assert WordTable(TEXTS, (0,)) != WordTable(TEXTS, (1,))
    rule = TextRule("shape", TEXTS, 0, name="a", notes=("n",))
    assert rule == TextRule("shape", TEXTS, 0)
    assert (rule.name, rule.notes) == ("a", ("n",))
    assert rule != TextRule("lower", TEXTS, 0)
