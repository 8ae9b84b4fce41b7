"""The commands as functions."""

import ast
import html
import re
from pathlib import Path

import pytest
from learn.samples import small_network
from terminal import small_hist
from tracing import faulty_hist, some_examples

import tprog
from tprog.analysis.explain.circuits import Closeup, Survey
from tprog.analysis.explain.trace import Tracing
from tprog.analysis.explain.unreadable import read_reading
from tprog.analysis.show.report import make_report
from tprog.analysis.verify.rasp_form import OtherAlgorithm
from tprog.errors import UsageError
from tprog.evaluate.traces import trace as follow
from tprog.ir import Program, Provenance
from tprog.learn.train import TrainResult

FRONT = Path(tprog.__file__)


def test_what_types_promise_is_what_loads() -> None:
    """The front door names each thing once for type checkers and once for Python, and both are the same thing."""
    promised: dict[str, str] = {}
    (checked,) = [node for node in ast.parse(FRONT.read_text()).body if isinstance(node, ast.If)]
    for node in checked.body:
        assert isinstance(node, ast.ImportFrom)
        promised |= {alias.asname or alias.name: alias.name for alias in node.names}
    assert sorted(promised) == tprog.__all__
    for name, original in promised.items():
        assert getattr(tprog, name).__name__ == original


def test_circuits_of_many_inputs_and_of_one() -> None:
    """Without an input a survey is given, else a close-up of each prediction, or of one."""
    program = tprog.load("sort")
    surveyed = tprog.circuits(program, inputs=40)
    assert isinstance(surveyed, Survey)
    assert surveyed.inputs == 40
    close = tprog.circuits(program, ["3", "1"], inputs=40)
    assert [one.answer for one in close] == ["1", "3"]
    (second,) = tprog.circuits(program, ["3", "1"], position=2, inputs=40)
    assert isinstance(second, Closeup)
    assert second.answer == "3"


def test_errors_are_traced_with_examples_of_the_task_or_given_ones() -> None:
    """The same branch is first suspect, whether its examples are drawn or given."""
    program = faulty_hist()
    drawn = tprog.trace(program, count=200)
    assert isinstance(drawn, Tracing)
    wrong = [
        (one.tokens, tprog.get_task(drawn_spec(program)).truth(one.tokens))
        for one in drawn.failures
    ]
    given = tprog.trace(program, wrong)
    assert given.failing
    assert given.suspects[0].branch.part == drawn.suspects[0].branch.part
    with pytest.raises(UsageError, match="give examples or a task"):
        tprog.trace(Program(program.domain, program.inputs, program.operations, program.classifier))


def drawn_spec(program: Program) -> str:
    """Return the task that a program names."""
    assert program.provenance.task is not None
    return program.provenance.task


def test_a_report_is_one_page() -> None:
    """A report needs no file: the page holds the code as it is emitted."""
    page = tprog.report(small_hist(), simplify_seconds=0, deep=False)
    assert page.startswith("<!doctype html>")
    assert "own_count" in page


def test_a_report_shows_the_algorithm(tmp_path: Path) -> None:
    """That of the gallery's entry by itself, another file where it is given, and none that says something else."""
    reverse = tprog.load("reverse")
    panel = "aggregate(select(difference, positions, ==), tokens)"
    assert panel in html.unescape(tprog.report(reverse, simplify_seconds=0, deep=False))
    path = tmp_path / "hist.rasp"
    path.write_text("x = select(tokens_asis, tokens_asis, ==); y = selector_width(x);")
    page = tprog.report(small_hist(), rasp=path, simplify_seconds=0, deep=False)
    assert "y = selector_width(x)" in html.unescape(page)
    with pytest.raises(OtherAlgorithm):
        tprog.report(reverse, rasp=path, simplify_seconds=0, deep=False)


def test_every_value_is_one_line() -> None:
    """What an interpreter prints of a value is one short line, and the tokens of others are quoted in it."""
    program = small_hist(("a\nb", "\x1b[31m", "c"))
    named = Program(
        *(program.domain, program.inputs, program.operations, program.classifier),
        Provenance("two\nlines", None),
    )
    found = [
        program,
        named,
        tprog.get_task("sort"),
        follow(program, ["a\nb", "\x1b[31m"]),
        tprog.verify(small_hist(), tprog.get_task("hist:vocabulary=5,length=5")),
        tprog.diff(tprog.load("hist"), tprog.load("double_hist"), limit=100),
        tprog.simplify(small_hist(), seconds=1),
        tprog.graph(named),
        tprog.circuits(program, inputs=20),
        *tprog.circuits(program, ["a\nb"], inputs=20),
        tprog.trace(faulty_hist(), count=100),
        some_examples(faulty_hist()),
        make_report(program, tprog.emit(program), deep=False, simplify_seconds=0),
        TrainResult(program, small_network(0), {"test": 0.5}, None, False),
        read_reading("x = 1\n", Path("a\nb.py"), "because"),
    ]
    for value in found:
        shown = repr(value)
        assert re.fullmatch(r"<[A-Z]\w+ ?.*>", shown), shown
        assert len(shown) < 200, shown
        assert shown.isprintable(), shown
    assert repr(tprog.load("sort")) == (
        "<Program 'sort': 2 layers, 3 heads, 1 look-up, 5 symbols, up to 6 of them>"
    )
