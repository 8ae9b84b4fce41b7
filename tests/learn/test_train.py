"""Learning a Program from beginning to end."""

import errno
import os
import subprocess
import sys
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from learn.samples import HARD, HARD_TASK, SMALL, TASK

from tprog.errors import FileProblem, TprogError, UnreadableSource, UsageError
from tprog.evaluate import accuracy, predictions
from tprog.ir import ByScore, CategoricalHead, Program
from tprog.learn.layout import NetworkSizes
from tprog.learn.network import Network
from tprog.learn.settings import Diverged, Progress, RunProblem, TrainSettings, WarmStartSettings
from tprog.learn.train import TrainResult, train
from tprog.learn.weights import load_network
from tprog.manifest import Manifest, read_manifest
from tprog.tasks.dataset import Dataset, make_dataset
from tprog.tasks.registry import get_task


def manifest_of(run: Path) -> Manifest:
    """Return the manifest of a run folder."""
    return read_manifest(run / "manifest.json")


def config_of(result: TrainResult) -> dict[str, object]:
    """Return the settings that stand in a result's manifest."""
    assert result.manifest is not None
    return result.manifest.config


def test_what_is_learned_is_one_thing_in_all_its_forms(tmp_path: Path) -> None:
    """Program, network and saved weights predict alike on every input, and the accuracies are the Program's."""
    settings = replace(SMALL, warm_start=WarmStartSettings(epochs=10, batch=16))
    result = train(TASK, settings, tmp_path / "run")
    loaded = load_network(tmp_path / "run" / "weights.safetensors")
    for batch in TASK.inputs():
        expected = predictions(result.program, batch)
        np.testing.assert_array_equal(result.network.predict(batch), expected)
        np.testing.assert_array_equal(loaded.predict(batch), expected)
    test = make_dataset(TASK, 0).test
    right, total = accuracy(result.program, test.batches(), TASK.labels)
    assert result.metrics["test"] == right / total > 0.9
    assert result.manifest == manifest_of(tmp_path / "run")
    assert not result.interrupted
    assert result.program.provenance.task == "previous"


def test_equal_settings_give_equal_programs() -> None:
    """A training depends on its settings alone, not on the number of processes."""
    one, two = (train(TASK, replace(SMALL, workers=workers)) for workers in (1, 2))
    assert one.program == two.program
    assert train(TASK, replace(SMALL, seed=7)).program != one.program


@cache
def learned(settings: TrainSettings) -> Program:
    """Return the Program of a training that nothing cuts."""
    return train(TASK, settings).program


class Cut(BaseException):
    """Ends a training in the middle, as a kill would."""


@pytest.mark.parametrize("after", [1, 3, 6])
def test_a_cut_training_ends_as_one_that_is_not(tmp_path: Path, after: int) -> None:
    """Cut after any report and called again, a training ends with the same Program as an uninterrupted one."""
    reports = 0

    def cut(progress: Progress) -> None:
        nonlocal reports
        reports += 1
        if reports > after:
            raise Cut

    settings = replace(SMALL, restarts=3, drop_after=0.5, keep=1)
    with pytest.raises(Cut):
        train(TASK, settings, tmp_path / "run", cut)
    assert manifest_of(tmp_path / "run").other["finished"] is False
    resumed = train(TASK, settings, tmp_path / "run")
    assert resumed.program == learned(settings)
    assert manifest_of(tmp_path / "run").other["finished"] is True


@pytest.mark.parametrize("text", ["", "[", "[7]", "{}", "[]"])
def test_a_damaged_choice_of_warm_starts_is_refused(tmp_path: Path, text: str) -> None:
    """Where the file that says which warm starts go on is damaged, one line says how to begin again."""

    def cut(progress: Progress) -> None:
        if progress.step == 3:
            raise Cut

    settings = replace(SMALL, restarts=3, drop_after=0.5, keep=1)
    with pytest.raises(Cut):
        train(TASK, settings, tmp_path / "run", cut)
    path = tmp_path / "run" / "checkpoints" / "survivors.json"
    assert path.exists()
    path.write_text(text)
    with pytest.raises(UnreadableSource, match="--fresh"):
        train(TASK, settings, tmp_path / "run")


def test_an_interrupt_keeps_what_was_learned(tmp_path: Path) -> None:
    """Ctrl-C gives a Program, writes it, and leaves a run that can be resumed to its end."""

    def interrupt(progress: Progress) -> None:
        if progress.step == 2:
            raise KeyboardInterrupt

    stopped = train(TASK, SMALL, tmp_path / "run", interrupt)
    assert stopped.interrupted
    assert manifest_of(tmp_path / "run").other["finished"] is False
    assert (tmp_path / "run" / "program.py").exists()
    resumed = train(TASK, SMALL, tmp_path / "run")
    assert not resumed.interrupted
    assert resumed.program == learned(SMALL)


def test_a_run_is_finished_only_after_its_check(tmp_path: Path) -> None:
    """While the check runs everything is written and unfinished; what it returns joins the metrics."""
    folder = tmp_path / "run"

    def check(result: TrainResult, dataset: Dataset, seconds: float | None) -> dict[str, object]:
        assert seconds is None
        assert manifest_of(folder).other["finished"] is False
        assert load_network(folder / "weights.safetensors").layout == result.network.layout
        return {"checked": 7}

    result = train(TASK, SMALL, folder, check=check)
    assert manifest_of(folder).other["finished"] is True
    assert manifest_of(folder).metrics["checked"] == 7
    assert result.manifest == manifest_of(folder)


def test_a_check_that_is_cut_leaves_a_run_that_resumes(tmp_path: Path) -> None:
    """Killed in the check, a run is unfinished, keeps what was learned, and ends the same when called again."""
    folder = tmp_path / "run"

    def killed(result: TrainResult, dataset: Dataset, seconds: float | None) -> dict[str, object]:
        raise Cut

    with pytest.raises(Cut):
        train(TASK, SMALL, folder, check=killed)
    assert manifest_of(folder).other["finished"] is False
    before = (folder / "program.py").read_bytes()
    train(TASK, SMALL, folder, check=lambda *_: {})
    assert manifest_of(folder).other["finished"] is True
    assert (folder / "program.py").read_bytes() == before


def test_the_network_is_that_of_the_shortened_program(tmp_path: Path) -> None:
    """What is rewritten before it is kept is what is written, and what the network computes."""

    def without_operations(program: Program) -> Program:
        classifier = replace(program.classifier, votes=program.classifier.votes[:1])
        return replace(program, classifier=classifier)

    result = train(TASK, SMALL, tmp_path, shorten=without_operations)
    assert len(result.program.classifier.votes) == 1
    loaded = load_network(tmp_path / "weights.safetensors")
    for batch in TASK.inputs():
        np.testing.assert_array_equal(loaded.predict(batch), predictions(result.program, batch))


def test_a_second_training_in_a_folder_is_told(tmp_path: Path) -> None:
    """While a training runs, another one in its folder is refused, and the first goes on."""

    def second(progress: Progress) -> None:
        with pytest.raises(RunProblem, match="at this moment"):
            train(TASK, SMALL, tmp_path, force=True)

    assert not train(TASK, SMALL, tmp_path, second).interrupted


def test_a_full_disk_ends_a_training_and_keeps_its_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a checkpoint finds no space the training ends with that error, and goes on later to the same Program."""
    flushed = 0

    def full(handle: int) -> None:
        nonlocal flushed
        flushed += 1
        if flushed > 4:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    settings = replace(SMALL, restarts=3, workers=2)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(FileProblem, match="No space left"):
            train(TASK, settings, tmp_path)
    assert not list(tmp_path.rglob("*.tmp"))
    assert train(TASK, settings, tmp_path).program == train(TASK, settings).program


def test_a_finished_run_is_kept(tmp_path: Path) -> None:
    """A finished run is refused, and replaced only with force."""
    first = train(TASK, SMALL, tmp_path)
    with pytest.raises(RunProblem, match="finished"):
        train(TASK, SMALL, tmp_path)
    again = train(TASK, replace(SMALL, seed=3), tmp_path, force=True)
    assert config_of(again)["seed"] == 3
    assert config_of(first)["seed"] == 0


def test_reports_come_from_every_phase() -> None:
    """Each warm start and each classifier is reported with its validation accuracy and times."""
    reports: list[Progress] = []
    train(TASK, SMALL, None, reports.append)
    assert {report.phase for report in reports} == {"warm start", "classifier"}
    assert {report.restart for report in reports} == {0, 1}
    assert all(report.elapsed >= 0 for report in reports)
    assert any(report.validation is not None and report.loss is not None for report in reports)


def test_a_training_that_diverges_says_so() -> None:
    """Where every warm start diverges, the error of one is raised."""
    settings = replace(SMALL, warm_start=WarmStartSettings(epochs=1, batch=8, rate=1e30))
    with pytest.raises(Diverged):
        train(TASK, settings)


def test_a_warm_start_that_diverges_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one of two warm starts diverges, the other is learned from, and the metrics say what became of the first."""
    initialise = Network.initialise

    def poisoned(network: Network, seed: int) -> Network:
        initialise(network, seed)
        if seed == SMALL.seed * 1009:
            with torch.no_grad():
                network.votes[0, 0] = float("nan")
        return network

    monkeypatch.setattr(Network, "initialise", poisoned)
    metrics = train(TASK, SMALL).metrics
    assert [found["number"] for found in metrics["warm_starts"]] == [1]
    assert len(metrics["failed"]) == 1
    assert "warm start 0 became nan" in metrics["failed"][0]


def test_a_task_that_is_too_small_is_refused() -> None:
    """More samples than there are, and a task without a greatest length, are refused in one line."""
    with pytest.raises(UsageError):
        train(TASK, replace(SMALL, samples=10**6))
    with pytest.raises(TprogError):
        train(replace(TASK, domain=replace(TASK.domain, max_length=None)), SMALL)


def test_pooled_outputs_are_learned() -> None:
    """A task with one label for the sequence is learned without the discrete search, and the metrics say why."""
    names = dict(zip("abc", TASK.labels, strict=True))
    pooled = replace(
        TASK,
        name="most",
        pooled=True,
        rule=lambda data: names[max(sorted(set(data)), key=data.count)],
    )
    settings = replace(SMALL, warm_start=WarmStartSettings(epochs=6, batch=16), search_rounds=3)
    result = train(pooled, settings)
    assert result.metrics["test"] > 0.6
    assert "pooled" in result.metrics["search"]["skipped"]


def test_a_head_learns_scores() -> None:
    """The last symbol in the alphabet's order is found by one head that attends by a score."""
    names = dict(zip("abc", TASK.labels, strict=True))
    greatest = replace(
        TASK,
        name="greatest",
        causal=False,
        rule=lambda data: [names[max(data)]] * len(data),
    )
    sizes = NetworkSizes(
        layers=1,
        categorical_heads=0,
        numerical_heads=0,
        categorical_lookups=0,
        numerical_lookups=0,
        score_heads=2,
    )
    settings = replace(SMALL, sizes=sizes, warm_start=WarmStartSettings(epochs=12, batch=16))
    result = train(greatest, settings)
    assert result.metrics["test"] == 1.0
    heads = [each for each in result.program.operations if isinstance(each, CategoricalHead)]
    assert all(isinstance(head.tie, ByScore) for head in heads)
    for batch in greatest.inputs():
        np.testing.assert_array_equal(
            result.network.predict(batch), predictions(result.program, batch)
        )


@pytest.mark.slow
def test_the_search_goes_on_from_the_warm_starts(tmp_path: Path) -> None:
    """With rounds of search the result is at least as good as the warm starts, and reports carry the rounds."""
    reports: list[Progress] = []
    settings = replace(SMALL, warm_start=WarmStartSettings(epochs=1, batch=32), search_rounds=6)
    result = train(TASK, settings, tmp_path, reports.append)
    assert result.metrics["validation"] >= result.metrics["warm_validation"]
    assert "search" in {report.phase for report in reports}


SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from learn.samples import HARD, HARD_TASK
from tprog.learn.train import train
train(HARD_TASK, HARD, Path(sys.argv[2]), lambda progress: print(progress.phase, flush=True))
"""


@cache
def undisturbed() -> Program:
    """Return what a training finds that nobody disturbs."""
    return train(HARD_TASK, HARD).program


@pytest.mark.slow
@pytest.mark.parametrize(
    ("phase", "reports", "delay"),
    [
        ("warm start", 1, 0.02),
        ("warm start", 6, 0.1),
        ("search", 1, 0.0),
        ("search", 5, 0.05),
        ("search", 10, 0.01),
    ],
)
def test_a_killed_process_resumes(tmp_path: Path, phase: str, reports: int, delay: float) -> None:
    """Killed outright in the warm starts or the search, a training that is started again ends with the same Program."""
    folder = tmp_path / "run"
    command = [sys.executable, "-c", SCRIPT, str(Path(__file__).parents[1]), str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    left = reports
    while left:
        left -= process.stdout.readline().strip() == phase
    time.sleep(delay)
    process.kill()
    process.wait()
    process.stdout.close()
    assert manifest_of(folder).other["finished"] is False
    rest: list[str] = []
    found = train(HARD_TASK, HARD, folder, lambda progress: rest.append(progress.phase))
    assert found.program == undisturbed()
    # Two starts of eight rounds; both starts of a round are reported once it is kept.
    done = reports if phase == "search" else 0
    assert rest.count("search") <= 16 - done
    assert not done or rest.count("warm start") == 0


@pytest.mark.slow
@pytest.mark.parametrize(("spec", "least"), [("sort", 0.97), ("hist", 0.999)])
def test_published_tasks_are_learned(spec: str, least: float) -> None:
    """With default settings the discretised Programs of sort and hist reach their accuracy on held-out data."""
    assert train(get_task(spec), TrainSettings()).metrics["test"] >= least
