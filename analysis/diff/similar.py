"""Pairing parts of two programs. Owns the assignment; refuses to say what changed.

What is the same up to names and order is paired first. The rest is paired by what it reads, by its tables, by what it holds on
a sample and by its votes; the best assignment is then improved by exchanging partners while that leaves fewer differences.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from tprog.analysis.diff.behaving import Columns, columns
from tprog.analysis.diff.exact import Pairing, exact_pairs, meanings
from tprog.analysis.diff.likeness import Likeness
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    NumericalHead,
    NumericalLookup,
    Ones,
    Positions,
    Program,
    Tokens,
)

Scores = npt.NDArray[np.float64]

# What each side of likeness counts for.
TABLES, READS, HOLDS, VOTES = 0.35, 0.25, 0.3, 0.1
# Less alike than this, a part counts as removed and another as added.
LEAST_ALIKE = 0.55
# Among equals the one with the same name is preferred, then the one at the same place.
NAME, PLACE = 1e-3, 1e-4
# Rounds of exchanging, and parts beyond which none are made.
EXCHANGES, MOST_EXCHANGED = 4, 60


def pair(one: Program, other: Program, seed: int = 0) -> Pairing:
    """Return which variables of two programs belong together, each at most once.

    Args:
        one: the program before.
        other: the program after.
        seed: of the sample on which variables are compared.
    """
    found = exact_pairs(one, other)
    left = [number for number in range(len(one.variables)) if number not in found]
    taken = set(found.values())
    right = [number for number in range(len(other.variables)) if number not in taken]
    if not left or not right:
        return found
    likeness = Likeness(one, other)
    scores = _scores(likeness, found, left, right, columns(one, other, seed))
    block = scores[np.ix_(left, right)]
    for row, column in zip(*linear_sum_assignment(-block), strict=True):
        if block[row, column] >= LEAST_ALIKE:
            found[left[row]] = right[column]
    _by_place(likeness, found)
    if max(len(left), len(right)) <= MOST_EXCHANGED:
        _exchange(likeness, found, left)
    return found


def _scores(
    likeness: Likeness,
    settled: Pairing,
    left: Sequence[int],
    right: Sequence[int],
    held: Columns | None,
) -> Scores:
    """Return how alike each two variables are, from 0 to 1 and a little more; -1 where they cannot be partners."""
    one, other = likeness.one, likeness.other
    scores = np.full((len(one.variables), len(other.variables)), -1.0)
    for number, partner in settled.items():
        scores[number, partner] = 1.0
    meant = meanings(one), meanings(other)
    # What is read comes before its readers, on both sides.
    for number in left:
        for partner in right:
            if not likeness.same_kind(number, partner):
                continue
            if meant[0][number] == meant[1][partner]:
                tables = reads = holds = 1.0
            else:
                tables = likeness.tables(number, partner, settled)
                reads = _reads(one, number, other, partner, scores)
                holds = 0.5 if held is None else held.alike(number, partner)
            votes = likeness.votes(number, partner)
            named = one.names[number] == other.names[partner]
            place = 1 / (1 + abs(number - partner))
            scores[number, partner] = (
                TABLES * tables + READS * reads + HOLDS * holds + VOTES * votes
            ) + (NAME * named + PLACE * place)
            if isinstance(one.variables[number], Tokens | Positions | Ones):
                # There is one of each, and it is what it is.
                scores[number, partner] = 2.0
    return scores


def _reads(one: Program, number: int, other: Program, partner: int, scores: Scores) -> float:
    """Return how alike the variables are that two parts read."""
    before, after = one.variables[number], other.variables[partner]
    match before, after:
        case ((CategoricalHead() | NumericalHead()), (CategoricalHead() | NumericalHead())):
            pairs = list(zip(before.reads, after.reads, strict=True))
            return float(np.mean([min(1.0, max(0.0, float(scores[pair]))) for pair in pairs]))
        case ((CategoricalLookup() | NumericalLookup()), (CategoricalLookup() | NumericalLookup())):
            block = scores[np.ix_(before.arguments, after.arguments)].clip(0, 1)
            best = block[linear_sum_assignment(-block)].sum()
            return float(best) / max(len(before.arguments), len(after.arguments))
    return 1.0


def _by_place(likeness: Likeness, found: Pairing) -> None:
    """Pair what is left over and stands at the same place: it reads the same, and the same parts read it.

    What is left over itself stands for anything else that is.
    """
    one, other = likeness.one, likeness.other
    readers = _readers(one), _readers(other)
    votes = [{vote.variable for vote in program.classifier.votes} for program in (one, other)]
    for number, operation in enumerate(one.operations, len(one.inputs)):
        if number in found:
            continue
        taken = set(found.values())
        reads, above = (
            sorted(found.get(around, -1) for around in numbers)
            for numbers in (operation.reads, readers[0][number])
        )
        for partner, candidate in enumerate(other.operations, len(other.inputs)):
            if (
                partner not in taken
                and likeness.same_kind(number, partner)
                and reads == sorted(read if read in taken else -1 for read in candidate.reads)
                and above == sorted(read if read in taken else -1 for read in readers[1][partner])
                and (number in votes[0]) == (partner in votes[1])
            ):
                found[number] = partner
                break


def _readers(program: Program) -> list[list[int]]:
    """Return for each variable the operations that read it, each once."""
    found: list[list[int]] = [[] for _ in program.variables]
    for number, operation in enumerate(program.operations, len(program.inputs)):
        for read in set(operation.reads):
            found[read].append(number)
    return found


def _exchange(likeness: Likeness, found: Pairing, loose: Sequence[int]) -> None:
    """Exchange partners among the loose parts while that leaves fewer differences."""
    readers = _readers(likeness.one)

    def cost(numbers: set[int]) -> float:
        return sum(
            likeness.cost(number, found[number], found) for number in numbers if number in found
        )

    for _ in range(EXCHANGES):
        changed = False
        for left, right in combinations([number for number in loose if number in found], 2):
            swapped = found[right], found[left]
            if not (likeness.same_kind(left, swapped[0]) and likeness.same_kind(right, swapped[1])):
                continue
            touched = {left, right, *readers[left], *readers[right]}
            before = cost(touched)
            if before == 0:
                continue
            kept = found[left], found[right]
            found[left], found[right] = swapped
            if cost(touched) < before - 1e-9:
                changed = True
            else:
                found[left], found[right] = kept
        if not changed:
            return
