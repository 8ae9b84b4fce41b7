"""Sizes and settings for a task, by its properties: causal or not, its vocabulary, what was published for it."""

from dataclasses import replace
from typing import Literal, TypeAlias

from tprog.learn.build import NetworkSizes
from tprog.learn.settings import CompositionSettings, Engine, SearchSettings, WarmStartSettings
from tprog.tasks import Modules, Task

# Which modules: those that work best, exactly the paper's, or the paper's categorical-only ones.
Kind: TypeAlias = Literal["best", "published", "categorical"]

# What works for every algorithmic task: the largest of the published module sets.
_ALGORITHMIC = NetworkSizes(layers=3)
# The largest of the paper's categorical-only models (its Table 3).
_CATEGORICAL = Modules(3, 8, 0, 4, 0)
_TEXT = NetworkSizes(
    layers=2,
    categorical_heads=4,
    numerical_heads=0,
    categorical_lookups=1,
    numerical_lookups=0,
    embeddings=4,
)
# Above this many symbols one-hot tokens make tables too large, and words are embedded (paper, section 3.4).
ONE_HOT_SYMBOLS = 64


def recipe_sizes(task: Task, kind: Kind = "best") -> NetworkSizes:
    """Return the sizes for a task; a task that was not published gets those of its kind.

    Args:
        task: what is to be learned; sizes do not depend on its length and vocabulary, but for large vocabularies.
        kind: `published` for the paper's sizes for this very task, `categorical` for those of its Table 3.
    """
    if len(task.domain.alphabet) > ONE_HOT_SYMBOLS:
        return replace(_TEXT, causal=task.causal)
    sizes = replace(_ALGORITHMIC, causal=task.causal)
    if kind == "categorical":
        return _sized(sizes, task.categorical_only or _CATEGORICAL)
    if kind == "published" and task.published is not None:
        return _sized(sizes, task.published)
    return sizes


def _sized(sizes: NetworkSizes, modules: Modules) -> NetworkSizes:
    return replace(
        sizes,
        layers=modules.layers,
        categorical_heads=modules.categorical_heads,
        numerical_heads=modules.numerical_heads,
        categorical_lookups=modules.categorical_lookups,
        numerical_lookups=modules.numerical_lookups,
    )


def recipe_composition(task: Task, kind: Kind = "best") -> CompositionSettings:
    """Return the settings of the composition for a task; only the best kind goes beyond the published modules."""
    return CompositionSettings(sets=kind == "best", masks=kind == "best")


def default_engine() -> Engine:
    """Return what makes steps fastest on this machine: all warm starts at once on a GPU, compiled kernels elsewhere."""
    import torch

    return "batched" if torch.cuda.is_available() else "fused"


def recipe_warm_start(task: Task) -> WarmStartSettings:
    """Return the settings of the gradient part for a task."""
    return WarmStartSettings()


def recipe_search(task: Task, kind: Kind = "best") -> SearchSettings:
    """Return the settings of the discrete search for a task; only the best kind goes beyond the published modules."""
    wide = kind == "best"
    # A task that looks to the left only has causal heads anyway.
    return SearchSettings(rounds=30, sets=wide, causal_heads=wide and not task.causal)
