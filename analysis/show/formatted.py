"""What every JSON output has."""

from typing import TypedDict


class Formatted(TypedDict):
    """What every output has.

    Attributes:
        format: the version of the output's form, counted from 1; it grows where an entry changes its meaning or goes.
    """

    format: int
