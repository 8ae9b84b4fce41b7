"""How many examples a property is tried on."""

from hypothesis import settings

USUAL = 60
FEWEST = 5


def scaled(count: int) -> int:
    """Return the examples of a test that has `count` where others have 60, under the profile that was chosen.

    A test that is too slow for more than a few keeps those.
    """
    return max(count * settings().max_examples // USUAL, min(count, FEWEST))
