"""Errors have a slug and a message of one line."""

import pytest

from tprog import errors
from tprog.errors import BadInput, TprogError, UsageError

CLASSES = sorted(
    (
        found
        for found in vars(errors).values()
        if isinstance(found, type) and issubclass(found, TprogError)
    ),
    key=lambda found: found.__name__,
)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_is_a_tprog_error_with_a_slug(kind: type[TprogError]) -> None:
    """Each class has a slug in small letters and keeps its message."""
    error = kind("what is wrong")
    assert isinstance(error, TprogError)
    assert str(error) == "what is wrong"
    assert error.slug == kind.slug
    assert error.slug.replace("-", "").islower()


def test_slugs_are_distinct() -> None:
    """No two classes share a slug."""
    assert len({kind.slug for kind in CLASSES}) == len(CLASSES) >= 6


def test_a_slug_can_be_given() -> None:
    """An error may carry a narrower slug than its class, which stays as it is."""
    assert UsageError("no such task", slug="unknown-task").slug == "unknown-task"
    assert UsageError("no such task").slug == "usage"


def test_bad_input_is_a_value_error() -> None:
    """Callers that know Python alone can catch bad input as ValueError."""
    with pytest.raises(ValueError, match="empty"):
        raise BadInput("the input is empty")


def test_a_message_is_one_line_whatever_it_repeats() -> None:
    """Line breaks and control characters of a user's file become escapes."""
    assert str(UsageError("no task 'a\nb\x1b[31m'")) == "no task 'a\\nb\\x1b[31m'"
