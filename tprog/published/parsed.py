"""The text of a published file, with Python's syntax tree for what is evaluated and astroid's for what its names mean.

Nothing is executed or imported. Names of imported modules stay unresolved: astroid is never asked to open another file.
"""

import ast
import codecs
import io
import tokenize
import warnings
from functools import cached_property
from pathlib import Path

from astroid import nodes

from tprog.errors import UnreadableSource
from tprog.published.files import decoded, read_bytes_bounded
from tprog.published.scopes import module_of

# No published program nests deeper; a chain of `elif` counts as one level.
DEEPEST_TREE = 300


class Source:
    """The text of one file.

    Attributes:
        name: the file's name, for errors.
        text: the whole text.
        tree: its syntax tree.
    """

    def __init__(self, text: str, name: str) -> None:
        """Parse a text.

        Raises:
            UnreadableSource: it is no Python, or nests too deeply.
        """
        self.name = name
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.tree = self._parse()

    @classmethod
    def open(cls, path: Path, most: int) -> "Source":
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

    @property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.split("\n")

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

    def error(self, where: ast.AST | nodes.NodeNG | int, message: str) -> UnreadableSource:
        """Return an error that points at a node or line."""
        line = where if isinstance(where, int) else getattr(where, "lineno", None) or 1
        return UnreadableSource(f"{self.name}:{line}: {' '.join(message.split())[:400]}")

    def _parse(self) -> ast.Module:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(self.text)
                # Some errors are found by the compiler alone; what it makes is thrown away.
                compile(self.text, self.name, "exec", dont_inherit=True)
        except SyntaxError as error:
            raise self.error(
                error.lineno or 1, f"this is no Python ({error.msg}); restore the line"
            ) from None
        except ValueError as error:
            raise self.error(
                1, f"this is no text of a program ({error}); give a .py file"
            ) from None
        except (RecursionError, MemoryError):
            raise self.error(1, "the code nests too deeply to be a program") from None
        deepest = _too_deep(tree)
        if deepest is not None:
            raise self.error(deepest, "the code nests too deeply to be a program; write it flat")
        return tree


def _too_deep(tree: ast.AST) -> int | None:
    """Return the line of a node that lies too deep, or None."""
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


def docstring(statement: ast.stmt) -> str | None:
    """Return the text of a statement that is a string and nothing else."""
    match statement:
        case ast.Expr(value=ast.Constant(value=str() as text)):
            return text
        case _:
            return None
