"""Published programs as Programs: the way from a file to a Program, without executing the file or any part of it."""

import ast
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tprog.errors import InvalidProgram, UnreadableSource
from tprog.evaluate import numerical_bounds
from tprog.ir import (
    CategoricalHead,
    Domain,
    Nearest,
    NumericalLookup,
    Program,
    Provenance,
)
from tprog.ir.facts import RankedHeads, write_fact
from tprog.published.abstract import Abstract, Column, Constant, Item, Unfollowed
from tprog.published.arguments import ARGUMENTS_FILE, Arguments, read_arguments
from tprog.published.assemble import assemble
from tprog.published.body import Body
from tprog.published.domains import UNKNOWN, Recognised, recognise
from tprog.published.drafts import Drafts
from tprog.published.expressions import Expressions
from tprog.published.helpers import Helpers
from tprog.published.imported import Imported, TableEnd
from tprog.published.layout import Layout, read_layout
from tprog.published.modules import Modules
from tprog.published.parsed import Source
from tprog.published.sampling import framed_length
from tprog.published.sandbox import Budget, Sandbox
from tprog.published.sheets import LOST_TO_PANDAS, WeightSheet, whole
from tprog.published.tables import Tables
from tprog.reader.source import LARGEST_PUBLISHED

STEPS = 8_000_000
# More are not shown in a line.
MOST_SHOWN = 8
# What two facts may take together to stand on one line.
SHORT_NOTE = 88
# What a program is read with before its files say which inputs it has.
UNKNOWN_DOMAIN = Domain(("-",), 1)


def read_published(path: Path, *, as_network: bool = False) -> Imported:
    """Read a published program and the files that it names. Nothing is executed.

    By default the Program computes what the source computes: the query's own position is ranked at the number of
    matches, and a numerical look-up answers its default beyond its table.

    Args:
        path: the program file; its CSV files, and the module of its embeddings where it has one, lie beside it or
            where it names them.
        as_network: whether heads choose as the network did that the source was made from (paper, section 3.2): the
            query's own position last.

    Raises:
        FileProblem: a file cannot be read.
        UnreadableSource: a file is no such program, or the files do not belong together; `FILE:LINE: what; what to do`.
    """
    path = Path(path)
    try:
        return _read(Source.open(path, LARGEST_PUBLISHED), path, as_network)
    except InvalidProgram as error:
        raise UnreadableSource(f"{path}:1: {error}; restore the file from its source") from error
    except (RecursionError, MemoryError):
        raise UnreadableSource(
            f"{path}:1: the file is too large or nests too deeply to be a published program"
        ) from None


def _read(source: Source, path: Path, as_network: bool) -> Imported:
    layout = read_layout(source, path)
    run = layout.run
    warnings: list[str] = []
    tables = Tables(source, path, arguments=_arguments_beside(path, warnings))
    _preload(_expressions(layout, tables, run, Drafts(UNKNOWN_DOMAIN), as_network), run)
    if tables.weights is None:
        raise source.error(run, "run reads no classifier; restore its call of read_csv")
    warnings += tables.warnings
    found = _domain(source, run, path, layout, tables, tables.weights, warnings)
    drafts = Drafts(found.domain)
    expressions = _expressions(layout, tables, run, drafts, as_network)
    modules = expressions.modules
    expressions.names.update(_arguments(source, run, drafts))
    outcome = Body(expressions).follow(run)
    layout.leave_out_rest()
    warnings += modules.warnings
    if layout.effects.loud:
        warnings.append(_unrun(layout.effects.loud))
    labels = tables.weights.labels
    try:
        program, lossy = assemble(
            drafts,
            outcome.scores,
            labels,
            pooled=outcome.pooled,
            first=outcome.first,
            last=outcome.last,
        )
    except UnreadableSource as error:
        raise source.error(run, f"{error}; restore the file from its source") from error
    warnings += lossy
    ends = _ends_of_tables(program, modules)
    warnings += _left_over(tables.weights, modules)
    read = f"Read from {path.name}."
    both = f"{read} {found.note}"
    notes = [both] if len(both) <= SHORT_NOTE else [read, found.note]
    notes += _ties(program, as_network)
    provenance = Provenance(f"Published program {path.stem}", found.task, tuple(notes))
    files = (path, *layout.files, *(sheet.path for sheet in tables.sheets.values()))
    return Imported(
        replace(program, provenance=provenance),
        tuple(notes),
        tuple(warnings),
        layout.examples,
        files,
        ends,
    )


def _expressions(
    layout: Layout, tables: Tables, run: ast.FunctionDef, drafts: Drafts, as_network: bool
) -> Expressions:
    source = layout.source
    sandbox = Sandbox(source, layout.enumerations(), Budget(STEPS), layout.constants())
    modules = Modules(source, drafts, sandbox, tables, as_network)
    local = frozenset(source.scope(run).locals)
    assert drafts.domain.context_length is not None
    helpers = Helpers(source, drafts.domain.context_length)
    return Expressions(source, layout, tables, modules, helpers, local, {})


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


def _unrun(lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, sorted({*lines})))
    return (
        f"what stands in line {shown} changes nothing that run computes and is left out; "
        "where it raises an error, the published program gives no answer"
    )


def _domain(
    source: Source,
    run: ast.FunctionDef,
    path: Path,
    layout: Layout,
    tables: Tables,
    weights: WeightSheet,
    warnings: list[str],
) -> Recognised:
    if tables.words is not None:
        vocabulary: Sequence[str] = tables.words.words
        place = tables.words.sheet.path.name
    else:
        vocabulary = weights.values.get("tokens", ())
        place = weights.sheet.path.name
    positions = _count(weights)
    if not vocabulary or not positions:
        missing = "tokens" if not vocabulary else "positions from 0 on"
        raise source.error(
            run,
            f"{weights.sheet.path.name} lists no {missing}; the two files do not belong together, or one is cut off",
        )
    names = [path.stem, path.absolute().parent.name]
    arguments = tables.arguments
    if arguments is not None:
        names.insert(0, arguments.dataset)
        limit = framed_length(arguments)
        if limit < positions:
            warnings.append(
                f"{place} lists {positions} positions, and {ARGUMENTS_FILE} beside it says max_length "
                f"{arguments.max_length}: inputs have at most {limit}"
            )
            positions = limit
    found = recognise(vocabulary, positions, layout.examples, names, tables.words is not None)
    if found is None:
        raise source.error(
            run, f"no sequence of {place}'s symbols fits {positions} positions; restore the files"
        )
    kept = (tables.words or weights).sheet.keeps_missing
    lost = [symbol for symbol in found.domain.alphabet if symbol in LOST_TO_PANDAS]
    if lost and not kept:
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


def _arguments(source: Source, run: ast.FunctionDef, drafts: Drafts) -> dict[str, Abstract]:
    """Return what the parameters of `run` stand for: the tokens first, any others at their defaults."""
    arguments = run.args
    extra = (arguments.vararg, arguments.kwarg, *arguments.posonlyargs, *arguments.kwonlyargs)
    names = [argument.arg for argument in arguments.args]
    if (
        any(one is not None for one in extra)
        or run.decorator_list
        or len(arguments.defaults) != len(names) - 1
        or len(set(names)) != len(names)
    ):
        raise source.error(run, "run must take the tokens, and whatever else with a default")
    given: dict[str, Abstract] = {names[0]: Column(Item(drafts.tokens(), drafts.domain.alphabet))}
    for name, default in zip(names[1:], arguments.defaults, strict=True):
        if not isinstance(default, ast.Constant):
            raise source.error(default, "a default of run must be a constant")
        given[name] = Constant(default.value)
    return given


def _ties(program: Program, as_network: bool) -> list[str]:
    """Say how the heads choose among several matches."""
    heads = [one for one in program.operations if isinstance(one, CategoricalHead)]
    ranked = sum(head.tie == Nearest("matches") for head in heads)
    if as_network:
        return ["Its heads choose their own position last, as the network does."]
    if ranked:
        return [write_fact(RankedHeads(ranked))]
    return []


def _ends_of_tables(program: Program, modules: Modules) -> tuple[TableEnd, ...]:
    """Return where the arguments of a numerical look-up can exceed its table (n_ctx numbers for each layer so far)."""
    bounds = numerical_bounds(program)
    lasts = {
        modules.drafts.variables[number].node.name: last for number, last in modules.lasts.items()
    }
    found = []
    for number, operation in enumerate(program.operations, len(program.inputs)):
        if isinstance(operation, NumericalLookup) and operation.layer is not None:
            length = program.domain.context_length or 0
            end = max(lasts[operation.name], length * (operation.layer + 1) - 1)
            if any(end < (bounds[argument] or 0) for argument in operation.arguments):
                found.append(TableEnd(program.names[number], end))
    return tuple(found)


def _left_over(weights: WeightSheet, modules: Modules) -> list[str]:
    """Say which variables of the classifier the program never looks up, and what the labels lack."""
    found = []
    unused = [feature for feature in weights.values if feature not in modules.looked_up]
    if unused:
        found.append(
            f"{weights.sheet.path.name} has rows for {_shown(unused)}, which the program never reads"
        )
    domain = modules.drafts.domain
    if domain.scored is not None and UNKNOWN not in weights.labels:
        found.append(
            f"{weights.sheet.path.name} has no column {UNKNOWN}, so the program can never answer it, though its "
            "network can"
        )
    return found


def _shown(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else ""
    return ", ".join(map(repr, names[:MOST_SHOWN])) + more
