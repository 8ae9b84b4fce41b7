"""What simplifying and importing came to."""

from collections.abc import Sequence
from pathlib import Path

from tprog.analysis.importing import Import, Place
from tprog.analysis.measure.sizes import Sizes
from tprog.analysis.show.model import (
    GAP,
    Column,
    Page,
    Table,
    Text,
    line,
    styled,
    table,
)
from tprog.analysis.show.summary import parting_line
from tprog.analysis.show.words import counted
from tprog.analysis.simplify.simplify import Simplified
from tprog.analysis.simplify.sound import Step
from tprog.manifest import PROGRAM_FILE
from tprog.visible import shell_word

# How a comparison with the checkpoint is shown: it held, did not, or could not be made.
AGREED = {True: "green", False: "bold red", None: "yellow"}
KINDS = {"source": "program", "checkpoint": "checkpoint"}


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


def _numbers(first: str, *heads: str) -> list[Column]:
    return [
        Column(first, head_style=""),
        *(Column(head, right=True, head_style="") for head in heads),
    ]


def _sizes(name: str, size: Sizes) -> tuple[str, ...]:
    heads, lookups = size.heads + size.numerical_heads, size.lookups + size.numerical_lookups
    numbers = (size.lines, heads, lookups, size.branches, size.entries, size.votes)
    return (name, *map(str, numbers))


def _share(wanted: int, missed: int) -> str:
    return f"{int(100_000 * (wanted - missed) / wanted) / 1000:g} %"


def _passes(steps: tuple[Step, ...]) -> Table:
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


def import_page(brought: Import) -> Page:
    """Return what one import found, what one should know of it, and what to do next."""
    path = (str(brought.path), "bold")
    parts = [
        line(f"published {KINDS[brought.kind]} ", path, ", read and not executed"),
        *map(line, brought.notes[1:]),
    ]
    if brought.parting is not None:
        parts.append(parting_line(brought.parting))
    parts += [styled(remark, "yellow") for remark in brought.remarks]
    if brought.agreement is not None:
        parts.append(styled(brought.agreement.sentence, AGREED[brought.agreement.holds]))
    if brought.folder is not None:
        verb = "wrote" if brought.written else "already there:"
        parts.append(line(f"{verb} {brought.folder / PROGRAM_FILE}"))
        folder = shell_word(str(brought.folder))
        verify = [f"tprog verify {folder}"] if brought.task is not None else []
        following = " · ".join([f"next: tprog analyze {folder}", *verify])
        # A command that is broken over lines cannot be copied.
        parts.append(Text(((following, ""),), whole=True))
    return tuple(parts)


def tree_page(rows: Sequence[tuple[Place, Import | str]], folder: Path) -> Page:
    """Return a table of what was found and how each went.

    Args:
        rows: each place with its import, or with the reason why there is none.
        folder: where the imports were written.
    """
    cells: list[Sequence[str | Text]] = []
    for place, came in rows:
        kind = "program" if place.run is None else "checkpoint"
        if isinstance(came, str):
            cells.append((str(place.name), kind, "", "", styled("not read", "bold red")))
        else:
            task = came.task or styled("unknown", "dim")
            cells.append((str(place.name), kind, task, _parting(came), _outcome(came)))
    titles = ("found", "kind", "task", "source and network", "came to")
    problems = [came for _, came in rows if isinstance(came, str)]
    good = [came for _, came in rows if not isinstance(came, str)]
    remarked = sum(1 for came in good if came.remarks)
    noted = f"{counted(remarked, 'import')} with remarks, kept in the manifests"
    return (
        table(titles, cells),
        GAP,
        *(styled(problem, "red") for problem in problems),
        *((styled(noted, "yellow"),) if remarked else ()),
        *(
            styled(came.agreement.sentence, AGREED[came.agreement.holds])
            for came in good
            if came.agreement is not None
        ),
        line(f"{len(good)} of {len(rows)} imported into {folder}"),
    )


def _parting(came: Import) -> Text:
    parting = came.parting
    if parting is None:
        return styled("one meaning", "dim")
    inputs = f"{parting.inputs:,} {'inputs' if parting.exhaustive else 'sampled inputs'}"
    if not parting.differing:
        return line(f"agree on {inputs}")
    return styled(f"part on {parting.differing:,} of {inputs}", "yellow")


def _outcome(came: Import) -> Text:
    if came.agreement is not None and came.agreement.holds is False:
        return styled("imported, against its checkpoint", "bold red")
    return styled("imported" if came.written else "already there", "green")
