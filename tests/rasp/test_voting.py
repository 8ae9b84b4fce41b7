"""Sums: votes where the label of the largest of several is taken, and heads that add up over keys."""

from functools import reduce
from itertools import product

import pytest
from effort import scaled
from hypothesis import given, settings
from hypothesis import strategies as st
from rasp_graphs import ALPHABET, numbers

from tprog.rasp.compile import compile_graph
from tprog.rasp.evaluate import evaluate
from tprog.rasp.facts import NotCompiled
from tprog.rasp.graph import Const, Map, Select, SOp, Tokens, Width
from tprog.rasp.module import graph_of
from tprog.rasp.voting import election


def most(totals: dict[str, SOp]) -> SOp:
    """Return the label of the largest total, of equal ones the first."""
    (first, largest), *others = totals.items()
    best: SOp = Const(first)
    for name, total in others:
        better = Map(">", (total, largest))
        best = Map("if", (Const(name), better, best))
        largest = Map("if", (total, better, largest))
    return best


def _sum(*terms: SOp) -> SOp:
    return reduce(lambda one, other: Map("+", (one, other)), terms)


@settings(max_examples=scaled(25), deadline=None)
@given(st.lists(st.lists(numbers(2), min_size=3, max_size=3), min_size=3, max_size=3))
def test_the_largest_of_several_sums_is_voted_for(sums: list[list[SOp]]) -> None:
    """The Program gives what the graph gives on every input, ties among it; only the labels are there to vote for."""
    graph = most({name: _sum(*terms) for name, terms in zip("xyz", sums, strict=True)})
    try:
        compiled = compile_graph(graph, ALPHABET, 3)
    except NotCompiled:
        return
    assert set(compiled.values) <= set("xyz")
    for tokens in product(ALPHABET, repeat=3):
        assert tuple(compiled.program.run(tokens)) == evaluate(graph, [tokens])[0]


WIDTHS = {one: Width(Select(Tokens(), Const(one), "==")) for one in "abcdef"}
SQUARES = {one: Map("*", (width, width)) for one, width in WIDTHS.items()}
PAIRS = most(
    {
        "x": _sum(*map(SQUARES.__getitem__, "ab")),
        "y": _sum(*map(SQUARES.__getitem__, "cd")),
        "z": _sum(*map(SQUARES.__getitem__, "ef")),
    }
)


def test_many_counts_vote_one_by_one() -> None:
    """Six counts up to 8 would be a table of 531,441 points; as votes they are six heads and six look-ups."""
    compiled = compile_graph(PAIRS, "abcdef", 8)
    assert len(compiled.program.operations) == 12
    assert compiled.program.run("aabfff") == ["z"] * 6
    assert compiled.program.run("aacc") == ["x"] * 4


def test_fractions_vote_in_their_common_unit() -> None:
    """Halves and thirds are compared exactly, a number added to every input's sum among them."""
    parts = [Map("/", (width, Const(n))) for n, width in enumerate(WIDTHS.values(), 2)]
    graph = most({"x": _sum(*parts[:2], Const(1)), "y": _sum(*parts[2:4], Const(2)), "z": parts[4]})
    compiled = compile_graph(graph, "abcdef", 4)
    assert compiled.program.run("aa") == ["x"] * 2
    assert compiled.program.run("c") == ["y"]


def test_what_is_no_chain_with_the_largest_so_far_is_no_election() -> None:
    """A comparison with another s-op than the largest of the earlier totals decides otherwise."""
    assert election(PAIRS) is not None
    label, better, _ = PAIRS.parts
    assert election(Map("if", (label, better, Map("if", (Const("y"), better, Const("x")))))) is None  # type: ignore[arg-type]
    assert election(most({"x": WIDTHS["a"], "y": WIDTHS["b"]})) is None


COUNTS = (
    "past = selector_width(select(tokens, tokens, ==) and select(indices, indices, <=)); sel = "
)


@pytest.mark.parametrize(
    ("selector", "value", "more", "heads"),
    [
        ("select(tokens, 'a', ==)", "past", "0", 2),
        ("select(past, past, >=)", "past + indicator(tokens == 'b')", "0", 3),
        ("select(tokens, tokens, !=) and select(indices, indices, <)", "past - 1", "0", 3),
        ("select(tokens, tokens, !=)", "past", "aggregate(sel, past)", 8),
    ],
)
def test_a_sum_over_keys_is_added_up_by_a_head(
    selector: str, value: str, more: str, heads: int
) -> None:
    """Counts are added up, not counted by value; where the mean is read as well, that takes its heads."""
    text = COUNTS + f"{selector}; round(aggregate(sel, {value}) * selector_width(sel)) + {more}"
    compiled = compile_graph(graph_of(text), "abc", 5)
    assert compiled.exhaustive
    assert compiled.heads == heads


def test_sums_and_means_of_many_numbers_are_added_up_in_steps() -> None:
    """Ten positions are ten counts, which no table holds at once; so are their means."""
    text = "sel = select(tokens, tokens, ==); round(aggregate(sel, {}) * selector_width(sel))"
    compiled = compile_graph(graph_of(text.format("3 * indices - 1")), "ab", 10)
    assert compiled.exhaustive
    assert compiled.program.run("ab" * 5) == ["55", "70"] * 5
    means = graph_of("aggregate(select(tokens, tokens, ==), 3 * indices - 1, 7)")
    assert compile_graph(means, "ab", 10).program.run("ab" * 5) == ["11", "14"] * 5
