"""What a file is, by what it holds: a published program, a checkpoint, or the arguments of a run."""

import io
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, final

from tprog.published.arguments import ARGUMENTS_FILE, LARGEST_ARGUMENTS
from tprog.reader.source import LARGEST_PUBLISHED, is_published

Kind: TypeAlias = Literal["source", "checkpoint", "arguments"]

MODEL_FILE = "model.pt"
LARGEST_MODEL = 256_000_000  # bytes

# What the arguments of every run name.
NAMED = (b'"dataset"', b'"n_layers"')
ARCHIVE = b"PK\x03\x04"
PICKLE = "data.pkl"


@final
@dataclass(frozen=True, slots=True)
class RunFiles:
    """The two files of a run.

    Attributes:
        arguments: what the training was called with.
        model: the network's tensors.
    """

    arguments: Path
    model: Path


def kind_of(path: Path) -> Kind | None:
    """Return what a file is, None where it is nothing published or cannot be opened."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None
        with path.open("rb") as stream:
            content = stream.read(len(ARCHIVE))
            if content == ARCHIVE:
                return (
                    "checkpoint" if _is_checkpoint(content + stream.read(LARGEST_MODEL)) else None
                )
            content += stream.read(LARGEST_PUBLISHED)
    except (OSError, ValueError):
        return None
    if content.lstrip()[:1] == b"{":
        small = len(content) <= LARGEST_ARGUMENTS
        return "arguments" if small and all(name in content for name in NAMED) else None
    return "source" if is_published(content) else None


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


def _is_checkpoint(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(Path(name).name == PICKLE for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError):
        # An archive that is cut off may still have been a checkpoint; opening it says what is wrong.
        return True
