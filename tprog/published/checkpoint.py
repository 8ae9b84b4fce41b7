"""Checkpoints of published runs as Programs; the network is never run.

This is the one reader that needs torch, and it is loaded when a checkpoint is opened. Only tensors are unpickled.
"""

import io
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tprog.errors import InvalidProgram, UnreadableSource
from tprog.ir import Provenance
from tprog.published.arguments import Arguments, read_arguments
from tprog.published.assemble import Drafts, Imported, assemble
from tprog.published.files import (
    ARGUMENTS_FILE,
    LARGEST_MODEL,
    MODEL_FILE,
    RunFiles,
    read_bytes_bounded,
)
from tprog.published.names import Unnamed, network_names
from tprog.published.network import Tensors, TrainedNetwork

# Under these a training loop keeps the network beside its epoch and its optimiser.
WRAPPERS = ("state_dict", "model_state_dict", "model", "net")
# What DataParallel and torch.compile put before every name.
PREFIXES = ("module.", "_orig_mod.", "model.")


def read_checkpoint(folder: Path, files: RunFiles | None = None) -> Imported:
    """Read a run folder of the published training script: `args.json` and `model.pt`.

    The Program computes what the network computes once every choice is its largest entry: heads choose their own position
    last, MLPs are exact wherever their arguments reach, weights are the network's own, exactly.

    Args:
        folder: the run folder; a text run also needs its `NAME_embeddings.csv`, and its `NAME_weights.csv` for the labels.
        files: its arguments and its model, where they have other names.

    Raises:
        FileProblem: a file cannot be read.
        UnreadableSource: a file is damaged, the files do not belong together, or an argument is one that no Program can
            follow; the message names it.
    """
    folder = Path(folder)
    files = files or RunFiles(folder / ARGUMENTS_FILE, folder / MODEL_FILE)
    try:
        return _read(folder, files)
    except InvalidProgram as error:
        raise UnreadableSource(f"{files.model}:1: {error}; give another run") from error
    except (RecursionError, MemoryError):
        raise UnreadableSource(f"{files.model}:1: the network is too large to be read") from None


def _read(folder: Path, files: RunFiles) -> Imported:
    arguments = read_arguments(files.arguments)
    path = files.model
    tensors = Tensors(str(path), _arrays(path), arguments.foreign)
    positions = tensors.size("pos_embed.W", 0)
    symbols = tensors.size("embed.W_E", 1)
    labels = tensors.size("unembed.W_U", 1)
    try:
        names = network_names(folder, arguments, symbols, labels, positions)
    except Unnamed as error:
        raise tensors.error(str(error)) from None
    drafts = Drafts(names.domain)
    network = TrainedNetwork(tensors, arguments, drafts, arguments.d_var or max(symbols, positions))
    votes = network.read(names.symbols, positions, labels)
    pooled = bool(arguments.pool_outputs)
    masked = _masked(tensors, labels)
    program, lossy = assemble(drafts, votes, names.labels, masked=masked, pooled=pooled)
    name = folder.absolute().name
    notes = (
        f"Read from {name}/{path.name}, a network of {arguments.n_layers} layers trained on {arguments.dataset}.",
        names.note,
        "Its heads choose as the network does; its MLPs are written out as far as their arguments reach.",
    )
    provenance = Provenance(f"Published checkpoint {name}", names.task, notes)
    return Imported(
        replace(program, provenance=provenance),
        notes,
        (*network.warnings, *lossy, *_foreign(arguments)),
        (),
        (files.arguments, path, *names.files),
    )


def _foreign(arguments: Arguments) -> list[str]:
    if not arguments.foreign:
        return []
    shown = ", ".join(arguments.foreign[:4])
    return [
        f"its args.json has options of a changed training script ({shown}); what they change besides the tensors' shapes is not "
        "known here"
    ]


def _masked(tensors: Tensors, labels: int) -> tuple[int, ...]:
    if "unembed.mask" not in tensors.arrays:
        return ()
    mask = tensors.get("unembed.mask", 1, 1, labels)[0, 0]
    return tuple(number for number, hidden in enumerate(mask.tolist()) if hidden)


def _arrays(path: Path) -> Mapping[str, npt.NDArray[np.float32]]:
    """Return the tensors of a checkpoint as arrays, each checked to hold what it says."""
    content = read_bytes_bounded(path, LARGEST_MODEL)
    _check_archive(path, content)
    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        # A damaged archive makes torch raise errors of nearly every class.
        reason = str(error).strip().split("\n")[0][:120] or type(error).__name__
        raise UnreadableSource(
            f"{path}:1: this is no checkpoint that holds tensors alone ({reason}); restore the file from its run"
        ) from None
    if not isinstance(found, Mapping):
        raise UnreadableSource(f"{path}:1: a checkpoint must map names to tensors; give a model.pt")
    arrays: dict[str, npt.NDArray[np.float32]] = {}
    for name, tensor in _unwrapped(found).items():
        if not isinstance(name, str) or not isinstance(tensor, torch.Tensor):
            raise UnreadableSource(f"{path}:1: {str(name)[:60]!r} is no tensor; give a model.pt")
        if tensor.layout is not torch.strided or tensor.is_complex() or tensor.is_quantized:
            raise UnreadableSource(
                f"{path}:1: {name[:60]!r} is no dense real tensor; give a model.pt"
            )
        # A tensor whose strides repeat one number could stand for any amount of memory.
        if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
            raise UnreadableSource(
                f"{path}:1: {name[:60]!r} is larger than its contents; give a model.pt"
            )
        arrays[name] = tensor.detach().to(torch.float32).numpy()
    return arrays


def _unwrapped(found: Mapping[object, object]) -> Mapping[object, object]:
    """Return a network's own tensors from what a training loop may have saved around them."""
    for key in WRAPPERS:
        inner = found.get(key)
        if isinstance(inner, Mapping):
            return _unwrapped(inner)
    for prefix in PREFIXES:
        names = [name for name in found if isinstance(name, str) and name.startswith(prefix)]
        if names and len(names) == len(found):
            return _unwrapped({name.removeprefix(prefix): found[name] for name in names})
    return found


def _check_archive(path: Path, content: bytes) -> None:
    """Refuse what is no archive, and one that unpacks into more than its size."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = [entry.file_size for entry in archive.infolist()]
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError) as error:
        raise UnreadableSource(
            f"{path}:1: this is no checkpoint of PyTorch 1.6 or later ({error}), or it is cut off; "
            "restore the file from its run"
        ) from None
    if sum(sizes) > LARGEST_MODEL:
        raise UnreadableSource(
            f"{path}:1: the checkpoint unpacks into {sum(sizes)} bytes, more than the most, {LARGEST_MODEL}"
        )
