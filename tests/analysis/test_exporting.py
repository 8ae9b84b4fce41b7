"""Programs back into networks."""

from dataclasses import replace
from pathlib import Path

import pytest
from example_programs import reverse_program
from published_imports import run_folder

from tprog.analysis.exporting import NotExact, export_network, export_published
from tprog.analysis.prove.verify import verify
from tprog.errors import FileProblem
from tprog.ir import CategoricalVotes, Program
from tprog.learn.weights import load_network
from tprog.published.checkpoint import read_checkpoint


def with_votes(program: Program, factor: int, extra: int) -> Program:
    """Return a program with votes multiplied, and a little more for the last label of the first variable's values."""
    first, *rest = program.classifier.votes
    assert isinstance(first, CategoricalVotes)
    rows = tuple(tuple(factor * weight for weight in row) for row in first.weights)
    rows = tuple((*row[:-1], row[-1] + extra) for row in rows)
    votes = (replace(first, weights=rows), *rest)
    return replace(program, classifier=replace(program.classifier, votes=votes))


def test_a_network_in_a_file_answers_as_its_program(tmp_path: Path) -> None:
    """The file is a network of ours, compared on every input; a file that is there is not replaced unasked."""
    program = reverse_program()
    path = tmp_path / "network.safetensors"
    assert export_network(program, path).outcome == "equal"
    assert verify(load_network(path), program).outcome == "equal"
    with pytest.raises(FileProblem, match="--force"):
        export_network(program, path)
    assert export_network(program, path, force=True).outcome == "equal"


def test_votes_beyond_float64_are_rounded_where_nothing_changes(tmp_path: Path) -> None:
    """Votes of 60 bits are kept where rounding is harmless, and refused where a label hangs on the last bit."""
    program = with_votes(reverse_program(), 1 << 58, 0)
    assert export_network(program, tmp_path / "fine.safetensors").outcome == "equal"
    first = program.classifier.votes[0]
    assert isinstance(first, CategoricalVotes)
    equal = tuple((1 << 60,) * (len(row) - 1) + ((1 << 60) + 1,) for row in first.weights)
    close = replace(
        program,
        classifier=replace(program.classifier, votes=(replace(first, weights=equal),)),
    )
    with pytest.raises(NotExact, match="inputs change"):
        export_network(close, tmp_path / "close.safetensors")
    assert not (tmp_path / "close.safetensors").exists()


def test_a_published_run_is_read_back_and_compared(tmp_path: Path) -> None:
    """The folder holds what the published code loads, and answers as the program."""
    program = read_checkpoint(run_folder(tmp_path / "run")).program
    verdict = export_published(program, tmp_path / "out")
    assert verdict.outcome == "equal"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"args.json", "model.pt"}
    with pytest.raises(FileProblem, match="--force"):
        export_published(program, tmp_path / "out")
