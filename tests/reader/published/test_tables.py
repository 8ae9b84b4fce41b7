"""The CSV files that a program names."""

import ast
from pathlib import Path

import pytest

from tprog.errors import UnreadableSource
from tprog.reader.published.sheets import Sheet, WeightSheet
from tprog.reader.published.tables import Tables
from tprog.reader.source import Source

WEIGHTS = 'w = pd.read_csv("there/w.csv", index_col=[0, 1], dtype={"feature": str})\n'
WORDS = 'e = pd.read_csv("there/e.csv").set_index("word")\n'


def tables(folder: Path, text: str) -> tuple[Tables, list[ast.stmt]]:
    (folder / "w.csv").write_text("feature,value,X\nones,_,1\n")
    (folder / "e.csv").write_text("word,var0\na,1\n")
    source = Source(text, "p.py")
    return Tables(source, folder / "p.py"), source.tree.body


def test_every_file_is_read_once_and_early(tmp_path: Path) -> None:
    """Both files are known before anything is followed, wherever their calls stand."""
    found, body = tables(tmp_path, "if x:\n    " + WEIGHTS + WORDS + WORDS)
    found.preload(body)
    assert found.weights is not None
    assert found.weights.labels == ("X",)
    assert found.words is not None
    assert found.words.words == ("a",)
    assert [sheet.path.name for sheet in found.sheets.values()] == ["w.csv", "e.csv"]


def call(body: list[ast.stmt]) -> ast.Call:
    statement = body[0]
    assert isinstance(statement, ast.Assign)
    assert isinstance(statement.value, ast.Call)
    return statement.value


def test_an_index_of_two_columns_makes_a_classifier(tmp_path: Path) -> None:
    """With index_col the file is a classifier, without it a plain table; the same call gives the same object."""
    found, body = tables(tmp_path, WEIGHTS)
    weights = found.read(call(body))
    assert isinstance(weights, WeightSheet)
    assert found.read(call(body)) is weights
    plain, body = tables(tmp_path, 'e = pd.read_csv("e.csv")\n')
    assert isinstance(plain.read(call(body)), Sheet)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("w = pd.read_csv(path)\n", "must be given the path"),
        ('w = pd.read_csv("w.csv", "e.csv")\n', "must be given the path"),
        ('w = pd.read_csv("w.csv", index_col=[0])\n', "called with index_col"),
        ('w = pd.read_csv("w.csv", sep=";")\n', "called with sep"),
        ('w = pd.read_csv("w.csv", dtype={"value": str})\n', "called with dtype"),
        ('w = pd.read_csv("w.csv", **more)\n', "called with None"),
        ('w = pd.read_csv("absent.csv")\n', "is not there; put it beside p.py"),
        ('w = pd.read_csv("e.csv", index_col=[0, 1])\n', "a classifier's columns"),
    ],
)
def test_other_calls_are_refused(tmp_path: Path, text: str, message: str) -> None:
    """Arguments that would make pandas read something else end in one line."""
    found, body = tables(tmp_path, text)
    with pytest.raises(UnreadableSource, match=message):
        found.read(call(body))


def test_one_of_each_is_enough(tmp_path: Path) -> None:
    """A second classifier or a second file of embeddings is refused."""
    found, body = tables(tmp_path, WEIGHTS + WEIGHTS.replace("w.csv", "v.csv"))
    (tmp_path / "v.csv").write_text("feature,value,X\nones,_,1\n")
    with pytest.raises(UnreadableSource, match=r"p\.py:2: a second classifier"):
        found.preload(body)
    found, body = tables(tmp_path, WORDS + WORDS.replace("e.csv", "f.csv"))
    (tmp_path / "f.csv").write_text("word,var0\nb,1\n")
    with pytest.raises(UnreadableSource, match=r"p\.py:2: a second file of embeddings"):
        found.preload(body)
