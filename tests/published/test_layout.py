"""The top level of a published file."""

import ast
from pathlib import Path

import pytest

from tprog.errors import UnreadableSource
from tprog.published.assemble import WrittenExample
from tprog.published.layout import Layout, read_layout
from tprog.published.parsed import PublishedSource
from tprog.published.values import Module

WHERE = ast.Constant(0, lineno=1)


def layout(folder: Path, text: str) -> Layout:
    path = folder / "p.py"
    return read_layout(PublishedSource(text, str(path)), path)


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
        "if __name__ == '__main__':\n    import os\n    print(os.path.join('x', 'y'))\n",
    )
    assert (found.bound["np"], found.bound["pandas"]) == (Module("numpy"), Module("pandas"))
    assert list(found.enumerations()) == ["Emb0"]
    assert isinstance(found.find("run", WHERE), ast.FunctionDef)
    assert found.effects.loud == [11]
    assert found.examples == (
        WrittenExample(("<s>", "a"), ("<pad>", "1")),
        WrittenExample(("<s>", "b"), ("X",)),
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
        "import torch",
        "from torch import *",
        "from os import *",
        "import os\nos.remove('x')",
        "remove('x')",
        "class A: pass",
        "run.x = 1",
        "x += 1",
        "while True: pass",
        "for x in open('y'): print(x)",
        "for x in (1, 2): remove(x)",
        "if x: pass",
        "if __name__ == '__main__':\n    pass\nelse:\n    remove('x')",
        "with x: pass",
        "async def run(tokens): pass",
        "print(later)\nlater = 1",
        "print(y := 1)",
        "def f(x=print(open('y'))): pass",
        "def f(x: open('y')): pass",
        "@print\ndef f(): pass",
        "raise SystemExit",
        "exit()",
        "globals()['run'] = 1",
        "def f():\n    global run\n    run = 1\nf()",
    ],
)
def test_nothing_else_may_stand_there(tmp_path: Path, line: str) -> None:
    """A statement that would do something on import is refused with its line."""
    with pytest.raises(UnreadableSource, match=r"p\.py:\d+: "):
        layout(tmp_path, f"{line}\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def a(): pass\na = 1", "a is bound in lines 1, 2"),
        ("a = 1\nif a:\n    a = 2", "a is bound in lines 1, 3"),
        ("for a in (1, 2):\n    print(a)", "what line 1 makes of a is not followed"),
        ("a, b = 1, 2", "what line 1 makes of a is not followed"),
        ("import numpy as a\nimport pandas as a", "a is bound in lines 1, 2"),
    ],
)
def test_a_name_has_one_meaning(tmp_path: Path, text: str, message: str) -> None:
    """A name that is bound twice, or in a way that is not followed, may stand there and may not be used."""
    with pytest.raises(UnreadableSource, match=message):
        layout(tmp_path, text).find("a", WHERE)


def test_what_a_value_does_matters_where_nobody_reads_it(tmp_path: Path) -> None:
    """A value is followed when it is read; otherwise making it may change nothing."""
    layout(tmp_path, "def run(t): pass\na = {'x': len('y')}\n").leave_out_rest()
    with pytest.raises(UnreadableSource, match="setattr is used"):
        layout(tmp_path, "def run(t): pass\na = setattr(run, 'x', 1)\n").leave_out_rest()


def test_nothing_is_called_before_what_run_reads_is_there(tmp_path: Path) -> None:
    """An example above a value that `run` reads ends the file with an error."""
    found = layout(tmp_path, "def run(t): return a\nprint(run(['x']))\na = 1\n")
    assert found.find("a", WHERE) is not None
    with pytest.raises(
        UnreadableSource, match=r"p\.py:2: functions are called here, and a is bound later"
    ):
        found.leave_out_rest()


def test_a_file_that_python_would_take_for_a_module_is_refused(tmp_path: Path) -> None:
    """A neighbour called pandas.py is imported instead of pandas, and nobody knows what it does."""
    (tmp_path / "pandas.py").write_text("")
    with pytest.raises(UnreadableSource, match=r"p\.py:1: pandas lies beside p\.py"):
        layout(tmp_path, "import pandas as pd\n")


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
    function = found.find("f", WHERE)
    assert isinstance(function, ast.FunctionDef)
    assert "np.float64(1)" in (text := ast.unparse(function))
    assert "{3, 'a', " in text
