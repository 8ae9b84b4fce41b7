"""RASP files and texts: what their names stand for, and the graph of an s-op in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tprog.files import read_text as read_file
from tprog.rasp.evaluate import RaspError
from tprog.rasp.facts import NotCompiled
from tprog.rasp.graph import Closest, Const, Indices, Map, Node, SOp, Tokens, Width, walk
from tprog.rasp.interpreter import Asked, Interpreter, Named, Outcome, Settings
from tprog.rasp.syntax import LanguageError, Place, Source, parse, place_of
from tprog.rasp.values import (
    RESERVED,
    Function,
    Given,
    Held,
    Result,
    Scope,
    described,
    held,
    is_atom,
    is_sop,
    lifted,
    selector_of,
)


@dataclass(frozen=True, slots=True)
class Module:
    """What a RASP text defines.

    Attributes:
        values: each name of the text and its value, in the order of their last assignment.
        out: the value of the last expression.
        shown: what its expressions give, in order.
        places: where each name was given its value.
        last: where the last statement stands.
        interpreter: what ran it.
    """

    values: Mapping[str, Any]
    out: Any
    shown: tuple[Outcome, ...]
    places: Mapping[str, Place]
    last: Place | None
    interpreter: Interpreter

    def held(self, name: str | None = None) -> Held:
        """Return the s-op of a name, without one the last value; an atom is the s-op that has it everywhere.

        Raises:
            RaspError: there is no such s-op.
        """
        if name is not None and name not in self.values:
            raise RaspError(
                f"it defines no {name}; it defines {', '.join(self.values) or 'nothing'}"
            )
        value = self.out if name is None else self.values[name]
        try:
            sop = lifted(value)
        except RaspError:
            sops = [one for one, value in self.values.items() if is_sop(value)]
            what = "the last value" if name is None else name
            raise RaspError(f"{what} is no s-op; s-ops here: {', '.join(sops) or 'none'}") from None
        return value if isinstance(value, Held) else held(sop, "s-op")

    def sop(self, name: str | None = None) -> SOp:
        """Return the graph of an s-op, as `held` finds it.

        Raises:
            RaspError: there is no such s-op.
        """
        return lifted(self.held(name))

    def node(self) -> Node:
        """Return the graph of the last value, which may be a selector.

        Raises:
            RaspError: it is neither that nor an s-op.
        """
        return self.out.node if isinstance(self.out, Held) else self.sop()

    def apply(self, name: str | None, given: Given) -> Result:
        """Return what an s-op, as `held` finds it, gives on an input.

        Raises:
            LanguageError: it has no value there; says where it was defined.
        """
        sop = self.held(name)
        try:
            return self.interpreter.apply(sop, given)
        except RaspError as error:
            place = self.places.get(name or sop.name) or self.last
            raise error if place is None else LanguageError(error, place) from error

    def placed(self, refusal: NotCompiled, root: SOp) -> NotCompiled:
        """Return a refusal to compile an s-op with the place in the text of what it is about, where that is known."""
        place = self.place(refusal.node, root)
        if place is None:
            return refusal
        found = NotCompiled(f"{place}: {refusal}", refusal.node)
        found.excerpt = place.excerpt
        return found

    def place(self, wanted: Node | None, root: SOp) -> Place | None:
        """Return where the text writes a node of a graph, else the least that holds it, else the graph."""
        nodes = list(walk(root))
        about = {wanted if wanted in nodes else root}
        for node in nodes:
            if about.intersection(node.parts):
                about.add(node)
            if node in about and node in self.interpreter.places:
                return self.interpreter.places[node]
        return self.last

    def definitions(self, name: str | None = None) -> tuple[Named, ...]:
        """Return the values with their names, or the one of a name."""
        wanted = self.values if name is None else {name: self.held(name)}
        return tuple(Named(one, value) for one, value in wanted.items())

    def nodes(self) -> dict[str, Node]:
        """Return the s-ops and selectors, by name."""
        return {name: value.node for name, value in self.values.items() if isinstance(value, Held)}


LIBRARY = Source("RASP_support/rasplib", "", ours=True)
"""What the published interpreter calls its library where functions are shown."""


KINDS = ("str", "int", "float", "bool", "left", "right")
"""How the input's elements may be read; the last two, the halves of `3,5`, are of our dialect."""


def base_scope() -> Scope:
    """Return the names that are there before the library: s-ops of the input and what the dialect adds."""
    scope = Scope(LIBRARY.name, LIBRARY)
    tokens = Tokens()
    bare: dict[str, Node] = {"tokens_asis": tokens, "indices": Indices()}
    bare |= {f"tokens_{kind}": Map(kind, (tokens,)) for kind in KINDS}
    scope.names = {name: held(node, name) for name, node in bare.items()}
    scope.names |= {"True": True, "False": False, "None": None}
    own: dict[str, tuple[str, Callable[[Any], Held]]] = {
        "selector_width": ("sel", lambda one: held(Width(selector_of(one)), "s-op")),
        "closest": ("sel", lambda one: held(Closest(selector_of(one)), "plain select")),
        "constant": ("value", lambda one: held(_constant(one), "s-op")),
        "str": ("value", lambda one: held(Map("str", (lifted(one),)), "s-op")),
    }
    for name, (argument, make) in own.items():
        scope.names[name] = Function(name, (argument,), scope, own=make)
    return scope


def _constant(value: Any) -> Const:
    if not is_atom(value):
        raise RaspError(f"Expected atom, got: {described(value)}")
    found = lifted(value)
    assert isinstance(found, Const)
    return found


@cache
def library() -> tuple[dict[str, Any], frozenset[str]]:
    """Return the names of the base and the library with their values, and which of them cannot be set."""
    base = base_scope()
    own = _run_ours("library.rasp", base)
    return base.names | own, RESERVED | frozenset(own) | {"selector_width"}


@cache
def _rasp_l() -> dict[str, Any]:
    return _run_ours("rasp_l.rasp", Scope(LIBRARY.name, LIBRARY, names=library()[0]))


def _run_ours(file: str, outer: Scope) -> dict[str, Any]:
    """Run a file of ours and return its names."""
    text = files("tprog.rasp").joinpath(file).read_text("utf-8")
    scope = Scope(LIBRARY.name, Source(LIBRARY.name, text, True), outer)
    interpreter = Interpreter(_load)
    for statement in parse(scope.source).children:
        interpreter.run(statement, scope)  # type: ignore[arg-type]
    return scope.names


def file_scope(source: Source, taker: Scope | None = None, rasp_l: bool = False) -> Scope:
    """Return a scope that sees the library alone, with `tokens` to be set.

    Args:
        source: what is to be run in it.
        taker: the scope that gets its names.
        rasp_l: whether it sees the operations of RASP-L too.
    """
    names, fixed = library()
    if rasp_l:
        names = names | _rasp_l()
    # A name given in one file must not rename what another holds.
    fresh = {
        name: Held(one.node, one.name) if isinstance(one, Held) else one
        for name, one in names.items()
    }
    fresh["tokens"] = held(Map("str", (Tokens(),)), "tokens")
    return Scope(source.name, source, Scope(source.name, source, names=fresh), taker, fixed)


def find(name: str) -> Path:
    """Return the file that `load` names: with its ending, from the working directory.

    Raises:
        RaspError: there is none.
    """
    path = Path(f"{name}.rasp")
    if not path.is_file():
        raise RaspError(f"could not find file: {path}")
    return path


def read_text(
    text: str, name: str = "text", example: Given | None = None, rasp_l: bool = False
) -> Module:
    """Run a RASP text.

    Args:
        text: its statements.
        name: what errors call it.
        example: an input that each s-op and selector is tried on as it is built; by default nothing is tried.
        rasp_l: whether it sees the operations of RASP-L too.

    Raises:
        LanguageError: something in it is wrong; says where.
    """
    settings = Settings(example, example)
    return _run(Source(name, text), Interpreter(_load, settings=settings), rasp_l=rasp_l)


def read(path: Path, example: Given | None = None, rasp_l: bool = False) -> Module:
    """Run a RASP file, as `read_text` runs its text.

    Raises:
        LanguageError: something in it is wrong; says where.
        FileProblem: it cannot be read.
    """
    return read_text(read_file(path), str(path), example, rasp_l)


def _run(
    source: Source, interpreter: Interpreter, taker: Scope | None = None, rasp_l: bool = False
) -> Module:
    scope = file_scope(source, taker, rasp_l)
    shown: list[Outcome] = []
    places: dict[str, Place] = {}
    last = None
    for statement in parse(source).children:
        before = dict(scope.names)
        found = interpreter.run(statement, scope)  # type: ignore[arg-type]
        kind = statement.data  # type: ignore[union-attr]
        shown += (
            found if kind in ("say", "draw") else [one for one in found if isinstance(one, Asked)]
        )
        last = place_of(statement, source)  # type: ignore[arg-type]
        changed = [one for one, value in scope.names.items() if before.get(one) is not value]
        places |= dict.fromkeys(changed, last)
    values = {one: value for one, value in scope.names.items() if one != "tokens"}
    return Module(values, scope.out, tuple(shown), places, last, interpreter)


def _load(interpreter: Interpreter, name: str, scope: Scope) -> None:
    path = find(name)
    _run(Source(str(path), read_file(path)), interpreter, scope)


def graph_of(given: str | Path, name: str | None = None) -> SOp:
    """Return the graph of an s-op: of a RASP file, or of an expression or several statements given as text.

    Args:
        given: the path of a file that ends in `.rasp`, or text; the last `;` may be left out.
        name: which s-op of it, by default the last value.

    Raises:
        LanguageError: something in it is wrong; says where.
        RaspError: there is no such s-op.
    """
    return module_of(given).sop(name)


def module_of(given: str | Path) -> Module:
    """Return what a RASP file defines, or an expression or several statements given as text.

    Raises:
        LanguageError: something in it is wrong; says where.
    """
    if isinstance(given, Path) or given.endswith(".rasp"):
        return read(Path(given))
    return read_text(statements_of(given), "expression")


def statements_of(text: str) -> str:
    """Return text of statements, the last `;` added where it is left out."""
    return text if text.rstrip().endswith((";", "}")) else f"{text};"
