"""How the page knows which labels are right on an input that somebody types, where no task can run."""

from collections.abc import Iterator
from typing import Any

from tprog.analysis.measure.figures import METRIC, Figures
from tprog.analysis.measure.predictors import reframe
from tprog.analysis.show.report.payload import program_payload
from tprog.files import read_text
from tprog.ir import Program
from tprog.locate import gallery_names, load, locate
from tprog.manifest import read_manifest
from tprog.tasks import Task

# Inputs whose labels are written into the page: some 200 kB.
MOST_LISTED = 2_000


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
