"""What the vector engine finds by turning goals round: sorts of what a behaviour holds, classes that last, choices, records, counts."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np
import pytest

from tprog.synthesis.examples import Example, Examples, looks_left, wrong_rows
from tprog.synthesis.parts import Effort
from tprog.synthesis.vectors.lasting import beginnings
from tprog.synthesis.vectors.part import candidates
from tprog.tasks.registry import get_task

Rule = Callable[[Sequence[str]], Sequence[str]]


def by_frequency(tokens: Sequence[str]) -> Sequence[str]:
    """Order the distinct tokens by how often they come."""
    counts = Counter(tokens)
    distinct = sorted(counts, key=lambda one: (-counts[one], tokens.index(one)))
    return [*distinct, *["-"] * (len(tokens) - len(distinct))]


def own_depth(tokens: Sequence[str]) -> Sequence[str]:
    """Count opening less closing tokens of the token's own kind."""
    kinds = ["ad" if one in "ad" else "bc" for one in tokens]
    before = [tokens[: place + 1] for place in range(len(tokens))]
    return [str(x.count(k[0]) - x.count(k[1])) for x, k in zip(before, kinds, strict=True)]


def longest_run(tokens: Sequence[str]) -> Sequence[str]:
    """Return the length of the longest run so far."""
    found, run, most = [], 0, 0
    for place, one in enumerate(tokens):
        run = run + 1 if place and tokens[place - 1] == one else 1
        most = max(most, run)
        found.append(str(most))
    return found


def alike_mirrored(tokens: Sequence[str]) -> Sequence[str]:
    """Count the tokens that equal their mirror image."""
    alike = sum(a == b for a, b in zip(tokens, tokens[::-1], strict=True))
    return [str(alike)] * len(tokens)


def least_missing(tokens: Sequence[str]) -> Sequence[str]:
    """Return the least digit that does not come."""
    return [min(one for one in "012345" if one not in tokens)] * len(tokens)


def smaller_in_part(tokens: Sequence[str]) -> Sequence[str]:
    """Return whether something smaller stands in the token's part of what marks divide."""
    marks = [tokens[:place].count("|") for place in range(len(tokens))]
    keys = [*zip(tokens, marks, strict=True)]
    return ["|" if one == "|" else str(any(a < one and m == n for a, m in keys)) for one, n in keys]


def block_parity(tokens: Sequence[str]) -> Sequence[str]:
    """Return the parity of the ones among the three tokens of a block."""
    blocks = [tokens[place // 3 * 3 :][:3] for place in range(len(tokens))]
    return [str(block.count("1") % 2) for block in blocks]


def last_of_odd(tokens: Sequence[str]) -> Sequence[str]:
    """Return the last of each token that comes an odd number of times; elsewhere a dash."""
    last = [one not in tokens[place + 1 :] for place, one in enumerate(tokens)]
    odd = [tokens.count(one) % 2 for one in tokens]
    return [one if a and b else "-" for one, a, b in zip(tokens, last, odd, strict=True)]


def in_longest_run(tokens: Sequence[str]) -> Sequence[str]:
    """Return whether the token's run is of the greatest length."""
    runs = [[*run] for _, run in groupby(tokens)]
    return [str(len(run) == max(map(len, runs))) for run in runs for _ in run]


def more_copies(tokens: Sequence[str]) -> Sequence[str]:
    """Return on which side more tokens are as here."""
    sides = [(tokens[:i].count(a), tokens[i + 1 :].count(a)) for i, a in enumerate(tokens)]
    return ["left" if a > b else "right" if a < b else "even" for a, b in sides]


def accent(tokens: Sequence[str]) -> Sequence[str]:
    """Return an accent on the last vowel."""
    vowels = [place for place, one in enumerate(tokens) if one in "ao"]
    return ["'" + one if place in vowels[-1:] else one for place, one in enumerate(tokens)]


def drawn(rule: Rule, symbols: str, count: int, longest: int, causal: bool = False) -> Examples:
    """Draw sequences with the labels of a rule."""
    rng = random.Random(0)
    rows = [tuple(rng.choices(symbols, k=rng.randint(1, longest))) for _ in range(count)]
    return Examples(tuple(Example(one, tuple(rule(one))) for one in rows), causal=causal)


@pytest.mark.parametrize(
    ("rule", "symbols", "causal"),
    [
        (by_frequency, "abcd", False),
        (get_task("dyck1").rule, "()", True),
        (get_task("dyck2").rule, "(){}", True),
    ],
)
def test_found_at_once_and_right_on_longer_sequences(
    rule: Rule, symbols: str, causal: bool
) -> None:
    examples = drawn(rule, symbols, 2_000, 10, causal)
    for found in candidates(examples, Effort()):
        longer = drawn(rule, symbols, 200, 25, causal)
        if not wrong_rows(found.graph, longer, 1):
            assert looks_left(found.graph, longer.rows) or not causal
            return
    raise AssertionError("nothing is right")


@pytest.mark.parametrize(
    ("rule", "symbols", "how"),
    [
        (own_depth, "abcd", "a sum"),
        (longest_run, "abc", "highest of"),
        (alike_mirrored, "abc", "enumerated"),
        (least_missing, "01234", "classes peeled off"),
        (smaller_in_part, "012|", "classes peeled off"),
        (block_parity, "01", "two comparisons"),
        (last_of_odd, "abcd", "a choice by two comparisons"),
        (in_longest_run, "ab", "one operation beyond"),
        (more_copies, "abc", "classes peeled off"),
        (accent, "aokt", "a choice"),
    ],
)
def test_what_finds_it(rule: Rule, symbols: str, how: str) -> None:
    """Each way of turning a goal round finds a task that needs it, right on longer sequences."""
    longer = drawn(rule, symbols, 200, 25)
    for found in candidates(drawn(rule, symbols, 1_000, 8), Effort()):
        if how in found.how and not wrong_rows(found.graph, longer, 1):
            return
    raise AssertionError("nothing is right")


def test_a_class_that_ends_does_not_last() -> None:
    asked = np.ones(6, dtype=np.bool_)
    starts = np.array([0, 3, 6])
    lasting = np.array([False, True, True, False, False, True])
    found = beginnings(lasting, asked, starts)
    assert found is not None
    assert found[0].tolist() == [False, True, False, False, False, True]
    assert found[1].tolist() == [True, True, False, True, True, True]
    assert beginnings(np.array([False, True, False, False, False, True]), asked, starts) is None
