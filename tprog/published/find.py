"""Published programs and runs in a folder tree. Owns the walk; refuses to stop at a file that cannot be read."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, final

from tprog.errors import FileProblem, TprogError
from tprog.published.checkpoint import read_checkpoint
from tprog.published.imported import Imported
from tprog.published.kinds import RunFiles, kind_of, run_files
from tprog.published.source import read_published


@final
@dataclass(frozen=True, slots=True)
class Found:
    """Something that was found.

    Attributes:
        path: a program file, or a run folder.
        kind: which of the two.
        imported: what it is, or None where it cannot be read.
        problem: why it cannot be read, in a line; None where it can.
    """

    path: Path
    kind: Literal["source", "checkpoint"]
    imported: Imported | None
    problem: str | None


def published_places(tree: Path) -> Iterator[tuple[Path, RunFiles | None]]:
    """Yield every published program file and run folder of a tree, unread, in the order of their paths.

    They are known by what they hold. Links to folders are not followed. A run folder comes with its files.

    Raises:
        FileProblem: there is no such folder.
    """
    tree = Path(tree)
    if not tree.is_dir():
        raise FileProblem(f"there is no folder {tree}; give one that holds published programs")
    for folder, folders, names in os.walk(tree):
        folders.sort()
        here = Path(folder)
        run = run_files(here)
        if run is not None:
            yield here, run
        for name in sorted(names):
            if kind_of(here / name) == "source":
                yield here / name, None


def find_published(tree: Path, *, as_network: bool = False) -> Iterator[Found]:
    """Yield every published program and run folder of a tree, read, in the order of their paths.

    Args:
        tree: a folder.
        as_network: see `read_published`.

    Raises:
        FileProblem: there is no such folder.
    """
    for path, run in published_places(tree):
        try:
            found = (
                read_published(path, as_network=as_network)
                if run is None
                else read_checkpoint(path, run)
            )
        except TprogError as error:
            yield Found(path, "source" if run is None else "checkpoint", None, str(error))
        else:
            yield Found(path, "source" if run is None else "checkpoint", found, None)
