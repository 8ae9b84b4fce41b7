"""Composition: Programs put together from common shapes, layer by layer, before any gradient.

Gradient descent does not find programs in which several modules must fit together before any of them helps. So modules
of the shapes in `stock` are put together bottom up: what one layer of counts gives, what functions of two counts give,
what the next layer counts of those, and at each stage how well the labels are known from what could be read there.
Whatever writes the same on the sample is one candidate (observational equivalence, as in bottom-up program synthesis).
Ratings use the sample; what is returned was measured on all training and validation sequences.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np

from tprog.errors import UsageError
from tprog.ir import Domain
from tprog.learn.compose.answers import Answer, Chooser, Composed, Direct, Tabled, UntilEvent
from tprog.learn.compose.expressions import POSITIONS, TOKENS, Count, Expression, Lookup, Wanted
from tprog.learn.compose.grow import (
    Floats,
    copies,
    counts,
    event_ratings,
    lookup_part,
    lookups,
    pair_ratings,
    pairs,
    read_part,
    read_ratings,
)
from tprog.learn.compose.sample import Pool, Sample, Seen
from tprog.learn.compose.stock import Grammar, functions
from tprog.learn.layout import NetworkSizes
from tprog.learn.search.examples import Examples
from tprog.learn.settings import CompositionSettings, ShouldStop
from tprog.tasks.dataset import Dataset

A = TypeVar("A")
R = TypeVar("R")

MOST_VALUES = 32
"""Symbols and positions that composition takes at most: its work grows with their squares."""
FAMILIES = 30
"""Variables of the first layer that are gone on with for each kind of count over them."""
SUMS = 3
"""The first so many functions are tried on all pairs of counts over one variable."""
QUICK = 20_000
"""More candidates than these are first rated on a quarter of the sequences."""
LEADERS = 100
"""Counts of the second layer that are combined with all counts of the first."""
MOST_FIRST = 6000
"""Look-ups of the first layer that are gone on with."""
EVENT_SEQUENCES = 300
"""Sequences on which events are rated: rare ones must show that they are none."""
NUMBERS = 12
"""Running numbers that are tried with every mark."""
MOST_ANSWERS = 200
"""Answers that a stage gives for each kind of read."""


@dataclass(frozen=True, slots=True)
class StageReport:
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


OnStage: TypeAlias = Callable[[StageReport], None]


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
                    on_stage(StageReport(number, stages, work.candidates, best))
                if found and found[0].perfect:
                    break
        except _Stopped:
            pass
    return found


class Stages:
    """The answers that each stage finds; `candidates` counts what was looked at so far."""

    def __init__(
        self, domain: Domain, grammar: Grammar, examples: Examples, seed: int, threads: Executor
    ) -> None:
        """Draw the sample of the training sequences, which the seed chooses."""
        self._domain, self._grammar = domain, grammar
        self._examples, self._seed = examples, seed
        self._sample, self._threads = Sample.from_examples(examples, seed), threads
        self._functions = functions(self._sample.values)
        self._wanted = grammar.reads()
        self._seen_counts, self._seen_lookups = Seen(), Seen()
        self.candidates = 0

    def __len__(self) -> int:
        """Return how many stages there are."""
        return 6 if self._grammar.masks == (True,) else 4

    def __iter__(self) -> Iterator[list[Answer]]:
        """Yield the answers of each stage; later ones cost more time."""
        tokens: Pool[Expression] = Pool(self._sample.tokens[None], (TOKENS,))
        first = self._counts(tokens, self._grammar.of_tokens(self._domain))
        every = [(one, two) for two in range(len(first)) for one in range(two + 1)]
        yield [*self._tables(first, every), *self._copied(tokens)]
        if self._grammar.masks == (True,):
            yield from self._until_events()
        looked_up = self._lookups(first, pairs(len(first), self._functions))
        yield self._reads(looked_up)[0]
        looked_up = looked_up.take(range(min(MOST_FIRST, len(looked_up))))
        second = self._counts(looked_up, self._grammar.of_numbers(self._sample.values))
        answers, ratings = self._reads(second)
        yield answers + self._with_first(first, second)
        yield self._reads(self._combined(first, second, ratings))[0]

    def _counts(self, pool: "Pool[Expression]", wanted: Sequence["Wanted"]) -> "Pool[Count]":
        found = counts(
            self._sample, pool, wanted, self._grammar.masks, self._seen_counts, self._threads
        )
        self.candidates += len(found)
        return found

    def _lookups(self, pool: "Pool[Count]", chosen: list[tuple[int, int, int]]) -> "Pool[Lookup]":
        found = lookups(
            self._sample, pool, chosen, self._functions, self._seen_lookups, self._threads
        )
        self.candidates += len(found)
        return found

    def _tables(self, pool: "Pool[Count]", chosen: list[tuple[int, int]]) -> list[Answer]:
        """Return what tables over pairs of counts would tell; a pair of equals is one count."""
        ratings = pair_ratings(self._sample, pool, chosen, self._threads)
        return [
            Tabled(
                float(ratings[row]),
                tuple(pool.parts[n] for n in dict.fromkeys(chosen[row])),
                self._sample.values,
            )
            for row in _lowest(ratings)
        ]

    def _copied(self, tokens: "Pool[Expression]") -> list[Answer]:
        """Return what heads would tell that copy neighbours, or copy where a neighbour is compared with a token."""
        sample, masks = self._sample, self._grammar.masks
        present = np.arange(sample.tokens.shape[1])[None] < sample.lengths[:, None]
        positions = Pool((sample.positions * present)[None].astype(np.uint8), (POSITIONS,))
        both: Pool[Expression] = Pool.joined([tokens, positions])
        beside = [each for each in self._wanted if each.offset]
        near = copies(sample, both, beside, masks, Seen())
        here = [
            n for n, part in enumerate(near.parts) if part.reads == (POSITIONS, POSITIONS, TOKENS)
        ]
        near = near.take(here)
        known: Pool[Expression] = Pool.joined([tokens, near])
        equal = copies(sample, known, self._wanted[:1], masks, Seen())
        found: Pool[Expression] = Pool.joined([near, equal])
        self.candidates += len(found)
        chosen = [(number, number) for number in range(len(found))]
        ratings = pair_ratings(sample, found, chosen, self._threads)
        return [Direct(float(ratings[row]), found.parts[row]) for row in _lowest(ratings)]

    def _until_events(self) -> Iterator[list[Answer]]:
        """Yield what running numbers tell up to an event that decides for good; first without marks, then with them."""
        symbols = len(self._domain.alphabet)
        sample = Sample.from_examples(self._examples, self._seed, EVENT_SEQUENCES)
        tokens: Pool[Expression] = Pool(sample.tokens[None], (TOKENS,))
        first = counts(
            sample, tokens, self._grammar.of_tokens(self._domain), (True,), Seen(), self._threads
        )
        chosen = pairs(len(first), self._functions[:SUMS])
        sums = lookups(sample, first, chosen, self._functions, Seen(), self._threads)
        self.candidates += len(sums)
        alone = [(number, -1) for number in range(len(sums))]
        ratings = event_ratings(sample, sums, alone, symbols, self._threads)
        yield self._event_answers(sums, alone, ratings)
        best = np.argsort(ratings.min(axis=1), kind="stable")[:NUMBERS].tolist()
        marked = [(number, mark) for number in best for mark in range(len(sums)) if number != mark]
        self.candidates += len(marked)
        ratings = event_ratings(sample, sums, marked, symbols, self._threads)
        yield self._event_answers(sums, marked, ratings)

    def _event_answers(
        self, sums: "Pool[Lookup]", chosen: list[tuple[int, int]], ratings: Floats
    ) -> list[Answer]:
        found: list[Answer] = []
        for place in _lowest(ratings.reshape(-1)):
            row, label = divmod(place, ratings.shape[1])
            number, mark = (sums.parts[n] if n >= 0 else None for n in chosen[row])
            assert number is not None
            cost = float(ratings[row, label])
            found.append(UntilEvent(cost, number, mark, label, self._sample.values))
        return found

    def _reads(self, pool: "Pool[Expression]") -> tuple[list[Answer], Floats]:
        """Return what heads would tell that read the token at a position which a candidate gives."""
        causal = self._grammar.masks == (True,)
        ratings = np.full((len(pool), 2 * len(self._wanted)), np.inf)
        rows = np.arange(len(pool))
        if len(pool) > QUICK:
            few = self._sample.take(len(self._sample.lengths) // 4)
            quick = Pool(pool.values[:, : len(few.lengths)], pool.parts)
            guesses = read_ratings(few, quick, self._wanted, causal, self._threads)
            rows = np.sort(np.argsort(guesses.min(axis=1), kind="stable")[:QUICK])
        ratings[rows] = read_ratings(
            self._sample, pool.take(rows.tolist()), self._wanted, causal, self._threads
        )
        answers: list[Answer] = []
        for place in _lowest(ratings.reshape(-1)):
            row, column = divmod(place, ratings.shape[1])
            candidate = pool.parts[row]
            if isinstance(candidate, Count):
                # Heads compare categorical variables; a look-up makes one of a count.
                candidate = lookup_part(candidate, candidate, self._functions[0])
            part = read_part(candidate, column, self._wanted, causal)
            answers.append(Direct(float(ratings[row, column]), part))
        return answers, ratings.min(axis=1)

    def _with_first(self, first: "Pool[Count]", second: "Pool[Count]") -> list[Answer]:
        """Return tables over a count of the second layer and one that it was made from."""
        place = {part: number for number, part in enumerate(first.parts)}
        chosen = []
        for number, part in enumerate(second.parts):
            chosen += [
                (place[read], len(first) + number) for read in part.variable.reads if read in place
            ]
            chosen.append((len(first) + number,) * 2)
        return self._tables(Pool.joined([first, second]), chosen)

    def _combined(
        self, first: "Pool[Count]", second: "Pool[Count]", ratings: Floats
    ) -> "Pool[Lookup]":
        """Return functions of the most promising counts of the second layer and their likely partners.

        A partner is a count over the same variable, or for the best few any count of the first layer.
        """
        families: dict[Expression, list[int]] = {}
        for number, part in enumerate(second.parts):
            families.setdefault(part.variable, []).append(number)
        kinds: dict[tuple[object, bool], int] = {}
        leading: dict[Expression, None] = {}
        order = np.argsort(ratings, kind="stable").tolist()
        for number in order:
            part = second.parts[number]
            kind = (part.wanted, part.causal)
            kinds[kind] = kinds.get(kind, 0) + 1
            if kinds[kind] <= FAMILIES:
                leading[part.variable] = None
        chosen: dict[tuple[int, int, int], None] = {}
        for variable in leading:
            members = [len(first) + number for number in families[variable]]
            for one, two, index in pairs(len(members), self._functions[:SUMS]):
                chosen[members[one], members[two], index] = None
        for number in order[:LEADERS]:
            for one, two, index in self._with_all(len(first), len(first) + number):
                chosen[one, two, index] = None
        return self._lookups(Pool.joined([first, second]), list(chosen))

    def _with_all(self, first: int, number: int) -> Iterator[tuple[int, int, int]]:
        """Yield every function of one count and each of the first ones."""
        for index, function in enumerate(self._functions):
            for other in range(first):
                if not function.single:
                    yield other, number, index
                    if not function.symmetric:
                        yield number, other, index


def _lowest(ratings: Floats, most: int = MOST_ANSWERS) -> list[int]:
    """Return the places of the lowest ratings in order, equal ones in the order of their places."""
    if len(ratings) > most:
        limit = np.partition(ratings, most)[most]
        # Many may be equal to the best; the first of them are the simplest.
        places = np.flatnonzero(ratings <= limit)
    else:
        places = np.arange(len(ratings))
    order = places[np.argsort(ratings[places], kind="stable")]
    found: list[int] = order[:most].tolist()
    return found
