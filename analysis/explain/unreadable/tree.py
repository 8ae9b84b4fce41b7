"""A Python file as an astroid tree: parsed with room for broken lines, and walked without recursion."""

import ast
import re
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from astroid import nodes

from tprog.errors import UnreadableSource
from tprog.published.parsed import module_of

LARGEST_SOURCE = 2_000_000  # characters; a tree takes a hundred times its text
MOST_REPAIRS = 200  # statements that may be left out, one after the other
MOST_PARSED = 4_000_000  # characters that all attempts at a broken file may parse

FUNCTIONS = (nodes.FunctionDef, nodes.Lambda)
SCOPES = (*FUNCTIONS, nodes.ClassDef)


@dataclass(frozen=True, slots=True)
class Broken:
    """Lines that are no Python.

    Attributes:
        first: the first line, from 1.
        last: the last line.
        why: what the parser says of it.
    """

    first: int
    last: int
    why: str


@dataclass(frozen=True)
class Parsed:
    """A file's tree, without the lines that are no Python.

    Attributes:
        module: the tree.
        lines: the text, line by line, as the parser counts them; what was left out is blank or `pass`.
        broken: what was left out.
    """

    module: nodes.Module
    lines: tuple[str, ...]
    broken: tuple[Broken, ...]

    @cached_property
    def whole(self) -> tuple[nodes.NodeNG, ...]:
        """Every node of the tree, in the order of the source."""
        return tuple(walk(self.module))

    @cached_property
    def functions(self) -> tuple[nodes.FunctionDef, ...]:
        """Every function, at whatever depth, in the order of the source."""
        return tuple(one for one in self.whole if isinstance(one, nodes.FunctionDef))

    def text(self, node: nodes.NodeNG) -> str:
        """Return how the source writes an expression, on one line."""
        first, last = node.lineno, node.end_lineno
        if first is None or last is None or node.col_offset is None or node.end_col_offset is None:
            return " ".join(node.as_string().split())
        found = [line.encode() for line in self.lines[first - 1 : last]]
        # Columns count bytes; the end is cut first, since both may lie on one line.
        found[-1] = found[-1][: node.end_col_offset]
        found[0] = found[0][node.col_offset :]
        return " ".join(b"\n".join(found).decode(errors="replace").split())


def parse(text: str, name: str) -> Parsed:
    """Parse a file; lines that are no Python are left out.

    Raises:
        UnreadableSource: it is too large, nests too deeply, or no line of it is left.
    """
    if len(text) > LARGEST_SOURCE:
        raise UnreadableSource(f"{name}:1: more than {LARGEST_SOURCE:,} characters")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            broken = _leave_out_broken(lines)
            module = module_of("\n".join(lines))
        except (SyntaxError, ValueError) as error:
            raise UnreadableSource(f"{name}:1: no Python ({error})") from None
        except (RecursionError, MemoryError):
            raise UnreadableSource(f"{name}:1: the code nests too deeply to be read") from None
    if broken and all(isinstance(one, nodes.Pass) for one in module.body):
        raise UnreadableSource(f"{name}:{broken[0].first}: no Python ({broken[0].why})")
    return Parsed(module, tuple(lines), tuple(broken))


def _leave_out_broken(lines: list[str]) -> list[Broken]:
    """Replace statements that are no Python by `pass` until the rest parses, and return what was replaced.

    A fault costs the line that the parser names and all that is indented below it; where it is not cured by that, the
    whole statement of the module around it.

    Raises:
        SyntaxError: too much is broken.
    """
    found: list[Broken] = []
    for _ in range(min(MOST_REPAIRS, MOST_PARSED // (sum(map(len, lines)) + 1)) + 1):
        try:
            ast.parse("\n".join(lines))
            return found
        except SyntaxError as error:
            fault = error
        header = re.search(r"expected an indented block after .* on line (\d+)", str(fault.msg))
        at = min(max(int(header[1]) if header else fault.lineno or 1, 1), len(lines))
        before = [one for one in found if one.first <= at <= one.last]
        first, last, indent = _statement_at(lines, at, whole=bool(before))
        inside = [one for one in found if first <= one.last and one.first <= last]
        lines[first - 1 : last] = [indent + "pass"] + [""] * (last - first)
        why = inside[0].why if inside else str(fault.msg)
        found = [*(one for one in found if one not in inside), Broken(first, last, why)]
        found.sort(key=lambda one: one.first)
    raise fault


def _statement_at(lines: list[str], at: int, whole: bool) -> tuple[int, int, str]:
    """Return the lines of the statement at a line and its indentation; or of the statement of the module around it."""

    def indent(number: int) -> int:
        line = lines[number - 1]
        closing = line.startswith((")", "]", "}"))
        return len(line) - len(line.lstrip()) + closing if line.strip() else sys.maxsize

    first = at
    while whole and first > 1 and indent(first) > 0:
        first -= 1
    last = at
    while last < len(lines) and indent(last + 1) > indent(first):
        last += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return first, last, "" if whole else lines[first - 1][: indent(first)]


def walk(node: nodes.NodeNG, into_scopes: bool = True) -> Iterator[nodes.NodeNG]:
    """Yield a node and all below it, in the order of the source, without recursion.

    Functions, lambdas and classes below it can be left out; comprehensions always count as code of their place.
    """
    stack = [node]
    while stack:
        found = stack.pop()
        yield found
        if into_scopes or found is node or not isinstance(found, SCOPES):
            stack.extend(reversed(list(found.get_children())))


def names_read(node: nodes.NodeNG) -> Iterator[nodes.Name]:
    """Yield the names that are read in a node."""
    return (found for found in walk(node) if isinstance(found, nodes.Name))


def parameters(function: nodes.FunctionDef | nodes.Lambda) -> list[str]:
    """Return the names of a function's parameters, without those that take the rest."""
    found = function.args
    return [one.name for one in (*found.posonlyargs, *(found.args or ()), *found.kwonlyargs)]


def arguments_of(
    call: nodes.Call, function: nodes.FunctionDef | nodes.Lambda
) -> dict[str, nodes.NodeNG]:
    """Return the arguments of a call by the names of the function's parameters."""
    names = parameters(function)
    if isinstance(call.func, nodes.Attribute) and is_method(function):
        names = names[1:]
    given = dict(zip(names, call.args, strict=False))
    return given | {one.arg: one.value for one in call.keywords if one.arg is not None}


def is_method(function: nodes.FunctionDef | nodes.Lambda) -> bool:
    """Tell whether the first parameter of a function is the object that it belongs to."""
    if not isinstance(function.parent, nodes.ClassDef):
        return False
    static = function.decorators is not None and "staticmethod" in function.decorators.as_string()
    return bool(parameters(function)) and not static


def chain(first: nodes.If) -> list[nodes.If]:
    """Return an `if` and its `elif`s."""
    found = [first]
    while found[-1].has_elif_block():
        (following,) = found[-1].orelse
        assert isinstance(following, nodes.If)
        found.append(following)
    return found
