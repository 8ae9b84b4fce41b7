"""Labelled sequences as padded tensors. Owns padding for the relaxed pass; refuses to sample or to score Programs."""
# ruff: noqa: F722 - jaxtyping writes shapes as strings.

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Int
from torch import Tensor

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
