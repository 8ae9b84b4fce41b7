"""Finding programs by what a user names."""

from pathlib import Path

import pytest

from tprog.errors import FileProblem
from tprog.locate import gallery_names, locate


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
