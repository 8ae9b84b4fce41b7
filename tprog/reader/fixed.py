"""What a file may not change: every statement but those in which a Program is written down.

A file is read as a candidate Program. What `emit` would write for it, apart from the Program's own functions and tables,
must then stand in the file as it is, and nothing else.
"""

import ast
from collections.abc import Collection
from functools import cache

from tprog.codegen.fixed import (
    MAIN,
    TABLES,
    alias_lines,
    constant_lines,
    import_lines,
    large_alphabet,
    needed_functions,
    template_text,
)
from tprog.ir import Program
from tprog.ir.names import RESERVED
from tprog.reader.definitions import Definitions
from tprog.reader.source import same, without_docstring

# The names of the Program's own parts that a file cannot choose.
OWN = frozenset(("VOTES", "UNIT_VOTES", "run"))


def check_fixed(
    file: Definitions, program: Program, stored: bool, ways: Collection[str] | None = None
) -> None:
    """Check everything in a file that is not written down in `program`, the candidate that was read from it; for `ways` see `needed_functions`."""
    source = file.source
    wanted = _statements(program, stored, ways)
    fixed = {name: names for names in wanted for name in names}
    for names, statement in file.statements.items():
        if names in wanted:
            text, expected = wanted[names]
            if not _same_statement(statement, expected):
                raise source.error(statement, _changed(names, text, expected))
            continue
        for name in names:
            if name in fixed:
                raise source.error(statement, f"write `{wanted[fixed[name]][0]}`")
            if name not in file.used:
                raise source.error(statement, f"nothing uses {name}; remove it, or use it in run")
            if name not in OWN and name.lower() in RESERVED:
                raise source.error(
                    statement, f"a program uses the name {name} for itself; choose another"
                )
    for name in file.types & RESERVED:
        raise source.error(
            file.constants[name], f"a program uses the name {name} for itself; choose another"
        )
    for names, (text, _) in wanted.items():
        if names not in file.statements:
            what = f"write `{text}`" if text else "copy it from tprog/codegen/template.py"
            raise source.error(1, f"{', '.join(names)} is missing; {what}")
    _check_imports(file, import_lines(program, stored))
    main = ast.parse(MAIN).body[0]
    if file.main is None or not same(file.main, main):
        raise source.error(
            file.main or 1,
            'a program ends in the lines from `if __name__ == "__main__":` that tprog writes; restore them',
        )


def _statements(
    program: Program, stored: bool, ways: Collection[str] | None
) -> dict[tuple[str, ...], tuple[str, ast.stmt]]:
    """Return the text and the statement that binds some names, for all that a Program's file must hold."""
    large = large_alphabet(program)
    texts = ["Token = str"] * large
    texts += [*constant_lines(program, stored), *alias_lines(program, ways)]
    texts += [TABLES] * (stored and large)
    parsed = [(text, ast.parse(text).body[0]) for text in texts]
    needed = needed_functions(program, ways)
    parsed += [("", function) for name, function in _template().items() if name in needed]
    return {_bound(statement): (text, statement) for text, statement in parsed}


def _bound(statement: ast.stmt) -> tuple[str, ...]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
            return (name,)
        case ast.Assign(targets=[target]):
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            return tuple(name.id for name in names if isinstance(name, ast.Name))
        case _:
            raise AssertionError(ast.dump(statement))


def _same_statement(found: ast.stmt, expected: ast.stmt) -> bool:
    """Tell whether two statements are the same but for layout, comments and docstrings."""
    if isinstance(found, ast.FunctionDef) and isinstance(expected, ast.FunctionDef):
        found, expected = _bare(found), _bare(expected)
    return same(found, expected)


def _bare(function: ast.FunctionDef) -> ast.FunctionDef:
    fields = {name: getattr(function, name) for name in function._fields}
    return ast.FunctionDef(**fields | {"body": without_docstring(function.body)})


def _changed(names: tuple[str, ...], text: str, expected: ast.stmt) -> str:
    if isinstance(expected, ast.FunctionDef):
        return f"{names[0]} is changed, and with it what every head means; restore it"
    return f"{', '.join(names)} must be written `{text}`; restore it"


def _check_imports(file: Definitions, expected: list[str]) -> None:
    for line in expected:
        statement = ast.parse(line).body[0]
        assert isinstance(statement, ast.Import | ast.ImportFrom)
        for alias in statement.names:
            if alias.name not in file.imported:
                raise file.source.error(1, f"{alias.name} is not imported; write `{line}`")


@cache
def _template() -> dict[str, ast.FunctionDef]:
    return {
        statement.name: statement
        for statement in ast.parse(template_text()).body
        if isinstance(statement, ast.FunctionDef)
    }
