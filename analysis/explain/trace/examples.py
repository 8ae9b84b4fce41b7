"""Examples: inputs of a Program with the labels that they should get, given, from a file, or drawn of a task."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from tprog.errors import BadInput, UsageError
from tprog.evaluate import Batch, encode, prediction_labels
from tprog.evaluate.inputs import IntArray
from tprog.ir import Program
from tprog.tasks.data_task import load_data_task
from tprog.tasks.task import Task

# What `Group.wanted` holds where no label is asked for, and where the label is none that the Program can give.
NOT_ASKED, IMPOSSIBLE = -1, -2


@dataclass(frozen=True, slots=True)
class LabelledExample:
    """One input and its right labels.

    Attributes:
        tokens: the data symbols.
        labels: one for each data symbol, None where none is asked for; pooled: a single label.
    """

    tokens: tuple[str, ...]
    labels: tuple[str | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class LengthGroup:
    """The examples of one length.

    Attributes:
        rows: which examples they are.
        batch: their framed tokens.
        wanted: `(examples, entries)` indices of the right labels into `prediction_labels`, or `NOT_ASKED`, or
            `IMPOSSIBLE`; an entry is a framed position, or the one label where outputs are pooled.
    """

    rows: IntArray
    batch: Batch
    wanted: IntArray


@dataclass(frozen=True)
class LabelledExamples:
    """Labelled inputs of a Program.

    Attributes:
        program: the Program.
        examples: the examples, each once.
        source: where they come from, in a few words.
    """

    program: Program
    examples: tuple[LabelledExample, ...]
    source: str

    def __repr__(self) -> str:
        """Say in one line how many there are, and where they come from."""
        return f"<Examples: {len(self):,} of {self.source!r}>"

    def __len__(self) -> int:
        """Return the number of examples."""
        return len(self.examples)

    @cached_property
    def groups(self) -> tuple[LengthGroup, ...]:
        """The examples as arrays, by length."""
        labels = {label: number for number, label in enumerate(prediction_labels(self.program))}
        pooled = self.program.classifier.pooled
        found: list[LengthGroup] = []
        for rows, batch in encode(self.program.domain, [one.tokens for one in self.examples]):
            length = batch.indices.shape[1]
            wanted = np.full((len(rows), 1 if pooled else length), NOT_ASKED, dtype=np.int64)
            data = slice(0, 1) if pooled else self.program.domain.data_slice(length)
            for place, row in enumerate(rows.tolist()):
                wanted[place, data] = [
                    NOT_ASKED if label is None else labels.get(label, IMPOSSIBLE)
                    for label in self.examples[row].labels
                ]
            found.append(LengthGroup(rows, batch, wanted))
        return tuple(found)


def given_examples(
    program: Program, found: Iterable[LabelledExample], source: str
) -> LabelledExamples:
    """Return examples, equal inputs once.

    Raises:
        BadInput: an example lies outside the Program's domain, or has the wrong number of labels.
    """
    unique: dict[tuple[str, ...], LabelledExample] = {}
    for example in found:
        framed = program.domain.frame(example.tokens)
        data = framed[program.domain.data_slice(len(framed))]
        expected = 1 if program.classifier.pooled else len(data)
        if len(example.labels) != expected:
            shown = " ".join(example.tokens[:12])
            raise BadInput(
                f"the example {shown!r} has {len(example.labels)} labels; "
                f"this program gives {expected}"
            )
        unique.setdefault(data, LabelledExample(data, example.labels))
    return LabelledExamples(program, tuple(unique.values()), source)


def task_examples(program: Program, task: Task, count: int, seed: int) -> LabelledExamples:
    """Return examples of a task, at most `count`, with its labels; inputs beyond the Program's domain are left out.

    Raises:
        UsageError: the task and the Program have no input in common, or label differently many things.
    """
    if task.pooled != program.classifier.pooled:
        raise UsageError(
            f"task {task.name} gives {'one label' if task.pooled else 'a label for each token'}, "
            "this program does not; give the task that it was made for"
        )
    if task.examples is not None and len(task.examples) <= count:
        drawn: Sequence[tuple[str, ...]] = task.examples
    else:
        drawn = task.draw(np.random.default_rng(seed), count)
    found = [
        LabelledExample(tokens, task.truth(tokens)) for tokens in drawn if _inside(program, tokens)
    ]
    if not found:
        raise UsageError(f"no input of task {task.name} lies in this program's domain")
    return given_examples(program, found, f"task {task.spec}")


def file_examples(program: Program, path: Path) -> LabelledExamples:
    """Return the examples of a file of JSON lines, each with `tokens` and `labels`.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: a line is malformed, or two lines contradict each other.
        BadInput: an example does not belong to the Program.
    """
    task = load_data_task(path)
    found = [LabelledExample(tokens, task.truth(tokens)) for tokens in task.examples or ()]
    if task.pooled != program.classifier.pooled:
        raise BadInput(
            f"{path}: labels are {'one' if task.pooled else 'many'} for each sequence, "
            f"this program gives {'many' if task.pooled else 'one'}"
        )
    try:
        return given_examples(program, found, path.name)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error


def _inside(program: Program, tokens: Sequence[str]) -> bool:
    try:
        program.domain.frame(tokens)
    except BadInput:
        return False
    return True
