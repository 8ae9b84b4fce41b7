"""Sizes and settings for each published task."""

from tprog.ir import Domain
from tprog.learn.build import network_layout
from tprog.learn.recipes import recipe_search, recipe_sizes, recipe_warm_start
from tprog.tasks import Task, get_task, task_names


def test_algorithmic_tasks_get_the_published_modules() -> None:
    """Three layers of 4 + 4 heads and 2 + 2 look-ups with 64 hidden units, causal where the task is."""
    for name in ("reverse", "hist", "double_hist", "sort", "most_freq", "dyck1", "dyck2"):
        sizes = recipe_sizes(get_task(name))
        assert (sizes.layers, sizes.categorical_heads, sizes.numerical_heads) == (3, 4, 4)
        assert (sizes.categorical_lookups, sizes.numerical_lookups, sizes.hidden) == (2, 2, 64)
        assert sizes.causal == name.startswith("dyck")


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


def test_every_task_has_settings() -> None:
    """All published tasks have a warm start and a search; most_freq may want several keys and causal heads."""
    for name in task_names():
        assert recipe_warm_start(get_task(name)).epochs >= 1
        assert recipe_search(get_task(name)).rounds >= 1
    assert recipe_search(get_task("most_freq")).sets
