"""Files read as source: everything at once, and nothing executed."""

import os
import sys
from pathlib import Path

import pytest
from sources import FORK

from tprog.analysis.explain.unreadable import read_reading


def test_a_fork_is_read() -> None:
    """Functions by what they look like, heads, and a branch that no value reaches, with lines."""
    found = read_reading(FORK, Path("fork.py"), "fork.py:1: no")
    kinds = {one.name: one.kind for one in found.functions}
    assert kinds == {
        "select_closest": "attention",
        "aggregate": "attention",
        "run": "entry",
        "previous": "predicate",
        "same": "predicate",
        "mlp": "look-up",
    }
    assert found.entry == "run"
    assert found.imports == ("os", "house.helpers")
    never = [one for one in found.findings if one.kind == "never taken"]
    assert [one.line for one in never] == [
        FORK[: FORK.index("elif q_position == 2")].count("\n") + 1
    ]
    assert [one.text for one in found.findings if one.kind == "never used"] == [
        "os is imported and never used in this file"
    ]


def test_broken_lines_are_named_and_nothing_is_said_of_what_they_touch() -> None:
    """Of a half-edited file the rest is read; names may be used in what was left out."""
    text = FORK.replace("zip(same_outputs, positions)]", "zip(same_outputs, ")
    found = read_reading(text, Path("fork.py"), "fork.py:47: no")
    assert [part.name for part in found.parts if part.kind == "head"] == [
        "previous_outputs",
        "same_outputs",
    ]
    assert {one.kind for one in found.findings} == {"left out"}


@pytest.mark.parametrize(
    "way", ["import neighbour", "from neighbour import *", "neighbour.x.y = 1"]
)
def test_nothing_is_executed_or_imported(tmp_path: Path, way: str) -> None:
    """Neither the file nor a module beside it is run, whatever it imports and whatever the folder."""
    mark = tmp_path / "mark"
    planted = f"open({str(mark)!r}, 'w').write('x')\nfrom neighbour2 import *\nx = 1\n"
    for name in ("neighbour.py", "numpy.py", "neighbour2.py"):
        (tmp_path / name).write_text(planted)
    text = (
        f"import neighbour, numpy\n{way}\n{planted}\nx = numpy.ones(3)\nx.shape = neighbour.f()\n"
    )
    before, folder = set(sys.modules), Path.cwd()
    sys.path.insert(0, str(tmp_path))
    os.chdir(tmp_path)
    try:
        found = read_reading(text + FORK, tmp_path / "program.py", "no")
    finally:
        os.chdir(folder)
        sys.path.remove(str(tmp_path))
    assert found.functions
    assert not mark.exists()
    assert not {name for name in set(sys.modules) - before if name.startswith("neighbour")}


def test_files_of_the_same_name_do_not_mix() -> None:
    """Reading a file leaves nothing behind for the next."""
    first = read_reading("def f(x): return x == 1\n", Path("a.py"), "no")
    second = read_reading("def g(x): return x == 1\n", Path("a.py"), "no")
    assert [one.name for one in (*first.functions, *second.functions)] == ["f", "g"]
