"""Compiling: the Program gives the graph's values on every input, or the compiler says why there is none."""

from itertools import product

import pytest
from effort import scaled
from hypothesis import given, settings
from rasp_graphs import ALPHABET, graphs

from tprog.codegen import emit
from tprog.evaluate.scalar import interpret
from tprog.ir import CategoricalHead, Compare, Domain, NumericalHead
from tprog.rasp.compile import compile_graph
from tprog.rasp.evaluate import RaspError, evaluate, label
from tprog.rasp.graph import (
    LENGTH,
    Aggregate,
    And,
    Closest,
    Const,
    Indices,
    Map,
    Or,
    Select,
    SOp,
    Tokens,
    Width,
)
from tprog.reader import read_source

TOKENS, INDICES = Tokens(), Indices()
SMALL = Domain(ALPHABET, 3)
RANK = Width(
    Or(
        Select(TOKENS, TOKENS, "<"),
        And(Select(TOKENS, TOKENS, "=="), Select(INDICES, INDICES, "<")),
    )
)
SORT = Aggregate(Select(RANK, INDICES, "=="), TOKENS)
REVERSE = Aggregate(
    Select(INDICES, Map("-", (Map("-", (LENGTH, Const(1))), INDICES)), "=="), TOKENS
)
IS_A = Map("indicator", (Map("==", (TOKENS, Const("a"))),))


def check(graph: SOp, domain: Domain = SMALL) -> None:
    """Compare a compiled graph with the graph by the defining evaluator, input by input, and through its source."""
    compiled = compile_graph(graph, domain)
    program = read_source(emit(compiled.program))
    assert compiled.exhaustive
    assert domain.max_length is not None
    words = [
        word
        for length in range(1, domain.max_length + 1)
        for word in product(domain.symbols, repeat=length)
    ]
    assert compiled.inputs == len(words)
    for word, wanted in zip(words, evaluate(graph, words), strict=True):
        framed = domain.frame(word)
        found = interpret(program, framed).predictions[domain.data_slice(len(framed))]
        assert tuple(found) == tuple(map(label, wanted))


@settings(max_examples=scaled(60))
@given(graphs())
def test_a_compiled_graph_means_what_the_graph_means(graph: SOp) -> None:
    """Random graphs: the same values on every input, or a reason."""
    try:
        compile_graph(graph, SMALL)
    except RaspError:
        return
    check(graph)


def test_sort_takes_two_layers_and_no_product_of_token_and_position() -> None:
    """A rank is split into smaller tokens anywhere and equal ones to the left."""
    check(SORT, Domain(ALPHABET, 5))
    program = compile_graph(SORT, Domain(ALPHABET, 5)).program
    assert max(program.layers) == 1
    heads = [one for one in program.operations if isinstance(one, NumericalHead)]
    assert [head.causal for head in heads] == [False, True]


def test_reverse_compares_positions() -> None:
    """The predicate over positions is written as a comparison."""
    check(REVERSE, Domain(ALPHABET, 4))
    program = compile_graph(REVERSE, Domain(ALPHABET, 4)).program
    last = program.operations[-1]
    assert isinstance(last, CategoricalHead)
    assert isinstance(last.predicate, Compare)


def test_a_suffix_is_no_data() -> None:
    """Counting positions does not count the suffix, and nothing attends to it."""
    domain = Domain(ALPHABET, 3, suffix="</s>")
    check(LENGTH, domain)
    check(REVERSE, domain)
    check(Aggregate(Select(INDICES, Map("+", (INDICES, Const(1))), "=="), TOKENS, "a"), domain)


def test_means_are_fractions() -> None:
    """A mean over several keys is exact; one key gives its own value, none the default."""
    past = Select(INDICES, INDICES, "<=")
    check(Aggregate(past, IS_A), Domain(ALPHABET, 4))
    check(Aggregate(Select(INDICES, INDICES, "<"), IS_A, 7))


@pytest.mark.parametrize("default", ["c", "b"])
def test_a_default_is_kept(default: str) -> None:
    """Where nothing is selected, the default stands, whichever it is."""
    other = Closest(Select(TOKENS, TOKENS, "!="))
    check(Aggregate(other, TOKENS, default))


def test_averaging_strings_is_refused() -> None:
    """Several unequal strings have no mean: never a silent choice."""
    with pytest.raises(RaspError, match="asked to average"):
        compile_graph(Aggregate(Select(INDICES, INDICES, "<="), TOKENS), SMALL)


def test_a_mean_of_many_numbers_is_refused_with_a_reason() -> None:
    """More different numbers than can be counted."""
    with pytest.raises(RaspError, match="different numbers"):
        compile_graph(Aggregate(Select(INDICES, INDICES, "<="), INDICES), Domain(("a",), 8))


def test_inputs_beyond_a_listing_are_sampled_and_said_so() -> None:
    """A large domain is not claimed to be checked."""
    compiled = compile_graph(SORT, Domain(tuple("abcdefgh"), 8))
    assert not compiled.exhaustive
    assert compiled.inputs == 20_000
