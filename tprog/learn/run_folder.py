"""The folder of a training run: its files, its manifest, who may write into it, and when a run may be gone on with.

A run folder holds `program.py` (with `program.json` beside it where word tables are large), `weights.safetensors`,
`metrics.json` and `manifest.json`. While a run is unfinished its
manifest says so, and `checkpoints/` holds what it needs to go on. `epochs/` holds the network after each epoch, where that was asked for.
While a training runs it holds a lock on `.lock`, which the system drops when the process ends, however it ends.
"""

import json
import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from tprog.errors import FileProblem
from tprog.files import write_all
from tprog.ir import Program
from tprog.learn.network import Network
from tprog.learn.settings import RunProblem
from tprog.learn.weights import network_bytes
from tprog.manifest import (
    MANIFEST_FILE,
    METRICS_FILE,
    PROGRAM_FILE,
    RASP_FILE,
    WEIGHTS_FILE,
    Manifest,
    read_manifest,
    source_hash,
    write_manifest,
)

TABLES_FILE = "program.json"
FILES = (PROGRAM_FILE, WEIGHTS_FILE, METRICS_FILE, MANIFEST_FILE)
CHECKPOINTS = "checkpoints"
EPOCHS = "epochs"
LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a run this run: with another identity its checkpoints mean nothing.

    Attributes:
        task: the task's specification.
        seed: of the dataset.
        data_sha256: the hash of all its sequences and labels.
        config: the settings, as JSON values.
        data: where the task's examples were read, see `Task.origin`.
    """

    task: str
    seed: int
    data_sha256: str
    config: dict[str, Any]
    data: dict[str, Any] | None = None

    def manifest(self, source: str, metrics: dict[str, Any], *, finished: bool) -> Manifest:
        """Return the manifest of a run; `source` is that of its program, "" while there is none."""
        about = {"finished": finished, "command": sys.argv, "versions": versions()}
        return Manifest(
            source_hash(source),
            self.task,
            self.seed,
            self.data_sha256,
            self.config,
            metrics,
            about,
            data=self.data,
        )


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other trainings out of a folder, which is made where it is missing.

    Raises:
        RunProblem: another process trains there at this moment.
        FileProblem: the folder cannot be made or written.
    """
    path = folder / LOCK
    lock = FileLock(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise RunProblem(
            f"another training writes into {folder} at this moment; wait for its end, or choose another folder with -o"
        ) from error
    except OSError as error:
        raise FileProblem(f"cannot write into {folder}: {error.strerror or error}") from error
    try:
        yield
    finally:
        if sys.platform != "win32":
            # While it is held: whoever opened it before finds that its lock speaks of no file. Windows removes it itself.
            path.unlink(missing_ok=True)
        lock.release()


def open_run(folder: Path, identity: Identity, *, resume: bool, force: bool) -> Path:
    """Make a folder ready for a run, and return the folder of its checkpoints.

    Args:
        folder: it may be missing, empty, or hold an unfinished run of the same identity.
        identity: of the run to come.
        resume: whether an unfinished run is gone on with; otherwise it is begun again.
        force: whether a finished or different run is overwritten.

    Raises:
        RunProblem: the folder holds a finished run, a different one, or files of somebody else.
        FileProblem: the folder cannot be written.
    """
    checkpoints = folder / CHECKPOINTS
    try:
        if force or not _may_go_on(folder, identity, resume=resume):
            _remove(folder)
        checkpoints.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileProblem(f"cannot make {checkpoints}: {error.strerror or error}") from error
    write_manifest(folder / MANIFEST_FILE, identity.manifest("", {}, finished=False))
    return checkpoints


def _may_go_on(folder: Path, identity: Identity, *, resume: bool) -> bool:
    """Tell whether the folder's checkpoints are to be used; refuse what must not be overwritten."""
    if not (folder / MANIFEST_FILE).exists():
        if (folder / PROGRAM_FILE).exists():
            raise RunProblem(
                f"{folder} holds a {PROGRAM_FILE} that no run of ours left; choose another folder, or --force"
            )
        return False
    found = read_manifest(folder / MANIFEST_FILE)
    if found.other.get("finished", True):
        raise RunProblem(
            f"{folder} holds a finished run; choose another folder, or --force to replace it"
        )
    different = [
        name
        for name in ("task", "seed", "data_sha256")
        if getattr(found, name) != getattr(identity, name)
    ]
    different += [
        name
        for name in sorted(found.config.keys() | identity.config.keys())
        if found.config.get(name) != identity.config.get(name)
    ]
    if different and resume:
        raise RunProblem(
            f"{folder} holds an unfinished run that differs in {', '.join(different)}; "
            "use the same settings, choose another folder, or --force"
        )
    return resume


def _remove(folder: Path) -> None:
    for name in (*FILES, TABLES_FILE, RASP_FILE):
        (folder / name).unlink(missing_ok=True)
    for name in (CHECKPOINTS, EPOCHS):
        shutil.rmtree(folder / name, ignore_errors=True)


def write_run(
    folder: Path, identity: Identity, program: Program, network: Network, metrics: dict[str, Any]
) -> Manifest:
    """Write a run's files, all or none of them, and return its manifest, which calls the run unfinished.

    Args:
        folder: of the run.
        identity: of the run.
        program: what was learned.
        network: the same as a network.
        metrics: what was measured, as JSON values.
    """
    from tprog.codegen import emit_files

    texts = emit_files(program, Path(PROGRAM_FILE).stem)
    manifest = identity.manifest(texts[PROGRAM_FILE], metrics, finished=False)
    files = {folder / name: text.encode() for name, text in texts.items()}
    files[folder / WEIGHTS_FILE] = network_bytes(network)
    for found in (metrics.get("synthesis"), metrics.get("distilled")):
        if found is not None and "rasp" in found:
            files[folder / RASP_FILE] = found["rasp"].encode()
    files[folder / METRICS_FILE] = (json.dumps(metrics, indent=2) + "\n").encode()
    # The manifest comes last, so that what it speaks of is there.
    write_all({**files, folder / MANIFEST_FILE: manifest.text.encode()})
    return manifest


def close_run(folder: Path, manifest: Manifest, *, finished: bool) -> Manifest:
    """Write the last manifest of a run and return it; nothing else is done to the run after that.

    Args:
        folder: of the run.
        manifest: what is known by now.
        finished: whether the run is over; its checkpoints are then removed.
    """
    manifest = replace(manifest, other={**manifest.other, "finished": finished})
    write_manifest(folder / MANIFEST_FILE, manifest)
    if finished:
        shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)
    return manifest


def versions() -> dict[str, str]:
    """Return the versions of what a run's figures depend on."""
    names = ("tprog", "torch", "numpy", "scipy", "numba")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}
