"""Finding and reading the program that a user names, whatever it lies in. Nothing is executed.

A program of ours is a file, a run folder or a gallery entry. Published sources and checkpoints are read where they lie, and so are
networks of ours, also those of a training that is under way.
"""

import difflib
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from tprog.errors import FileProblem, TprogError, UnreadableSource
from tprog.files import read_text
from tprog.manifest import (
    MANIFEST_FILE,
    PROGRAM_FILE,
    RASP_FILE,
    STANDARD,
    WEIGHTS_FILE,
    read_manifest,
)

if TYPE_CHECKING:
    from tprog.ir import Program

WEIGHTS = ".safetensors"

Kind: TypeAlias = Literal["program", "published source", "published checkpoint", "network"]


@dataclass(frozen=True, slots=True)
class Location:
    """Where a program and what belongs to it lie.

    Attributes:
        program: the program file, the run folder of a published checkpoint, or the file of a network.
        manifest: the manifest beside it, where there is one.
        weights: the checkpoint beside it, where there is one.
        kind: what lies there.
        rasp: the RASP text of its algorithm beside it, where there is one.
    """

    program: Path
    manifest: Path | None = None
    weights: Path | None = None
    kind: Kind = "program"
    rasp: Path | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A Program that a user named.

    Attributes:
        program: the Program.
        place: where it lies.
        source: the text of its file; of what is no program of ours, the text that `emit` writes of it.
        remarks: what was read, and how, where it is no program of ours; a line each.
    """

    program: "Program"
    place: Location
    source: str
    remarks: tuple[str, ...] = ()

    @property
    def ours(self) -> bool:
        """Whether it lies there as a program of ours, so that its file is what `source` says."""
        return self.place.kind == "program"


def gallery_folder() -> Path:
    """Return the folder that holds the gallery: a folder for each task."""
    return Path(str(resources.files("tprog.gallery")))


def gallery_names() -> tuple[str, ...]:
    """Return the names of the gallery's entries, sorted."""
    return tuple(sorted(path.parent.name for path in gallery_folder().glob(f"*/{PROGRAM_FILE}")))


def locate(name: str | Path) -> Location:
    """Return where a program lies: a file, a run folder or the name of a gallery entry.

    Raises:
        FileProblem: there is no such file, folder or entry.
        UnreadableSource: it is half of a published checkpoint.
    """
    from tprog.published.files import run_files

    path = Path(name)
    if path.is_file():
        return _file(path)
    if path.is_dir():
        if (path / PROGRAM_FILE).is_file():
            return _file(path / PROGRAM_FILE)
        if run_files(path) is not None:
            return Location(path, kind="published checkpoint")
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
    """Read a Program from a program file, a run folder or a gallery entry; see `read_named`."""
    return read_named(name).program


def read_named(name: str | Path) -> Named:
    """Read the Program that a user names, whatever it lies in. Nothing is executed.

    Besides files, folders and gallery entries of ours, these are a published source, a published run folder or one of its files, and
    a network's weights.

    Raises:
        FileProblem: there is no such file, folder or entry.
        UnreadableSource: it holds no program.
    """
    place = locate(name)
    match place.kind:
        case "program":
            return _ours(place)
        case "published source":
            try:
                # A program of ours may speak of published ones.
                return _ours(replace(place, kind="program"))
            except UnreadableSource:
                return _published(place)
        case "published checkpoint":
            return _published(place)
        case "network":
            return _foreign(_network(place.program), place, ("read as the program that it is",))


def _ours(place: Location) -> Named:
    from tprog.reader import read_source
    from tprog.reader.source import LARGEST_SOURCE

    path = place.program
    source = read_text(path, LARGEST_SOURCE)
    return Named(read_source(source, name=str(path), folder=path.parent), place, source)


def _published(place: Location) -> Named:
    from tprog.published.checkpoint import read_checkpoint
    from tprog.published.files import run_files
    from tprog.published.program import read_published

    if place.kind == "published source":
        found = read_published(place.program)
        rule = "it means what its source computes"
    else:
        found = read_checkpoint(place.program, run_files(place.program))
        rule = "it means what its network computes"
    return _foreign(found.program, place, (f"read and not executed; {rule}", *found.warnings))


def _foreign(program: "Program", place: Location, remarks: tuple[str, ...]) -> Named:
    from tprog.codegen import emit

    first = f"{place.kind} {place.program}, {remarks[0]}"
    return Named(program, place, emit(program), (first, *remarks[1:]))


def _network(path: Path) -> "Program":
    from tprog.learn.conversion import extract
    from tprog.learn.epochs import is_epoch, read_epoch
    from tprog.learn.weights import load_network

    if is_epoch(path):
        return read_epoch(path)
    network = load_network(path)
    try:
        return extract(network)
    except UnreadableSource:
        raise
    except TprogError as error:
        raise UnreadableSource(f"{path}: {error}") from error


def _holds_standard(folder: Path) -> bool:
    """Tell whether a run folder holds a model that is no program."""
    try:
        return read_manifest(folder / MANIFEST_FILE).config.get("model") == STANDARD
    except TprogError:
        return False


def _is_entry(name: str) -> bool:
    return name in gallery_names()


def _file(path: Path) -> Location:
    """Return what a file is, and what belongs to it."""
    from tprog.published.files import kind_of, run_files

    if path.suffix == WEIGHTS:
        return Location(path, kind="network")
    match kind_of(path):
        case "source":
            return replace(_beside(path), kind="published source")
        case "checkpoint" | "arguments":
            if run_files(path.parent) is None:
                raise UnreadableSource(
                    f"{path}:1: a checkpoint needs its args.json and its model.pt in one folder"
                )
            return Location(path.parent, kind="published checkpoint")
        case None:
            return _beside(path)


def _beside(program: Path) -> Location:
    names = (MANIFEST_FILE, WEIGHTS_FILE, RASP_FILE)
    manifest, weights, rasp = (
        path if (path := program.parent / name).is_file() else None for name in names
    )
    return Location(program, manifest, weights, rasp=rasp)
