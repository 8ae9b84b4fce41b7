"""A report as one HTML file that needs nothing else.

Text of the program reaches the page in two ways only: through the template, which escapes it, and as JSON that no browser
runs, which scripts put into the document as text. A content policy allows this page's own script alone, by its hash.
"""

import base64
import hashlib
import json
import math
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from tprog.analysis.explain.text import is_text
from tprog.analysis.measure.figures import Accuracy, Figures, Score
from tprog.analysis.measure.predictors import Counterexample
from tprog.analysis.measure.vote_scale import vote_scale
from tprog.analysis.show.html import body
from tprog.analysis.show.model import WIDE
from tprog.analysis.show.report.data import page_data, shown_circuits
from tprog.analysis.show.report.findings import OfferedInput, Report
from tprog.analysis.show.verdict import example_rows
from tprog.analysis.show.words import (
    counted,
    kind_text,
    label_text,
    percent,
    shade,
    share_note,
    share_text,
    whole_inputs,
)
from tprog.ir import (
    Domain,
    Program,
)
from tprog.visible import visible

SCRIPTS = (
    "dom.js",
    "interpreter.js",
    "slice.js",
    "code.js",
    "heat.js",
    "steps.js",
    "words.js",
    "page.js",
)
MOST_LABELS = 30  # labels of which the accuracy is shown, the worst first where there are more
NOT_IN_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}

# What the template calls by name.
FILTERS: dict[str, Callable[..., object]] = {
    "counted": counted,
    "kind": kind_text,
    "label": label_text,
    "of": lambda score: f"{score.right:,} of {score.total:,}",
    "percent": percent,
    "shade": shade,
    "share": share_text,
    "sure": share_note,
    "width": lambda score: math.floor(score.share * 10_000) / 100,
}


def render_report(report: Report) -> str:
    """Return a report as the text of one HTML file."""
    script = "\n".join(_resource(name) for name in SCRIPTS)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters |= FILTERS
    return environment.from_string(_resource("page.html.jinja")).render(
        **_words(report),
        script=Markup(script),
        script_hash=digest,
        style=Markup(_resource("page.css")),
        data=Markup(script_json(page_data(report))),
        picture=None if report.picture is None else Markup(report.picture),
    )


def _shown(value: object) -> object:
    """Return what the template prints: text with escapes for what cannot be seen, HTML of ours as it is."""
    return (
        visible(value, keep="\n\u00a0")
        if isinstance(value, str) and not isinstance(value, Markup)
        else value
    )


def script_json(value: object) -> str:
    """Return JSON that can stand in a script element: nothing in it can end the element."""
    text = json.dumps(value, separators=(",", ":"))
    for character, escape in NOT_IN_SCRIPT.items():
        text = text.replace(character, escape)
    return text


def _resource(name: str) -> str:
    return resources.files("tprog.analysis.show.report").joinpath(name).read_text(encoding="utf-8")


def _words(report: Report) -> dict[str, Any]:
    """Return everything that the template puts into words, besides the report itself."""
    summary, accuracy = report.summary, report.accuracy
    task = report.task
    return {
        "report": report,
        "summary": summary,
        "title": report.program.provenance.title or report.file,
        "does": _sentence(task.description) if task else _labelling(report.program),
        "nobody": _upper(summary.notes[0]) if summary.notes else "Its task is not known",
        "modules": _modules(report),
        "domain": _domain(report.program.domain),
        "accuracy": accuracy,
        "measured_on": None if accuracy is None else _measured_on(summary.figures, accuracy),
        "by_label": () if accuracy is None else _worst_labels(accuracy),
        "worst": None if accuracy is None else _worst(accuracy),
        "failures": [_failure(one) for one in report.failures],
        "found": report.circuits,
        "circuits": shown_circuits(report),
        "votes_note": vote_scale(report.program).note,
        "wordy": is_text(report.program),
        "never": list(_never(report)),
        "sample": _sample(report),
    }


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(text: str) -> str:
    return _upper(text) + ("" if text.endswith(".") else ".")


def _labelling(program: Program) -> str:
    """Return what sort of answers a program gives, where nobody says what it is to compute."""
    classifier = program.classifier
    open_labels = len(classifier.labels) - len(classifier.masked)
    where = "input" if classifier.pooled else "token"
    return f"One of {counted(open_labels, 'label')} for each {where}."


def _modules(report: Report) -> str:
    sizes = report.summary.sizes
    heads = sizes.heads + sizes.numerical_heads
    lookups = sizes.lookups + sizes.numerical_lookups
    found = [counted(heads, "head")] * bool(heads) + [counted(lookups, "look-up")] * bool(lookups)
    return " and ".join(found) or "no heads"


def _domain(domain: Domain) -> str:
    return f"{domain.lengths} tokens out of {len(domain.symbols):,}"


def _measured_on(figures: Figures, accuracy: Accuracy) -> str:
    number = accuracy.inputs.total
    return whole_inputs(figures, number) if figures.whole else f"a sample of {number:,} inputs"


def _worst_labels(accuracy: Accuracy) -> Sequence[tuple[str, Score]]:
    """Return the accuracy by label; of very many labels, of the worst."""
    rows = accuracy.by_label
    if len(rows) <= MOST_LABELS:
        return rows
    return sorted(rows, key=lambda row: row[1].share)[:MOST_LABELS]


def _worst(accuracy: Accuracy) -> str | None:
    """Return where the program fails most, in a few words; None where it does not fail."""
    if accuracy.labels.right == accuracy.labels.total:
        return None
    length, at_length = min(accuracy.by_length, key=lambda row: row[1].share)
    label, of_label = min(accuracy.by_label, key=lambda row: row[1].share)
    worst = f"worst for the label {label_text(label)} ({percent(of_label)})"
    if len(accuracy.by_length) > 1:
        worst += f" and at length {length} ({percent(at_length)})"
    return worst


def _failure(one: OfferedInput) -> Markup:
    """Return a failing input with the right and the given labels, as every page shows an example."""
    example = Counterexample(one.tokens, one.expected or (), one.got or ())
    return Markup(body(example_rows(example, "right", "given", WIDE)))


def _never(report: Report) -> Iterator[tuple[int, str, int, str]]:
    """Yield the tests that always came out the same way: the part, its name, the line, and how they came out."""
    for number, tests in sorted(report.places.tests.items()):
        for test in tests:
            if not (test.taken and test.skipped):
                asked = "never holds" if test.skipped else "is never asked"
                verb = "always holds" if test.taken else asked
                yield number, report.program.names[number], test.line, f"{test.text} {verb}"


def _sample(report: Report) -> str:
    inputs = f"{report.usage.inputs:,} inputs"
    return f"all {inputs}" if report.usage.exhaustive else f"{inputs} drawn at random"
