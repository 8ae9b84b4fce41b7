"""`dyck1` and `dyck2`: truth and sampler."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import UsageError
from tprog.tasks.dyck import draw_dyck, dyck1, dyck2, dyck_arrays, dyck_truth
from tprog.tasks.sizes import TaskSizes


def rewritten(prefix: str) -> str:
    """Return what is left of a prefix when balanced pairs are struck out again and again."""
    while (shorter := prefix.replace("()", "").replace("{}", "")) != prefix:
        prefix = shorter
    return prefix


@given(st.text("(){}", min_size=1, max_size=12))
def test_truth_is_what_striking_out_pairs_says(text: str) -> None:
    """A prefix is T where nothing is left, P where only opening brackets are left, and F otherwise."""
    expected = []
    for stop in range(1, len(text) + 1):
        left = rewritten(text[:stop])
        expected.append("T" if not left else "F" if set(left) & set(")}") else "P")
    assert list(dyck_truth(tuple(text))) == expected


@given(st.lists(st.text("(){}", min_size=9, max_size=9), min_size=1, max_size=20))
def test_arrays_agree_with_truth(texts: list[str]) -> None:
    """Labels of many inputs at once are those of each input."""
    labels = dyck_arrays(np.array([["(){}".index(bracket) for bracket in text] for text in texts]))
    assert [tuple("FPT"[label] for label in row) for row in labels] == [
        dyck_truth(tuple(text)) for text in texts
    ]


def test_the_published_domain_has_one_length() -> None:
    """At length 16 the data is always 15 brackets after `<s>`."""
    for task, symbols in ((dyck1(), ("(", ")")), (dyck2(), ("(", ")", "{", "}"))):
        assert task.domain.alphabet == ("<s>", *symbols)
        assert (task.domain.min_length, task.domain.max_length) == (15, 15)
        assert task.count() == len(symbols) ** 15
        assert task.causal


def test_half_of_the_draws_begin_a_balanced_string() -> None:
    """Among even lengths, a bit more than half of the draws are balanced throughout; uniform ones seldom are."""
    drawn = draw_dyck(("(", ")", "{", "}"), 16, np.random.default_rng(0), 4_000)
    assert {len(sequence) for sequence in drawn} == {16}
    balanced = [sequence for sequence in drawn if dyck_truth(sequence)[-1] == "T"]
    assert 0.47 < len(balanced) / len(drawn) < 0.53


def test_odd_lengths_cut_the_balanced_string() -> None:
    """At 15 brackets, half of the draws are a balanced string without its last bracket."""
    drawn = draw_dyck(("(", ")"), 15, np.random.default_rng(0), 4_000)
    assert {len(sequence) for sequence in drawn} == {15}
    closable = [sequence for sequence in drawn if dyck_truth((*sequence, ")"))[-1] == "T"]
    # C(8) = 1430 of the 2^15 uniform strings, 4.4 %, lack one bracket as well.
    assert 0.49 < len(closable) / len(drawn) < 0.56


def test_balanced_draws_wrap_and_append_equally() -> None:
    """With two pairs, `()()` and `(())` are equally likely among the balanced half."""
    drawn = ["".join(row) for row in draw_dyck(("(", ")"), 4, np.random.default_rng(0), 16_000)]
    # A uniform string is one of the two with probability 1/16 each.
    for text in ("()()", "(())"):
        assert abs(drawn.count(text) / 16_000 - (0.25 + 0.5 / 16)) < 0.015


def test_other_vocabularies_are_refused() -> None:
    """The brackets are fixed by the name."""
    with pytest.raises(UsageError, match="vocabulary is 5, but must be at most 4"):
        dyck1(TaskSizes(5, 16))
    with pytest.raises(UsageError, match="vocabulary is 4, but must be at least 6"):
        dyck2(TaskSizes(4, 16))
    with pytest.raises(UsageError, match="length is 1, but must be at least 2"):
        dyck1(TaskSizes(4, 1))
