"""Helpers for tests of imports: small published programs and runs, written on the spot."""

from dataclasses import replace
from pathlib import Path

from published.networks import tensors
from published.test_checkpoint import SIZES, SORT, saved
from published.written import write

from tprog.analysis.importing import FoundPlace, places
from tprog.ir import Program


def run_folder(folder: Path, seed: int = 0) -> Path:
    """Save a small network as a published run."""
    return saved(folder, SORT, tensors(SORT, *SIZES, seed=seed))


def single(path: Path) -> FoundPlace:
    """Return the one thing that there is to import."""
    (found,) = places(path)
    return found


def published_beside(run: Path, program: Program) -> Path:
    """Write a program in the published shape into a run folder."""
    return write(program, run, "sort")


def without_mask(program: Program) -> Program:
    """Return a program whose classifier is one that a published CSV can hold."""
    return replace(program, classifier=replace(program.classifier, masked=()))
