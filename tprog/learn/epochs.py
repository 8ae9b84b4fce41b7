"""Reads a checkpoint of a warm start as a Program: what the network was after an epoch.

A checkpoint holds weights alone. What they mean stands in the manifest of its run, so the file has to lie in the run folder
or in one below it.
"""

from dataclasses import fields
from pathlib import Path
from typing import Any

from tprog.errors import TprogError, UnreadableSource
from tprog.ir import Program, Provenance
from tprog.learn.discretise import discretise
from tprog.learn.layout import NetworkSizes, network_layout
from tprog.learn.network import Network
from tprog.learn.weights import read_tensors
from tprog.manifest import MANIFEST_FILE, Manifest, read_manifest
from tprog.tasks.dataset import make_dataset
from tprog.tasks.registry import get_task
from tprog.visible import one_line

PREFIX = "network."


def is_epoch(path: Path) -> bool:
    """Tell whether a file is a checkpoint of a warm start, and no finished network.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: it is damaged, or no file of ours.
    """
    _, about = read_tensors(path)
    return "epoch" in about


def read_epoch(path: Path) -> Program:
    """Return the Program that a network was after the epoch of a checkpoint, its votes rounded on the training data.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: it is damaged, or its run is not there.
    """
    tensors, about = read_tensors(path)
    manifest = _manifest(path)
    weights = {
        name.removeprefix(PREFIX): tensor
        for name, tensor in tensors.items()
        if name.startswith(PREFIX)
    }
    try:
        task = get_task(str(manifest.task))
        sizes = _sizes(manifest.config["sizes"])
        network = Network(network_layout(task.domain, task.labels, sizes, pooled=task.pooled))
        network.load_state_dict(weights)
        epoch = int(about["epoch"])
        samples = manifest.config.get("samples")
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        reason = one_line(error)
        raise UnreadableSource(
            f"{path} does not fit the run in {path.parent} ({reason})"
        ) from error
    except TprogError as error:
        raise UnreadableSource(f"{path} cannot be read as a program: {error}") from error
    data = make_dataset(task, manifest.seed or 0, samples)
    program = discretise(network, data.train.batches())
    title = f"A Transformer Program for {task.spec} after epoch {epoch}"
    return _titled(program, Provenance(title, task.spec))


def _titled(program: Program, provenance: Provenance) -> Program:
    return Program(
        program.domain, program.inputs, program.operations, program.classifier, provenance
    )


def _manifest(path: Path) -> Manifest:
    for folder in (path.absolute().parent, path.absolute().parent.parent):
        if (folder / MANIFEST_FILE).is_file():
            return read_manifest(folder / MANIFEST_FILE)
    raise UnreadableSource(
        f"{path} is a checkpoint without its run; it has to lie in the run folder or in its checkpoints/"
    )


def _sizes(found: dict[str, Any]) -> NetworkSizes:
    known = {field.name for field in fields(NetworkSizes)}
    return NetworkSizes(**{name: value for name, value in found.items() if name in known})
