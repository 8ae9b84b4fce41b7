"""Comments of a file that is rewritten stay where they stood: before, in or beside the lines that are still there."""

import io
import tokenize
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from tprog.codegen import emit
from tprog.ir import Program


@dataclass(frozen=True, slots=True)
class _Comment:
    """A comment: its line and column, from 0, its text with the `#`, and whether it has its line for itself."""

    line: int
    column: int
    text: str
    alone: bool


def with_comments(source: str, before: Program, after: str) -> str:
    """Return the file of a rewritten Program with the comments of the file that it takes the place of.

    A comment goes with its line, or where it has one for itself, with the next line of code. Where that line is gone, a
    comment of a head or look-up stands above it, as `emit` writes it, and any other one goes.

    Args:
        source: the old file.
        before: the Program that was read from it.
        after: the new file, as `emit` writes it.
    """
    written = {comment.text for comment in _comments(emit(before))} - _notes(before)
    old, new = _comments(source), _comments(after)
    rows, places = _code(source, old), _code(after, new)
    match = {
        rows[block.a + step][0]: places[block.b + step][0]
        for block in SequenceMatcher(
            None, [code for _, code in rows], [code for _, code in places], autojunk=False
        ).get_matching_blocks()
        for step in range(block.size)
    }
    numbers = [number for number, _ in rows]
    above: dict[int, list[_Comment]] = {}
    beside: dict[int, str] = {}
    end: list[str] = []
    for comment in old:
        anchor = next((number for number in numbers if number >= comment.line), None)
        if comment.text in written:
            continue
        if anchor is None:
            end.append(comment.text)
        elif anchor in match and comment.alone:
            above.setdefault(match[anchor], []).append(comment)
        elif anchor in match:
            beside[match[anchor]] = comment.text
    placed = Counter([each.text for block in above.values() for each in block] + [*beside.values()])
    dropped = set()
    for comment in new:
        if comment.alone and placed[comment.text]:
            placed[comment.text] -= 1
            dropped.add(comment.line)
    lines = []
    for number, line in enumerate(after.splitlines()):
        lines += [" " * each.column + each.text for each in above.get(number, ())]
        if number not in dropped:
            lines.append(f"{line}  {beside[number]}" if number in beside else line)
    return "\n".join([*lines, *end]) + "\n"


def _notes(program: Program) -> set[str]:
    return {f"# {note}" for operation in program.operations for note in operation.notes}


def _comments(source: str) -> list[_Comment]:
    lines = source.splitlines()
    found = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start[0] - 1, token.start[1]
            found.append(_Comment(row, column, token.string, not lines[row][:column].strip()))
    return found


def _code(source: str, comments: Iterable[_Comment]) -> list[tuple[int, str]]:
    """Return the lines that hold code, without comments and blanks around them."""
    lines = source.splitlines()
    for comment in comments:
        lines[comment.line] = lines[comment.line][: comment.column]
    return [(number, line.strip()) for number, line in enumerate(lines) if line.strip()]
