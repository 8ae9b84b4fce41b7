"""Inputs longer than those of training: at which lengths a model is still right, and an algorithm from synthesis is.

A Program and a network are made for the greatest length that is tested, and learn from inputs up to the task's own; what they
know of positions beyond it is what they began with. An algorithm has no greatest length.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.analysis.measure.predictors import Answering, Side, make_side
from tprog.analysis.sweeps.axes import Grid, Sweep
from tprog.analysis.sweeps.trial import ByLength, Value
from tprog.errors import UsageError
from tprog.evaluate.inputs import Batch, encode
from tprog.synthesis.asking import sized, stretched
from tprog.tasks.registry import get_task
from tprog.tasks.task import Task

Counts: TypeAlias = npt.NDArray[np.integer[Any] | np.bool_]

TESTED = 200
"""Inputs of each length."""
LENGTHS = 10
"""So many lengths are tested at most, evenly spread."""
ROUNDS = 50
"""Rounds of drawing, for a sampler that seldom gives the length that is wanted."""


def lengthened(task: Task, longer: int) -> Task:
    """Return a task whose inputs may be so much longer, with all its own inputs among them.

    Raises:
        UsageError: it has no greatest length, or nobody knows its longer inputs.
    """
    longest = task.domain.max_length
    found = None if longest is None else stretched(task, longest + longer)
    if longest is None or found is None:
        raise UsageError(f"task {task.spec}: nobody knows what its longer inputs are")
    domain = replace(found.domain, min_length=task.domain.min_length, max_length=longest + longer)
    return replace(found, domain=domain, space=None)


def lengths_tested(task: Task, longer: int) -> list[int]:
    """Return the greatest length of training and some beyond it, evenly spread to the last."""
    longest = task.domain.max_length or 0
    step = -(-longer // LENGTHS)
    return [longest, *sorted(range(longest + longer, longest, -step))]


def inputs_of(task: Task, above: int, length: int, seed: int) -> list[Batch]:
    """Return drawn inputs of at most a length and longer than another, framed as the given task frames them.

    The draws are those of the task at this length, as it was published.
    """
    own = stretched(task, length)
    random = np.random.default_rng((seed, length))
    found: list[tuple[str, ...]] = []
    for _ in range(ROUNDS if own else 0):
        assert own is not None
        found += [one for one in own.draw(random, TESTED) if above < len(one) <= length]
        if len(found) >= TESTED:
            break
    return [batch for _, batch in encode(replace(task.domain, max_length=length), found[:TESTED])]


def by_length(task: Task, longer: int, model: Answering, seed: int = 1) -> ByLength:
    """Return for each tested length the share of right labels and of inputs with all labels right.

    Inputs count at the least of these lengths that is not shorter than they are.

    Args:
        task: what was learned.
        longer: how much longer than the task's inputs are tested.
        model: what answers.
        seed: of the inputs; no training draws from it.
    """
    large = lengthened(task, longer)
    side = make_side(model, large.domain)
    lengths, rows = lengths_tested(task, longer), list[tuple[int, float, float]]()
    for length in lengths:
        above = length - -(-longer // LENGTHS)
        answered = [_right(large, side, batch) for batch in inputs_of(task, above, length, seed)]
        if answered:
            right, scored, whole = (np.concatenate(each) for each in zip(*answered, strict=True))
            rows.append((length, float(right.sum() / max(1, scored.sum())), float(whole.mean())))
    return tuple(rows)


def _right(task: Task, side: Side, batch: Batch) -> tuple[Counts, Counts, Counts]:
    """Return, for each input of a batch, how many labels are right and wanted, and whether all of them are right."""
    truth = task.truth_batch(batch)
    if not task.pooled:
        truth = truth[:, task.domain.data_slice(truth.shape[1])]
    answers = side.answers(batch, task.domain)
    # Labels are compared as texts; where none is wanted, none is missed.
    given = np.array([*side.predictor.prediction_labels, ""], dtype=object)[answers]
    wanted = np.array([*task.labels, ""], dtype=object)[truth]
    scored = (truth >= 0).reshape(len(truth), -1)
    right = (given == wanted).reshape(len(truth), -1) & scored
    return right.sum(1), scored.sum(1), (right == scored).all(1)


def study(
    tasks: Sequence[str],
    sizes: Sequence[int],
    longer: int,
    seeds: tuple[int, ...],
    seconds: float,
    programs: bool = False,
    networks: bool = True,
) -> Sweep:
    """Return the grids of a study: learned from inputs up to a size, tested on longer ones.

    Args:
        tasks: without lengths.
        sizes: greatest lengths of training, in symbols.
        longer: by how much inputs that are tested are longer; twice as long where all inputs have one length.
        seeds: of each network; an algorithm has one.
        seconds: of each training, and of the search for an algorithm.
        programs: whether Programs are trained as well.
        networks: whether standard Transformers are.

    Raises:
        UsageError: a task has no such size.
    """
    grids = []
    for size in sizes:
        for name in tasks:
            task = sized(get_task(name).spec, size)
            if task is None:
                raise UsageError(f"task {name} has no inputs of {size} symbols")
            more = size if task.domain.min_length == task.domain.max_length else longer
            axes: dict[str, Sequence[Value]] = {"longer": (more,), "seconds": (seconds,)}
            grids.append(Grid((task.spec,), {**axes, "rasp": (True,)}))
            if networks:
                kinds = {"standard": (True,), "positions": ("learned", "relative", "none")}
                grids.append(Grid((task.spec,), {**axes, **kinds}, seeds))
            if programs:
                grids.append(Grid((task.spec,), axes, seeds))
    return Sweep(tuple(grids))
