"""RASP-L: its operations, its rules, and the programs of the paper."""

from typing import Any

import pytest

from tprog.rasp.module import read_text
from tprog.rasp.rasp_l import judge
from tprog.rasp.shown import sequence

SORT = "a = aggr_min(select(tokens, tokens, >), tokens, ['0', '1', '2', '3'], 'end');"


@pytest.mark.parametrize(
    ("text", "given", "shown"),
    [
        ("shift_right(tokens, 1, '-')", "abc", "[-, a, b] (strings)"),
        ("cumsum(tokens == 'a')", "aba", "[1, 1, 2] (ints)"),
        ("kqv(tokens, 'a', indices, -1)", "ba", "[-1, 1] (ints)"),
        ("aggr_max(causal, tokens, ['a', 'b', 'c'], '')", "aca", "[a, c, c] (strings)"),
        ("aggr_min(causal, tokens, ['a', 'b', 'c'], '')", "bca", "[b, b, a] (strings)"),
        ("aggr_mean(full_s, indices, 0)", "abc", "[0, 0.5, 1.0] (floats)"),
        ("has_seen(tokens, 'a')", "baa", "[F, T, T] (bools)"),
        ("num_prev(tokens, tokens)", "aba", "[1, 1, 2] (ints)"),
        ("firsts(tokens, tokens, -1)", "abab", "[0, 1, 0, 1] (ints)"),
        ("lasts(tokens, 'a', -1)", "bacaa", "[-1, 1, 1, 3, 4] (ints)"),
        ("first_true(tokens == 'b', -1)", "abb", "[-1, 1, 1] (ints)"),
        ("index_select(tokens, 1, '-')", "abc", "[-, b, b] (strings)"),
        ("induct(tokens, tokens, 1, '-')", "abcab", "[-, -, -, b, c] (strings)"),
        ("where(tokens == 'a', 1, 0)", "ab", "[1, 0] (ints)"),
        ("mask(tokens, tokens == 'a', '-')", "ab", "[a, -] (strings)"),
    ],
)
def test_operations(text: str, given: Any, shown: str) -> None:
    """Each operation sees its position and what stands before it, and keeps the rules."""
    module = read_text(f"a = {text};", rasp_l=True)
    assert sequence(module.apply("a", given).values) == shown
    assert judge(module).holds, judge(module).reason


PROGRAMS = {
    "count": "a = shift_right(tokens_int, 1, 0) + 1;",
    "mode": "n = num_prev(tokens, tokens); a = index_select(tokens, first_true(n == sel_width(full_s), 0), '');",
    "copy with unique tokens": "a = induct(tokens, tokens, 1, 'end');",
    "sort": SORT,
    "the digit behind an index hint": "a = induct_kqv(tokens, tokens, tokens, 1, 'end');",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_of_the_paper_keep_the_rules(name: str) -> None:
    """What the paper writes in RASP-L is RASP-L, with operations and heads counted."""
    found = judge(read_text(PROGRAMS[name], rasp_l=True))
    assert found.holds, found.reason
    assert found.operations > 0


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("ones = cumsum(tokens == '1');\nparity = ones % 2;", (2, 10), "% is applied to a number"),
        (
            "n = 1;\na = aggregate(select(indices, length - 1 - indices, ==), tokens);",
            (2, 31),
            "comes after",
        ),
        (
            "half = indices / 2;\na = aggregate(select(indices, half, ==), tokens);",
            (1, 8),
            "/ is applied",
        ),
        ("a = [5, 6, 7][indices];", (1, 5), "a table is applied"),
        (
            "s = select(tokens, tokens, ==);\na = selector_width(s);",
            (2, 5),
            "comes after the query",
        ),
        (
            "a = aggregate(select(indices - 1, indices, ==), tokens);",
            (1, 5),
            "comes after the query",
        ),
    ],
)
def test_broken_rules_are_told_with_their_place(
    text: str, place: tuple[int, int], reason: str
) -> None:
    """What a Transformer sees too early, or computes with positions, is refused where it stands."""
    found = judge(read_text(text, rasp_l=True))
    assert not found.holds
    assert reason in str(found.reason)
    assert (found.line, found.column) == place


def test_a_denied_selector_is_understood() -> None:
    """What does not look ahead or at itself looks back."""
    assert judge(read_text("a = selector_width(not select(indices, indices, >=));")).holds
