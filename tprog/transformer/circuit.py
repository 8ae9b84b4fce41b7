"""The parts of an ordinary Transformer and what each computes, before they become weights.

The residual stream is a direct sum of subspaces: a variable has one dimension for each entry that it can hold, and is one-hot.
Position 0 is a beginning-of-sequence token of the network's own, at which a head looks that finds nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

# Weights by dimension of the residual stream; what is left out is 0.
Vector: TypeAlias = dict[int, float]
# The dimensions that mark the network's own two tokens.
BOS, PAD = 0, 1


@dataclass(frozen=True, slots=True)
class Subspace:
    """Where a variable stands in the residual stream.

    Attributes:
        name: the variable.
        start: its first dimension.
        entries: what it can hold, by dimension.
        texts: what the entries are called.
        ready: the half-block from which on it can be read: an attention is `2 * block`, an MLP `2 * block + 1`.
        at_bos: the entry that stands there at position 0, on every input; None for zeros.
    """

    name: str
    start: int
    entries: tuple[int, ...]
    texts: tuple[str, ...]
    ready: int
    at_bos: int | None

    def __getitem__(self, entry: int) -> int:
        """Return the dimension of an entry."""
        return self.start + self.entries.index(entry)

    def read(self, weights: Mapping[int, float]) -> Vector:
        """Return the linear map that gives each entry its weight, and 0 at the beginning of the sequence."""
        found = {self[entry]: weight for entry, weight in weights.items() if weight}
        there = 0.0 if self.at_bos is None else weights.get(self.at_bos, 0.0)
        return {**found, BOS: -there} if there else found


@dataclass(frozen=True, slots=True)
class Channel:
    """One dimension of a head's queries and keys: their product is added to the score."""

    query: Vector
    key: Vector
    query_bias: float = 0.0


@dataclass(frozen=True, slots=True)
class AttentionHead:
    """A head: the variable that it computes, its scores at inverse temperature 1, and what it reads at keys and writes where."""

    variable: str
    channels: tuple[Channel, ...]
    values: tuple[tuple[int, Vector], ...]


@dataclass(frozen=True, slots=True)
class Neuron:
    """`ReLU(reads + bias)`, for a variable; `when` says at which values of what it reads it is on."""

    variable: str
    when: dict[str, tuple[str, ...]]
    reads: Vector
    bias: float
    writes: Vector


@dataclass(frozen=True, slots=True)
class Block:
    """The heads and neurons of one block, and the bias that its MLP adds."""

    heads: list[AttentionHead] = field(default_factory=list)
    neurons: list[Neuron] = field(default_factory=list)
    bias: Vector = field(default_factory=dict)


@dataclass(slots=True)
class Circuit:
    """Everything that becomes weights: by dimension, block, token, framed position and label."""

    dimensions: list[tuple[str, str]]
    blocks: list[Block]
    tokens: list[Vector]
    positions: list[Vector]
    labels: list[tuple[str, Vector]] = field(default_factory=list)

    def add(
        self,
        name: str,
        entries: Sequence[int],
        text: Callable[[int], str],
        ready: int = 0,
        at_bos: int | None = None,
    ) -> Subspace:
        """Add a subspace with a dimension for each entry."""
        texts = tuple(map(text, entries))
        found = Subspace(name, len(self.dimensions), tuple(entries), texts, ready, at_bos)
        self.dimensions += [(name, text) for text in texts]
        return found

    def block(self, number: int) -> Block:
        """Return a block, made where it is missing."""
        while len(self.blocks) <= number:
            self.blocks.append(Block())
        return self.blocks[number]
