"""A program's file, line by line: which part a line belongs to and how often it ran. Owns finding lines; executes nothing."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tprog.analysis.measure.sizes import VOTE_TABLES
from tprog.analysis.show.report.usage import Usage
from tprog.analysis.show.report.walking import Condition, deciding_names, walk
from tprog.codegen.fixed import NAMESPACE, scores_name
from tprog.evaluate.scalar import value_at
from tprog.ir import Head, Lookup, NumericalVotes, Program, Value

# Keys that occur, up to which a head's function is followed for each of them.
MOST_PAIRS = 50_000


@dataclass(slots=True)
class SourceMap:
    """What is known of the lines of a file.

    Attributes:
        places: for each variable, by index, the runs of lines (first and last, from 1) that define it, the most telling
            first; none where the file does not name it.
        counts: how often a line ran, or a row of a table was used, where that is known.
        tests: for each variable, by index, its tests in the order of the lines.
    """

    places: tuple[tuple[tuple[int, int], ...], ...]
    counts: dict[int, int] = field(default_factory=dict)
    tests: dict[int, tuple[Condition, ...]] = field(default_factory=dict)


def map_source(program: Program, source: str, usage: Usage | None) -> SourceMap:
    """Return where the parts of a Program stand in its file, and how often each line ran.

    Args:
        program: what was read from the file.
        source: the text of the file.
        usage: how often each part was used; None to count nothing.
    """
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return SourceMap(tuple(() for _ in program.variables))
    functions = {node.name: node for node in statements if isinstance(node, ast.FunctionDef)}
    tables = dict(_constants(statements))
    lines = source.splitlines()
    assigned = _assigned(functions.get("run"))
    votes = {
        variable: row
        for name in VOTE_TABLES
        for variable, row in _entries(tables.get(name)).items()
    }
    places = []
    for name in program.names:
        found: list[tuple[int, int]] = []
        if name in functions:
            found.append(_with_comments(functions[name], lines))
        for table in (scores_name(name), name.upper()):
            if table in tables and not any(
                one[0] <= tables[table].lineno <= one[1] for one in found
            ):
                found.append(_span(tables[table]))
        if name in assigned:
            found.append(_span(assigned[name]))
        if name in votes:
            found.append(_votes_span(*votes[name]))
        places.append(tuple(found))
    found_map = SourceMap(tuple(places))
    if usage is not None:
        for statement in assigned.values():
            found_map.counts[statement.lineno] = usage.inputs
        _count_functions(program, functions, usage, found_map)
        _count_votes(program, votes, usage, found_map)
    return found_map


def _constants(statements: list[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name, statement
            case _:
                pass


def _assigned(run: ast.FunctionDef | None) -> dict[str, ast.stmt]:
    """Return the statement of `run` that computes each variable, by name."""
    found: dict[str, ast.stmt] = {}
    for statement in [] if run is None else run.body:
        match statement:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=space), attr=name)]):
                if space == NAMESPACE:
                    found[name] = statement
            case _:
                pass
    return found


def _entries(table: ast.stmt | None) -> dict[str, tuple[ast.expr, ast.expr]]:
    """Return the key and the value of each variable in a table of votes."""
    if not isinstance(table, ast.Assign | ast.AnnAssign) or not isinstance(table.value, ast.Dict):
        return {}
    return {
        key.value: (key, value)
        for key, value in zip(table.value.keys, table.value.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def _span(node: ast.stmt) -> tuple[int, int]:
    return node.lineno, node.end_lineno or node.lineno


def _votes_span(key: ast.expr, value: ast.expr) -> tuple[int, int]:
    return key.lineno, value.end_lineno or value.lineno


def _with_comments(function: ast.FunctionDef, lines: list[str]) -> tuple[int, int]:
    """Return the lines of a function with the comments right above it, but without a heading such as `# Layer 0`."""
    first, last = _span(function)
    while (
        first > 1
        and lines[first - 2].startswith("#")
        and not lines[first - 2].startswith("# Layer")
    ):
        first -= 1
    return first, last


def _count_functions(
    program: Program, functions: dict[str, ast.FunctionDef], usage: Usage, found: SourceMap
) -> None:
    for number, operation in enumerate(program.operations, len(program.inputs)):
        function = functions.get(program.names[number])
        if function is None:
            continue
        names = [argument.arg for argument in function.args.args]
        calls = (
            _head_calls(program, number, operation, usage, names, deciding_names(function))
            if isinstance(operation, Head)
            else _lookup_calls(program, number, operation, usage, names)
        )
        followed = None if calls is None else walk(function, calls)
        if followed is not None:
            found.counts.update(followed.lines)
            found.tests[number] = followed.tests


def _head_calls(
    program: Program, number: int, head: Head, usage: Usage, names: list[str], tested: set[str]
) -> dict[tuple[Value, ...], int] | None:
    """Return how often each query asked; any key stands for all of them, since no test looks at it."""
    if len(names) != 2 or names[1] in tested:
        return None
    keys = usage.values[head.key]
    if not keys or len(usage.asked[number]) > MOST_PAIRS:
        return None
    key = value_at(program, head.key, min(keys))
    return {
        (value_at(program, head.query, query), key): count
        for query, count in sorted(usage.asked[number].items())
    }


def _lookup_calls(
    program: Program, number: int, lookup: Lookup, usage: Usage, names: list[str]
) -> dict[tuple[Value, ...], int] | None:
    calls = usage.calls[number]
    if len(names) != len(lookup.arguments) or len(calls) > MOST_PAIRS:
        return None
    return {
        tuple(
            value_at(program, read, entry)
            for read, entry in zip(lookup.arguments, point, strict=True)
        ): count
        for point, count in sorted(calls.items())
    }


def _count_votes(
    program: Program,
    votes: dict[str, tuple[ast.expr, ast.expr]],
    usage: Usage,
    found: SourceMap,
) -> None:
    """Count how often each row of a table of votes was used; rows on one line are added up."""
    rows: Counter[int] = Counter()
    for vote in program.classifier.votes:
        key, value = votes.get(program.names[vote.variable], (None, None))
        if key is None or value is None:
            continue
        if isinstance(vote, NumericalVotes):
            rows[key.lineno] += usage.positions
        elif isinstance(value, ast.Dict):
            counted = {
                value_at(program, vote.variable, entry): count
                for entry, count in usage.values[vote.variable].items()
            }
            for row in value.keys:
                if isinstance(row, ast.Constant) and isinstance(row.value, str | int):
                    rows[row.lineno] += counted.get(row.value, 0)
    found.counts.update(rows)
