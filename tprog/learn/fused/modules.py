"""The modules of a network in a fused step: their arrays, and which kernels they call, forward and backward."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias

import numpy as np
from torch import Tensor

from tprog.learn.fused import attention, kernels
from tprog.learn.fused.kernels import Words
from tprog.learn.fused.vectors import Floats, Longs
from tprog.learn.heads import Heads
from tprog.learn.layout import NUMERICAL, LookupGroup, NetworkLayout
from tprog.learn.lookups import Lookups, NumericalLookups
from tprog.learn.network import Network

# A kernel and its arguments.
Call: TypeAlias = tuple[Callable[..., None], tuple[Any, ...]]


@dataclass(eq=False)
class Chunk:
    """Some examples of a batch, and everything that is computed about them.

    Attributes:
        stream, slope: `(rows, positions, examples)`: the variables, a row for each of the classifier's, and the loss's
            derivatives by them.
        valid: `(positions, examples)`: 1 where a token stands, else 0.
        tokens: `(positions, examples)` symbols of the alphabet.
        keys: of random numbers, one for each position of each example.
        relaxation: 1 / temperature, and 1 where choices get noise, else 0.
    """

    stream: Floats
    slope: Floats
    valid: Floats
    tokens: Longs
    keys: Words
    relaxation: Floats

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

    def choose(self, *weights: Tensor, alone: bool = False) -> tuple[Floats, Floats]:
        """Return the same of logits that are relaxed to choices, or of several neighbours, one behind the other."""
        start, width = self._starts[weights[0]], weights[0].shape[-1]
        size = sum(weight.numel() for weight in weights)
        self.choices.append([start, size // width, width, int(alone)])
        shape = sum(len(weight) for weight in weights), *weights[0].shape[1:]
        stop = start + size
        return self.relaxed[start:stop].reshape(shape), self.gradient[start:stop].reshape(shape)


# Relaxed gates, their gradient, the rows of their candidates, what is read and its slopes.
_Reads: TypeAlias = tuple[tuple[Floats, Floats, Longs, Floats, Floats], ...]


def _reads(
    weights: Weights,
    gates: Iterable[Tensor],
    candidates: Iterable[tuple[int, ...]],
    sizes: Iterable[int],
    layout: NetworkLayout,
    found: Floats,
    slope: Floats,
) -> _Reads:
    """Return what the gates of a group read; neighbours with the same candidates read together.

    Args:
        weights: of the network.
        gates: for each argument `(modules, candidates)` logits; they are neighbours among the weights.
        candidates: of each argument.
        sizes: of each argument's variables.
        layout: of the network.
        found: `(rows, columns)`: where what is read goes, argument by argument.
        slope: where its slopes are.
    """
    made, first = [], 0
    arguments = zip(gates, candidates, sizes, strict=True)
    for (variables, size), members in groupby(arguments, key=lambda argument: argument[1:]):
        relaxed, gradient = weights.choose(*(gate for gate, *_ in members))
        last = first + len(relaxed) * max(size, 1)
        rows = np.array([layout.offsets[variable] for variable in variables])
        made.append((relaxed, gradient, rows, found[first:last], slope[first:last]))
        first = last
    return tuple(made)


def _written(chunk: Chunk, layout: NetworkLayout, start: int, count: int) -> tuple[Floats, Floats]:
    """Return the variables that a group writes, and their slopes: `(modules, values, positions, examples)`."""
    first, last = layout.offsets[start], layout.offsets[start + count]
    shape = count, (last - first) // count, *chunk.valid.shape
    return chunk.stream[first:last].reshape(shape), chunk.slope[first:last].reshape(shape)


class FusedHeads:
    """The heads of a group for sequences of one length.

    Attributes:
        draws: how many random numbers they take.
        forward: the kernel that computes what they write, and its arguments.
        backward: that which adds to the gradient and to the slopes of what they read.
    """

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
        count, width = group.count, chunk.width
        positions, examples = chunk.valid.shape
        value_size = layout.sizes[group.value[0]]
        sizes = group.query_size, group.key_size, max(value_size, 1)
        found, slope = (np.zeros((count * sum(sizes), width), np.float32) for _ in range(2))
        reads = _reads(
            weights,
            (module.query, module.key, module.value),
            (group.query, group.key, group.value),
            (group.query_size, group.key_size, value_size),
            layout,
            found,
            slope,
        )
        ends = np.cumsum(sizes)[:2] * count
        query, key, value = (
            part.reshape(count, -1, positions, examples) for part in np.split(found, ends)
        )
        slopes = [part.reshape(count, -1, positions, examples) for part in np.split(slope, ends)]
        predicate, gradient = weights.choose(module.predicate, alone=group.rows == "set")
        written, slope_of_written = _written(chunk, layout, start, count)
        common = query, key, value, predicate, np.array(group.causal, np.uint8), chunk.valid
        streams = reads, chunk.flat_stream
        wants = np.zeros(key.shape, np.float32)
        slope_of_wants = np.zeros(key.shape[1:], np.float32)
        if group.numerical:
            wanted = np.zeros(query.shape, np.float32)
            slope_of_wanted = np.zeros(query.shape[1:], np.float32)
            self.draws = 0
            self.forward: Call = attention.count, (*streams, *common, wants, wanted, written)
            work = slope_of_written, slope_of_wants, slope_of_wanted
            self.backward: Call = (
                attention.uncount,
                (*streams, chunk.flat_slope, *common, wants, wanted, *work, *slopes, gradient),
            )
            return
        preference = module.preference(positions).numpy().astype(np.float32)
        self.draws = count * positions
        self.forward, self.backward = _attending(
            (reads, chunk, np.repeat(preference, examples, axis=1), group.key_size**-0.5, draw),
            common,
            (wants, written),
            (slope_of_written, slope_of_wants, slopes, gradient),
        )


def _attending(settings: Any, common: Any, written: Any, slopes: Any) -> tuple[Call, Call]:
    """Return the calls of categorical heads."""
    reads, chunk, bias, scale, draw = settings
    wants, values = written
    slope_of_written, slope_of_wants, slopes_of_reads, gradient = slopes
    count, _, positions, examples = wants.shape
    shape = count, positions, positions, examples
    match, attended = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    total = np.zeros((count, positions, examples), np.float32)
    streams = reads, chunk.flat_stream
    state = wants, match, total, attended
    relaxed = bias, scale, chunk.relaxation, chunk.keys, draw
    forward = (*streams, *common, *relaxed, *state, values)
    work = slope_of_written, np.zeros(shape[1:], np.float32), slope_of_wants
    backward = (*streams, chunk.flat_slope, *common, scale, chunk.relaxation, *state, *work)
    return (
        (attention.attend, forward),
        (attention.unattend, (*backward, *slopes_of_reads, gradient)),
    )


class FusedLookups:
    """The look-ups of a group with hidden units for sequences of one length; attributes as those of heads."""

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
        count, width = group.count, chunk.width
        sizes = group.sizes if isinstance(group, LookupGroup) else (NUMERICAL,) * len(group.caps)
        extents = [max(size, 1) for size in sizes]
        # The inputs of all arguments lie one behind the other.
        found, slope = (np.zeros((count * sum(extents), width), np.float32) for _ in range(2))
        caps = np.zeros(0, np.float32)
        inputs = found
        if not isinstance(group, LookupGroup):
            caps, inputs = np.repeat(np.array(group.caps, np.float32), count), np.zeros_like(found)
        reads = _reads(weights, module.gates, group.arguments, sizes, layout, found, slope)
        starts, first = [], 0
        for extent in extents:
            starts.append(first + np.arange(count * extent).reshape(count, extent))
            first += count * extent
        rows = np.concatenate(starts, axis=1)
        (w_in, grad_w_in), (b_in, grad_b_in), (w_out, grad_w_out), (b_out, grad_b_out) = (
            weights.views(weight)
            for weight in (network.w_in, network.b_in, network.w_out, network.b_out)
        )
        hidden = network.w_in.shape[2]
        active = np.zeros((count, hidden, width), np.float32)
        written, slope_of_written = (
            part.reshape(count, -1, width) for part in _written(chunk, layout, start, count)
        )
        self.draws = count * len(group.values)
        streams = reads, chunk.flat_stream
        self.forward: Call = (
            kernels.perceive,
            (
                *(*streams, found, caps, inputs, rows, w_in, b_in, w_out, b_out, active, written),
                *(chunk.relaxation, chunk.keys, draw),
            ),
        )
        self.backward: Call = (
            kernels.unperceive,
            (
                *(*streams, chunk.flat_slope, found, caps, inputs, rows, w_in, w_out, active),
                *(written, slope_of_written, chunk.relaxation),
                *(np.zeros((hidden, width), np.float32), slope),
                *(grad_w_in, grad_b_in, grad_w_out, grad_b_out),
            ),
        )
