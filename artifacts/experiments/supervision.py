"""Attention supervision (Weiss, Goldberg and Yahav, 2021, section 5): a standard Transformer whose heads are pulled towards the selectors of a program.

`python -m experiments.supervision` trains small networks on a few tasks with and without, and prints one table.
"""

import argparse
import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import torch
from torch import Tensor, nn

from tprog.learn.gradient import Labelled, pad
from tprog.learn.standard.model import (
    StandardSettings,
    StandardTransformer,
    standard_accuracy,
    standard_layout,
)
from tprog.learn.warm_start import mean_loss
from tprog.tasks.dataset import make_dataset
from tprog.tasks.registry import get_task
from tprog.tasks.task import Task

STRENGTH = 10.0  # of the attention's loss, beside the labels' loss in nats


@dataclass(frozen=True, slots=True, eq=False)
class Selected:
    """What one head is to look at.

    Attributes:
        layer: of the head, from 0.
        head: from 0.
        matrix: `(batch, query, key)`: which keys each query selects; a query that selects none is left alone.
    """

    layer: int
    head: int
    matrix: Tensor


# From symbols `(batch, position)` and where they are valid to what heads are to look at.
Selectors: TypeAlias = Callable[[Tensor, Tensor], Sequence[Selected]]


def forward_with_patterns(
    network: StandardTransformer, symbols: Tensor, valid: Tensor
) -> tuple[Tensor, list[Tensor]]:
    """Return the logits, and for each layer how much queries look at keys, `(batch, head, query, key)`."""
    layout = network.layout
    assert not layout.pooled
    length = symbols.shape[1]
    stream = network.tokens(symbols) + network.positions.weight[:length]
    later = torch.ones(length, length, dtype=torch.bool).triu(1) if layout.causal else None
    patterns = []
    for layer in network.encoder.layers:
        assert isinstance(layer, nn.TransformerEncoderLayer)
        normed = layer.norm1(stream)
        mixed, pattern = layer.self_attn(
            *(normed, normed, normed),
            key_padding_mask=~valid,
            attn_mask=later,
            average_attn_weights=False,
        )
        stream = stream + mixed
        stream = stream + layer.linear2(torch.relu(layer.linear1(layer.norm2(stream))))
        patterns.append(pattern)
    logits: Tensor = network.unembed(stream)
    return logits, patterns


def attention_loss(patterns: Sequence[Tensor], wanted: Sequence[Selected], valid: Tensor) -> Tensor:
    """Return the mean squared distance of the patterns from looking evenly at what is selected."""
    losses = [torch.zeros(())]
    for one in wanted:
        target = (one.matrix & valid[:, None, :] & valid[:, :, None]).float()
        many = target.sum(-1, keepdim=True)
        distance = (patterns[one.layer][:, one.head] - target / many.clamp(min=1)) ** 2
        asked = many[..., 0] > 0
        losses.append(distance.sum(-1)[asked].mean() if bool(asked.any()) else torch.zeros(()))
    return torch.stack(losses).sum()


def train_supervised(
    task: Task, settings: StandardSettings, selectors: Selectors | None
) -> StandardTransformer:
    """Train a standard Transformer for all epochs, with its attention supervised where there are selectors."""
    network = StandardTransformer(standard_layout(task, settings)).initialise(settings.seed)
    data = make_dataset(task, settings.data_seed, settings.samples).train.batches()
    labelled = pad(data)
    symbols = network.symbols(labelled.words)[labelled.indices]
    adam = torch.optim.Adam(network.parameters(), settings.rate)
    for rows in _orders(labelled, settings):
        valid = labelled.valid[rows]
        logits, patterns = forward_with_patterns(network, symbols[rows], valid)
        loss = mean_loss(logits, labelled.labels[rows])
        if selectors is not None:
            wanted = selectors(symbols[rows], valid)
            loss = loss + STRENGTH * attention_loss(patterns, wanted, valid)
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        adam.step()
    return network


def _orders(data: Labelled, settings: StandardSettings) -> Iterator[Tensor]:
    noise = torch.Generator().manual_seed(settings.seed)
    for _ in range(settings.epochs):
        yield from torch.split(torch.randperm(len(data), generator=noise), settings.batch)


def reversing(symbols: Tensor, valid: Tensor) -> list[Selected]:
    """`select(indices, length - indices - 1, ==)`, in the second layer: what the task's labels are copied from."""
    place = torch.arange(symbols.shape[1])
    mirrored = valid.sum(1)[:, None] - 1 - place
    return [Selected(1, 0, place[None, None, :] == mirrored[:, :, None])]


def counting(symbols: Tensor, valid: Tensor) -> list[Selected]:
    """`select(tokens, tokens, ==)`, in the first layer."""
    return [Selected(0, 0, symbols[:, :, None] == symbols[:, None, :])]


def sorting(symbols: Tensor, valid: Tensor) -> list[Selected]:
    """`select(tokens, tokens, <)` with the earlier of equal ones, then `select(rank, indices, ==)`."""
    place = torch.arange(symbols.shape[1])
    # The frame's symbols come first and last in the alphabet and stay where they are.
    key, query = symbols[:, None, :], symbols[:, :, None]
    before = (key < query) | ((key == query) & (place[None, :] < place[:, None]))
    rank = (before & valid[:, None, :]).sum(-1)
    return [Selected(0, 0, before), Selected(1, 0, rank[:, None, :] == place[None, :, None])]


TASKS: dict[str, Selectors] = {
    "reverse:vocabulary=16,length=16": reversing,
    "hist:vocabulary=16,length=16": counting,
    "sort:vocabulary=16,length=16": sorting,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, and print one table; `--output` also writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--samples", type=int, default=1500)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--output", type=Path)
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    rows = [("task", "without", "with")]
    for spec, selectors in TASKS.items():
        task = get_task(spec)
        means = []
        for used in (None, selectors):
            found = []
            for seed in range(chosen.seeds):
                settings = StandardSettings(
                    *(2, 2, 64),
                    rate=1e-3,
                    epochs=chosen.epochs,
                    seed=seed,
                    samples=chosen.samples,
                )
                test = make_dataset(task, settings.data_seed, settings.samples).test
                network = train_supervised(task, settings, used)
                found.append(standard_accuracy(network, test.batches()))
            means.append(f"{100 * sum(found) / len(found):.1f}")
        rows.append((spec, means[0], means[1]))
        print(" | ".join(rows[-1]), flush=True)
    if chosen.output is not None:
        with chosen.output.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows(rows)


if __name__ == "__main__":
    main()
