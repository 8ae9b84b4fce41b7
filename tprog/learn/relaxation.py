"""Relaxed choices. Owns the Gumbel-softmax and the temperature schedule; refuses to know what is chosen."""
# ruff: noqa: F722 - jaxtyping writes shapes as strings.

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """How discrete choices are made differentiable in one step (paper, section 3.1).

    Attributes:
        temperature: above 0; near 0 a choice is nearly one-hot.
        noise: where Gumbel noise is drawn from; None for none.
    """

    temperature: float
    noise: torch.Generator | None = None

    def choose(self, logits: Float[Tensor, "*rows choices"]) -> Float[Tensor, "*rows choices"]:
        """Return one distribution over the choices for each row."""
        if self.noise is not None:
            logits = logits - torch.empty_like(logits).exponential_(generator=self.noise).log_()
        return torch.softmax(logits / self.temperature, dim=-1)

    def decide(self, logits: Float[Tensor, "*entries"]) -> Float[Tensor, "*entries"]:
        """Return the probability of yes for each entry, a choice between the logit and 0."""
        if self.noise is not None:
            uniform = torch.empty_like(logits).uniform_(1e-6, 1 - 1e-6, generator=self.noise)
            logits = logits + torch.logit(uniform)
        return torch.sigmoid(logits / self.temperature)


def temperature_at(step: int, steps: int, first: float, last: float) -> float:
    """Return the temperature of a step, geometric from `first` at step 0 to `last` at step `steps - 1`."""
    if steps <= 1:
        return last
    return float(first * (last / first) ** (step / (steps - 1)))
