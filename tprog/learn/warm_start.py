"""The gradient part of training: one network, trained with Adam in one flat loop over the batches of each epoch."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from tprog.errors import TprogError, UnreadableSource
from tprog.evaluate.inputs import Batch, IntArray
from tprog.learn.gradient import Adam, Labelled, exact_accuracy, pad
from tprog.learn.held import Held
from tprog.learn.layout import NetworkLayout
from tprog.learn.network import Network
from tprog.learn.relaxation import Relaxation, temperature_at
from tprog.learn.settings import Diverged, OnProgress, Progress, ShouldStop, WarmStartSettings
from tprog.learn.weights import read_tensors, write_tensors
from tprog.visible import one_line

# A mean loss of so many nats means that the weights have exploded: no prediction is that wrong by chance.
GREATEST_LOSS = 1e4
# Makes one step on some rows of the data, given temperature, learning rate and the seed of its noise; returns the loss.
Step: TypeAlias = Callable[[Tensor, float, float, int], float]
# Seconds between two reports within an epoch.
REPORT_EVERY = 0.5


@dataclass(frozen=True, eq=False)
class WarmStart:
    """What one warm start needs; it can be sent to another process.

    Attributes:
        layout: of the network.
        settings: of the loop.
        seed: of weights, order of sequences and noise.
        number: which warm start it is, from 0; for reports.
        restarts: how many there are; for reports.
        train, validation: labelled sequences.
        checkpoint: the file that holds its state after every epoch; None for none.
        until: the loop stops after so many epochs of its schedule, to be resumed or dropped.
        kept: the folder that keeps the network after each epoch, in a file of its own; None keeps none.
        held: parts that are given and not learned; None for none. Its steps are those of torch.
        words: `(alphabet, variables * values)` logits that factored word variables, the first inputs, begin with; None for
            random ones.
    """

    layout: NetworkLayout
    settings: WarmStartSettings
    seed: int
    number: int
    restarts: int
    train: list[tuple[Batch, IntArray]]
    validation: list[tuple[Batch, IntArray]]
    checkpoint: Path | None = None
    until: int | None = None
    kept: Path | None = None
    held: Held | None = None
    words: npt.NDArray[np.float64] | None = None

    def first_network(self) -> Network:
        """Return the network that it begins with."""
        network = Network(self.layout).initialise(self.seed)
        if self.held is not None:
            self.held.put_into(network)
        if self.words is not None:
            parts = np.split(self.words, len(network.embeddings), axis=1)
            for index, part in enumerate(parts):
                network.embeddings[str(index)].data.copy_(torch.as_tensor(part))
        return network


@dataclass(frozen=True, eq=False)
class WarmResult:
    """What a warm start has learned.

    Attributes:
        weights: the best network so far, by validation accuracy, the later of equals.
        validation: its accuracy when discretised, before its votes are rounded, from 0 to 1.
        epochs: epochs done.
        loss: of the last epoch, in nats for a scored label; None where there was none.
        finished: whether all epochs asked for are done.
    """

    weights: dict[str, Tensor]
    validation: float
    epochs: int
    loss: float | None
    finished: bool


@dataclass
class WarmState:
    """Everything that changes in the loop; what `save` writes is enough to go on bit by bit.

    Random numbers have no state: each step and each epoch draws from a seed of its own.
    """

    network: Network
    adam: Adam
    epoch: int = 0
    best: float = -1.0
    best_weights: dict[str, Tensor] = field(default_factory=dict)
    loss: float | None = None

    def keep_if_better(self, accuracy: float) -> None:
        """Keep the present weights as the best where their accuracy is not below that of the best."""
        if accuracy >= self.best:
            self.best = accuracy
            self.best_weights = {
                name: weight.clone() for name, weight in self.network.state_dict().items()
            }

    def save(self, path: Path, identity: dict[str, Any]) -> None:
        """Write the state, whole or not at all; the identity says to which training it belongs."""
        tensors = {f"network.{name}": part for name, part in self.network.state_dict().items()}
        tensors |= {f"best.{name}": part for name, part in self.best_weights.items()}
        tensors |= {f"adam.{name}": part for name, part in self.adam.state().items()}
        about = {"epoch": self.epoch, "best": self.best, "loss": self.loss}
        write_tensors(path, tensors, {**about, "identity": identity})

    def keep(self, path: Path) -> None:
        """Write the network alone, for those who look at how it changes; `tprog.learn.epochs` reads it."""
        tensors = {f"network.{name}": part for name, part in self.network.state_dict().items()}
        write_tensors(path, tensors, {"epoch": self.epoch})

    def load(self, path: Path, identity: dict[str, Any]) -> None:
        """Take up what `save` wrote for the same training.

        Raises:
            FileProblem: the file cannot be read.
            UnreadableSource: it is damaged or belongs to another training.
        """
        tensors, about = read_tensors(path)
        try:
            if about["identity"] != identity:
                raise ValueError("it belongs to other settings")
            self.network.load_state_dict(_under("network", tensors))
            self.adam.load(_under("adam", tensors))
            self.best_weights = _under("best", tensors)
            self.epoch, self.best = int(about["epoch"]), float(about["best"])
            self.loss = None if about["loss"] is None else float(about["loss"])
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise UnreadableSource(
                f"{path} is no checkpoint of this training ({one_line(error)}); "
                "begin the run again with --fresh"
            ) from error


# Makes the steps for a state and data.
MakeSteps: TypeAlias = Callable[[WarmState, Labelled], Step]


def warm_start(
    job: WarmStart,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
    make_steps: MakeSteps | None = None,
) -> WarmResult:
    """Train a network by gradient, resuming from the job's checkpoint where there is one.

    A run that is cut anywhere and resumed ends with the same weights as one that is not.

    Args:
        job: what to train.
        on_progress: called about twice a second and after each epoch.
        should_stop: asked before each step; the loop then ends with the best so far.
        make_steps: returns the steps for a state and data; those of the job's engine where it is None.

    Raises:
        Diverged: the loss is not finite, or beyond 10^4 nats.
        TprogError: a step does not fit into memory.
        UnreadableSource: the checkpoint is damaged or belongs to another training.
    """
    data = pad(job.train)
    network = job.first_network()
    state = WarmState(network, Adam(network))
    identity = {"seed": job.seed, "settings": asdict(job.settings), "sequences": len(data)}
    if job.checkpoint is not None and job.checkpoint.exists():
        state.load(job.checkpoint, identity)
    until = job.settings.epochs if job.until is None else min(job.until, job.settings.epochs)
    step: Step | None = None
    if state.epoch < until and not (should_stop is not None and should_stop()):
        # Kernels take a while to load, which nobody waits for who wants to stop.
        step = (make_steps or _steps_of(job))(state, data)
    reporter = Reporter(job, state, until, on_progress)
    try:
        while step is not None and state.epoch < until:
            if not _epoch(job, state, len(data), step, reporter, should_stop):
                break
            state.epoch += 1
            state.keep_if_better(exact_accuracy(network, job.validation))
            if job.checkpoint is not None:
                state.save(job.checkpoint, identity)
            if job.kept is not None:
                state.keep(job.kept / f"warm-{job.number}-epoch-{state.epoch}.safetensors")
            reporter.epoch_done()
    except (MemoryError, RuntimeError) as error:
        # torch says it in a RuntimeError of many lines.
        if isinstance(error, RuntimeError) and "allocate" not in str(error):
            raise
        raise _no_memory(job, data) from error
    except KeyboardInterrupt:
        # What the epochs before have learned is worth keeping; the caller sees that it is not finished.
        pass
    if not state.best_weights:
        # Steps of an epoch that was not finished do not count: what is learned depends on the epochs alone.
        network.load_state_dict(job.first_network().state_dict())
        state.keep_if_better(exact_accuracy(network, job.validation))
    return WarmResult(
        state.best_weights, state.best, state.epoch, state.loss, finished=state.epoch >= until
    )


def _no_memory(job: WarmStart, data: Labelled) -> TprogError:
    return TprogError(
        f"no memory is left for steps of {job.settings.batch} sequences of {data.indices.shape[1]} tokens; "
        "give a smaller batch, fewer modules or a task with shorter sequences"
    )


def _epoch(
    job: WarmStart,
    state: WarmState,
    sequences: int,
    step: Step,
    reporter: "Reporter",
    should_stop: ShouldStop | None,
) -> bool:
    """Make one pass over the data; return whether it was finished."""
    settings = job.settings
    shuffle = torch.Generator().manual_seed(seed_of(job.seed, state.epoch))
    order = torch.randperm(sequences, generator=shuffle)
    count = -(-sequences // settings.batch)
    total = 0.0
    for number in range(count):
        if should_stop is not None and should_stop():
            return False
        done = state.epoch * count + number
        temperature = temperature_at(
            done, settings.epochs * count, settings.first_temperature, settings.last_temperature
        )
        rows = order[number * settings.batch : (number + 1) * settings.batch]
        loss = step(rows, temperature, settings.rate, seed_of(job.seed, settings.epochs + done))
        if not loss <= GREATEST_LOSS:
            raise Diverged(
                f"the loss of warm start {job.number} became {loss} in epoch {state.epoch + 1} "
                f"(temperature {temperature:.3g}); lower the rate or raise the last temperature"
            )
        total += loss
        reporter.step_done(number + 1, count, total / (number + 1), temperature)
    state.loss = total / count
    return True


def seed_of(seed: int, number: int) -> int:
    """Return the seed of an epoch's order or a step's noise, below 2^63; all of one warm start differ."""
    return (seed * 1_000_003 + 1) * (1 << 24) % (1 << 62) + number


def _steps_of(job: WarmStart) -> MakeSteps:
    """Return what makes the steps of a job's engine; torch does where there are no kernels for the network."""
    if job.settings.engine != "fused":
        return _torch_step
    from tprog.learn.fused.step import is_fused

    return _fused_step if is_fused(job.layout) else _torch_step


def _torch_step(state: WarmState, data: Labelled) -> Step:
    """Return steps by automatic differentiation: the definition of what a step is."""
    noise = torch.Generator()

    def step(rows: Tensor, temperature: float, rate: float, seed: int) -> float:
        relax = Relaxation(temperature, noise.manual_seed(seed))
        logits = state.network.relaxed(data.indices[rows], data.valid[rows], relax, data.words)
        loss = mean_loss(logits, data.labels[rows])
        loss.backward()  # type: ignore[no-untyped-call]
        state.adam.step(rate)
        return float(loss.detach())

    return step


def _fused_step(state: WarmState, data: Labelled) -> Step:
    """Return steps in compiled kernels: the same mathematics, several times as fast."""
    from tprog.learn.fused.step import FusedStep

    fused = FusedStep(state.network, state.adam, words=data.words)

    def step(rows: Tensor, temperature: float, rate: float, seed: int) -> float:
        return fused.step(
            data.indices[rows],
            data.valid[rows],
            data.labels[rows],
            temperature=temperature,
            rate=rate,
            seed=seed,
        )

    return step


def mean_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the mean cross-entropy in nats over scored labels, each sequence counting alike (as published).

    Args:
        logits: `(sequences, scored, labels)`.
        labels: `(sequences, scored)`, -1 where nothing is scored.
    """
    scored = labels >= 0
    each = cross_entropy(
        logits.flatten(0, 1), labels.clamp(min=0).flatten(), reduction="none"
    ).view(labels.shape)
    counts = scored.sum(1)
    return ((each * scored).sum(1) / counts.clamp(min=1)).sum() / (counts > 0).sum().clamp(min=1)


class Reporter:
    """Turns steps into reports, with an estimate of the time left."""

    def __init__(
        self, job: WarmStart, state: WarmState, until: int, on_progress: OnProgress | None
    ) -> None:
        self.job, self.state, self.until = job, state, until
        self.on_progress = on_progress
        self.began = self.reported = time.monotonic()
        self.first_epoch = state.epoch
        self.temperature: float | None = None

    def step_done(self, done: int, steps: int, loss: float, temperature: float) -> None:
        """Report the mean loss of an epoch so far, at most twice a second."""
        self.temperature = temperature
        if time.monotonic() - self.reported >= REPORT_EVERY:
            self._report(loss, None, done / steps)

    def epoch_done(self) -> None:
        """Report an epoch."""
        self._report(self.state.loss, self.state.best, 0.0)

    def _report(self, loss: float | None, validation: float | None, part: float) -> None:
        if self.on_progress is None:
            return
        self.reported = time.monotonic()
        elapsed = self.reported - self.began
        done = self.state.epoch - self.first_epoch + part
        left = self.until - self.state.epoch - part
        self.on_progress(
            Progress(
                phase="warm start",
                restart=self.job.number,
                restarts=self.job.restarts,
                step=self.state.epoch,
                steps=self.until,
                loss=loss,
                temperature=self.temperature,
                validation=validation,
                elapsed=elapsed,
                remaining=elapsed / done * left if done > 0 else None,
            )
        )


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    found = {
        name.removeprefix(f"{prefix}."): part
        for name, part in tensors.items()
        if name.startswith(f"{prefix}.")
    }
    if not found:
        raise TprogError(f"it holds no {prefix}")
    return found
