"""Programs back into networks; an export is compared with its program before it is kept."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tprog.analysis.measure.predictors import Answering
from tprog.analysis.verify.compare import compare
from tprog.analysis.verify.verdict import Verdict
from tprog.errors import FileProblem, TprogError
from tprog.ir import CategoricalVotes, Program
from tprog.json_values import Formatted

Progress = Callable[[int, int | None], None]

LIMIT = 100_000  # inputs on which network and program are compared; beyond it, a sample


@dataclass(frozen=True, slots=True)
class Export(Formatted):
    """A program that was written as a network.

    Attributes:
        path: where it was written.
        agreement: how program and network were compared.
    """

    path: Path
    agreement: Verdict


class NotExact(TprogError):
    """A program's votes are finer than a network's floating point."""

    slug = "not-exact"


def export_network(
    program: Program, path: Path, *, force: bool = False, progress: Progress | None = None
) -> Verdict:
    """Write a program as a network of ours (safetensors), and return how it compares with the program.

    Votes that no float64 holds exactly are rounded, which is kept only where no prediction changes.

    Args:
        program: any valid Program with a greatest length.
        path: the file.
        force: whether a file that is there is replaced.
        progress: see `verify`.

    Raises:
        NotExact: rounding changes predictions.
        FileProblem: the file is there already, or cannot be written.
        TprogError: the program has no greatest length, or a part of it is too large.
    """
    from tprog.learn.conversion import to_network
    from tprog.learn.fit import EXACT_FLOAT64, within
    from tprog.learn.weights import save_network

    _check_free(path, force)
    fine = _greatest(program) >= EXACT_FLOAT64
    network = to_network(within(program, EXACT_FLOAT64) if fine else program)
    verdict = _compared(network, program, progress)
    save_network(path, network)
    return verdict


def export_published(
    program: Program, folder: Path, *, force: bool = False, progress: Progress | None = None
) -> Verdict:
    """Write a program as a run folder that the published code loads, and return how it compares with the program.

    What was written is read back as any published checkpoint is, and compared.

    Args:
        program: for a generated task, within the published modules.
        folder: the run folder.
        force: whether a run that is there is replaced.
        progress: see `verify`.

    Raises:
        NotPublishable: a part of the program is none that a published network has.
        NotExact: its votes are finer than float32, and rounding changes predictions.
        FileProblem: a run is there already, or the disk refuses it.
    """
    from tprog.published.checkpoint import read_checkpoint
    from tprog.published.files import ARGUMENTS_FILE, MODEL_FILE
    from tprog.published.writing import published_run, write_published

    for name in (ARGUMENTS_FILE, MODEL_FILE):
        _check_free(folder / name, force)
    run = published_run(program)
    with tempfile.TemporaryDirectory() as temporary:
        write_published(Path(temporary), run)
        found = read_checkpoint(Path(temporary)).program
    # The run's shortest input is that of its training data, which may be shorter than the program's.
    domain = replace(found.domain, min_length=program.domain.min_length)
    verdict = _compared(replace(found, domain=domain), program, progress)
    write_published(folder, run)
    return verdict


def _greatest(program: Program) -> int:
    return max(
        (
            abs(weight)
            for vote in program.classifier.votes
            for row in (vote.weights if isinstance(vote, CategoricalVotes) else (vote.weights,))
            for weight in row
        ),
        default=0,
    )


def _check_free(path: Path, force: bool) -> None:
    if path.exists() and not force:
        raise FileProblem(
            f"{path} is there already; choose another --output, or --force to replace it"
        )


def _compared(network: Answering, program: Program, progress: Progress | None) -> Verdict:
    names = ("the network", "the program")
    verdict = compare(network, program, limit=LIMIT, names=names, progress=progress)
    if verdict.outcome == "different":
        assert verdict.counterexample is not None
        raise NotExact(
            f"its votes are finer than the network's numbers: rounded, {verdict.differing_inputs:,} of "
            f"{verdict.inputs:,} inputs change, such as `{' '.join(verdict.counterexample.tokens)}`; "
            "train it on with tprog train --from, which gives it votes that fit"
        )
    return verdict
