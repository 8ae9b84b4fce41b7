"""The standard Transformer: dense embeddings, soft attention, and the settings of its training (paper, section B.2).

Nothing about it is discrete, so that no program can be read from it: it shows what the same data teach a network that is
free of every constraint.
"""
# ruff: noqa: F722, F821 - jaxtyping writes shapes as strings.

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from tprog.errors import BadInput, UsageError
from tprog.evaluate.inputs import Batch, IntArray
from tprog.ir import Domain
from tprog.tasks.task import Task

# How positions may be known.
POSITIONS = ("learned", "relative", "none")


@dataclass(frozen=True, slots=True)
class StandardSettings:
    """How a standard Transformer is learned. Equal settings give equal networks.

    The defaults are the paper's (section B.2, after Weiss et al., 2021): width 256, rate 0.0003, batches of 50, up to 100
    epochs, and the weights of the epoch that is best on validation data; of its grid of 2 or 3 layers and 4 or 8 heads
    the larger. The paper does not name the width of the feed-forward layers: 64 is what the published scripts give.

    Attributes:
        layers: layers, at least 1.
        heads: heads a layer, at least 1; they divide the width.
        width: numbers at a position, at least 1.
        feedforward: hidden units of the feed-forward layers, at least 1.
        rate: Adam's learning rate, above 0.
        batch: sequences a step, at least 1.
        epochs: most passes over the training sequences, at least 1; an epoch that is perfect on validation data is the
            last, since no later one would be chosen.
        seed: of weights and order, at least 0.
        data_seed: of the sequences and their split, at least 0.
        samples: distinct sequences in all three splits; None for the task's own number.
        positions: how they are known: `learned` embeddings, none of which says anything beyond the lengths of training;
            `relative`: each head learns a bias for every distance to the left and right, which all layers share; `none`.
        seconds: training stops after so many, with the best so far; None for no limit. It decides nothing but the
            number of epochs, which the metrics record.
    """

    layers: int = 3
    heads: int = 8
    width: int = 256
    feedforward: int = 64
    rate: float = 3e-4
    batch: int = 50
    epochs: int = 100
    seed: int = 0
    data_seed: int = 0
    samples: int | None = None
    positions: str = "learned"
    seconds: float | None = None

    def __post_init__(self) -> None:
        """Refuse settings outside their ranges.

        Raises:
            UsageError: with the setting's name and range.
        """
        for name in ("layers", "heads", "width", "feedforward", "batch", "epochs"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}; the least is 1")
        for name in ("seed", "data_seed"):
            if getattr(self, name) < 0:
                raise UsageError(f"{name} is {getattr(self, name)}; the least is 0")
        for name in ("rate", "seconds"):
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise UsageError(f"{name} is {value}; give a number above 0")
        if self.positions not in POSITIONS:
            raise UsageError(f"positions is {self.positions!r}; choose {', '.join(POSITIONS)}")
        if self.width % self.heads:
            raise UsageError(
                f"width is {self.width}, which {self.heads} heads do not divide; give a multiple"
            )


# Distances beyond this one share a bias with it, so that those of longer inputs are not new.
FAR = 8
# Inputs that are predicted at once.
CHUNK = 1024


@dataclass(frozen=True, slots=True)
class StandardLayout:
    """The shape of a standard Transformer.

    Attributes:
        domain: the sequences that it reads; with a greatest length.
        labels: the labels that it can give, in order.
        layers, heads, width, feedforward, positions: see `StandardSettings`.
        causal: whether every position looks at itself and to the left only.
        pooled: whether the sequence has one label.
    """

    domain: Domain
    labels: tuple[str, ...]
    layers: int
    heads: int
    width: int
    feedforward: int
    causal: bool
    pooled: bool
    positions: str = "learned"


def standard_layout(task: Task, settings: StandardSettings) -> StandardLayout:
    """Return the shape for a task.

    Raises:
        UsageError: the task's sequences have no greatest length.
    """
    if task.domain.max_length is None:
        raise UsageError(
            f"task {task.spec} has no greatest length, which learned positions need; give one"
        )
    return StandardLayout(
        domain=task.domain,
        labels=task.labels,
        layers=settings.layers,
        heads=settings.heads,
        width=settings.width,
        feedforward=settings.feedforward,
        causal=task.causal,
        pooled=task.pooled,
        positions=settings.positions,
    )


class StandardTransformer(nn.Module):
    """Token and position embeddings, pre-norm encoder layers without dropout, one linear map to the labels.

    Attributes:
        layout: its shape.
    """

    def __init__(self, layout: StandardLayout) -> None:
        super().__init__()
        assert layout.domain.max_length is not None
        self.layout = layout
        positions = layout.domain.max_length + layout.domain.frame_size
        self.tokens = nn.Embedding(len(layout.domain.alphabet), layout.width)
        if layout.positions == "learned":
            self.positions = nn.Embedding(positions, layout.width)
        elif layout.positions == "relative":
            self.distances = nn.Embedding(2 * FAR + 1, layout.heads)
        layer = nn.TransformerEncoderLayer(
            layout.width,
            layout.heads,
            layout.feedforward,
            dropout=0.0,
            batch_first=True,
            norm_first=True,
        )
        # Nested tensors serve post-norm layers only.
        self.encoder = nn.TransformerEncoder(layer, layout.layers, enable_nested_tensor=False)
        self.unembed = nn.Linear(layout.width, len(layout.labels), bias=False)

    @property
    def domain(self) -> Domain:
        """The sequences that it reads."""
        return self.layout.domain

    @property
    def prediction_labels(self) -> tuple[str, ...]:
        """The texts that predictions speak of."""
        return self.layout.labels

    def initialise(self, seed: int) -> "StandardTransformer":
        """Draw all weights and return the network; random numbers drawn elsewhere do not change."""
        noise = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for name, weight in self.named_parameters():
                if name.startswith("tokens"):
                    nn.init.normal_(weight, generator=noise)
                elif name.startswith("positions"):
                    nn.init.normal_(weight, std=self.layout.width**-0.5, generator=noise)
                elif weight.dim() > 1:
                    nn.init.xavier_uniform_(weight, generator=noise)
                elif name.endswith("bias"):
                    nn.init.zeros_(weight)
        return self

    def forward(
        self, symbols: Int[Tensor, "batch positions"], valid: Bool[Tensor, "batch positions"]
    ) -> Float[Tensor, "batch scored labels"]:
        """Return logits for sequences that are padded at the end.

        Args:
            symbols: indices into the domain's alphabet, anything where `valid` is false.
            valid: which positions hold a token.

        Returns:
            `(batch, positions, labels)`; `(batch, 1, labels)` where outputs are pooled.
        """
        length = symbols.shape[1]
        stream = self.tokens(symbols)
        if self.layout.positions == "learned":
            stream = stream + self.positions.weight[:length]
        later = None
        if self.layout.causal:
            later = torch.ones(length, length, dtype=torch.bool, device=symbols.device).triu(1)
        # Without padding no mask is needed, and attention is faster.
        padding = None if bool(valid.all()) else ~valid
        if self.layout.positions == "relative":
            later, padding = self._biases(later, valid), None
        stream = self.encoder(stream, mask=later, src_key_padding_mask=padding)
        if self.layout.pooled:
            kept = stream * valid[..., None]
            stream = kept.sum(1, keepdim=True) / valid.sum(1)[:, None, None]
        logits: Tensor = self.unembed(stream)
        return logits

    def _biases(
        self, later: Bool[Tensor, "queries keys"] | None, valid: Bool[Tensor, "batch keys"]
    ) -> Float[Tensor, "rows queries keys"]:
        """Return what is added to every score: each head's bias for the distance, and minus infinity where none may look."""
        place = torch.arange(valid.shape[1], device=valid.device)
        steps = (place[None, :] - place[:, None]).clamp(-FAR, FAR) + FAR
        biases = self.distances(steps).permute(2, 0, 1).expand(len(valid), -1, -1, -1)
        hidden = ~valid[:, None, None, :]
        if later is not None:
            hidden = hidden | later
        masked: Tensor = biases.masked_fill(hidden, -torch.inf)
        return masked.flatten(0, 1)

    def symbols(self, words: tuple[str, ...]) -> Int[Tensor, "words"]:
        """Return for each word the index of the symbol as which it is read.

        Raises:
            BadInput: a word is not of the domain, whose vocabulary is closed.
        """
        domain = self.layout.domain
        known = {word: number for number, word in enumerate(domain.alphabet)}
        stranger = -1 if domain.unknown is None else known[domain.unknown]
        found = [known.get(word, stranger) for word in words]
        if -1 in found:
            raise BadInput(f"unknown token {words[found.index(-1)]!r}")
        return torch.tensor(found, dtype=torch.int64)

    @torch.no_grad()
    def predict(self, batch: Batch) -> IntArray:
        """Return the predictions for framed sequences of one length.

        Returns:
            `(inputs, positions)` indices into the labels; pooled: `(inputs,)`.

        Raises:
            BadInput: a word is unknown.
        """
        symbols = self.symbols(batch.words)[torch.as_tensor(batch.indices, dtype=torch.int64)]
        parts = [
            self(rows, torch.ones_like(rows, dtype=torch.bool)).argmax(-1).numpy()
            for rows in torch.split(symbols, CHUNK)
        ]
        found = np.concatenate(parts) if parts else np.zeros(symbols.shape, dtype=np.int64)
        return found[:, 0] if self.layout.pooled else found


def standard_right(
    network: StandardTransformer, batches: list[tuple[Batch, IntArray]]
) -> tuple[int, int]:
    """Count the right predictions among the scored ones, as for Programs.

    Args:
        network: its labels are those that the batches speak of.
        batches: framed sequences of one length each, with their true labels, -1 where nothing is scored.
    """
    right = total = 0
    for batch, labels in batches:
        scored = labels >= 0
        right += int(((network.predict(batch) == labels) & scored).sum())
        total += int(np.count_nonzero(scored))
    return right, total


def standard_accuracy(network: StandardTransformer, batches: list[tuple[Batch, IntArray]]) -> float:
    """Return the share of scored labels that are predicted rightly; 1 where none is scored."""
    right, total = standard_right(network, batches)
    return right / total if total else 1.0
