"""Tests of the stages of a composition."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tprog.learn.compose.parts import Count, Table
from tprog.learn.compose.stages import MOST_ANSWERS, Stages, _lowest
from tprog.learn.compose.stock import Grammar
from tprog.learn.search.examples import Examples
from tprog.tasks import get_task, make_dataset


def stages(spec: str, grammar: Grammar) -> Stages:
    """Return the stages for a task."""
    task = get_task(spec)
    batches = make_dataset(task, 0).train.batches()
    examples = Examples.from_batches(task.domain, task.labels, batches)
    return Stages(task.domain, grammar, examples, 0, ThreadPoolExecutor(2))


def test_each_stage_is_a_layer_deeper() -> None:
    """Answers of a stage read no deeper than what was grown, and candidates add up."""
    grown = stages("double_hist:vocabulary=5,length=5", Grammar((False, True), sets=True))
    depths, candidates = [], []
    for answers in grown:
        depths.append(max(part.layer for answer in answers for part in answer.modules))
        candidates.append(grown.candidates)
        assert answers
        assert all(np.isfinite(answer.cost) for answer in answers)
    assert len(depths) == len(grown) == 4
    assert depths == [1, 1, 2, 2]
    assert candidates == sorted(candidates)


def test_causal_tasks_have_latches_and_no_other_masks() -> None:
    """Where labels depend on the past alone, two stages look for events, and every head is causal."""
    grown = stages("dyck1:length=8", Grammar((True,), sets=True))
    assert len(grown) == 6
    for answers in grown:
        for answer in answers[:20]:
            heads = [part for part in answer.modules if not isinstance(part, Table)]
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
