"""A whole training step in compiled kernels. Owns the arrays, the threads and the sequence of kernels; refuses schedules.

The mathematics is that of `Network.relaxed`, its gradient and `Adam.step`, on the same weights and the same state.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tprog.errors import TprogError, UsageError
from tprog.learn.adam import EPSILON, GREATEST_GRADIENT, MEAN_DECAY, SQUARE_DECAY, Adam
from tprog.learn.fused import choices, tape
from tprog.learn.fused.draft import Plan
from tprog.learn.fused.lanes import LANES, Floats, Longs, aligned
from tprog.learn.fused.noise import STATE
from tprog.learn.fused.plan import make_plan
from tprog.learn.fused.tile import KERNELS, run_tiles
from tprog.learn.network import Network


def label_weights(labels: Longs) -> Floats:
    """Return what each scored label weighs in the mean loss, each sequence counting alike (as published).

    Args:
        labels: `(sequences, scored)`, -1 where nothing is scored.
    """
    scored = labels >= 0
    counts = scored.sum(1)
    sequences = max(int((counts > 0).sum()), 1)
    weights = scored / (np.maximum(counts, 1) * sequences)[:, None]
    found: Floats = weights.astype(np.float32)
    return found


class _Thread:
    """The arrays that one thread works on, for sequences of one length."""

    def __init__(self, plan: Plan, weights: Floats, coldness: Floats, scored: int) -> None:
        positions = plan.positions
        self.grads = np.zeros(len(weights), np.float32)
        self.values, self.slopes = aligned(plan.values), aligned(plan.slopes)
        self.random = np.zeros(STATE * LANES, np.uint32)
        self.tokens = np.zeros((positions, LANES), np.int64)
        self.labels = np.zeros((scored, LANES), np.int64)
        self.shares = np.zeros((scored, LANES), np.float32)
        self.work = np.array([_address(self.labels), _address(self.shares)], np.int64)
        self.frame = np.zeros(tape.FRAME_COLUMNS, np.int64)
        for column, array in (
            (tape.WEIGHTS, weights),
            (tape.GRADS, self.grads),
            (tape.VALUES_AT, self.values),
            (tape.SLOPES_AT, self.slopes),
            (tape.RANDOM, self.random),
            (tape.PLACES, plan.places),
            (tape.TOKENS, self.tokens),
            (tape.COLDNESS, coldness),
        ):
            self.frame[column] = _address(array)
        self.frame[tape.POSITIONS] = positions


class _Arrays:
    """The arrays for sequences of one length, and the compiled kernels."""

    def __init__(self, plan: Plan, raw: Floats, scored: int, threads: int) -> None:
        self.plan = plan
        self.weights = np.concatenate([raw, plan.constants])
        self.coldness = np.zeros(1, np.float32)
        widest = max((int(rows * width) for _, rows, width, _ in plan.choices), default=0)
        self.space = aligned(widest // LANES + 1)
        self.threads = [_Thread(plan, self.weights, self.coldness, scored) for _ in range(threads)]
        kernels = [KERNELS[int(kind)] for kind in plan.operations[:, tape.KIND]]
        self.kernels = np.array(
            [[forward.address, back.address if back else 0] for forward, back in kernels], np.int64
        )


def _address(array: "np.ndarray[Any, Any]") -> int:
    return int(array.ctypes.data)


class FusedStep:
    """Steps of gradient descent on a network, over tiles of examples in a few threads.

    Equal arguments, seed and number of threads give equal results on one machine.

    Attributes:
        network: what is trained; its weights are views of the vector that `adam` updates.
        adam: the optimiser's state.
        threads: at least 1.
    """

    def __init__(
        self,
        network: Network,
        adam: Adam | None = None,
        *,
        words: tuple[str, ...] | None = None,
        threads: int = 1,
    ) -> None:
        """Prepare steps.

        Args:
            network: float32 weights on the CPU, all to be trained.
            adam: its optimiser; a new one where it is None.
            words: the texts that tokens speak of; the domain's alphabet where it is None.
            threads: at least 1.

        Raises:
            TprogError: a weight is of another type, elsewhere, or frozen.
            UsageError: there is less than one thread.
            ValueError: the optimiser is that of another network.
        """
        if threads < 1:
            raise UsageError(f"threads is {threads}; the least is 1")
        for name, weight in network.named_parameters():
            if (
                weight.dtype != torch.float32
                or weight.device.type != "cpu"
                or not weight.requires_grad
            ):
                raise TprogError(
                    f"{name} is no float32 weight on the CPU that is trained; use the torch engine"
                )
        self.network, self.threads = network, threads
        self.adam = Adam(network) if adam is None else adam
        if next(network.parameters()).data_ptr() != self.adam.flat.data_ptr():
            raise ValueError("the optimiser's vector does not hold this network's weights")
        self._words = network.layout.domain.alphabet if words is None else words
        self._raw: Floats = self.adam.flat.numpy()
        self._arrays: dict[int, _Arrays] = {}
        self._pool = ThreadPoolExecutor(threads - 1) if threads > 1 else None

    def step(
        self,
        tokens: Tensor,
        valid: Tensor,
        labels: Tensor,
        *,
        temperature: float,
        rate: float,
        seed: int,
        noise: bool = True,
    ) -> float:
        """Make one step of Adam on the mean loss, and return the loss in nats.

        Args:
            tokens: `(sequences, positions)` indices of words.
            valid: `(sequences, positions)`: where a token stands.
            labels: `(sequences, scored)`: true labels, -1 where nothing is scored; one column where outputs are pooled.
            temperature: of the relaxation, above 0.
            rate: the learning rate, above 0.
            seed: of the noise, below 2^63.
            noise: whether choices get Gumbel noise.
        """
        loss, grads = self._loss_and_gradient(tokens, valid, labels, temperature, seed, noise)
        adam = self.adam
        adam.steps += 1
        choices.update(
            _address(self._raw),
            _address(grads),
            adam.mean.data_ptr(),
            adam.square.data_ptr(),
            len(self._raw),
            GREATEST_GRADIENT,
            1 - MEAN_DECAY,
            1 - SQUARE_DECAY,
            rate / (1 - MEAN_DECAY**adam.steps),
            1 / (1 - SQUARE_DECAY**adam.steps),
            EPSILON,
        )
        return loss

    def loss_and_gradients(
        self,
        tokens: Tensor,
        valid: Tensor,
        labels: Tensor,
        *,
        temperature: float,
        seed: int,
        noise: bool = True,
    ) -> tuple[float, dict[str, Tensor]]:
        """Return the mean loss and its gradient by each weight, by name; arguments as for `step`."""
        loss, grads = self._loss_and_gradient(tokens, valid, labels, temperature, seed, noise)
        flat = torch.from_numpy(grads.copy())
        found, start = {}, 0
        for name, weight in self.network.named_parameters():
            found[name] = flat[start : start + weight.numel()].view(weight.shape)
            start += weight.numel()
        return loss, found

    def _loss_and_gradient(
        self,
        tokens: Tensor,
        valid: Tensor,
        labels: Tensor,
        temperature: float,
        seed: int,
        noise: bool,
    ) -> tuple[float, Floats]:
        arrays = self._arrays_for(int(tokens.shape[1]))
        words = tokens.masked_fill(~valid, -1).to(torch.int64).contiguous().numpy()
        truths = labels.to(torch.int64).contiguous().numpy()
        self._check(words, truths)
        plan, first, coldness = arrays.plan, arrays.threads[0], 1 / temperature
        arrays.coldness[0] = coldness
        table = (_address(plan.choices), len(plan.choices))
        choices.relax(
            *(_address(self._raw), len(self._raw), _address(arrays.weights), *table),
            *(_address(arrays.space), _address(first.random), coldness, int(noise), seed),
        )
        loss = self._run(arrays, noise, seed, (words, truths, label_weights(truths)))
        for thread in arrays.threads[1:]:
            choices.add_up(_address(first.grads), _address(thread.grads), len(self._raw))
        choices.unrelax(_address(arrays.weights), _address(first.grads), *table, coldness)
        return loss, first.grads[: len(self._raw)]

    def _run(
        self, arrays: _Arrays, noise: bool, seed: int, batch: tuple[Longs, Longs, Floats]
    ) -> float:
        """Run all tiles, each thread a run of them, and return the loss."""
        tiles = -(-len(batch[0]) // LANES)
        ends = [tiles * number // self.threads for number in range(self.threads + 1)]
        about = np.array([*(_address(part) for part in batch), *batch[1].shape], np.int64)

        def share(number: int) -> float:
            thread = arrays.threads[number]
            thread.grads[:] = 0
            thread.frame[tape.NOISE] = noise
            loss: float = run_tiles(
                *(ends[number], ends[number + 1], _address(thread.frame)),
                *(_address(arrays.plan.operations), _address(arrays.kernels), len(arrays.kernels)),
                *(_address(about), seed, _address(thread.work)),
            )
            return loss

        others = (
            [self._pool.submit(share, number) for number in range(1, self.threads)]
            if self._pool
            else []
        )
        return sum((other.result() for other in others), start=share(0))

    def _check(self, words: Longs, labels: Longs) -> None:
        """Refuse what would lead a kernel outside its arrays."""
        layout = self.network.layout
        if words.max(initial=-1) >= len(self._words) or labels.max(initial=-1) >= len(
            layout.labels
        ):
            raise TprogError("a token or a label is out of range; encode them as the network does")
        if labels.shape != (len(words), 1 if layout.pooled else words.shape[1]):
            raise TprogError(f"labels have shape {labels.shape}, which does not fit the tokens")

    def _arrays_for(self, positions: int) -> _Arrays:
        if positions not in self._arrays:
            plan = make_plan(self.network, positions, self._words)
            scored = 1 if self.network.layout.pooled else positions
            self._arrays[positions] = _Arrays(plan, self._raw, scored, self.threads)
        return self._arrays[positions]
