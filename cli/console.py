"""The terminal. Owns the consoles and how JSON is printed; refuses to know what is printed."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def stdout() -> "Console":
    """Return the console for results."""
    from rich.console import Console

    return Console()


def stderr() -> "Console":
    """Return the console for progress and remarks, so that results can be piped."""
    from rich.console import Console

    return Console(stderr=True)


def print_json(value: object) -> None:
    """Print a value as JSON, keys in the order given, non-ASCII letters as they are."""
    print(json.dumps(value, indent=2, ensure_ascii=False))
