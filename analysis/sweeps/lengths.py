"""Inputs longer than those of training: at which lengths a model is still right, and an algorithm from synthesis is.

A Program and a network are made for the greatest length that is tested, and learn from inputs up to the task's own; what they
know of positions beyond it is what they began with. An algorithm has no greatest length.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tprog.analysis.measure.predictors import Answering, make_side
from tprog.analysis.sweeps.axes import Grid, Sweep
from tprog.analysis.sweeps.trial import ByLength, Value
from tprog.errors import UsageError
from tprog.evaluate.inputs import Batch, encode
from tprog.synthesis.asking import sized, stretched
from tprog.tasks.registry import get_task
from tprog.tasks.task import Task

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


def inputs_of(task: Task, length: int, seed: int) -> Batch | None:
    """Return drawn inputs of one length, framed as the given task frames them; None where it has none.

    The draws are those of the task at this length, as it was published.
    """
    own = stretched(task, length)
    random = np.random.default_rng((seed, length))
    found: list[tuple[str, ...]] = []
    for _ in range(ROUNDS):
        found += [one for one in (own.draw(random, TESTED) if own else []) if len(one) == length]
        if own is None or len(found) >= TESTED:
            break
    if not found:
        return None
    ((_, batch),) = encode(replace(task.domain, max_length=length), found[:TESTED])
    return batch


def by_length(task: Task, longer: int, model: Answering, seed: int = 1) -> ByLength:
    """Return for each tested length the share of right labels and of inputs with all labels right.

    Args:
        task: what was learned.
        longer: how much longer than the task's inputs are tested.
        model: what answers.
        seed: of the inputs; no training draws from it.
    """
    large = lengthened(task, longer)
    side = make_side(model, large.domain)
    rows: list[tuple[int, float, float]] = []
    for length in lengths_tested(task, longer):
        batch = inputs_of(task, length, seed)
        if batch is None:
            continue
        truth = large.truth_batch(batch)
        if not large.pooled:
            truth = truth[:, large.domain.data_slice(truth.shape[1])]
        answers = side.answers(batch, large.domain)
        # Labels are compared as texts; where none is wanted, none is missed.
        given = np.array([*side.predictor.prediction_labels, ""], dtype=object)[answers]
        wanted = np.array([*large.labels, ""], dtype=object)[truth]
        right, scored = given == wanted, truth >= 0
        whole = right | ~scored
        rows.append(
            (
                length,
                float((right & scored).sum() / max(1, scored.sum())),
                float((whole if whole.ndim == 1 else whole.all(1)).mean()),
            )
        )
    return tuple(rows)


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
