"""The vector engine as a part of the portfolio."""

from collections.abc import Iterator

import numpy as np

from tprog.rasp.graph import SOp
from tprog.synthesis.examples import Examples, wrong_rows
from tprog.synthesis.parts import Candidate, Effort, Step
from tprog.synthesis.vectors.bank import Bank, computed, empty_bank, leaf_vector, leaves_of
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

REPEATS = 100
"""Where labels agree so often that a sequence began alike and went on otherwise, they depend on nothing that comes."""

FIRST_COSTS, COSTS, MORE_COSTS = range(2, 4), range(4, 5), range(5, 7)
"""Terms of cost 3 take a second, of 4 some seconds, of 5 and 6 minutes; beyond them memory ends."""


def candidates(examples: Examples, effort: Effort) -> Iterator[Candidate]:
    """Yield graphs that are right on all examples, the first found first."""
    coded = code(examples)
    if coded is None:
        return
    full = sample_of(coded)
    lowering = Lowering(coded.leaves, coded.fill)
    done: set[SOp] = set()
    for found in _found(examples, coded, effort):
        if effort.over():
            return
        if found is None:
            continue
        made, how = found
        if isinstance(made, Term):
            if not right(made, full, coded.fill):
                continue
            made = coded.answer(lowering, made)
        if made not in done and not wrong_rows(made, examples, most=1):
            done.add(made)
            yield Candidate(made, f"vectors: {how}")


def _found(
    examples: Examples, coded: Coded, effort: Effort
) -> Iterator[tuple[SOp | Term, str] | None]:
    """Yield what may be an answer, cheap ways first; None where the clock may be looked at."""
    yield from tables(examples, range(SMALL + 1))
    causal = not examples.contradicts_causality
    reaches = [False] if causal else []
    if (
        not examples.causal
        and not examples.pooled
        and not (causal and _repeats(examples) >= REPEATS)
    ):
        reaches.append(True)
    if coded.texts is None:
        yield from linear(sample_of(coded), coded.fill, whole=True in reaches)
    searches = []
    for whole in reaches:
        bank = started(coded, examples, whole, effort.seed)
        searches.append(Search(bank, goals_of(bank.sample, whole)))
    for costs in (FIRST_COSTS, COSTS, MORE_COSTS):
        for search in searches:
            for cost in costs:
                yield from _level(search, cost)
                effort.report(Step("vectors", f"cost {cost}", search.bank.tried))
        if costs == FIRST_COSTS:
            yield from tables(examples, range(SMALL + 1, LARGE + 1))


def _level(search: Search, cost: int) -> Found:
    """Grow the bank by a cost and look at it in every way."""
    for _ in search.bank.grow(cost):
        yield None
    yield from search.enumerated()
    if cost >= PEELED:
        yield from Peeling(search.bank).run()
    yield from search.beyond(cost)


def _repeats(examples: Examples) -> int:
    """Return how often a prefix has come with another continuation than before."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    return sum(
        known.setdefault(row.tokens[:end], row.tokens) != row.tokens
        for row in examples.rows
        for end in range(1, len(row.tokens))
    )


def right(term: Term, sample: Sample, fill: int) -> bool:
    """Tell whether a term gives what is wanted."""
    values = computed(term, sample, fill)
    return values is not None and bool((values == sample.wanted)[sample.known].all())


def started(coded: Coded, examples: Examples, whole: bool, seed: int) -> Bank:
    """Return a bank with its leaves on short examples."""
    sample = _short(coded, examples, whole, seed)
    bank = empty_bank(sample, coded.fill, whole, seed)
    for term in leaves_of(sample, whole, constants(coded)):
        bank.add_leaf(term, leaf_vector(term, sample))
    return bank


def constants(coded: Coded) -> tuple[int, ...]:
    """Return the numbers worth a leaf: small ones, and the ends of what tokens and labels hold."""
    low, high = coded.span
    top = max(end for _, end in coded.spans)
    found = {0, 1, 2}
    found |= {top, top + 1} if top <= 20 else set()
    found |= {high, high + 1} if 0 <= high <= 20 else set()
    found |= {low} if -3 <= low < 0 else set()
    return tuple(sorted(found))


def _short(coded: Coded, examples: Examples, whole: bool, seed: int) -> Sample:
    """Return the bank's sample: prefixes where nothing behind a position counts, short sequences elsewhere."""
    most = max(1, int(examples.longest * LEARNED))
    order = np.random.default_rng(seed).permutation(len(coded.wanted)).tolist()
    if whole or examples.pooled:
        short = [row for row in order if len(coded.wanted[row]) <= most]
        order = short if sum(len(coded.wanted[row]) for row in short) >= POSITIONS // 2 else order
        most = examples.longest
    chosen: list[int] = []
    total = 0
    for row in order:
        size = min(most, len(coded.wanted[row]))
        if total + size <= POSITIONS and len(chosen) < SEQUENCES:
            chosen.append(row)
            total += size
    return sample_of(coded.some(chosen, most))
