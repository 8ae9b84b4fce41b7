"""Tests of the small texts of pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.analysis.explain.circuits import KindOfInput
from tprog.analysis.explain.circuits.survey import Share
from tprog.analysis.measure.figures import Score
from tprog.analysis.show.model import runs
from tprog.analysis.show.words import (
    counted,
    kind_text,
    label_text,
    percent,
    sequence,
    shade,
    share_note,
)


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (Score(5, 5), "100 %"),
        (Score(99_999, 100_000), "99.99 %"),
        (Score(0, 7), "0.00 %"),
        (Score(2, 3), "66.66 %"),
        (Score(0, 0), "100 %"),
    ],
)
def test_only_what_is_wholly_right_reads_a_hundred(score: Score, text: str) -> None:
    """Shares are rounded down."""
    assert percent(score) == text


def test_shades_follow_the_share() -> None:
    """Right is green, nearly right yellow, the rest red."""
    assert [shade(score) for score in (Score(9, 9), Score(99, 100), Score(1, 2))] == [
        "green",
        "yellow",
        "red",
    ]


def test_numbers_come_with_their_nouns() -> None:
    """One of a thing is singular."""
    assert counted(1, "head") == "1 head"
    assert counted(12_000, "branch", "branches") == "12,000 branches"


def test_marked_places_stand_out_and_gaps_are_dots() -> None:
    """Where no label is asked for stands a dot; blanks are quoted."""
    text = sequence(("a", None, " \t"), marked=(0,))
    assert text.plain == "a . ' \\t'"
    assert [piece for piece, style in text.spans if style == "bold red"] == ["a"]


@pytest.mark.parametrize(
    ("label", "text"), [("a b", "a b"), (None, "."), (" ", "' '"), ("\n", "'\\n'"), ("é", "é")]
)
def test_labels_that_cannot_be_seen_are_quoted(label: str | None, text: str) -> None:
    """Blank and control characters are shown as Python writes them."""
    assert label_text(label) == text


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(1, 30))
def test_blocks_hold_every_column_once_and_fit_where_they_can(widths: list[int], room: int) -> None:
    """Runs follow each other without gaps; one that is too wide is a single column."""
    found = runs(widths, room)
    assert [place for start, stop in found for place in range(start, stop)] == list(
        range(len(widths))
    )
    assert all(sum(widths[start:stop]) <= room or stop == start + 1 for start, stop in found)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (KindOfInput("c", 1.0, 1.0, 0.5, 1.0), "exactly where c"),
        (KindOfInput("c", 1.0, 0.25, 0.5, 0.6), "only where c (25 % of those)"),
        (KindOfInput("c", 0.25, 1.0, 0.1, 0.6), "always where c (25 % of these)"),
        (KindOfInput("c", 0.5, 0.5, 0.055, 0.6), "mostly where c (50 % of these, 5.5 % of all)"),
        (
            KindOfInput("c", 0.9999, 0.0001, 0.5, 0.6),
            "mostly where c (99.9 % of these, 50 % of all)",
        ),
        (None, "on no kind of input in particular"),
    ],
)
def test_the_words_say_which_way_a_condition_holds(kind: KindOfInput | None, expected: str) -> None:
    """Always, only, exactly and mostly are told apart, and only the whole reads 100 %."""
    assert kind_text(kind).replace("\u00a0", " ") == expected


def test_a_share_says_on_how_much_it_rests() -> None:
    """The number of predictions and an interval stand beside it, in the digits of the share."""
    assert share_note(Share(872, 1336, 300)) == (
        "872 of 1,336 predictions, 95\u00a0% interval 60-70\u00a0%"
    )
    assert share_note(Share(5, 5, 300)).endswith("interval 99-100\u00a0%")
