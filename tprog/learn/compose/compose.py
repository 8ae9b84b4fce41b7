"""Composition: Programs put together from common shapes, layer by layer. Owns the order of the stages; refuses gradients.

Gradient descent does not find programs in which several modules must fit together before any of them helps. So, before
any training, modules of the shapes in `stock` are put together bottom up: what one layer of counts gives, what functions
of two counts give, what the next layer counts of those, and at each stage how well the labels are known from what could
be read there. Whatever writes the same on a sample of the training sequences is one candidate (observational
equivalence, as in bottom-up program synthesis). Ratings use the sample; what is returned was measured on all training
and validation sequences.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tprog.errors import UsageError
from tprog.evaluate import accuracy
from tprog.ir import CategoricalLookup, CategoricalVotes, Program
from tprog.learn.build import NetworkSizes
from tprog.learn.compose.answers import Answer, Direct, Latched, Tabled
from tprog.learn.compose.grow import (
    Floats,
    copies,
    counts,
    latch_ratings,
    lookup_part,
    lookups,
    pair_ratings,
    pairs,
    read_part,
    read_ratings,
)
from tprog.learn.compose.parts import POSITIONS, TOKENS, Copy, Count, Part, Table, Wanted
from tprog.learn.compose.pool import Pool, Seen
from tprog.learn.compose.sample import Sample
from tprog.learn.compose.settings import CompositionSettings
from tprog.learn.compose.stock import Grammar, functions
from tprog.learn.search.examples import Examples
from tprog.tasks import Dataset

ShouldStop: TypeAlias = Callable[[], bool]

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
TRIED = 12
"""Answers that are written out and measured at the end of each stage."""
LATCH_SEQUENCES = 300
"""Sequences on which events are rated: rare ones must show that they are none."""
LEVELS = 40
"""Levels that are tried with every mark."""
SLACK = 0.5
"""Answers that cost at most so many nats more than the best are tried in order of their simplicity."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A Program that was put together.

    Attributes:
        program: the Program.
        train, validation: its accuracy for each label, from 0 to 1.
        stage: which stage found it, from 1.
    """

    program: Program
    train: float
    validation: float
    stage: int

    @property
    def perfect(self) -> bool:
        """Whether no prediction is wrong."""
        return self.train == self.validation == 1


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


def plainness(answer: Answer) -> tuple[int, ...]:
    """Return what is preferred among equals, least first: few modules, few exceptions, no masks."""
    heads = [part for part in answer.modules if isinstance(part, Count | Copy)]
    return (
        len(answer.modules),
        sum(len(head.wanted.without) + abs(head.wanted.offset) for head in heads),
        sum(head.causal for head in heads),
    )


def unevenness(program: Program) -> int:
    """Return how often neighbouring entries of the tables and the votes differ: what is even reads well."""
    tables = [
        np.array(operation.table).reshape(
            [len(program.finite_values(read)) for read in operation.arguments]
        )
        for operation in program.operations
        if isinstance(operation, CategoricalLookup)
    ]
    votes = [
        np.array(vote.weights)
        for vote in program.classifier.votes
        if isinstance(vote, CategoricalVotes)
    ]
    return sum(
        int((np.diff(table, axis=axis) != 0).sum())
        for table in (*tables, *votes)
        for axis in range(table.ndim)
    )


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
        should_stop: asked after each stage.

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
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        work = _Composition(dataset, sizes, grammar, examples, settings.seed, pool)
        stages = min(settings.stages, work.stages_in_all)
        for number, answers in zip(range(1, stages + 1), work.stages(), strict=False):
            found += work.measured(answers, number)
            found.sort(key=lambda one: (-one.validation, -one.train))
            if on_stage is not None:
                best = found[0].validation if found else 0.0
                on_stage(Stage(number, stages, work.candidates, best))
            if (found and found[0].perfect) or (should_stop is not None and should_stop()):
                break
    return found


class _Composition:
    """One call of `compose`."""

    def __init__(
        self,
        dataset: Dataset,
        sizes: NetworkSizes,
        grammar: Grammar,
        examples: Examples,
        seed: int,
        threads: Executor,
    ) -> None:
        self._examples, self._seed = examples, seed
        sample = Sample.from_examples(examples, seed)
        self._dataset, self._sizes, self._grammar = dataset, sizes, grammar
        self._sample, self._threads = sample, threads
        self._functions = functions(sample.values)
        self._wanted = grammar.reads()
        self._train = dataset.train.batches()
        self._validation = dataset.validation.batches()
        self._written: set[tuple[Part, ...]] = set()
        self._seen_counts, self._seen_lookups = Seen(), Seen()
        self.candidates = 0

    @property
    def stages_in_all(self) -> int:
        """How many stages there are."""
        return 6 if self._grammar.masks == (True,) else 4

    def stages(self) -> Iterator[list[Answer]]:
        """Yield the answers of each stage; later ones cost more time."""
        domain = self._dataset.task.domain
        tokens: Pool[Part] = Pool(self._sample.tokens[None], (TOKENS,))
        first = self._counts(tokens, self._grammar.of_tokens(domain))
        every = [(one, two) for two in range(len(first)) for one in range(two + 1)]
        yield [*self._tables(first, every), *self._copied(tokens)]
        if self._grammar.masks == (True,):
            yield from self._latched()
        looked_up = self._lookups(first, pairs(len(first), self._functions))
        yield self._reads(looked_up)[0]
        looked_up = looked_up.take(range(min(MOST_FIRST, len(looked_up))))
        second = self._counts(looked_up, self._grammar.of_numbers(self._sample.values))
        answers, ratings = self._reads(second)
        yield answers + self._with_first(first, second)
        yield self._reads(self._combined(first, second, ratings))[0]

    def measured(self, answers: list[Answer], stage: int) -> list[Composed]:
        """Return the best answers as Programs; where some are perfect, the one with the evenest tables alone."""
        found: list[Composed] = []
        answers = [answer for answer in answers if self._fits(answer)]
        if not answers:
            return found
        least = min(answer.cost for answer in answers)
        equal = [answer for answer in answers if answer.cost <= least + SLACK]
        rest = [answer for answer in answers if answer.cost > least + SLACK]
        ranked = sorted(equal, key=lambda answer: plainness(answer))
        ranked += sorted(rest, key=lambda answer: answer.cost)
        for answer in ranked[:TRIED]:
            if answer.modules in self._written:
                continue
            self._written.add(answer.modules)
            program = answer.write(self._dataset.task, self._train)
            one = Composed(
                program,
                _share(program, self._dataset, train=True),
                _share(program, self._dataset, train=False),
                stage,
            )
            found.append(one)
        perfect = [one for one in found if one.perfect]
        return [min(perfect, key=lambda one: unevenness(one.program))] if perfect else found

    def _counts(self, pool: "Pool[Part]", wanted: Sequence["Wanted"]) -> "Pool[Count]":
        found = counts(
            self._sample, pool, wanted, self._grammar.masks, self._seen_counts, self._threads
        )
        self.candidates += len(found)
        return found

    def _lookups(self, pool: "Pool[Count]", chosen: list[tuple[int, int, int]]) -> "Pool[Table]":
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
            for row in _best(ratings)
        ]

    def _copied(self, tokens: "Pool[Part]") -> list[Answer]:
        """Return what heads would tell that copy neighbours, or copy where a neighbour is compared with a token."""
        sample, masks = self._sample, self._grammar.masks
        present = np.arange(sample.tokens.shape[1])[None] < sample.lengths[:, None]
        positions = Pool((sample.positions * present)[None].astype(np.uint8), (POSITIONS,))
        both: Pool[Part] = Pool.joined([tokens, positions])
        beside = [each for each in self._wanted if each.offset]
        near = copies(sample, both, beside, masks, Seen())
        here = [
            n for n, part in enumerate(near.parts) if part.reads == (POSITIONS, POSITIONS, TOKENS)
        ]
        near = near.take(here)
        known: Pool[Part] = Pool.joined([tokens, near])
        equal = copies(sample, known, self._wanted[:1], masks, Seen())
        found: Pool[Part] = Pool.joined([near, equal])
        self.candidates += len(found)
        chosen = [(number, number) for number in range(len(found))]
        ratings = pair_ratings(sample, found, chosen, self._threads)
        return [Direct(float(ratings[row]), found.parts[row]) for row in _best(ratings)]

    def _latched(self) -> Iterator[list[Answer]]:
        """Yield what levels would tell with events that decide for good: events of a level alone, then with marks."""
        domain = self._dataset.task.domain
        symbols = len(domain.alphabet)
        sample = Sample.from_examples(self._examples, self._seed, LATCH_SEQUENCES)
        tokens: Pool[Part] = Pool(sample.tokens[None], (TOKENS,))
        first = counts(
            sample, tokens, self._grammar.of_tokens(domain), (True,), Seen(), self._threads
        )
        chosen = pairs(len(first), self._functions[:SUMS])
        sums = lookups(sample, first, chosen, self._functions, Seen(), self._threads)
        self.candidates += len(sums)
        alone = [(level, -1) for level in range(len(sums))]
        ratings = latch_ratings(sample, sums, alone, symbols, self._threads)
        yield self._latches(sums, alone, ratings)
        levels = np.argsort(ratings.min(axis=1), kind="stable")[:LEVELS].tolist()
        marked = [(level, mark) for level in levels for mark in range(len(sums)) if level != mark]
        self.candidates += len(marked)
        ratings = latch_ratings(sample, sums, marked, symbols, self._threads)
        yield self._latches(sums, marked, ratings)

    def _latches(
        self, sums: "Pool[Table]", chosen: list[tuple[int, int]], ratings: Floats
    ) -> list[Answer]:
        found: list[Answer] = []
        for place in _best(ratings.reshape(-1)):
            row, label = divmod(place, ratings.shape[1])
            level, mark = chosen[row]
            found.append(
                Latched(
                    float(ratings[row, label]),
                    sums.parts[level],
                    sums.parts[mark] if mark >= 0 else None,
                    label,
                    self._sample.values,
                )
            )
        return found

    def _reads(self, pool: "Pool[Part]") -> tuple[list[Answer], Floats]:
        """Return what heads would tell that read the token at a position which a candidate gives."""
        causal = self._grammar.masks == (True,)
        rough = np.full((len(pool), 2 * len(self._wanted)), np.inf)
        rows = np.arange(len(pool))
        if len(pool) > QUICK:
            few = self._sample.take(len(self._sample.lengths) // 4)
            quick = Pool(pool.values[:, : len(few.lengths)], pool.parts)
            guesses = read_ratings(few, quick, self._wanted, causal, self._threads)
            rows = np.sort(np.argsort(guesses.min(axis=1), kind="stable")[:QUICK])
        rough[rows] = read_ratings(
            self._sample, pool.take(rows.tolist()), self._wanted, causal, self._threads
        )
        ratings = rough
        answers: list[Answer] = []
        for place in _best(ratings.reshape(-1)):
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
    ) -> "Pool[Table]":
        """Return functions of the most promising counts of the second layer and their likely partners.

        A partner is a count over the same variable, or for the best few any count of the first layer.
        """
        families: dict[Part, list[int]] = {}
        for number, part in enumerate(second.parts):
            families.setdefault(part.variable, []).append(number)
        kinds: dict[tuple[object, bool], int] = {}
        leading: dict[Part, None] = {}
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

    def _fits(self, answer: Answer) -> bool:
        sizes = self._sizes
        limits = {
            "categorical head": sizes.categorical_heads,
            "numerical head": sizes.numerical_heads,
            "categorical lookup": sizes.categorical_lookups,
            "numerical lookup": sizes.numerical_lookups,
        }
        used: dict[tuple[int, str], int] = {}
        for part in answer.modules:
            match part:
                case Count():
                    kind = "numerical head"
                case Table(numerical=True):
                    kind = "numerical lookup"
                case Table():
                    kind = "categorical lookup"
                case _:
                    kind = "categorical head"
            used[part.layer, kind] = used.get((part.layer, kind), 0) + 1
        return all(
            layer < sizes.layers and count <= limits[kind] for (layer, kind), count in used.items()
        )


def _best(ratings: Floats, most: int = 200) -> list[int]:
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


def _share(program: Program, dataset: Dataset, *, train: bool) -> float:
    split = dataset.train if train else dataset.validation
    right, total = accuracy(program, split.batches(), dataset.task.labels)
    return right / total if total else 1.0
