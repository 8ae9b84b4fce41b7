"""Notes as comments and provenance as a docstring, and back.

Any text survives: what a comment or a docstring could not carry as it is, is written with escapes.
"""

import ast
import re
from collections.abc import Sequence

from tprog.ir import Provenance

DEFAULT_TITLE = "A Transformer Program."
LAYER = re.compile(r"Layer (\d{1,6})")

# Comments that tools obey; as a note such a text is quoted, so that no tool takes it for an order.
_ORDERS = re.compile(
    r"(fmt|type|yapf|isort|ruff|flake8|pylint|pyright|mypy|noqa|nosec|pragma|cython|coding)\b|-\*-|vim?:",
    re.IGNORECASE,
)
_TASK = "Task:"
_EMPTY_FACT = "-"


def note_comments(notes: Sequence[str]) -> list[str]:
    """Return the texts of the comment lines for notes: each note itself where a comment can carry it, else quoted."""
    return [note if _is_plain(note) else _quoted_note(note) for note in notes]


def _is_plain(note: str) -> bool:
    return (
        note.isprintable()
        and note == note.strip()
        and note[:1] not in ("", '"', "!", ":", "#", "\N{NO-BREAK SPACE}")
        and "coding" not in note
        and not _ORDERS.match(note)
    )


def _quoted_note(note: str) -> str:
    return '"' + _escaped(note).replace('"', '\\"') + '"'


def comment_note(comment: str) -> str:
    """Return the note of a comment line, given with or without its `#`."""
    text = comment.strip().removeprefix("#").strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        decoded = _evaluated(text[1:-1])
        if decoded is not None:
            return decoded
    return text


def provenance_docstring(provenance: Provenance) -> str:
    """Return the string literal, with its quotes, that stands at the top of a program."""
    title = _line_or(provenance.title, DEFAULT_TITLE)
    body: list[str] = []
    if provenance.task is not None:
        body.append(f"{_TASK} {_line(provenance.task)}".strip())
    body += [_line_or(fact, _EMPTY_FACT) for fact in provenance.lines]
    if body and provenance.task is None and body[0].startswith(_TASK):
        body[0] = _first_escaped(body[0])
    if not body:
        return f'"""{title}"""'
    return "\n".join([f'"""{title}', "", *body, '"""'])


def docstring_provenance(literal: str) -> Provenance:
    """Return what a docstring says, given as its literal with quotes; any docstring says something."""
    prefix, quote, inner = _parts(literal)
    raw = "r" in prefix.lower() or quote == ""

    def decode(row: str) -> str:
        evaluated = None if raw else _evaluated(row)
        return row if evaluated is None else evaluated

    title, *rest = [row.strip() for row in inner.strip().splitlines()] or [""]
    body = [row for row in rest if row]
    task: str | None = None
    if body and body[0].startswith(_TASK):
        task = decode(body.pop(0).removeprefix(_TASK).strip())
    return Provenance(
        "" if title == DEFAULT_TITLE else decode(title),
        task,
        tuple("" if row == _EMPTY_FACT else decode(row) for row in body),
    )


def _line_or(text: str, empty: str) -> str:
    """Write a text on one line; `empty` stands for the empty text, and another text is not written like it."""
    written = _line(text)
    return (_first_escaped(written) if written == empty else written) if text else empty


def _line(text: str) -> str:
    written = _escaped(text)
    if '"""' in written:
        return written.replace('"', '\\"')
    return written[:-1] + '\\"' if written.endswith('"') else written


def _first_escaped(text: str) -> str:
    return f"\\x{ord(text[0]):02x}{text[1:]}"


def _escaped(text: str) -> str:
    r"""Escape backslashes, whatever is not printable, and spaces at the ends (`\x20`), which editors strip."""
    core = text.strip(" ")
    before = len(text) - len(text.lstrip(" ")) if core else len(text)
    characters = [
        character
        if character.isprintable() and character != "\\"
        else character.encode("unicode_escape", "backslashreplace").decode("ascii")
        for character in core
    ]
    after = len(text) - before - len(core)
    return "\\x20" * before + "".join(characters) + "\\x20" * after


def _evaluated(inner: str) -> str | None:
    """Return the text of the inside of a string literal, or None where it is none."""
    # A quote that is not escaped is text here, whatever closes the literal.
    closed = re.sub(r'\\.|"', lambda found: found[0] if found[0] != '"' else '\\"', inner)
    try:
        text = ast.literal_eval(f'"{closed}"')
    except (SyntaxError, ValueError):
        return None
    return text if isinstance(text, str) else None


def _parts(literal: str) -> tuple[str, str, str]:
    """Return the prefix, the quotes and the inside of a string literal; what is none is all inside."""
    found = re.match(r'([a-zA-Z]*)("""|\'\'\'|"|\')', literal)
    closed = found is not None and literal.endswith(found[2])
    if found is None or not closed or len(literal) < found.end() + len(found[2]):
        return "", "", literal
    return found[1], found[2], literal[found.end() : len(literal) - len(found[2])]
