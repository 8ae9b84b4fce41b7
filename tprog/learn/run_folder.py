"""The folder of a training run. Owns its files, its manifest and the rules of resuming; refuses to train.

A run folder holds `program.py` (with `program.json` beside it where word tables are large), `weights.safetensors`,
`metrics.json` and `manifest.json`. While a run is unfinished its
manifest says so, and `checkpoints/` holds what it needs to go on.
"""

import hashlib
import json
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tprog.errors import FileProblem, UnreadableSource
from tprog.files import read_text, write_text
from tprog.ir import Program
from tprog.learn.network import Network
from tprog.learn.settings import RunProblem
from tprog.learn.weights import save_network

# History of the manifest's format: 1, the first.
FORMAT = 1
PROGRAM, TABLES, WEIGHTS, METRICS, MANIFEST = (
    "program.py",
    "program.json",
    "weights.safetensors",
    "metrics.json",
    "manifest.json",
)
CHECKPOINTS = "checkpoints"


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a run this run: with another identity its checkpoints mean nothing.

    Attributes:
        task: the task's specification.
        seed: of the dataset.
        data_sha256: the hash of all its sequences and labels.
        config: the settings, as JSON values.
    """

    task: str
    seed: int
    data_sha256: str
    config: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return the identity as it stands in a manifest."""
        return {
            "task": self.task,
            "seed": self.seed,
            "data_sha256": self.data_sha256,
            "config": self.config,
        }


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
    write_manifest(folder, identity, program=None, metrics={}, finished=False)
    return checkpoints


def _may_go_on(folder: Path, identity: Identity, *, resume: bool) -> bool:
    """Tell whether the folder's checkpoints are to be used; refuse what must not be overwritten."""
    if not (folder / MANIFEST).exists():
        if (folder / PROGRAM).exists():
            raise RunProblem(
                f"{folder} holds a {PROGRAM} that no run of ours left; choose another folder, or force"
            )
        return False
    found = read_manifest(folder)
    if found.get("finished", True):
        raise RunProblem(
            f"{folder} holds a finished run; choose another folder, or force to replace it"
        )
    wanted = identity.to_json()
    different = [key for key in ("task", "seed", "data_sha256") if found.get(key) != wanted[key]]
    config = found.get("config")
    if isinstance(config, dict):
        different += [
            key
            for key in sorted(config.keys() | identity.config.keys())
            if config.get(key) != identity.config.get(key)
        ]
    if different and resume:
        raise RunProblem(
            f"{folder} holds an unfinished run that differs in {', '.join(different)}; "
            "use the same settings, choose another folder, or force"
        )
    return resume


def _remove(folder: Path) -> None:
    for name in (PROGRAM, TABLES, WEIGHTS, METRICS, MANIFEST):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)


def close_run(
    folder: Path,
    identity: Identity,
    program: Program,
    network: Network,
    metrics: dict[str, Any],
    *,
    finished: bool,
) -> dict[str, Any]:
    """Write a run's files and return its manifest; the manifest comes last, so that what it speaks of is there.

    Args:
        folder: of the run.
        identity: of the run.
        program: what was learned.
        network: the same as a network.
        metrics: what was measured, as JSON values.
        finished: whether the run is over; its checkpoints are then removed.
    """
    from tprog.codegen import emit_files

    files = emit_files(program, Path(PROGRAM).stem)
    for name, text in files.items():
        write_text(folder / name, text)
    save_network(folder / WEIGHTS, network)
    write_text(folder / METRICS, _json(metrics))
    manifest = write_manifest(
        folder, identity, program=files[PROGRAM], metrics=metrics, finished=finished
    )
    if finished:
        shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)
    return manifest


def write_manifest(
    folder: Path,
    identity: Identity,
    *,
    program: str | None,
    metrics: dict[str, Any],
    finished: bool,
) -> dict[str, Any]:
    """Write and return the manifest of a run; `program` is the source of its program, None while there is none."""
    text = "" if program is None else program.replace("\r\n", "\n")
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "program_sha256": hashlib.sha256(text.encode("utf-8")).hexdigest(),
        **identity.to_json(),
        "metrics": metrics,
        "finished": finished,
        "command": sys.argv,
        "versions": versions(),
    }
    write_text(folder / MANIFEST, _json(manifest))
    return manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run folder as JSON values.

    Raises:
        FileProblem: it cannot be read.
        UnreadableSource: it is no manifest.
    """
    path = folder / MANIFEST
    try:
        found = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(f"{path} is no manifest: {' '.join(str(error).split())}") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise UnreadableSource(f"{path} is no manifest of format {FORMAT}; choose another folder")
    return found


def versions() -> dict[str, str]:
    """Return the versions of what a run's figures depend on."""
    names = ("tprog", "torch", "numpy", "scipy", "numba")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"
