"""What simplifying did, on the terminal. Owns its wording; refuses to simplify."""

from tprog.analysis.show.page.words import counted
from tprog.analysis.simplify.simplify import Simplified
from tprog.analysis.simplify.sound import Step
from tprog.terminal import Group, RenderableType, Table, Text


def simplify_page(found: Simplified, name: str) -> RenderableType:
    """Return sizes before and after, what each pass removed, and how the result was checked."""
    before, after = found.before, found.after
    parts: list[RenderableType] = [
        Text.assemble((name, "bold"), f": {before.lines} lines before, ", _lines(found), " now"),
        Text(found.how, "green" if found.exhaustive or found.sound_only else "yellow"),
    ]
    if found.keep == "accuracy" and found.wanted:
        parts.append(Text(f"{_share(found, 0)} right before, {_share(found, 1)} now"))
    if found.interrupted:
        parts.append(Text("interrupted before the search ended; this is the best so far", "yellow"))
    elif not found.in_time:
        parts.append(Text("the time was up before the search ended; give more --seconds", "yellow"))
    sizes = Table(padding=(0, 1))
    for title in ("", "lines", "heads", "look-ups", "branches", "entries", "votes"):
        sizes.add_column(title, justify="left" if not title else "right")
    for label, size in (("before", before), ("now", after)):
        sizes.add_row(
            label,
            str(size.lines),
            str(size.heads + size.numerical_heads),
            str(size.lookups + size.numerical_lookups),
            str(size.branches),
            str(size.entries),
            str(size.votes),
        )
    parts += ["", sizes]
    if found.steps:
        parts += ["", _passes(found.steps)]
    return Group(*parts)


def _lines(found: Simplified) -> tuple[str, str]:
    shorter = (found.after.lines or 0) < (found.before.lines or 0)
    return (counted(found.after.lines or 0, "line"), "bold green" if shorter else "bold")


def _share(found: Simplified, which: int) -> str:
    right = found.wanted - found.missed[which]
    return f"{int(100_000 * right / found.wanted) / 1000:g} %"


def _passes(steps: tuple[Step, ...]) -> Table:
    """Return a line for each pass: what it removed in all."""
    table = Table(padding=(0, 1))
    table.add_column("pass")
    for title in ("lines", "modules", "odd entries", "votes", "seconds"):
        table.add_column(title, justify="right")
    totals: dict[str, list[float]] = {}
    for step in steps:
        own = totals.setdefault(step.name, [0, 0, 0, 0, 0])
        for place, field in enumerate(("lines", "modules", "odd", "votes")):
            own[place] += getattr(step.before, field) - getattr(step.after, field)
        own[4] += step.seconds
    for name, (lines, modules, odd, votes, seconds) in totals.items():
        numbers = [
            f"{-int(number):+d}" if number else "." for number in (lines, modules, odd, votes)
        ]
        table.add_row(name, *numbers, f"{seconds:.1f}")
    return table
