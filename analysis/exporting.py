"""Programs back into networks; an export is compared with its program before it is kept."""

import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tprog.analysis.measure.predictors import LIMIT as LISTED
from tprog.analysis.measure.predictors import Answering
from tprog.analysis.verify.compare import compare
from tprog.analysis.verify.verdict import Verdict
from tprog.errors import FileProblem, TprogError
from tprog.evaluate import Batch, count_inputs, scored_positions
from tprog.evaluate.inputs import IntArray
from tprog.ir import CategoricalVotes, Domain, Program
from tprog.json_values import Formatted
from tprog.transformer.config import Checked

if TYPE_CHECKING:
    from tprog.transformer.model import Transformer

Progress = Callable[[int, int | None], None]

LIMIT = 100_000  # inputs on which network and program are compared; beyond it, a sample
SAMPLED = (
    20_000  # inputs on which an ordinary Transformer and a program are compared that has too many
)
TRIED = 2_000  # of these, inputs on which inverse temperatures are tried
FINEST = 8  # inverse temperatures that are tried between two integers


@dataclass(frozen=True, slots=True)
class Export(Formatted):
    """A program that was written as a network.

    Attributes:
        path: where it was written.
        agreement: how program and network were compared.
        checked: of an ordinary Transformer the temperature that it needs and its margin; else null.
    """

    path: Path
    agreement: Verdict
    checked: Checked | None = None


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


def export_transformer(
    program: Program, folder: Path, *, force: bool = False, progress: Progress | None = None
) -> tuple[Verdict, Checked]:
    """Write a program as an ordinary Transformer, and return how the two compare.

    They are compared on every input where there are at most 400,000, else on 20,000 in all.

    Args:
        program: with a greatest length.
        folder: for the weights, the sizes and the circuit.
        force: whether a Transformer that is there is replaced.
        progress: see `verify`.

    Raises:
        NoTransformer: no Transformer of finite size computes it, or only one that is too large.
        NotExact: its votes are finer than float32, and rounding changes predictions.
        FileProblem: a Transformer is there already, or the disk refuses it.
    """
    from tprog.transformer.files import CIRCUIT_FILE, CONFIG_FILE, WEIGHTS_FILE, save_transformer
    from tprog.transformer.weights import to_transformer

    for name in (CIRCUIT_FILE, CONFIG_FILE, WEIGHTS_FILE):
        _check_free(folder / name, force)
    network, circuit = to_transformer(program)
    inputs = count_inputs(program.domain)
    limit = inputs if inputs is not None and inputs <= LISTED else SAMPLED
    watched = _Margin(network)
    verdict = _compared(watched, program, progress, limit)
    least = _least_inverse_temperature(network, program, limit)
    checked = Checked(verdict.how, least, watched.least if math.isfinite(watched.least) else None)
    save_transformer(folder, network, circuit, checked)
    return verdict, checked


@dataclass
class _Margin:
    """A Transformer that remembers the least gap between its best and its second logit where a prediction counts."""

    network: "Transformer"
    least: float = math.inf

    @property
    def domain(self) -> Domain:
        return self.network.domain

    @property
    def prediction_labels(self) -> tuple[str, ...]:
        return self.network.prediction_labels

    def predict(self, batch: Batch) -> IntArray:
        logits = self.network.logits(batch).numpy()
        if logits.shape[-1] > 1:
            best = np.sort(logits, axis=-1)[..., -2:]
            gaps = best[..., 1] - best[..., 0]
            if not self.network.config.pooled:
                gaps = gaps[scored_positions(self.domain, batch)]
            self.least = min(self.least, float(gaps.min(initial=math.inf)))
        found: IntArray = logits.argmax(-1)
        return found


def _least_inverse_temperature(network: "Transformer", program: Program, limit: int) -> float:
    """Return the least inverse temperature at which the predictions are the same, by bisection on a few inputs and a check on all."""
    from tprog.transformer.weights import at

    def agrees(steps: int, inputs: int) -> bool:
        return compare(at(network, steps / FINEST), program, limit=inputs).outcome != "different"

    most = math.ceil(network.config.inverse_temperature * FINEST)
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if agrees(middle, min(TRIED, limit)) else (middle, high)
    while high < most and not agrees(high, limit):
        high += 1
    return high / FINEST


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


def _compared(
    network: Answering, program: Program, progress: Progress | None, limit: int = LIMIT
) -> Verdict:
    names = ("the network", "the program")
    verdict = compare(network, program, limit=limit, names=names, progress=progress)
    if verdict.outcome == "different":
        assert verdict.counterexample is not None
        raise NotExact(
            f"its votes are finer than the network's numbers: rounded, {verdict.differing_inputs:,} of "
            f"{verdict.inputs:,} inputs change, such as `{' '.join(verdict.counterexample.tokens)}`; "
            "train it on with tprog train --from, which gives it votes that fit"
        )
    return verdict
