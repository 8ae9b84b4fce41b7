"""What gradient descent needs: sequences padded to tensors, the loss, and Adam over one flat vector of weights.

`torch.optim` takes seconds to import and updates weight by weight; a network of many small weights is one vector here.
"""
# ruff: noqa: F722 - jaxtyping writes shapes as strings.

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Int
from torch import Tensor, nn

from tprog.errors import TprogError
from tprog.evaluate.inputs import Batch, IntArray
from tprog.learn.network import Network


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Sequences of any length, padded at the end.

    Attributes:
        words: the texts that `indices` speak of.
        indices: indices into `words`; 0 in the padding.
        valid: where a token stands.
        labels: true labels, -1 where nothing is scored; one column where outputs are pooled.
    """

    words: tuple[str, ...]
    indices: Int[Tensor, "sequences positions"]
    valid: Bool[Tensor, "sequences positions"]
    labels: Int[Tensor, "sequences scored"]

    def __len__(self) -> int:
        """Return the number of sequences."""
        return int(self.indices.shape[0])


def pad(batches: Iterable[tuple[Batch, IntArray]]) -> Labelled:
    """Return the sequences of batches as one padded set.

    Args:
        batches: framed sequences of one length each, with labels `(inputs, positions)`, or pooled `(inputs,)`.

    Raises:
        TprogError: there are no sequences, or the batches speak of different words.
    """
    found = [(batch, labels) for batch, labels in batches if len(batch)]
    if not found:
        raise TprogError("there are no sequences to learn from; give more samples")
    words = max((batch.words for batch, _ in found), key=len)
    if any(batch.words != words[: len(batch.words)] for batch, _ in found):
        raise TprogError("the batches speak of different words; encode them together")
    total = sum(len(batch) for batch, _ in found)
    longest = max(batch.indices.shape[1] for batch, _ in found)
    pooled = found[0][1].ndim == 1
    indices = torch.zeros(total, longest, dtype=torch.int64)
    valid = torch.zeros(total, longest, dtype=torch.bool)
    answers = torch.full((total, 1 if pooled else longest), -1, dtype=torch.int64)
    start = 0
    for batch, labels in found:
        rows, length = slice(start, start + len(batch)), batch.indices.shape[1]
        indices[rows, :length] = torch.as_tensor(batch.indices, dtype=torch.int64)
        valid[rows, :length] = True
        given = torch.as_tensor(labels, dtype=torch.int64)
        answers[rows, : 1 if pooled else length] = given[:, None] if pooled else given
        start += len(batch)
    return Labelled(words, indices, valid, answers)


def exact_accuracy(network: Network, batches: Iterable[tuple[Batch, IntArray]]) -> float:
    """Return the share of scored labels that the exact network predicts; 1 where none is scored.

    Args:
        network: its labels are those of the batches, in the same order.
        batches: as for `pad`.
    """
    right = total = 0
    for batch, labels in batches:
        scored = labels >= 0
        right += int(((network.predict(batch) == labels) & scored).sum())
        total += int(np.count_nonzero(scored))
    return right / total if total else 1.0


MEAN_DECAY = 0.9
SQUARE_DECAY = 0.999
EPSILON = 1e-8
# A relaxed choice near temperature 0 can have a gradient beyond float32; the step that follows is bounded all the same.
GREATEST_GRADIENT = 1e6


class Adam:
    """Adam with the usual constants (Kingma and Ba, 2015) for all weights of a module that need gradients.

    Attributes:
        steps: how many updates were made.
        flat: all weights, in the order of the module's parameters, which are views of it.
        mean, square: their running moments.
    """

    def __init__(self, module: nn.Module) -> None:
        self._weights = [weight for weight in module.parameters() if weight.requires_grad]
        self.flat = torch.cat([weight.detach().reshape(-1) for weight in self._weights])
        self._view()
        self.steps = 0
        self.mean = torch.zeros_like(self.flat)
        self.square = torch.zeros_like(self.flat)

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Update the weights by their gradients and clear those.

        Args:
            rate: the learning rate, above 0.
        """
        gradient = torch.cat(
            [
                torch.zeros(weight.numel()) if weight.grad is None else weight.grad.reshape(-1)
                for weight in self._weights
            ]
        )
        self.steps += 1
        update(self.flat, self.mean, self.square, gradient, rate, self.steps)
        for weight in self._weights:
            weight.grad = None

    def move(self, flat: Tensor, mean: Tensor, square: Tensor) -> None:
        """Keep the weights and their moments in other vectors, which get the present numbers."""
        for old, new in ((self.flat, flat), (self.mean, mean), (self.square, square)):
            new.copy_(old)
        self.flat, self.mean, self.square = flat, mean, square
        self._view()

    def _view(self) -> None:
        start = 0
        for weight in self._weights:
            # From here on every weight is a view of the vector.
            weight.data = self.flat[start : start + weight.numel()].view(weight.shape)
            start += weight.numel()

    def state(self) -> dict[str, Tensor]:
        """Return the optimiser's state as tensors."""
        return {
            "mean": self.mean.clone(),
            "square": self.square.clone(),
            "steps": torch.tensor([self.steps]),
        }

    def load(self, state: dict[str, Tensor]) -> None:
        """Take up a state that `state` returned."""
        self.mean.copy_(state["mean"])
        self.square.copy_(state["square"])
        self.steps = int(state["steps"][0])


def update(
    flat: Tensor, mean: Tensor, square: Tensor, gradient: Tensor, rate: float, steps: int
) -> None:
    """Make one update in place, of one vector of weights or of many side by side.

    Args:
        flat: the weights.
        mean: their running mean gradients.
        square: their running squared gradients.
        gradient: changed too: what is no number counts as 0, what is too large as the greatest.
        rate: the learning rate, above 0.
        steps: the number of this update, from 1.
    """
    gradient.nan_to_num_(0.0, GREATEST_GRADIENT, -GREATEST_GRADIENT)
    gradient.clamp_(-GREATEST_GRADIENT, GREATEST_GRADIENT)
    mean.lerp_(gradient, 1 - MEAN_DECAY)
    square.mul_(SQUARE_DECAY).addcmul_(gradient, gradient, value=1 - SQUARE_DECAY)
    scale = (square / (1 - SQUARE_DECAY**steps)).sqrt_().add_(EPSILON)
    flat.addcdiv_(mean, scale, value=-rate / (1 - MEAN_DECAY**steps))
