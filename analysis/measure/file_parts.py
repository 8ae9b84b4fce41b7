"""Where the parts of a Program stand in its parsed file: functions, tables and rows of votes."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from tprog.analysis.measure.sizes import VOTE_TABLES
from tprog.ir import Value


@dataclass(frozen=True, slots=True)
class FileParts:
    """What stands at the top level of a program's file, by name.

    Attributes:
        functions: the functions, those of heads also by the names that `run` gives to what they find.
        tables: the statements that assign to one name.
        votes: for each variable with votes its key in the table, and what stands there: a dictionary, or one row.
    """

    functions: dict[str, ast.FunctionDef]
    tables: dict[str, ast.Assign | ast.AnnAssign]
    votes: dict[str, tuple[ast.expr, ast.expr]]

    def rows(self, name: str) -> dict[Value, int]:
        """Return the line of each value's row of votes; nothing where a variable has a single one."""
        _, table = self.votes.get(name, (None, None))
        return (
            {}
            if not isinstance(table, ast.Dict)
            else {value: key.lineno for value, key, _ in entries(table)}
        )


def file_parts(statements: Iterable[ast.stmt]) -> FileParts:
    """Return the parts of a parsed file, given its statements."""
    found = FileParts({}, {}, {})
    for statement in statements:
        match statement:
            case ast.FunctionDef(name=name):
                found.functions[name] = statement
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.tables[name] = statement
    for statement in found.functions["run"].body if "run" in found.functions else ():
        match statement:
            case ast.Assign(
                targets=[ast.Attribute(attr=title)],
                value=ast.Call(func=ast.Name(), args=[ast.Name(id=name), *_]),
            ) if name in found.functions:
                found.functions.setdefault(title, found.functions[name])
            case _:
                pass
    for name in VOTE_TABLES:
        table = found.tables.get(name)
        if table is not None and isinstance(table.value, ast.Dict):
            found.votes.update({str(name): (key, row) for name, key, row in entries(table.value)})
    return found


def entries(table: ast.Dict) -> Iterable[tuple[Value, ast.expr, ast.expr]]:
    """Yield the constant keys of a dictionary: each with its node and that of its value."""
    for key, value in zip(table.keys, table.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str | int):
            yield key.value, key, value
