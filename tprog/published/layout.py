"""The top level of a published file: what each of its names is bound to, and that the rest changes nothing."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from astroid import nodes

from tprog.published.assemble import WrittenExample
from tprog.published.effects import Effects
from tprog.published.files import companion
from tprog.published.parsed import (
    Enumeration,
    PublishedSource,
    is_constant,
    read_enums,
)
from tprog.published.values import Method, Module
from tprog.reader.source import is_docstring

# Functions and values are followed once `run` reads them.
Binding: TypeAlias = Module | Method | Enumeration | ast.FunctionDef | ast.expr


@dataclass(slots=True, eq=False)
class Layout:
    """The top-level names of a published file, what each is bound to (None where that is not followed), and what else it has.

    `used` are the names that have been asked for, `files` the modules of enumerations that were read.
    """

    source: PublishedSource
    path: Path
    effects: Effects
    bound: dict[str, Binding | None] = field(default_factory=dict)
    examples: tuple[WrittenExample, ...] = ()
    files: list[Path] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def find(self, name: str, where: ast.AST, before: int | None = None) -> Binding | None:
        """Return what a name is bound to once the file has run; None where the file does not bind it.

        `before` is the line of the top-level statement that uses it; None inside functions.
        """
        places = self.source.module.locals.get(name)
        if places is None:
            return None
        lines = [place.lineno or 1 for place in places]
        whole = {
            place.real_name(name).partition(".")[0] if isinstance(place, nodes.Import) else place
            for place in places
        }
        if len(whole) > 1:
            shown = ", ".join(map(str, sorted({*lines})[:8]))
            raise self.source.error(where, f"{name} is bound in lines {shown}; give it one meaning")
        found = self.bound.get(name)
        if found is None:
            message = (
                f"what line {min(lines)} makes of {name} is not followed; write it more plainly"
            )
            raise self.source.error(where, message)
        if before is not None and lines[0] >= before:
            raise self.source.error(where, f"{name} is not defined above; restore it")
        self.used.add(name)
        return found

    def _once(self) -> Iterator[tuple[str, Binding | None]]:
        """Yield the names that are bound in one place alone."""
        for name, found in self.bound.items():
            if len(self.source.module.locals[name]) == 1:
                yield name, found

    def enumerations(self) -> dict[str, Enumeration]:
        """Return the file's enumerations by the names that it gives them."""
        return {name: found for name, found in self._once() if isinstance(found, Enumeration)}

    @property
    def run(self) -> ast.FunctionDef:
        """The function `run`; UnreadableSource where there is none, or several."""
        found = self.find("run", self.source.tree)
        if not isinstance(found, ast.FunctionDef):
            raise self.source.error(1, "there is no function run(tokens); give a published program")
        return found

    def constants(self) -> dict[str, ast.expr]:
        """Return the values that are written out and never change, by name."""
        return {
            name: found
            for name, found in self._once()
            if isinstance(found, ast.expr)
            and all(map(is_constant, found.elts if isinstance(found, ast.Set) else [found]))
        }

    def leave_out_rest(self) -> None:
        """Check the values that `run` does not read, and that nothing calls it before what it reads is there."""
        for name, found in self._once():
            if isinstance(found, ast.expr) and name not in self.used:
                self.effects.leave_out(self.source.module.locals[name][0].statement())
        # Functions are called by what stands at the top level alone; calls in `run` come with those of `run`.
        run = self.source.scope(self.run)
        calls = [line for line in self.effects.calls if not run.fromlineno <= line <= run.tolineno]
        for name in sorted(self.used) if calls else ():
            first = self.source.module.locals[name][0].lineno or 1
            if first > min(calls):
                raise self.source.error(
                    min(calls),
                    f"functions are called here, and {name} is bound later, in line {first}",
                )


def read_layout(source: PublishedSource, path: Path) -> Layout:
    """Return the names of a published file.

    Raises:
        FileProblem: a module beside it cannot be read.
        UnreadableSource: a statement stands there that may change what `run` computes.
    """
    layout = Layout(source, path, Effects(source))
    for where in source.module.locals.get("__builtins__", ()):
        raise source.error(where, "this takes Python's own functions away; remove it")
    for statement in source.tree.body:
        if not is_docstring(statement):
            _add(layout, statement)
    _write_numbers_plainly(layout)
    return layout


def _add(layout: Layout, statement: ast.stmt) -> None:
    source = layout.source
    match statement:
        case ast.FunctionDef(name=name):
            layout.effects.leave_out(source.seen(statement))
            layout.bound[name] = statement
        case ast.Import(names=names):
            for alias in names:
                _check_module(layout, statement, alias.name)
                root = alias.name.partition(".")[0]
                layout.bound[alias.asname or root] = Module(alias.name if alias.asname else root)
        case ast.ImportFrom(module=str() as module, names=names, level=0):
            _import_from(layout, statement, module, names)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            if len(source.module.locals[name]) > 1:
                layout.effects.leave_out(source.seen(statement))
            layout.bound[name] = value
            if name == "examples":
                layout.examples = read_examples(value)
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            layout.effects.leave_out(source.seen(statement))
            layout.bound[name] = value
        case _:
            for name in layout.effects.leave_out(source.seen(statement)):
                layout.bound[name] = None


def _check_module(layout: Layout, statement: ast.stmt, module: str) -> None:
    """Refuse modules that may do anything, and files that Python would take for one of its own."""
    layout.effects.check_import(layout.source.seen(statement), module)
    root = module.partition(".")[0]
    beside = layout.path.parent / root
    if root not in sys.builtin_module_names and (
        beside.with_suffix(".py").exists() or (beside / "__init__.py").exists()
    ):
        raise layout.source.error(
            statement,
            f"{root} lies beside {layout.path.name} and may be imported instead; move it away",
        )


def _import_from(layout: Layout, statement: ast.stmt, module: str, names: list[ast.alias]) -> None:
    if any(alias.name == "*" for alias in names):
        raise layout.source.error(
            statement, f"what {module[:60]} holds is not known here; name what is imported"
        )
    found = None
    if module.partition(".")[0] not in sys.stdlib_module_names:
        found = companion(layout.path, f"{module.replace('.', '/')}.py")
    if found is None:
        _check_module(layout, statement, module)
        for alias in names:
            whole = f"{module}.{alias.name}"
            layout.bound[alias.asname or alias.name] = (
                Module(whole) if whole == "os.path" else Method(Module(module), alias.name)
            )
        return
    enumerations = read_enums(found)
    layout.files.append(found)
    for alias in names:
        if alias.name not in enumerations:
            raise layout.source.error(
                statement,
                f"{found.name} has no enumeration {alias.name}; the two do not belong together",
            )
        layout.bound[alias.asname or alias.name] = enumerations[alias.name]


def _write_numbers_plainly(layout: Layout) -> None:
    """Write `np.int64(3)` as 3: NumPy 2 prints its numbers like that, and programs made with it hold them."""
    modules = {name for name, found in layout.bound.items() if found == Module("numpy")}
    tree = layout.source.tree
    for node in ast.walk(tree):
        # A function may give the name another meaning.
        if isinstance(node, ast.arg):
            modules.discard(node.arg)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            modules.discard(node.id)
    for node in ast.walk(tree) if modules else ():
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                value[:] = [_plain(one, modules) for one in value]
            else:
                setattr(node, name, _plain(value, modules))


def _plain(node: object, modules: set[str]) -> object:
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=module), attr="int64" | "str_" as kind),
            args=[ast.Constant(value=int() | str() as value) as constant],
            keywords=[],
        ) if module in modules and type(value) is (int if kind == "int64" else str):
            return constant
        case _:
            return node


def read_examples(expression: ast.expr) -> tuple[WrittenExample, ...]:
    """Return the examples in a literal list; none where it is anything else."""
    try:
        found = ast.literal_eval(expression)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return ()
    examples = []
    for pair in found if isinstance(found, list | tuple) else ():
        match pair:
            case ([*tokens], [*labels]):
                pass
            case ([*tokens], str() as label):
                labels = [label]
            case _:
                return ()
        if not all(isinstance(one, str) for one in (*tokens, *labels)):
            return ()
        examples.append(WrittenExample(tuple(tokens), tuple(labels)))
    return tuple(examples)
