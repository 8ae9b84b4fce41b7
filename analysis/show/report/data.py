"""What the page's scripts read, as JSON values: the Program, its parts, the file, inputs, and what judges an answer.

`interpreter.js` computes from what `program_payload` writes. Variables are told apart by `kind`; everything categorical speaks of
indices into its values, as the Program does. An integer that a JavaScript number does not hold exactly is a string.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from tprog.analysis.explain.circuits import Circuit
from tprog.analysis.explain.describe import describe, kind_of, show_value
from tprog.analysis.explain.text import is_text
from tprog.analysis.measure.figures import METRIC, Figures
from tprog.analysis.measure.predictors import reframe
from tprog.analysis.measure.sizes import swings
from tprog.analysis.measure.vote_scale import vote_scale
from tprog.analysis.show.report.findings import Report
from tprog.analysis.show.report.usage import Usage
from tprog.evaluate.attention import predicate_matrix
from tprog.evaluate.scalar import value_at
from tprog.files import read_text
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Compare,
    Constant,
    Domain,
    FiniteValues,
    First,
    Head,
    Input,
    KeyIn,
    Lookup,
    Naturals,
    Nearest,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Ones,
    Operation,
    Positions,
    Predicate,
    Program,
    Table,
    TextRule,
    TieBreak,
    Tokens,
    Value,
    WordTable,
)
from tprog.locate import gallery_names, load, locate
from tprog.manifest import read_manifest
from tprog.tasks.task import Task

LONGEST_DOES = 200
# Rows of a predicate and entries of a look-up that are listed, and keys of a row.
MOST_ROWS = 40
MOST_KEYS = 8
MOST_CIRCUITS = 6
# Half of what a double holds, so that the sum of two such numbers is exact as well.
LARGEST_NUMBER = 1 << 52
# Inputs whose labels are written into the page: some 200 kB.
MOST_LISTED = 2_000


def page_data(report: Report) -> dict[str, Any]:
    """Return what the page's script reads, as JSON values."""
    shorter = report.shorter
    return {
        "program": program_payload(report.program),
        "parts": [_part(report, number) for number in range(len(report.program.variables))],
        "scale": vote_scale(report.program).power,
        "wordy": is_text(report.program),
        "file": report.file,
        "source": report.source,
        "counts": sorted(report.places.counts.items()),
        "places": report.places.places,
        "examples": [{"tokens": one.tokens, "expected": one.expected} for one in report.inputs],
        "start": _start(report),
        "judged": report.task is not None,
        "truth": known_truth(report.program, report.task, report.summary.figures),
        "choose": None,
        "suspects": [
            {"variable": one.variable, "lines": one.lines}
            for one in (report.blame.suspects if report.blame else ())
        ],
        "circuits": [circuit.parts for circuit in shown_circuits(report)],
        "shorter": None
        if shorter is None or not shorter.found
        else {"source": shorter.source, "removed": shorter.removed, "added": shorter.added},
    }


def _start(report: Report) -> tuple[str, ...] | None:
    """Return the input that the page begins with: an ordinary one of middling length and with many different labels."""
    domain = report.program.domain
    aim = min(7, domain.max_length or 7)
    ordinary = [one for one in report.inputs if one.got is None] or report.inputs
    found = min(
        ordinary,
        key=lambda one: (abs(len(one.tokens) - aim) > 2, -len(set(one.expected or ()))),
        default=None,
    )
    return None if found is None else found.tokens


def _part(report: Report, number: int) -> dict[str, Any]:
    program, usage = report.program, report.usage
    variable = program.variables[number]
    name = program.names[number]
    asked = usage.asked.get(number)
    return {
        "kind": kind_of(variable) if isinstance(variable, Operation) else "input",
        "layer": program.layers[number - len(program.inputs)]
        if isinstance(variable, Operation)
        else None,
        "does": describe(program, number, LONGEST_DOES),
        "reads": _reads(variable) if isinstance(variable, Operation) else [],
        "notes": variable.notes,
        "asked": None if asked is None else sum(asked.values()),
        "matched": None if asked is None else sum(usage.matched[number].values()),
        "rows": _rows(report, number),
        "votes": _votes(program, number),
        "spare": [found.what for found in report.summary.spare if found.part == name],
        "tests": [
            (test.line, test.text, test.taken, test.skipped)
            for test in report.places.tests.get(number, ())
        ],
    }


def _rows(report: Report, number: int) -> dict[str, Any] | None:
    """Return how often each row of a head's predicate, or the commonest entries of a look-up, were used."""
    program, usage = report.program, report.usage
    operation = program.variables[number]
    if not isinstance(operation, Operation):
        return None
    if isinstance(operation, Head):
        return _head_rows(program, number, operation, usage)
    values = operation.values.values
    commonest = usage.calls[number].most_common(MOST_ROWS)
    rows = [
        (
            ", ".join(
                show_value(value_at(program, read, entry))
                for read, entry in zip(operation.arguments, point, strict=True)
            ),
            show_value(values[_entry(program, operation, point)]),
            count,
        )
        for point, count in commonest
    ]
    names = ", ".join(program.names[read] for read in operation.arguments)
    left = len(usage.calls[number]) - len(rows)
    return {"columns": [names, "writes", "used"], "rows": rows, "left": left}


def _head_rows(program: Program, number: int, head: Head, usage: Usage) -> dict[str, Any] | None:
    query, key = program.values[head.query], program.values[head.key]
    if not isinstance(query, FiniteValues) or not isinstance(key, FiniteValues):
        return None
    asked = usage.asked[number]
    entries = range(len(query)) if len(query) <= MOST_ROWS else sorted(asked)[:MOST_ROWS]
    wants = predicate_matrix(head.predicate, query, key)
    rows = []
    for entry in entries:
        keys = np.flatnonzero(wants[entry]).tolist()
        shown = " ".join(show_value(key.values[index]) for index in keys[:MOST_KEYS])
        more = f" … {len(keys) - MOST_KEYS} more" if len(keys) > MOST_KEYS else ""
        rows.append(
            (
                show_value(query.values[entry]),
                shown + more or "none",
                asked[entry],
                usage.matched[number][entry],
            )
        )
    columns = [program.names[head.query], "wants", "asked", "found"]
    return {"columns": columns, "rows": rows, "left": max(0, len(query) - len(rows))}


def _entry(program: Program, lookup: Lookup, point: tuple[int, ...]) -> int:
    """Return what a look-up writes at a point of entries, as an index."""
    if isinstance(lookup, NumericalLookup):
        return lookup.index(point)
    row = 0
    for read, entry in zip(lookup.arguments, point, strict=True):
        row = row * len(program.finite_values(read)) + entry
    return lookup.table[row]


def _reads(operation: Operation) -> list[tuple[str, int]]:
    if isinstance(operation, Head):
        return list(zip(("query", "key", "value"), operation.reads, strict=True))
    assert isinstance(operation, Lookup)
    return [(f"argument {slot}", read) for slot, read in enumerate(operation.reads, 1)]


def _votes(program: Program, number: int) -> str | None:
    """Return how much a variable's votes can do, in a few words; None where it has none."""
    for vote in program.classifier.votes:
        if vote.variable == number:
            weight = swings(program.classifier)[number]
            unit = " per unit" if isinstance(vote, NumericalVotes) else ""
            most = vote_scale(program).complete(weight).removeprefix("+")
            return f"move one label against another by up to {most}{unit}"
    return None


def shown_circuits(report: Report) -> tuple[Circuit, ...]:
    """Return the circuits that the page lists."""
    return () if report.circuits is None else report.circuits.circuits[:MOST_CIRCUITS]


def program_payload(program: Program) -> dict[str, Any]:
    """Return everything that decides what a Program computes, and its names, as JSON values."""
    sets: dict[FiniteValues, int] = {}
    variables = []
    for number, variable in enumerate(program.variables):
        values = program.values[number]
        if isinstance(values, FiniteValues):
            written: int | str = sets.setdefault(values, len(sets))
        else:
            written = "positions" if isinstance(values, Naturals) else "numbers"
        made = _variable(program, variable)
        variables.append({"name": program.names[number], "values": written, **made})
    return {
        "domain": _domain(program.domain),
        "sets": [[_exact(value) for value in values.values] for values in sets],
        "textual": [values.textual for values in sets],
        "variables": variables,
        "classifier": _classifier(program.classifier),
    }


def _exact(value: Value) -> Value:
    if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        return str(value)
    return value


def _all(numbers: Iterable[int]) -> list[Value]:
    return [_exact(number) for number in numbers]


def _domain(domain: Domain) -> dict[str, Any]:
    return {
        "symbols": list(domain.symbols),
        "least": domain.min_length,
        "greatest": domain.max_length,
        "prefix": domain.prefix,
        "suffix": domain.suffix,
        "scored": None if domain.scored is None else list(domain.scored),
        "unknown": domain.unknown,
    }


def _variable(program: Program, variable: Input | Operation) -> dict[str, Any]:
    match variable:
        case Tokens():
            return {"kind": "tokens"}
        case Positions():
            return {"kind": "positions"}
        case Ones():
            return {"kind": "ones"}
        case WordTable(table=table):
            return {"kind": "words", "table": list(table)}
        case TextRule():
            return {
                "kind": "text",
                "feature": variable.feature,
                "size": variable.size,
                "otherwise": variable.otherwise,
                # Known words need no rule, so the page's idea of letters matters for others alone.
                "known": [variable.index(word) for word in program.domain.alphabet],
            }
        case CategoricalHead():
            return {"kind": "head", **_head(variable), "tie": _tie(variable.tie)}
        case NumericalHead():
            return {"kind": "count", **_head(variable)}
        case CategoricalLookup(arguments=arguments, table=table):
            return {"kind": "table", "arguments": list(arguments), "table": list(table)}
        case NumericalLookup(arguments=arguments):
            return {
                "kind": "boxes",
                "arguments": list(arguments),
                "caps": _all(variable.caps),
                "boxes": [
                    [*_all(bound for pair in box.bounds for bound in pair), box.value]
                    for box in variable.rectangles
                ],
                "default": variable.default,
            }


def _head(head: Head) -> dict[str, Any]:
    return {
        "arguments": list(head.reads),
        "wants": _predicate(head.predicate),
        "causal": head.causal,
    }


def _predicate(predicate: Predicate) -> dict[str, Any]:
    match predicate:
        case Table(rows) if all(len(row) <= 1 for row in rows):
            return {"one": [row[0] if row else -1 for row in rows]}
        case Table(rows):
            return {"rows": [list(row) for row in rows]}
        case KeyIn(keys):
            return {"keys": list(keys)}
        case Constant(holds):
            return {"always": holds}
        case Compare(relation, scale, offset):
            return {"relation": relation, "scale": scale, "offset": _exact(offset)}


def _tie(tie: TieBreak) -> str | dict[str, Any]:
    match tie:
        case Nearest(self_rank):
            return self_rank
        case First():
            return "first"
        case ByScore(scores):
            return {"scores": _ranks(scores)}


def _ranks(scores: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the scores, or where one is too large their ranks: only their order counts."""
    every = {score for row in scores for score in row}
    if all(abs(score) <= LARGEST_NUMBER for score in every):
        return [list(row) for row in scores]
    rank = {score: number for number, score in enumerate(sorted(every))}
    return [[rank[score] for score in row] for row in scores]


def _classifier(classifier: Classifier) -> dict[str, Any]:
    votes: list[dict[str, Any]] = []
    for vote in classifier.votes:
        if isinstance(vote, CategoricalVotes):
            votes.append({"variable": vote.variable, "rows": list(map(_all, vote.weights))})
        else:
            votes.append({"variable": vote.variable, "unit": _all(vote.weights)})
    return {
        "labels": list(classifier.labels),
        "votes": votes,
        "masked": list(classifier.masked),
        "pooled": classifier.pooled,
        "first": classifier.first,
        "last": classifier.last,
    }


def known_truth(program: Program, task: Task | None, figures: Figures) -> dict[str, Any] | None:
    """Return what gives the right labels, as JSON values; None where only the examples of the page are known.

    `{"own": True}` where the Program itself was found right on every input of its domain, `{"program": …}` for the
    gallery's where that one was, and `{"inputs": …}` for a list of all inputs with their labels where it is short.

    Args:
        program: the Program of the page.
        task: what it is to compute; None where nobody knows.
        figures: what was measured of it.
    """
    if task is None:
        return None
    if _covers(task) and figures.task == task.spec and _perfect(figures):
        return {"own": True}
    number = task.count()
    if number is not None and number <= MOST_LISTED:
        return {"inputs": list(_listed(program, task))}
    proved = _proved(task) if _covers(task) else None
    return None if proved is None else {"program": program_payload(proved)}


def _covers(task: Task) -> bool:
    """Tell whether every input of the domain has right labels."""
    return task.space is None and task.examples is None


def _perfect(figures: Figures) -> bool:
    whole = figures.whole
    return (
        whole is not None
        and not figures.whole_is_sampled
        and whole.labels.right == whole.labels.total
    )


def _proved(task: Task) -> Program | None:
    """Return the gallery's Program for exactly this task, where its manifest says that it is right everywhere."""
    if task.name not in gallery_names():
        return None
    place = locate(task.name)
    program = load(task.name)
    if place.manifest is None or program.provenance.task != task.spec:
        return None
    manifest = read_manifest(place.manifest)
    figures = Figures.from_json(manifest.metrics.get(METRIC))
    believed = manifest.matches(read_text(place.program)) and figures is not None
    return program if believed and figures is not None and _perfect(figures) else None


def _listed(program: Program, task: Task) -> Iterator[dict[str, Any]]:
    for given in task.inputs():
        batch = reframe(given, task.domain, program.domain)
        for row in range(len(batch)):
            tokens = batch.data(row, program.domain)
            yield {"tokens": tokens, "expected": task.truth(tokens)}
