"""Bringing in what others have published: what is read, what it is checked against, and the folder of the import.

Nothing that is read is executed.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, TypeAlias

from tprog.analysis.disagreement import part
from tprog.analysis.verify.compare import compare
from tprog.analysis.verify.verdict import Verdict
from tprog.errors import FileProblem, TprogError, UnreadableSource, UsageError
from tprog.files import read_text, write_text
from tprog.json_values import Formatted, json_values
from tprog.manifest import (
    MANIFEST_FILE,
    PROGRAM_FILE,
    Manifest,
    read_manifest,
    source_hash,
    write_manifest,
)
from tprog.published.assemble import Imported
from tprog.published.checkpoint import read_checkpoint
from tprog.published.files import RunFiles, kind_of, published_places, run_files
from tprog.published.meanings import METRIC, Meaning, Parting, as_network, beyond_tables
from tprog.published.program import network_meaning, read_published

Kind: TypeAlias = Literal["source", "checkpoint"]
# Called with what is being done, the number done and the number in all.
Stages: TypeAlias = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class CheckpointAgreement:
    """A published program and the checkpoint beside it, compared.

    Attributes:
        program: the program's file.
        checkpoint: the run folder.
        holds: whether the two belong together; null where they cannot be compared.
        problem: why they cannot be compared; null where they can.
        as_source: the program as its source computes it, against the checkpoint.
        as_network: the program with the network's tie-break, against the checkpoint.
    """

    program: Path
    checkpoint: Path
    holds: bool | None
    problem: str | None
    as_source: Verdict | None
    as_network: Verdict | None

    @property
    def sentence(self) -> str:
        """The figures in a sentence."""
        names = f"{self.program.name} and its checkpoint"
        if self.as_source is None or self.as_network is None:
            return f"{names} cannot be compared: {self.problem}"
        if self.as_source.outcome != "different":
            return f"{names} agree on {self.as_source.how}"
        if self.holds:
            return (
                f"{names} differ on {_differing(self.as_source)}, for the tie-break alone: "
                f"with the network's they agree on {self.as_network.how}"
            )
        return (
            f"{names} differ on {_differing(self.as_network)}, also with the network's tie-break; "
            "a table that ends early is one reason, files of two runs are another"
        )


@dataclass(frozen=True, slots=True)
class Import(Formatted):
    """Something that was imported.

    Attributes:
        path: the program file or the run folder.
        kind: which of the two.
        meaning: what the program computes where source and network part.
        task: the task that it names; null where none is known.
        folder: where it was written.
        written: whether the files are new.
        notes: where it comes from and what was recognised, a line each.
        remarks: what a user should know, a line each.
        parting: where source and network part; null where there is one meaning alone.
        agreement: the check against what lies beside it; null where there is nothing.
    """

    path: Path
    kind: Kind
    meaning: Meaning
    task: str | None
    folder: Path | None
    written: bool
    notes: tuple[str, ...]
    remarks: tuple[str, ...]
    parting: Parting | None
    agreement: CheckpointAgreement | None


@dataclass(frozen=True, slots=True)
class Brought:
    """What was read, and what is said of it."""

    imported: Imported
    said: Import


@dataclass(frozen=True, slots=True)
class NotImported:
    """Something in a folder tree that could not be read.

    Attributes:
        path: what it is.
        problem: what is wrong with it.
    """

    path: Path
    problem: str


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """Something that can be imported.

    Attributes:
        path: a program file or a run folder.
        run: the run folder's files; None for a program file.
        name: a relative path that tells it from everything else in its tree.
        alone: whether nothing else of its folder is imported by itself, such as a program beside its checkpoint.
    """

    path: Path
    run: RunFiles | None
    name: Path
    alone: bool = True


def places(path: Path) -> list[FoundPlace]:
    """Return what there is to import: one program file, one run folder, or everything in a folder tree.

    A run folder with nothing published in the folders below it is one place; a program beside its checkpoint is then
    what the checkpoint is compared with.

    Raises:
        FileProblem: there is no such file or folder.
        UnreadableSource: it is, or holds, nothing published.
    """
    if path.is_dir():
        found = list(published_places(path))
        if not found:
            raise UnreadableSource(
                f"{path}:1: no published program and no run folder (args.json, model.pt) is in it"
            )
        if found[0][0] == path and all(inner.parent == path for inner, _ in found[1:]):
            return [FoundPlace(path, found[0][1], Path(path.absolute().name))]
        return _named(path, found)
    if not path.exists():
        raise FileProblem(f"there is no {path}; give a published program, a run folder or a tree")
    kind = kind_of(path)
    if kind in ("checkpoint", "arguments"):
        run = run_files(path.parent)
        if run is None:
            raise UnreadableSource(
                f"{path}:1: a checkpoint needs its args.json and its model.pt in one folder"
            )
        return [FoundPlace(path.parent, run, Path(path.parent.absolute().name))]
    if kind is None and _is_ours(path):
        raise UsageError(f"{path} is a program of tprog already; every command takes it as it is")
    return [FoundPlace(path, None, Path(path.stem))]


def _named(tree: Path, found: list[tuple[Path, RunFiles | None]]) -> list[FoundPlace]:
    """Return places with names: their paths in the tree, without what repeats."""
    taken: set[Path] = set()
    named = []
    for path, run in found:
        name = path.relative_to(tree)
        if run is None:
            name = name.with_suffix("")
            if name.parent.name == name.name:
                name = name.parent
        elif name == Path():
            name = Path(tree.absolute().name)
        if name in taken:
            name = name.with_name(f"{name.name}-{'checkpoint' if run else 'program'}")
        taken.add(name)
        named.append(FoundPlace(path, run, name, alone=False))
    return named


def _is_ours(path: Path) -> bool:
    from tprog.reader import read_program

    try:
        read_program(path)
    except TprogError:
        return False
    return True


def bring_in(
    place: FoundPlace, *, as_network: bool = False, seed: int = 0, progress: Stages | None = None
) -> Brought:
    """Read a published program or run folder, and check it against what lies beside it. Nothing is executed or written.

    Args:
        place: what to read.
        as_network: whether a source's heads choose as its network did.
        seed: of samples, where there are too many inputs to list.
        progress: called while inputs are compared.

    Raises:
        FileProblem: a file cannot be read.
        UnreadableSource: a file is damaged or files do not belong together; the message names file and line.
    """
    if place.run is None:
        return _bring_program(place.path, as_network, seed, progress)
    beside = _program_beside(place.path)
    try:
        checkpoint = read_checkpoint(place.path, place.run)
    except TprogError as error:
        if beside is None or not place.alone:
            raise
        try:
            found = _bring_program(beside, as_network, seed, progress)
        except TprogError:
            raise error from None
        note = f"{beside.name} in it is read instead: its checkpoint cannot be"
        return replace(found, said=replace(found.said, remarks=(note, *found.said.remarks)))
    agreement = None
    if beside is not None:
        source = partial(read_published, beside)
        agreement = _agreement(beside, source, lambda: checkpoint, seed, progress)
    return _brought(place.path, "checkpoint", "network", checkpoint, agreement=agreement)


def _bring_program(path: Path, as_network: bool, seed: int, progress: Stages | None) -> Brought:
    source = read_published(path)
    network = network_meaning(source)
    meaning: Meaning = "network" if as_network else "source"
    found = network if as_network else source
    parting = None
    if source.program != network.program:
        report = _stage(progress, "source against network")
        parting = part(source.program, network.program, meaning, seed=seed, progress=report)
    beyond = beyond_tables(found.program, found.ends, seed)
    run = run_files(path.parent)
    agreement = None
    if run is not None:
        checkpoint = partial(read_checkpoint, path.parent, run)
        agreement = _agreement(path, lambda: source, checkpoint, seed, progress)
    return _brought(path, "source", meaning, found, beyond, parting, agreement)


def _brought(
    path: Path,
    kind: Kind,
    meaning: Meaning,
    found: Imported,
    beyond: tuple[str, ...] = (),
    parting: Parting | None = None,
    agreement: CheckpointAgreement | None = None,
) -> Brought:
    task, remarks = found.program.provenance.task, (*found.warnings, *beyond)
    said = Import(path, kind, meaning, task, None, False, found.notes, remarks, parting, agreement)
    return Brought(found, said)


def _program_beside(folder: Path) -> Path | None:
    """Return the published program in a run folder; None where there is none, or several."""
    found = [path for path in sorted(folder.iterdir()) if kind_of(path) == "source"]
    return found[0] if len(found) == 1 else None


def _agreement(
    path: Path,
    read_source: Callable[[], Imported],
    read_network: Callable[[], Imported],
    seed: int,
    progress: Stages | None,
) -> CheckpointAgreement:
    """Compare a program, with either tie-break, and the checkpoint in its folder."""
    folder = path.parent
    names = (path.name, f"checkpoint {folder.absolute().name}")
    report = _stage(progress, "program against checkpoint")
    try:
        checkpoint, source = read_network().program, read_source().program
        network = as_network(source)
        verdicts = [
            compare(program, checkpoint, seed=seed, names=names, progress=report)
            for program in ([source] if source == network else [source, network])
        ]
    except TprogError as error:
        return CheckpointAgreement(path, folder, None, str(error), None, None)
    holds = verdicts[-1].outcome != "different"
    return CheckpointAgreement(path, folder, holds, None, verdicts[0], verdicts[-1])


def write_import(brought: Brought, folder: Path, *, force: bool = False) -> Import:
    """Write a program, its word tables and its manifest into a folder, and return what is said of it then.

    An import that lies there already, unchanged, is left as it is.

    Args:
        brought: what was read.
        folder: it may be missing.
        force: whether another program there is replaced.

    Raises:
        FileProblem: the folder holds another program, or cannot be written.
    """
    from tprog.codegen import emit_files

    program, manifest = folder / PROGRAM_FILE, folder / MANIFEST_FILE
    files = emit_files(brought.imported.program, Path(PROGRAM_FILE).stem)
    same = all(
        (folder / name).is_file() and read_text(folder / name) == text
        for name, text in files.items()
    )
    if same and manifest.is_file() and read_manifest(manifest).matches(files[PROGRAM_FILE]):
        return replace(brought.said, folder=folder)
    if program.exists() and not force:
        raise FileProblem(
            f"{folder} holds another {PROGRAM_FILE}; choose another --output, or --force to replace it"
        )
    manifest.unlink(missing_ok=True)
    for name, text in files.items():
        write_text(folder / name, text)
    # The manifest comes last, so that what it speaks of is there.
    write_manifest(manifest, _manifest(brought, files[PROGRAM_FILE]))
    return replace(brought.said, folder=folder, written=True)


def _manifest(brought: Brought, source: str) -> Manifest:
    metrics: dict[str, Any] = {}
    said = brought.said
    if said.parting is not None:
        metrics[METRIC] = json_values(said.parting)
    if said.agreement is not None:
        metrics["checkpoint"] = json_values(said.agreement)
    hashes = {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in brought.imported.files
    }
    origin = {
        "path": str(said.path),
        "kind": said.kind,
        "meaning": said.meaning,
        "files": hashes,
        "notes": list(said.notes),
        "remarks": list(said.remarks),
        "tprog": version("tprog"),
    }
    return Manifest(source_hash(source), said.task, metrics=metrics, origin=origin)


def bring_in_all(
    found: list[FoundPlace],
    folder: Path,
    *,
    as_network: bool = False,
    force: bool = False,
    progress: Stages | None = None,
) -> Iterator[tuple[FoundPlace, Import | str]]:
    """Import everything of a tree, each into a folder of its name; what cannot be comes with the reason, in a line.

    Args:
        found: what there is.
        folder: the folder of the folders.
        as_network: see `bring_in`.
        force: see `write_import`.
        progress: called before each place.
    """
    for number, place in enumerate(found):
        if progress is not None:
            progress("importing", number, len(found))
        try:
            brought = bring_in(place, as_network=as_network)
            yield place, write_import(brought, folder / place.name, force=force)
        except TprogError as error:
            yield place, str(error)
    if progress is not None:
        progress("importing", len(found), len(found))


def _stage(progress: Stages | None, what: str) -> Callable[[int, int | None], None] | None:
    return None if progress is None else lambda done, total: progress(what, done, total)


def _differing(verdict: Verdict) -> str:
    example = verdict.counterexample
    shown = "" if example is None else f", such as `{' '.join(example.tokens)}`"
    sampled = "" if verdict.exhaustive else " of a sample"
    return f"{verdict.differing_inputs:,} of {verdict.inputs:,} inputs{sampled}{shown}"
