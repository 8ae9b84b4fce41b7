"""Greatest and least values are read by score, and a head that reads so is lifted to the same graph."""

from itertools import product

from effort import scaled
from emitted import load
from hypothesis import given, settings
from hypothesis import strategies as st
from rasp_graphs import ALPHABET, numbers

from tprog.codegen import emit
from tprog.ir import ByScore, CategoricalHead, Domain, Program
from tprog.rasp import graph as g
from tprog.rasp.compile import shortest
from tprog.rasp.evaluate import evaluate, label
from tprog.rasp.extremes import by_score, extreme
from tprog.rasp.facts import NotCompiled
from tprog.rasp.translate import translate, votes
from tprog.reader.program import read_source

DOMAIN = Domain(ALPHABET, 3, prefix="<s>")
INPUTS = [tokens for size in (1, 2, 3) for tokens in product(ALPHABET, repeat=size)]
BEFORE = g.Select(g.Indices(), g.Indices(), "<")
RANKS = g.Lookup(((("a",), 4), (("b",), 2), (("c",), 7)))
RANK = g.Map(RANKS, (g.Tokens(),))


def _beaten(value: g.SOp, sign: str, causal: bool) -> g.SOp:
    others: g.Selector = g.Select(value, value, sign)  # type: ignore[arg-type]
    return g.Width(g.And(BEFORE, others) if causal else others)


def _extreme(value: g.SOp, sign: str, causal: bool) -> g.SOp:
    """Return the greatest (">") or least value as RASP writes it."""
    records = g.Select(_beaten(value, sign, causal), g.Const(0), "==")
    if not causal:
        return g.Aggregate(g.Closest(records), value)
    last = g.Aggregate(g.Closest(g.And(BEFORE, records)), value)
    best = g.Map("==", (_beaten(value, sign, True), g.Const(0)))
    return g.Map("if", (value, best, last))


def _scored(program: Program) -> list[CategoricalHead]:
    return [
        one
        for one in program.operations
        if isinstance(one, CategoricalHead) and isinstance(one.tie, ByScore)
    ]


@settings(max_examples=scaled(40), deadline=None)
@given(numbers(2), st.sampled_from("<>"), st.booleans())
def test_an_extreme_is_the_greatest_or_the_least(value: g.SOp, sign: str, causal: bool) -> None:
    """What is found in the graph is what Python's max and min give, of all values or of those up to each."""
    graph = _extreme(value, sign, causal)
    found = extreme(graph)
    assert found is not None
    assert (found.value, found.greatest, found.causal) == (value, sign == ">", causal)
    best = max if found.greatest else min
    for tokens in INPUTS:
        (held,), (given_,) = evaluate(value, [tokens]), evaluate(graph, [tokens])
        wanted = [best(held[: i + 1] if causal else held) for i in range(len(held))]  # type: ignore[type-var]
        assert list(given_) == wanted


@settings(max_examples=scaled(8), deadline=None)
@given(numbers(1), st.sampled_from("<>"), st.booleans(), numbers(1))
def test_an_extreme_compiles_to_what_it_is(
    value: g.SOp, sign: str, causal: bool, other: g.SOp
) -> None:
    """Also inside a graph, where its parts may be read by others as well."""
    found = _extreme(value, sign, causal)
    for graph in (
        found,
        g.Map("-", (found, other)),
        g.Map("+", (found, _beaten(value, sign, causal))),
    ):
        try:
            program = shortest(graph, DOMAIN).program
        except NotCompiled:
            continue
        run = load(emit(program))
        for tokens in INPUTS:
            assert run(list(tokens)) == list(map(label, evaluate(graph, [tokens])[0]))


def test_a_running_greatest_is_one_head_and_comes_back() -> None:
    """It is read by score, written down, read back, and translated to a graph with the same values."""
    for causal, sign in product((True, False), "<>"):
        graph = _extreme(RANK, sign, causal)
        program = shortest(graph, DOMAIN).program
        (head,) = _scored(program)
        assert head.causal == causal
        text = emit(program)
        assert "dict.fromkeys(get_args(Token), {" in text
        assert read_source(text) == program
        again = votes(program, translate(program))
        for tokens in INPUTS:
            assert evaluate(again, [tokens])[0] == tuple(map(label, evaluate(graph, [tokens])[0]))


def test_what_is_nearly_an_extreme_is_none() -> None:
    """Another value, the keys before the query alone, or another number than 0 make it something else."""
    others = g.Map("+", (RANK, g.Const(1)))
    strict = g.Aggregate(
        g.Closest(g.And(BEFORE, g.Select(_beaten(RANK, ">", True), g.Const(0), "=="))), RANK
    )
    second = g.Aggregate(g.Closest(g.Select(_beaten(RANK, ">", False), g.Const(1), "==")), RANK)
    moved = g.Aggregate(g.Closest(g.Select(_beaten(RANK, ">", False), g.Const(0), "==")), others)
    mixed = g.Map("if", (others, g.Map("==", (_beaten(RANK, ">", True), g.Const(0))), strict))
    for graph in (strict, second, moved, mixed):
        assert extreme(graph) is None
        assert not _scored(shortest(graph, DOMAIN).program)


@given(st.sampled_from([RANK, g.Indices()]), st.booleans())
def test_the_first_of_equal_scores_is_read(value: g.SOp, causal: bool) -> None:
    """Where scores are no values, the key that comes first among the best is taken."""
    score = g.Map("%", (RANK, g.Const(2)))
    graph = by_score(score, value, causal)
    for tokens in INPUTS:
        (scores,), (held,) = evaluate(score, [tokens]), evaluate(value, [tokens])
        for i, found in enumerate(evaluate(graph, [tokens])[0]):
            keys = range(i + 1 if causal else len(tokens))
            assert found == held[max(keys, key=lambda key: (scores[key], -key))]


def test_where_inputs_are_too_many_an_extreme_has_bounds() -> None:
    """On a domain that is not enumerated a greatest value is one of the values that it is taken of."""
    domain = Domain(ALPHABET, 14, prefix="<s>")
    for causal in (True, False):
        compiled = shortest(_extreme(RANK, ">", causal), domain)
        assert not compiled.exhaustive
        assert len(_scored(compiled.program)) == 1
