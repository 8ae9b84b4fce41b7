"""The vector engine as a part of the portfolio."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from tprog.rasp.graph import SOp
from tprog.synthesis.examples import Examples, wrong_rows
from tprog.synthesis.parts import Candidate, Effort, Step, size
from tprog.synthesis.tidy import tidied
from tprog.synthesis.vectors.bank import Bank, computed, further_leaves, landmarks, leaves_of
from tprog.synthesis.vectors.choices import Choices
from tprog.synthesis.vectors.coding import Sample, code
from tprog.synthesis.vectors.heads import headed
from tprog.synthesis.vectors.kernels import Vector
from tprog.synthesis.vectors.linear import linear, vanishing
from tprog.synthesis.vectors.lowering import Lowering
from tprog.synthesis.vectors.peeling import Peeling
from tprog.synthesis.vectors.permuted import permuted, ranked
from tprog.synthesis.vectors.pooled import Pooled, at_the_end, beside
from tprog.synthesis.vectors.rewriting import Coding
from tprog.synthesis.vectors.search import Found, Search, Start, goals_of, offset_goals
from tprog.synthesis.vectors.standing import standing
from tprog.synthesis.vectors.tabled import tabled
from tprog.synthesis.vectors.terms import Term

SEQUENCES, POSITIONS, POOLED, POOLED_POSITIONS = 48, 480, 400, 3_200
"""The bank looks at so many sequences, and so many positions of them: enough that two behaviours hardly ever agree there. Where each sequence has one label,
so many sequences are looked at whole, of so many positions together, as many of each label as there are."""

LEARNED = 0.75
"""The bank sees this much of the greatest length; the rest must come out right by itself."""

RESTARTS, AT_FIRST, REFUTATIONS = 8, 3, 100
"""So often the bank starts anew on examples that refuted what classes were peeled into, so often before other ways had their turn; it does after so many refuted terms."""

PEELED = 6
"""So many ways to peel classes off are passed on."""

STOOD = 3
"""What stands until so many conditions hold again, the first, may be made of two terms or be a table."""

REPEATS = 100
"""Where labels agree so often that a sequence began alike and went on otherwise, they depend on nothing that comes."""

QUICK, DEEPEST = 3, 6
"""Terms of the first cost take a second, those of one more some seconds, of two more a minute; then memory ends."""

FAR = (QUICK + 1, DEEPEST)
"""After these costs one operation of two terms more is tried on everything, which takes longest: choices of the first come before."""


def candidates(examples: Examples, effort: Effort) -> Iterator[Candidate]:
    """Yield graphs that are right on all examples, the first found first."""
    coded = code(examples, effort.atoms)
    if coded is None:
        return
    done: set[SOp] = set()
    run = _Run(examples, *coded, effort)
    for found in run.everything():
        if effort.over():
            return
        if found is None:
            continue
        made, how = found
        for graph in run.graphs(made):
            if graph not in done and not wrong_rows(graph, examples, most=1):
                done.add(graph)
                yield Candidate(graph, f"vectors: {how}")
                break


class _Run:
    """The ways to an answer, cheap ones first."""

    def __init__(self, examples: Examples, full: Sample, coding: Coding, effort: Effort) -> None:
        self.examples, self.full, self.coding, self.effort = examples, full, coding, effort
        self.lowering = Lowering(coding)
        self.refuting: dict[int, None] = {}
        self.refuted = 0
        self.unsettled: list[Search] = []

    def graphs(self, made: Term) -> Iterator[SOp]:
        """Yield what was found as graphs, the likeliest first."""
        made = at_the_end(made) if self.examples.pooled else made
        other = ranked(made, self.lowering)
        if other is not None:
            yield other
        yield from self.lowering.answers(made)

    def everything(self) -> Found:
        """Yield what may be an answer; None where the clock may be looked at."""
        reaches, numbers = self.reaches(), not self.coding.tokens
        if not self.coding.texts:
            yield from self.right(linear(self.full, self.coding.fill, numbers, True in reaches))
        yield from self.right(vanishing(self.full, self.coding.fill, numbers, True in reaches))
        starts = [Start(whole) for whole in reaches]
        starts += [Start(whole, further=True) for whole in reaches]
        if self.examples.pooled or (True in reaches and self.full.even):
            starts.insert(0, Start(True, further=True, pooled=True))
        searches = [*map(self.started, starts)]
        for cost in range(2, DEEPEST + 1):
            deeper = [one for one in searches if cost <= QUICK or not one.start.further]
            for search in deeper:
                yield from self.level(search, cost)
            for search in deeper if cost >= QUICK else ():
                yield from self.chosen(search)
            for search in deeper if cost >= QUICK else ():
                for goal in (*search.goals[:1], *(search.left if cost == QUICK else ())):
                    yield from self.right(headed(search.bank, goal, own=True))
            for search in searches if cost == QUICK + 1 else ():
                yield from self.peeled(search, max(search.bank.levels), deep=True)
            for search in searches if cost in FAR else ():
                if not search.start.further:
                    yield from self.right(search.far())
            for search in deeper if cost >= QUICK else ():
                yield from self.right(search.beyond())
            for search in deeper if cost >= QUICK else ():
                yield from self.right(headed(search.bank, search.goals[0]))
            for search in deeper if cost == QUICK else ():
                for goal in search.left:
                    yield from self.right(headed(search.bank, goal))
            for search in [one for one in self.unsettled if one in deeper]:
                yield from self.peeled(search, cost)

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
            values = found and computed(found[0], self.full, self.coding.fill)
            if found is None or values is None:
                yield None
                continue
            wrong = np.flatnonzero((values != self.full.wanted) & self.full.known)
            if len(wrong):
                rows = np.searchsorted(self.full.starts, wrong, side="right") - 1
                first = (wrong - self.full.starts[rows]).argmin()
                # The last comes first into the next sample.
                self.refuting.pop(int(rows[first]), None)
                self.refuting[int(rows[first])] = None
                self.refuted += 1
            yield None if len(wrong) else found

    def some(self, terms: Found) -> Found:
        """Pass on the few of the smallest graphs: each is looked at as a whole, and the others say the same otherwise."""
        kept, before = list[tuple[int, Term, str]](), self.refuted
        for found in terms:
            yield None
            if self.refuted - before >= REFUTATIONS:
                break
            if found:
                kept.append((size(tidied(next(self.graphs(found[0])))), *found))
        for _, term, how in sorted(kept, key=lambda one: one[0])[:PEELED]:
            yield term, how

    def bank(self, start: Start) -> Bank:
        """Return a bank with its leaves, on short examples and those that refuted terms."""
        low, high = _span(self.full.wanted[self.full.known])
        sample = self._even() if start.pooled else self._short(start.whole)
        bank = Bank(sample, self.coding.fill, start.whole, self.effort.seed)
        numbers = {0, 1, 2, *({low} if -3 <= low < 0 else ())}
        for top in (_span(self.full.channels)[1], high):
            numbers |= {top, top + 1} if 0 <= top <= 20 else set()
        for term in leaves_of(sample, start.whole, sorted(numbers)):
            bank.add_leaf(term)
        for term in further_leaves(sample, start.whole) if start.further else ():
            bank.add_leaf(term)
        for term in beside(sample) if start.pooled else ():
            bank.add_leaf(term)
        bank.later += landmarks(sample, start.whole) if start.further else ()
        return bank

    def started(self, start: Start) -> Search:
        """Return a search on a new bank."""
        bank = self.bank(start)
        if start.pooled:
            bank = Pooled(bank, self.effort.seed, not self.coding.tokens)
        offsets = () if self.coding.texts else tuple(offset_goals(bank.sample))
        return Search(bank, [*goals_of(bank.sample, start.whole)], start, offsets)

    def level(self, search: Search, cost: int) -> Found:
        """Grow a bank by a cost and look at it in every way that is quick."""
        yield from search.bank.grow(cost)
        yield from self.right(search.enumerated())
        yield from self.stood(search)
        if cost >= QUICK:
            yield from self.peeled(search, cost, rounds=AT_FIRST)
            yield from self.right(tabled(search.bank, search.goals[:1], three=True))
            yield from self.right(permuted(search.bank))
        yield from self.right(search.near(cost))
        self.effort.report(Step("vectors", f"cost {cost}", search.bank.tried))

    def stood(self, search: Search) -> Found:
        """Look for what stands until a condition holds again."""
        goals = [*standing(search.bank, search.goals[0])]
        yield from self.right(Search(search.bank, goals).enumerated())
        yield from self.right(Search(search.bank, goals[:STOOD]).near(QUICK - 1))
        yield from self.right(tabled(search.bank, goals[:STOOD]))

    def peeled(
        self, search: Search, cost: int, deep: bool = False, rounds: int = RESTARTS
    ) -> Found:
        """Peel classes off, again on a new bank while examples refute what comes of it; unsettled are those where they still do."""
        self.unsettled = [one for one in self.unsettled if one is not search]
        for _ in range(rounds):
            before = self.refuted
            peeling = Peeling(search.bank, deep)
            yield from self.some(self.right(peeling.run(search.goals)))
            if self.refuted == before:
                return
            again = self.started(search.start)
            for below in range(2, cost + 1):
                yield from again.bank.grow(below)
            search.renew(again)
        self.unsettled.append(search)

    def chosen(self, search: Search) -> Found:
        """Look for choices between branches, and for the branch that is missing where the others are known."""
        choices = Choices(Peeling(search.bank), search.goals[0])
        yield from self.right(choices.run())
        branch = Search(search.bank, choices.left)
        yield from self.right(branch.enumerated())
        yield from self.right(branch.near(QUICK - 1))
        search.left = choices.left

    def _even(self) -> Sample:
        """Return some whole sequences, those that refuted terms before others, as many of each label as there are."""
        wanted = self.full.wanted[self.full.starts[1:] - 1]
        order = np.random.default_rng(self.effort.seed).permutation(len(wanted)).tolist()
        order = list(dict.fromkeys([*reversed(self.refuting), *order]))
        came = Counter[int]()
        turns = []
        for row in order:
            turns.append((came[wanted[row]], row))
            came[wanted[row]] += 1
        chosen = [row for _, row in sorted(turns, key=lambda one: one[0])[:POOLED]]
        total = np.cumsum(np.diff(self.full.starts)[chosen])
        chosen = chosen[: max(1, int((total <= POOLED_POSITIONS).sum()))]
        return self.full.some(chosen, self.examples.longest)

    def _short(self, whole: bool) -> Sample:
        """Return the bank's sample: prefixes where nothing behind a position counts, short sequences elsewhere."""
        longest, sizes = self.examples.longest, np.diff(self.full.starts).tolist()
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
        return self.full.some(chosen, most)


def _span(values: Vector) -> tuple[int, int]:
    return int(values.min()), int(values.max())


def _repeats(examples: Examples) -> int:
    """Return how often a prefix has come with another continuation than before."""
    first: dict[tuple[str, ...], tuple[str, ...]] = {}
    return sum(
        first.setdefault(row.tokens[:end], row.tokens) != row.tokens
        for row in examples.rows
        for end in range(1, len(row.tokens))
    )
