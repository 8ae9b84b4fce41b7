"""Traced errors as HTML. Owns their look there; refuses to trace anything."""

from tprog.analysis.explain.trace import Line, Suspect, Tracing
from tprog.analysis.show.page.html import code, folded, mark, paragraph, snippet, table, text
from tprog.analysis.show.page.trace_page import branch_name, repair_text
from tprog.analysis.show.page.words import counted, label_text

MOST_SUSPECTS, MOST_CAUSES = 10, 8
# How suspicious a line must be to be marked.
MARKED = 0.5


def tracing_snippet(found: Tracing) -> str:
    """Return what was found out about a Program's errors as a snippet for a notebook."""
    counts = (
        f"{counted(found.failing_examples, 'example')} of {len(found.examples):,} fail, in "
        f"{counted(found.failing, 'label')} of {found.failing + found.passing:,}"
    )
    if not found.failing:
        return snippet(
            paragraph(mark("good", text(f"none of {len(found.examples):,} examples fails")))
        )
    return snippet(
        paragraph(text(counts)),
        "<h2>Suspects</h2>",
        _suspects(found),
        "<h2>Errors by cause</h2>",
        _causes(found),
        folded("source, its suspicious lines marked", _source(found)),
    )


def _suspects(found: Tracing) -> str:
    rows = [_suspect(found, one) for one in found.suspects[:MOST_SUSPECTS]]
    more = len(found.suspects) - len(rows)
    heads = ("suspect", "suspicion", "ran in wrong", "in right", "repair", "puts right", "breaks")
    rest = paragraph(f"and {more} more", "dim") if more > 0 else ""
    return table(heads, rows, (1, 2, 3, 5, 6)) + rest


def _suspect(found: Tracing, one: Suspect) -> tuple[str, ...]:
    repair = one.repair
    return (
        code(branch_name(found.program, one.branch), "bad" if one.net > 0 else ""),
        f"{one.suspicion:.2f}",
        f"{one.failed:,}",
        f"{one.passed:,}",
        code(repair_text(found.program, one)) if repair is not None else "",
        f"{len(repair.gain.fixed):,}" if repair is not None else "",
        f"{repair.gain.broken:,}" if repair is not None else "",
    )


def _causes(found: Tracing) -> str:
    rows = []
    for cause in found.causes[:MOST_CAUSES]:
        name = "nothing singles them out"
        if cause.branch is not None:
            name = branch_name(found.program, cause.branch)
        shortest = cause.shortest
        rows.append(
            (
                f"{len(cause.members):,}",
                code(name, "bad" if cause.proved else "doubt"),
                "its repair puts them right" if cause.proved else "not proved",
                code(" ".join(shortest.tokens)),
                code(label_text(shortest.wanted), "new"),
                code(label_text(shortest.given), "gone"),
            )
        )
    heads = ("errors", "cause", "", "such as", "right", "given")
    return table(heads, rows, (0,))


def _source(found: Tracing) -> str:
    suspicious: dict[int, Line] = {line.number: line for line in found.lines}
    lines = []
    for number, line in enumerate(found.source.splitlines(), 1):
        known = suspicious.get(number)
        marked = known is not None and known.suspect is not None and _marked(known)
        shown = text(line) or " "
        lines.append(f"{number:5}  {mark('bad', shown) if marked else shown}")
    return f"<pre>{chr(10).join(lines)}</pre>"


def _marked(line: Line) -> bool:
    # A suspicion without bound is None.
    return line.suspicion is None or line.suspicion >= MARKED
