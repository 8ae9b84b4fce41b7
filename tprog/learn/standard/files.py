"""The run folder of a standard Transformer. It holds weights, metrics and a manifest, and no program.

History of the weights format: see `tprog.learn.weights`.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import torch

from tprog.errors import TprogError, UnreadableSource
from tprog.files import write_text
from tprog.ir import Domain
from tprog.learn.run_folder import CHECKPOINTS, Identity
from tprog.learn.standard.model import StandardLayout, StandardTransformer
from tprog.learn.weights import decode, encode, read_tensors, write_tensors
from tprog.manifest import (
    MANIFEST_FILE,
    METRICS_FILE,
    STANDARD,
    WEIGHTS_FILE,
    Manifest,
    write_manifest,
)
from tprog.visible import one_line

# What a damaged file, or one of another kind, can raise; all of it means the same to a user.
_DAMAGE = (
    *(KeyError, TypeError, ValueError, AttributeError, RuntimeError, OverflowError),
    *(RecursionError, AssertionError, ZeroDivisionError, TprogError),
)


def save_standard(path: Path, network: StandardTransformer) -> None:
    """Write a network's shape and weights, whole or not at all.

    Raises:
        FileProblem: the disk refuses it.
    """
    layout = encode(network.layout)
    del layout["kind"]
    write_tensors(path, dict(network.state_dict()), {STANDARD: layout})


def load_standard(path: Path) -> StandardTransformer:
    """Read a network that `save_standard` wrote.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: it is damaged, or no standard Transformer.
    """
    tensors, about = read_tensors(path)
    try:
        found = dict(about[STANDARD])
        layout = StandardLayout(
            **{
                **found,
                "domain": decode(found["domain"], Domain),
                "labels": tuple(found["labels"]),
            }
        )
        # Shapes are compared before any memory is taken for weights that a damaged file may speak of.
        with torch.device("meta"):
            expected = {
                name: weight.shape
                for name, weight in StandardTransformer(layout).state_dict().items()
            }
        if expected != {name: weight.shape for name, weight in tensors.items()}:
            raise ValueError("its weights do not fit its layout")
        if not all(bool(torch.isfinite(weight).all()) for weight in tensors.values()):
            raise ValueError("its weights are not finite")
        network = StandardTransformer(layout)
        network.load_state_dict(tensors)
    except _DAMAGE as error:
        reason = one_line(error)
        raise UnreadableSource(
            f"{path} is no standard Transformer that can be read ({reason}); train again"
        ) from error
    return network


def close_standard(
    folder: Path,
    identity: Identity,
    network: StandardTransformer,
    metrics: dict[str, Any],
    *,
    finished: bool,
) -> Manifest:
    """Write a run's files and return its manifest, which comes last; there is no program.

    Args:
        folder: of the run.
        identity: of the run.
        network: what was learned.
        metrics: what was measured, as JSON values.
        finished: whether the run is over; its checkpoints are then removed.
    """
    save_standard(folder / WEIGHTS_FILE, network)
    write_text(folder / METRICS_FILE, json.dumps(metrics, indent=2) + "\n")
    manifest = identity.manifest("", metrics, finished=finished)
    write_manifest(folder / MANIFEST_FILE, manifest)
    if finished:
        shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)
    return manifest
