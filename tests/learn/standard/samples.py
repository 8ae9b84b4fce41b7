"""A small standard Transformer for the tests of this folder."""

from learn.samples import TASK

from tprog.learn.standard.model import StandardSettings, StandardTransformer, standard_layout
from tprog.tasks.task import Task

SMALL = StandardSettings(layers=1, heads=2, width=16, feedforward=16, rate=0.01, batch=20, epochs=4)


def small_network(task: Task = TASK, seed: int = 0) -> StandardTransformer:
    """Return an untrained network."""
    return StandardTransformer(standard_layout(task, SMALL)).initialise(seed)
