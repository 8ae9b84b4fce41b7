"""Helpers for tests of emitted programs: running their text, and small functions to read."""

import ast
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import libcst as cst

from tprog.codegen.nodes import Packed, Statement
from tprog.reader.source import Source

Run = Callable[..., list[str]]


def load(text: str, file: str = "program.py") -> Run:
    """Execute an emitted program, as importing it would, and return its `run`."""
    namespace: dict[str, Any] = {"__name__": "emitted", "__file__": file}
    with warnings.catch_warnings():
        # A damaged text may hold an odd escape or a number beside a keyword.
        warnings.simplefilter("ignore")
        exec(compile(text, file, "exec"), namespace)
    return cast(Run, namespace["run"])


def code(node: cst.BaseExpression) -> str:
    """Return the source of an expression."""
    return cst.Module([]).code_for_node(node)


def block(body: Sequence[Statement | Packed]) -> str:
    """Return the source of statements."""
    return cst.Module([part.statement if isinstance(part, Packed) else part for part in body]).code


def source_and_function(text: str) -> tuple[Source, ast.FunctionDef]:
    """Return a source that holds one function, and the function."""
    source = Source(text, "f.py")
    function = source.tree.body[-1]
    assert isinstance(function, ast.FunctionDef)
    return source, function


def expression(text: str) -> tuple[Source, ast.expr]:
    """Return a source that holds one expression, and the expression."""
    source = Source(text, "f.py")
    statement = source.tree.body[0]
    assert isinstance(statement, ast.Expr)
    return source, statement.value


def type_problems(texts: Sequence[str], folder: Path) -> str:
    """Return what `mypy --strict` finds in programs for Python 3.10, which are written into a folder; nothing where all is well."""
    for number, text in enumerate(texts):
        (folder / f"program_{number}.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--python-version", "3.10", "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr
