"""How things show themselves in a notebook."""

import subprocess
import sys
from dataclasses import replace

import pytest
from example_programs import hist_program
from markup import seen

import tprog
from tprog.analysis.diff import diff
from tprog.analysis.show.graph.model import build_graph
from tprog.analysis.show.notebook import html
from tprog.evaluate import trace
from tprog.ir import Constant


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
