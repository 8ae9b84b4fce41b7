"""Tests of the settings of a composition."""

import pytest

from tprog.errors import UsageError
from tprog.learn.compose import CompositionSettings


@pytest.mark.parametrize("name", ["stages", "seed"])
def test_negative_numbers_are_refused_by_name(name: str) -> None:
    """A setting below its range is named."""
    with pytest.raises(UsageError, match=f"{name} is -1"):
        CompositionSettings(**{name: -1})  # type: ignore[arg-type]
