"""Notes as comments and provenance as a docstring, and back. Owns both codes; refuses to know where they stand.

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


def note_comment(note: str) -> str:
    """Return the text of the comment line for a note: the note itself where a comment can carry it, else quoted."""
    plain = (
        note.isprintable()
        and note == note.strip()
        and note[:1] not in ("", '"', "!", ":", "#", "\N{NO-BREAK SPACE}")
        and "coding" not in note
        and not _ORDERS.match(note)
    )
    return note if plain else '"' + _escaped(note).replace('"', '\\"') + '"'


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
    title = _line(provenance.title, DEFAULT_TITLE, "")
    body: list[str] = []
    if provenance.task is not None:
        body.append(f"{_TASK} {_line(provenance.task, '', None)}".strip())
    body += [_line(fact, _EMPTY_FACT, "") for fact in provenance.facts]
    if body and provenance.task is None and body[0].startswith(_TASK):
        body[0] = _first_escaped(body[0])
    if not body:
        return f'"""{title}"""'
    return "\n".join([f'"""{title}', "", *body, '"""'])


def docstring_provenance(literal: str) -> Provenance:
    """Return what a docstring says, given as its literal with quotes; any docstring says something."""
    prefix, quote, inner = _parts(literal)
    rows = [row.strip() for row in inner.splitlines()]
    while rows and not rows[0]:
        rows.pop(0)
    decode = _raw if "r" in prefix.lower() or quote == "" else _decoded
    title = rows[0] if rows else ""
    body = [row for row in rows[1:] if row]
    task: str | None = None
    if body and body[0].startswith(_TASK):
        task = decode(body[0].removeprefix(_TASK).strip())
        body = body[1:]
    return Provenance(
        "" if title == DEFAULT_TITLE else decode(title),
        task,
        tuple("" if row == _EMPTY_FACT else decode(row) for row in body),
    )


def _line(text: str | None, shown: str, stands_for: str | None) -> str:
    """Write a text on one line; `shown` is what is written for the text `stands_for`."""
    if text == stands_for and shown:
        return shown
    written = _escaped(text or "")
    if '"""' in written:
        written = written.replace('"', '\\"')
    elif written.endswith('"'):
        written = written[:-1] + '\\"'
    return _first_escaped(written) if shown and written == shown else written


def _first_escaped(text: str) -> str:
    return f"\\x{ord(text[0]):02x}{text[1:]}"


def _escaped(text: str) -> str:
    r"""Escape backslashes, whatever is not printable, and spaces at the ends (`\x20`), which editors strip."""
    core = text.strip(" ")
    before = text[: len(text) - len(text.lstrip(" "))] if core else text
    after = text[len(before) + len(core) :]
    characters = [
        character
        if character.isprintable() and character != "\\"
        else character.encode("unicode_escape", "backslashreplace").decode("ascii")
        for character in core
    ]
    return "\\x20" * len(before) + "".join(characters) + "\\x20" * len(after)


def _decoded(row: str) -> str:
    evaluated = _evaluated(row)
    return row if evaluated is None else evaluated


def _raw(row: str) -> str:
    return row


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
    found = re.match(r'([a-zA-Z]*)("""|\'\'\'|"|\')', literal)
    if (
        found is None
        or not literal.endswith(found[2])
        or len(literal) < found.end() + len(found[2])
    ):
        return "", "", literal
    return found[1], found[2], literal[found.end() : len(literal) - len(found[2])]


def joined_lines(notes: Sequence[str]) -> list[str]:
    """Return the comment texts of several notes."""
    return [note_comment(note) for note in notes]
