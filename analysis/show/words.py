"""How numbers, shares, labels and kinds of input read, wherever they are shown."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tprog.analysis.show.model import Text, joined
from tprog.visible import quoted

if TYPE_CHECKING:
    # Commands that show no circuits do not load how they are found.
    from tprog.analysis.explain.circuits.kinds import KindOfInput
    from tprog.analysis.explain.circuits.survey import Share
    from tprog.analysis.measure.figures import Figures, Score

LONGEST_LABEL = 12


def percent(score: "Score") -> str:
    """Return a share in percent, rounded down, so that only what is wholly right reads `100 %`."""
    if score.right == score.total:
        return "100 %"
    return f"{math.floor(score.share * 10_000) / 100:.2f} %"


def shade(score: "Score") -> str:
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
    return joined(
        " ",
        (
            (label_text(label), style if place in marked else "dim" if label is None else "")
            for place, label in enumerate(labels)
        ),
    )


def share_text(share: float) -> str:
    """Return a share in percent; only the whole reads 100 %, and only nothing 0 %."""
    if share in (0.0, 1.0):
        return f"{share:.0%}".replace("%", "\u00a0%")
    digits = 1 if share < 0.1 or share > 0.99 else 0
    rounded = math.floor(share * 100 * 10**digits + 0.5) / 10**digits
    shown = min(max(rounded, 0.1), 99.9)
    # The space inside must not be where a line breaks.
    return f"{shown:.{digits}f}\u00a0%"


def share_note(share: "Share") -> str:
    """Return on how many predictions a share rests and how sure it is."""
    low, high = (share_text(end).removesuffix("\u00a0%") for end in share.interval)
    return f"{share.count:,} of {counted(share.total, 'prediction')}, 95\u00a0% interval {low}-{high}\u00a0%"


def kind_text(kind: "KindOfInput | None", alone: bool = False) -> str:
    """Return on what kind of input a circuit decides, in words.

    Args:
        kind: see `Circuit.kind`.
        alone: whether it decides everything.
    """
    if alone:
        return "everywhere"
    if kind is None:
        return "on no kind of input in particular"
    if kind.exact:
        return f"exactly where {kind.text}"
    if kind.share == 1.0:
        return f"only where {kind.text} ({share_text(kind.decided)} of those)"
    if kind.decided == 1.0:
        return f"always where {kind.text} ({share_text(kind.share)} of these)"
    return (
        f"mostly where {kind.text} ({share_text(kind.share)} of these, "
        f"{share_text(kind.everywhere)} of all)"
    )


def whole_inputs(figures: "Figures", number: int) -> str:
    """Return what the accuracy on the whole is of: every input, a sample, or examples and how many were trained on."""
    if figures.examples:
        trained = f" of which {figures.trained:,} were trained on" if figures.trained else ""
        return counted(number, "example") + trained
    if figures.whole_is_sampled:
        return f"{counted(number, 'sampled input')}, not all"
    return f"every one of {counted(number, 'input')}"
