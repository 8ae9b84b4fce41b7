"""What simplifying came to."""

from tprog.analysis.measure.sizes import Sizes
from tprog.analysis.show.model import (
    GAP,
    Page,
    TableBlock,
    TableColumn,
    line,
    styled,
    table,
)
from tprog.analysis.show.words import counted
from tprog.analysis.simplify.simplify import Simplified
from tprog.analysis.simplify.sound import PassStep


def simplified_page(found: Simplified, name: str = "") -> Page:
    """Return sizes before and after, what each pass removed, and how the result was checked."""
    before, after = found.before.lines, found.after.lines
    shorter = "bold green" if (after or 0) < (before or 0) else "bold"
    lines = line(f"{before} lines before, ", (counted(after or 0, "line"), shorter), " now")
    sure = "green" if found.exhaustive or found.sound_only else "yellow"
    parts = [line((name, "bold"), ": ", lines) if name else lines, styled(found.how, sure)]
    if found.keep == "accuracy" and found.wanted:
        shares = [f"{_share(found.wanted, missed)} right" for missed in found.missed]
        parts.append(line(f"{shares[0]} before, {shares[1].removesuffix(' right')} now"))
    if found.interrupted:
        said = "interrupted before the search ended; this is the best so far"
        parts.append(styled(said, "yellow"))
    elif not found.in_time:
        said = "the time was up before the search ended; give more --seconds"
        parts.append(styled(said, "yellow"))
    columns = _numbers("", "lines", "heads", "look-ups", "branches", "entries", "votes")
    rows = [_sizes("before", found.before), _sizes("now", found.after)]
    passes = (GAP, _passes(found.steps)) if found.steps else ()
    return (*parts, GAP, table(columns, rows, (1, 1)), *passes)


def _numbers(first: str, *heads: str) -> list[TableColumn]:
    return [
        TableColumn(first, head_style=""),
        *(TableColumn(head, right=True, head_style="") for head in heads),
    ]


def _sizes(name: str, size: Sizes) -> tuple[str, ...]:
    heads, lookups = size.heads + size.numerical_heads, size.lookups + size.numerical_lookups
    numbers = (size.lines, heads, lookups, size.branches, size.entries, size.votes)
    return (name, *map(str, numbers))


def _share(wanted: int, missed: int) -> str:
    return f"{int(100_000 * (wanted - missed) / wanted) / 1000:g} %"


def _passes(steps: tuple[PassStep, ...]) -> TableBlock:
    """Return a line for each pass: what it removed in all."""
    totals: dict[str, list[float]] = {}
    for step in steps:
        own = totals.setdefault(step.name, [0, 0, 0, 0, 0])
        for place, field in enumerate(("lines", "modules", "odd", "votes")):
            own[place] += getattr(step.before, field) - getattr(step.after, field)
        own[4] += step.seconds
    rows = [
        (name, *(f"{-int(one):+d}" if one else "." for one in removed), f"{seconds:.1f}")
        for name, (*removed, seconds) in totals.items()
    ]
    return table(
        _numbers("pass", "lines", "modules", "odd entries", "votes", "seconds"), rows, (1, 1)
    )
