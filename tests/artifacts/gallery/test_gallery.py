"""The gallery: every entry is what its manifest says, and network, evaluator and emitted code agree on it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tprog.analysis.measure.emitted import EmittedProgram
from tprog.analysis.measure.sizes import file_lines
from tprog.analysis.prove.verify import verify
from tprog.codegen import emit
from tprog.evaluate import Batch, predictions, scored_positions
from tprog.ir import Program
from tprog.learn.conversion import to_network
from tprog.locate import gallery_folder, gallery_names, load
from tprog.manifest import MANIFEST_FILE, read_manifest
from tprog.tasks.registry import get_task, task_names

ENTRIES = gallery_names()
ALL_INPUTS = 100_000  # the most inputs that are compared


def batches(program: Program, most: int) -> Iterator[Batch]:
    """Yield every input of a program's task, or a sample where there are more than `most`."""
    assert program.provenance.task is not None
    task = get_task(program.provenance.task)
    count = task.count()
    if count is not None and count <= most:
        yield from task.inputs()
    else:
        yield from task.sample(most, seed=1)


def differences(program: Program, most: int) -> int:
    """Count the scored positions at which network, evaluator and emitted code do not agree."""
    network, emitted, found = to_network(program), EmittedProgram(program), 0
    for batch in batches(program, most):
        scored = scored_positions(program.domain, batch)
        expected = predictions(program, batch)
        for other in (network.predict(batch), emitted.predict(batch)):
            found += int(np.count_nonzero((other != expected) & scored))
    return found


def test_there_is_an_entry_for_every_task() -> None:
    """All published tasks are in the gallery, each with its files."""
    assert set(ENTRIES) == set(task_names())
    for name in ENTRIES:
        files = {path.name for path in (gallery_folder() / name).iterdir()}
        assert {"program.py", "graph.svg", "metrics.json", "manifest.json"} <= files


@pytest.mark.parametrize("name", ENTRIES)
def test_the_manifest_speaks_of_the_program(name: str) -> None:
    """Hash, command and figures stand in the manifest, and the file is what we would emit."""
    folder = gallery_folder() / name
    source = (folder / "program.py").read_text(encoding="utf-8")
    manifest = read_manifest(folder / MANIFEST_FILE)
    assert manifest.matches(source)
    assert manifest.other["command"][1:3] == ["train", name]
    assert emit(load(name)) == source


@pytest.mark.parametrize("name", ENTRIES)
def test_the_figures_are_those_of_the_program(name: str) -> None:
    """The accuracy on test data in the manifest is what the program has."""
    program = load(name)
    task = get_task(name)
    metrics = json.loads((gallery_folder() / name / "metrics.json").read_text())
    from tprog.evaluate import accuracy
    from tprog.tasks.dataset import make_dataset

    right, total = accuracy(program, make_dataset(task, 0).test.batches(), task.labels)
    assert right / total == pytest.approx(metrics["test"])


@pytest.mark.parametrize("name", ENTRIES)
def test_network_evaluator_and_emitted_code_agree_on_a_sample(name: str) -> None:
    """On a thousand inputs there is no difference."""
    assert differences(load(name), 1000) == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ENTRIES)
def test_network_evaluator_and_emitted_code_agree_everywhere(name: str) -> None:
    """On the whole domain, or 100,000 inputs where it is larger, there is no difference."""
    assert differences(load(name), ALL_INPUTS) == 0


@pytest.mark.parametrize("name", ENTRIES)
def test_the_file_runs_by_itself(name: str, tmp_path: Path) -> None:
    """The program runs from another folder with the standard library alone."""
    program = load(name)
    tokens = next(batches(program, 100)).data(0, program.domain)
    done = subprocess.run(
        [sys.executable, "-I", str(gallery_folder() / name / "program.py"), *tokens],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    assert done.stdout.split() == program.run(tokens)


@pytest.mark.parametrize("name", ENTRIES)
def test_the_simplified_program_answers_the_same(name: str) -> None:
    """It is no longer, is what we would emit, and differs on none of ten thousand inputs."""
    path = gallery_folder() / name / "simplified.py"
    source, simplified, program = path.read_text(encoding="utf-8"), load(path), load(name)
    assert emit(simplified) == source
    assert (file_lines(source) or 0) <= (file_lines(emit(program)) or 0)
    assert verify(simplified, program, limit=10_000).outcome != "different"


@pytest.mark.slow
@pytest.mark.parametrize("name", ENTRIES)
def test_the_simplified_program_answers_the_same_everywhere(name: str) -> None:
    """On the whole domain there is no difference; where it is too large, on 400,000 inputs."""
    path = gallery_folder() / name / "simplified.py"
    assert verify(load(path), load(name)).outcome != "different"


def test_a_perfect_entry_is_proved() -> None:
    """The program for sort equals its task on every input where its manifest says so."""
    metrics = json.loads((gallery_folder() / "sort" / "metrics.json").read_text())
    verdict = verify(load("sort"), get_task("sort"))
    assert verdict.exhaustive
    assert (verdict.outcome == "equal") <= (metrics["test"] == 1.0)
