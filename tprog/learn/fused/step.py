"""A training step in compiled kernels: the mathematics of `Network.relaxed`, its gradient and `Adam.step`, several times as fast.

What a network of the built kind has is here; others, such as heads that learn scores, take automatic differentiation.
"""

import numpy as np
import torch
from torch import Tensor

from tprog.errors import TprogError
from tprog.ir import Ones, Positions, Tokens, WordTable
from tprog.learn.fused import kernels
from tprog.learn.fused.modules import Call, Chunk, FusedHeads, FusedLookups, Weights
from tprog.learn.fused.products import correlate, mix
from tprog.learn.fused.vectors import Floats, Longs
from tprog.learn.gradient import EPSILON, GREATEST_GRADIENT, MEAN_DECAY, SQUARE_DECAY, Adam
from tprog.learn.heads import Heads
from tprog.learn.layout import NUMERICAL, HeadGroup, NetworkLayout
from tprog.learn.network import Network

# Numbers in a row: what is computed at once should fit into the second cache.
COLUMNS = 256
# Examples that are worked on at once: kernels take multiples of 16, and more than a batch would be in vain.
LEAST_EXAMPLES, MOST_EXAMPLES = 16, 64
# The number of the stream of random numbers that all examples share.
SHARED = 1 << 31
NONE = np.zeros(0, np.float32)


def is_fused(layout: NetworkLayout) -> bool:
    """Tell whether there are kernels for every part of a network, as for those that `network_layout` makes by default."""
    inputs = all(isinstance(one, Tokens | Positions | Ones | WordTable) for one in layout.inputs)
    return (
        inputs
        and not layout.masked
        and all(
            group.numerical or (group.rows != "any" and group.tie == "nearest")
            if isinstance(group, HeadGroup)
            else group.hidden > 0
            for group in layout.groups
        )
    )


def label_weights(labels: Longs) -> Floats:
    """Return what each scored label weighs in the mean loss, each sequence counting alike (as published).

    Args:
        labels: `(sequences, scored)`, -1 where nothing is scored.
    """
    scored = labels >= 0
    counts = scored.sum(1)
    sequences = max(int((counts > 0).sum()), 1)
    weights: Floats = (scored / (np.maximum(counts, 1) * sequences)[:, None]).astype(np.float32)
    return weights


class _Pass:
    """The forward and backward pass over sequences of one length, some examples at once."""

    def __init__(self, network: Network, adam: Adam, positions: int) -> None:
        layout = self.layout = network.layout
        examples = COLUMNS // positions // LEAST_EXAMPLES * LEAST_EXAMPLES
        examples = min(MOST_EXAMPLES, max(LEAST_EXAMPLES, examples))
        shape = positions, examples
        rows = layout.offsets[-1]
        self.chunk = chunk = Chunk(
            np.zeros((rows, *shape), np.float32),
            np.zeros((rows, *shape), np.float32),
            np.zeros(shape, np.float32),
            np.zeros(shape, np.int64),
            np.zeros(positions * examples, np.uint32),
            np.zeros(2, np.float32),
        )
        self.weights = weights = Weights(network, adam.flat.numpy())
        self.keys, self.shared = np.zeros(examples, np.uint32), np.zeros(1, np.uint32)
        self.embeddings = [
            (
                chunk.stream[layout.offsets[index] : layout.offsets[index + 1]].reshape(
                    -1, chunk.width
                ),
                chunk.slope[layout.offsets[index] : layout.offsets[index + 1]].reshape(
                    -1, chunk.width
                ),
                *weights.choose(network.embeddings[str(index)]),
            )
            for index, variable in enumerate(layout.inputs)
            if isinstance(variable, WordTable)
        ]
        self.one_hot = [
            chunk.flat_stream[layout.offsets[index] : layout.offsets[index + 1]]
            for index, variable in enumerate(layout.inputs)
            if isinstance(variable, Tokens)
        ]
        self.forwards: list[Call] = []
        self.backwards: list[Call] = []
        draw = 0
        for module, start in zip(network.modules_in_order(), layout.starts, strict=True):
            made = (
                FusedHeads(module, start, layout, weights, chunk, draw)
                if isinstance(module, Heads)
                else FusedLookups(module, start, layout, weights, chunk, draw)
            )
            draw += made.draws
            self.forwards.append(made.forward)
            self.backwards.insert(0, made.backward)
        self.votes, self.grad_votes = weights.views(network.votes)
        self.choices = np.array(weights.choices, np.int64).reshape(-1, 4)
        labels = len(layout.labels)
        width = examples if layout.pooled else chunk.width
        self.logits = np.zeros((labels, width), np.float32)
        self.pooled, self.slope_of_pooled = (
            np.zeros((rows if layout.pooled else 0, examples), np.float32) for _ in range(2)
        )
        self.truths, self.shares = np.zeros(width, np.int64), np.zeros(width, np.float32)
        self._label_rows, self._rows = np.arange(labels), np.arange(rows)
        self._fill_constants()

    def _fill_constants(self) -> None:
        for index, variable in enumerate(self.layout.inputs):
            found = self.chunk.stream[self.layout.offsets[index] : self.layout.offsets[index + 1]]
            if isinstance(variable, Positions):
                for position in range(min(found.shape[:2])):
                    found[position, position] = 1
            elif self.layout.input_sizes[index] == NUMERICAL:
                found[:] = 1

    def run(
        self, tokens: Longs, truths: Longs, seed: int, temperature: float, noise: bool
    ) -> float:
        """Return the loss of a batch, and leave its gradient by the weights in `weights.gradient`.

        Args:
            tokens: `(sequences, positions)` symbols, -1 in the padding.
            truths: `(sequences, scored)` labels, -1 where nothing is scored.
            seed: of the noise.
            temperature: of the relaxation.
            noise: whether there is any.
        """
        chunk, weights = self.chunk, self.weights
        coldness = 1 / temperature
        chunk.relaxation[:] = coldness, noise
        kernels.stream_keys(self.shared, seed, SHARED)
        kernels.relax(
            weights.raw,
            weights.relaxed,
            self.choices,
            coldness,
            self.shared if noise else self.shared[:0],
        )
        weights.gradient[:] = 0
        shares = label_weights(truths)
        loss = 0.0
        for first in range(0, len(tokens), chunk.valid.shape[1]):
            last = min(first + chunk.valid.shape[1], len(tokens))
            self._load(tokens[first:last], truths[first:last], shares[first:last])
            kernels.stream_keys(self.keys, seed, first)
            kernels.spread_keys(self.keys, chunk.keys)
            loss += self._both_ways()
        kernels.unrelax(weights.relaxed, weights.gradient, self.choices, coldness)
        return loss

    def _load(self, tokens: Longs, truths: Longs, shares: Floats) -> None:
        """Take up some examples; columns beyond them hold no token and no label."""
        chunk = self.chunk
        width = chunk.valid.shape[1]
        labels, weights = self.truths.reshape(-1, width), self.shares.reshape(-1, width)
        kernels.load_batch(tokens, truths, shares, chunk.valid, chunk.tokens, labels, weights)
        for variable in self.one_hot:
            kernels.tell_apart(chunk.tokens.reshape(-1), variable)

    def _both_ways(self) -> float:
        chunk = self.chunk
        tokens = chunk.tokens.reshape(-1)
        for variable, _, table, _ in self.embeddings:
            kernels.embed(table, tokens, variable)
        for kernel, arguments in self.forwards:
            kernel(*arguments)
        stream, slope = chunk.flat_stream, chunk.flat_slope
        least = np.float32(self.layout.least_pooled)
        if self.layout.pooled:
            kernels.pool(chunk.stream, chunk.valid, self.pooled, least)
            stream, slope = self.pooled, self.slope_of_pooled
        logits, labels, rows = self.logits, self._label_rows, self._rows
        width = logits.shape[1]
        mix(logits, labels, self.votes, True, stream, rows, width, False, NONE, False)
        loss = kernels.lose(logits, self.truths, self.shares)
        correlate(self.grad_votes, stream, rows, logits, labels, width)
        mix(slope, rows, self.votes, False, logits, labels, width, False, NONE, False)
        if self.layout.pooled:
            kernels.unpool(chunk.slope, chunk.valid, self.slope_of_pooled, least)
        for kernel, arguments in self.backwards:
            kernel(*arguments)
        for _, slopes, _, gradient in self.embeddings:
            kernels.unembed(gradient, tokens, slopes)
        return float(loss)


class FusedStep:
    """Steps of gradient descent on a network. Equal arguments give equal results on one machine.

    Attributes:
        network: what is trained; its weights are views of the vector that `adam` updates.
        adam: the optimiser's state.
    """

    def __init__(
        self, network: Network, adam: Adam | None = None, *, words: tuple[str, ...] | None = None
    ) -> None:
        """Prepare steps.

        Args:
            network: float32 weights on the CPU, all to be trained, of a layout that `is_fused`.
            adam: its optimiser; a new one where it is None.
            words: the texts that tokens speak of; the domain's alphabet where it is None.

        Raises:
            TprogError: there are no kernels for the network.
            BadInput: a word is unknown.
        """
        trained = all(
            weight.dtype == torch.float32 and weight.device.type == "cpu" and weight.requires_grad
            for weight in network.parameters()
        )
        if not trained or not is_fused(network.layout):
            raise TprogError("there are no kernels for this network; use the torch engine")
        self.network = network
        self.adam = Adam(network) if adam is None else adam
        words = network.layout.domain.alphabet if words is None else words
        self._symbols: Longs = network.symbols(words).numpy()
        self._passes: dict[int, _Pass] = {}

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
        loss, gradient = self._run(tokens, valid, labels, temperature, seed, noise)
        self.adam.steps += 1
        self.update(gradient, rate)
        return loss

    def update(self, gradient: Floats, rate: float) -> None:
        """Move the weights as `tprog.learn.gradient.update` does."""
        adam = self.adam
        kernels.update(
            *(adam.flat.numpy(), adam.mean.numpy(), adam.square.numpy(), gradient),
            GREATEST_GRADIENT,
            (MEAN_DECAY, SQUARE_DECAY),
            rate / (1 - MEAN_DECAY**adam.steps),
            1 / (1 - SQUARE_DECAY**adam.steps),
            EPSILON,
        )

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
        loss, gradient = self._run(tokens, valid, labels, temperature, seed, noise)
        flat = torch.from_numpy(gradient.copy())
        found, start = {}, 0
        for name, weight in self.network.named_parameters():
            found[name] = flat[start : start + weight.numel()].view(weight.shape)
            start += weight.numel()
        return loss, found

    def _run(
        self,
        tokens: Tensor,
        valid: Tensor,
        labels: Tensor,
        temperature: float,
        seed: int,
        noise: bool,
    ) -> tuple[float, Floats]:
        positions = int(tokens.shape[1])
        if positions not in self._passes:
            self._passes[positions] = _Pass(self.network, self.adam, positions)
        found, layout = self._passes[positions], self.network.layout
        if labels.shape != (len(tokens), 1 if layout.pooled else positions):
            raise TprogError(f"labels have shape {labels.shape}, which does not fit the tokens")
        if tokens.max() >= len(self._symbols) or labels.max() >= len(layout.labels):
            raise TprogError("a token or a label is out of range; encode them as the network does")
        symbols = np.where(valid.numpy(), self._symbols[tokens.numpy()], -1)
        # Near the end of a training most probabilities are tiny, and arithmetic with denormal numbers very slow.
        torch.set_flush_denormal(True)
        try:
            loss = found.run(symbols, labels.numpy(), seed, temperature, noise)
        finally:
            torch.set_flush_denormal(False)
        return loss, found.weights.gradient
