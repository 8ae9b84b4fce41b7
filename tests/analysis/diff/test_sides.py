"""What may be given as one side of a difference."""

from pathlib import Path

import pytest
import torch
from example_programs import hist_program
from learn.samples import small_network
from published_imports import run_folder
from reader.published.test_source import small
from reader.published.written import write

from tprog.analysis.diff.sides import read_side
from tprog.codegen import emit
from tprog.errors import FileProblem, UnreadableSource
from tprog.learn.extract import extract
from tprog.learn.weights import save_network
from tprog.locate import load
from tprog.reader.published import read_published


def test_programs_of_ours_are_read_as_ever(tmp_path: Path) -> None:
    """A gallery name, a file and a run folder are what they are to every command."""
    (tmp_path / "program.py").write_text(emit(hist_program()))
    assert read_side("sort") == load("sort")
    assert read_side(tmp_path) == read_side(tmp_path / "program.py") == hist_program()


def test_published_programs_are_read_where_they_lie(tmp_path: Path) -> None:
    """A published source needs no import, nor does a run folder, nor one of its files."""
    (tmp_path / "source").mkdir()
    path = write(small(), tmp_path / "source", "good")
    assert read_side(path) == read_published(path).program
    run = run_folder(tmp_path / "run")
    assert read_side(run) == read_side(run / "model.pt")
    (run / "args.json").rename(tmp_path / "args.json")
    with pytest.raises(UnreadableSource, match=r"args\.json"):
        read_side(run / "model.pt")


def test_a_network_in_a_file_is_its_program(tmp_path: Path) -> None:
    """Weights of ours are read as the Program that they are, once their votes are integers."""
    network = small_network(0)
    save_network(tmp_path / "weights.safetensors", network)
    assert read_side(tmp_path / "weights.safetensors") == extract(network)
    with torch.no_grad():
        network.votes.add_(0.5)
    save_network(tmp_path / "weights.safetensors", network)
    with pytest.raises(UnreadableSource, match="not discretised"):
        read_side(tmp_path / "weights.safetensors")


def test_what_is_not_there_is_one_line(tmp_path: Path) -> None:
    """A name that is nothing is refused as every command refuses it."""
    with pytest.raises(FileProblem, match="no program 'sorted'; did you mean sort"):
        read_side("sorted")
    (tmp_path / "noise.safetensors").write_bytes(b"noise")
    with pytest.raises(UnreadableSource, match="no file of weights"):
        read_side(tmp_path / "noise.safetensors")
