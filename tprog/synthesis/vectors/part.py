"""The vector engine as a part of the portfolio."""

from collections.abc import Iterator

import numpy as np

from tprog.synthesis.examples import Examples, wrong_rows
from tprog.synthesis.parts import Candidate, Effort
from tprog.synthesis.vectors.bank import Bank, computed, empty_bank, leaf_vector, leaves_of
from tprog.synthesis.vectors.coding import Coded, Sample, code, sample_of
from tprog.synthesis.vectors.lowering import Lowering
from tprog.synthesis.vectors.search import Search, goals_of
from tprog.synthesis.vectors.terms import Term

SEQUENCES, POSITIONS = 48, 480
"""The bank looks at so many sequences, and so many positions of them: enough that two behaviours hardly ever agree there."""

LEARNED = 0.75
"""The bank sees this much of the greatest length; the rest must come out right by itself."""


def candidates(examples: Examples, effort: Effort) -> Iterator[Candidate]:
    """Yield graphs that are right on all examples, the first found first."""
    coded = code(examples)
    if coded is None:
        return
    full = sample_of(coded)
    lowering = Lowering(coded.leaves, coded.fill)
    done: set[Term] = set()
    for whole in (False, True):
        if not whole and examples.contradicts_causality:
            continue
        if whole and (examples.causal or examples.pooled):
            continue
        bank = started(coded, examples, whole, effort.seed)
        search = Search(bank, goals_of(bank.sample, whole))
        for found in search.run():
            if effort.over():
                return
            if found is None or found[0] in done:
                continue
            term, how = found
            done.add(term)
            if right(term, full, coded.fill):
                graph = coded.answer(lowering, term)
                if not wrong_rows(graph, examples, most=1):
                    yield Candidate(graph, f"vectors: {how}")


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
