"""The settings of the standard Transformer."""

import pytest

from tprog.errors import UsageError
from tprog.learn.standard.settings import StandardSettings


def test_the_defaults_are_the_papers() -> None:
    """Section B.2: width 256, rate 0.0003, batches of 50, at most 100 epochs."""
    found = StandardSettings()
    assert (found.width, found.rate, found.batch, found.epochs) == (256, 3e-4, 50, 100)
    assert found.layers in (2, 3)
    assert found.heads in (4, 8)


@pytest.mark.parametrize(
    ("field", "value"),
    [("layers", 0), ("heads", 3), ("seed", -1), ("rate", 0.0), ("seconds", -1.0), ("epochs", 0)],
)
def test_settings_outside_their_range_are_refused(field: str, value: float) -> None:
    """The message names the setting and its value."""
    with pytest.raises(UsageError, match=str(value)):
        StandardSettings(**{field: value})  # type: ignore[arg-type]  # Deliberately out of range.
