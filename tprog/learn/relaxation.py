"""A relaxed forward pass: choices by Gumbel-softmax, and the variables computed so far.

Variables of one group lie side by side, variable first, so that the read of a gate over all candidates is one matrix product.
"""
# ruff: noqa: F722 - jaxtyping writes shapes as strings.

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import torch
from jaxtyping import Bool, Float
from torch import Tensor

Kind: TypeAlias = Literal["exponential", "uniform"]


class NoiseRecorder:
    """Records kind and shape of every noise draw of a forward pass; every draw gives 0.5.

    Attributes:
        kinds: for each draw its kind and the shape of the logits.
    """

    def __init__(self) -> None:
        self.kinds: list[tuple[Kind, torch.Size]] = []


class Drawn:
    """Noise that was drawn beforehand, in the order of the draws: what a pass over many networks at once needs."""

    def __init__(self, noise: Sequence[Tensor]) -> None:
        self._noise = iter(noise)

    def next(self) -> Tensor:
        """Return what the next draw gives."""
        return next(self._noise)


def draw(kind: Kind, shape: torch.Size, generator: torch.Generator) -> Tensor:
    """Return noise on the generator's device: exponential, or uniform between 0 and 1 without the ends."""
    empty = torch.empty(shape, device=generator.device)
    if kind == "exponential":
        return empty.exponential_(generator=generator)
    return empty.uniform_(1e-6, 1 - 1e-6, generator=generator)


def _noise(source: torch.Generator | Drawn | NoiseRecorder, kind: Kind, logits: Tensor) -> Tensor:
    if isinstance(source, Drawn):
        return source.next()
    if isinstance(source, NoiseRecorder):
        source.kinds.append((kind, logits.shape))
        return torch.full_like(logits, 0.5)
    return draw(kind, logits.shape, source)


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """How discrete choices are made differentiable in one step (paper, section 3.1).

    Attributes:
        temperature: above 0, a number or a tensor of one; near 0 a choice is nearly one-hot.
        noise: where Gumbel noise comes from; None for none.
    """

    temperature: float | Tensor
    noise: "torch.Generator | Drawn | NoiseRecorder | None" = None

    def choose(self, logits: Float[Tensor, "*rows choices"]) -> Float[Tensor, "*rows choices"]:
        """Return one distribution over the choices for each row."""
        if self.noise is not None:
            logits = logits - _noise(self.noise, "exponential", logits).log()
        return torch.softmax(logits / self.temperature, dim=-1)

    def decide(self, logits: Float[Tensor, "*entries"]) -> Float[Tensor, "*entries"]:
        """Return the probability of yes for each entry, a choice between the logit and 0."""
        if self.noise is not None:
            logits = logits + torch.logit(_noise(self.noise, "uniform", logits))
        return torch.sigmoid(logits / self.temperature)


def temperature_at(step: int, steps: int, first: float, last: float) -> float:
    """Return the temperature of a step, geometric from `first` at step 0 to `last` at step `steps - 1`."""
    if steps <= 1:
        return last
    return float(first * (last / first) ** (step / (steps - 1)))


class Stream:
    """Everything computed so far in one relaxed pass over padded sequences.

    Attributes:
        valid: which positions hold a token; the others are padding.
    """

    def __init__(self, valid: Bool[Tensor, "batch positions"]) -> None:
        self.valid = valid
        self.blocks: list[Tensor] = []
        self._places: list[tuple[int, int]] = []
        self._gathered: dict[tuple[int, ...], Tensor] = {}
        self._allowed: dict[tuple[bool, ...], Tensor] = {}

    def append(self, block: Float[Tensor, "count batch positions *values"]) -> None:
        """Add the variables of a group; a numerical block has no last axis."""
        self._places += [(len(self.blocks), row) for row in range(block.shape[0])]
        self.blocks.append(block)

    def gather(self, variables: tuple[int, ...]) -> Float[Tensor, "count batch positions *values"]:
        """Return some variables of one size, stacked."""
        found = self._gathered.get(variables)
        if found is None:
            parts = []
            start = 0
            while start < len(variables):
                block, row = self._places[variables[start]]
                stop = start + 1
                while stop < len(variables) and self._places[variables[stop]] == (
                    block,
                    row + stop - start,
                ):
                    stop += 1
                parts.append(self.blocks[block][row : row + stop - start])
                start = stop
            found = parts[0] if len(parts) == 1 else torch.cat(parts)
            self._gathered[variables] = found
        return found

    def read(
        self, gates: Float[Tensor, "reads candidates"], candidates: tuple[int, ...]
    ) -> Float[Tensor, "reads batch positions *values"]:
        """Return the mixture of candidates that each gate selects."""
        stacked = self.gather(candidates)
        mixed = gates @ stacked.reshape(stacked.shape[0], -1)
        return mixed.view(gates.shape[0], *stacked.shape[1:])

    def allowed(self, causal: tuple[bool, ...]) -> Bool[Tensor, "heads batch query key"]:
        """Return which keys each query may look at: no padding, and no later position under a causal head.

        The first axis has length 1 where all heads agree.
        """
        kinds = causal[:1] if len(set(causal)) == 1 else causal
        found = self._allowed.get(kinds)
        if found is None:
            size = self.valid.shape[1]
            device = self.valid.device
            past = torch.ones(size, size, dtype=torch.bool, device=device).tril()
            free = torch.tensor([not masked for masked in kinds], device=device)
            found = self.valid[None, :, None, :] & (past | free[:, None, None])[:, None]
            self._allowed[kinds] = found
        return found
