"""A program's file as a Program. Owns the order in which its parts are read; refuses to execute any of it."""

import ast
from functools import cache
from pathlib import Path

from tprog.codegen.attending import needed_functions
from tprog.codegen.comments import docstring_provenance
from tprog.codegen.lines import import_lines, template_text
from tprog.errors import InvalidProgram, UnreadableSource
from tprog.files import read_text
from tprog.ir import Program, Provenance, validate
from tprog.reader.classifier import read_classifier
from tprog.reader.constants import Constants, Types, check_aliases, read_domain
from tprog.reader.layout import Layout, layout
from tprog.reader.source import Source, same, without_docstring
from tprog.reader.variables import Variables
from tprog.reader.wiring import check_fixed_lines, read_lines


def read_program(path: Path) -> Program:
    """Return the Program in a file, with the tables in the JSON file beside it where it has one.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: it holds no Program; the message names the line.
    """
    return read_source(read_text(path), name=str(path), folder=path.parent)


def read_source(text: str, *, name: str = "<string>", folder: Path | None = None) -> Program:
    """Return the Program that a text holds. Nothing of the text is executed.

    Args:
        text: the text of an emitted program, edited or not.
        name: the file's name, for errors and for finding its tables.
        folder: where the file of its tables stands, if it has one.

    Raises:
        UnreadableSource: it holds no Program; the message is `NAME:LINE: what is wrong; what to do`.
    """
    source = Source(text, name)
    try:
        return _program(layout(source), folder, Path(name).stem)
    except UnreadableSource:
        # A published program would otherwise be refused for its first import.
        from tprog.reader.published.kinds import is_published

        if is_published(text.encode("utf-8", "replace")):
            raise source.error(
                1, f"this is a published program; bring it in first: tprog import {name}"
            ) from None
        raise
    except RecursionError:
        raise source.error(1, "the code nests too deeply to be a program; write it flat") from None
    except InvalidProgram as error:
        raise source.error(1, str(error)) from None


def _program(parts: Layout, folder: Path | None, stem: str) -> Program:
    source = parts.source
    constants = Constants(parts, folder, stem)
    types = Types(constants)
    check_aliases(constants)
    domain = read_domain(constants, types)
    run = parts.function("run", 1)
    lines = read_lines(source, run)
    variables = Variables(constants, types, domain)
    for line in lines:
        variables.add(line)
    variables.remember_layers(lines)
    program = Program(
        domain,
        tuple(variables.inputs),
        tuple(variables.operations),
        read_classifier(constants, types, domain, variables.numbers, variables.values),
        _provenance(parts),
    )
    problems = validate(program)
    if problems:
        raise source.error(run, "; ".join(map(str, problems)))
    stored = "tables" in parts.functions
    check_fixed_lines(source, run, program, stored)
    for node in ast.walk(run):
        if isinstance(node, ast.Name) and node.id.isupper():
            parts.constant(node.id, node)
    _check_imports(parts, import_lines(program, stored))
    _check_runtime(parts, program)
    _check_unused(parts)
    source.check_compiles()
    return program


def _provenance(parts: Layout) -> Provenance:
    if parts.docstring is None:
        return Provenance()
    literal = ast.get_source_segment(parts.source.text, parts.docstring)
    return docstring_provenance(literal or "")


def _check_runtime(parts: Layout, program: Program) -> None:
    """Check that the functions by which heads attend are the ones that tprog writes."""
    for name in needed_functions(program):
        parts.function(name, parts.functions["run"])
    for name, expected in _template().items():
        if name not in parts.functions:
            continue
        found = parts.function(name, 1)
        bodies = [without_docstring(function.body) for function in (found, expected)]
        headers = [[found.args, found.returns or found], [expected.args, expected.returns or found]]
        decorators = [found.decorator_list, expected.decorator_list]
        if not same(*bodies) or not same(*headers) or not same(*decorators):
            raise parts.source.error(
                found, f"{name} is changed, and with it what every head means; restore it"
            )


def _check_imports(parts: Layout, expected: list[str]) -> None:
    for line in expected:
        statement = ast.parse(line).body[0]
        assert isinstance(statement, ast.Import | ast.ImportFrom)
        for alias in statement.names:
            if alias.name not in parts.imported:
                raise parts.source.error(1, f"{alias.name} is not imported; write `{line}`")


def _check_unused(parts: Layout) -> None:
    for name, node in {**parts.constants, **parts.functions}.items():
        # Types may be named that nothing is annotated with.
        if name not in parts.used and not isinstance(node, ast.Subscript):
            raise parts.source.error(node, f"nothing uses {name}; remove it, or use it in run")


@cache
def _template() -> dict[str, ast.FunctionDef]:
    return {
        statement.name: statement
        for statement in ast.parse(template_text()).body
        if isinstance(statement, ast.FunctionDef)
    }
