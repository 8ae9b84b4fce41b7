"""Pairing the parts of two programs: first by hash, then by the best assignment.

Parts with equal hashes of what they compute, how they vote and who reads them are paired first. The rest is paired by the
assignment (Hungarian algorithm) that is most alike in what is read, in tables, in values on a sample and in votes; it is then
improved by exchanging partners while that leaves fewer differences.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from tprog.analysis.diff.common_inputs import UNKNOWN, SampledColumns, sample_columns
from tprog.analysis.diff.likeness import Likeness
from tprog.analysis.measure.canonical import digest, forms, meanings, vote_key
from tprog.ir import Head, Lookup, Ones, Positions, Program, Tokens

# A pairing of variables: of the one Program to the other's.
Pairing = dict[int, int]
Scores = npt.NDArray[np.float64]

# What each side of likeness counts for; they add up to 1.
TABLES, READS, HOLDS, VOTES = 0.35, 0.25, 0.3, 0.1
# Less alike than this, a part counts as removed and another as added.
LEAST_ALIKE = 0.55
# Among equals the one with the same name is preferred, then the one at the same place.
NAME, PLACE = 1e-3, 1e-4
# Rounds of exchanging, and parts beyond which none are made.
EXCHANGES, MOST_EXCHANGED = 4, 60


def pair(one: Program, other: Program, seed: int = 0) -> Pairing:
    """Return which variables of two programs belong together, each at most once; `seed` is that of the sample."""
    found = exact_pairs(one, other)
    left = [number for number in range(len(one.variables)) if number not in found]
    taken = set(found.values())
    right = [number for number in range(len(other.variables)) if number not in taken]
    if not left or not right:
        return found
    likeness = Likeness(one, other)
    scores = _scores(likeness, found, left, right, sample_columns(one, other, seed))
    block = scores[np.ix_(left, right)]
    for row, column in zip(*linear_sum_assignment(-block), strict=True):
        if block[row, column] >= LEAST_ALIKE:
            found[left[row]] = right[column]
    _by_place(likeness, found)
    if max(len(left), len(right)) <= MOST_EXCHANGED:
        _exchange(likeness, found, left)
    return found


def roles(program: Program, colours: Sequence[str]) -> list[str]:
    """Return the colours refined until they also tell who reads a variable, and who reads that."""
    readers: list[list[tuple[int, str]]] = [[] for _ in colours]
    first = len(program.inputs)
    for number, operation in enumerate(program.operations, first):
        is_head = isinstance(operation, Head)
        for place, read in enumerate(operation.reads):
            readers[read].append((number, "qkv"[place] if is_head else "argument"))
    refined = list(colours)
    # Readers come later, so one pass from the end sees everything that follows.
    for number in range(len(refined) - 1, -1, -1):
        above = sorted((refined[reader], role) for reader, role in readers[number])
        refined[number] = digest(refined[number], above)
    return refined


def exact_pairs(one: Program, other: Program) -> Pairing:
    """Return variables that compute the same, vote the same and are read by such as do, each at most once.

    Among several that cannot be told apart, names decide, then the order.
    """
    found: Pairing = {}
    # What is also written alike comes first.
    for written in (True, False):
        base = [_coloured(program, written) for program in (one, other)]
        while True:
            marks = [found, {new: old for old, new in found.items()}]
            colours = [
                roles(program, _marked(base[side], marks[side], side))
                for side, program in enumerate((one, other))
            ]
            pairs = _clear_pairs(one, other, colours, found)
            if not pairs:
                break
            found |= pairs
    return found


def _coloured(program: Program, written: bool) -> list[str]:
    known = meanings(program)
    form = forms(program, known) if written else known
    return [
        digest(meaning, form[number], vote_key(program, number))
        for number, meaning in enumerate(known)
    ]


def _marked(base: Sequence[str], pairs: Mapping[int, int], side: int) -> list[str]:
    """Return colours in which a pair that is settled has a colour of its own, the same on both sides."""
    return [
        digest(colour, (number, pairs[number]) if side == 0 else (pairs[number], number))
        if number in pairs
        else colour
        for number, colour in enumerate(base)
    ]


def _clear_pairs(
    one: Program, other: Program, colours: Sequence[Sequence[str]], found: Pairing
) -> Pairing:
    """Return every pair that no other choice competes with; where there is none, a single pair of those that are left."""
    taken = set(found.values())
    groups: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for number, colour in enumerate(colours[0]):
        if number not in found:
            groups[colour][0].append(number)
    for number, colour in enumerate(colours[1]):
        if number not in taken:
            groups[colour][1].append(number)
    clear: Pairing = {}
    doubtful: tuple[int, int] | None = None
    for left, right in groups.values():
        if len(left) == len(right) == 1:
            clear[left[0]] = right[0]
        elif left and right and doubtful is None:
            doubtful = _best_named(one, other, left, right)
    if clear or doubtful is None:
        return clear
    return dict([doubtful])


def _best_named(
    one: Program, other: Program, left: Sequence[int], right: Sequence[int]
) -> tuple[int, int]:
    names = {other.names[number]: number for number in right}
    for number in left:
        if one.names[number] in names:
            return number, names[one.names[number]]
    return left[0], right[0]


def _scores(
    likeness: Likeness,
    settled: Pairing,
    left: Sequence[int],
    right: Sequence[int],
    held: SampledColumns | None,
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
                holds = UNKNOWN if held is None else held.alike(number, partner)
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
    if isinstance(before, Head) and isinstance(after, Head):
        pairs = zip(before.reads, after.reads, strict=True)
        return float(np.mean([min(1.0, max(0.0, float(scores[pair]))) for pair in pairs]))
    if isinstance(before, Lookup) and isinstance(after, Lookup):
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
