"""Tests of the small texts of pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.analysis.figures import Score
from tprog.analysis.page.words import blocks, counted, label_text, percent, sequence, shade


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
    assert [(span.start, span.end) for span in text.spans if span.style == "bold red"] == [(0, 1)]


@pytest.mark.parametrize(
    ("label", "text"), [("a b", "a b"), (None, "."), (" ", "' '"), ("\n", "'\\n'"), ("é", "é")]
)
def test_labels_that_cannot_be_seen_are_quoted(label: str | None, text: str) -> None:
    """Blank and control characters are shown as Python writes them."""
    assert label_text(label) == text


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(1, 30))
def test_blocks_hold_every_column_once_and_fit_where_they_can(widths: list[int], room: int) -> None:
    """Runs follow each other without gaps; one that is too wide is a single column."""
    found = blocks(widths, room)
    assert [place for start, stop in found for place in range(start, stop)] == list(
        range(len(widths))
    )
    assert all(sum(widths[start:stop]) <= room or stop == start + 1 for start, stop in found)
