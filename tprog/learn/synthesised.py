"""Synthesis as the first part of a training: an algorithm for the training data, compiled to a Program."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tprog.ir import Head, Program
from tprog.learn.layout import NetworkSizes
from tprog.learn.settings import SynthesisSettings
from tprog.rasp.graph import SOp
from tprog.rasp.printing import to_text
from tprog.synthesis.asking import LEAST, Judge, example_of, longer_examples
from tprog.synthesis.examples import Example, Examples
from tprog.synthesis.parts import Step
from tprog.synthesis.portfolio import Portfolio, Solution
from tprog.synthesis.programs import shortest_of
from tprog.synthesis.tidy import named
from tprog.tasks.dataset import Dataset, Split

SHORTEST = 200
"""So many of the shortest training sequences are examples: the rarest cases are often the shortest."""

LONGER_SEED = 1


@dataclass(frozen=True, slots=True)
class Told:
    """What a training tells of synthesis.

    Attributes:
        part: of the portfolio, and the way.
        rasp: the algorithm as RASP.
        compiled: how the Program was compared with it; or why there is none.
        longer: how many inputs beyond the domain it was tried on.
        longest: their greatest length; 0 where there are none.
        holds: whether it is right on all of them.
    """

    part: str
    rasp: str
    compiled: str
    longer: int
    longest: int
    holds: bool


@dataclass(frozen=True, slots=True)
class Algorithm:
    """What synthesis found for a dataset: the compiled Program, None where it cannot be, and what is told."""

    program: Program | None
    told: Told


def synthesised(
    dataset: Dataset,
    settings: SynthesisSettings,
    should_stop: Callable[[], bool],
    report: Callable[[Step, Solution | None], None],
    atoms: tuple[tuple[str, SOp], ...] = (),
) -> Algorithm | None:
    """Return an algorithm that is right on every training and validation sequence; None where none is found in time.

    Tasks with an open vocabulary are left to the other parts. Atoms are graphs that may be used like the input itself.
    """
    task = dataset.task
    if task.domain.unknown is not None or task.domain.prefix is None:
        return None
    known = _rows(dataset.train)
    longer = longer_examples(task, np.random.default_rng(LONGER_SEED))
    judge = Judge([*known, *_rows(dataset.validation)], longer)
    examples = Examples(tuple(_chosen(known)), task.pooled, task.causal)
    portfolio = Portfolio(
        examples,
        settings.seconds,
        judge=judge,
        should_stop=should_stop,
        report=report,
        seed=settings.seed,
        atoms=atoms,
    )
    solutions = portfolio.run().solutions
    if not solutions:
        return None
    best, compiled, why = shortest_of(
        solutions, task.domain, judge, causal=task.causal, pooled=task.pooled
    )
    judged = best.judgement
    tried = judged.tried_longer if judged else 0
    told = Told(
        best.how,
        to_text(named(best.graph)),
        why if compiled is None else compiled.how,
        tried,
        judged.longest if judged and tried else 0,
        bool(tried and judged and not judged.too_long),
    )
    return Algorithm(None if compiled is None else compiled.program, told)


def _rows(split: Split) -> list[Example]:
    task = split.task
    return [example_of(one, task.truth(one), task.pooled) for one in split.sequences if one]


def _chosen(rows: list[Example]) -> list[Example]:
    """Return the shortest rows, and as many others as synthesis looks at."""
    by_length = sorted(rows, key=lambda row: len(row.tokens))
    rest = by_length[SHORTEST:]
    step = max(1, len(rest) // LEAST)
    return [*by_length[:SHORTEST], *rest[::step][:LEAST]]


def fits(program: Program, sizes: NetworkSizes) -> bool:
    """Tell whether a Program has no more layers, and in each no more modules of a kind, than a network."""
    layers = program.layers
    if max(layers, default=-1) >= sizes.layers:
        return False
    heads = sizes.categorical_heads + sizes.numerical_heads
    lookups = sizes.categorical_lookups + sizes.numerical_lookups
    for layer in set(layers):
        inside = [one for one, at in zip(program.operations, layers, strict=True) if at == layer]
        count = sum(isinstance(one, Head) for one in inside)
        if count > heads or len(inside) - count > lookups:
            return False
    return True
