"""Training a standard Transformer, in one flat loop, and its run folder, which holds no program.

The test split is looked at once, at the end; the epoch is chosen on validation data. A run that is cut anywhere and called
again goes on from its last whole epoch, and ends as one that is not.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tprog.errors import TprogError, UnreadableSource
from tprog.files import write_text
from tprog.ir import Domain
from tprog.learn.gradient import Adam, Labelled, pad
from tprog.learn.run_folder import CHECKPOINTS, Identity, locked, open_run
from tprog.learn.settings import Diverged, OnProgress, Progress
from tprog.learn.standard.model import (
    StandardLayout,
    StandardSettings,
    StandardTransformer,
    standard_accuracy,
    standard_layout,
)
from tprog.learn.train import one_torch_thread
from tprog.learn.warm_start import GREATEST_LOSS, REPORT_EVERY, mean_loss
from tprog.learn.weights import decode, encode, read_tensors, write_tensors
from tprog.manifest import (
    MANIFEST_FILE,
    METRICS_FILE,
    STANDARD,
    WEIGHTS_FILE,
    Manifest,
    write_manifest,
)
from tprog.stopping import Stopper, stopper
from tprog.tasks.dataset import Dataset, make_dataset
from tprog.tasks.task import Task
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
        reason = " ".join(str(error).split())[:200] or type(error).__name__
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


CHECKPOINT = "standard.safetensors"


@dataclass(frozen=True, eq=False)
class StandardResult:
    """What a training has learned.

    Attributes:
        network: with the weights of the best epoch.
        metrics: `train`, `validation` and `test` accuracy for each scored label, from 0 to 1; `epochs` done; `best_epoch`
            from 1 (0: the weights that it began with); `seconds`; `stopped`: why it ended (`perfect`, `epochs`,
            `seconds` or `interrupted`).
        manifest: the run folder's manifest; None where there is no folder.
        interrupted: whether the training was stopped before its end; it can then be resumed.
    """

    network: StandardTransformer
    metrics: dict[str, Any]
    manifest: Manifest | None
    interrupted: bool

    def __repr__(self) -> str:
        """Say in one line how right it is."""
        word = "interrupted" if self.interrupted else "learned"
        return f"<StandardResult: {word}, {self.metrics.get('test', 0):.2%} of test labels>"


def train_standard(
    task: Task,
    settings: StandardSettings | None = None,
    folder: Path | None = None,
    on_progress: OnProgress | None = None,
    *,
    resume: bool = True,
    force: bool = False,
    on_signal: Callable[[], None] | None = None,
) -> StandardResult:
    """Learn a standard Transformer for a task, on the splits that Programs are learned on.

    Args:
        task: what to learn; its domain has a greatest length.
        settings: how; the paper's where it is None.
        folder: where the run is kept; None keeps nothing.
        on_progress: called with reports, in the caller's thread.
        resume: whether an unfinished run in the folder is gone on with.
        force: whether a finished or different run in the folder is overwritten.
        on_signal: called at the first signal that ends it early, in a thread of its own.

    Raises:
        UsageError: the settings or the task do not fit.
        Diverged: the loss is not finite, or beyond 10^4 nats.
        RunProblem: the folder holds a finished or a different run.
    """
    settings = settings or StandardSettings()
    network = StandardTransformer(standard_layout(task, settings)).initialise(settings.seed)
    dataset = make_dataset(task, settings.data_seed, settings.samples)
    config = _config(settings)
    identity = Identity(task.spec, settings.data_seed, dataset.data_hash, config, task.origin)
    with ExitStack() as stack:
        checkpoints = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if folder is not None:
            stack.enter_context(locked(folder))
            checkpoints = open_run(folder, identity, resume=resume, force=force)
        stack.enter_context(one_torch_thread())
        stop = stack.enter_context(stopper(on_progress, on_signal=on_signal))
        loop = _Loop(dataset, settings, network, stop, checkpoints / CHECKPOINT)
        stopped = loop.run()
        network.load_state_dict(loop.best_weights)
        metrics = {
            "train": standard_accuracy(network, dataset.train.batches()),
            "validation": standard_accuracy(network, dataset.validation.batches()),
            "test": standard_accuracy(network, dataset.test.batches()),
            "epochs": loop.epoch,
            "best_epoch": loop.best_epoch,
            "parameters": sum(weight.numel() for weight in network.parameters()),
            "stopped": stopped,
            "seconds": round(loop.seconds(), 1),
        }
        interrupted = stopped == "interrupted"
        manifest: Manifest | None = None
        if folder is not None:
            manifest = close_standard(folder, identity, network, metrics, finished=not interrupted)
    return StandardResult(network, metrics, manifest, interrupted)


def _config(settings: StandardSettings) -> dict[str, Any]:
    """Return the settings that decide the result, as JSON values."""
    config = asdict(settings)
    del config["seconds"]
    return {"model": STANDARD, **config}


@dataclass
class _Loop:
    """Everything that changes in the loop; what `_save` writes is enough to go on bit by bit.

    Random numbers have no state: each epoch's order is drawn from a seed of its own.
    """

    dataset: Dataset
    settings: StandardSettings
    network: StandardTransformer
    stop: Stopper
    checkpoint: Path
    epoch: int = 0
    best: float = -1.0
    best_epoch: int = 0
    best_weights: dict[str, Tensor] = field(default_factory=dict)
    spent: float = 0.0

    def __post_init__(self) -> None:
        self.began = time.monotonic()
        self.adam = Adam(self.network)
        if self.checkpoint.exists():
            self._load()

    def seconds(self) -> float:
        """Return the seconds spent, those before an interruption included."""
        return self.spent + time.monotonic() - self.began

    def run(self) -> str:
        """Train to the end and return why it ended."""
        data = pad(self.dataset.train.batches())
        symbols = self.network.symbols(data.words)[data.indices]
        stopped = self._ended()
        while not stopped:
            loss = self._epoch(data, symbols)
            if loss is None:
                break
            self.epoch += 1
            self._keep_if_better()
            self._save()
            self._report(float(self.epoch), loss, self.best)
            stopped = self._ended()
        if not self.best_weights:
            self._keep_if_better()
        if not stopped:
            stopped = "interrupted" if self.stop.wanted else "seconds"
        return stopped

    def _ended(self) -> str:
        """Return why there is no further epoch; nothing where there is one."""
        if self.best == 1.0:
            return "perfect"
        return "epochs" if self.epoch >= self.settings.epochs else ""

    def _epoch(self, data: Labelled, symbols: Tensor) -> float | None:
        """Make one pass over the data and return its mean loss; None where it was stopped in the middle."""
        settings = self.settings
        noise = torch.Generator().manual_seed(settings.seed * 1_000_003 + self.epoch + 1)
        order = torch.randperm(len(data), generator=noise)
        total, count, reported = 0.0, 0, time.monotonic()
        parts = torch.split(order, settings.batch)
        for rows in parts:
            if self.stop.wanted or (
                settings.seconds is not None and self.seconds() >= settings.seconds
            ):
                return None
            loss = self._step(data, symbols, rows)
            total, count = total + loss, count + 1
            if time.monotonic() - reported >= REPORT_EVERY:
                reported = time.monotonic()
                self._report(self.epoch + count / len(parts), total / count, None)
        return total / count

    def _step(self, data: Labelled, symbols: Tensor, rows: Tensor) -> float:
        valid = data.valid[rows]
        # Columns that only longer sequences have would cost time and change nothing.
        longest = int(valid.sum(1).max())
        labels = data.labels[rows]
        if not self.network.layout.pooled:
            labels = labels[:, :longest]
        logits = self.network(symbols[rows, :longest], valid[:, :longest])
        loss = mean_loss(logits, labels)
        found = float(loss.detach())
        if not found <= GREATEST_LOSS:
            raise Diverged(
                f"the loss of the standard Transformer became {found} in epoch {self.epoch + 1}; "
                "lower the rate, or take another seed"
            )
        loss.backward()  # type: ignore[no-untyped-call]
        self.adam.step(self.settings.rate)
        return found

    def _keep_if_better(self) -> None:
        validation = standard_accuracy(self.network, self.dataset.validation.batches())
        if validation > self.best:
            self.best, self.best_epoch = validation, self.epoch
            self.best_weights = {
                name: weight.clone() for name, weight in self.network.state_dict().items()
            }

    def _report(self, epochs: float, loss: float, validation: float | None) -> None:
        settings, elapsed = self.settings, self.seconds()
        left = elapsed / epochs * (settings.epochs - epochs)
        if settings.seconds is not None:
            left = min(left, max(0.0, settings.seconds - elapsed))
        self.stop.report(
            Progress(
                phase="standard",
                restart=0,
                restarts=1,
                step=int(epochs),
                steps=settings.epochs,
                loss=loss,
                temperature=None,
                validation=validation,
                elapsed=elapsed,
                remaining=left,
            )
        )

    def _identity(self) -> dict[str, Any]:
        return {**_config(self.settings), "data": self.dataset.data_hash}

    def _save(self) -> None:
        tensors = {f"network.{name}": part for name, part in self.network.state_dict().items()}
        tensors |= {f"best.{name}": part for name, part in self.best_weights.items()}
        tensors |= {f"adam.{name}": part for name, part in self.adam.state().items()}
        about = {
            "epoch": self.epoch,
            "best": self.best,
            "best_epoch": self.best_epoch,
            "spent": self.seconds(),
            "identity": self._identity(),
        }
        write_tensors(self.checkpoint, tensors, about)

    def _load(self) -> None:
        tensors, about = read_tensors(self.checkpoint)
        try:
            if about["identity"] != self._identity():
                raise ValueError("it belongs to other settings")
            self.network.load_state_dict(_under("network", tensors))
            self.adam.load(_under("adam", tensors))
            self.best_weights = _under("best", tensors)
            self.epoch, self.best = int(about["epoch"]), float(about["best"])
            self.best_epoch, self.spent = int(about["best_epoch"]), float(about["spent"])
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            reason = one_line(error)
            raise UnreadableSource(
                f"{self.checkpoint} is no checkpoint of this training ({reason}); start again with --fresh"
            ) from error


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(f"{prefix}."): part
        for name, part in tensors.items()
        if name.startswith(f"{prefix}.")
    }
