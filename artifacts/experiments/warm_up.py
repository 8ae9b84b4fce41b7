"""Compiling the kernels of training before anything is timed. Owns two trainings whose results are thrown away.

Numba keeps what it compiled on disk, so that a second warm-up takes seconds; the first takes minutes, which are nobody's time
to accuracy.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

# Small, and learned at once by no phase, so that every phase is gone through.
_TASK = "double_hist:vocabulary=6,length=6"
_OPTIONS = (
    "--samples",
    "300",
    "--epochs",
    "1",
    "--layers",
    "1",
    "--restarts",
    "1",
    "--rounds",
    "1",
)
STAGES = ("0", "1")


def warm_up(program: tuple[str, ...] = (sys.executable, "-m", "tprog")) -> None:
    """Train twice, with and without composition, and throw away what was learned.

    What goes wrong here goes wrong again, and is told, where it counts.

    Args:
        program: what runs `tprog`.
    """
    with tempfile.TemporaryDirectory() as folder:
        for stages in STAGES:
            out = str(Path(folder) / stages)
            subprocess.run(
                [*program, "train", _TASK, *_OPTIONS, "--stages", stages, "--out", out],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
