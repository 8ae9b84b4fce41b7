"""Steps of several warm starts in one batch dimension, on a GPU where there is one. Owns the meeting; refuses the loop.

Each warm start runs its own loop in its own thread. Where all have come to a step, one of them makes it for all, by
automatic differentiation over stacked weights. The mathematics is that of the torch engine, each with its own noise.
"""

import threading
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from tprog.learn.adam import update
from tprog.learn.labelled import Labelled
from tprog.learn.network import Network
from tprog.learn.relaxation import Drawn, Noted, Relaxation, draw
from tprog.learn.warm_start import Step, WarmState, mean_loss


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


class Together:
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
        self._noise: dict[tuple[int, ...], Noted] = {}

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

    def _kinds(self, batch: tuple[Tensor, Tensor, Tensor]) -> Noted:
        """Return what noise a pass over a batch of these shapes draws, in order."""
        key = tuple(batch[0].shape)
        if key not in self._noise:
            noted = Noted()
            with torch.no_grad():
                self._loss(batch, Relaxation(1.0, noted), self._data.words)
            self._noise[key] = noted
        return self._noise[key]
