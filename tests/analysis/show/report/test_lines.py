"""Which lines of a file belong to which part, and how often they ran."""

import ast
import sys
from collections import Counter
from types import FrameType
from typing import Any

from effort import scaled
from example_programs import reverse_program
from hypothesis import given, settings
from strategies import programs

from tprog.analysis.measure.emitted import EmittedProgram
from tprog.analysis.show.report.lines import LineCondition, deciding_names, map_source, walk
from tprog.analysis.show.report.usage import count_usage
from tprog.codegen import emit
from tprog.evaluate.scalar import value_at
from tprog.ir import Lookup, Program, Value
from tprog.locate import load


@settings(max_examples=scaled(15))
@given(programs(max_inputs=40))
def test_every_part_stands_where_its_name_is(program: Program) -> None:
    """The first place of a head or look-up is its function; counts stand on lines that exist."""
    source = emit(program)
    lines = source.splitlines()
    found = map_source(program, source, count_usage(program))
    for number in range(len(program.inputs), len(program.variables)):
        first, last = found.places[number][0]
        body = lines[first - 1 : last]
        assert any(line.startswith(f"def {program.names[number]}(") for line in body)
        assert not body[0].startswith("# Layer")
    assert all(1 <= line <= len(lines) and count >= 0 for line, count in found.counts.items())


def test_counts_of_a_known_program() -> None:
    """The rows of votes that are used add up to the positions, and so do the branches of a look-up."""
    program = reverse_program()
    source = emit(program)
    usage = count_usage(program)
    found = map_source(program, source, usage)
    votes = found.places[program.classifier.votes[0].variable][-1]
    rows = sum(found.counts.get(line, 0) for line in range(votes[0], votes[1] + 1))
    assert rows == usage.positions
    number = next(iter(usage.calls))
    first, last = found.places[number][0]
    lines = source.splitlines()
    returned = [
        line for line in range(first, last + 1) if lines[line - 1].strip().startswith("return")
    ]
    assert sum(found.counts[line] for line in returned) == usage.positions
    for test in found.tests.get(number, ()):
        assert test.taken + test.skipped <= usage.positions


def test_a_text_that_is_no_python_has_no_lines() -> None:
    """Its parts stand nowhere, and nothing is counted."""
    program = load("hist")
    found = map_source(program, "def (", count_usage(program, None))
    assert not any(found.places)
    assert found.counts == {}


def parsed(text: str) -> ast.FunctionDef:
    """Return the function that a text defines."""
    (function,) = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    return function


BRANCHES = """\
def part(a, b):
    a = min(a, 3)
    if a in {"x", 2}:
        return 1
    if a == 0 and not b > 1:
        return 2 if b else 3
    return a + b
"""


def test_lines_and_branches_are_counted() -> None:
    """Every statement has the number of calls that reach it, every test how often it held and did not."""
    found = walk(parsed(BRANCHES), {(2, 0): 5, (0, 0): 2, (0, 1): 1, (9, 9): 4})
    assert found is not None
    assert found.lines == {2: 12, 3: 12, 4: 5, 5: 7, 6: 3, 7: 4}
    assert found.tests == (
        LineCondition(3, "a in {'x', 2}", 5, 7),
        LineCondition(5, "a == 0 and (not b > 1)", 3, 4),
        LineCondition(6, "b", 1, 2),
    )


def test_what_cannot_be_followed_is_not_counted() -> None:
    """A call of anything else, a loop, or the wrong number of arguments gives no count."""
    assert walk(parsed("def f(a):\n    return 1 if open(a) else 2\n"), {("x",): 1}) is None
    assert walk(parsed("def f(a):\n    for x in a:\n        return x\n"), {("x",): 1}) is None
    assert walk(parsed("def f(a):\n    return a\n"), {(1, 2): 1}) is None
    assert walk(parsed("def f(a):\n    return 1 if a < 'x' else 2\n"), {(1,): 1}) is None


def test_only_tests_decide() -> None:
    """A parameter that only stands in the result decides no branch."""
    assert deciding_names(parsed(BRANCHES)) == {"a", "b"}
    assert deciding_names(
        parsed("def f(q, k):\n    if q == 1:\n        return k == 2\n    return False\n")
    ) == {"q"}


def executed(emitted: EmittedProgram, name: str, arguments: tuple[Value, ...]) -> set[int]:
    """Return the lines that really run in one call of a function."""
    lines: set[int] = set()

    def local(frame: FrameType, event: str, argument: object) -> Any:
        if event == "line":
            lines.add(frame.f_lineno)
        return local

    def calls(frame: FrameType, event: str, argument: object) -> Any:
        return local if frame.f_code.co_name == name else None

    before = sys.gettrace()
    sys.settrace(calls)
    try:
        emitted.call(name, *arguments)
    finally:
        sys.settrace(before)
    return lines


@settings(max_examples=scaled(25))
@given(programs(max_inputs=40))
def test_counts_are_those_of_the_code_when_it_runs(program: Program) -> None:
    """What is followed on paper is what runs: emitted look-ups, executed under a line tracer, agree on every line."""
    emitted = EmittedProgram(program)
    functions = {
        node.name: node
        for node in ast.parse(emitted.source).body
        if isinstance(node, ast.FunctionDef)
    }
    usage = count_usage(program)
    for number, calls in usage.calls.items():
        lookup = program.variables[number]
        assert isinstance(lookup, Lookup)
        name = program.names[number]
        points = {
            tuple(
                value_at(program, read, entry)
                for read, entry in zip(lookup.arguments, point, strict=True)
            ): count
            for point, count in calls.items()
        }
        if len(set(lookup.arguments)) < len(lookup.arguments):
            continue
        found = walk(functions[name], points)
        if found is None:
            continue
        counted: Counter[int] = Counter()
        for arguments, count in points.items():
            for line in executed(emitted, name, arguments):
                counted[line] += count
        assert found.lines == {line: counted[line] for line in found.lines}
