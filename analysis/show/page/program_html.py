"""A Program as HTML: what its parts read and do, its graph and its code. Owns the layout; refuses to measure anything."""

from contextlib import suppress

from tprog.analysis.explain.describe import describe, describe_reads, kind_of
from tprog.analysis.measure.predictors import length_range
from tprog.analysis.show.graph.draw import picture
from tprog.analysis.show.graph.engine import CannotDraw
from tprog.analysis.show.graph.model import build_graph
from tprog.analysis.show.page.html import code, folded, mark, paragraph, snippet, table, text
from tprog.analysis.show.page.words import counted
from tprog.ir import CategoricalLookup, Program, Table, WordTable

# Entries of all tables beyond which the code is not shown: writing and reading it would take longer than it helps.
LARGEST_SHOWN = 20_000
MOST_SYMBOLS = 24


def program_snippet(program: Program) -> str:
    """Return a Program as a snippet for a notebook."""
    title = program.provenance.title or "A program without a title"
    first = len(program.inputs)
    rows = []
    for number, variable in enumerate(program.variables):
        layer = "" if number < first else str(program.layers[number - first])
        kind = "input" if number < first else kind_of(program.operations[number - first])
        reads, does = describe_reads(program, number), describe(program, number, 60)
        note = mark("dim", text(" ".join(variable.notes))) if variable.notes else ""
        rows.append((layer, f"<strong>{code(program.names[number])}</strong>", text(kind)))
        rows[-1] += (code(reads), f"{code(does)} {note}".rstrip())  # type: ignore[assignment]
    parts = [
        paragraph(f"<strong>{text(title)}</strong>"),
        *(paragraph(text(fact), "dim") for fact in program.provenance.lines),
        paragraph(text(reading(program))),
        table(("layer", "part", "kind", "reads", "does"), rows, (0,)),
    ]
    # Without Graphviz there is no picture, and the rest still stands.
    with suppress(CannotDraw):
        parts.append(folded("graph", picture(build_graph(program))))
    if entries(program) <= LARGEST_SHOWN:
        from tprog.codegen import emit

        parts.append(folded("code", f"<pre>{text(emit(program))}</pre>"))
    return snippet(*parts)


def reading(program: Program) -> str:
    """Return in words what a Program reads and says."""
    domain, labels = program.domain, program.classifier.labels
    symbols = " ".join(domain.symbols[:MOST_SYMBOLS])
    more = f" … ({len(domain.symbols):,} in all)" if len(domain.symbols) > MOST_SYMBOLS else ""
    said = " ".join(labels[:MOST_SYMBOLS]) + (" …" if len(labels) > MOST_SYMBOLS else "")
    one = "one for the input" if program.classifier.pooled else "one for each symbol"
    return (
        f"reads {symbols}{more}, {length_range(domain)}; says {one} of "
        f"{counted(len(labels), 'label')}: {said}"
    )


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
