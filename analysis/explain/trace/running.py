"""Running examples in the emitted code under coverage.py, one context per example, with its observe hook.

Heads of the emitted code cache which keys matched; `run` clears the caches whenever it is observed, so that every example
runs every line that it needs, and the contexts are right.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import coverage
import numpy as np

from tprog.analysis.explain.trace.examples import IMPOSSIBLE, NOT_ASKED, LabelledExamples
from tprog.analysis.measure.emitted import EmittedProgram
from tprog.evaluate import Evaluator, prediction_labels
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import FiniteValues, Program

Progress: TypeAlias = Callable[[str, int, int | None], None]

# Examples between two reports of progress.
REPORTED = 50


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """The examples of one length, as they ran.

    Attributes:
        columns: every variable as `(examples, positions)` entries; see `Evaluation.values`.
        answers: `(examples, entries)` predictions, indices into `prediction_labels`, -1 at the frame.
        asked: `(examples, entries)`: where a right label is known.
        wrong: `(examples, entries)`: where another label was given.
    """

    columns: tuple[IntArray, ...]
    answers: IntArray
    asked: BoolArray
    wrong: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """What was seen of examples that ran.

    Attributes:
        groups: one for each of `Examples.groups`.
        source: the code that ran.
        place: the file that it ran as.
        lines: for each line that ran, the examples that it ran in, ascending; what runs when the module is loaded is
            left out.
    """

    groups: tuple[Observed, ...]
    source: str
    place: str
    lines: dict[int, IntArray]


def watch(
    examples: LabelledExamples,
    place: str,
    data_file: Path | None = None,
    progress: Progress | None = None,
) -> Watched:
    """Run every example in the emitted code, under coverage.py and with the observe hook.

    Args:
        examples: what to run.
        place: the file that the code says it comes from; for reports of coverage the source has to lie there.
        data_file: where coverage data goes; nowhere where it is None.
        progress: called now and then.
    """
    answers: list[list[str]] = []
    shown: list[dict[str, list[Any]]] = []
    # A run that is interrupted leaves no half of a data file.
    unfinished = None if data_file is None else data_file.with_name(f".{data_file.name}.part")
    with _covered(place, unfinished) as cover:
        emitted = EmittedProgram(examples.program, place)
        for number, example in enumerate(examples.examples):
            cover.switch_context(f"example {number + 1}")
            labels, values = emitted.observe(example.tokens)
            answers.append(labels)
            shown.append(values)
            if progress is not None and number % REPORTED == 0:
                progress("running examples", number, len(examples))
        cover.switch_context("")
    groups = tuple(
        _observed(examples, number, answers, shown) for number in range(len(examples.groups))
    )
    lines = _lines(cover, place, len(examples))
    if data_file is not None and unfinished is not None:
        cover.save()
        cover.get_data().close()
        unfinished.replace(data_file)
    if progress is not None:
        progress("running examples", len(examples), len(examples))
    return Watched(groups, emitted.source, place, lines)


def evaluated(examples: LabelledExamples) -> tuple[Observed, ...]:
    """Return what `watch` observes, from the evaluator: the same without running code, in a fraction of the time."""
    evaluator = Evaluator(examples.program)
    found: list[Observed] = []
    for group in examples.groups:
        seen = evaluator.evaluate(group.batch)
        answers = seen.predictions.reshape(group.wanted.shape)
        found.append(_compared(seen.values, answers, group.wanted))
    return tuple(found)


def new_coverage(place: str, data_file: Path | None = None) -> coverage.Coverage:
    """Return coverage.py's measuring of one file, in memory or in a data file, whatever a user's configuration says."""
    cover = coverage.Coverage(
        data_file=None if data_file is None else str(data_file),
        branch=True,
        include=[place],
        config_file=False,
    )
    # The newer core, which COVERAGE_CORE or Python 3.14 would choose, forgets which example a line ran in.
    cover.set_option("run:core", "ctrace")
    # A program without heads and look-ups has nothing to call, which is no reason to warn.
    cover.set_option("run:disable_warnings", ["no-data-collected"])
    return cover


@contextmanager
def _covered(place: str, data_file: Path | None) -> Iterator[coverage.Coverage]:
    cover = new_coverage(place, data_file)
    if data_file is not None:
        cover.erase()
    cover.start()
    try:
        yield cover
    except BaseException:
        cover.stop()
        if data_file is not None:
            cover.erase()
        raise
    cover.stop()


def _lines(cover: coverage.Coverage, place: str, count: int) -> dict[int, IntArray]:
    contexts = {f"example {number + 1}": number for number in range(count)}
    found = cover.get_data().contexts_by_lineno(place)
    return {
        line: np.array(
            sorted(contexts[context] for context in names if context in contexts), dtype=np.int64
        )
        for line, names in sorted(found.items())
        if line > 0
    }


def _observed(
    examples: LabelledExamples,
    number: int,
    answers: list[list[str]],
    shown: list[dict[str, list[Any]]],
) -> Observed:
    program, group = examples.program, examples.groups[number]
    labels = {label: index for index, label in enumerate(prediction_labels(program))}
    given = np.full(group.wanted.shape, -1, dtype=np.int64)
    pooled = program.classifier.pooled
    data = slice(0, 1) if pooled else program.domain.data_slice(group.batch.indices.shape[1])
    for place, row in enumerate(group.rows.tolist()):
        given[place, data] = [labels[label] for label in answers[row]]
    inputs = Evaluator(program).evaluate(group.batch).values[: len(program.inputs)]
    columns = list(inputs)
    for variable in range(len(program.inputs), len(program.variables)):
        columns.append(_column(program, variable, [shown[row] for row in group.rows.tolist()]))
    return _compared(tuple(columns), given, group.wanted)


def _column(program: Program, variable: int, shown: list[dict[str, list[Any]]]) -> IntArray:
    """Return `(examples, positions)` entries of a variable, from the values that the hook was shown."""
    name = program.names[variable]
    values = program.values[variable]
    rows = [found[name] for found in shown]
    if isinstance(values, FiniteValues):
        index = {value: number for number, value in enumerate(values.values)}
        rows = [[index[value] for value in row] for row in rows]
    return np.array(rows, dtype=np.int64)


def _compared(columns: tuple[IntArray, ...], answers: IntArray, wanted: IntArray) -> Observed:
    asked = wanted != NOT_ASKED
    wrong = asked & ((answers != wanted) | (wanted == IMPOSSIBLE))
    return Observed(columns, answers, asked, wrong)
