"""What a notebook shows of each kind of value: the one place where a type meets its page.

A value does not know its page. It is `tprog.hooks.Shown`, whose `_repr_html_` comes here through the front door.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import singledispatch

from tprog.analysis.diff import Diff
from tprog.analysis.explain.circuits import Closeup, Survey
from tprog.analysis.explain.describe import describe, describe_reads, kind_of
from tprog.analysis.explain.explain import explained
from tprog.analysis.explain.trace import Tracing
from tprog.analysis.measure.predictors import length_range
from tprog.analysis.show.circuits import closeup_page, survey_page
from tprog.analysis.show.difference import difference_page
from tprog.analysis.show.errors import errors_page
from tprog.analysis.show.explanation import trace_page
from tprog.analysis.show.graph.model import Graph, build_graph
from tprog.analysis.show.graph.rendering import CannotDraw, picture
from tprog.analysis.show.html import snippet
from tprog.analysis.show.model import (
    WIDE,
    Code,
    Folded,
    Page,
    Picture,
    TableColumn,
    line,
    styled,
    table,
)
from tprog.analysis.show.simplified import simplified_page
from tprog.analysis.show.verdict import verdict_page
from tprog.analysis.show.words import counted
from tprog.analysis.simplify.simplify import Simplified
from tprog.analysis.verify.verdict import Verdict
from tprog.codegen import emit
from tprog.evaluate.traces import Trace
from tprog.ir import CategoricalLookup, Program, Table, WordTable
from tprog.ir.facts import write_fact

# Entries of all tables beyond which the code is not shown: writing and reading it would take longer than it helps.
LARGEST_SHOWN = 20_000
MOST_SYMBOLS = 24


def html(thing: object) -> str:
    """Return something as HTML that can stand anywhere, in dark and in light.

    Args:
        thing: a Program, a graph, a trace of one input, a verdict, a difference, a simplification, circuits, traced
            errors, or a list or tuple of such things.

    Raises:
        TypeError: it is nothing of ours.
        CannotDraw: a graph cannot be drawn.
    """
    if isinstance(thing, list | tuple):
        return "".join(map(html, thing))
    return snippet(page_of(thing))


@singledispatch
def page_of(thing: object) -> Page:
    """Return the page of a value, as wide as its lines are."""
    raise TypeError(f"{type(thing).__name__} has no page of its own")


@page_of.register
def _(thing: Graph) -> Page:
    return (Picture(picture(thing)),)


@page_of.register
def _(thing: Trace) -> Page:
    return trace_page(thing, explained(thing), WIDE)


@page_of.register
def _(thing: Verdict) -> Page:
    return verdict_page(thing, WIDE)


@page_of.register
def _(thing: Diff) -> Page:
    return difference_page(thing, WIDE)


@page_of.register
def _(thing: Survey) -> Page:
    return survey_page(thing, WIDE)


page_of.register(Simplified, simplified_page)
page_of.register(Closeup, closeup_page)
page_of.register(Tracing, errors_page)


@page_of.register
def program_page(program: Program) -> Page:
    """Return what a Program's parts read and do, its graph and its code."""
    first = len(program.inputs)
    rows = []
    for number, variable in enumerate(program.variables):
        layer = "" if number < first else str(program.layers[number - first])
        kind = "input" if number < first else kind_of(program.operations[number - first])
        does = line((describe(program, number, 60), "mono"))
        if variable.notes:
            does += (f" {' '.join(variable.notes)}", "dim")
        name = styled(program.names[number], "bold mono")
        rows.append((layer, name, kind, styled(describe_reads(program, number), "mono"), does))
    columns = (TableColumn("layer", right=True), "part", "kind", "reads", "does")
    graph: Page = ()
    # Without Graphviz there is no picture, and the rest still stands.
    with suppress(CannotDraw):
        graph = (Folded("graph", (Picture(picture(build_graph(program))),)),)
    code: Page = ()
    if entries(program) <= LARGEST_SHOWN:
        lines = tuple(map(line, emit(program).rstrip("\n").split("\n")))
        code = (Folded("code", (Code(lines),)),)
    return (
        styled(program.provenance.title or "A program without a title", "bold"),
        *(styled(write_fact(fact), "dim") for fact in program.provenance.facts),
        line(reading(program)),
        table(columns, rows),
        *graph,
        *code,
    )


def reading(program: Program) -> str:
    """Return in words what a Program reads and says."""
    domain, labels = program.domain, program.classifier.labels
    one = "one for the input" if program.classifier.pooled else "one for each symbol"
    some = f" ({len(domain.symbols):,} in all)" if len(domain.symbols) > MOST_SYMBOLS else ""
    return (
        f"reads {_first(domain.symbols)}{some}, {length_range(domain)}; says {one} of "
        f"{counted(len(labels), 'label')}: {_first(labels)}"
    )


def _first(texts: Sequence[str]) -> str:
    return " ".join(texts[:MOST_SYMBOLS]) + (" …" if len(texts) > MOST_SYMBOLS else "")


def entries(program: Program) -> int:
    """Return about how many entries the tables of a Program have."""
    total = 0
    for variable in program.variables:
        match variable:
            case CategoricalLookup(table=found) | WordTable(table=found):
                total += len(found)
            case _:
                predicate = getattr(variable, "predicate", None)
                total += len(predicate.rows) if isinstance(predicate, Table) else 0
    return total
