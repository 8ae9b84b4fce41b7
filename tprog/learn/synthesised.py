"""Synthesis as the first part of a training: an algorithm for the training data, compiled to a Program."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tprog.codegen import emit
from tprog.errors import TprogError
from tprog.ir import Head, Program
from tprog.learn.layout import NetworkSizes
from tprog.learn.settings import SynthesisSettings
from tprog.rasp.compile import Compiled, shortest
from tprog.rasp.graph import (
    Aggregate,
    And,
    Closest,
    Const,
    Indices,
    Map,
    Node,
    Select,
    SOp,
    Tokens,
    rewritten,
    walk,
)  # fmt: skip
from tprog.rasp.printing import to_text
from tprog.synthesis.asking import LEAST, Judge, example_of, longer_examples
from tprog.synthesis.examples import Example, Examples
from tprog.synthesis.parts import Step
from tprog.synthesis.portfolio import Portfolio, Solution
from tprog.synthesis.tidy import named
from tprog.tasks.dataset import Dataset, Split

SHORTEST = 200
"""So many of the shortest training sequences are examples: the rarest cases are often the shortest."""

COMPILED = 3
"""So many solutions are compiled, each some seconds' work: the shortest algorithm need not be the shortest Program."""

FEW_LINES = 100
"""A Program of so many lines is short enough: half of them every Program has."""

MANY_LINES = 150
"""Where all are longer, the first algorithm is compiled once more, from a graph with fewer values."""

BEFORE, UP_TO = (Select(Indices(), Indices(), relation) for relation in ("<", "<="))

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
    best, program, how = _shortest(solutions, dataset, judge)
    judged = best.judgement
    tried = judged.tried_longer if judged else 0
    told = Told(
        best.how,
        to_text(named(best.graph)),
        how,
        tried,
        judged.longest if judged and tried else 0,
        bool(tried and judged and not judged.too_long),
    )
    return Algorithm(program, told)


def _shortest(
    solutions: list[Solution], dataset: Dataset, judge: Judge
) -> tuple[Solution, Program | None, str]:
    """Return which of the first solutions has the shortest Program, with that, and how it was compared or why there is none.

    One that is wrong on longer inputs is not preferred to one that is right.
    """
    task, first = dataset.task, solutions[0]
    made: list[tuple[int, Solution, Compiled]] = []
    why = ""
    alike = [one for one in solutions[:COMPILED] if one.rank[0] == first.rank[0]]
    for number, one in enumerate((*alike, first)):
        if made and min(lines for lines, _, _ in made) <= (
            MANY_LINES if number == len(alike) else FEW_LINES
        ):
            break
        graph = one.graph
        if number == len(alike):
            graph = eased(graph, judge, task.domain.symbols[0])
        try:
            compiled = shortest(
                graph, task.domain, causal=task.causal, naming=named, pooled=task.pooled
            )
        except TprogError as error:
            why = why or str(error)
            continue
        made.append((_lines(compiled.program), replace(one, graph=graph), compiled))
    if not made:
        return first, None, why
    _, best, compiled = min(made, key=lambda one: one[0])
    return best, compiled.program, compiled.how


def eased(graph: SOp, judge: Judge, token: str) -> SOp:
    """Return the graph with what makes a Program long written otherwise, each where that is right on all that the judge knows.

    Differences do not fall below -1: a depth below 0 often says no more than that it is. The closest key left of the query
    may be the query itself where there is no other. What a read of tokens gives where nothing is selected is a token.
    """
    # What holds others first: a node that is replaced is no part of what is still to come.
    for node in reversed(list(walk(graph))):
        match node:
            case Map("-", (_, right)) if not isinstance(right, Const):
                least = Const(-1)
                other: Node = Map("if", (node, Map("<", (least, node)), least))
            case Closest(And(left, right)) if BEFORE in (left, right):
                other = Closest(And(UP_TO, right if left == BEFORE else left))
            case Aggregate(selector, Tokens(), int()):
                other = Aggregate(selector, Tokens(), token)
            case _:
                continue

        def replaced(one: Node, node: Node = node, other: Node = other) -> Node:
            return other if one == node else one

        found = rewritten(graph, replaced)
        judgement = judge(found)
        if not judgement.refuted and not judgement.too_long:
            graph = found
    return graph


def _lines(program: Program) -> int:
    return emit(program).count("\n")


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
