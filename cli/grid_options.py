"""What the commands for many trainings share."""

from pathlib import Path

import typer

STORE = typer.Option(
    Path("artifacts/sweeps"), "--store", metavar="FOLDER", help="Where results and runs are kept."
)
