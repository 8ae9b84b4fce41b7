"""Bringing in what others have published."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from example_programs import hist_program
from published.test_program import small
from published.written import write
from published_imports import published_beside, run_folder, single, without_mask

from tprog.analysis.importing import (
    Import,
    bring_in,
    bring_in_all,
    places,
    write_import,
)
from tprog.codegen import emit
from tprog.errors import FileProblem, UnreadableSource, UsageError
from tprog.evaluate import predict
from tprog.locate import load
from tprog.manifest import read_manifest
from tprog.published.checkpoint import read_checkpoint
from tprog.published.meanings import METRIC, ranks_note


def test_a_program_is_written_with_its_origin(tmp_path: Path) -> None:
    """The folder's program computes what the source does, and its manifest names the files, by hash, and the meaning."""
    path = write(small(), tmp_path, "good")
    brought = bring_in(single(path))
    said = write_import(brought, tmp_path / "out")
    assert said.written
    assert load(tmp_path / "out") == brought.imported.program
    manifest = read_manifest(tmp_path / "out" / "manifest.json")
    assert manifest.origin is not None
    assert manifest.origin["meaning"] == "source"
    assert {Path(name).name for name in manifest.origin["files"]} == {
        "good.py",
        "good_weights.csv",
    }
    assert METRIC in manifest.metrics
    assert json.dumps(said.to_json())


def test_an_import_is_not_repeated_and_nothing_is_overwritten(tmp_path: Path) -> None:
    """The same import again leaves the files; another program there is refused, or replaced when asked."""
    path = write(small(), tmp_path, "good")
    out = tmp_path / "out"
    write_import(bring_in(single(path)), out)
    before = (out / "manifest.json").stat().st_mtime_ns
    assert not write_import(bring_in(single(path)), out).written
    assert (out / "manifest.json").stat().st_mtime_ns == before
    network = bring_in(single(path), as_network=True)
    with pytest.raises(FileProblem, match="--force"):
        write_import(network, out)
    assert write_import(network, out, force=True).written
    assert ranks_note(load(out)) is None


def test_the_networks_meaning_is_kept_with_its_figures(tmp_path: Path) -> None:
    """With the network's tie-break the manifest still says where the source parts from it."""
    path = write(small(), tmp_path, "good")
    brought = bring_in(single(path), as_network=True)
    assert ranks_note(brought.imported.program) is None
    assert brought.said.parting is not None
    assert brought.said.parting.meaning == "network"
    other = bring_in(single(path)).said.parting
    assert other is not None
    assert replace(other, meaning="network") == brought.said.parting


def test_a_run_folder_is_one_place(tmp_path: Path) -> None:
    """A run folder, its model and its arguments all name the same network."""
    run = run_folder(tmp_path / "run")
    for path in (run, run / "model.pt", run / "args.json"):
        found = single(path)
        assert (found.path, found.name) == (run, Path("run"))
    brought = bring_in(single(run)).said
    assert (brought.kind, brought.parting, brought.agreement) == ("checkpoint", None, None)


def test_a_program_and_its_checkpoint_are_compared(tmp_path: Path) -> None:
    """A program made from the network agrees with it; the program of another network does not, and that is said."""
    run = run_folder(tmp_path / "run")
    own = without_mask(read_checkpoint(run).program)
    path = published_beside(run, own)
    for place in (single(path), single(run)):
        agreement = bring_in(place).said.agreement
        assert agreement is not None
        assert agreement.holds
        assert "agree on" in agreement.sentence
    other = without_mask(read_checkpoint(run_folder(tmp_path / "other", seed=5)).program)
    published_beside(run, other)
    brought = bring_in(single(path)).said
    agreement = brought.agreement
    assert agreement is not None
    assert not agreement.holds
    assert "differ on" in agreement.sentence
    assert brought.to_json()["agreement"]["as_network"]["outcome"] == "different"


def test_a_checkpoint_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A damaged checkpoint does not keep its program from being imported."""
    run = run_folder(tmp_path / "run")
    path = published_beside(run, small())
    (run / "model.pt").write_bytes((run / "model.pt").read_bytes()[:200])
    brought = bring_in(single(path)).said
    assert brought.agreement is not None
    assert brought.agreement.problem is not None
    assert "cannot be compared" in brought.agreement.sentence
    assert brought.agreement.holds is None


def test_a_program_is_read_where_only_its_checkpoint_is_damaged(tmp_path: Path) -> None:
    """A run folder is not given up: the program in it is imported, and the reason is said."""
    run = run_folder(tmp_path / "run")
    path = published_beside(run, small())
    (run / "model.pt").write_bytes((run / "model.pt").read_bytes()[:200])
    brought = bring_in(single(run)).said
    assert (brought.kind, brought.path) == ("source", path)
    assert "sort.py in it is read instead" in brought.remarks[0]
    path.write_text("def run(tokens):\n    pass\n")
    with pytest.raises(UnreadableSource, match=r"model\.pt:1: "):
        bring_in(single(run))


def test_a_tree_is_imported_as_far_as_it_can_be(tmp_path: Path) -> None:
    """Each place goes into a folder of its own name; what cannot be read comes with its reason."""
    tree = tmp_path / "tree"
    for name in ("a/good", "b"):
        (tree / name).mkdir(parents=True)
    write(small(), tree / "a" / "good", "good")
    write(small(), tree / "b", "bad")
    (tree / "b" / "bad_weights.csv").unlink()
    run_folder(tree / "run")
    found = places(tree)
    assert [place.name.as_posix() for place in found] == ["a/good", "b/bad", "run"]
    came = [one for _, one in bring_in_all(found, tmp_path / "out")]
    assert isinstance(came[0], Import)
    assert isinstance(came[1], str)
    assert "bad.py" in came[1]
    assert isinstance(came[2], Import)
    tokens = ("a", "b")
    assert predict(load(tmp_path / "out" / "a" / "good"), [tokens]) == predict(small(), [tokens])
    assert not (tmp_path / "out" / "b").exists()


def test_what_is_nothing_published_is_refused(tmp_path: Path) -> None:
    """A missing path, an empty tree, a lonely model and a program of ours each have their line."""
    with pytest.raises(FileProblem, match="there is no"):
        places(tmp_path / "absent")
    with pytest.raises(UnreadableSource, match="no published program"):
        places(tmp_path)
    ours = tmp_path / "ours.py"
    ours.write_text(emit(hist_program()))
    with pytest.raises(UsageError, match="already"):
        places(ours)
    torch.save({}, tmp_path / "model.pt")
    with pytest.raises(UnreadableSource, match=r"args\.json"):
        places(tmp_path / "model.pt")
