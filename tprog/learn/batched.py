"""Warm starts side by side: in threads, or all in one batch dimension, on a GPU where there is one.

Compiled steps release the lock of the interpreter, so two threads use two cores; no result depends on how many there are. In one
batch each warm start runs its own loop in its own thread; where all have come to a step, one of them makes it for all, by
automatic differentiation over stacked weights, each with its own noise.
"""

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from tprog.errors import FileProblem, TprogError
from tprog.learn.gradient import Labelled, update
from tprog.learn.network import Network
from tprog.learn.relaxation import Drawn, NoiseRecorder, Relaxation, draw
from tprog.learn.settings import OnProgress, Progress, ShouldStop
from tprog.learn.warm_start import Step, WarmResult, WarmStart, WarmState, mean_loss, warm_start


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    """One warm start's step."""

    rows: Tensor
    temperature: float
    rate: float
    seed: int


class _Loss(nn.Module):
    """The loss of a network, as a module whose weights can be given for one call."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, data: tuple[Tensor, Tensor, Tensor], relax: Relaxation, words: tuple[str, ...]
    ) -> Tensor:
        indices, valid, labels = data
        return mean_loss(self.network.relaxed(indices, valid, relax, words), labels)


class Batched:
    """A meeting of warm starts that have the same layout and data.

    Attributes:
        device: where steps are computed.
    """

    def __init__(self, count: int, device: torch.device | None = None) -> None:
        """Expect warm starts.

        Args:
            count: how many; each is to call `leave` at its end, whatever happens.
            device: where to compute; by default a GPU where there is one.
        """
        found = "cuda" if torch.cuda.is_available() else "cpu"
        self.device = torch.device(found) if device is None else device
        self._count = count
        self._changed = threading.Condition()
        self._members: dict[int, WarmState] = {}
        self._data: Labelled | None = None
        self._requests: dict[int, _Request] = {}
        self._answers: dict[int, float | BaseException] = {}
        self._stack: _Stack | None = None

    def steps(self, number: int, state: WarmState, data: Labelled) -> Step:
        """Return the steps of one warm start; they wait for those of the others.

        Args:
            number: of the warm start, each another.
            state: its state; from the first step on its weights live in a stack of all.
            data: the same for all.
        """
        state.network.to(self.device)
        with self._changed:
            self._members[number] = state
            self._data = data

        def step(rows: Tensor, temperature: float, rate: float, seed: int) -> float:
            with self._changed:
                self._requests[number] = _Request(rows, temperature, rate, seed)
                self._run_if_complete()
                while number not in self._answers:
                    self._changed.wait()
                answer = self._answers.pop(number)
            if isinstance(answer, BaseException):
                raise answer
            return answer

        return step

    def leave(self) -> None:
        """Say that one warm start takes no more steps."""
        with self._changed:
            self._count -= 1
            self._run_if_complete()

    def _run_if_complete(self) -> None:
        """Make the step where everybody has come; the caller holds the lock."""
        if not self._requests or len(self._requests) < self._count:
            return
        numbers = sorted(self._requests)
        try:
            if self._stack is None:
                assert self._data is not None
                states = [self._members[number] for number in numbers]
                self._stack = _Stack(numbers, states, self._data, self.device)
            losses = self._stack.step(self._requests)
            self._answers |= dict(zip(numbers, losses, strict=True))
        except Exception as error:
            # Whoever waits is told; each thread raises it as its own.
            self._answers |= dict.fromkeys(numbers, error)
        self._requests = {}
        self._changed.notify_all()


class _Stack:
    """The weights and moments of several networks, one row each."""

    def __init__(
        self, numbers: list[int], states: list[WarmState], data: Labelled, device: torch.device
    ) -> None:
        self._rows = {number: row for row, number in enumerate(numbers)}
        self._states, self._data, self._device = states, data, device
        layout = states[0].network.layout
        self._loss = _Loss(Network(layout).to(device))
        shape = len(states), states[0].adam.flat.numel()
        self._vectors = tuple(torch.empty(shape, device=device) for _ in range(3))
        for row, state in enumerate(states):
            state.adam.move(*(vector[row] for vector in self._vectors))
        self._noise: dict[tuple[int, ...], NoiseRecorder] = {}

    def step(self, requests: dict[int, _Request]) -> list[float]:
        """Make one step of each warm start that asks for one, and return their losses in order."""
        numbers = sorted(requests)
        rows = [self._rows[number] for number in numbers]
        asked = [requests[number] for number in numbers]
        whole = len(rows) == len(self._states)
        flat, mean, square = (vector if whole else vector[rows].clone() for vector in self._vectors)
        weights = flat.detach().requires_grad_()
        losses = self._losses(weights, asked)
        losses.sum().backward()  # type: ignore[no-untyped-call]
        assert weights.grad is not None
        how = []
        for row, each in zip(rows, asked, strict=True):
            self._states[row].adam.steps += 1
            how.append((each.rate, self._states[row].adam.steps))
        if len(set(how)) == 1:
            update(flat, mean, square, weights.grad, *how[0])
        else:
            # A run that was killed between two checkpoints has warm starts of different ages.
            for place, (rate, made) in enumerate(how):
                slope = weights.grad[place]
                update(flat[place], mean[place], square[place], slope, rate, made)
        if not whole:
            for vector, part in zip(self._vectors, (flat, mean, square), strict=True):
                vector[rows] = part
        found: list[float] = losses.detach().cpu().tolist()
        return found

    def _losses(self, weights: Tensor, asked: list[_Request]) -> Tensor:
        data, device = self._data, self._device
        indices, valid, labels = (
            torch.stack([part[each.rows] for each in asked]).to(device)
            for part in (data.indices, data.valid, data.labels)
        )
        temperatures = torch.tensor([each.temperature for each in asked], device=device)
        kinds = self._kinds((indices[0], valid[0], labels[0]))
        generators = [torch.Generator(device).manual_seed(each.seed) for each in asked]
        noise = [
            torch.stack([draw(kind, shape, generator) for generator in generators])
            for kind, shape in kinds.kinds
        ]

        def one(
            named: dict[str, Tensor],
            batch: tuple[Tensor, Tensor, Tensor],
            noise: list[Tensor],
            temperature: Tensor,
        ) -> Tensor:
            relax = Relaxation(temperature, Drawn(noise))
            found: Tensor = functional_call(self._loss, named, (batch, relax, data.words))
            return found

        found: Tensor = vmap(one)(
            self._named(weights), (indices, valid, labels), noise, temperatures
        )
        return found

    def _named(self, weights: Tensor) -> dict[str, Tensor]:
        named, start = {}, 0
        for name, weight in self._loss.named_parameters():
            stop = start + weight.numel()
            named[name] = weights[:, start:stop].view(len(weights), *weight.shape)
            start = stop
        return named

    def _kinds(self, batch: tuple[Tensor, Tensor, Tensor]) -> NoiseRecorder:
        """Return what noise a pass over a batch of these shapes draws, in order."""
        key = tuple(batch[0].shape)
        if key not in self._noise:
            recorder = NoiseRecorder()
            with torch.no_grad():
                self._loss(batch, Relaxation(1.0, recorder), self._data.words)
            self._noise[key] = recorder
        return self._noise[key]


# Seconds between two looks at whether a thread has something to report.
PATIENCE = 0.1


def warm_starts(
    jobs: Sequence[WarmStart],
    workers: int,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> list[WarmResult | TprogError]:
    """Run warm starts, at most so many at once, and return for each its result or why it failed.

    Args:
        jobs: what to train, at least one; all with the same engine.
        workers: threads; 1 runs the jobs one by one in this thread.
        on_progress: called in the caller's thread.
        should_stop: asked before each step; every job then ends with the best so far.

    Raises:
        FileProblem: a checkpoint cannot be written; the other jobs end too.
    """
    batched = None
    if jobs[0].settings.engine == "batched":
        # All take their steps at once, whatever the number of workers is.
        batched, workers = Batched(len(jobs)), len(jobs)
    elif workers == 1 or len(jobs) == 1:
        return [_tried(job, on_progress, should_stop) for job in jobs]
    reports: queue.Queue[Progress] = queue.Queue()
    over = False

    def stopped() -> bool:
        return over or (should_stop is not None and should_stop())

    # The number of torch's threads is a setting of each thread.
    with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        try:
            running = [pool.submit(_tried, job, reports.put, stopped, batched) for job in jobs]
            while not all(future.done() for future in running):
                _pass_on(reports, on_progress, PATIENCE)
                # An error that is nobody's own, such as a full disk, ends all of them.
                over = any(future.done() and future.exception() for future in running)
            while not reports.empty():
                _pass_on(reports, on_progress, 0.0)
        finally:
            # Whatever goes wrong here, the threads must come to an end.
            over = True
    return [future.result() for future in running]


def _pass_on(
    reports: "queue.Queue[Progress]", on_progress: OnProgress | None, patience: float
) -> None:
    try:
        progress = reports.get(timeout=patience) if patience else reports.get_nowait()
    except queue.Empty:
        return
    if on_progress is not None:
        on_progress(progress)


def _tried(
    job: WarmStart,
    on_progress: OnProgress | None,
    should_stop: ShouldStop | None,
    batched: "Batched | None" = None,
) -> WarmResult | TprogError:
    try:
        if batched is None:
            return warm_start(job, on_progress, should_stop)
        return warm_start(job, on_progress, should_stop, partial(batched.steps, job.number))
    except FileProblem:
        raise
    except TprogError as error:
        return error
    finally:
        if batched is not None:
            batched.leave()
