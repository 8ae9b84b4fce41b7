"""Training a standard Transformer, and its files."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from learn.samples import TASK
from learn.samples import small_network as program_network
from learn.standard.samples import SMALL, small_network

from tprog.errors import FileProblem, UnreadableSource, UsageError
from tprog.learn.settings import Diverged, Progress, RunProblem
from tprog.learn.standard.model import StandardTransformer, standard_accuracy
from tprog.learn.standard.train import load_standard, save_standard, train_standard
from tprog.learn.weights import load_network, save_network
from tprog.locate import load
from tprog.manifest import read_manifest
from tprog.tasks.dataset import make_dataset


@given(seed=st.integers(0, 2**31))
def test_a_network_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """The same shape and the same predictions come back."""
    path = tmp_path_factory.mktemp("weights") / "weights.safetensors"
    network = small_network(seed=seed)
    save_standard(path, network)
    loaded = load_standard(path)
    assert loaded.layout == network.layout
    for batch in TASK.inputs(up_to=3):
        np.testing.assert_array_equal(loaded.predict(batch), network.predict(batch))


def test_one_kind_of_network_is_not_taken_for_the_other(tmp_path: Path) -> None:
    """A program's network is no standard Transformer, and the other way round; both say so."""
    save_network(tmp_path / "program", program_network(0))
    save_standard(tmp_path / "standard", small_network())
    with pytest.raises(UnreadableSource, match="no standard Transformer"):
        load_standard(tmp_path / "program")
    with pytest.raises(UnreadableSource, match="no network"):
        load_network(tmp_path / "standard")


@given(cut=st.integers(0, 400), value=st.integers(0, 255))
def test_a_damaged_file_is_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, cut: int, value: int
) -> None:
    """Any byte of the header may be wrong: what cannot be read says so, and nothing else is raised."""
    path = tmp_path_factory.mktemp("damaged") / "weights.safetensors"
    save_standard(path, small_network())
    content = bytearray(path.read_bytes())
    content[cut] = value
    path.write_bytes(bytes(content))
    refusal = ""
    try:
        load_standard(path)
    except UnreadableSource as error:
        refusal = str(error)
    assert "\n" not in refusal


def equal(one: StandardTransformer, two: StandardTransformer) -> bool:
    """Tell whether two networks are equal to the bit."""
    other = two.state_dict()
    return all(torch.equal(weight, other[name]) for name, weight in one.state_dict().items())


def test_a_simple_function_is_learned_and_kept(tmp_path: Path) -> None:
    """A perfect network is found and written, and its figures are those of the file on the programs' own splits."""
    result = train_standard(TASK, replace(SMALL, epochs=60), tmp_path / "run")
    assert result.metrics["stopped"] == "perfect"
    assert result.metrics["validation"] == 1.0
    assert result.metrics["epochs"] == result.metrics["best_epoch"] < 60
    loaded = load_standard(tmp_path / "run" / "weights.safetensors")
    test = make_dataset(TASK, 0).test
    assert standard_accuracy(loaded, test.batches()) == result.metrics["test"] > 0.95
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        "weights.safetensors",
        "metrics.json",
        "manifest.json",
    }
    manifest = read_manifest(tmp_path / "run" / "manifest.json")
    assert manifest == result.manifest
    assert manifest.data_sha256 == make_dataset(TASK, 0).data_hash
    with pytest.raises(FileProblem, match="standard Transformer"):
        load(tmp_path / "run")


def test_the_epoch_is_chosen_on_validation_data() -> None:
    """The figures are those of the first of the best epochs, not of the last."""
    seen: list[float] = []

    def note(progress: Progress) -> None:
        if progress.validation is not None:
            seen.append(progress.validation)

    result = train_standard(TASK, SMALL, on_progress=note)
    assert len(seen) == result.metrics["epochs"]
    assert result.metrics["validation"] == max(seen)
    assert result.metrics["best_epoch"] == seen.index(max(seen)) + 1


def test_equal_settings_give_equal_networks() -> None:
    """All chance comes from the seed, and a limit in seconds that is not reached decides nothing."""
    first = train_standard(TASK, SMALL).network
    assert equal(first, train_standard(TASK, replace(SMALL, seconds=1e6)).network)
    assert not equal(first, train_standard(TASK, replace(SMALL, seed=1)).network)


class Cut(BaseException):
    """Ends a training in the middle, as a kill would."""


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_cut_training_ends_as_one_that_is_not(tmp_path: Path, after: int) -> None:
    """Cut after any epoch and called again, it ends with the same weights and the same choice."""
    epochs = 0

    def cut(progress: Progress) -> None:
        nonlocal epochs
        epochs += progress.validation is not None
        if epochs >= after:
            raise Cut

    with pytest.raises(Cut):
        train_standard(TASK, SMALL, tmp_path, cut)
    resumed = train_standard(TASK, SMALL, tmp_path)
    whole = train_standard(TASK, SMALL)
    assert equal(resumed.network, whole.network)
    assert resumed.metrics["best_epoch"] == whole.metrics["best_epoch"]


def test_an_interrupt_keeps_the_best_so_far(tmp_path: Path) -> None:
    """Ctrl-C writes a network that reads, leaves the run unfinished, and the same call goes on to the end."""

    def interrupt(progress: Progress) -> None:
        if progress.validation is not None and progress.step == 2:
            raise KeyboardInterrupt

    stopped = train_standard(TASK, SMALL, tmp_path, interrupt)
    assert stopped.interrupted
    assert stopped.metrics["epochs"] == 2
    assert equal(load_standard(tmp_path / "weights.safetensors"), stopped.network)
    assert read_manifest(tmp_path / "manifest.json").other["finished"] is False
    resumed = train_standard(TASK, SMALL, tmp_path)
    assert not resumed.interrupted
    assert equal(resumed.network, train_standard(TASK, SMALL).network)


def test_a_limit_ends_the_run(tmp_path: Path) -> None:
    """When the seconds are over the run is finished, with the epochs that were done."""
    result = train_standard(TASK, replace(SMALL, seconds=1e-6), tmp_path)
    assert result.metrics["stopped"] == "seconds"
    assert result.metrics["epochs"] == result.metrics["best_epoch"] == 0
    assert not result.interrupted
    with pytest.raises(RunProblem, match="finished"):
        train_standard(TASK, SMALL, tmp_path)


def test_numbers_that_are_not_finite_are_reported() -> None:
    """A rate that explodes ends in an error, not in a figure."""
    with pytest.raises(Diverged, match="standard Transformer became"):
        train_standard(TASK, replace(SMALL, rate=1e30))


def test_a_task_that_does_not_fit_is_refused_before_a_folder_is_made(tmp_path: Path) -> None:
    """More samples than there are, and a task without a greatest length, leave nothing behind."""
    endless = replace(TASK, domain=replace(TASK.domain, max_length=None))
    with pytest.raises(UsageError):
        train_standard(TASK, replace(SMALL, samples=10**6), tmp_path / "run")
    with pytest.raises(UsageError):
        train_standard(endless, SMALL, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_pooled_outputs_are_learned() -> None:
    """A task with one label for the whole sequence is learned as well."""
    names = dict(zip("abc", TASK.labels, strict=True))
    pooled = replace(
        TASK,
        name="most",
        pooled=True,
        causal=False,
        rule=lambda data: names[max(sorted(set(data)), key=data.count)],
    )
    result = train_standard(pooled, replace(SMALL, epochs=20))
    assert result.metrics["validation"] > 0.7
    for batch in pooled.inputs(up_to=2):
        assert result.network.predict(batch).shape == (len(batch),)
        assert np.all(result.network.predict(batch) < len(pooled.labels))


SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from learn.samples import TASK
from learn.standard.samples import SMALL
from tprog.learn.standard.train import train_standard
train_standard(TASK, SMALL, Path(sys.argv[2]), lambda progress: print(progress.step, flush=True))
"""


@pytest.mark.slow
@pytest.mark.parametrize("reports", [1, 3])
def test_a_killed_process_resumes(tmp_path: Path, reports: int) -> None:
    """Killed outright at some moment, a training that is started again ends with the same network."""
    command = [sys.executable, "-c", SCRIPT, str(Path(__file__).parents[2]), str(tmp_path / "run")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=dict(os.environ))
    assert process.stdout is not None
    for _ in range(reports):
        process.stdout.readline()
    process.kill()
    process.wait()
    process.stdout.close()
    if not read_manifest(tmp_path / "run" / "manifest.json").other["finished"]:
        resumed = train_standard(TASK, SMALL, tmp_path / "run")
        assert equal(resumed.network, train_standard(TASK, SMALL).network)
