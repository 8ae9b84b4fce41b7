"""Published programs as Programs. Owns the way from a file to a Program; refuses to execute the file, or any part of it."""

import ast
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tprog.errors import InvalidProgram, UnreadableSource
from tprog.evaluate import numerical_bounds
from tprog.ir import (
    CategoricalHead,
    Nearest,
    NumericalLookup,
    Program,
    Provenance,
)
from tprog.reader.published.abstract import Abstract, Column, Constant, Item
from tprog.reader.published.assemble import assemble
from tprog.reader.published.body import Body
from tprog.reader.published.domains import UNKNOWN, Recognised, recognise
from tprog.reader.published.drafts import Drafts
from tprog.reader.published.expressions import Expressions
from tprog.reader.published.files import read_bounded
from tprog.reader.published.helpers import Helpers
from tprog.reader.published.imported import Imported, TableEnd
from tprog.reader.published.layout import Layout, read_layout
from tprog.reader.published.modules import Modules
from tprog.reader.published.sandbox import Budget, Sandbox
from tprog.reader.published.sheets import LOST_TO_PANDAS, WeightSheet, whole
from tprog.reader.published.tables import Tables
from tprog.reader.source import Source

# The largest published program has 60,000 characters.
LARGEST_PROGRAM = 1_000_000  # bytes
STEPS = 8_000_000
# More are not shown in a line.
MOST_SHOWN = 8
# What two facts may take together to stand on one line.
SHORT_NOTE = 88
RANKED = (
    "of its heads rank their own position at the number of matches, as the source does; "
    "the network chooses it last."
)


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
        source = Source(read_bounded(path, LARGEST_PROGRAM), str(path))
        return _read(source, path, as_network)
    except InvalidProgram as error:
        raise UnreadableSource(f"{path}:1: {error}; restore the file from its source") from error
    except (RecursionError, MemoryError):
        raise UnreadableSource(
            f"{path}:1: the file is too large or nests too deeply to be a published program"
        ) from None


def _read(source: Source, path: Path, as_network: bool) -> Imported:
    layout = read_layout(source, path)
    run = layout.functions.get("run")
    if run is None:
        raise source.error(1, "there is no function run(tokens); give a published program")
    tables = Tables(source, path)
    tables.preload(run.body)
    if tables.weights is None:
        raise source.error(run, "run reads no classifier; restore its call of read_csv")
    found, warnings = _domain(source, run, path, layout, tables, tables.weights)
    assert found.domain.context_length is not None
    drafts = Drafts(found.domain)
    modules = Modules(
        source=source,
        drafts=drafts,
        sandbox=Sandbox(source, layout.enumerations, Budget(STEPS)),
        weights=tables.weights,
        as_network=as_network,
        warnings=warnings,
    )
    names = {**layout.modules, **layout.enumerations, **_arguments(source, run, drafts)}
    helpers = Helpers(source, layout.functions, found.domain.context_length)
    expressions = Expressions(source, tables, modules, helpers, names)
    outcome = Body(expressions).follow(run)
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


def _domain(
    source: Source,
    run: ast.FunctionDef,
    path: Path,
    layout: Layout,
    tables: Tables,
    weights: WeightSheet,
) -> tuple[Recognised, list[str]]:
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
    names = (path.stem, path.absolute().parent.name)
    found = recognise(vocabulary, positions, layout.examples, names, tables.words is not None)
    if found is None:
        raise source.error(
            run, f"no sequence of {place}'s symbols fits {positions} positions; restore the files"
        )
    warnings = []
    lost = [symbol for symbol in found.domain.alphabet if symbol in LOST_TO_PANDAS]
    if lost:
        warnings.append(
            f"the published program raises KeyError on {_shown(lost)}, which pandas takes for missing values; "
            f"here such a token has the row that {place} gives it"
        )
    return found, warnings


def _count(weights: WeightSheet) -> int:
    """Return how many positions the classifier lists, without a gap."""
    listed = {whole(value) for value in weights.values.get("positions", ())}
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
        return [f"{ranked} {RANKED}"]
    return []


def recounted(note: str, program: Program) -> str | None:
    """Return a note as it holds of a changed Program: with another number of heads, or None where it has none of them."""
    if not note.endswith(RANKED):
        return note
    found = _ties(program, False)
    return found[0] if found else None


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
