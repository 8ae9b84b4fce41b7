"""A report as one HTML file that needs nothing else. Owns the page's words and how data enters it safely.

Text of the program reaches the page in two ways only: through the template, which escapes it, and as JSON that no browser
runs, which scripts put into the document as text. A content policy allows this page's own script alone, by its hash.
"""

import base64
import hashlib
import json
import math
from collections.abc import Sequence
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from tprog.analysis.measure.figures import Accuracy, Score
from tprog.analysis.measure.vote_scale import vote_scale
from tprog.analysis.show.report.data import page_data, shown_circuits
from tprog.analysis.show.report.findings import OfferedInput, Report
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
    "page.js",
)
MOST_LABELS = 30  # labels of which the accuracy is shown, the worst first where there are more
NOT_IN_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


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
    """Return everything that the template puts into words."""
    summary, sizes = report.summary, report.summary.sizes
    accuracy = report.accuracy
    title = report.program.provenance.title or report.file
    return {
        "title": title,
        "file": report.file,
        "task": summary.task,
        "does": _sentence(report.task.description) if report.task else _labelling(report.program),
        "facts": summary.facts,
        "nobody": _upper(summary.notes[0]) if summary.notes else "Its task is not known",
        "layers": counted(sizes.layers, "layer"),
        "modules": _modules(report),
        "domain": _domain(report.program.domain),
        "accuracy": None if accuracy is None else _accuracy(report, accuracy),
        "failures": [_failure(one) for one in report.failures],
        "blame": report.blame,
        "circuits": _circuit_words(report),
        "shorter": report.shorter,
        "votes_words": counted(sizes.votes, "vote"),
        "votes_note": vote_scale(report.program).note,
        "lines": sizes.lines,
        "spare": summary.spare,
        "never": _never(report),
        "sample": _sample(report),
        "kinds": ["head", "numerical head", "look-up", "numerical look-up"],
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
    if domain.max_length is None:
        lengths = f"{domain.min_length} or more"
    elif domain.min_length == domain.max_length:
        lengths = f"{domain.max_length}"
    else:
        lengths = f"{domain.min_length} to {domain.max_length}"
    return f"{lengths} tokens out of {len(domain.symbols):,}"


def _accuracy(report: Report, accuracy: Accuracy) -> dict[str, Any]:
    figures = report.summary.figures
    labels, inputs = accuracy.labels, accuracy.inputs
    noun = "examples" if figures.examples else "inputs"
    return {
        "percent": percent(labels),
        "perfect": labels.right == labels.total,
        "shade": shade(labels),
        "labels": f"{labels.right:,} of {labels.total:,} labels",
        "wrong": f"{labels.total - labels.right:,}",
        "inputs": whole_inputs(figures, inputs.total)
        if figures.whole is not None
        else f"a sample of {inputs.total:,} inputs",
        "whole_inputs": f"{inputs.right:,} of {inputs.total:,} {noun} wholly right",
        "by_length": [_row(str(length), score) for length, score in accuracy.by_length],
        "by_label": _by_label(accuracy.by_label),
        "left_out": max(0, len(accuracy.by_label) - MOST_LABELS),
        "worst": _worst(accuracy),
    }


def _by_label(found: Sequence[tuple[str, Score]]) -> list[dict[str, Any]]:
    rows = list(found)
    if len(rows) > MOST_LABELS:
        rows = sorted(rows, key=lambda row: row[1].share)[:MOST_LABELS]
    return [_row(label_text(label), score) for label, score in rows]


def _row(name: str, score: Score) -> dict[str, Any]:
    return {
        "name": name,
        "percent": percent(score),
        "share": math.floor(score.share * 10_000) / 100,
        "count": f"{score.right:,} of {score.total:,}",
        "perfect": score.right == score.total,
    }


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


def _failure(example: OfferedInput) -> dict[str, Any]:
    expected, got = example.expected or (), example.got or ()
    single = len(expected) == 1 and len(example.tokens) > 1
    cells = [
        {
            "token": label_text(token),
            "expected": "" if single or expected[place] is None else label_text(expected[place]),
            "got": "" if single or got[place] is None else label_text(got[place]),
            "wrong": not single and expected[place] is not None and expected[place] != got[place],
        }
        for place, token in enumerate(example.tokens)
    ]
    return {
        "cells": cells,
        "single": [label_text(expected[0]), label_text(got[0])] if single else None,
    }


def _circuit_words(report: Report) -> dict[str, Any] | None:
    """Return which parts decide, in words; None where that was not sought."""
    found = report.circuits
    if found is None:
        return None
    rows = []
    for circuit in shown_circuits(report):
        wrong = 0 if circuit.right is None else circuit.count - circuit.right
        rows.append(
            {
                "parts": [(part, found.names[part]) for part in circuit.parts],
                "share": share_text(found.share(circuit.count).value),
                "sure": share_note(found.share(circuit.count)),
                "kind": kind_text(circuit.kind, alone=circuit.count == found.moments),
                "wrong": f"{wrong:,} of {circuit.count:,} wrong" if wrong else "",
            }
        )
    return {
        "rows": rows,
        "inputs": f"{found.inputs:,} random inputs",
        "more": len(found.circuits) - len(rows),
        "all_exact": found.exact == found.moments,
    }


def _never(report: Report) -> list[dict[str, Any]]:
    """Return the branches that never ran, with the part and the line."""
    program = report.program
    found = []
    for number, tests in sorted(report.places.tests.items()):
        for test in tests:
            if test.taken and test.skipped:
                continue
            verb = "always holds" if test.taken else "never holds"
            if not test.taken and not test.skipped:
                verb = "is never asked"
            found.append(
                {
                    "variable": number,
                    "name": program.names[number],
                    "line": test.line,
                    "what": f"{test.text} {verb}",
                }
            )
    return found


def _sample(report: Report) -> str:
    inputs = f"{report.usage.inputs:,} inputs"
    return f"all {inputs}" if report.usage.exhaustive else f"{inputs} drawn at random"
