"""Sums within remainders: of sums again, modulo what is enough; and Programs that are far too long to write."""

from itertools import product

import pytest
from effort import scaled
from hypothesis import given, settings
from hypothesis import strategies as st

from tprog.codegen import emit
from tprog.ir import Domain
from tprog.rasp import compile as compiling
from tprog.rasp import graph as g
from tprog.rasp.compile import LONG, shortest
from tprog.rasp.evaluate import evaluate
from tprog.rasp.facts import NotCompiled
from tprog.rasp.rewriting import reduced

HERE = g.Indices()
UP_TO = g.Select(HERE, HERE, "<=")
FROM_HERE = g.Select(HERE, HERE, ">=")
ALIKE = g.Select(g.Tokens(), g.Tokens(), "==")
BEFORE_OTHERS = g.And(g.Select(HERE, HERE, "<"), g.Select(g.Tokens(), g.Tokens(), "!="))
WORDS = [tuple("aabcbacb"), tuple("cbaab"), tuple("b"), tuple("ccccccaaaa")]


def _times(factor: int, sop: g.SOp) -> g.SOp:
    return g.Map("*", (g.Const(factor), sop))


def _over(selector: g.Selector, value: g.SOp) -> g.SOp:
    return g.Map("*", (g.Aggregate(selector, value), g.Width(selector)))


def _counts(token: str) -> g.SOp:
    return g.Width(g.And(UP_TO, g.Select(g.Tokens(), g.Const(token), "==")))


SELECTORS = st.sampled_from([UP_TO, FROM_HERE, ALIKE, BEFORE_OTHERS])
FACTORS = st.integers(-5, 5)
LEAVES = st.one_of(st.sampled_from("abc").map(_counts), st.integers(-3, 3).map(g.Const))


def _sums(parts: st.SearchStrategy[g.SOp]) -> st.SearchStrategy[g.SOp]:
    added = st.tuples(parts, parts).map(lambda two: g.Map("+", two))
    return st.one_of(added, st.builds(_times, FACTORS, parts), st.builds(_over, SELECTORS, parts))


@settings(max_examples=scaled(100), deadline=None)
@given(st.recursive(LEAVES, _sums, max_leaves=4), SELECTORS, FACTORS, st.integers(2, 9))
def test_sums_modulo_a_number_keep_their_values(
    value: g.SOp, selector: g.Selector, factor: int, modulus: int
) -> None:
    total = g.Map("+", (_times(factor, _over(selector, value)), value))
    graph = g.Map("%", (total, g.Const(modulus)))
    assert evaluate(reduced(graph), WORDS) == evaluate(graph, WORDS)


def test_what_may_be_no_whole_number_stays() -> None:
    mean = g.Aggregate(UP_TO, g.Map("indicator", (g.Map("==", (g.Tokens(), g.Const("a"))),)))
    graph = g.Map("%", (_over(UP_TO, mean), g.Const(4)))
    assert reduced(graph) == graph


def _double_sum() -> g.SOp:
    """The number in base 3 modulo 4: once the sum of the digits with alternating signs."""
    digits = g.Map("+", (_counts("1"), _times(2, _counts("2"))))
    again = g.Map("*", (g.Aggregate(UP_TO, digits), g.Map("+", (HERE, g.Const(1)))))
    return g.Map("%", (g.Map("-", (_times(2, again), digits)), g.Const(4)))


def test_a_sum_of_sums_within_a_remainder_is_short() -> None:
    """As a table of sums up to the square of the length it has 84,000 lines."""
    found = shortest(_double_sum(), Domain(tuple("012"), 8))
    assert found.exhaustive
    assert sum(len(getattr(one, "table", ())) for one in found.program.operations) < 100


def test_far_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "MOST_LINES", 20)
    with pytest.raises(NotCompiled, match="lines, more than 20"):
        shortest(_double_sum(), Domain(tuple("012"), 3))


def test_a_remainder_that_is_read_often_is_a_variable() -> None:
    """What is added up has many more values, and a table over these many more rows."""
    past = [
        g.Width(g.And(g.Select(HERE, HERE, "<"), g.Select(g.Tokens(), g.Const(token), "==")))
        for token in "ab"
    ]
    total = g.Map("%", (g.Map("+", (past[0], _times(2, past[1]))), g.Const(7)))
    before = g.Aggregate(g.Select(HERE, g.Map("-", (HERE, g.Const(1))), "=="), g.Tokens(), "c")
    chosen: g.SOp = g.Const("z")
    for number, (token, rest) in enumerate(product("abc", range(7))):
        asked = g.Map("and", (_is(before, token), _is(total, rest)))
        chosen = g.Map("if", (g.Const("pqrst"[number * number % 11 % 5]), asked, chosen))
    chosen = g.Map("if", (chosen, _is(g.Tokens(), "c"), before))
    text = emit(shortest(chosen, Domain(tuple("abc"), 6, prefix="<s>")).program)
    assert "% 7\n" in text
    assert text.count("\n") <= LONG + 10


def _is(sop: g.SOp, value: g.Value) -> g.SOp:
    return g.Map("==", (sop, g.Const(value)))
