"""Sizes and settings for each published task. Owns what is known to work; refuses to train."""

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from tprog.learn.build import NetworkSizes
from tprog.learn.settings import Engine, WarmStartSettings
from tprog.tasks import Task

if TYPE_CHECKING:
    from tprog.learn.compose import CompositionSettings
    from tprog.learn.search import SearchSettings

# Which modules: those that work best, exactly the paper's, or the paper's categorical-only ones.
Kind: TypeAlias = Literal["best", "published", "categorical"]

# What works for every algorithmic task: the largest of the published module sets.
_ALGORITHMIC = NetworkSizes(layers=3)
# The published module sets (paper, section 4 and Table 1; the published programs): layers, heads and look-ups of each kind.
_PUBLISHED = {
    "reverse": (3, 4, 1),
    "hist": (1, 2, 1),
    "double_hist": (3, 4, 1),
    "sort": (3, 4, 2),
    "most_freq": (3, 4, 2),
    "dyck1": (3, 4, 1),
    "dyck2": (3, 2, 2),
}
# The same of the categorical-only models (paper, Table 3): layers, categorical heads, categorical look-ups.
_CATEGORICAL_ONLY = {
    "reverse": (3, 8, 4),
    "hist": (3, 8, 4),
    "double_hist": (2, 8, 2),
    "sort": (2, 4, 4),
    "most_freq": (3, 8, 4),
    "dyck1": (3, 8, 4),
    "dyck2": (3, 4, 2),
}
_INDUCTION = NetworkSizes(
    layers=2,
    categorical_heads=1,
    numerical_heads=0,
    categorical_lookups=0,
    numerical_lookups=0,
    causal=True,
)
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
    if task.name == "induction":
        return _INDUCTION
    if len(task.domain.alphabet) > ONE_HOT_SYMBOLS:
        return replace(_TEXT, causal=task.causal)
    sizes = replace(_ALGORITHMIC, causal=task.causal)
    if kind == "categorical":
        layers, heads, lookups = _CATEGORICAL_ONLY.get(task.name, (3, 8, 4))
        return replace(
            sizes,
            layers=layers,
            categorical_heads=heads,
            numerical_heads=0,
            categorical_lookups=lookups,
            numerical_lookups=0,
        )
    if kind == "published" and task.name in _PUBLISHED:
        layers, heads, lookups = _PUBLISHED[task.name]
        return replace(
            sizes,
            layers=layers,
            categorical_heads=heads,
            numerical_heads=heads,
            categorical_lookups=lookups,
            numerical_lookups=lookups,
        )
    return sizes


def recipe_composition(task: Task, kind: Kind = "best") -> "CompositionSettings":
    """Return the settings of the composition for a task; only the best kind goes beyond the published modules."""
    from tprog.learn.compose import CompositionSettings

    return CompositionSettings(sets=kind == "best", masks=kind == "best")


def default_engine() -> Engine:
    """Return what makes steps fastest on this machine: all warm starts at once on a GPU, compiled kernels elsewhere."""
    import torch

    return "batched" if torch.cuda.is_available() else "fused"


def recipe_warm_start(task: Task) -> WarmStartSettings:
    """Return the settings of the gradient part for a task."""
    return WarmStartSettings()


def recipe_search(task: Task, kind: Kind = "best") -> "SearchSettings":
    """Return the settings of the discrete search for a task; only the best kind goes beyond the published modules."""
    # The search brings a compiler along, which only a training needs.
    from tprog.learn.search import SearchSettings

    if task.name == "most_freq":
        # Rank by frequency needs keys above a count and a causal count; neither is in the published module set.
        wide = kind == "best"
        return SearchSettings(temperature=0.001, sets=wide, causal_heads=wide)
    return SearchSettings(rounds=30)
