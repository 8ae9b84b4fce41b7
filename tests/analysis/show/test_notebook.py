"""How things show themselves in a notebook."""

import subprocess
import sys
from dataclasses import replace

import pytest
from effort import scaled
from example_programs import hist_program, large_program, reverse_program
from hypothesis import given, settings
from hypothesis import strategies as st
from markup import seen
from strategies import programs
from tracing import faulty_hist, some_examples, sound_hist

import tprog
from tprog.analysis.diff import diff
from tprog.analysis.explain.trace import trace_errors
from tprog.analysis.show import notebook
from tprog.analysis.show.difference import difference_page
from tprog.analysis.show.explanation import heat_map
from tprog.analysis.show.graph.model import build_graph
from tprog.analysis.show.graph.rendering import CannotDraw
from tprog.analysis.show.html import document, escaped, inline, snippet
from tprog.analysis.show.model import WIDE, Folded, TableColumn, line, styled, table
from tprog.analysis.show.notebook import entries, html, reading
from tprog.evaluate import all_inputs
from tprog.evaluate.traces import trace
from tprog.ir import (
    CategoricalHead,
    Classifier,
    Constant,
    Domain,
    FiniteValues,
    NumericalHead,
    Program,
    WordTable,
)


def test_programs_and_traces_show_themselves() -> None:
    """Values of the core have HTML of their own, through the front door."""
    program = hist_program()
    assert program._repr_html_() == html(program) == tprog.html(program)
    steps = trace(program, ["a", "b", "a"])
    assert steps._repr_html_() == tprog.html(steps)
    assert "count_own" in seen(steps._repr_html_())


def test_graphs_are_pictures() -> None:
    """A graph shows itself as SVG, which can stand in HTML too."""
    graph = build_graph(hist_program())
    assert graph._repr_svg_().startswith("<svg")
    assert graph._repr_svg_() in tprog.html(graph)


def test_everything_else_names_its_own_page() -> None:
    """Verdicts and differences show themselves, and so do lists of things."""
    program = hist_program()
    verdict = tprog.verify(program, program)
    assert tprog.html(verdict) == verdict._repr_html_()
    head = replace(program.operations[0], predicate=Constant(True))  # type: ignore[arg-type]
    found = diff(program, replace(program, operations=(head, program.operations[1])))
    assert tprog.html([verdict, found]) == verdict._repr_html_() + found._repr_html_()


def test_strangers_have_no_page() -> None:
    """What is none of ours is refused, even where it could show itself."""
    with pytest.raises(TypeError, match="int has no page"):
        tprog.html(3)


def test_the_core_loads_no_page_before_it_is_asked() -> None:
    """Loading and running a program loads nothing of analysis."""
    code = (
        "import sys, tprog; tprog.load('sort').run(['1']); "
        "print([name for name in sys.modules if name.startswith('tprog.analysis')])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert shown.stdout == "[]\n"


def test_text_is_shown_as_it_is() -> None:
    """What HTML would read as markup is escaped, and what cannot be seen is written out."""
    assert escaped('<s> & "x"') == "&lt;s&gt; &amp; &quot;x&quot;"
    assert escaped("a\tb") == "a\\tb"
    assert inline(line("<s> ", ("x", "bold red"))) == '&lt;s&gt; <strong class="red">x</strong>'


def test_a_table_has_its_cells_in_order() -> None:
    """Heads come first, and numbers are set to the right."""
    found = snippet((table(("a", TableColumn("b", right=True)), [("x", "1")]),))
    assert (
        '<table><thead><tr><th>a</th><th class="number">b</th></tr></thead>'
        '<tbody><tr><td>x</td><td class="number">1</td></tr></tbody></table>'
    ) in found
    assert "<thead>" not in snippet((table((TableColumn(),), [("x",)]),))


def test_a_document_needs_nothing_else() -> None:
    """A page names no other file and no address, and follows the reader's choice of dark or light."""
    found = document("A <title>", (styled("x", "dim"), Folded("more", (line("y"),))))
    assert found.startswith("<!doctype html>")
    assert "A &lt;title&gt;" in found
    assert "color-scheme" in found
    assert "http" not in found
    assert "src=" not in found
    assert seen(found)


def test_a_difference_as_a_file_leaves_nothing_out() -> None:
    """Both sides, every place that changed and examples stand on a page that needs no other file."""
    program = hist_program()
    head = replace(program.operations[0], predicate=Constant(False))  # type: ignore[arg-type]
    other = replace(program, operations=(head, program.operations[1]))
    found = diff(program, other, names=("<one>", "two"))
    words = seen(document("<one> → two", difference_page(found, WIDE, every=True)))
    for part in ("predicate rows", "count_own", "shortest inputs that differ"):
        assert part in words
    longer = diff(large_program(seed=1, layers=1), large_program(seed=2, layers=1))
    assert " more" in seen(html(longer)).split("labels  ")[0]
    assert len(seen(snippet(difference_page(longer, WIDE, every=True)))) > len(seen(html(longer)))


def test_a_verdict_and_a_simplification_say_what_was_compared() -> None:
    """A difference comes with a shortest input, a shorter program with lines before and after."""
    program = hist_program()
    head = replace(program.operations[0], predicate=Constant(True))  # type: ignore[arg-type]
    other = replace(program, operations=(head, program.operations[1]))
    words = seen(html(tprog.verify(other, program, names=("mine", "theirs"))))
    assert "different : mine does not always give the labels of theirs" in words
    assert "117 inputs differ" in words
    assert "input a theirs 1 mine 2" in words
    idle = NumericalHead(1, 1, 2, Constant(True), name="idle")
    found = tprog.simplify(replace(program, operations=(*program.operations, idle)), seconds=5)
    words = seen(html(found))
    assert f"{found.before.lines} lines before, {found.after.lines} lines now" in words
    assert "the same labels on every one of 120 inputs" in words


def test_circuits_show_what_decides() -> None:
    """A close-up shows its votes and its circuit, a survey how often each circuit decides."""
    program = reverse_program()
    (found,) = tprog.circuits(program, ["a", "b", "c"], position=1, inputs=200)
    words = seen(html(found))
    assert "c before" in words
    assert "smallest circuit end, mirror, mirrored_token" in words
    surveyed = seen(html(tprog.circuits(program, inputs=100)))
    assert "predictions on 100 random inputs" in surveyed
    assert "mirrored_token" in surveyed


def test_traced_errors_show_suspects_and_causes() -> None:
    """A box with another value is the first suspect, and its errors are put down to it."""
    words = seen(html(trace_errors(some_examples(faulty_hist()), "/e.py")))
    assert "labels are wrong" in words
    assert "own_count: count_own == 2" in words
    assert "put right by own_count: count_own == 2" in words
    assert "labels are right" in seen(html(trace_errors(some_examples(sound_hist()), "/e.py")))


def test_a_program_shows_parts_graph_and_code() -> None:
    """Each part says what it reads and does; the graph and the code can be opened."""
    page = html(reverse_program())
    words = seen(page)
    assert "reverse, written by hand" in words
    assert (
        "reads a b c, lengths 1 to 4; says one for each symbol of 5 labels: <s> a b c </s>" in words
    )
    assert "mirrored_token head q mirror, k positions, v tokens key == query" in words
    assert "<svg" in page
    assert "def mirrored_token(" in words


@settings(max_examples=scaled(8))
@given(programs())
def test_every_program_has_a_page(program: Program) -> None:
    """Whatever its symbols and notes are, nothing of them is read as markup."""
    words = seen(html(program))
    for name in program.names:
        assert name in words


def test_without_graphviz_the_rest_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can draw, the picture is left out."""

    def refuse(*_: object) -> str:
        raise CannotDraw("no Graphviz")

    monkeypatch.setattr(notebook, "picture", refuse)
    page = html(hist_program())
    assert "<svg" not in page
    assert "count_own" in page


def test_large_tables_keep_the_code_away() -> None:
    """The code of a program with many entries is not written for a glance at it."""
    symbols = tuple(f"w{n}" for n in range(30_000))
    table = WordTable(FiniteValues((0, 1)), (0,) * len(symbols), name="big")
    domain = Domain(symbols, 3, prefix=None)
    program = Program(domain, (table,), (), Classifier(("x",), (), pooled=True))
    assert entries(program) == 30_000
    page = html(program)
    assert "<pre>" not in page
    assert "(30,000 in all)" in reading(program)
    assert "one for the input of 1 label" in reading(program)
    assert entries(replace(program, inputs=())) == 0


def test_a_trace_shows_values_attention_and_votes() -> None:
    """Each variable's values, where heads look and which votes decide stand on the page."""
    words = seen(html(trace(reverse_program(), ["a", "b"])))
    assert words.startswith("a b → b a")
    assert "end 3 3 3 3 attends →3 →3 →3 →3" in words
    assert "mirrored_token </s> b a <s>" in words
    assert "1 a b <s> 10 mirrored_token=b +10" in words


def test_a_default_is_marked() -> None:
    """Where nothing matched, position 0 is taken by default, with a mark."""
    program = reverse_program()
    head = program.operations[0]
    assert isinstance(head, CategoricalHead)
    blind = replace(
        program, operations=(replace(head, predicate=Constant(False)), *program.operations[1:])
    )
    found = trace(blind, ["a"])
    assert "→0*" in html(found)
    assert "stroke" in heat_map(found.heads[0], found)


def test_a_heat_map_has_a_cell_for_each_pair() -> None:
    """Every query meets every key, and a cell says who they are."""
    found = trace(hist_program(), ["a", "b", "a"])
    picture = heat_map(found.heads[0], found)
    assert picture.count("<rect") == 16
    assert "1 (a) → 3 (a)" in picture
    # Four symbols match themselves, and the two a match each other.
    assert picture.count('fill-opacity=".85"') == 6


@settings(max_examples=scaled(20))
@given(programs(), st.data())
def test_every_trace_has_a_page(program: Program, data: st.DataObject) -> None:
    """Whatever the program and its symbols are, the page is well formed."""
    batch = next(all_inputs(replace(program.domain, unknown=None)))
    tokens = batch.data(data.draw(st.integers(0, len(batch) - 1)), program.domain)
    assert seen(html(trace(program, tokens)))
