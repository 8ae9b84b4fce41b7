"""The CSV files that a program names."""

import ast
from pathlib import Path

import pytest

from tprog.errors import UnreadableSource
from tprog.published.parsed import Source
from tprog.published.sheets import Sheet, WeightSheet
from tprog.published.tables import Tables

INDEXED = {"index_col": [0, 1], "dtype": ["feature"]}
WHERE = ast.parse("\nread()").body[0]


def tables(folder: Path) -> Tables:
    (folder / "w.csv").write_text("feature,value,X\nones,_,1\n")
    (folder / "v.csv").write_text("feature,value,X\nones,_,1\n")
    (folder / "e.csv").write_text("word,var0\na,1\n")
    (folder / "f.csv").write_text("word,var0\nb,1\n")
    return Tables(Source("\n\n", "p.py"), folder / "p.py")


def test_an_index_of_two_columns_makes_a_classifier(tmp_path: Path) -> None:
    """With index_col the file is a classifier, without it a plain table; the same call gives the same object."""
    found = tables(tmp_path)
    weights = found.read(WHERE, "there/w.csv", INDEXED)
    assert isinstance(weights, WeightSheet)
    assert found.read(WHERE, "there/w.csv", INDEXED) is weights
    assert isinstance(tables(tmp_path).read(WHERE, "e.csv", {}), Sheet)


@pytest.mark.parametrize("option", ["keep_default_na", "na_filter"])
def test_cells_can_be_kept_as_they_are(tmp_path: Path, option: str) -> None:
    """Pandas' own advice for tokens such as `null` is known, and remembered with the file."""
    found = tables(tmp_path)
    kept = found.read(WHERE, "w.csv", {**INDEXED, option: False})
    assert isinstance(kept, WeightSheet)
    assert kept.sheet.keeps_missing
    with pytest.raises(UnreadableSource, match=r"p\.py:2: one file is read in two ways"):
        found.read(WHERE, "w.csv", INDEXED)


def test_a_path_of_windows_is_read_beside_the_program(tmp_path: Path) -> None:
    """Letters that became control characters are passed over where the usual name lies beside, and that is said."""
    found = tables(tmp_path)
    (tmp_path / "p_weights.csv").write_text("feature,value,Y\nones,_,1\n")
    weights = found.read(WHERE, "made\rasp\reverse\reverse_weights.csv", INDEXED)
    assert isinstance(weights, WeightSheet)
    assert weights.labels == ("Y",)
    assert "p_weights.csv beside it is read instead" in found.warnings[0]
    assert r"made\rasp" in found.warnings[0]
    with pytest.raises(UnreadableSource, match="is not there; put it beside"):
        found.read(WHERE, "other/absent.csv", INDEXED)


@pytest.mark.parametrize(
    ("path", "options", "message"),
    [
        ("w.csv", {"index_col": [0]}, "called with index_col"),
        ("w.csv", {"index_col": [False, True]}, "called with index_col"),
        ("w.csv", {"sep": ";"}, "called with sep"),
        ("w.csv", {"dtype": ["value"]}, "called with dtype"),
        ("w.csv", {"skiprows": 1}, "called with skiprows"),
        ("absent.csv", {}, "is not there; put it beside p.py"),
        ("e.csv", {"index_col": [0, 1]}, "a classifier's columns"),
    ],
)
def test_other_calls_are_refused(
    tmp_path: Path, path: str, options: dict[str, object], message: str
) -> None:
    """Options that would make pandas read something else end in one line."""
    with pytest.raises(UnreadableSource, match=message):
        tables(tmp_path).read(WHERE, path, options)


def test_one_of_each_is_enough(tmp_path: Path) -> None:
    """A second classifier or a second file of embeddings is refused."""
    found = tables(tmp_path)
    found.read(WHERE, "w.csv", INDEXED)
    with pytest.raises(UnreadableSource, match=r"p\.py:2: a second classifier"):
        found.read(WHERE, "v.csv", INDEXED)
    words = [found.read(WHERE, name, {}) for name in ("e.csv", "f.csv")]
    assert isinstance(words[0], Sheet)
    assert isinstance(words[1], Sheet)
    assert found.index(WHERE, words[0], "word") is found.index(WHERE, words[0], "word")
    with pytest.raises(UnreadableSource, match=r"p\.py:2: a second file of embeddings"):
        found.index(WHERE, words[1], "word")
