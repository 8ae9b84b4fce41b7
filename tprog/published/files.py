"""The files of others: opened within bounds, known by what they hold, and found in a folder tree."""

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias, final

from tprog.errors import FileProblem, UnreadableSource
from tprog.reader.source import LARGEST_PUBLISHED, is_published

Kind: TypeAlias = Literal["source", "checkpoint", "arguments"]

ARGUMENTS_FILE = "args.json"
MODEL_FILE = "model.pt"
# In bytes.
LARGEST_ARGUMENTS = 100_000
LARGEST_MODEL = 256_000_000

# What the arguments of every run name.
NAMED = (b'"dataset"', b'"n_layers"')
ARCHIVE = b"PK\x03\x04"
PICKLE = "data.pkl"


@final
@dataclass(frozen=True, slots=True)
class RunFiles:
    """What a run's training was called with, and its network's tensors."""

    arguments: Path
    model: Path


def read_bytes_bounded(path: Path, most: int) -> bytes:
    """Read a regular file of at most so many bytes.

    Raises:
        FileProblem: it is missing or cannot be read.
        UnreadableSource: it is no regular file, or too large.
    """
    try:
        # Opening a pipe would wait for its other end, so the kind is asked for first and once more after opening.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableSource(f"{path}:1: this is no regular file; give a file")
        with path.open("rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise UnreadableSource(f"{path}:1: this is no regular file; give a file")
            content = stream.read(most + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileProblem(f"cannot read {path}: {reason}") from error
    if len(content) > most:
        raise UnreadableSource(
            f"{path}:1: the file has more than {most} bytes; published files are far smaller"
        )
    return content


def read_bounded(path: Path, most: int) -> str:
    """Read a regular file of UTF-8 text; see `read_bytes_bounded`."""
    return decoded(path, read_bytes_bounded(path, most))


def decoded(path: Path, content: bytes) -> str:
    """Return UTF-8 bytes as text, or raise UnreadableSource."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableSource(
            f"{path}:{line}: this is no UTF-8 text; restore the file from its source"
        ) from error


def companion(program: Path, written: str) -> Path | None:
    """Return the file that a published program names, or None.

    Published programs name their files from the folder in which they were made. A file of that name beside the program
    is taken first; then the named path is tried from every folder above.
    """
    named = PurePosixPath(written.replace("\\", "/"))
    if not named.name or named.name == ".." or "\0" in written:
        return None
    candidates = [program.parent / named.name]
    if not named.is_absolute() and ".." not in named.parts:
        candidates += [folder / named for folder in program.absolute().parent.parents]
    for candidate in candidates:
        try:
            if candidate.is_file():
                return candidate
        except (OSError, ValueError):
            continue
    return None


def kind_of(path: Path) -> Kind | None:
    """Return what a file is by its content, None where it is nothing published or cannot be opened."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None
        with path.open("rb") as stream:
            content = stream.read(len(ARCHIVE))
            if content == ARCHIVE:
                whole = content + stream.read(LARGEST_MODEL)
                return "checkpoint" if _is_checkpoint(whole) else None
            content += stream.read(LARGEST_PUBLISHED)
    except (OSError, ValueError):
        return None
    if content.lstrip()[:1] == b"{":
        small = len(content) <= LARGEST_ARGUMENTS
        return "arguments" if small and all(name in content for name in NAMED) else None
    return "source" if is_published(content) else None


def _is_checkpoint(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(Path(name).name == PICKLE for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError):
        # An archive that is cut off may still have been a checkpoint; opening it says what is wrong.
        return True


def run_files(folder: Path) -> RunFiles | None:
    """Return the files of the run in a folder, None where it holds none, or several.

    Files of the usual names are taken as they are; others are known by what they hold.
    """
    usual = RunFiles(folder / ARGUMENTS_FILE, folder / MODEL_FILE)
    if usual.arguments.is_file() and usual.model.is_file():
        return usual
    try:
        kinds = {path: kind_of(path) for path in sorted(folder.iterdir())}
    except OSError:
        return None
    arguments = [path for path, kind in kinds.items() if kind == "arguments"]
    models = [path for path, kind in kinds.items() if kind == "checkpoint"]
    if len(arguments) != 1 or len(models) != 1:
        return None
    return RunFiles(arguments[0], models[0])


def published_places(tree: Path) -> Iterator[tuple[Path, RunFiles | None]]:
    """Yield every program file, and every run folder with its files, of a tree, unread, in the order of their paths.

    Links to folders are not followed.

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
