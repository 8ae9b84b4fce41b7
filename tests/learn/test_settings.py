"""Settings of a training, and the recipes of tasks."""

import ast
import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
import torch

from tprog.errors import TprogError, UsageError
from tprog.ir import Domain
from tprog.learn.layout import network_layout
from tprog.learn.settings import (
    Diverged,
    Kind,
    RunProblem,
    SearchSettings,
    TrainSettings,
    WarmStartSettings,
    default_engine,
    recipe_search,
    recipe_sizes,
    recipe_warm_start,
)
from tprog.tasks.registry import get_task, task_names
from tprog.tasks.task import Task


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"epochs": 0}, "epochs is 0; the least is 1"),
        ({"batch": 0}, "batch is 0"),
        ({"rate": 0.0}, "rate is 0.0; give a number above 0"),
        ({"engine": "fast"}, "choose 'torch', 'batched' or 'fused'"),
        ({"rate": float("nan")}, "rate is nan"),
        ({"last_temperature": float("inf")}, "last_temperature is inf"),
    ],
)
def test_warm_starts_refuse_what_is_out_of_range(wrong: dict[str, object], message: str) -> None:
    """A setting outside its range is refused with its name and range."""
    with pytest.raises(UsageError, match=message):
        WarmStartSettings(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"restarts": 0}, "restarts is 0; the least is 1"),
        ({"seed": -1}, "seed is -1; the least is 0"),
        ({"workers": 0}, "workers is 0"),
        ({"keep": 0}, "keep is 0"),
        ({"search_rounds": -1}, "search_rounds is -1"),
        ({"drop_after": 1.5}, "share from 0 to 1"),
        ({"seconds": 0.0}, "seconds is 0.0; give a number above 0"),
        ({"seconds": float("nan")}, "seconds is nan"),
        ({"stop_epochs": (1, 2, 3)}, "for each of 4 warm starts"),
        ({"stop_epochs": (1, 2, 3, -1)}, "from 0 up"),
    ],
)
def test_trainings_refuse_what_is_out_of_range(wrong: dict[str, float], message: str) -> None:
    """A setting outside its range is refused with its name and range."""
    with pytest.raises(UsageError, match=message):
        TrainSettings(**wrong)  # type: ignore[arg-type]


def test_errors_have_slugs_of_their_own() -> None:
    """Divergence and run folders are told apart by their slugs."""
    assert issubclass(Diverged, TprogError)
    assert (Diverged.slug, RunProblem.slug) == ("diverged", "run-folder")


@pytest.mark.parametrize(
    ("name", "value"), [("rounds", 0), ("threads", 0), ("temperature", -0.1), ("l2", float("inf"))]
)
def test_searches_refuse_what_is_out_of_range(name: str, value: float) -> None:
    """A setting outside its range is named in the message."""
    with pytest.raises(UsageError, match=name):
        SearchSettings(**{name: value})  # type: ignore[arg-type]


KINDS: tuple[Kind, ...] = get_args(Kind)


def test_algorithmic_tasks_get_the_published_modules() -> None:
    """Three layers of 4 + 4 heads and 2 + 2 look-ups with 64 hidden units, causal where the task is."""
    for name in task_names():
        sizes = recipe_sizes(get_task(name))
        assert (sizes.layers, sizes.categorical_heads, sizes.numerical_heads) == (3, 4, 4)
        assert (sizes.categorical_lookups, sizes.numerical_lookups, sizes.hidden) == (2, 2, 64)
        assert sizes.causal == get_task(name).causal


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
    """The published model has two layers of one categorical head, causal, nothing else (paper, section 4.1)."""
    task = get_task("induction")
    layout = network_layout(task.domain, ("x",), recipe_sizes(task, "published"))
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
    """All published tasks have a warm start and a search that may want several keys, and single causal heads."""
    for name in task_names():
        assert recipe_warm_start(get_task(name)).epochs >= 1
        assert recipe_search(get_task(name)).rounds >= 1
        assert recipe_search(get_task(name)).sets
        assert recipe_search(get_task(name)).causal_heads == (not get_task(name).causal)


@pytest.mark.parametrize("name", task_names())
def test_a_task_is_not_known_by_its_name(name: str) -> None:
    """A task with the properties of a published one, under the name of another, gets the same settings."""
    task = get_task(name)
    other = replace(task, name=next(each for each in task_names() if each != name), spec="data:x")
    for kind in KINDS:
        assert recipe_sizes(other, kind) == recipe_sizes(task, kind)
        assert recipe_search(other, kind) == recipe_search(task, kind)
    assert recipe_warm_start(other) == recipe_warm_start(task)


ROOT = Path(__file__).parents[2]
LEARNING = sorted((ROOT / "tprog" / "learn").rglob("*.py"))


@pytest.mark.parametrize("path", LEARNING, ids=lambda path: path.stem)
def test_no_learning_code_knows_the_name_of_a_task(path: Path) -> None:
    """No learning code asks for a task's name, and none holds the name of a published one."""
    text = path.read_text(encoding="utf-8")
    assert "task.name" not in text
    for node in ast.walk(ast.parse(text)):
        assert not (isinstance(node, ast.Constant) and node.value in task_names())


@pytest.mark.parametrize("room", ["cli", "analysis"])
def test_nothing_is_chosen_by_the_name_of_a_task(room: str) -> None:
    """Other rooms may show the name of a task, but compare it with nothing."""
    for path in (ROOT / room).rglob("*.py"):
        assert not re.search(r"task\.name\W*(==|!=|in |\])", path.read_text(encoding="utf-8")), path
