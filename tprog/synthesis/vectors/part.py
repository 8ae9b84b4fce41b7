"""The vector engine as a part of the portfolio."""

from collections.abc import Iterator

import numpy as np

from tprog.rasp.graph import SOp
from tprog.synthesis.examples import Examples, wrong_rows
from tprog.synthesis.parts import Candidate, Effort, Step
from tprog.synthesis.vectors.bank import computed, empty_bank, leaves_of
from tprog.synthesis.vectors.coding import Coded, Sample, code, sample_of
from tprog.synthesis.vectors.linear import linear
from tprog.synthesis.vectors.lowering import Lowering
from tprog.synthesis.vectors.peeling import Peeling
from tprog.synthesis.vectors.search import Found, Search, goals_of
from tprog.synthesis.vectors.tables import LARGE, SMALL, tables
from tprog.synthesis.vectors.terms import Term

SEQUENCES, POSITIONS = 48, 480
"""The bank looks at so many sequences, and so many positions of them: enough that two behaviours hardly ever agree there."""

LEARNED = 0.75
"""The bank sees this much of the greatest length; the rest must come out right by itself."""


PEELED = 3
"""From this cost on classes are peeled off."""

RESTARTS = 8
"""So often the bank starts anew on examples that refuted what classes were peeled into."""

REPEATS = 100
"""Where labels agree so often that a sequence began alike and went on otherwise, they depend on nothing that comes."""

FIRST_COSTS, COSTS, MORE_COSTS = range(2, 4), range(4, 5), range(5, 7)
"""Terms of cost 3 take a second, of 4 some seconds, of 5 and 6 minutes; beyond them memory ends."""


def candidates(examples: Examples, effort: Effort) -> Iterator[Candidate]:
    """Yield graphs that are right on all examples, the first found first."""
    coded = code(examples)
    if coded is None:
        return
    done: set[SOp] = set()
    run = _Run(examples, coded, effort)
    for found in run.everything():
        if effort.over():
            return
        if found is None:
            continue
        made, how = found
        graph = coded.answer(run.lowering, made) if isinstance(made, Term) else made
        if graph not in done and not wrong_rows(graph, examples, most=1):
            done.add(graph)
            yield Candidate(graph, f"vectors: {how}")


class _Run:
    """The ways to an answer, cheap ones first."""

    def __init__(self, examples: Examples, coded: Coded, effort: Effort) -> None:
        self.examples = examples
        self.coded = coded
        self.effort = effort
        self.full = sample_of(coded)
        self.lowering = Lowering(coded.leaves, coded.fill)
        self.refuting: dict[int, None] = {}

    def everything(self) -> Iterator[tuple[SOp | Term, str] | None]:
        """Yield what may be an answer; None where the clock may be looked at."""
        yield from tables(self.examples, range(SMALL + 1))
        reaches = self.reaches()
        if self.coded.texts is None:
            yield from self.right(linear(self.full, self.coded.fill, True in reaches))
        searches = [self.started(whole) for whole in reaches]
        for costs in (FIRST_COSTS, COSTS, MORE_COSTS):
            for search in searches:
                for cost in costs:
                    yield from self.level(search, cost)
            if costs == FIRST_COSTS:
                yield from tables(self.examples, range(SMALL + 1, LARGE + 1))

    def reaches(self) -> list[bool]:
        """Return whether to look at the whole sequence: first not, where nothing contradicts that."""
        examples = self.examples
        if examples.contradicts_causality:
            return [True]
        if examples.causal or examples.pooled or _repeats(examples) >= REPEATS:
            return [False]
        return [False, True]

    def right(self, terms: Found) -> Found:
        """Pass on the terms that are right on all examples; note where others fail."""
        for found in terms:
            if found is None:
                yield None
                continue
            values = computed(found[0], self.full, self.coded.fill)
            if values is None:
                continue
            wrong = np.flatnonzero((values != self.full.wanted) & self.full.known)
            if not len(wrong):
                yield found
                continue
            rows = np.searchsorted(self.full.starts, wrong, side="right") - 1
            places = wrong - self.full.starts[rows]
            self.refuting[int(rows[places.argmin()])] = None

    def started(self, whole: bool) -> Search:
        """Return a search with the leaves of its bank, on short examples and those that refuted terms."""
        coded = self.coded
        sample = self._short(whole)
        bank = empty_bank(sample, coded.fill, whole, self.effort.seed)
        for term in leaves_of(sample, whole, constants(coded)):
            values = computed(term, sample, coded.fill)
            assert values is not None, "sums of tokens have values"
            bank.add_leaf(term, values)
        return Search(bank, goals_of(sample, whole))

    def level(self, search: Search, cost: int) -> Found:
        """Grow a bank by a cost and look at it in every way."""
        yield from search.grown(cost)
        yield from self.right(search.enumerated())
        for _ in range(RESTARTS if cost >= PEELED else 0):
            before = len(self.refuting)
            yield from self.right(Peeling(search.bank).run())
            if len(self.refuting) == before:
                break
            again = self.started(search.bank.whole)
            for below in range(2, cost + 1):
                yield from again.grown(below)
            search.renew(again)
        yield from self.right(search.beyond(cost))
        self.effort.report(Step("vectors", f"cost {cost}", search.bank.tried))

    def _short(self, whole: bool) -> Sample:
        """Return the bank's sample: prefixes where nothing behind a position counts, short sequences elsewhere."""
        longest, sizes = self.examples.longest, [len(one) for one in self.coded.wanted]
        most = max(1, int(longest * LEARNED))
        order = np.random.default_rng(self.effort.seed).permutation(len(sizes)).tolist()
        order = list(dict.fromkeys([*reversed(self.refuting), *order]))
        if whole or self.examples.pooled:
            short = [row for row in order if sizes[row] <= most]
            order = short if sum(sizes[row] for row in short) >= POSITIONS // 2 else order
            most = longest
        chosen: list[int] = []
        total = 0
        for row in order:
            size = min(most, sizes[row])
            if total + size <= POSITIONS and len(chosen) < SEQUENCES:
                chosen.append(row)
                total += size
        return sample_of(self.coded.some(chosen, most))


def _repeats(examples: Examples) -> int:
    """Return how often a prefix has come with another continuation than before."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    return sum(
        known.setdefault(row.tokens[:end], row.tokens) != row.tokens
        for row in examples.rows
        for end in range(1, len(row.tokens))
    )


def constants(coded: Coded) -> tuple[int, ...]:
    """Return the numbers worth a leaf: small ones, and the ends of what tokens and labels hold."""
    low, high = coded.span
    top = max(end for _, end in coded.spans)
    found = {0, 1, 2}
    found |= {top, top + 1} if top <= 20 else set()
    found |= {high, high + 1} if 0 <= high <= 20 else set()
    found |= {low} if -3 <= low < 0 else set()
    return tuple(sorted(found))
