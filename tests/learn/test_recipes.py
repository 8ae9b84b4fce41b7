"""Sizes and settings for each published task."""

import pytest
import torch

from tprog.ir import Domain
from tprog.learn.build import network_layout
from tprog.learn.recipes import default_engine, recipe_search, recipe_sizes, recipe_warm_start
from tprog.tasks import Task, get_task, task_names


def test_algorithmic_tasks_get_the_published_modules() -> None:
    """Three layers of 4 + 4 heads and 2 + 2 look-ups with 64 hidden units, causal where the task is."""
    for name in ("reverse", "hist", "double_hist", "sort", "most_freq", "dyck1", "dyck2"):
        sizes = recipe_sizes(get_task(name))
        assert (sizes.layers, sizes.categorical_heads, sizes.numerical_heads) == (3, 4, 4)
        assert (sizes.categorical_lookups, sizes.numerical_lookups, sizes.hidden) == (2, 2, 64)
        assert sizes.causal == name.startswith("dyck")


@pytest.mark.parametrize("name", task_names())
def test_the_published_sizes_are_those_of_the_published_programs(name: str) -> None:
    """Modules of a layer are as many as the published program of the task has; the search adds no wider kinds."""
    sizes = recipe_sizes(get_task(name), "published")
    counts = (sizes.layers, sizes.categorical_heads, sizes.numerical_heads)
    lookups = (sizes.categorical_lookups, sizes.numerical_lookups)
    assert (counts, lookups) == {
        "reverse": ((3, 4, 4), (1, 1)),
        "hist": ((1, 2, 2), (1, 1)),
        "double_hist": ((3, 4, 4), (1, 1)),
        "sort": ((3, 4, 4), (2, 2)),
        "most_freq": ((3, 4, 4), (2, 2)),
        "dyck1": ((3, 4, 4), (1, 1)),
        "dyck2": ((3, 2, 2), (2, 2)),
        "induction": ((2, 1, 0), (0, 0)),
    }[name]
    assert (sizes.rows, sizes.causal_heads) == ("one", 0)
    search = recipe_search(get_task(name), "published")
    assert (search.sets, search.causal_heads) == (False, False)


@pytest.mark.parametrize("name", task_names())
def test_categorical_only_networks_have_no_numbers(name: str) -> None:
    """The sizes of the paper's Table 3 hold categorical heads and look-ups alone."""
    sizes = recipe_sizes(get_task(name), "categorical")
    assert (sizes.numerical_heads, sizes.numerical_lookups) == (0, 0)
    assert sizes.categorical_heads > 0
    assert not recipe_search(get_task(name), "categorical").sets


def test_induction_is_two_single_heads() -> None:
    """Two layers of one categorical head, causal, nothing else (paper, section 4.1)."""
    layout = network_layout(
        get_task("induction").domain, ("x",), recipe_sizes(get_task("induction"))
    )
    assert [group.count for group in layout.groups] == [1, 1]


def test_a_large_vocabulary_is_embedded() -> None:
    """Above 64 symbols words get factored embeddings instead of one-hot tokens."""
    task = Task(
        "mine",
        Domain(tuple(f"w{number}" for number in range(100)), 8),
        ("x", "y"),
        lambda data: ["x"] * len(data),
        causal=True,
    )
    sizes = recipe_sizes(task)
    assert sizes.embeddings > 0
    assert sizes.causal


def test_a_gpu_takes_all_warm_starts_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine is batched where there is a GPU, and fused elsewhere."""
    for there, engine in ((True, "batched"), (False, "fused")):
        monkeypatch.setattr(torch.cuda, "is_available", lambda there=there: there)
        assert default_engine() == engine


def test_every_task_has_settings() -> None:
    """All published tasks have a warm start and a search; most_freq may want several keys and causal heads."""
    for name in task_names():
        assert recipe_warm_start(get_task(name)).epochs >= 1
        assert recipe_search(get_task(name)).rounds >= 1
    assert recipe_search(get_task("most_freq")).sets
