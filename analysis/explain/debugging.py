"""Stopping in the emitted code of a head or look-up.

A stop is a call of `breakpoint()`, so that it is pdb, or whatever PYTHONBREAKPOINT names, that is entered.
"""

import ast
import linecache
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tprog.analysis.measure.emitted import EmittedProgram
from tprog.codegen import emit_files
from tprog.errors import UsageError
from tprog.files import write_text
from tprog.ir import Program

# What `run` keeps in local variables: made global, so that a head's code sees the sequence and the variables so far.
AT_HAND = ("words", "x")
RUN = "run"


def run_stopping(program: Program, tokens: Sequence[str], parts: Sequence[str]) -> list[str]:
    """Run the emitted code of a Program on one input, stopping in the code of some of its parts.

    In the function of a head or look-up its arguments are local; everywhere `words` is the framed sequence and `x` holds each
    variable that is computed so far, such as `x.tokens`. A part without a function stops in `run` before its line. The
    source can be listed, and further breakpoints set in it.

    Args:
        program: a valid Program.
        tokens: data symbols alone, or a full framed sequence.
        parts: names of variables.

    Returns:
        The labels, as `Program.run` gives them.

    Raises:
        UsageError: there is no such part.
        BadInput: the tokens lie outside the Program's domain.
    """
    check_parts(program, parts)
    program.domain.frame(tokens)
    place = f"<emitted {program.provenance.task or 'program'}>"
    with tempfile.TemporaryDirectory() as folder:
        # Large word tables stay in a file of their own: as source they take minutes to write and to parse.
        file = Path(folder) / "program.py"
        source, *tables = emit_files(program, file.stem).values()
        for text in tables:
            write_text(file.with_suffix(".json"), text)
        change = partial(with_stops, parts=parts)
        emitted = EmittedProgram(program, place, change, source, file)
        # No file lies there, and so the lines would be looked for in vain.
        lines = source.splitlines(keepends=True)
        linecache.cache[place] = (len(source), None, lines, place)
        return emitted.run(tokens)


def check_parts(program: Program, parts: Sequence[str]) -> None:
    """Refuse names that no part has.

    Raises:
        UsageError: with the names that there are.
    """
    for part in parts:
        if part not in program.names:
            names = program.names[len(program.inputs) :] or program.names
            raise UsageError(f"no part is called {part!r}; the parts are {', '.join(names)}")


def with_stops(module: ast.Module, parts: Sequence[str]) -> ast.Module:
    """Return the parsed code with a stop in each part's function, or in `run` before the line that computes it."""
    functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    run = functions[RUN]
    for part in parts:
        if part in functions:
            body = functions[part].body
            body.insert(0, _stop(functions[part].lineno))
            continue
        place = next(place for place, line in enumerate(run.body) if _computes(line, part))
        # Debuggers halt where the line changes, so the stop stands on another one.
        run.body.insert(place, _stop(run.lineno))
    text = int(_is_text(run.body[0]))
    run.body.insert(text, ast.Global(names=list(AT_HAND), lineno=run.lineno, col_offset=0))
    return module


def _stop(line: int) -> ast.stmt:
    call = ast.Call(func=ast.Name("breakpoint", ast.Load()), args=[], keywords=[])
    found = ast.Expr(call)
    for node in ast.walk(found):
        if isinstance(node, ast.expr | ast.stmt):
            node.lineno = node.end_lineno = line
            node.col_offset = node.end_col_offset = 0
    return found


def _computes(line: ast.stmt, part: str) -> bool:
    match line:
        case ast.Assign(targets=[ast.Attribute(value=ast.Name("x"), attr=attribute)]):
            return attribute == part
    return False


def _is_text(line: ast.stmt) -> bool:
    match line:
        case ast.Expr(ast.Constant(str())):
            return True
    return False
