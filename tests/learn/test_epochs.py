"""Checkpoints of epochs as Programs."""

from dataclasses import replace
from pathlib import Path

import pytest
from learn.samples import SMALL

from tprog.errors import UnreadableSource
from tprog.learn.epochs import is_epoch, read_epoch
from tprog.learn.run_folder import CHECKPOINTS, EPOCHS
from tprog.learn.train import train
from tprog.locate import load
from tprog.manifest import WEIGHTS_FILE
from tprog.tasks.registry import get_task

TASK = get_task("hist:vocabulary=4,length=5")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was stopped in its first warm start, with its checkpoints."""
    folder = tmp_path_factory.mktemp("runs") / "one"
    stopped = replace(SMALL, restarts=1)

    def stop(progress: object) -> None:
        if getattr(progress, "step", 0) >= 1:
            raise KeyboardInterrupt

    train(TASK, stopped, folder=folder, on_progress=stop)
    return folder


def test_a_checkpoint_is_a_program_of_its_task(run: Path) -> None:
    """What the network was after an epoch is a Program that reads the task's inputs and says which epoch it is of."""
    path = run / CHECKPOINTS / "warm-0.safetensors"
    assert is_epoch(path)
    assert not is_epoch(run / WEIGHTS_FILE)
    program = read_epoch(path)
    assert program.domain == TASK.domain
    assert program.classifier.labels == TASK.labels
    assert "after epoch" in program.provenance.title
    assert len(program.operations) == len(load(run).operations)
    assert read_epoch(path) == program


def test_a_checkpoint_needs_its_run(run: Path, tmp_path: Path) -> None:
    """Elsewhere, or beside the manifest of another run, a checkpoint is refused in one line."""
    path = tmp_path / "lost.safetensors"
    path.write_bytes((run / CHECKPOINTS / "warm-0.safetensors").read_bytes())
    with pytest.raises(UnreadableSource, match="without its run"):
        read_epoch(path)
    manifest = (run / "manifest.json").read_text()
    (tmp_path / "manifest.json").write_text(manifest.replace('"layers": 1', '"layers": 2'))
    with pytest.raises(UnreadableSource, match="does not fit the run"):
        read_epoch(path)
    (tmp_path / "manifest.json").write_text(manifest.replace(TASK.spec, "data:gone"))
    with pytest.raises(UnreadableSource, match="cannot be read as a program"):
        read_epoch(path)


def test_every_epoch_is_kept_where_that_is_asked_for(tmp_path: Path) -> None:
    """A finished run keeps a file for each epoch of each warm start, and learns the same as one that keeps none."""
    kept = train(TASK, SMALL, folder=tmp_path / "kept", keep_epochs=True)
    names = sorted(path.name for path in (tmp_path / "kept" / EPOCHS).iterdir())
    assert names == [f"warm-{n}-epoch-{e}.safetensors" for n in (0, 1) for e in (1, 2, 3, 4)]
    programs = [read_epoch(tmp_path / "kept" / EPOCHS / name) for name in names[:4]]
    assert len(set(programs)) > 1
    assert "after epoch 4" in programs[-1].provenance.title
    assert train(TASK, SMALL).program == kept.program
    train(TASK, SMALL, folder=tmp_path / "kept", force=True)
    assert not (tmp_path / "kept" / EPOCHS).exists()
