"""Small texts that several pages share. Owns how numbers, shares and labels read; refuses layout."""

import math
from collections.abc import Sequence

from tprog.analysis.figures import Score
from tprog.terminal import Text
from tprog.visible import quoted

LONGEST_LABEL = 12


def percent(score: Score) -> str:
    """Return a share in percent, rounded down, so that only what is wholly right reads `100 %`."""
    if score.right == score.total:
        return "100 %"
    return f"{math.floor(score.share * 10_000) / 100:.2f} %"


def shade(score: Score) -> str:
    """Return the colour of a share."""
    if score.right == score.total:
        return "green"
    return "yellow" if score.share >= 0.95 else "red"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, such as `1 head` or `2 heads`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def label_text(label: str | None) -> str:
    """Return a token or label as it is, quoted where it cannot be seen; `.` where none is asked for."""
    if label is None:
        return "."
    return quoted(label)


def sequence(
    labels: Sequence[str | None], marked: Sequence[int] = (), style: str = "bold red"
) -> Text:
    """Return tokens or labels side by side, some of them marked."""
    text = Text()
    for place, label in enumerate(labels):
        text.append(" " if place else "")
        text.append(label_text(label), style if place in marked else "dim" if label is None else "")
    return text


def blocks(widths: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Return runs of columns, as start and stop, each of which fits `room` where a single column does."""
    found: list[tuple[int, int]] = []
    start = used = 0
    for column, width in enumerate(widths):
        if column > start and used + width > room:
            found.append((start, column))
            start, used = column, 0
        used += width
    return [*found, (start, len(widths))]
