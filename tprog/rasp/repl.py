"""The dialogue of the published interpreter: lines in, its text out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tprog.files import read_text
from tprog.rasp.evaluate import BadSequence, Failed, RaspError
from tprog.rasp.interpreter import Exit, Interpreter, Named, Outcome, Settings
from tprog.rasp.module import file_scope, find
from tprog.rasp.shown import outcome_text
from tprog.rasp.syntax import BadSyntax, LanguageError, Source, Unfinished, parse
from tprog.rasp.values import Scope, Uncallable

EXAMPLE = "hello"
PROMPT, MORE = ">> ", ".. "
ANNOUNCED = f"RASP 0.1\nrunning example is: {EXAMPLE}\n"
"""What the published interpreter begins with."""


@dataclass(slots=True)
class Repl:
    """A session.

    Attributes:
        write: takes what is printed, whole lines.
    """

    write: Callable[[str], object]
    interpreter: Interpreter
    scope: Scope
    pending: list[Outcome | str] | None = None

    def feed(self, ask: Callable[[str], str | None]) -> None:
        """Run lines as they come; a blank one or a comment leaves what is typed unfinished.

        Args:
            ask: gives a line for a prompt, None at the end.
        """
        try:
            for source in statements(ask, self.scope.name, self._say):
                self.run(source, self.scope)
        except Exit:
            return
        self.write("\n")

    def run(self, source: Source, scope: Scope) -> None:
        """Run the statements of a text that parses, and print what they give or what is wrong.

        Raises:
            Exit: one of them is the command to end.
        """
        scope.source = source
        for statement in parse(source).children:
            try:
                found: Iterable[Outcome | str] = self.interpreter.run(statement, scope)  # type: ignore[arg-type]
            except RaspError as error:
                found = [error_text(error)]
            for one in found:
                self._say(one)

    def _say(self, one: Outcome | str) -> None:
        if self.pending is not None:
            self.pending.append(one)
        elif isinstance(one, str):
            self.write(one)
        else:
            try:
                self.write(outcome_text(one, self.interpreter))
            except RaspError as error:
                self.write(error_text(error))

    def load(self, _: Interpreter, name: str, scope: Scope) -> None:
        """Run a file; what it gives its caller is printed once, at its last assignment, without examples."""
        lines = iter(read_text(find(name)).splitlines())
        settings, outer = self.interpreter.settings, self.pending
        before = settings.sops, settings.selectors
        settings.sops = settings.selectors = False
        self.pending = [] if outer is None else outer
        inner = file_scope(Source(name, ""), scope)
        try:
            for source in statements(lambda _: next(lines, None), name, self._say):
                self.run(source, inner)
        except Exit:
            pass
        found, self.pending = self.pending, None
        for one in _kept(found):
            self._say(one)
        self.pending = None if outer is None else []
        settings.sops, settings.selectors = before


def _kept(found: list[Outcome | str]) -> list[Outcome | str]:
    """Return what a loaded file shows: names that its caller was given, each once unless something failed."""
    shown = [
        one
        for one in found
        if not isinstance(one, Named) or not (one.name.startswith("_") or one.name == "out")
    ]
    if any(isinstance(one, str) for one in found):
        return [one for one in shown if isinstance(one, Named | str)]
    last = {one.name: place for place, one in enumerate(shown) if isinstance(one, Named)}
    return [
        one for place, one in enumerate(shown) if isinstance(one, Named) and last[one.name] == place
    ]


def statements(
    ask: Callable[[str], str | None], name: str, complain: Callable[[str], object]
) -> Iterator[Source]:
    """Yield texts of whole statements, as soon as their last line has come.

    Args:
        ask: gives a line for a prompt, None at the end.
        name: what errors call the text.
        complain: takes what is wrong with lines that are no statements.
    """
    typed = ""
    while True:
        # The published interpreter indents by the definitions begun so far.
        line = ask(MORE + "  " * typed.split().count("def") if typed else PROMPT)
        typed += "\n" if line is None else line.rstrip("\r\n") + "\n"
        source = Source(name, typed)
        try:
            if parse(source).children:
                yield source
                typed = ""
        except BadSyntax as error:
            if line is None or not isinstance(error, Unfinished):
                complain(error_text(error))
                typed = ""
        if line is None:
            return


def error_text(error: RaspError) -> str:
    """Return an error in the published words."""
    if isinstance(error, BadSyntax):
        return f"\t!! antlr exception: {error.cause} \t-- ignoring input\n"
    cause = error.cause if isinstance(error, LanguageError) else error
    if isinstance(cause, Uncallable):
        return "not implemented this command yet! ignoring\n"
    if isinstance(cause, Failed):
        return f"something went wrong: {cause}\n"
    if isinstance(cause, BadSequence):
        return f"\t\t!!ignoring input:\n\t {cause.head}:\n\t\t {cause.values}\n"
    return f"\t\t!!ignoring input:\n\t {cause}\n"


def repl(write: Callable[[str], object]) -> Repl:
    """Return a session on the published example."""
    session = Repl(write, Interpreter(_unset), file_scope(Source("console", "")))
    session.interpreter.settings = Settings(EXAMPLE, EXAMPLE)
    session.interpreter.load = session.load
    return session


def _unset(interpreter: Interpreter, name: str, scope: Scope) -> None:
    raise RaspError("nothing can be loaded here")
