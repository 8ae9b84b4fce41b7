"""The body of `run`, statement by statement."""

import ast
import re
from dataclasses import dataclass, replace

from tprog.errors import UnreadableSource
from tprog.ir import WordTable
from tprog.published.abstract import (
    Column,
    Constant,
    Function,
    Item,
    Number,
    Scores,
    Stage,
    Unfollowed,
    Zipped,
)
from tprog.published.drafts import Draft, as_values
from tprog.published.enums import Member
from tprog.published.expressions import Expressions, NotFollowed
from tprog.published.parsed import docstring
from tprog.published.sandbox import parameters

# How published programs name their variables; shown as the layer, and ignored by equality.
LAYERED = re.compile(r"((?:num_)?(?:attn|mlp)_(\d{1,4})_\d{1,4})_outputs")
# The lines that the published generator puts above each part; every other comment is someone's note.
BANNER = re.compile(r"#.*#{8,}\s*")
# A function that holds one of these, even where it is never reached, is none that returns labels.
FOREIGN = (
    ast.Yield,
    ast.YieldFrom,
    ast.Await,
    ast.Global,
    ast.Nonlocal,
    ast.NamedExpr,
    ast.AsyncFor,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `run` returns.

    Attributes:
        scores: the votes that are added.
        labels: the labels.
        pooled: whether there is one label for the whole sequence.
        first: a label forced at the first position, or None.
        last: a label forced at the last position, or None.
    """

    scores: tuple[Scores, ...]
    pooled: bool
    first: str | None
    last: str | None


class Body:
    """Follows the statements of `run`."""

    def __init__(self, expressions: Expressions) -> None:
        """Keep what evaluates expressions."""
        self._expressions = expressions
        self._source = expressions.source
        self._line = 1
        self._pending: tuple[str, ...] = ()

    def follow(self, function: ast.FunctionDef) -> Outcome:
        """Return what `run` returns.

        Raises:
            UnreadableSource: it holds a statement that no published program holds, or returns something else.
        """
        for node in ast.walk(function):
            if isinstance(node, FOREIGN):
                raise self._source.error(
                    node, f"{type(node).__name__} cannot stand in {function.name}; remove it"
                )
        self._line = function.lineno
        found = self._block(function.body)
        if found is None:
            raise self._source.error(function, f"{function.name} returns nothing; restore its end")
        return found

    def _block(self, body: list[ast.stmt]) -> Outcome | None:
        for statement in body:
            self._pending += self._notes(statement)
            found = self._statement(statement)
            if found is not None:
                return found
            self._line = (statement.end_lineno or statement.lineno) + 1
        return None

    def _statement(self, statement: ast.stmt) -> Outcome | None:
        match statement:
            case ast.FunctionDef(name=name):
                parameters(self._source, statement)
                self._expressions.layout.effects.leave_out(self._source.seen(statement))
                self._expressions.names[name] = Function(statement)
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                self._assign(statement, name, value)
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name() as owner, slice=place)],
                value=ast.Constant(value=str() as label),
            ):
                self._force(statement, owner, place, label)
            case ast.If(test=test, body=body, orelse=orelse):
                chosen = self._known(test)
                if chosen is not None:
                    return self._block(body if chosen else orelse)
                self._leave_out(statement, "this condition is not known before an input is")
            case ast.Return(value=ast.expr() as value):
                return self._outcome(statement, value)
            case ast.Pass():
                pass
            case _ if docstring(statement) is not None:
                pass
            case _:
                self._leave_out(statement)
        return None

    def _known(self, test: ast.expr) -> bool | None:
        """Return which way a condition goes on every input, None where that is not known."""
        try:
            found = self._expressions.evaluate(test)
        except NotFollowed:
            return None
        return bool(found.value) if isinstance(found, Constant) else None

    def _leave_out(self, statement: ast.stmt, why: str = "") -> None:
        """Pass over a statement that changes nothing; what it binds is not followed."""
        effects = self._expressions.layout.effects
        try:
            bound = effects.leave_out(self._source.seen(statement))
        except UnreadableSource as error:
            if not why:
                raise
            raise self._source.error(statement, f"{why}, and {_reason(error)}") from None
        for name in bound:
            message = f"what this makes of {name} is not followed; write it more plainly"
            self._expressions.names[name] = Unfollowed(self._source.error(statement, message))

    def _assign(self, statement: ast.stmt, name: str, value: ast.expr) -> None:
        self._expressions.target = name
        known = len(self._expressions.modules.drafts.variables)
        try:
            found = self._expressions.evaluate(value)
        except NotFollowed as error:
            try:
                self._leave_out(statement)
            except UnreadableSource:
                raise error from None
            self._expressions.names[name] = Unfollowed(error)
            return
        if isinstance(found, Zipped):
            raise self._source.error(statement, "zip can be read once; keep a list, or zip again")
        self._expressions.names[name] = found
        if not isinstance(found, Column):
            return
        if isinstance(found.entry, Item | Number) and found.entry.variable >= known:
            layered = LAYERED.fullmatch(name)
            self._expressions.modules.drafts.rename(
                found.entry.variable,
                layered[1] if layered else name,
                int(layered[2]) if layered else None,
                self._pending,
            )
            self._pending = ()
        if isinstance(found.entry, Item):
            self._name_values(found.entry)

    def _name_values(self, item: Item) -> None:
        """Give a word table's values the names of the members that the program makes of them."""
        drafts = self._expressions.modules.drafts
        draft = drafts.variables[item.variable]
        if (
            isinstance(draft.node, WordTable)
            and all(isinstance(entry, Member) for entry in item.entries)
            and len(set(item.entries)) == len(item.entries)
        ):
            node = WordTable(
                as_values(item.entries), draft.node.table, draft.node.name, draft.node.notes
            )
            drafts.variables[item.variable] = Draft(node, draft.entries)

    def _notes(self, statement: ast.stmt) -> tuple[str, ...]:
        """Return the comments above a statement that a person wrote."""
        lines = self._source.lines[self._line - 1 : statement.lineno - 1]
        stripped = [line.strip() for line in lines]
        return tuple(
            line.lstrip("#").strip()
            for line in stripped
            if line.startswith("#") and not BANNER.fullmatch(line) and line.strip("# ")
        )

    def _force(self, statement: ast.stmt, owner: ast.Name, place: ast.expr, label: str) -> None:
        domain = self._expressions.modules.drafts.domain
        names = self._expressions.names
        found, index = self._expressions.evaluate(owner), self._expressions.evaluate(place)
        shared = sum(one is found for one in names.values()) > 1
        match found, index:
            case Stage("labels" | "list"), _ if shared:
                raise self._source.error(statement, "these labels have two names; use one of them")
            case Stage("labels" | "list"), Constant(0) if domain.prefix is not None:
                names[owner.id] = replace(found, first=label)
            case Stage("labels" | "list"), Constant(-1) if domain.suffix is not None:
                names[owner.id] = replace(found, last=label)
            case _:
                raise self._source.error(
                    statement, "a label can be forced at the first or last frame symbol alone"
                )

    def _outcome(self, statement: ast.stmt, value: ast.expr) -> Outcome:
        match self._expressions.evaluate(value):
            case Stage("labels" | "list", scores, first, last):
                return Outcome(scores, False, first, last)
            case Stage("labels pooled", scores):
                return Outcome(scores, True, None, None)
            case _:
                raise self._source.error(statement, "run must return the predicted labels")


def _reason(error: UnreadableSource) -> str:
    """Return an error's message without its place."""
    return str(error).split(": ", 1)[-1]
