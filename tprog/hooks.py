"""What values offer and only modules above them can do: be shown in a notebook, and be run.

Evaluation and pages import the Program, so a Program cannot import them. The front door, `tprog/__init__.py`, knows every
module and installs both functions; it is loaded before any other module of the package.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

Html: TypeAlias = Callable[[object], str]
# A Program and the tokens of one input; its labels.
Run: TypeAlias = Callable[[Any, Sequence[str]], list[str]]

_installed: dict[str, Callable[..., Any]] = {}


def install(*, html: Html, run: Run) -> None:
    """Set what `Shown` and `Program.run` call."""
    _installed.update(html=html, run=run)


def run(program: object, tokens: Sequence[str]) -> list[str]:
    """Return a Program's labels for one input."""
    labels: list[str] = _installed["run"](program, tokens)
    return labels


class Shown:
    """A value that a notebook shows as HTML, as `tprog.html` writes it."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        html: str = _installed["html"](self)
        return html
