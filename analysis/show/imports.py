"""What importing published files came to."""

from collections.abc import Sequence
from pathlib import Path

from tprog.analysis.importing import FoundPlace, Import
from tprog.analysis.show.model import (
    GAP,
    Page,
    Text,
    line,
    styled,
    table,
)
from tprog.analysis.show.summary import parting_line
from tprog.analysis.show.words import counted
from tprog.manifest import PROGRAM_FILE
from tprog.visible import shell_word

# How a comparison with the checkpoint is shown: it held, did not, or could not be made.
AGREED = {True: "green", False: "bold red", None: "yellow"}
KINDS = {"source": "program", "checkpoint": "checkpoint"}


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


def tree_page(rows: Sequence[tuple[FoundPlace, Import | str]], folder: Path) -> Page:
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
