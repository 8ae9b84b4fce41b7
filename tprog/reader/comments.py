"""The comments of a program, as layers and notes: which comment belongs to which statement. LibCST finds those in code."""

import ast
import re
import textwrap
from collections.abc import Sequence

from tprog.codegen.comments import LAYER, comment_note
from tprog.reader.source import Source

# Comments that are there for the formatter, and no notes.
_SWITCH = re.compile(r"#\s*fmt:\s*(on|off)")


def chunk_comments(source: Source, first: int, node: ast.stmt) -> list[str]:
    """Return the comments above, in and beside a statement, with their `#`; `first` is the line after the statement before."""
    lines = source.lines[first - 1 : node.end_lineno]
    if not any("#" in line for line in lines):
        return []
    above = lines[: node.lineno - first]
    found = [line.strip() for line in above if line.strip().startswith("#")]
    inside = lines[node.lineno - first :]
    if any("#" in line for line in inside):
        found += _code_comments("\n".join(inside))
    return [comment for comment in found if not _SWITCH.match(comment)]


def _code_comments(code: str) -> list[str]:
    """Return the comments in a piece of code, in order."""
    # Most programs hold comments above their functions alone; then LibCST is never loaded.
    import libcst as cst

    try:
        tree = cst.parse_module(textwrap.dedent(code) + "\n")
    except cst.ParserSyntaxError:
        return []
    found: list[str] = []
    stack: list[cst.CSTNode] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.Comment):
            found.append(node.value)
        stack.extend(reversed(node.children))
    return found


def layer_and_notes(comments: Sequence[str]) -> tuple[int | None, tuple[str, ...]]:
    """Return the layer that a function's first comment names, if it does, and the notes of the other comments."""
    marker = LAYER.fullmatch(comments[0].lstrip("#").strip()) if comments else None
    if marker is None:
        return None, notes(comments)
    return int(marker[1]), notes(comments[1:])


def notes(comments: Sequence[str]) -> tuple[str, ...]:
    """Return comments as notes."""
    return tuple(map(comment_note, comments))
