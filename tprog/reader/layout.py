"""The top level of a program's file, sorted. Owns which statements may stand there; refuses to read their meaning."""

import ast
import builtins
from dataclasses import dataclass, field

from tprog.codegen.lines import IMPORTED_MODULES, IMPORTS
from tprog.reader.source import Source, docstring

BUILTINS = frozenset(("bool", "dict", "int", "list", "object", "str", "tuple"))

GENERIC = frozenset(("Callable", "Sequence", "dict", "list", "tuple"))


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
        imported: the names that are imported.
        used: the names that something has asked for; what nothing asks for does not belong there.
    """

    source: Source
    docstring: ast.Expr | None = None
    constants: dict[str, ast.expr] = field(default_factory=dict)
    annotations: dict[str, ast.expr] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    above: dict[str, int] = field(default_factory=dict)
    imported: set[str] = field(default_factory=set)
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
        _check_names(found, statement)
        match statement:
            case ast.Expr() if docstring(statement) is not None:
                if number == 0:
                    found.docstring = statement
            case ast.Import() | ast.ImportFrom():
                found.imported |= _imported(source, statement)
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


def _check_names(found: Layout, statement: ast.stmt) -> None:
    """Check that what a definition needs at once, its value or its annotations, is defined above it."""
    annotations: list[ast.AST | None] = []
    values: list[ast.AST | None] = []
    match statement:
        case ast.Assign(value=value):
            values = [value]
        case ast.AnnAssign(value=value, annotation=annotation):
            values, annotations = [value], [annotation]
        case ast.FunctionDef(args=arguments, returns=returned, decorator_list=decorators):
            values = [arguments, *decorators]
            annotations = [*(argument.annotation for argument in arguments.args), returned]
        case _:
            pass
    for node in (*values, *annotations):
        for part in ast.walk(node) if node is not None else ():
            if isinstance(part, ast.Name) and not (
                part.id in BUILTINS
                or part.id in found.imported
                or part.id in found.constants
                or part.id in found.functions
            ):
                raise found.source.error(part, f"{part.id} is not defined above this line")
    for given in annotations:
        if given is not None and not _is_type(given):
            raise found.source.error(given, "this is no type; write the name of one")


def _is_type(node: ast.AST) -> bool:
    """Tell whether an annotation is made of names, `Literal[...]`, `dict[...]` and the like."""
    match node:
        case ast.Name() | ast.Constant(value=str() | None):
            return True
        case ast.Subscript(value=ast.Name(id="Literal")):
            return True
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=parts)):
            return name in GENERIC and all(_is_type(part) or _is_dots(part) for part in parts)
        case ast.Subscript(value=ast.Name(id=name), slice=part):
            return name in GENERIC and _is_type(part)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _is_type(left) and _is_type(right)
        case _:
            return False


def _is_dots(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _add(found: Layout, statement: ast.stmt, name: str) -> None:
    if hasattr(builtins, name):
        # The program's own lines call len, min, sum and others; a new meaning of one would change what they do.
        raise found.source.error(statement, f"{name} is a name of Python itself; choose another")
    if name in found.constants or name in found.functions or name in found.imported:
        raise found.source.error(statement, f"{name} is defined twice; remove one of the two")


def _imported(source: Source, statement: ast.Import | ast.ImportFrom) -> set[str]:
    """Return the names that an import brings."""
    module = statement.module if isinstance(statement, ast.ImportFrom) else None
    known = IMPORTED_MODULES if module is None else IMPORTS.get(module, ())
    for alias in statement.names:
        relative = isinstance(statement, ast.ImportFrom) and (statement.level or module is None)
        if alias.name not in known or alias.asname is not None or relative:
            raise source.error(
                statement, f"a program has no use for {alias.name} here; remove the import"
            )
    return {alias.name for alias in statement.names}


def _pairs(
    source: Source, statement: ast.stmt, target: ast.expr, value: ast.expr
) -> list[tuple[str, ast.expr]]:
    """Return the names and values of `A = value` or `A, B = value, value`."""
    targets, values = [target], [value]
    if isinstance(target, ast.Tuple):
        targets = target.elts
        values = value.elts if isinstance(value, ast.Tuple) else []
    names = [found.id for found in targets if isinstance(found, ast.Name)]
    if len(names) != len(targets) or len(values) != len(targets):
        raise source.error(statement, "this assigns no constant; write NAME = value")
    return list(zip(names, values, strict=True))


def _is_main(statement: ast.If) -> bool:
    return ast.dump(statement.test) == ast.dump(
        ast.parse('__name__ == "__main__"', mode="eval").body
    )
