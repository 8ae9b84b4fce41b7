"""The errors that a user can meet.

Every error carries a *slug* (a stable short name, listed in `docs/messages.md`) and a one-line message that says what is
wrong and what to do. The command line prints the message and chooses the exit code by the class.
"""

from tprog.visible import visible


class TprogError(Exception):
    """Base of every error that this package raises on purpose.

    Attributes:
        slug: a stable short name of the kind of error, documented in `docs/messages.md`.
        excerpt: lines that show the place in a text, such as a line and a caret below it.
    """

    slug: str = "error"
    excerpt: tuple[str, ...] = ()

    def __init__(self, message: str, *, slug: str | None = None) -> None:
        """Keep a message that says what is wrong and what to do: one line, whatever it repeats of a user's file."""
        super().__init__(visible(message))
        if slug is not None:
            self.slug = slug


class InvalidProgram(TprogError):
    """A Program, or one of its nodes, breaks a rule of the IR."""

    slug = "invalid-program"


class UnreadableSource(TprogError):
    """A file is no program, checkpoint or data file that we can read."""

    slug = "unreadable-source"


class BadInput(TprogError, ValueError):
    """An input sequence lies outside a Program's domain."""

    slug = "bad-input"


class UsageError(TprogError):
    """A name, option or combination of options that does not exist (exit code 2)."""

    slug = "usage"


class FileProblem(TprogError):
    """A file or folder cannot be read or written."""

    slug = "file-problem"
