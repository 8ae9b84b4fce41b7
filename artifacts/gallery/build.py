"""Learning the gallery again: one `tprog train` for each task, and what a reader wants to see of its run.

    python -m tprog.gallery.build [TASK ...]

Each entry's manifest holds the exact command. A run that was cut off is resumed.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from tprog.analysis.graph.draw import render
from tprog.analysis.graph.dot import Style
from tprog.analysis.graph.model import build_graph
from tprog.files import write_bytes
from tprog.locate import MANIFEST_FILE, METRICS_FILE, PROGRAM_FILE, load
from tprog.tasks import task_names

GALLERY = Path(__file__).parent


def build(task: str) -> None:
    """Learn one task and copy program, metrics and manifest into the gallery, with a picture."""
    run = Path("artifacts/runs") / task / "gallery"
    command = [sys.executable, "-m", "tprog", "train", task, "--out", str(run)]
    subprocess.run(command, check=True)
    entry = GALLERY / task
    entry.mkdir(exist_ok=True)
    for name in (PROGRAM_FILE, METRICS_FILE, MANIFEST_FILE):
        shutil.copyfile(run / name, entry / name)
    graph = build_graph(load(entry))
    for ending in ("svg", "png"):
        write_bytes(entry / f"graph.{ending}", render(graph, ending, Style()))


if __name__ == "__main__":
    for name in sys.argv[1:] or task_names():
        build(name)
