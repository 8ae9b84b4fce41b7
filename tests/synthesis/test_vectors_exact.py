"""Linear combinations and classes, by themselves."""

import random

import numpy as np
from effort import scaled
from hypothesis import given, settings
from hypothesis import strategies as st

from tprog.rasp.evaluate import label
from tprog.synthesis.examples import Example, Examples, answers, wrong_rows
from tprog.synthesis.parts import Effort
from tprog.synthesis.vectors.linear import PRIME, null, solve
from tprog.synthesis.vectors.part import candidates


@settings(max_examples=scaled(100), deadline=None)
@given(st.sampled_from([2, 5, 7, PRIME]), st.integers(1, 6), st.integers(0, 1 << 30))
def test_elimination_solves_what_has_a_solution(m: int, unknowns: int, seed: int) -> None:
    """Where a combination exists modulo a prime, what is found gives the same values."""
    draw = np.random.default_rng(seed)
    rows = draw.integers(0, m, (30, unknowns))
    chosen = [int(one) for one in draw.integers(0, m, unknowns)]
    wanted = [sum(int(a) * c for a, c in zip(row, chosen, strict=True)) % m for row in rows]
    found = solve(np.column_stack([rows, wanted]), m)
    assert found is not None
    given_ = [sum(int(a) * c for a, c in zip(row, found, strict=True)) % m for row in rows]
    assert given_ == wanted


@settings(max_examples=scaled(60), deadline=None)
@given(st.sampled_from([5, 7, PRIME]), st.integers(2, 5), st.integers(0, 1_000))
def test_combinations_that_are_nothing_are_found(m: int, unknowns: int, seed: int) -> None:
    """Of columns of which one depends on the others some combination is 0 everywhere; it is no combination of nothing."""
    rng = np.random.default_rng(seed)
    columns = rng.integers(-3, 4, (30, unknowns))
    dependent = columns @ rng.integers(-2, 3, unknowns)
    equations = np.concatenate([columns, dependent[:, None]], axis=1)
    found = [*null(equations, m)]
    assert found
    for one in found:
        assert any(one)
        assert not (equations @ np.array(one) % m).any()


def test_a_check_digit_is_found() -> None:
    """Whether a sum of digits, every second one taken three times, is 0 modulo 5; at other lengths as well."""
    rng = random.Random(4)
    rows = []
    for _ in range(400):
        digits = rng.choices(range(5), k=rng.randint(2, 7))
        total = sum(one * (3 if i % 2 else 1) for i, one in enumerate(digits))
        good = "invalid" if total % 5 else "valid"
        rows.append(Example(tuple(map(str, digits)), (*[None] * (len(digits) - 1), good)))
    first = next(candidates(Examples(tuple(rows), pooled=True), Effort()))
    assert "0 modulo 5" in first.how
    assert [row[-1] for row in answers(first.graph, [tuple("4" * 20), tuple("41" * 10 + "1")])] == [
        "valid",
        "invalid",
    ]


def test_elimination_refuses_contradictions() -> None:
    """Equal unknowns with different sums have no solution."""
    assert solve(np.array([[1, 1], [1, 2]]), PRIME) is None


def of_rule(alphabet: str, count: int, lengths: tuple[int, int], seed: int) -> list[list[str]]:
    """Draw sequences over an alphabet."""
    rng = random.Random(seed)
    return [[rng.choice(alphabet) for _ in range(rng.randint(*lengths))] for _ in range(count)]


def brackets(sequences: list[list[str]]) -> Examples:
    """Label prefixes of brackets: broken, open or closed."""
    rows = []
    for tokens in sequences:
        depth, broken, labels = 0, False, []
        for one in tokens:
            depth += 1 if one == "(" else -1
            broken |= depth < 0
            labels.append("broken" if broken else "open" if depth else "closed")
        rows.append(Example(tuple(tokens), tuple(labels)))
    return Examples(tuple(rows))


def test_classes_are_peeled_off() -> None:
    """Three classes of brackets come out right at lengths that were never seen."""
    examples = brackets(of_rule("((()))", 400, (1, 14), 1))
    first = next(candidates(examples, Effort()))
    assert "classes" in first.how
    assert wrong_rows(first.graph, brackets(of_rule("(((())", 100, (20, 40), 2))) == []


def test_fractions_are_read_off() -> None:
    """Half the sum of the numbers up to here and of its index squared is found as such."""
    rows = []
    for digits in of_rule("02468", 60, (1, 9), 3):
        sums = [sum(map(int, digits[: i + 1])) // 2 + i * i for i in range(len(digits))]
        rows.append(Example(tuple(digits), tuple(map(str, sums))))
    first = next(candidates(Examples(tuple(rows)), Effort()))
    assert "linear" in first.how
    [given_] = answers(first.graph, [("8",) * 30])
    assert given_ == tuple(label(4 * (i + 1) + i * i) for i in range(30))
