"""What never occurs is filled in so that a table is short; what occurs stays."""

import re
from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tprog.codegen import emit
from tprog.codegen.lookups import completed
from tprog.evaluate.comparisons import split_of
from tprog.ir import Domain, FiniteValues
from tprog.rasp.compile import shortest
from tprog.rasp.module import graph_of
from tprog.reader import read_source

PLACES = FiniteValues(tuple(range(6)))
WORDS = FiniteValues(("<s>", "a", "b"))


@given(st.data())
def test_what_is_known_stays(data: st.DataObject) -> None:
    """The table of a short decision holds what is known, and results alone."""
    values = data.draw(
        st.sampled_from([FiniteValues((-1, 0, 1, 2, 3)), FiniteValues(tuple("vwxyz"))])
    )
    arguments = data.draw(st.lists(st.sampled_from([PLACES, WORDS]), min_size=1, max_size=3))
    shape = [len(each) for each in arguments]
    cells = st.lists(st.integers(-1, 4), min_size=int(np.prod(shape)), max_size=int(np.prod(shape)))
    table = np.array(data.draw(cells)).reshape(shape)
    found, lines = completed(table, arguments, values)
    assert (found[table >= 0] == table[table >= 0]).all()
    assert found.min() >= 0
    assert found.max() < len(values)
    assert lines >= 1


@given(st.sampled_from("+-"), st.integers(-1, 1), st.sets(st.integers(0, 35), max_size=18))
def test_a_sum_goes_on_where_nothing_is_known(sign: str, added: int, unknown: set[int]) -> None:
    """What a difference or sum of two arguments leaves out is written in one line all the same."""
    values = FiniteValues(tuple(range(-6, 12)))
    numbers = np.array(
        [(a + b if sign == "+" else a - b) + added for a, b in product(range(6), repeat=2)]
    )
    table = numbers + 6
    table[sorted(unknown)] = -1
    assert completed(table.reshape(6, 6), [PLACES, PLACES], values)[1] == 1


@given(st.lists(st.booleans(), min_size=36, max_size=36), st.sets(st.integers(0, 35), min_size=1))
def test_a_split_holds_where_it_is_said_to(inside: list[bool], places: set[int]) -> None:
    """On every known point; and a comparison that is there is found."""
    first, second = np.indices((6, 6))
    known = np.zeros(36, np.bool_)
    known[sorted(places)] = True
    wanted, seen = np.array(inside).reshape(6, 6), known.reshape(6, 6)
    found = split_of(first, second, wanted, seen)
    if found is not None:
        assert (found.holds(first, second) == wanted)[seen].all()
    planted = first < 2 * second + 1
    if len({*planted[seen].tolist()}) == 2:
        again = split_of(first, second, planted, seen)
        assert again is not None
        assert (again.holds(first, second) == planted)[seen].all()


def test_a_pair_of_counts_is_a_number_with_two_digits() -> None:
    """Where heads look for keys with the same two counts, one formula tells the pairs apart."""
    before, same = "select(indices, indices, <=)", "select(tokens, tokens, ==)"
    graph = graph_of(
        f"a = selector_width({before} and {same}); b = selector_width({same});"
        "selector_width(select(a, a, ==) and select(b, b, ==))"
    )
    text = emit(shortest(graph, Domain(("x", "y", "z"), 6, prefix="<s>")).program)
    assert re.search(r"return 6 \* \w+ \+ \w+ - 6", text)


def test_the_code_of_the_frame_stands_for_the_default() -> None:
    """Greater values before, and what is read before the first position, are single lines."""
    text = """
tokens = tokens_asis;
rise = selector_width(select(indices, indices, <=) and select(tokens, "(", ==)) - selector_width(select(indices, indices, <=) and select(tokens, ")", ==));
before = aggregate(select(indices, indices - 1, ==), rise);
output = rise < before or selector_width(select(rise, rise, <)) > 1;
"""
    graph = graph_of(text)
    program = shortest(graph, Domain(("(", ")"), 6, prefix="<s>")).program
    written = emit(program)
    assert read_source(written) == program
    assert "<= key < " in written
    assert "(0 if " in written
