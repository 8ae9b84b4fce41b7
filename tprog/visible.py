"""How text that others wrote is shown, on one line: escapes for what cannot be seen or would do something, and cuts.

A token, a title or a file name may hold a colour of the terminal, a mark that turns the line around, or half a character.
"""

import os
import shlex
from collections.abc import Sequence

# What stands for characters of our own wording where an encoding lacks them.
STAND_INS = {
    "→": "->",
    "←": "<-",
    "…": "...",
    "█": "#",
    "·": "|",
    "−": "-",
    "—": "-",
    "±": "+-",
    "×": "x",
    "⋮": ":",
    "\u00a0": " ",
}


def visible(text: str, keep: str = "") -> str:
    r"""Return text with an escape, such as `\x1b`, for every character that a reader cannot see and that is not in `keep`."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in keep else repr(c)[1:-1] for c in text)


def quoted(text: str) -> str:
    """Return a token or label as it is; quoted, with escapes, where it cannot be seen as it is."""
    return text if text.isprintable() and text.strip() else repr(text)


def one_line(error: BaseException, most: int = 200) -> str:
    """Return what an error says on one line of at most `most` characters; its kind where it says nothing."""
    return " ".join(str(error).split())[:most] or type(error).__name__


def cut(text: str, width: int) -> str:
    """Return a text of at most `width` characters, the last an ellipsis where it was longer."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def first_words(words: Sequence[str], most: int) -> str:
    """Return the first words with blanks between, and `...` where there are more."""
    return " ".join(words[:most]) + (" ..." if len(words) > most else "")


def shell_word(text: str) -> str:
    r"""Return a word as a shell takes it: quoted where that is needed, `$'\x1b'` for what cannot be seen."""
    if text.isprintable():
        return shlex.quote(text)
    shown = (
        c if c.isprintable() and c not in "'\\" else "".join(f"\\x{b:02x}" for b in os.fsencode(c))
        for c in text
    )
    return f"$'{''.join(shown)}'"


def fitting(text: str, encoding: str) -> str:
    """Return text that an encoding can hold, with stand-ins and escapes for what it cannot."""
    if _fits(text, encoding):
        return text
    return "".join(
        c
        if _fits(c, encoding)
        else STAND_INS.get(c) or c.encode("ascii", "backslashreplace").decode()
        for c in text
    )


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
