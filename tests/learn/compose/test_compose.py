"""Composition as a whole, and its stages."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tprog.errors import UsageError
from tprog.evaluate import accuracy
from tprog.learn.compose.compose import MOST_ANSWERS, StageReport, Stages, _lowest, compose
from tprog.learn.compose.expressions import Count, Lookup
from tprog.learn.compose.stock import Grammar
from tprog.learn.layout import NetworkSizes
from tprog.learn.search.examples import Examples
from tprog.learn.settings import CompositionSettings, recipe_composition, recipe_sizes
from tprog.tasks.dataset import make_dataset
from tprog.tasks.registry import get_task
from tprog.tasks.task import Task


def composed_share(task: Task, settings: CompositionSettings | None = None) -> float:
    """Return the accuracy on test data of the best Program that is put together for a task."""
    dataset = make_dataset(task, 0)
    found = compose(dataset, recipe_sizes(task), settings, threads=2)
    right, total = accuracy(found[0].program, dataset.test.batches(), task.labels)
    return right / total


@pytest.mark.parametrize(
    "spec",
    [
        "hist",
        "reverse:vocabulary=6,length=6",
        "sort:vocabulary=6,length=6",
        "double_hist:vocabulary=5,length=5",
        "dyck1:length=10",
        "induction",
    ],
)
def test_published_tasks_are_put_together_exactly(spec: str) -> None:
    """The Program is right on every test sequence."""
    assert composed_share(get_task(spec)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("spec", ["reverse", "sort"])
def test_published_sizes_are_put_together_exactly(spec: str) -> None:
    """So it is at the sizes of the paper."""
    assert composed_share(get_task(spec)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("spec", ["most_freq", "dyck2", "most_freq:vocabulary=16,length=16"])
def test_the_hardest_tasks_are_put_together(spec: str) -> None:
    """Three layers suffice for the order of frequencies, and for brackets of two kinds but for rare depths."""
    assert composed_share(get_task(spec)) >= 0.9999


def test_the_published_modules_suffice_for_histograms() -> None:
    """One key for each query and no masks of their own; nothing else is written then."""
    task = get_task("double_hist:vocabulary=5,length=5")
    assert composed_share(task, recipe_composition(task, "published")) == 1


def test_programs_keep_to_their_sizes() -> None:
    """No layer has more modules of a kind than the network has."""
    task = get_task("sort:vocabulary=6,length=5")
    dataset = make_dataset(task, 0)
    assert not any(
        found.perfect for found in compose(dataset, NetworkSizes(1, 4, 4, 2, 2), threads=2)
    )
    for found in compose(dataset, NetworkSizes(2, 1, 1, 1, 1), threads=2):
        assert len(found.program.operations) <= 8
        assert max(found.program.layers, default=0) <= 1
        assert not found.perfect


def test_threads_do_not_matter_and_seeds_are_kept() -> None:
    """Equal settings give equal Programs."""
    dataset = make_dataset(get_task("reverse:vocabulary=6,length=6"), 0)
    sizes = recipe_sizes(dataset.task)
    one = compose(dataset, sizes, threads=1)
    two = compose(dataset, sizes, threads=3)
    assert [found.program for found in one] == [found.program for found in two]


def test_stages_are_reported_and_can_be_cut() -> None:
    """Each stage is reported in order; few stages are gone through where few are wanted."""
    dataset = make_dataset(get_task("double_hist:vocabulary=6,length=6"), 0)
    seen: list[StageReport] = []
    sizes = recipe_sizes(dataset.task)
    cut = compose(dataset, sizes, CompositionSettings(stages=2), on_stage=seen.append)
    assert [(stage.number, stage.stages) for stage in seen] == [(1, 2), (2, 2)]
    assert not cut[0].perfect
    assert seen[-1].best == cut[0].validation
    stopped = compose(dataset, sizes, on_stage=seen.append, should_stop=lambda: len(seen) > 2)
    # The second stage was ended in its middle and does not count.
    assert max(found.stage for found in stopped) == 1
    assert compose(dataset, sizes, should_stop=lambda: True) == []


def test_networks_without_counts_have_one_stage() -> None:
    """Copies are all that categorical modules alone are put together from."""
    dataset = make_dataset(get_task("hist:vocabulary=5,length=5"), 0)
    seen: list[StageReport] = []
    compose(dataset, NetworkSizes(numerical_heads=0, numerical_lookups=0), on_stage=seen.append)
    assert [(stage.number, stage.stages) for stage in seen] == [(1, 1)]


def test_what_is_too_large_is_refused() -> None:
    """Long sequences are left to gradients."""
    dataset = make_dataset(get_task("hist:vocabulary=5,length=40"), 0, 200)
    with pytest.raises(UsageError, match="at most 32"):
        compose(dataset, NetworkSizes())


def stages(spec: str, grammar: Grammar) -> Stages:
    """Return the stages for a task."""
    task = get_task(spec)
    batches = make_dataset(task, 0).train.batches()
    examples = Examples.from_batches(task.domain, task.labels, batches)
    return Stages(task.domain, grammar, examples, 0, ThreadPoolExecutor(2))


def test_each_stage_is_a_layer_deeper() -> None:
    """Answers of a stage read no deeper than what was grown, and candidates add up."""
    grown = stages("double_hist:vocabulary=4,length=4", Grammar((False, True), sets=True))
    depths, candidates = [], []
    for answers in grown:
        depths.append(max(part.layer for answer in answers for part in answer.modules))
        candidates.append(grown.candidates)
        assert answers
        assert all(np.isfinite(answer.cost) for answer in answers)
    assert len(depths) == len(grown) == 4
    assert depths == [1, 1, 2, 2]
    assert candidates == sorted(candidates)


def test_causal_tasks_look_for_events_and_have_no_other_masks() -> None:
    """Where labels depend on the past alone, two stages look for events, and every head is causal."""
    grown = stages("dyck1:length=8", Grammar((True,), sets=True))
    assert len(grown) == 6
    for answers in grown:
        for answer in answers[:20]:
            heads = [part for part in answer.modules if not isinstance(part, Lookup)]
            assert all(getattr(head, "causal") for head in heads)  # noqa: B009


def test_the_published_grammar_wants_one_key_everywhere() -> None:
    """No module of any answer wants several keys, but for events."""
    for answers in stages("hist:vocabulary=5,length=5", Grammar((False,), sets=False)):
        for answer in answers[:50]:
            wanted = [part.wanted for part in answer.modules if isinstance(part, Count)]
            assert all(each.single for each in wanted)


def test_the_lowest_come_in_order_and_equal_ones_by_place() -> None:
    """Ties keep their order, and no more than so many are given."""
    assert _lowest(np.array([2.0, 1.0, 1.0, 0.5])) == [3, 1, 2, 0]
    assert _lowest(np.array([2.0, 1.0, 1.0, 0.5]), 2) == [3, 1]
    assert len(_lowest(np.zeros(1000))) == MOST_ANSWERS
