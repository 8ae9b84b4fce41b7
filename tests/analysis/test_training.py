"""What is found out about a learned Program before its run counts as finished."""

from dataclasses import replace
from pathlib import Path

import pytest
from learn.samples import SMALL, TASK

import tprog
import tprog.analysis.training as module
from tprog.analysis.training import Disagreement, Trained, examine, train
from tprog.ir import CategoricalVotes
from tprog.learn.conversion import to_network
from tprog.learn.settings import WarmStartSettings
from tprog.locate import load
from tprog.manifest import read_manifest
from tprog.tasks.dataset import make_dataset

SETTINGS = replace(SMALL, restarts=1, warm_start=WarmStartSettings(epochs=2, batch=32))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the small training is kept."""
    return tmp_path_factory.mktemp("runs") / "run"


@pytest.fixture(scope="module")
def result(folder: Path) -> Trained:
    """Return a small training."""
    return train(TASK, SETTINGS, folder)


def test_a_training_from_python_is_checked_and_measured(result: Trained, folder: Path) -> None:
    """Whoever trains by a call gets the comparison and the figures too, and the finished run holds them."""
    assert tprog.train is train
    assert load(folder) == result.program
    manifest = read_manifest(folder / "manifest.json")
    assert result.manifest is not None
    assert manifest.program_sha256 == result.manifest.program_sha256
    assert manifest.other["finished"] is True
    assert manifest.metrics["agreement"]["inputs"] == result.findings.agreement.inputs > 0
    assert repr(result).startswith("<TrainResult: learned")


def test_everything_is_examined_where_there_is_time(result: Trained) -> None:
    """Without a limit network and code are compared on every input, and all figures are there."""
    found = result.findings
    assert found.agreement.outcome == "equal"
    assert found.figures is not None
    assert found.guesses is not None
    assert found.left_out == []
    assert set(found.to_metrics()) == {"agreement", "analysis", "guesses"}


def test_what_no_time_is_left_for_is_said(result: Trained) -> None:
    """Without any time a little is compared all the same, and the rest is named."""
    found = examine(result, make_dataset(TASK, 0), seconds=0)
    assert found.agreement.inputs > 0
    assert found.figures is None
    assert "tprog analyze" in found.left_out[0]


def test_a_shorter_search_is_left_out_before_figures_are(
    result: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With some time the figures are measured, and only the look for a shorter program is left out."""
    monkeypatch.setattr(module, "LOOK_NEEDS", 1e9)
    found = examine(result, make_dataset(TASK, 0), seconds=100)
    assert found.figures is not None
    assert "simplify" in found.left_out[0]


def test_code_and_network_that_differ_are_an_error(result: Trained) -> None:
    """A network that is another function is never passed over."""
    votes = result.program.classifier.votes[0]
    assert isinstance(votes, CategoricalVotes)
    turned = replace(votes, weights=tuple(row[::-1] for row in votes.weights))
    classifier = replace(result.program.classifier, votes=(turned,))
    network = to_network(replace(result.program, classifier=classifier))
    with pytest.raises(Disagreement, match="please report"):
        examine(replace(result, network=network), make_dataset(TASK, 0))
