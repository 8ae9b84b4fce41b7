"""Published programs as Programs: the way from a file to a Program, without executing the file or any part of it.

`run` is followed statement by statement, twice: first for the files that it reads, which say what inputs there are, then for
its variables and votes.
"""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tprog.errors import InvalidProgram, UnreadableSource
from tprog.evaluate import numerical_bounds
from tprog.ir import (
    Domain,
    NumericalLookup,
    Program,
    Provenance,
    WordTable,
)
from tprog.published.arguments import Arguments, read_arguments
from tprog.published.assemble import Draft, Drafts, Imported, as_values, assemble
from tprog.published.expressions import Expressions, NotFollowed
from tprog.published.files import ARGUMENTS_FILE
from tprog.published.functions import Helpers
from tprog.published.layout import Layout, read_layout
from tprog.published.meanings import TableEnd, as_network, ranks_note
from tprog.published.modules import ModuleReader
from tprog.published.names import UNKNOWN, Recognised, framed_length, recognise
from tprog.published.parsed import Member, PublishedSource, parameters
from tprog.published.sandbox import Budget, Sandbox
from tprog.published.sheets import LOST_TO_PANDAS, Sheets, WeightSheet, whole
from tprog.published.values import (
    Abstract,
    ColumnValue,
    ConstantValue,
    Item,
    Number,
    Unfollowed,
    VoteStage,
    Zipped,
)
from tprog.reader.source import LARGEST_PUBLISHED, is_docstring

STEPS = 8_000_000  # that all functions of a file may take
# More are not shown in a line.
MOST_SHOWN = 8
# What two facts may take together to stand on one line.
SHORT_NOTE = 88
# What a program is read with before its files say which inputs it has.
UNKNOWN_DOMAIN = Domain(("-",), 1)

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


def read_published(path: Path, *, as_network: bool = False) -> Imported:
    """Read a published program and the files that it names. Nothing is executed.

    By default the Program computes what the source computes: the query's own position is ranked at the number of
    matches, and a numerical look-up answers its default beyond its table.

    Args:
        path: the program file; its CSV files, and the module of its embeddings where it has one, lie beside it or
            where it names them.
        as_network: see `network_meaning`.

    Raises:
        FileProblem: a file cannot be read.
        UnreadableSource: a file is no such program, or the files do not belong together; `FILE:LINE: what; what to do`.
    """
    path = Path(path)
    try:
        found = _read(PublishedSource.open(path, LARGEST_PUBLISHED), path)
    except InvalidProgram as error:
        raise UnreadableSource(f"{path}:1: {error}; restore the file from its source") from error
    except (RecursionError, MemoryError):
        raise UnreadableSource(
            f"{path}:1: the file is too large or nests too deeply to be a published program"
        ) from None
    return network_meaning(found) if as_network else found


def network_meaning(found: Imported) -> Imported:
    """Return what was read from a source with heads that choose as its network did; see `as_network`."""
    ranked = ranks_note(found.program)
    notes = tuple(note for note in found.notes if note != ranked)
    notes = (*notes, "Its heads choose their own position last, as the network does.")
    program = as_network(found.program)
    provenance = replace(program.provenance, facts=notes)
    return replace(found, program=replace(program, provenance=provenance), notes=notes)


def _read(source: PublishedSource, path: Path) -> Imported:
    layout = read_layout(source, path)
    run = layout.run
    warnings: list[str] = []
    sheets = Sheets(source, path, _arguments_beside(path, warnings))
    _preload(_expressions(layout, sheets, run, Drafts(UNKNOWN_DOMAIN)), run)
    weights = sheets.weights
    if weights is None:
        raise source.error(run, "run reads no classifier; restore its call of read_csv")
    warnings += sheets.warnings
    found = _domain(run, layout, sheets, weights, warnings)
    drafts = Drafts(found.domain)
    expressions = _expressions(layout, sheets, run, drafts)
    modules = expressions.modules
    expressions.names.update(_arguments(source, run, drafts))
    outcome = _Body(expressions).follow(run)
    layout.leave_out_rest()
    warnings += modules.warnings
    if layout.effects.loud:
        shown = ", ".join(map(str, sorted({*layout.effects.loud})))
        warnings.append(
            f"what stands in line {shown} changes nothing that run computes and is left out; "
            "where it raises an error, the published program gives no answer"
        )
    try:
        program, lossy = assemble(
            drafts,
            outcome.scores,
            weights.labels,
            pooled=outcome.name == "labels pooled",
            first=outcome.first,
            last=outcome.last,
        )
    except UnreadableSource as error:
        raise source.error(run, f"{error}; restore the file from its source") from error
    warnings += [*lossy, *_left_over(weights, modules)]
    read = f"Read from {path.name}."
    both = f"{read} {found.note}"
    first = (both,) if len(both) <= SHORT_NOTE else (read, found.note)
    ranked = ranks_note(program)
    notes = first if ranked is None else (*first, ranked)
    provenance = Provenance(f"Published program {path.stem}", found.task, notes)
    return Imported(
        replace(program, provenance=provenance),
        notes,
        tuple(warnings),
        layout.examples,
        (path, *layout.files, *(sheet.path for sheet in sheets.sheets.values())),
        _ends_of_tables(program, modules),
    )


def _expressions(
    layout: Layout, sheets: Sheets, run: ast.FunctionDef, drafts: Drafts
) -> Expressions:
    source = layout.source
    sandbox = Sandbox(source, layout.enumerations(), Budget(STEPS), layout.constants())
    modules = ModuleReader(source, drafts, sandbox, sheets)
    local = frozenset(source.scope(run).locals)
    assert drafts.domain.context_length is not None
    helpers = Helpers(source, drafts.domain.context_length)
    return Expressions(source, layout, sheets, modules, helpers, local, {})


def _preload(expressions: Expressions, run: ast.FunctionDef) -> None:
    """Read every file that `run` reads, before it is known which inputs there are."""
    source = expressions.source
    for name in expressions.local:
        # Whatever depends on the tokens has to wait.
        expressions.names[name] = Unfollowed(source.error(run, f"{name} is not known yet"))
    for statement in run.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                try:
                    expressions.names[name] = expressions.evaluate(value)
                except UnreadableSource:
                    if _reads(statement):
                        raise
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and node.id not in expressions.local:
                bound = expressions.layout.bound.get(node.id)
                several = len(source.module.locals.get(node.id, ())) > 1
                if several or (isinstance(bound, ast.expr) and _reads(bound)):
                    expressions.evaluate(node)


def _reads(node: ast.AST) -> bool:
    called = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
    return any("read_csv" in (getattr(one, "attr", ""), getattr(one, "id", "")) for one in called)


def _domain(
    run: ast.FunctionDef, layout: Layout, sheets: Sheets, weights: WeightSheet, warnings: list[str]
) -> Recognised:
    source, path = layout.source, layout.path
    listing = sheets.words or weights
    place = listing.sheet.path.name
    vocabulary = sheets.words.words if sheets.words else weights.values.get("tokens", ())
    positions = _count(weights)
    if not vocabulary or not positions:
        missing = "tokens" if not vocabulary else "positions from 0 on"
        raise source.error(
            run,
            f"{weights.sheet.path.name} lists no {missing}; the two files do not belong together, or one is cut off",
        )
    names = [path.stem, path.absolute().parent.name]
    arguments = sheets.arguments
    if arguments is not None:
        names.insert(0, arguments.dataset)
        limit = framed_length(arguments)
        if limit < positions:
            warnings.append(
                f"{place} lists {positions} positions, and {ARGUMENTS_FILE} beside it says max_length "
                f"{arguments.max_length}: inputs have at most {limit}"
            )
            positions = limit
    found = recognise(vocabulary, positions, layout.examples, names, sheets.words is not None)
    if found is None:
        raise source.error(
            run, f"no sequence of {place}'s symbols fits {positions} positions; restore the files"
        )
    lost = [symbol for symbol in found.domain.alphabet if symbol in LOST_TO_PANDAS]
    if lost and not listing.sheet.keeps_missing:
        warnings.append(
            f"the published program raises KeyError on {_shown(lost)}, which pandas takes for missing values; "
            f"here such a token has the row that {place} gives it"
        )
    return found


def _arguments_beside(path: Path, warnings: list[str]) -> Arguments | None:
    """Return what the training was called with that made a program; None where that is not known."""
    beside = path.parent / ARGUMENTS_FILE
    if not beside.is_file():
        return None
    try:
        found = read_arguments(beside)
    except UnreadableSource as error:
        warnings.append(f"{ARGUMENTS_FILE} beside it has no say: {error}")
        return None
    alone = len(list(path.parent.glob("*_weights.csv"))) == 1
    return found if alone or found.dataset == path.stem else None


def _count(weights: WeightSheet) -> int:
    """Return how many positions the classifier lists, without a gap."""
    listed = {whole(value.removesuffix(".0")) for value in weights.values.get("positions", ())}
    count = 0
    while count in listed:
        count += 1
    return count


def _arguments(
    source: PublishedSource, run: ast.FunctionDef, drafts: Drafts
) -> dict[str, Abstract]:
    """Return what the parameters of `run` stand for: the tokens first, any others at their defaults."""
    given = run.args
    names = [argument.arg for argument in given.args]
    starred = given.vararg or given.kwarg or given.posonlyargs or given.kwonlyargs
    if (
        starred
        or run.decorator_list
        or len(given.defaults) != len(names) - 1
        or len(set(names)) != len(names)
    ):
        raise source.error(run, "run must take the tokens, and whatever else with a default")
    found: dict[str, Abstract] = {
        names[0]: ColumnValue(Item(drafts.tokens(), drafts.domain.alphabet))
    }
    for name, default in zip(names[1:], given.defaults, strict=True):
        if not isinstance(default, ast.Constant):
            raise source.error(default, "a default of run must be a constant")
        found[name] = ConstantValue(default.value)
    return found


def _ends_of_tables(program: Program, modules: ModuleReader) -> tuple[TableEnd, ...]:
    """Return where the arguments of a numerical look-up can exceed its table (n_ctx numbers for each layer so far)."""
    bounds = numerical_bounds(program)
    variables = modules.drafts.variables
    lasts = {variables[number].node.name: last for number, last in modules.lasts.items()}
    found = []
    for number, operation in enumerate(program.operations, len(program.inputs)):
        if isinstance(operation, NumericalLookup) and operation.layer is not None:
            length = program.domain.context_length or 0
            end = max(lasts[operation.name], length * (operation.layer + 1) - 1)
            if any(end < (bounds[argument] or 0) for argument in operation.arguments):
                found.append(TableEnd(program.names[number], end))
    return tuple(found)


def _left_over(weights: WeightSheet, modules: ModuleReader) -> list[str]:
    """Say which variables of the classifier the program never looks up, and what the labels lack."""
    found = []
    file = weights.sheet.path.name
    unused = [feature for feature in weights.values if feature not in modules.looked_up]
    if unused:
        found.append(f"{file} has rows for {_shown(unused)}, which the program never reads")
    if modules.drafts.domain.scored is not None and UNKNOWN not in weights.labels:
        found.append(
            f"{file} has no column {UNKNOWN}, so the program can never answer it, though its network can"
        )
    return found


def _shown(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else ""
    return ", ".join(map(repr, names[:MOST_SHOWN])) + more


@dataclass(slots=True, eq=False)
class _Body:
    """Follows the statements of `run`; `pending` are the comments since the last variable, `line` is where they may begin."""

    expressions: Expressions
    line: int = 1
    pending: tuple[str, ...] = field(default=())

    @property
    def source(self) -> PublishedSource:
        return self.expressions.source

    def follow(self, function: ast.FunctionDef) -> VoteStage:
        """Return the labels that `run` returns."""
        for node in ast.walk(function):
            if isinstance(node, FOREIGN):
                raise self.source.error(
                    node, f"{type(node).__name__} cannot stand in {function.name}; remove it"
                )
        self.line = function.lineno
        found = self._block(function.body)
        if found is None:
            raise self.source.error(function, f"{function.name} returns nothing; restore its end")
        return found

    def _block(self, body: list[ast.stmt]) -> VoteStage | None:
        for statement in body:
            self.pending += self._notes(statement)
            found = self._statement(statement)
            if found is not None:
                return found
            self.line = (statement.end_lineno or statement.lineno) + 1
        return None

    def _statement(self, statement: ast.stmt) -> VoteStage | None:
        match statement:
            case ast.FunctionDef(name=name):
                parameters(self.source, statement)
                self.expressions.layout.effects.leave_out(self.source.seen(statement))
                self.expressions.names[name] = statement
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
                found = self.expressions.evaluate(value)
                if isinstance(found, VoteStage) and found.name in (
                    "labels",
                    "list",
                    "labels pooled",
                ):
                    return found
                raise self.source.error(statement, "run must return the predicted labels")
            case _ if not isinstance(statement, ast.Pass) and not is_docstring(statement):
                self._leave_out(statement)
        return None

    def _known(self, test: ast.expr) -> bool | None:
        """Return which way a condition goes on every input, None where that is not known."""
        try:
            found = self.expressions.evaluate(test)
        except NotFollowed:
            return None
        return bool(found.value) if isinstance(found, ConstantValue) else None

    def _leave_out(self, statement: ast.stmt, why: str = "") -> None:
        """Pass over a statement that changes nothing; what it binds is not followed."""
        effects = self.expressions.layout.effects
        try:
            bound = effects.leave_out(self.source.seen(statement))
        except UnreadableSource as error:
            if not why:
                raise
            reason = str(error).split(": ", 1)[-1]
            raise self.source.error(statement, f"{why}, and {reason}") from None
        for name in bound:
            message = f"what this makes of {name} is not followed; write it more plainly"
            self.expressions.names[name] = Unfollowed(self.source.error(statement, message))

    def _assign(self, statement: ast.stmt, name: str, value: ast.expr) -> None:
        self.expressions.target = name
        drafts = self.expressions.modules.drafts
        known = len(drafts.variables)
        try:
            found = self.expressions.evaluate(value)
        except NotFollowed as error:
            try:
                self._leave_out(statement)
            except UnreadableSource:
                raise error from None
            self.expressions.names[name] = Unfollowed(error)
            return
        if isinstance(found, Zipped):
            raise self.source.error(statement, "zip can be read once; keep a list, or zip again")
        self.expressions.names[name] = found
        if not isinstance(found, ColumnValue):
            return
        if isinstance(found.entry, Item | Number) and found.entry.variable >= known:
            layered = LAYERED.fullmatch(name)
            shown, layer = (layered[1], int(layered[2])) if layered else (name, None)
            drafts.rename(found.entry.variable, shown, layer, self.pending)
            self.pending = ()
        if isinstance(found.entry, Item):
            _name_values(drafts, found.entry)

    def _notes(self, statement: ast.stmt) -> tuple[str, ...]:
        """Return the comments above a statement that a person wrote."""
        lines = self.source.lines[self.line - 1 : statement.lineno - 1]
        return tuple(
            line.lstrip("#").strip()
            for line in map(str.strip, lines)
            if line.startswith("#") and not BANNER.fullmatch(line) and line.strip("# ")
        )

    def _force(self, statement: ast.stmt, owner: ast.Name, place: ast.expr, label: str) -> None:
        domain = self.expressions.modules.drafts.domain
        names = self.expressions.names
        found, index = self.expressions.evaluate(owner), self.expressions.evaluate(place)
        shared = sum(one is found for one in names.values()) > 1
        match found, index:
            case VoteStage("labels" | "list"), _ if shared:
                raise self.source.error(statement, "these labels have two names; use one of them")
            case VoteStage("labels" | "list"), ConstantValue(0) if domain.prefix is not None:
                names[owner.id] = replace(found, first=label)
            case VoteStage("labels" | "list"), ConstantValue(-1) if domain.suffix is not None:
                names[owner.id] = replace(found, last=label)
            case _:
                raise self.source.error(
                    statement, "a label can be forced at the first or last frame symbol alone"
                )


def _name_values(drafts: Drafts, item: Item) -> None:
    """Give a word table's values the names of the members that the program makes of them."""
    draft = drafts.variables[item.variable]
    named = all(isinstance(entry, Member) for entry in item.entries)
    if isinstance(draft.node, WordTable) and named and len(set(item.entries)) == len(item.entries):
        node = replace(draft.node, values=as_values(item.entries))
        drafts.variables[item.variable] = Draft(node, draft.entries)
