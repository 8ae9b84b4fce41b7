"""What one run has given."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from experiment_fakes import outcome, row, template
from hypothesis import given
from hypothesis import strategies as st

from experiments.outcome import (
    NotReproduced,
    Outcome,
    collect,
    is_finished,
    read_outcome,
    write_outcome,
)
from tprog.errors import UnreadableSource


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a finished run of a program."""
    return template(tmp_path_factory.mktemp("template") / "program")


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a finished run of a standard Transformer."""
    return template(tmp_path_factory.mktemp("template") / "standard", standard=True)


def collected(folder: Path) -> Outcome:
    """Return the outcome of a run folder."""
    return collect(row(), 0, folder, wall=9.0, attempts=1, curve=(), commit=None)


@given(test=st.floats(0, 1), validation=st.floats(0, 1), seed=st.integers(0, 99))
def test_an_outcome_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, test: float, validation: float, seed: int
) -> None:
    """Nothing is lost in the file."""
    path = tmp_path_factory.mktemp("outcome") / "0.json"
    found = outcome(row(), seed, test, validation)
    write_outcome(path, found)
    assert read_outcome(path) == found


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "curve": []}'])
def test_a_damaged_outcome_is_refused(tmp_path: Path, text: str) -> None:
    """The message names the file."""
    (tmp_path / "0.json").write_text(text)
    with pytest.raises(UnreadableSource, match=r"0\.json"):
        read_outcome(tmp_path / "0.json")


def test_a_program_is_counted_from_its_file(program: Path) -> None:
    """The figures are those of the emitted file, read again, on the test split."""
    found = collected(program)
    metrics = json.loads((program / "metrics.json").read_text())
    assert found.right / found.total == found.test == metrics["test"]
    assert found.lines == len((program / "program.py").read_text().splitlines())
    assert found.curve == ((9.0, metrics["validation"]),)
    assert is_finished(program)


def test_a_standard_transformer_is_counted_from_its_weights(standard: Path) -> None:
    """It has epochs for rounds, and no lines."""
    found = collected(standard)
    assert found.right / found.total == found.test
    assert found.lines is None
    assert found.rounds == 2


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            {"composition": {"stage": 3, "validation": 1.0}, "warm_starts": []},
            "composition, stage 3",
        ),
        (
            {"composition": {"stage": 3, "validation": 0.1}, "warm_validation": 0.2},
            "gradient descent",
        ),
        (
            {
                "composition": {"stage": 3, "validation": 0.3},
                "warm_validation": 0.2,
                "search": {"rounds": 1},
            },
            "composition, then search",
        ),
        ({"warm_validation": 0.2, "search": {"rounds": 0, "skipped": "why"}}, "gradient descent"),
        ({"synthesis": {"chosen": True}}, "synthesis"),
    ],
)
def test_the_phase_that_a_program_comes_from_is_told(
    program: Path, tmp_path: Path, more: dict[str, object], expected: str
) -> None:
    """A program that was put together is never passed off as one that gradient descent found."""
    copy = shutil.copytree(program, tmp_path / "run")
    metrics = json.loads((copy / "metrics.json").read_text())
    for found in ("composition", "synthesis"):
        metrics.pop(found, None)
    metrics |= {"warm_starts": [{"number": 0}], **more}
    (copy / "metrics.json").write_text(json.dumps(metrics))
    assert collected(copy).found == expected


def test_a_figure_that_is_not_reproduced_is_an_error(
    program: Path, standard: Path, tmp_path: Path
) -> None:
    """A metric that the file does not have, and a file that was edited, are refused."""
    for number, folder in enumerate((program, standard)):
        copy = shutil.copytree(folder, tmp_path / str(number))
        metrics = json.loads((copy / "metrics.json").read_text())
        (copy / "metrics.json").write_text(json.dumps({**metrics, "test": 0.12345}))
        with pytest.raises(NotReproduced, match=r"0\.12345"):
            collected(copy)
    edited = shutil.copytree(program, tmp_path / "edited")
    (edited / "program.py").write_text((edited / "program.py").read_text() + "# mine\n")
    with pytest.raises(NotReproduced, match="edited"):
        collected(edited)
    assert not is_finished(tmp_path / "nothing")


def test_metrics_that_are_missing_are_an_error(program: Path, tmp_path: Path) -> None:
    """A run folder that was tampered with says so."""
    copy = shutil.copytree(program, tmp_path / "run")
    (copy / "metrics.json").write_text("{}")
    with pytest.raises(UnreadableSource, match="metrics"):
        collected(copy)


def test_time_to_accuracy_is_the_first_time() -> None:
    """The curve says when a validation accuracy was first reached, or that it never was."""
    found = replace(outcome(row(), 0, 0.9, 0.9), curve=((1.0, 0.5), (2.0, 0.8), (3.0, 0.9)))
    assert found.first_reached(0.8) == 2.0
    assert found.first_reached(0.81) == 3.0
    assert found.first_reached(0.95) is None
