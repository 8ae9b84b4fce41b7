"""The terminal: its consoles, plain lines, and JSON. What is printed leaves through here."""

import json
import sys
from typing import TYPE_CHECKING, TextIO

from tprog.visible import fitting, visible

if TYPE_CHECKING:
    from tprog.analysis.show.model import Page
    from tprog.terminal import Console


def stdout() -> "Console":
    """Return the console for results."""
    from tprog.terminal import Console

    return Console()


def stderr() -> "Console":
    """Return the console for progress and remarks, so that results can be piped."""
    from tprog.terminal import Console

    return Console(stderr=True)


def show(page: "Page") -> None:
    """Print a page of the result."""
    from tprog.analysis.show.terminal import on_terminal

    stdout().print(on_terminal(page))


def say(line: str = "", keep: str = "") -> None:
    """Print a line of the result, whole, however long it is.

    Args:
        line: the line; what cannot be seen in it is printed as an escape.
        keep: characters that stay all the same, such as line breaks.
    """
    _write(visible(line, keep), sys.stdout)


def remark(line: str) -> None:
    """Print a line on standard error, so that results can be piped."""
    _write(visible(line), sys.stderr)


def print_json(value: object, **more: object) -> None:
    """Print a value as JSON, fields in their order, letters as they are where the encoding has them.

    Args:
        value: a value with `to_json`, or anything that `json_values` takes.
        more: what is printed besides its fields, where it is not None.
    """
    from tprog.json_values import json_values

    shown = value.to_json() if hasattr(value, "to_json") else json_values(value)
    extra = {name: json_values(one) for name, one in more.items() if one is not None}
    shown = {**shown, **extra} if extra else shown
    text = json.dumps(shown, indent=2, ensure_ascii=False)
    encoding = _encoding(sys.stdout)
    print("".join(c if c == "\n" or _plain(c, encoding) else json.dumps(c)[1:-1] for c in text))


def _plain(character: str, encoding: str) -> bool:
    return character.isprintable() and fitting(character, encoding) == character


def _write(line: str, stream: TextIO) -> None:
    print(fitting(line, _encoding(stream)), file=stream, flush=True)


def _encoding(stream: TextIO) -> str:
    return stream.encoding or "utf-8"
