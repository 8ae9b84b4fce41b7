"""The top level of a program's file: imports, types, constants and functions, every name bound once."""

import ast
import builtins
from dataclasses import dataclass, field

from tprog.codegen.fixed import ALIASES, IMPORTED_MODULES, IMPORTS, SHARED
from tprog.reader.source import Source, docstring

BUILTINS = frozenset(("bool", "dict", "int", "list", "object", "str", "tuple"))
GENERIC = frozenset(("Sequence", "dict", "list", "tuple"))
# Types that are no `Literal`; `Token` may be `str`.
TYPES = frozenset(("Any", "Token"))
MAIN_TEST = ast.dump(ast.parse('__name__ == "__main__"', mode="eval").body)


@dataclass(slots=True)
class Definitions:
    """The parts of a file, by name.

    Attributes:
        source: the file.
        docstring: the statement with the docstring, or None.
        statements: the statements that bind names, but for imports and types, by the names that they bind.
        main: the statement at the end that runs the program, or None.
        constants: the value of each constant; names of `Literal` types are among them.
        annotations: the annotation of each constant that has one.
        functions: each function.
        above: for each function the line after the statement before it, where its comments begin.
        imported: the names that are imported.
        types: the names of `Literal` types.
        used: the names of functions and tables that belong to the Program itself: heads, look-ups, votes.
    """

    source: Source
    docstring: ast.Expr | None = None
    statements: dict[tuple[str, ...], ast.stmt] = field(default_factory=dict)
    main: ast.If | None = None
    constants: dict[str, ast.expr] = field(default_factory=dict)
    annotations: dict[str, ast.expr] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    above: dict[str, int] = field(default_factory=dict)
    imported: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)

    def function(self, name: str, where: ast.AST | int) -> ast.FunctionDef:
        """Return a function of the Program itself and note that it is used."""
        if name not in self.functions:
            raise self.source.error(where, f"the function {name} is missing; define it")
        self.used.add(name)
        return self.functions[name]

    def constant(self, name: str, where: ast.AST | int = 1) -> ast.expr:
        """Return the expression of a constant."""
        if name not in self.constants:
            raise self.source.error(where, f"{name} is missing; define it")
        return self.constants[name]

    def table(self, name: str, where: ast.AST | int = 1) -> ast.expr:
        """Return the expression of a table of the Program itself and note that it is used."""
        found = self.constant(name, where)
        self.used.add(name)
        return found


def definitions(source: Source) -> Definitions:
    """Return the parts of a file."""
    found = Definitions(source)
    above = 1
    for number, statement in enumerate(source.tree.body):
        if found.main is not None:
            raise source.error(statement, "nothing may follow the lines that run the program")
        if docstring(statement) is not None:
            if number == 0 and isinstance(statement, ast.Expr):
                found.docstring = statement
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            if found.statements or found.types:
                raise source.error(statement, "imports stand above everything else; move this up")
            found.imported |= _imported(source, statement)
        elif isinstance(statement, ast.If) and ast.dump(statement.test) == MAIN_TEST:
            found.main = statement
        else:
            _check_names(found, statement)
            _add(found, statement, above)
        above = (statement.end_lineno or statement.lineno) + 1
    return found


def _add(found: Definitions, statement: ast.stmt, above: int) -> None:
    """Add a statement that binds names, each for the first time."""
    match statement:
        case ast.Assign(targets=[target], value=value):
            pairs = _pairs(found.source, statement, target, value)
            names = tuple(name for name, _ in pairs)
            if len(names) == 1 and _is_named_type(found, value):
                found.types.update(names)
            else:
                found.statements[names] = statement
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            names, pairs = (name,), [(name, value)]
            found.annotations[name] = statement.annotation
            found.statements[names] = statement
        case ast.FunctionDef(name=name):
            names, pairs = (name,), []
            found.statements[names] = statement
        case _:
            raise found.source.error(
                statement, "this is no part of a program; a program has constants and functions"
            )
    for place, name in enumerate(names):
        known = name in found.constants or name in found.functions or name in found.imported
        if known or name in names[:place]:
            raise found.source.error(statement, f"{name} is defined twice; remove one of the two")
        if hasattr(builtins, name) or name.startswith("_"):
            # The program's own lines call len, min, sum and others; a new meaning of one would change what they do.
            raise found.source.error(
                statement, f"{name} is a name of Python itself; choose another"
            )
    found.constants.update(pairs)
    if isinstance(statement, ast.FunctionDef):
        found.functions[statement.name] = statement
        found.above[statement.name] = above


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


def _imported(source: Source, statement: ast.Import | ast.ImportFrom) -> set[str]:
    """Return the names that an import brings."""
    module = statement.module if isinstance(statement, ast.ImportFrom) else None
    known = IMPORTED_MODULES if module is None else IMPORTS.get(module, ())
    for alias in statement.names:
        relative = isinstance(statement, ast.ImportFrom) and (statement.level or module is None)
        if alias.name not in known or alias.asname is not None or relative:
            home = next((other for other, names in IMPORTS.items() if alias.name in names), None)
            advice = f"import it from {home}" if home not in (None, module) else "remove the import"
            raise source.error(statement, f"a program has no use for {alias.name} here; {advice}")
    return {alias.name for alias in statement.names}


def _check_names(found: Definitions, statement: ast.stmt) -> None:
    """Check that what a definition needs at once, its value or its annotations, is defined above it."""
    annotations: list[ast.AST | None] = []
    values: list[ast.AST | None] = []
    own: set[str] = set()
    match statement:
        case ast.Assign(value=value):
            values = [value]
        case ast.AnnAssign(target=target, value=value, annotation=annotation):
            values, annotations = [value], [annotation]
            # The name of a row among votes; `tprog.reader.votes` checks where it stands.
            own = {SHARED} if ast.unparse(target) == "VOTES" else set()
        case ast.FunctionDef(args=arguments, returns=returned, decorator_list=decorators):
            values = [arguments, *decorators]
            annotations = [*(argument.annotation for argument in arguments.args), returned]
        case _:
            pass
    known = (own, BUILTINS, found.imported, found.constants, found.functions)
    for node in (*values, *annotations):
        for part in ast.walk(node) if node is not None else ():
            if isinstance(part, ast.Name) and not any(part.id in names for names in known):
                raise found.source.error(part, f"{part.id} is not defined above this line")
    for given in annotations:
        if given is not None and not _is_type(found, given):
            raise found.source.error(given, "this is no type; write the name of one")


def _is_type(found: Definitions, node: ast.AST) -> bool:
    """Tell whether an annotation is made of types alone, so that Python evaluates it without an error."""
    match node:
        case ast.Constant(value=str() | None):
            return True
        case ast.Name(id=name):
            return name in BUILTINS or name in found.types or name in ALIASES or name in TYPES
        case ast.Subscript(value=ast.Name(id="Literal")):
            return _is_literal_type(node)
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=parts)):
            kinds = [part for part in parts if not _is_dots(part)]
            return name in GENERIC and all(_is_type(found, part) for part in kinds)
        case ast.Subscript(value=ast.Name(id=name), slice=part):
            return name in GENERIC and _is_type(found, part)
        case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Constant(value=None)):
            return not isinstance(left, ast.Constant) and _is_type(found, left)
        case _:
            return False


def _is_dots(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _is_literal_type(node: ast.AST) -> bool:
    """Tell whether an expression is `Literal[...]` of plain values; anything else could be computed there."""
    match node:
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
            items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return all(map(_is_plain, items))
        case _:
            return False


def _is_plain(node: ast.AST) -> bool:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)):
            return type(value) is int
        case ast.Constant(value=value):
            return type(value) in (str, int, bool, type(None))
        case _:
            return False


def _is_named_type(found: Definitions, value: ast.expr) -> bool:
    return _is_literal_type(value) or (isinstance(value, ast.Name) and value.id in found.types)
