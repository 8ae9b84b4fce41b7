"""Stopping in the code of a head."""

import ast
import linecache
import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType
from typing import Any

import pytest
from effort import scaled
from example_programs import hist_program, reverse_program
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import programs

from tprog.analysis.explain.debugging import run_stopping, with_stops
from tprog.codegen import emit
from tprog.errors import BadInput, UsageError
from tprog.evaluate import all_inputs
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Compare,
    Domain,
    FiniteValues,
    Positions,
    Program,
    WordTable,
)

Seen = list[tuple[str, dict[str, Any], dict[str, Any]]]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """What stands at each stop: the function, its local variables, and what is at hand."""
    found: Seen = []

    def hook() -> None:
        frame: FrameType | None = sys._getframe(1)
        assert frame is not None
        hand = {name: frame.f_globals.get(name) for name in ("words", "x")}
        hand["x"] = dict(vars(hand["x"]))
        found.append((frame.f_code.co_name, dict(frame.f_locals), hand))

    monkeypatch.setattr(sys, "breakpointhook", hook)
    return found


def test_a_stop_is_in_the_function_of_the_head(seen: Seen) -> None:
    """At each call the head's arguments are local, and the sequence and the variables so far are at hand."""
    assert run_stopping(hist_program(), ["a", "b", "a"], ["count_own"]) == ["2", "1", "2"]
    function, arguments, hand = seen[0]
    assert function == "count_own"
    assert set(arguments) == {"token", "key"}
    assert hand["words"] == ["<s>", "a", "b", "a"]
    assert list(hand["x"]) == ["tokens", "positions", "ones"]


def test_a_stop_is_in_the_function_of_a_look_up(seen: Seen) -> None:
    """A look-up is called once for each position, and sees what the heads before it wrote."""
    run_stopping(reverse_program(), ["a", "b"], ["mirror"])
    assert [function for function, _, _ in seen] == ["mirror"] * 4
    assert seen[0][2]["x"]["end"] == [3, 3, 3, 3]


def test_large_tables_stay_beside_the_code(seen: Seen) -> None:
    """A program of thousands of words stops in its head; what it answers comes from the tables in the other file."""
    words = (*(f"w{number}" for number in range(1500)), "<unk>")
    domain = Domain(words, None, unknown="<unk>")
    table = WordTable(FiniteValues(("low", "high")), (0,) * 800 + (1,) * 702, name="side")
    head = CategoricalHead(0, 0, 1, Compare("==", 1, -1), name="before")
    votes = (CategoricalVotes(2, ((1, 0), (0, 1))),)
    program = Program(domain, (Positions(), table), (head,), Classifier(("L", "H"), votes))
    given = ["w3", "w1400", "strange", "w3"]
    assert run_stopping(program, given, ["before"]) == program.run(given) == ["L", "L", "H", "H"]
    assert {function for function, _, _ in seen} == {"before"}


def test_a_variable_without_a_function_stops_before_its_line(seen: Seen) -> None:
    """Where a part has no function of its own, `run` stops before the line that computes it."""
    run_stopping(hist_program(), ["a"], ["ones"])
    assert [(function, list(hand["x"])) for function, _, hand in seen] == [
        ("run", ["tokens", "positions"])
    ]


def test_several_parts_stop(seen: Seen) -> None:
    """Every part that is named stops, each time that it is called."""
    run_stopping(reverse_program(), ["a"], ["end", "mirrored_token"])
    assert {function for function, _, _ in seen} == {"end", "mirrored_token"}


def test_the_source_can_be_listed(seen: Seen) -> None:
    """The lines of the emitted code are where debuggers look for them, and the line of a stop is that of the head."""
    program = hist_program()
    run_stopping(program, ["a"], ["count_own"])
    place = f"<emitted {program.provenance.task}>"
    assert "".join(linecache.getlines(place)) == emit(program)
    linecache.checkcache()
    assert linecache.getlines(place)


def test_an_unknown_part_is_refused_with_the_names() -> None:
    """One line lists what the parts are called, and inputs outside the domain are refused as ever."""
    with pytest.raises(
        UsageError, match="no part is called 'cout_own'; the parts are count_own, own"
    ):
        run_stopping(hist_program(), ["a"], ["cout_own"])
    with pytest.raises(BadInput):
        run_stopping(hist_program(), ["z"], ["count_own"])
    bare = replace(
        hist_program(), operations=(), classifier=replace(hist_program().classifier, votes=())
    )
    with pytest.raises(UsageError, match="the parts are tokens, positions, ones"):
        run_stopping(bare, ["a"], ["head"])


def test_stops_leave_every_line_where_it_was() -> None:
    """The code with stops has the lines of the source, so that a debugger shows the right ones."""
    source = emit(reverse_program())
    plain = ast.parse(source)
    changed = with_stops(ast.parse(source), ["end", "tokens"])

    def lines(module: ast.Module) -> set[tuple[type, int]]:
        return {
            (type(n), n.lineno) for n in ast.walk(module) if isinstance(n, ast.Return | ast.Assign)
        }

    assert lines(changed) == lines(plain)


@settings(max_examples=scaled(25))
@given(programs(max_operations=4), st.data())
def test_stops_change_no_label(program: Program, data: st.DataObject) -> None:
    """With stops that do nothing the labels are those of the Program, wherever the stops are."""
    batch = next(all_inputs(replace(program.domain, unknown=None)))
    tokens = batch.data(data.draw(st.integers(0, len(batch) - 1)), program.domain)
    parts = data.draw(st.lists(st.sampled_from(program.names), unique=True, max_size=3))
    kept: Callable[..., Any] = sys.breakpointhook
    sys.breakpointhook = lambda *_: None
    try:
        assert run_stopping(program, tokens, parts) == program.run(tokens)
    finally:
        sys.breakpointhook = kept
