"""Finding and reading programs by what a user names."""

from pathlib import Path

import pytest
import torch
from example_programs import hist_program
from learn.samples import small_network
from published.test_program import small
from published.written import write
from published_imports import run_folder

from tprog.codegen import emit
from tprog.errors import FileProblem, UnreadableSource
from tprog.learn.conversion import extract
from tprog.learn.weights import save_network
from tprog.locate import gallery_folder, gallery_names, load, locate, read_named
from tprog.published.program import read_published
from tprog.reader import read_program


def test_a_file_and_its_folder_are_the_same_program(tmp_path: Path) -> None:
    """A run folder stands for its program file, and its manifest is found."""
    (tmp_path / "program.py").write_text("")
    (tmp_path / "manifest.json").write_text("{}")
    assert locate(tmp_path) == locate(tmp_path / "program.py")
    assert locate(tmp_path).manifest == tmp_path / "manifest.json"
    assert locate(tmp_path).weights is None


def test_a_folder_without_a_program_is_refused(tmp_path: Path) -> None:
    """An unfinished run folder is no program."""
    with pytest.raises(FileProblem, match=r"holds no program\.py"):
        locate(tmp_path)


def test_gallery_entries_go_by_name() -> None:
    """Every gallery entry is found by its name, and a near name is suggested."""
    for name in gallery_names():
        assert locate(name).program.parent.name == name
    with pytest.raises(FileProblem, match="no program 'srot'"):
        locate("srot")


def test_programs_of_ours_are_read_as_ever(tmp_path: Path) -> None:
    """A gallery name, a file and a run folder are what they are to every command."""
    (tmp_path / "program.py").write_text(emit(hist_program()))
    assert load("sort") == read_program(gallery_folder() / "sort" / "program.py")
    assert load(tmp_path) == load(tmp_path / "program.py") == hist_program()


def test_published_programs_are_read_where_they_lie(tmp_path: Path) -> None:
    """A published source needs no import, nor does a run folder, nor one of its files."""
    (tmp_path / "source").mkdir()
    path = write(small(), tmp_path / "source", "good")
    assert load(path) == read_published(path).program
    run = run_folder(tmp_path / "run")
    assert load(run) == load(run / "model.pt")
    (run / "args.json").rename(tmp_path / "args.json")
    with pytest.raises(UnreadableSource, match=r"args\.json"):
        load(run / "model.pt")


def test_a_network_in_a_file_is_its_program(tmp_path: Path) -> None:
    """Weights of ours are read as the Program that they are, once their votes are integers."""
    network = small_network(0)
    save_network(tmp_path / "weights.safetensors", network)
    assert load(tmp_path / "weights.safetensors") == extract(network)
    with torch.no_grad():
        network.votes.add_(0.5)
    save_network(tmp_path / "weights.safetensors", network)
    with pytest.raises(UnreadableSource, match="not discretised"):
        load(tmp_path / "weights.safetensors")


def test_what_is_not_there_is_one_line(tmp_path: Path) -> None:
    """A name that is nothing is refused as every command refuses it."""
    with pytest.raises(FileProblem, match="no program 'sorted'; did you mean sort"):
        load("sorted")
    (tmp_path / "noise.safetensors").write_bytes(b"noise")
    with pytest.raises(UnreadableSource, match="no file of weights"):
        load(tmp_path / "noise.safetensors")


def test_what_was_read_is_said_unless_it_is_ours(tmp_path: Path) -> None:
    """A published source says by which rule it is read, and its text is that which tprog writes; ours says nothing."""
    path = write(small(), tmp_path, "good")
    found = read_named(path)
    assert not found.ours
    assert found.source == emit(found.program)
    assert found.remarks[0] == (
        f"published source {path}, read and not executed; it means what its source computes"
    )
    assert read_named("sort").remarks == ()
    run = read_named(run_folder(tmp_path / "run"))
    assert "it means what its network computes" in run.remarks[0]


def test_a_program_of_ours_may_speak_of_published_ones(tmp_path: Path) -> None:
    """Text that marks a published program makes none of a file that reads as ours."""
    marks = "# data = read_csv(path)\n# rows.argmax(-1)\n"
    (tmp_path / "program.py").write_text(emit(hist_program()) + marks)
    found = read_named(tmp_path)
    assert found.program == hist_program()
    assert found.ours
