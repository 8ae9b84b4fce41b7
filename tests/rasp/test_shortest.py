"""The shortest of several ways to compile: no longer than the usual one, and right where frame positions are not kept apart."""

import itertools
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from effort import scaled
from emitted import type_problems
from hypothesis import given, settings
from hypothesis import strategies as st
from rasp.forms import FORMS
from rasp_graphs import ALPHABET, graphs

from tprog.codegen import emit
from tprog.errors import TprogError
from tprog.evaluate import predict
from tprog.ir import Domain, Relation
from tprog.rasp import graph as g
from tprog.rasp.checking import compare
from tprog.rasp.compile import WAYS, Way, _job, compile_graph, shortest
from tprog.rasp.evaluate import evaluate, label
from tprog.rasp.facts import NotCompiled
from tprog.rasp.graph import SOp
from tprog.rasp.module import graph_of
from tprog.rasp.rewriting import inclusive
from tprog.tasks.registry import get_task

LENGTH = 4
DOMAIN = Domain(tuple(map(str, ALPHABET)), LENGTH, prefix="<s>")
UP_TO = g.Select(g.Indices(), g.Indices(), "<=")


def _lines(program: object) -> int:
    return emit(program).count("\n")  # type: ignore[arg-type]


def _looking_left(graph: SOp) -> SOp:
    """Return the graph with every selector restricted to keys up to the query."""

    def left(node: g.Node) -> g.Node:
        match node:
            case g.Width(g.Closest(one)):
                return g.Width(g.Closest(g.And(UP_TO, one)))
            case g.Width(one):
                return g.Width(g.And(UP_TO, one))
            case g.Aggregate(g.Closest(one), value, default):
                return g.Aggregate(g.Closest(g.And(UP_TO, one)), value, default)
            case g.Aggregate(one, value, default):
                return g.Aggregate(g.And(UP_TO, one), value, default)
        return node

    return g.rewritten(graph, left)


@settings(max_examples=scaled(40), deadline=None)
@given(graphs())
def test_counting_the_own_position_changes_nothing(graph: SOp) -> None:
    rows = [(ALPHABET * 2)[:3], ALPHABET[::-1][:2] * 2, ALPHABET[:1] * 3]
    try:
        wanted = evaluate(graph, rows)
    except TprogError:
        return
    assert evaluate(inclusive(graph), rows) == wanted


@settings(max_examples=scaled(25), deadline=None)
@given(graphs())
def test_the_prefix_is_never_counted_though_only_a_few_inputs_were_seen(graph: SOp) -> None:
    graph = _looking_left(graph)
    try:
        whole = _job(graph, DOMAIN, ALPHABET, causal=True)
        few = _job(graph, DOMAIN, ALPHABET, enumerated=0, samples=60, causal=True)
        compiled = few.built(6, hopeful=False, way=WAYS[0])
    except TprogError:
        return
    if set(few.facts.outputs) == set(whole.facts.outputs):
        compare(compiled.program, whole.facts)


def test_depths_are_written_as_a_difference() -> None:
    graph, task = FORMS["dyck1"][0], get_task("dyck1")
    found = shortest(graph, task.domain, causal=True)
    assert _lines(found.program) <= min(
        _lines(compile_graph(graph, domain=task.domain, causal=True, most_counts=most).program)
        for most in (2, 6)
    )
    assert _lines(found.program) <= 110


def test_a_head_that_would_count_the_prefix_is_refused() -> None:
    """Nothing of the tokens but the count of the letter is read, which is 0 at the prefix as at a data position."""
    letters = g.Width(g.And(UP_TO, g.Select(g.Tokens(), g.Const(ALPHABET[0]), "==")))
    equal = g.Width(g.And(UP_TO, g.Select(letters, letters, "==")))
    job = _job(equal, DOMAIN, ALPHABET, enumerated=0, samples=20, causal=True)
    with pytest.raises(TprogError, match=r"prefix|differs"):
        job.built(6, hopeful=False, way=WAYS[0])


@settings(max_examples=scaled(25), deadline=None)
@given(graphs())
def test_a_pooled_program_gives_the_value_at_the_last_position(graph: SOp) -> None:
    """Frame positions, which have no part in it, do not vote."""
    domain = replace(DOMAIN, max_length=3, suffix="</s>")
    try:
        compiled = shortest(graph, domain, pooled=True)
    except NotCompiled:
        return
    words = [*itertools.product(ALPHABET, repeat=2)]
    given_labels = predict(compiled.program, [tuple(map(str, word)) for word in words])
    assert given_labels == [[label(row[-1])] for row in evaluate(graph, words)]


@pytest.mark.slow
def test_compiled_programs_pass_strict_type_checking(tmp_path: Path) -> None:
    """`mypy --strict` finds nothing where look-ups compute numbers, compare texts or copy, and where keys are scored."""
    texts: list[str] = []

    @settings(max_examples=scaled(40), deadline=None, database=None)
    @given(graphs())
    def collect(graph: SOp) -> None:
        with suppress(TprogError):
            texts.append(emit(shortest(graph, DOMAIN).program))

    collect()
    texts += [emit(shortest(graph_of(text), TYPED).program) for text in COMPUTED]
    assert sum(") -> int:" in text for text in texts) >= len(COMPUTED)
    assert not type_problems(texts, tmp_path)


TYPED = Domain(("0", "1", "2"), 6, prefix="<s>")
BEFORE = "select(indices, indices, <)"
COMPUTED = (
    f'indices - aggregate(closest({BEFORE} and select(tokens, "1", ==)), indices, -1)',
    "tokens = tokens_int; aggregate(select(indices, indices - 1, ==), tokens) - tokens",
    "tokens = tokens_int; previous = aggregate(select(indices, indices - 1, ==), tokens);"
    "value = indices - previous;"
    f"value if selector_width({BEFORE} and select(value, value, >)) == 0 else "
    f"aggregate(closest({BEFORE} and select(selector_width({BEFORE} and select(value, value, >)), 0, ==)), value)",
)
"""Expressions whose Programs compute numbers."""


@settings(max_examples=scaled(20), deadline=None)
@given(graphs(), st.sampled_from(WAYS))
def test_functions_of_few_variables_give_the_same(graph: SOp, way: Way) -> None:
    """Where arguments are written first the Program is the graph as well; building it compares both."""
    try:
        _job(graph, DOMAIN, ALPHABET).built(2, hopeful=False, way=way, most_read=3)
    except NotCompiled:
        return


@pytest.mark.parametrize("relation", ["==", "<", ">", "!="])
def test_the_next_position_that_compares_is_found_by_two_digits(relation: Relation) -> None:
    """A query is position and value in one number; what is wanted of a key is one line."""
    later = g.Select(g.Indices(), g.Indices(), ">")
    value = g.Map("int", (g.Tokens(),))
    found = g.Aggregate(
        g.Closest(g.And(later, g.Select(value, value, relation))), g.Indices(), g.Const(-1).value
    )
    job = _job(found, Domain(tuple("01234"), 5, prefix="<s>"), by_score=True)
    plain, digits = (
        emit(job.built(2, hopeful=False, way=WAYS[0], most_read=read).program) for read in (99, 3)
    )
    assert digits.count("\n") < plain.count("\n")
    assert " // " in digits


def test_what_a_mask_says_of_positions_is_no_digit() -> None:
    """The value holds positions as well; the head looks left by its mask, and reads its own position last."""
    before = g.Select(g.Indices(), g.Indices(), "<")
    value = g.Map("-", (g.Indices(), g.Map("int", (g.Tokens(),))))
    found = g.Aggregate(g.Closest(g.And(before, g.Select(value, value, "=="))), g.Tokens(), "none")
    job = _job(found, Domain(tuple("01234"), 5, prefix="<s>"), by_score=True)
    job.built(2, hopeful=False, way=WAYS[0], most_read=3)
