"""Composition: Programs put together from common shapes, layer by layer. Owns the order of the stages; refuses gradients.

Gradient descent does not find programs in which several modules must fit together before any of them helps. So, before
any training, modules of the shapes in `stock` are put together bottom up: what one layer of counts gives, what functions
of two counts give, what the next layer counts of those, and at each stage how well the labels are known from what could
be read there. Ratings use the sample; what is returned was measured on all training
and validation sequences.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from tprog.errors import UsageError
from tprog.learn.build import NetworkSizes
from tprog.learn.compose.choosing import Chooser, Composed
from tprog.learn.compose.stages import Stages
from tprog.learn.compose.stock import Grammar
from tprog.learn.search.examples import Examples
from tprog.learn.settings import CompositionSettings
from tprog.tasks import Dataset

ShouldStop: TypeAlias = Callable[[], bool]
A = TypeVar("A")
R = TypeVar("R")

MOST_VALUES = 32
"""Symbols and positions that composition takes at most: its work grows with their squares."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a stage reports.

    Attributes:
        number: stages done, from 1.
        stages: how many there are.
        candidates: looked at so far.
        best: the greatest validation accuracy so far, from 0 to 1.
    """

    number: int
    stages: int
    candidates: int
    best: float


OnStage: TypeAlias = Callable[[Stage], None]


class _Stopped(Exception):
    """Somebody wants the composition to end in the middle of a stage."""


class _Threads(ThreadPoolExecutor):
    """Threads that take up no further work once somebody wants to stop."""

    def __init__(self, count: int, should_stop: ShouldStop | None) -> None:
        super().__init__(count)
        self._should_stop = should_stop

    def check(self) -> None:
        """Raise `_Stopped` where somebody wants to stop."""
        if self._should_stop is not None and self._should_stop():
            raise _Stopped

    def map(  # type: ignore[override]  # One argument a call is what composition needs.
        self, function: Callable[[A], R], arguments: Iterable[A]
    ) -> Iterator[R]:
        """Return the results in order; raise `_Stopped` where somebody wants to stop before the last."""

        def unless_stopped(argument: A) -> R:
            self.check()
            return function(argument)

        return super().map(unless_stopped, arguments)


def compose(
    dataset: Dataset,
    sizes: NetworkSizes,
    settings: CompositionSettings | None = None,
    *,
    threads: int | None = None,
    on_stage: OnStage | None = None,
    should_stop: ShouldStop | None = None,
) -> list[Composed]:
    """Return Programs that were put together for a task, the best first; a perfect one ends the work.

    The test data are not looked at.

    Args:
        dataset: what to learn.
        sizes: how many layers, and how many modules of each kind a layer may have.
        settings: how; the defaults where it is None.
        threads: to work in, all cores where it is None; no result depends on how many.
        on_stage: called after each stage.
        should_stop: asked again and again; a stage that it ends early does not count.

    Raises:
        UsageError: the task has sequences without a greatest length, one label for a whole sequence, or too many
            symbols or positions.
    """
    settings = settings or CompositionSettings()
    task = dataset.task
    causal = task.causal or sizes.causal
    grammar = Grammar((True,) if causal else (False, True)[: 1 + settings.masks], settings.sets)
    examples = Examples.from_batches(task.domain, task.labels, dataset.train.batches())
    values = max(examples.tokens.shape[1], len(task.domain.alphabet))
    if values > MOST_VALUES:
        raise UsageError(
            f"composition takes at most {MOST_VALUES} symbols and positions; {task.spec} has {values}"
        )
    found: list[Composed] = []
    with _Threads(threads or os.cpu_count() or 1, should_stop) as pool:
        work = Stages(task.domain, grammar, examples, settings.seed, pool)
        chooser = Chooser(dataset, sizes, pool.check)
        # All but the copies of the first stage need counts.
        stages = min(settings.stages, len(work) if sizes.numerical_heads else 1)
        try:
            for number, answers in zip(range(1, stages + 1), work, strict=False):
                found += chooser.measured(answers, number)
                found.sort(key=lambda one: (-one.validation, -one.train))
                if on_stage is not None:
                    best = found[0].validation if found else 0.0
                    on_stage(Stage(number, stages, work.candidates, best))
                if found and found[0].perfect:
                    break
        except _Stopped:
            pass
    return found
