"""Tests of settings."""

import pytest

from tprog.errors import UsageError
from tprog.learn.search.settings import SearchSettings


@pytest.mark.parametrize(
    ("name", "value"), [("rounds", 0), ("threads", 0), ("temperature", -0.1), ("l2", float("inf"))]
)
def test_numbers_out_of_range_are_refused_by_name(name: str, value: float) -> None:
    """A setting outside its range is named in the message."""
    with pytest.raises(UsageError, match=name):
        SearchSettings(**{name: value})  # type: ignore[arg-type]


def test_the_defaults_are_in_range() -> None:
    """Settings can be made without arguments."""
    assert SearchSettings().rounds >= 1
