"""Published programs and runs in a folder tree."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest
from published.networks import tensors
from published.test_checkpoint import SIZES, SORT, saved
from published.test_source import small
from published.written import write

from tprog.errors import FileProblem
from tprog.published.find import find_published


def test_everything_in_a_tree_is_found_and_tried(tmp_path: Path) -> None:
    """Programs and run folders are found by what they hold, in order; each is read, or says why it cannot be."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    write(small(), tmp_path / "a", "good")
    (tmp_path / "a" / "good.py").rename(tmp_path / "a" / "good.python")
    bad = write(small(), tmp_path / "b", "bad")
    (tmp_path / "b" / "bad_weights.csv").unlink()
    saved(tmp_path / "run", SORT, tensors(SORT, *SIZES, seed=0))
    saved(tmp_path / "standard", replace(SORT, standard=True), {})
    (tmp_path / "setup.py").write_text("print('nothing published')\n")
    (tmp_path / "notes.txt").write_text("def run( read_csv( .argmax(-1)")
    found = list(find_published(tmp_path))
    assert [
        (one.path.relative_to(tmp_path).as_posix(), one.kind, one.problem is None) for one in found
    ] == [
        ("a/good.python", "source", True),
        ("b/bad.py", "source", False),
        ("run", "checkpoint", True),
        ("standard", "checkpoint", False),
    ]
    assert all((one.imported is None) == (one.problem is not None) for one in found)
    assert found[1].problem is not None
    assert found[1].problem.startswith(str(bad))
    assert "standard Transformer" in (found[3].problem or "")
    assert asdict(SORT)["dataset"] == "sort"


def test_a_missing_folder_is_a_file_problem(tmp_path: Path) -> None:
    """What is no folder holds nothing to find."""
    with pytest.raises(FileProblem, match="there is no folder"):
        list(find_published(tmp_path / "absent"))
