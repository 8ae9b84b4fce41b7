"""What is measured of a Program by running it: accuracy, failures, what is ever reached.

Going through a whole domain can take seconds, so the manifest beside a program file keeps the figures.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from tprog.analysis.measure.predictors import LIMIT, Counterexample, length_range, make_side
from tprog.errors import UsageError
from tprog.evaluate import Batch
from tprog.evaluate.inputs import IntArray
from tprog.evaluate.reach import Reachability, reachable
from tprog.ir import CategoricalHead, FiniteValues, NumericalHead, Program
from tprog.json_values import from_json_values, json_values
from tprog.manifest import Manifest, read_manifest, source_hash, write_manifest
from tprog.tasks.dataset import make_dataset
from tprog.tasks.task import Task

FORMAT = 1
# The key of a manifest's metrics under which figures are kept.
METRIC = "analysis"
MOST_FAILURES = 8
SAMPLES = 100_000  # random inputs, where there are too many to run all of them
REACH_SAMPLES = 20_000

Progress: TypeAlias = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Score:
    """How many of how many are right.

    Attributes:
        right: how many are right.
        total: of how many.
    """

    right: int
    total: int

    @property
    def share(self) -> float:
        """The share that is right, from 0 to 1; 1 of nothing."""
        return self.right / self.total if self.total else 1.0


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How often the labels are right.

    Attributes:
        labels: right and scored labels.
        inputs: inputs with every label right, and inputs.
        by_length: labels by the number of data symbols, ascending.
        by_label: labels by the true label, in the task's order; those that never occur are left out.
        failures: a few inputs with a wrong label, the shortest first.
    """

    labels: Score
    inputs: Score
    by_length: tuple[tuple[int, Score], ...]
    by_label: tuple[tuple[str, Score], ...]
    failures: tuple[Counterexample, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that was measured of a Program.

    Attributes:
        task: the specification of the task; None where there was none.
        seed: the seed of the test data.
        test: accuracy on the task's test data; None without a task.
        whole: accuracy on every input of the task, or on a sample; None without a task.
        whole_is_sampled: whether `whole` is of a sample.
        reach_exact: whether `reached` counts every input of the domain, so that nothing else can be reached.
        reach_inputs: on how many inputs it was counted.
        reached_rows: for each operation how many of its rows or entries are ever used.
        rows: for each operation how many rows or entries it has; None where they have no end.
        reached_values: for each variable the indices of the values that occur; None for numbers and endless positions.
        examples: whether the task's inputs are given examples, of which there may be any number of others.
        trained: how many of them the Program was learned from; None where that is not known.
    """

    task: str | None
    seed: int
    test: Accuracy | None
    whole: Accuracy | None
    whole_is_sampled: bool
    reach_exact: bool
    reach_inputs: int
    reached_rows: tuple[int, ...]
    rows: tuple[int | None, ...]
    reached_values: tuple[tuple[int, ...] | None, ...]
    examples: bool = False
    trained: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON values, with a format version."""
        return {"format": FORMAT, **json_values(self)}

    @staticmethod
    def from_json(found: Any) -> "Figures | None":
        """Return figures from JSON values, or None where these are none, damaged, or of another version."""
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            return None
        return from_json_values(found, Figures)

    def fits(self, program: Program) -> bool:
        """Tell whether the figures have the shape of a Program's."""
        return len(self.reached_rows) == len(self.rows) == len(program.operations) and len(
            self.reached_values
        ) == len(program.variables)


def measure(
    program: Program,
    task: Task | None,
    seed: int = 0,
    limit: int = LIMIT,
    progress: Progress | None = None,
    learned_from: str | None = None,
) -> Figures:
    """Run a Program on its task's test data and on its whole domain, and count what is reached.

    Args:
        program: a valid Program.
        task: what it is to compute; None where nobody knows.
        seed: of the task's data, and of samples.
        limit: the most inputs that are run one by one; beyond it, samples are.
        progress: called with what is going on, the inputs done and how many there are (None: not known).
        learned_from: the hash of the dataset that the Program was learned from, where that is known.

    Raises:
        UsageError: the task has other symbols than the Program, or other lengths.
    """
    test = whole = trained = None
    sampled = examples = False
    if task is not None:
        check_task(program, task)
        dataset = make_dataset(task, seed)
        test = accuracy(program, task, (batch for batch, _ in dataset.test.batches()))
        examples = task.examples is not None
        if examples and dataset.data_hash == learned_from:
            trained = len(dataset.train)
        total = task.count()
        sampled = total is None or total > limit
        samples = min(SAMPLES, limit)
        batches: Iterable[Batch] = task.sample(samples, seed) if sampled else task.inputs()
        whole = accuracy(
            program, task, _reported(batches, "accuracy", samples if sampled else total, progress)
        )
    found = reachable(
        program,
        limit=limit,
        samples=min(REACH_SAMPLES, limit),
        seed=seed,
        progress=None
        if progress is None
        else lambda done, total: progress("what is reached", done, total),
    )
    return Figures(
        None if task is None else task.spec,
        seed,
        test,
        whole,
        sampled,
        found.exact,
        found.inputs,
        tuple(int((counts > 0).sum()) for counts in found.rows),
        tuple(_row_count(program, number, found) for number in range(len(program.operations))),
        tuple(_reached_values(program, number, found) for number in range(len(program.variables))),
        examples,
        trained,
    )


def accuracy(program: Program, task: Task, batches: Iterable[Batch]) -> Accuracy:
    """Count how many of a Program's labels are right on framed inputs of a task that fits it, the shortest first."""
    side = make_side(program)
    number = {label: index for index, label in enumerate(task.labels)}
    translate = np.array([number.get(label, -2) for label in side.predictor.prediction_labels])
    lengths: dict[int, list[int]] = {}
    by_label = np.zeros((2, len(task.labels)), dtype=np.int64)
    inputs = [0, 0]
    failures: list[Counterexample] = []
    for batch in batches:
        length = batch.indices.shape[1] - task.domain.frame_size
        truth, answers = task.truth_batch(batch), side.answers(batch, task.domain)
        wanted = truth[:, None] if task.pooled else truth[:, task.domain.data_slice(truth.shape[1])]
        got = answers[:, None] if answers.ndim == 1 else answers
        if got.shape != wanted.shape:
            raise UsageError(f"the program and task {task.spec} do not give as many labels")
        scored = wanted >= 0
        right = (translate[got] == wanted) & scored
        wrong = np.flatnonzero((scored & ~right).any(axis=1))
        counts = lengths.setdefault(length, [0, 0])
        counts[0] += int(right.sum())
        counts[1] += int(scored.sum())
        by_label[0] += np.bincount(wanted[right], minlength=len(task.labels))
        by_label[1] += np.bincount(wanted[scored], minlength=len(task.labels))
        inputs[0] += len(batch) - len(wrong)
        inputs[1] += len(batch)
        # Batches come shortest first.
        failures += [
            _failure(batch, row, task, side.predictor.prediction_labels, wanted, got)
            for row in wrong[: MOST_FAILURES - len(failures)].tolist()
        ]
    return Accuracy(
        Score(int(by_label[0].sum()), int(by_label[1].sum())),
        Score(*inputs),
        tuple((length, Score(*counts)) for length, counts in sorted(lengths.items())),
        tuple(
            (label, Score(int(by_label[0, index]), int(by_label[1, index])))
            for index, label in enumerate(task.labels)
            if by_label[1, index]
        ),
        tuple(failures),
    )


def check_task(program: Program, task: Task) -> None:
    """Check that a Program is defined on every input of a task.

    Raises:
        UsageError: it reads other symbols or other lengths, or gives another number of labels.
    """
    mine, theirs = program.domain, task.domain
    reasons = []
    of_task, of_program = set(theirs.symbols), set(mine.symbols)
    for name, symbols in (
        ("the task", [symbol for symbol in theirs.symbols if symbol not in of_program]),
        ("the program", [symbol for symbol in mine.symbols if symbol not in of_task]),
    ):
        if symbols:
            reasons.append(f"only {name} has the symbols {' '.join(map(repr, symbols[:6]))}")
    too_long = mine.max_length is not None and (
        theirs.max_length is None or theirs.max_length > mine.max_length
    )
    if too_long or theirs.min_length < mine.min_length:
        reasons.append(f"it reads {length_range(mine)}, the task {length_range(theirs)}")
    if program.classifier.pooled != task.pooled:
        reasons.append("only one of them gives a single label for each input")
    if reasons:
        raise UsageError(f"the program does not fit task {task.spec}: {'; '.join(reasons)}")


def _failure(
    batch: Batch, row: int, task: Task, labels: Sequence[str], wanted: IntArray, got: IntArray
) -> Counterexample:
    asked = [index >= 0 for index in wanted[row].tolist()]
    return Counterexample(
        batch.data(row, task.domain),
        tuple(task.labels[index] if index >= 0 else None for index in wanted[row].tolist()),
        tuple(
            labels[index] if scored else None
            for index, scored in zip(got[row].tolist(), asked, strict=True)
        ),
    )


def _reported(
    batches: Iterable[Batch], doing: str, total: int | None, progress: Progress | None
) -> Iterator[Batch]:
    done = 0
    for batch in batches:
        yield batch
        done += len(batch)
        if progress is not None:
            progress(doing, done, total)


def _row_count(program: Program, operation: int, found: Reachability) -> int | None:
    """Return how many rows or entries an operation has; None for a head whose queries have no end."""
    read = program.operations[operation]
    if isinstance(read, CategoricalHead | NumericalHead) and not isinstance(
        program.values[read.query], FiniteValues
    ):
        return None
    return len(found.rows[operation])


def _reached_values(program: Program, variable: int, found: Reachability) -> tuple[int, ...] | None:
    if not isinstance(program.values[variable], FiniteValues):
        return None
    return tuple(np.flatnonzero(found.values[variable]).tolist())


def with_figures(manifest: Manifest, figures: Figures) -> Manifest:
    """Return a manifest that holds figures."""
    return manifest.with_metrics(**{METRIC: figures.to_json()})


def record_figures(
    path: Path,
    program: Program,
    source: str,
    task: Task | None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Manifest:
    """Measure a Program and keep the figures in the manifest at a path; return that manifest.

    Whatever else the manifest holds is kept while it speaks of this source; otherwise a new one is begun.

    Raises:
        UsageError: the task does not fit the Program.
        UnreadableSource: the file that is there is no manifest.
        FileProblem: it cannot be read or written.
    """
    found = read_manifest(path) if path.exists() else None
    if found is None or not found.matches(source):
        found = Manifest(source_hash(source), None if task is None else task.spec, seed)
    write_manifest(path, with_figures(found, measure(program, task, seed, progress=progress)))
    return read_manifest(path)
