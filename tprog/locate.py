"""Finding what a user names. Owns the three ways to name a program: a file, a run folder, a gallery entry."""

import difflib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from tprog.errors import FileProblem, TprogError

if TYPE_CHECKING:
    from tprog.ir import Program

PROGRAM_FILE = "program.py"
WEIGHTS_FILE = "weights.safetensors"
METRICS_FILE = "metrics.json"
MANIFEST_FILE = "manifest.json"
# What the config in a manifest says of a model that is no program.
STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a program and what belongs to it lie.

    Attributes:
        program: the program file.
        manifest: the manifest beside it, where there is one.
        weights: the checkpoint beside it, where there is one.
    """

    program: Path
    manifest: Path | None
    weights: Path | None


def gallery_folder() -> Path:
    """Return the folder that holds the gallery: a folder for each task."""
    return Path(str(resources.files("tprog.gallery")))


def gallery_names() -> tuple[str, ...]:
    """Return the names of the gallery's entries, sorted."""
    return tuple(sorted(path.parent.name for path in gallery_folder().glob(f"*/{PROGRAM_FILE}")))


def locate(name: str | Path) -> Location:
    """Return where a program lies: a program file, a run folder or the name of a gallery entry.

    Raises:
        FileProblem: there is no such file, folder or entry.
    """
    path = Path(name)
    if path.is_file():
        return _beside(path)
    if path.is_dir():
        if (path / PROGRAM_FILE).is_file():
            return _beside(path / PROGRAM_FILE)
        if not _is_entry(str(name)):
            if _holds_standard(path):
                raise FileProblem(
                    f"{path} holds a standard Transformer, from which no program can be read; "
                    "train without --standard"
                )
            raise FileProblem(
                f"the folder {path} holds no {PROGRAM_FILE}; give a run folder that is finished"
            )
    if _is_entry(str(name)):
        return _beside(gallery_folder() / str(name) / PROGRAM_FILE)
    near = difflib.get_close_matches(str(name), gallery_names(), n=3)
    hint = f"did you mean {', '.join(near)}?" if near else "give a file, a run folder or one of "
    raise FileProblem(
        f"no program {str(name)!r}; {hint}{'' if near else ', '.join(gallery_names())}"
    )


def load(name: str | Path) -> "Program":
    """Read a Program from a program file, a run folder or a gallery entry. Nothing is executed.

    Raises:
        FileProblem: there is no such file, folder or entry.
        UnreadableSource: the file holds no program.
    """
    from tprog.reader import read_program

    return read_program(locate(name).program)


def _holds_standard(folder: Path) -> bool:
    """Tell whether a run folder holds a model that is no program."""
    from tprog.manifest import read_manifest

    try:
        return read_manifest(folder / MANIFEST_FILE).config.get("model") == STANDARD
    except TprogError:
        return False


def _is_entry(name: str) -> bool:
    return name in gallery_names()


def _beside(program: Path) -> Location:
    manifest, weights = program.parent / MANIFEST_FILE, program.parent / WEIGHTS_FILE
    return Location(
        program,
        manifest if manifest.is_file() else None,
        weights if weights.is_file() else None,
    )
