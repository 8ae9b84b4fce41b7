"""Answers that one sum of counts decides are voted for per unit; graphs are written otherwise so that they are such sums."""

from itertools import product

from effort import scaled
from emitted import load
from hypothesis import given, settings
from hypothesis import strategies as st
from rasp_graphs import ALPHABET, numbers

from tprog.codegen import emit
from tprog.errors import TprogError
from tprog.ir import Domain, NumericalLookup, NumericalVotes
from tprog.rasp import graph as g
from tprog.rasp.compile import WAYS, _job, shortest
from tprog.rasp.evaluate import evaluate, label
from tprog.rasp.ladder import ladder
from tprog.rasp.mirroring import in_place
from tprog.rasp.module import graph_of
from tprog.rasp.rewriting import distributed
from tprog.rasp.sums import weighted

DOMAIN = Domain(ALPHABET, 3, prefix="<s>")
INPUTS = [tokens for size in (1, 2, 3) for tokens in product(ALPHABET, repeat=size)]
LENGTH = g.Width(g.Select(g.Const(1), g.Const(1), "=="))
MIRROR = g.Select(g.Indices(), g.Map("-", (g.Map("-", (LENGTH, g.Const(1))), g.Indices())), "==")
LOCAL = [
    g.Map("indicator", (g.Map("==", (g.Tokens(), g.Const("a"))),)),
    g.Map("%", (g.Indices(), g.Const(2))),
]


def _values(graph: g.SOp) -> list[tuple[g.Value, ...]]:
    return [evaluate(graph, [tokens])[0] for tokens in INPUTS]


@st.composite
def sums(draw: st.DrawFn) -> g.SOp:
    """Draw a step function of a sum of s-ops, or the sum."""
    total = draw(numbers(2))
    for _ in range(draw(st.integers(0, 2))):
        factor = g.Const(draw(st.sampled_from([1, 2, -1])))
        part = g.Map("*", (draw(numbers(2)), factor))
        total = g.Map(draw(st.sampled_from("+-")), (total, part))
    bound = g.Map(draw(st.sampled_from(["<", ">=", "=="])), (total, draw(numbers(1))))
    return draw(st.sampled_from([total, bound, g.Map("if", (g.Const("x"), bound, g.Const("y")))]))


@settings(max_examples=scaled(40), deadline=None)
@given(sums(), st.sampled_from(WAYS))
def test_what_is_voted_for_per_unit_is_what_the_graph_gives(graph: g.SOp, way: object) -> None:
    try:
        job = _job(graph, DOMAIN, ALPHABET, climbing=True)
        program = job.built(6, False, way).program  # type: ignore[arg-type]
    except TprogError:
        return
    run = load(emit(program))
    for tokens in INPUTS:
        wanted = [label(value) for value in evaluate(graph, [tokens])[0]]
        assert program.run(list(tokens)) == wanted == list(run(list(tokens)))


@settings(max_examples=scaled(40), deadline=None)
@given(numbers(3))
def test_the_mirror_image_is_read_in_place(graph: g.SOp) -> None:
    read = g.Aggregate(MIRROR, graph, 0)
    try:
        wanted = _values(read)
    except TprogError:
        return
    assert _values(in_place(read)) == wanted


def test_what_is_mirrored_twice_is_as_it_was() -> None:
    sees = g.Select(g.Indices(), g.Map("-", (g.Indices(), g.Const(1))), "<=")
    equal = g.Select(g.Aggregate(MIRROR, g.Tokens(), 0), g.Const("a"), "==")
    turned = in_place(g.Aggregate(MIRROR, g.Width(g.And(sees, equal)), 0))
    assert not any(isinstance(one, g.Aggregate) for one in g.walk(turned))
    assert evaluate(turned, ["abaa"])[0] == (2, 2, 1, 0)


@settings(max_examples=scaled(40), deadline=None)
@given(numbers(2), st.sampled_from(LOCAL), st.integers(-2, 2))
def test_what_the_query_decides_is_part_of_what_it_selects(
    graph: g.SOp, local: g.SOp, number: int
) -> None:
    total = g.Map("+", (graph, g.Const(number)))
    product_ = g.Map("*", (g.Map("*", (local, g.Const(3))), total))
    chosen = g.Map("if", (total, g.Map("==", (local, g.Const(1))), graph))
    for one in (product_, chosen):
        try:
            wanted = _values(one)
        except TprogError:
            continue
        assert _values(distributed(one, ALPHABET, 3)) == wanted


@settings(max_examples=scaled(40), deadline=None)
@given(numbers(3))
def test_terms_add_up_to_the_s_op(graph: g.SOp) -> None:
    try:
        wanted = _values(graph)
        terms = [(times, _values(one)) for one, times in weighted(graph).items()]
    except TprogError:
        return
    for row, values in enumerate(wanted):
        for place, value in enumerate(values):
            assert value == sum(times * of[row][place] for times, of in terms)  # type: ignore[misc, operator]


def test_a_comparison_with_a_mean_needs_no_table() -> None:
    graph = graph_of(
        "tokens = tokens_int; indicator(aggregate(full_s, tokens) * length < tokens * length);"
    )
    found = shortest(graph, Domain(tuple("01234"), 6, prefix="<s>")).program
    assert not any(isinstance(one, NumericalLookup) for one in found.operations)
    assert all(isinstance(one, NumericalVotes) for one in found.classifier.votes)
    assert found.run(list("40012")) == ["1", "0", "0", "0", "1"]
    assert emit(found).count("\n") <= 110


def test_answers_that_come_again_are_no_ladder() -> None:
    graph = graph_of('indicator(selector_width(select(tokens, "a", ==)) == 1);')
    assert ladder(graph) is not None
    assert shortest(graph, DOMAIN).program.run(list("aab")) == ["0"] * 3
