"""A Program as HTML."""

from dataclasses import replace

import pytest
from example_programs import hist_program, reverse_program
from hypothesis import given, settings
from markup import seen
from strategies import programs

from tprog.analysis.show.graph import engine
from tprog.analysis.show.page.program_html import entries, program_snippet, reading
from tprog.errors import TprogError
from tprog.ir import Classifier, Domain, FiniteValues, Program, WordTable


def test_a_program_shows_parts_graph_and_code() -> None:
    """Each part says what it reads and does; the graph and the code can be opened."""
    page = program_snippet(reverse_program())
    words = seen(page)
    assert "reverse, written by hand" in words
    assert (
        "reads a b c, lengths 1 to 4; says one for each symbol of 5 labels: <s> a b c </s>" in words
    )
    assert "mirrored_token head q mirror, k positions, v tokens key == query" in words
    assert "<svg" in page
    assert "def mirrored_token(" in words


@settings(max_examples=8)
@given(programs())
def test_every_program_has_a_page(program: Program) -> None:
    """Whatever its symbols and notes are, nothing of them is read as markup."""
    words = seen(program_snippet(program))
    for name in program.names:
        assert name in words


def test_without_graphviz_the_rest_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can draw, the picture is left out."""
    from tprog.analysis.show.page import program_html

    def refuse(*_: object) -> str:
        raise engine.CannotDraw("no Graphviz")

    assert issubclass(engine.CannotDraw, TprogError)
    monkeypatch.setattr(program_html, "picture", refuse)
    page = program_snippet(hist_program())
    assert "<svg" not in page
    assert "count_own" in page


def test_large_tables_keep_the_code_away() -> None:
    """The code of a program with many entries is not written for a glance at it."""
    symbols = tuple(f"w{n}" for n in range(30_000))
    table = WordTable(FiniteValues((0, 1)), (0,) * len(symbols), name="big")
    domain = Domain(symbols, 3, prefix=None)
    program = Program(domain, (table,), (), Classifier(("x",), (), pooled=True))
    assert entries(program) == 30_000
    page = program_snippet(program)
    assert "<pre>" not in page
    assert "(30,000 in all)" in reading(program)
    assert "one for the input of 1 label" in reading(program)
    assert entries(replace(program, inputs=())) == 0
