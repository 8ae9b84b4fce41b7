"""Learning the gallery again: one `tprog train` for each task, and what a reader wants to see of its run.

    python -m tprog.gallery.build [TASK ...]

The shortest program that answers the same is put beside each as `simplified.py`, its algorithm as `algorithm.rasp`. Runs are kept in `artifacts/runs/TASK/0`; one that is finished is not learned again, one that was cut off is resumed.
"""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from tprog.analysis.show.graph.rendering import render
from tprog.analysis.show.graph.model import build_graph
from tprog.analysis.simplify.simplify import simplify
from tprog.analysis.lifting import lift_program
from tprog.analysis.measure.figures import record_figures
from tprog.codegen import emit
from tprog.files import read_text, write_bytes, write_text
from tprog.locate import load
from tprog.manifest import (
    MANIFEST_FILE,
    METRICS_FILE,
    PROGRAM_FILE,
    RASP_FILE,
    read_manifest,
    source_hash,
    write_manifest,
)
from tprog.stopping import stopper
from tprog.tasks.registry import get_task, task_names

GALLERY = Path(__file__).parent
SIMPLIFIED_FILE = "simplified.py"
SECONDS = 120.0  # for the names of a program's variables


def learn(task: str, run: Path) -> None:
    """Learn a task unless its run is finished."""
    manifest = run / MANIFEST_FILE
    if not (manifest.exists() and read_manifest(manifest).other.get("finished")):
        subprocess.run(
            [sys.executable, "-m", "tprog", "train", task, "--out", str(run)], check=True
        )


def collect(task: str, run: Path, entry: Path) -> None:
    """Put a run's program, metrics, manifest and picture into the gallery.

    The program is emitted anew, so that old runs follow when the emitted form gets better.
    """
    entry.mkdir(exist_ok=True)
    program = load(run)
    source = emit(program)
    write_text(entry / PROGRAM_FILE, source)
    write_text(entry / METRICS_FILE, read_text(run / METRICS_FILE))
    manifest = read_manifest(run / MANIFEST_FILE)
    other = {**manifest.other, "command": ["tprog", "train", task]}
    manifest = replace(manifest, program_sha256=source_hash(source), other=other)
    write_manifest(entry / MANIFEST_FILE, manifest)
    record_figures(entry / MANIFEST_FILE, program, source, get_task(task), manifest.seed or 0)
    write_bytes(entry / "graph.svg", render(build_graph(program), "svg"))
    shorten(entry)


def shorten(entry: Path) -> None:
    """Put the shortest program beside an entry's own that can be shown to answer the same."""
    found = simplify(load(entry / PROGRAM_FILE))
    write_text(entry / SIMPLIFIED_FILE, emit(found.program))
    with stopper(seconds=SECONDS) as stop:
        lifting = lift_program(found.program, simplified=False, seconds=SECONDS, stop=stop)
    write_text(entry / RASP_FILE, lifting.text)


if __name__ == "__main__":
    for name in sys.argv[1:] or task_names():
        folder = Path("artifacts/runs") / name / "0"
        learn(name, folder)
        collect(name, folder, GALLERY / name)
