"""Sizes and settings for each published task. Owns what is known to work; refuses to train."""

from dataclasses import replace
from typing import TYPE_CHECKING

from tprog.learn.build import NetworkSizes
from tprog.learn.settings import WarmStartSettings
from tprog.tasks import Task

if TYPE_CHECKING:
    from tprog.learn.search import SearchSettings

# The published module sets (paper, section 4; scripts of the published implementation).
_ALGORITHMIC = NetworkSizes(layers=3)
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


def recipe_sizes(task: Task) -> NetworkSizes:
    """Return the published sizes for a task; a task that was not published gets those of its kind."""
    if task.name == "induction":
        return _INDUCTION
    if len(task.domain.alphabet) > ONE_HOT_SYMBOLS:
        return replace(_TEXT, causal=task.causal)
    return replace(_ALGORITHMIC, causal=task.causal)


def recipe_warm_start(task: Task) -> WarmStartSettings:
    """Return the settings of the gradient part for a task."""
    return WarmStartSettings()


def recipe_search(task: Task) -> "SearchSettings":
    """Return the settings of the discrete search for a task."""
    # The search brings a compiler along, which only a training needs.
    from tprog.learn.search import SearchSettings

    if task.name == "most_freq":
        # Rank by frequency needs keys above a count and a causal count; neither is in the published module set.
        return SearchSettings(temperature=0.001, sets=True, causal_heads=True)
    return SearchSettings(rounds=30)
