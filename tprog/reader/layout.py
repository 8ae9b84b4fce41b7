"""The top level of a program's file, sorted. Owns which statements may stand there; refuses to read their meaning."""

import ast
from dataclasses import dataclass, field

from tprog.reader.source import Source, docstring

# Modules that a program may import from, whatever it takes from them; nothing of them is ever executed here.
MODULES = frozenset(
    (
        *("__future__", "collections.abc", "functools", "itertools", "json", "pathlib", "sys"),
        *("types", "typing"),
    )
)


@dataclass(slots=True)
class Layout:
    """The parts of a file, by name.

    Attributes:
        source: the file.
        docstring: the statement with the docstring, or None.
        constants: the value of each constant; names of `Literal` types are among them.
        annotations: the annotation of each constant that has one.
        functions: each function.
        above: for each function the line after the statement before it, where its comments begin.
        used: the names that something has asked for; what nothing asks for does not belong there.
    """

    source: Source
    docstring: ast.Expr | None = None
    constants: dict[str, ast.expr] = field(default_factory=dict)
    annotations: dict[str, ast.expr] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    above: dict[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def function(self, name: str, where: ast.AST | int) -> ast.FunctionDef:
        """Return a function and note that it is used.

        Raises:
            UnreadableSource: there is no such function.
        """
        if name not in self.functions:
            raise self.source.error(where, f"the function {name} is missing; define it")
        self.used.add(name)
        return self.functions[name]

    def constant(self, name: str, where: ast.AST | int = 1) -> ast.expr:
        """Return the expression of a constant and note that it is used.

        Raises:
            UnreadableSource: there is no such constant.
        """
        if name not in self.constants:
            raise self.source.error(where, f"{name} is missing; define it")
        self.used.add(name)
        return self.constants[name]


def layout(source: Source) -> Layout:
    """Return the parts of a file.

    Raises:
        UnreadableSource: a statement is none of these, or a name is defined twice.
    """
    found = Layout(source)
    above = 1
    for number, statement in enumerate(source.tree.body):
        match statement:
            case ast.Expr() if docstring(statement) is not None:
                if number == 0:
                    found.docstring = statement
            case ast.Import(names=names):
                for alias in names:
                    _check_import(source, statement, alias.name, alias.asname)
            case ast.ImportFrom(module=module, names=names):
                for alias in names:
                    _check_import(source, statement, module or ".", alias.asname)
            case ast.Assign(targets=[target], value=value):
                for name, part in _pairs(source, statement, target, value):
                    _add(found, statement, name)
                    found.constants[name] = part
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                _add(found, statement, name)
                found.constants[name] = value
                found.annotations[name] = statement.annotation
            case ast.FunctionDef(name=name):
                _add(found, statement, name)
                found.functions[name] = statement
                found.above[name] = above
            case ast.If() if _is_main(statement):
                pass
            case _:
                raise source.error(
                    statement, "this is no part of a program; a program has constants and functions"
                )
        above = (statement.end_lineno or statement.lineno) + 1
    return found


def _add(found: Layout, statement: ast.stmt, name: str) -> None:
    if name in found.constants or name in found.functions:
        raise found.source.error(statement, f"{name} is defined twice; remove one of the two")


def _check_import(source: Source, statement: ast.stmt, module: str, renamed: str | None) -> None:
    if module not in MODULES or renamed is not None:
        raise source.error(
            statement, f"a program imports nothing like this ({module}); remove the import"
        )


def _pairs(
    source: Source, statement: ast.stmt, target: ast.expr, value: ast.expr
) -> list[tuple[str, ast.expr]]:
    """Return the names and values of `A = value` or `A, B = value, value`."""
    targets = target.elts if isinstance(target, ast.Tuple) else [target]
    values = (
        value.elts if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) else [value]
    )
    names = [found.id for found in targets if isinstance(found, ast.Name)]
    if len(names) != len(targets) or len(values) != len(targets):
        raise source.error(statement, "this assigns no constant; write NAME = value")
    return list(zip(names, values, strict=True))


def _is_main(statement: ast.If) -> bool:
    return ast.dump(statement.test) == ast.dump(
        ast.parse('__name__ == "__main__"', mode="eval").body
    )
