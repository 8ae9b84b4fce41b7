"""The text of a published file, and what its names mean."""

import ast
import sys
from pathlib import Path

import pytest
from astroid import nodes

from tprog.errors import UnreadableSource
from tprog.published.parsed import Source, docstring


def opened(folder: Path, content: bytes) -> Source:
    path = folder / "p.py"
    path.write_bytes(content)
    return Source.open(path, 100_000)


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
            Source(text, "p.py")


def test_a_chain_of_branches_is_flat() -> None:
    """Nine hundred branches one after another are one level, and the limit of calls is as it was."""
    lines = [f"    elif a == {number}:\n        return {number}\n" for number in range(900)]
    before = sys.getrecursionlimit()
    source = Source(f"def f(a):\n    if a < 0:\n        pass\n{''.join(lines)}", "p.py")
    assert list(source.module.locals) == ["f"]
    assert sys.getrecursionlimit() == before
    with pytest.raises(UnreadableSource, match="nests too deeply"):
        Source(f"x = {'-' * 400}1", "p.py")


def test_scopes_are_python_s() -> None:
    """A function binds what is assigned anywhere in it; comprehensions keep their names."""
    source = Source("def f(a):\n    if a:\n        b = 1\n    return [c for c in a]\n", "p.py")
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
    source = Source(
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
    assert (docstring(first), docstring(second)) == ("a", None)
