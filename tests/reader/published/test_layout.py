"""The top level of a published file."""

import ast
from pathlib import Path

import pytest

from tprog.errors import UnreadableSource
from tprog.reader.published.abstract import Module
from tprog.reader.published.imported import Example
from tprog.reader.published.layout import Layout, read_layout
from tprog.reader.source import Source


def layout(folder: Path, text: str) -> Layout:
    path = folder / "p.py"
    return read_layout(Source(text, str(path)), path)


def test_the_parts_of_a_file_are_found(tmp_path: Path) -> None:
    """Modules, enumerations, functions and examples are found; what only prints is passed over."""
    (tmp_path / "p_embeddings.py").write_text(
        "from enum import Enum\nclass Emb0(Enum):\n V00 = ['a']\n"
    )
    found = layout(
        tmp_path,
        '"""A docstring."""\n'
        "import numpy as np\nimport pandas\nfrom made.there.p_embeddings import Emb0\n"
        "def run(tokens): pass\n"
        "examples = [(['<s>', 'a'], ['<pad>', '1']), (['<s>', 'b'], 'X')]\n"
        "for x, y in examples:\n    y_hat = run(x)\n    print(y_hat)\n"
        "print(run(['<s>', 'a']))\n"
        "if __name__ == '__main__':\n    import os\n    os.remove('x')\n",
    )
    assert found.modules == {"np": Module("numpy"), "pandas": Module("pandas")}
    assert list(found.enumerations) == ["Emb0"]
    assert list(found.functions) == ["run"]
    assert found.examples == (
        Example(("<s>", "a"), ("<pad>", "1")),
        Example(("<s>", "b"), ("X",)),
    )
    assert found.files == [tmp_path / "p_embeddings.py"]


@pytest.mark.parametrize(
    "examples", ["[1]", "[(['a'], [1])]", "[('a',)]", "open('x')", "{}", "[(['a'], ['b'], ['c'])]"]
)
def test_other_examples_are_left_out(tmp_path: Path, examples: str) -> None:
    """Whatever is no list of inputs with labels is no example, and does no harm."""
    assert layout(tmp_path, f"examples = {examples}\n").examples == ()


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "from os import remove",
        "import numpy, os",
        "remove('x')",
        "class A: pass",
        "x, y = 1, 2",
        "run.x = 1",
        "x += 1",
        "while True: pass",
        "for x in open('y'): print(x)",
        "for x in examples: remove(x)",
        "for x in examples:\n    run = run(x)",
        "if x: pass",
        "if __name__ == '__main__':\n    pass\nelse:\n    remove('x')",
        "with x: pass",
        "async def run(tokens): pass",
        "len = 3",
        "def min(a): pass",
        "def f(): pass\ndef f(): pass",
    ],
)
def test_nothing_else_may_stand_there(tmp_path: Path, line: str) -> None:
    """A statement that would do something on import, or that hides a name, is refused with its line."""
    with pytest.raises(UnreadableSource, match=r"p\.py:\d+: "):
        layout(tmp_path, f"{line}\n")


def test_an_enumeration_must_be_there(tmp_path: Path) -> None:
    """A module that lacks a name that the program imports does not belong to it."""
    (tmp_path / "m.py").write_text("from enum import Enum\nclass Emb0(Enum):\n V00 = 1\n")
    with pytest.raises(UnreadableSource, match=r"m\.py has no enumeration Emb1"):
        layout(tmp_path, "from a.m import Emb0, Emb1\n")


def test_numbers_as_numpy_prints_them_are_numbers(tmp_path: Path) -> None:
    """Programs made with NumPy 2 hold np.int64(3) and np.str_('a'), which are read as 3 and 'a'."""
    found = layout(
        tmp_path,
        "import numpy as np\ndef f(a):\n    return a in {np.int64(3), np.str_('a'), np.float64(1)}\n",
    )
    assert "np.float64(1)" in (text := ast.unparse(found.functions["f"]))
    assert "{3, 'a', " in text
