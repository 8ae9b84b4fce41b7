"""Every published program beside our reading of it: the same labels, and how long one input takes.

`TPROG_REFERENCE` names a folder with the published code, which whoever runs this has fetched; `TPROG_REFERENCE_PYTHON` a Python
with pandas to run it in, this one where it is not set.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from emitted import Run, load

from tprog.codegen import emit_files
from tprog.evaluate import predict, sample_inputs
from tprog.ir import Program
from tprog.published.program import read_published
from tprog.published.sheets import LOST_TO_PANDAS

REFERENCE = os.environ.get("TPROG_REFERENCE", "")
PYTHON = os.environ.get("TPROG_REFERENCE_PYTHON", sys.executable)
TASKS = ("double_hist", "dyck1", "dyck2", "hist", "most_freq", "reverse", "sort")
PROGRAMS = (
    *(f"{folder}/{task}/{task}" for folder in ("rasp", "rasp_categorical_only") for task in TASKS),
    "conll/conll_ner",
    "trec/trec",
)
GENERATED = 1_000  # random inputs for a program of a generated task
TEXT = 200  # random inputs for a text program, besides its own examples
CHUNK = 50  # inputs that are sent at a time, so that both sides share the machine's good and bad moments
LEAST_RATIO = 100.0

Meaning = Literal["source", "network"]
Answer = list[str] | str


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of one program.

    Attributes:
        inputs: how many were run.
        evaluator: on how many our evaluator differs.
        emitted: on how many our emitted code differs.
        published_ms: the median milliseconds of the processor for an input, published.
        emitted_ms: the same of our emitted code.
    """

    inputs: int
    evaluator: int
    emitted: int
    published_ms: float
    emitted_ms: float

    @property
    def ratio(self) -> float:
        """How many times as fast our emitted code is."""
        return self.published_ms / self.emitted_ms


class Published:
    """A published program in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(self, inputs: Sequence[Sequence[str]]) -> tuple[list[Answer], list[float]]:
        """Return the answer to each framed input, and the seconds of the processor that it took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([list(tokens) for tokens in inputs]) + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found["answers"], found["seconds"]


@contextmanager
def published(path: Path, meaning: Meaning) -> Iterator[Published]:
    """Yield a published program, ready to run."""
    script = Path(__file__).with_name("published_program.py")
    with subprocess.Popen(
        [PYTHON, str(script), REFERENCE, str(path), meaning],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    ) as process:
        yield Published(process)
        assert process.stdin is not None
        process.stdin.close()


def framed(program: Program, tokens: Sequence[str]) -> tuple[str, ...]:
    """Return the sequence that a published program takes."""
    return program.domain.frame(tokens)


def inputs_for(program: Program, examples: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return a program's own examples and random inputs of its domain, framed."""
    domain = program.domain
    count = TEXT if domain.unknown is not None else GENERATED
    drawn = [
        batch.data(row, domain)
        for batch in sample_inputs(domain, 2 * count, seed=0)
        for row in range(len(batch))
    ]
    # The published text programs cannot read these words of their own.
    known = [tokens for tokens in drawn if not LOST_TO_PANDAS.intersection(tokens)]
    # Inputs come sorted by length; a stride keeps every length.
    taken = known[:: max(1, len(known) // count)][:count]
    assert len(taken) == count
    return [*map(tuple, examples), *(framed(program, tokens) for tokens in taken)]


def compare(path: Path, meaning: Meaning, folder: Path) -> Figures:
    """Run one published program and our reading of it on the same inputs."""
    found = read_published(path, as_network=meaning == "network")
    program = found.program
    files = emit_files(program, "program")
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    run = load(files["program.py"], str(folder / "program.py"))
    inputs = inputs_for(program, [example.tokens for example in found.examples])
    wrong = [0, 0]
    theirs: list[float] = []
    ours: list[float] = []
    with published(path, meaning) as process:
        for start in range(0, len(inputs), CHUNK):
            part = inputs[start : start + CHUNK]
            answers, seconds = process.run(part)
            evaluated = predict(program, part)
            theirs += seconds
            for tokens, answer, labels in zip(part, answers, evaluated, strict=True):
                wanted = data_labels(program, answer, len(tokens))
                given, best = timed(run, tokens)
                ours.append(best)
                wrong[0] += labels != wanted
                wrong[1] += given != wanted
    return Figures(
        len(inputs),
        wrong[0],
        wrong[1],
        statistics.median(theirs) * 1e3,
        statistics.median(ours) * 1e3,
    )


def data_labels(program: Program, answer: Answer, length: int) -> list[str]:
    """Return a published answer as ours are: a label for each data symbol, or a single one."""
    if isinstance(answer, str):
        return [answer]
    return answer[program.domain.data_slice(length)]


def timed(run: Run, tokens: Sequence[str]) -> tuple[list[str], float]:
    """Return the labels of an emitted program and the seconds of the processor that one call took.

    Other work on the machine is not the program's, so it is not the clock's time that is compared.
    """
    began = time.process_time()
    found: Answer = run(list(tokens))
    seconds = time.process_time() - began
    return [found] if isinstance(found, str) else found, seconds


@pytest.mark.slow
@pytest.mark.skipif(not REFERENCE, reason="TPROG_REFERENCE names no folder with published code")
@pytest.mark.parametrize("meaning", ["source", "network"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_published_program_and_our_reading_of_it_agree(
    name: str, meaning: Meaning, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the same inputs our evaluator and our emitted code give every published label; as it is, a hundred times as fast."""
    figures = compare(Path(REFERENCE).resolve() / "programs" / f"{name}.py", meaning, tmp_path)
    with capsys.disabled():
        print(
            f"\n{name} {meaning}: {figures.inputs} inputs, {figures.evaluator} + {figures.emitted} differ, "
            f"{figures.published_ms:.2f} ms published, {figures.emitted_ms:.4f} ms emitted, "
            f"{figures.ratio:.0f} x",
            flush=True,
        )
    assert (figures.evaluator, figures.emitted) == (0, 0)
    if meaning == "source":
        # The published file as it is against the same program emitted.
        assert figures.ratio >= LEAST_RATIO
