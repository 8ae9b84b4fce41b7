"""A step trace as HTML."""

from dataclasses import replace

from example_programs import hist_program, reverse_program
from hypothesis import given, settings
from hypothesis import strategies as st
from markup import seen
from strategies import programs

from tprog.analysis.show.page.trace_html import heat_map, trace_snippet
from tprog.evaluate import all_inputs, trace
from tprog.ir import CategoricalHead, Constant, Program


def test_a_trace_shows_values_attention_and_votes() -> None:
    """Each variable's values, where heads look and which votes decide stand on the page."""
    words = seen(trace_snippet(trace(reverse_program(), ["a", "b"])))
    assert words.startswith("a b → b a")
    assert "end 3 3 3 3 attends →3 →3 →3 →3" in words
    assert "mirrored_token </s> b a <s>" in words
    assert "1 a b <s> 10 mirrored_token +10" in words


def test_a_default_is_marked() -> None:
    """Where nothing matched, position 0 is taken by default, with a mark."""
    program = reverse_program()
    head = program.operations[0]
    assert isinstance(head, CategoricalHead)
    blind = replace(
        program, operations=(replace(head, predicate=Constant(False)), *program.operations[1:])
    )
    found = trace(blind, ["a"])
    assert "→0*" in trace_snippet(found)
    assert "stroke" in heat_map(found.heads[0], found)


def test_a_heat_map_has_a_cell_for_each_pair() -> None:
    """Every query meets every key, and a cell says who they are."""
    found = trace(hist_program(), ["a", "b", "a"])
    picture = heat_map(found.heads[0], found)
    assert picture.count("<rect") == 16
    assert "1 (a) → 3 (a)" in picture
    # Four symbols match themselves, and the two a match each other.
    assert picture.count('fill-opacity=".85"') == 6


@settings(max_examples=20)
@given(programs(), st.data())
def test_every_trace_has_a_page(program: Program, data: st.DataObject) -> None:
    """Whatever the program and its symbols are, the page is well formed."""
    batch = next(all_inputs(replace(program.domain, unknown=None)))
    tokens = batch.data(data.draw(st.integers(0, len(batch) - 1)), program.domain)
    assert seen(trace_snippet(trace(program, tokens)))
