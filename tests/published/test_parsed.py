"""Files as syntax trees, and modules of enumerations."""

import ast
import sys
from pathlib import Path

import pytest
from astroid import nodes

from tprog.errors import UnreadableSource
from tprog.published.parsed import Member, PublishedSource, module_of, read_enums
from tprog.reader.source import is_docstring


def opened(folder: Path, content: bytes) -> PublishedSource:
    path = folder / "p.py"
    path.write_bytes(content)
    return PublishedSource.open(path, 100_000)


@pytest.mark.parametrize(
    "content",
    [
        b"# coding: utf-8\nx = '\xc3\xa9'\n",
        b"\xef\xbb\xbfx = 1\n",
        b"#!/usr/bin/python\n# -*- coding: utf8 -*-\nx = 1\n",
        b"x = 1\r\n# coding of ducks\r\n",
    ],
)
def test_utf_8_is_read(tmp_path: Path, content: bytes) -> None:
    """A file in UTF-8 may say so, begin with a mark, and end its lines as it likes."""
    assert list(opened(tmp_path, content).module.locals) == ["x"]


@pytest.mark.parametrize(
    "content",
    [
        b"# coding: utf-7\n# +AAo-x = 1\n",
        b"# vim: set fileencoding=latin-1 :\nx = 1\n",
        b"\n# -*- coding: unicode_escape -*-\n# \\nx = 1\n",
        b"#\r# coding: cp1252\rx = 1\r",
        b"# coding: no-such-thing\nx = 1\n",
        b"\xef\xbb\xbf# coding: ascii\nx = 1\n",
    ],
)
def test_another_encoding_is_refused(tmp_path: Path, content: bytes) -> None:
    """Where a file is in another encoding, a comment may be code."""
    with pytest.raises(UnreadableSource, match=r"p\.py:1: the file declares another encoding"):
        opened(tmp_path, content)


def test_what_python_refuses_is_refused() -> None:
    """Errors that only Python's compiler finds are found."""
    for text in ("return 1", "def f(a, a): pass", "def f():\n    nonlocal x", "x = (", "break"):
        with pytest.raises(UnreadableSource, match=r"^p\.py:\d: this is no Python"):
            PublishedSource(text, "p.py")


def test_a_chain_of_branches_is_flat() -> None:
    """Nine hundred branches one after another are one level, and the limit of calls is as it was."""
    lines = [f"    elif a == {number}:\n        return {number}\n" for number in range(900)]
    before = sys.getrecursionlimit()
    source = PublishedSource(f"def f(a):\n    if a < 0:\n        pass\n{''.join(lines)}", "p.py")
    assert list(source.module.locals) == ["f"]
    assert sys.getrecursionlimit() == before
    with pytest.raises(UnreadableSource, match="nests too deeply"):
        PublishedSource(f"x = {'-' * 400}1", "p.py")


def test_scopes_are_python_s() -> None:
    """A function binds what is assigned anywhere in it; comprehensions keep their names."""
    source = PublishedSource(
        "def f(a):\n    if a:\n        b = 1\n    return [c for c in a]\n", "p.py"
    )
    function = source.tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    assert list(source.scope(function).locals) == ["a", "b"]
    assert isinstance(source.seen(function.body[1]), nodes.Return)


def test_no_import_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither building the tree nor asking for a value opens, parses or runs a neighbour."""
    mark = tmp_path / "mark"
    for name in ("planted", "planted_too"):
        (tmp_path / f"{name}.py").write_text(f"open({str(mark)!r}, 'w')\nvalue = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    source = PublishedSource(
        "import planted\nfrom planted_too import *\nfrom planted_too import value\n"
        "planted.x = planted\nplanted.x.y = value\nz = planted.value\n",
        str(tmp_path / "p.py"),
    )
    assert list(source.module.locals) == ["planted", "z", "value"]
    value = source.module.locals["z"][0]
    assert [str(found) for found in value.inferred()] == ["Uninferable"]
    assert not mark.exists()
    assert not {"planted", "planted_too"} & {*sys.modules}


def test_a_string_alone_is_a_docstring() -> None:
    """Only a statement that is a string and nothing else has its text."""
    first, second = ast.parse("'a'\nb = 'a'\n").body
    assert (is_docstring(first), is_docstring(second)) == (True, False)


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


def test_scopes_are_known_and_no_file_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports bind their names, `*` binds none, and inference ends at them."""
    opened: list[str] = []
    monkeypatch.setattr("builtins.open", lambda name, *_, **__: opened.append(str(name)))
    module = module_of("import a\nfrom b import c, d as e\nfrom f import *\na.g = c\nx = e.h\n")
    assert set(module.locals) == {"a", "c", "e", "x"}
    assert [str(one) for one in module.body[-1].value.infer()] == ["Uninferable"]
    assert opened == []


def test_a_long_chain_leaves_the_limit_of_recursion_as_it_was() -> None:
    """Two thousand flat branches are a tree."""
    before = sys.getrecursionlimit()
    text = "if x == 0:\n    pass\n" + "".join(f"elif x == {i}:\n    pass\n" for i in range(2000))
    assert module_of(text).body
    assert sys.getrecursionlimit() == before
