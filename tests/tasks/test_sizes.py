"""Sizes in specifications: reading, writing, and mistakes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import UsageError
from tprog.tasks.sizes import TaskSizes, check_size, did_you_mean, parse_sizes, write_spec

DEFAULT = TaskSizes(vocabulary=8, length=8)


@given(st.builds(TaskSizes, st.integers(1, 1000), st.integers(1, 1000)))
def test_reading_undoes_writing(sizes: TaskSizes) -> None:
    """Any sizes come back from their specification."""
    name, colon, text = write_spec("sort", sizes, DEFAULT).partition(":")
    assert name == "sort"
    assert (parse_sizes(name, text, DEFAULT) if colon else DEFAULT) == sizes


def test_defaults_are_not_written() -> None:
    """A parameter with its default value is left out."""
    assert write_spec("sort", DEFAULT, DEFAULT) == "sort"
    assert write_spec("sort", TaskSizes(8, 16), DEFAULT) == "sort:length=16"
    assert write_spec("sort", TaskSizes(16, 16), DEFAULT) == "sort:vocabulary=16,length=16"


def test_order_and_spaces_do_not_matter() -> None:
    """Parameters may come in any order, with spaces around them."""
    assert parse_sizes("sort", " length = 9 , vocabulary=7", DEFAULT) == TaskSizes(7, 9)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is not of the form length=16"),
        ("16", "'16' is not of the form"),
        ("lenght=16", r"no parameter 'lenght' \(did you mean length\?\)"),
        ("depth=1", "no parameter 'depth'; its parameters are vocabulary and length"),
        ("length=3,length=4", "length is given twice"),
        ("length=", "whole number, not ''"),
        ("length=-3", "whole number, not '-3'"),
        ("length=3.5", "whole number"),
        ("length=٣", "whole number"),
        ("length=0", "length is 0, but must be at least 1"),
        ("length=1001", "must be at most 1000"),
        ("length=99999999999999999999999", "must be at most 1000"),
    ],
)
def test_mistakes_are_named(text: str, message: str) -> None:
    """Each malformed specification gives one line that names the parameter."""
    with pytest.raises(UsageError, match=message):
        parse_sizes("sort", text, DEFAULT)


def test_bounds_are_inclusive() -> None:
    """The least and the greatest size are allowed, their neighbours are not."""
    check_size("sort", "length", 3, 3, 5)
    check_size("sort", "length", 5, 3, 5)
    with pytest.raises(UsageError, match="at least 3"):
        check_size("sort", "length", 2, 3, 5)
    with pytest.raises(UsageError, match="at most 5"):
        check_size("sort", "length", 6, 3, 5)


def test_near_words_are_offered_and_far_ones_are_not() -> None:
    """A slip of the finger gets a suggestion, nonsense gets none."""
    assert did_you_mean("srot", ["sort", "hist"]) == " (did you mean sort?)"
    assert did_you_mean("zzzzzz", ["sort", "hist"]) == ""
