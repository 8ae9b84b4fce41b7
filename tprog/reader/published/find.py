"""Published programs and runs in a folder tree. Owns the walk; refuses to stop at a file that cannot be read."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, final

from tprog.errors import FileProblem, TprogError
from tprog.reader.published.checkpoint import ARGUMENTS_FILE, MODEL_FILE, read_checkpoint
from tprog.reader.published.imported import Imported
from tprog.reader.published.source import LARGEST_PROGRAM, read_published

# What every published program holds, and hardly anything else does.
MARKS = (b"def run(", b"read_csv(", b".argmax(-1)")


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


def find_published(tree: Path, *, as_network: bool = False) -> Iterator[Found]:
    """Yield every published program and run folder of a tree, read, in the order of their paths.

    Links to folders are not followed.

    Args:
        tree: a folder.
        as_network: see `read_published`.

    Raises:
        FileProblem: there is no such folder.
    """
    tree = Path(tree)
    if not tree.is_dir():
        raise FileProblem(f"there is no folder {tree}; give one that holds published programs")
    for folder, folders, names in os.walk(tree):
        folders.sort()
        here = Path(folder)
        if ARGUMENTS_FILE in names and MODEL_FILE in names:
            yield _tried(here, "checkpoint", as_network)
        for name in sorted(names):
            if name.endswith(".py") and _looks_published(here / name):
                yield _tried(here / name, "source", as_network)


def _tried(path: Path, kind: Literal["source", "checkpoint"], as_network: bool) -> Found:
    try:
        if kind == "checkpoint":
            return Found(path, kind, read_checkpoint(path), None)
        return Found(path, kind, read_published(path, as_network=as_network), None)
    except TprogError as error:
        return Found(path, kind, None, str(error))


def _looks_published(path: Path) -> bool:
    try:
        if not path.is_file() or path.stat().st_size > LARGEST_PROGRAM:
            return False
        content = path.read_bytes()
    except OSError:
        return False
    return all(mark in content for mark in MARKS)
