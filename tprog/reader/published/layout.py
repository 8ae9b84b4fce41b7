"""The top level of a published file. Owns which statements may stand there; refuses to execute them."""

import ast
from dataclasses import dataclass, field
from pathlib import Path

from tprog.reader.published.abstract import Module
from tprog.reader.published.enums import Enumeration, read_enums
from tprog.reader.published.files import companion
from tprog.reader.published.imported import Example
from tprog.reader.published.sandbox import BUILTINS
from tprog.reader.source import Source, docstring

MODULES = ("numpy", "pandas")


@dataclass(slots=True, eq=False)
class Layout:
    """The parts of a published file.

    Attributes:
        functions: its functions by name.
        modules: its modules by the names that it gives them.
        enumerations: its enumerations by name.
        examples: its examples.
        files: the modules of enumerations that were read.
    """

    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    modules: dict[str, Module] = field(default_factory=dict)
    enumerations: dict[str, Enumeration] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    files: list[Path] = field(default_factory=list)


def read_layout(source: Source, path: Path) -> Layout:
    """Return the parts of a published file.

    Raises:
        FileProblem: a module beside it cannot be read.
        UnreadableSource: a statement stands there that no published file holds.
    """
    layout = Layout()
    for statement in source.tree.body:
        _add(source, path, layout, statement)
    for name, function in layout.functions.items():
        layout.functions[name] = _Plain(layout.modules).visit(function)
    return layout


class _Plain(ast.NodeTransformer):
    """Writes `np.int64(3)` as 3: NumPy 2 prints its numbers like that, and programs made with it hold them."""

    def __init__(self, modules: dict[str, Module]) -> None:
        self._modules = modules

    def visit_Call(self, node: ast.Call) -> ast.AST:  # the name is ast's
        self.generic_visit(node)
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=module), attr="int64" | "str_" as kind),
                args=[ast.Constant(value=int() | str() as value) as constant],
                keywords=[],
            ) if self._modules.get(module) == Module("numpy") and type(value) is (
                int if kind == "int64" else str
            ):
                return constant
            case _:
                return node


def _add(source: Source, path: Path, layout: Layout, statement: ast.stmt) -> None:
    match statement:
        case ast.FunctionDef(name=name):
            if name in layout.functions or name in BUILTINS:
                raise source.error(
                    statement, f"{name} is defined already; a published file defines each name once"
                )
            layout.functions[name] = statement
        case ast.Import(names=[ast.alias(name=name, asname=asname)]) if name in MODULES:
            layout.modules[asname or name] = Module(name)
        case ast.ImportFrom(module=str() as module, names=names, level=0):
            _import(source, path, layout, statement, module, names)
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name not in BUILTINS:
            if name == "examples":
                layout.examples = read_examples(value)
        case ast.For(iter=ast.Name(), body=body, orelse=[]) if all(map(_shows, body)):
            pass
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__")), orelse=[]):
            pass
        case _ if docstring(statement) is not None or _prints(statement):
            pass
        case _:
            raise source.error(
                statement,
                "no published program holds such a statement, and nothing is executed here; remove it",
            )


def _import(
    source: Source,
    path: Path,
    layout: Layout,
    statement: ast.stmt,
    module: str,
    names: list[ast.alias],
) -> None:
    found = companion(path, f"{module.replace('.', '/')}.py")
    if found is None:
        raise source.error(
            statement,
            f"the module {module} of the embeddings is not there; put {module.split('.')[-1]}.py beside {path.name}",
        )
    enumerations = read_enums(found)
    layout.files.append(found)
    for alias in names:
        if alias.name not in enumerations or alias.asname is not None:
            raise source.error(
                statement,
                f"{found.name} has no enumeration {alias.name}; the two do not belong together",
            )
        layout.enumerations[alias.name] = enumerations[alias.name]


def _prints(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
            return True
        case _:
            return False


def _shows(statement: ast.stmt) -> bool:
    """Tell whether a statement of the loop over the examples only runs one and prints."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="run"))) if (
            name != "run"
        ):
            return True
        case _:
            return _prints(statement)


def read_examples(expression: ast.expr) -> tuple[Example, ...]:
    """Return the examples in a literal list; none where it is anything else."""
    try:
        found = ast.literal_eval(expression)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return ()
    examples = []
    for pair in found if isinstance(found, list | tuple) else ():
        match pair:
            case ([*tokens], [*labels]) if all(isinstance(one, str) for one in (*tokens, *labels)):
                examples.append(Example(tuple(tokens), tuple(labels)))
            case ([*tokens], str() as label) if all(isinstance(one, str) for one in tokens):
                examples.append(Example(tuple(tokens), (label,)))
            case _:
                return ()
    return tuple(examples)
