"""A published file as syntax trees: Python's for what is evaluated, astroid's for what its names mean.

Nothing is executed or imported, and astroid opens no other file; left to itself it would, for the names of `import *`, for
attributes that are assigned to, and to infer values. Of the modules beside a program,
enumerations alone are read: a program with factored embeddings writes its values as `Emb0.V03`, and the module lists the
words of each member. Python makes members with equal lists one and the same, and so does this reader.
"""

import ast
import codecs
import io
import sys
import tokenize
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NoReturn

from astroid import nodes
from astroid.builder import AstroidBuilder
from astroid.exceptions import AstroidBuildingError
from astroid.manager import AstroidManager

from tprog.errors import UnreadableSource
from tprog.published.files import decoded, read_bytes_bounded
from tprog.reader.source import DEEPEST_TREE, SourceText, is_docstring

# Fifty thousand words in four variables; the syntax tree takes two hundred times as much memory.
LARGEST_MODULE = 2_000_000  # bytes

# astroid takes a few calls for every `elif` of a chain, each on top of the other.
CALLS = 20_000


class PublishedSource(SourceText):
    """The text of one file, its name for errors, and its syntax trees."""

    def __init__(self, text: str, name: str) -> None:
        """Parse a text, or raise UnreadableSource where it is no Python or nests too deeply."""
        super().__init__(text, name)
        self.tree = self.parsed(compiles=True)
        deepest = _too_deep(self.tree)
        if deepest is not None:
            raise self.error(deepest, "the code nests too deeply to be a program; write it flat")

    @classmethod
    def open(cls, path: Path, most: int) -> "PublishedSource":
        """Read and parse a file of at most so many bytes.

        Raises:
            FileProblem: it cannot be read.
            UnreadableSource: it is no UTF-8 text, says that it is another, or is no Python.
        """
        content = read_bytes_bounded(path, most)
        text = decoded(path, content)
        lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        try:
            encoding = codecs.lookup(tokenize.detect_encoding(io.BytesIO(lines).readline)[0]).name
        except (SyntaxError, LookupError):
            encoding = "an unknown one"
        if encoding not in ("utf-8", "utf-8-sig"):
            raise UnreadableSource(
                f"{path}:1: the file declares another encoding than UTF-8 ({encoding}); write it in UTF-8"
            )
        return cls(text, str(path))

    @cached_property
    def module(self) -> nodes.Module:
        """The file as astroid sees it: scopes, and what is bound in each of them."""
        return module_of(self.text)

    @cached_property
    def _placed(self) -> dict[tuple[int, int], nodes.NodeNG]:
        """Every statement of astroid's tree by its place."""
        found: dict[tuple[int, int], nodes.NodeNG] = {}
        stack: list[nodes.NodeNG] = [self.module]
        while stack:
            node = stack.pop()
            if node.is_statement and node.lineno is not None and node.col_offset is not None:
                found[node.lineno, node.col_offset] = node
            stack.extend(node.get_children())
        return found

    def seen(self, statement: ast.stmt) -> nodes.NodeNG:
        """Return a statement as astroid sees it."""
        decorators = getattr(statement, "decorator_list", ())
        # For astroid a function begins with its decorators.
        first = decorators[0].lineno if decorators else statement.lineno
        return self._placed[first, statement.col_offset]

    def scope(self, function: ast.FunctionDef) -> nodes.FunctionDef:
        """Return a function's scope: its `locals` are the names that are bound anywhere in it."""
        found = self.seen(function)
        assert isinstance(found, nodes.FunctionDef)
        return found


def _too_deep(tree: ast.AST) -> int | None:
    """Return the line of a node that lies too deep, or None; a chain of `elif` counts as one level."""
    stack: list[tuple[ast.AST, int, int]] = [(tree, 0, 1)]
    while stack:
        node, depth, line = stack.pop()
        line = getattr(node, "lineno", line)
        if depth > DEEPEST_TREE:
            return line
        for child in ast.iter_child_nodes(node):
            chained = isinstance(node, ast.If) and node.orelse == [child]
            stack.append((child, depth + (not chained), line))
    return None


def parameters(source: PublishedSource, function: ast.FunctionDef) -> tuple[str, ...]:
    """Return the names of a function's plain parameters."""
    names = plain_names(function.args)
    if names is None or function.decorator_list:
        raise source.error(function, f"{function.name} must have plain parameters and no decorator")
    if len(set(names)) != len(names):
        raise source.error(
            function, f"{function.name} names a parameter twice, which Python refuses; rename one"
        )
    return names


def plain_names(given: ast.arguments) -> tuple[str, ...] | None:
    """Return the names of parameters without defaults and stars, else None."""
    if given.vararg or given.kwarg or given.posonlyargs or given.kwonlyargs or given.defaults:
        return None
    return tuple(argument.arg for argument in given.args)


def is_constant(expression: ast.expr) -> bool:
    """Tell whether an expression is a constant, a member of an enumeration, or a tuple of such."""
    match expression:
        case ast.Constant() | ast.Attribute(value=ast.Name()):
            return True
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return True
        case ast.Tuple(elts=items):
            return all(map(is_constant, items))
        case _:
            return False


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an enumeration; equal members have the same text."""

    enumeration: str
    name: str

    def __str__(self) -> str:
        """Return `Emb0.V03`, as Python prints it and weight files write it."""
        return f"{self.enumeration}.{self.name}"


@dataclass(frozen=True, slots=True)
class Enumeration:
    """An enumeration: its members by name. An alias maps to the member that it stands for."""

    name: str
    members: Mapping[str, Member]


def read_enums(path: Path) -> dict[str, Enumeration]:
    """Return the enumerations that a module defines, by name.

    Raises:
        FileProblem: the module cannot be read.
        UnreadableSource: it holds anything but enumerations with literal values.
    """
    source = PublishedSource.open(path, LARGEST_MODULE)
    found: dict[str, Enumeration] = {}
    imported = False
    for statement in source.tree.body:
        match statement:
            case ast.ImportFrom(
                module="enum", level=0, names=[ast.alias(name="Enum", asname=None)]
            ):
                imported = True
            case ast.ClassDef(
                name=name, bases=[ast.Name(id="Enum")], keywords=[], decorator_list=[], body=body
            ) if imported and name != "Enum":
                found[name] = Enumeration(name, _members(source, name, body))
            case _ if not is_docstring(statement):
                raise source.error(
                    statement,
                    "of a module that a published program imports, `from enum import Enum` and enumerations are followed "
                    "alone; remove the rest, or the import",
                )
    return found


def _members(source: PublishedSource, enumeration: str, body: list[ast.stmt]) -> dict[str, Member]:
    members: dict[str, Member] = {}
    known: dict[str, Member] = {}
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if (
                name not in members
                and not name.startswith("_")
                and name not in ("mro", "name", "value")
            ):
                try:
                    literal = ast.literal_eval(value)
                    # Numbers of several types are equal and print otherwise.
                    if isinstance(literal, bool | float | complex):
                        raise ValueError
                except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                    raise source.error(
                        statement, f"{name} must be a literal, such as a list of words"
                    ) from None
                # Equal lists print alike, and that is much faster than comparing all pairs of members.
                members[name] = known.setdefault(repr(literal), Member(enumeration, name))
            case _ if not isinstance(statement, ast.Pass) and not is_docstring(statement):
                raise source.error(
                    statement,
                    "only members with a name of their own can stand here; remove the rest",
                )
    return members


def module_of(text: str) -> nodes.Module:
    """Return the tree of a text that Python can parse."""
    with deep_calls(), warnings.catch_warnings():
        # Whoever parses the text says what is wrong with it.
        warnings.simplefilter("ignore")
        module: nodes.Module = _Builder(_Manager(), apply_transforms=False).string_build(text)
    module.import_module = _no_import
    return module


@contextmanager
def deep_calls() -> Iterator[None]:
    """Let functions call each other deeply: a chain of `elif` nests as deep as it is long."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, CALLS))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class _Builder(AstroidBuilder):  # type: ignore[misc]  # astroid has no types
    """Builds a tree without looking beyond it."""

    def delayed_assattr(self, node: nodes.AssignAttr) -> None:
        """Leave assignments to attributes alone; following them would resolve imports."""

    def add_from_names_to_locals(self, node: nodes.ImportFrom, global_name: set[str]) -> None:
        """Bind imported names; what `*` stands for is not known without opening the module."""
        if all(name != "*" for name, _ in node.names):
            super().add_from_names_to_locals(node, global_name)


class _Manager(AstroidManager):  # type: ignore[misc]
    """Keeps no module: the next text is another one."""

    def cache_module(self, module: nodes.Module) -> None:
        """Forget it."""


def _no_import(modname: str, *_: object, **__: object) -> NoReturn:
    raise AstroidBuildingError("{modname} is not opened here", modname=modname)
