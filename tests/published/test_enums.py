"""Modules of embedding values."""

from pathlib import Path

import pytest

from tprog.errors import UnreadableSource
from tprog.published.enums import Member, read_enums


def module(folder: Path, text: str) -> Path:
    path = folder / "m.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_members_are_found_by_name(tmp_path: Path) -> None:
    """Each class of the module gives its members, and they print as Python prints them."""
    found = read_enums(
        module(
            tmp_path,
            'from enum import Enum\n\n\nclass Emb0(Enum):\n\tV00 = ["a", "it\'s"]\n\tV01 = []\n',
        )
    )
    assert found["Emb0"].members == {"V00": Member("Emb0", "V00"), "V01": Member("Emb0", "V01")}
    assert str(found["Emb0"].members["V01"]) == "Emb0.V01"


def test_equal_members_are_one(tmp_path: Path) -> None:
    """As in Python a member with the value of an earlier one is that earlier one."""
    found = read_enums(
        module(tmp_path, "from enum import Enum\nclass E(Enum):\n V0 = []\n V1 = ['x']\n V2 = []\n")
    )
    members = found["E"].members
    assert members["V2"] == members["V0"]
    assert members["V1"] != members["V0"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import os\n", "m.py:1: of a module"),
        (
            "from enum import Enum\nclass E(Enum):\n V0 = open('x')\n",
            "m.py:3: V0 must be a literal",
        ),
        ("from enum import Enum\nclass E(Enum):\n V0 = 1\n V0 = 2\n", "m.py:4: only members"),
        ("from enum import Enum\nclass E(Enum):\n def f(self): pass\n", "m.py:3: only members"),
        ("class E(int):\n V0 = 1\n", "m.py:1: of a module"),
        ("class E(Enum, metaclass=M):\n V0 = 1\n", "m.py:1: of a module"),
        ("V0 = [\n", r"m.py:1: this is no Python"),
        ("class E(Enum):\n V0 = 1\n", "m.py:1: of a module"),
        ("from enum import Enum\nclass E(Enum):\n _order_ = 'a'\n", "m.py:3: only members"),
        ("from enum import Enum\nclass E(Enum):\n V0 = True\n", "V0 must be a literal"),
    ],
)
def test_other_code_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    """A module that holds anything but enumerations of literals is not read."""
    with pytest.raises(UnreadableSource, match=message):
        read_enums(module(tmp_path, text))
