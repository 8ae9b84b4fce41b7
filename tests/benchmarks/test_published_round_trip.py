"""Networks between the published code and ours: trained there, imported, exported again, loaded there.

`TPROG_REFERENCE` and `TPROG_REFERENCE_PYTHON` are those of `test_published_programs.py`; this Python needs torch, pandas and
scikit-learn.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tprog.evaluate import all_inputs, count_inputs, predict, sample_inputs
from tprog.ir import Domain
from tprog.published.checkpoint import read_checkpoint
from tprog.published.program import read_published
from tprog.published.writing import published_run, write_published

REFERENCE = os.environ.get("TPROG_REFERENCE", "")
PYTHON = os.environ.get("TPROG_REFERENCE_PYTHON", sys.executable)
MOST = 20_000  # inputs that are compared where the domain has more

SMALL = (
    *("--dataset_size", "2000", "--n_epochs", "3", "--one_hot_embed", "--count_only"),
    *("--n_layers", "2", "--d_mlp", "16"),
)
RUNS = {
    "sort": ("--dataset", "sort", "--vocab_size", "8", "--max_length", "8"),
    "hist": ("--dataset", "hist", "--vocab_size", "6", "--max_length", "6"),
    "dyck1": ("--dataset", "dyck1", "--max_length", "10"),
}


def published(what: str, folder: Path, *arguments: str, given: str = "") -> str:
    """Run the published code in a process of its own and return what it printed."""
    script = Path(__file__).with_name("published_run.py")
    done = subprocess.run(
        [PYTHON, str(script), REFERENCE, what, str(folder), *arguments],
        input=given,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def published_labels(
    folder: Path, domain: Domain, inputs: Sequence[Sequence[str]]
) -> list[list[str]]:
    """Return what the network in a folder answers at the data symbols."""
    framed = [domain.frame(tokens) for tokens in inputs]
    answers: list[list[str]] = json.loads(
        published("predict", folder, given=json.dumps(framed) + "\n").splitlines()[-1]
    )
    return [
        answer[domain.data_slice(len(tokens))]
        for tokens, answer in zip(framed, answers, strict=True)
    ]


def inputs_of(domain: Domain) -> list[tuple[str, ...]]:
    """Return every input, or a sample."""
    total = count_inputs(domain)
    whole = total is not None and total <= MOST
    batches = all_inputs(domain) if whole else sample_inputs(domain, MOST, seed=0)
    return [batch.data(row, domain) for batch in batches for row in range(len(batch))]


def differing(one: list[list[str]], other: list[list[str]]) -> int:
    """Count the inputs whose labels differ."""
    return sum(left != right for left, right in zip(one, other, strict=True))


@pytest.mark.slow
@pytest.mark.skipif(not REFERENCE, reason="TPROG_REFERENCE names no folder with published code")
@pytest.mark.parametrize("task", RUNS)
def test_a_network_trained_there_comes_back(
    task: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Imported it answers as the published network does, and exported again the published code loads it and agrees."""
    run = tmp_path / "run"
    run.mkdir()
    published("train", run, *RUNS[task], *SMALL)
    program = read_checkpoint(run).program
    inputs = inputs_of(program.domain)
    ours = predict(program, inputs)
    theirs = published_labels(run, program.domain, inputs)
    again = tmp_path / "again"
    write_published(again, published_run(program))
    exported = published_labels(again, program.domain, inputs)
    figures = len(inputs), differing(ours, theirs), differing(ours, exported)
    with capsys.disabled():
        print(f"\n{task}: {figures[0]} inputs, imported {figures[1]}, exported {figures[2]} differ")
    assert figures[1:] == (0, 0)


@pytest.mark.slow
@pytest.mark.skipif(not REFERENCE, reason="TPROG_REFERENCE names no folder with published code")
@pytest.mark.parametrize(
    "name", ["rasp/sort/sort", "rasp_categorical_only/hist/hist", "rasp/dyck2/dyck2"]
)
def test_a_published_program_becomes_a_network_there(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A published program with the network's tie-break, exported, gives the same labels in the published code."""
    path = Path(REFERENCE) / "programs" / f"{name}.py"
    program = read_published(path, as_network=True).program
    write_published(tmp_path / "run", published_run(program))
    inputs = inputs_of(program.domain)
    found = published_labels(tmp_path / "run", program.domain, inputs)
    different = differing(predict(program, inputs), found)
    with capsys.disabled():
        print(f"\n{name}: {len(inputs)} inputs, {different} differ")
    assert different == 0
