"""Imports on the terminal. Owns their wording; refuses to read anything."""

from collections.abc import Sequence
from pathlib import Path

from tprog.analysis.importing import Import, Place
from tprog.analysis.show.page.words import counted
from tprog.manifest import PROGRAM_FILE
from tprog.published.meanings import Parting
from tprog.terminal import Group, RenderableType, Table, Text
from tprog.visible import shell_word

# How a comparison with the checkpoint is shown: it held, did not, or could not be made.
AGREED = {True: "green", False: "bold red", None: "yellow"}
KINDS = {"source": "program", "checkpoint": "checkpoint"}


def import_page(brought: Import) -> RenderableType:
    """Return what one import found, what one should know of it, and what to do next."""
    parts = [
        Text.assemble(
            (f"published {KINDS[brought.kind]} ", ""),
            (str(brought.path), "bold"),
            ", read and not executed",
        )
    ]
    parts += [Text(note) for note in brought.notes[1:]]
    if brought.parting is not None:
        parts.append(parting_line(brought.parting))
    parts += [Text(remark, "yellow") for remark in brought.remarks]
    if brought.agreement is not None:
        parts.append(Text(brought.agreement.sentence, AGREED[brought.agreement.holds]))
    if brought.folder is not None:
        verb = "wrote" if brought.written else "already there:"
        parts.append(Text(f"{verb} {brought.folder / PROGRAM_FILE}"))
        folder = shell_word(str(brought.folder))
        known = brought.task is not None
        verify = [f"tprog verify {folder}"] if known else []
        following = " · ".join([f"next: tprog analyze {folder}", *verify])
        # A command that is broken over lines cannot be copied.
        parts.append(Text(following, no_wrap=True, overflow="ignore"))
    return Group(*parts)


def parting_line(parting: Parting) -> Text:
    """Return on how many inputs source and network part."""
    return Text(parting.sentence, "yellow" if parting.differing else "")


def tree_page(rows: Sequence[tuple[Place, Import | str]], folder: Path) -> RenderableType:
    """Return a table of what was found and how each went.

    Args:
        rows: each place with its import, or with the reason why there is none.
        folder: where the imports were written.
    """
    table = Table()
    for title in ("found", "kind", "task", "source and network", "came to"):
        table.add_column(Text(title, "dim"), overflow="fold")
    for place, came in rows:
        kind = "program" if place.run is None else "checkpoint"
        if isinstance(came, str):
            table.add_row(Text(str(place.name)), kind, "", "", Text("not read", "bold red"))
        else:
            table.add_row(
                Text(str(place.name)),
                kind,
                came.task or Text("unknown", "dim"),
                _parting(came),
                _outcome(came),
            )
    problems = [came for _, came in rows if isinstance(came, str)]
    good = len(rows) - len(problems)
    parts: list[RenderableType] = [table, ""]
    parts += [Text(problem, "red") for problem in problems]
    remarked = sum(1 for _, came in rows if not isinstance(came, str) and came.remarks)
    if remarked:
        parts.append(
            Text(f"{counted(remarked, 'import')} with remarks, kept in the manifests", "yellow")
        )
    parts += [
        Text(came.agreement.sentence, AGREED[came.agreement.holds])
        for _, came in rows
        if not isinstance(came, str) and came.agreement is not None
    ]
    parts.append(Text(f"{good} of {len(rows)} imported into {folder}"))
    return Group(*parts)


def _parting(came: Import) -> Text:
    parting = came.parting
    if parting is None:
        return Text("one meaning", "dim")
    inputs = f"{parting.inputs:,} {'inputs' if parting.exhaustive else 'sampled inputs'}"
    if not parting.differing:
        return Text(f"agree on {inputs}")
    return Text(f"part on {parting.differing:,} of {inputs}", "yellow")


def _outcome(came: Import) -> Text:
    if came.agreement is not None and came.agreement.holds is False:
        return Text("imported, against its checkpoint", "bold red")
    return Text("imported" if came.written else "already there", "green")
