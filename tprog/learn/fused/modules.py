"""The modules of a network in a fused step: their arrays, and which kernels they call, forward and backward."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from tprog.learn.fused import attention, kernels
from tprog.learn.fused.kernels import Floats, Longs, Words
from tprog.learn.heads import Heads
from tprog.learn.layout import NUMERICAL, LookupGroup, NetworkLayout
from tprog.learn.lookups import Lookups, NumericalLookups
from tprog.learn.network import Network


@dataclass(eq=False)
class Chunk:
    """Some examples of a batch, and everything that is computed about them.

    Attributes:
        stream, slope: `(rows, positions, examples)`: the variables, a row for each of the classifier's, and the loss's
            derivatives by them.
        valid: `(positions, examples)`: 1 where a token stands, else 0.
        tokens: `(positions, examples)` symbols of the alphabet.
        keys: of random numbers, one for each example; empty for no noise.
        coldness: 1 / temperature.
    """

    stream: Floats
    slope: Floats
    valid: Floats
    tokens: Longs
    keys: Words
    coldness: float = 1.0

    def __post_init__(self) -> None:
        """Make views without the axis of positions."""
        self.flat_stream = self.stream.reshape(len(self.stream), -1)
        self.flat_slope = self.slope.reshape(len(self.slope), -1)

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return self.valid.size


class Weights:
    """The relaxed weights and their gradient, as views by parameter."""

    def __init__(self, network: Network, raw: Floats) -> None:
        self.raw = raw
        self.relaxed, self.gradient = np.zeros_like(raw), np.zeros_like(raw)
        self._starts: dict[Tensor, int] = {}
        start = 0
        for weight in network.parameters():
            self._starts[weight] = start
            start += weight.numel()
        self.choices: list[list[int]] = []

    def views(self, weight: Tensor) -> tuple[Floats, Floats]:
        """Return the relaxed weights of a parameter and their gradient, in its shape."""
        start, stop = self._starts[weight], self._starts[weight] + weight.numel()
        relaxed, gradient = self.relaxed[start:stop], self.gradient[start:stop]
        return relaxed.reshape(weight.shape), gradient.reshape(weight.shape)

    def choose(self, weight: Tensor, *, alone: bool = False) -> tuple[Floats, Floats]:
        """Return the same of logits that are relaxed to choices."""
        width = weight.shape[-1]
        self.choices.append([self._starts[weight], weight.numel() // width, width, int(alone)])
        return self.views(weight)


class _Read:
    """One gate of each module of a group: mixtures of candidate variables."""

    def __init__(
        self, weights: Weights, gate: Tensor, starts: Longs, size: int, chunk: Chunk
    ) -> None:
        positions, examples = chunk.valid.shape
        self.gates, self.gradient = weights.choose(gate)
        self.rows = starts
        shape = len(gate), max(size, 1), positions, examples
        self.found, self.slope = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        self._chunk = chunk

    def forward(self) -> None:
        """Read the candidates."""
        found = self.found.reshape(-1, self._chunk.width)
        kernels.read(self.gates, self._chunk.flat_stream, self.rows, found)

    def backward(self) -> None:
        """Add to the slopes of the candidates and to the gradient of the gates."""
        chunk = self._chunk
        made = self.slope.reshape(-1, chunk.width)
        kernels.unread(
            self.gates, self.gradient, chunk.flat_stream, chunk.flat_slope, self.rows, made
        )


def _written(chunk: Chunk, layout: NetworkLayout, start: int, count: int) -> tuple[Floats, Floats]:
    """Return the variables that a group writes, and their slopes: `(modules, values, positions, examples)`."""
    first, last = layout.offsets[start], layout.offsets[start + count]
    shape = count, (last - first) // count, *chunk.valid.shape
    return chunk.stream[first:last].reshape(shape), chunk.slope[first:last].reshape(shape)


class FusedHeads:
    """The heads of a group, forward and backward, for sequences of one length."""

    def __init__(
        self,
        module: Heads,
        start: int,
        layout: NetworkLayout,
        weights: Weights,
        chunk: Chunk,
        draw: int,
    ) -> None:
        group = module.group
        offsets = np.array(layout.offsets)
        value_size = layout.sizes[group.value[0]]
        self.reads = [
            _Read(weights, gate, offsets[list(candidates)], size, chunk)
            for gate, candidates, size in (
                (module.query, group.query, group.query_size),
                (module.key, group.key, group.key_size),
                (module.value, group.value, value_size),
            )
        ]
        positions, examples = chunk.valid.shape
        self.predicate, self.gradient = weights.choose(module.predicate, alone=group.rows == "set")
        self.causal = np.array(group.causal, np.uint8)
        self.bias = module.preference(positions).numpy().astype(np.float32)
        self.scale = group.key_size**-0.5
        self.numerical = group.numerical
        values = group.count, group.key_size, positions, examples
        self.wants, self.slope_of_wants = (
            np.zeros(values, np.float32),
            np.zeros(values[1:], np.float32),
        )
        second = (group.query_size if group.numerical else positions), positions, examples
        # A numerical head's sums, and what they are worth to its queries; how much keys match, and the choice of one.
        self.match, self.slope_of_match = (
            np.zeros((group.count, *second), np.float32),
            np.zeros(second, np.float32),
        )
        self.attention = np.zeros((0, 0, 0, 0) if group.numerical else self.match.shape, np.float32)
        self.total = np.zeros((group.count, positions, examples), np.float32)
        self.written, self.slope = _written(chunk, layout, start, group.count)
        self.chunk, self.draw = chunk, draw
        self.draws = 0 if group.numerical else group.count * positions * positions

    def forward(self) -> None:
        """Compute what the heads write."""
        chunk = self.chunk
        for read in self.reads:
            read.forward()
        query, key, value = (read.found for read in self.reads)
        if self.numerical:
            attention.count(
                query,
                key,
                value,
                self.predicate,
                self.causal,
                chunk.valid,
                self.wants,
                self.match,
                self.written,
            )
            return
        attention.attend(
            query,
            key,
            self.predicate,
            self.causal,
            chunk.valid,
            self.bias,
            self.scale,
            chunk.coldness,
            chunk.keys,
            self.draw,
            self.wants,
            self.match,
            self.total,
            self.attention,
        )
        attention.copy_attended(self.attention, self.causal, value, self.written)

    def backward(self) -> None:
        """Add to the gradient, and to the slopes of what is read."""
        chunk = self.chunk
        query, key, value = (read.found for read in self.reads)
        common = query, key, value, self.predicate, self.causal, chunk.valid
        slopes = (*(read.slope for read in self.reads), self.gradient)
        work = self.slope_of_match, self.slope_of_wants
        if self.numerical:
            attention.uncount(*common, self.wants, self.match, self.slope, *work[::-1], *slopes)
        else:
            scale = self.scale * chunk.coldness
            attention.unattend(
                *common,
                scale,
                self.wants,
                self.match,
                self.total,
                self.attention,
                self.slope,
                *work,
                *slopes,
            )
        for read in self.reads:
            read.backward()


class FusedLookups:
    """The look-ups of a group with hidden units, forward and backward, for sequences of one length."""

    def __init__(
        self,
        module: Lookups | NumericalLookups,
        start: int,
        layout: NetworkLayout,
        weights: Weights,
        chunk: Chunk,
        draw: int,
    ) -> None:
        group, network = module.group, module.network
        assert network is not None
        offsets = np.array(layout.offsets)
        sizes = group.sizes if isinstance(group, LookupGroup) else (NUMERICAL,) * len(group.caps)
        self.caps = () if isinstance(group, LookupGroup) else group.caps
        self.reads = [
            _Read(weights, gate, offsets[list(candidates)], size, chunk)
            for gate, candidates, size in zip(module.gates, group.arguments, sizes, strict=True)
        ]
        # The inputs of all arguments lie one behind the other.
        self.inputs = np.zeros(
            (sum(read.found.size for read in self.reads) // chunk.width, chunk.width), np.float32
        )
        self.slope_of_inputs = np.zeros_like(self.inputs)
        starts, first = [], 0
        for read, size in zip(self.reads, sizes, strict=True):
            extent = group.count * max(size, 1)
            if not self.caps:
                read.found = self.inputs[first : first + extent].reshape(read.found.shape)
            read.slope = self.slope_of_inputs[first : first + extent].reshape(read.found.shape)
            starts.append(first + np.arange(extent).reshape(group.count, -1))
            first += extent
        self.starts = np.concatenate(starts, axis=1)
        self.weights = [
            weights.views(weight)
            for weight in (network.w_in, network.b_in, network.w_out, network.b_out)
        ]
        hidden = network.w_in.shape[2]
        self.active = np.zeros((group.count, hidden, chunk.width), np.float32)
        self.slope_of_active = np.zeros((hidden, chunk.width), np.float32)
        self.written, self.slope = _written(chunk, layout, start, group.count)
        self.chunk, self.draw = chunk, draw
        self.draws = group.count * len(group.values) * chunk.valid.shape[0]

    def forward(self) -> None:
        """Compute what the look-ups write."""
        for number, read in enumerate(self.reads):
            read.forward()
            if self.caps:
                part = self.inputs.reshape(len(self.reads), -1)[number]
                kernels.clamp(read.found.reshape(-1), self.caps[number], part)
        flat = self.written.reshape(*self.written.shape[:2], -1)
        (w_in, _), (b_in, _), (w_out, _), (b_out, _) = self.weights
        kernels.perceive(self.inputs, self.starts, w_in, b_in, w_out, b_out, self.active, flat)
        kernels.choose(self.written, self.chunk.coldness, self.chunk.keys, self.draw)

    def backward(self) -> None:
        """Add to the gradient, and to the slopes of what is read."""
        shape = (*self.written.shape[:2], -1)
        (w_in, grad_w_in), (_, grad_b_in), (w_out, grad_w_out), (_, grad_b_out) = self.weights
        kernels.unperceive(
            self.inputs,
            self.starts,
            w_in,
            w_out,
            self.active,
            self.written.reshape(shape),
            self.slope.reshape(shape),
            self.chunk.coldness,
            self.slope_of_active,
            self.slope_of_inputs,
            grad_w_in,
            grad_b_in,
            grad_w_out,
            grad_b_out,
        )
        for number, read in enumerate(self.reads):
            if self.caps:
                kernels.unclamp(read.found.reshape(-1), self.caps[number], read.slope.reshape(-1))
            read.backward()
