"""Small learned-shape networks and labelled inputs for the tests of this room."""

from dataclasses import replace

import numpy as np
import torch

from tprog.evaluate.inputs import Batch, IntArray, all_inputs, frame_indices
from tprog.ir import Domain
from tprog.learn.layout import NetworkSizes, network_layout
from tprog.learn.network import Network
from tprog.learn.settings import SynthesisSettings, TrainSettings, WarmStartSettings
from tprog.tasks.registry import get_task
from tprog.tasks.task import Task

DOMAIN = Domain(("a", "b", "c"), 4, suffix="</s>")
LABELS = ("x", "y", "z")


def small_network(seed: int, sizes: NetworkSizes | None = None, *, pooled: bool = False) -> Network:
    """Return a random network over `DOMAIN` with rounded votes."""
    layout = network_layout(DOMAIN, LABELS, sizes or NetworkSizes(layers=2), pooled=pooled)
    network = Network(layout).initialise(seed)
    with torch.no_grad():
        network.votes.copy_((network.votes * 100).round())
    return network


def inputs() -> list[Batch]:
    """Return every input of `DOMAIN`."""
    return list(all_inputs(DOMAIN))


def labelled(count: int = 40, seed: int = 0) -> list[tuple[Batch, IntArray]]:
    """Return some inputs of `DOMAIN` with the label of the symbol before: x for a, y for b, z for c; x at the start."""
    random = np.random.default_rng(seed)
    found = []
    for length in (2, 3, 4):
        data = random.integers(0, 3, (count, length))
        batch = frame_indices(DOMAIN, data)
        truth = np.full(batch.indices.shape, -1, dtype=np.int64)
        truth[:, 1:-1] = np.concatenate([np.zeros((count, 1), dtype=int), data[:, :-1]], axis=1)
        found.append((batch, truth))
    return found


def previous(data: tuple[str, ...]) -> list[str]:
    """Return the label of the symbol before each one; x at the start."""
    names = dict(zip(DOMAIN.symbols, LABELS, strict=True))
    return ["x", *(names[symbol] for symbol in data[:-1])]


# A task that one categorical head solves.
TASK = Task(
    "previous", replace(DOMAIN, max_length=5), LABELS, previous, causal=True, default_samples=300
)
SMALL = TrainSettings(
    sizes=NetworkSizes(
        layers=1,
        categorical_heads=2,
        numerical_heads=1,
        categorical_lookups=1,
        numerical_lookups=1,
        hidden=8,
        causal=True,
    ),
    warm_start=WarmStartSettings(epochs=4, batch=16),
    restarts=2,
    workers=1,
    search_rounds=0,
    # The gradient is to be tested, and these tasks would be solved before it began.
    synthesis=SynthesisSettings(0.0, distil=0.0),
)
# What a network this small cannot do, so that the search has work to the end.
HARD_TASK = get_task("most_freq:vocabulary=6,length=6")
HARD = replace(SMALL, samples=1000, search_rounds=8)
