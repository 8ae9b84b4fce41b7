"""The CSV files of published programs."""

import ast
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import UnreadableSource
from tprog.published.parsed import PublishedSource
from tprog.published.sheets import Sheet, Sheets, WeightSheet, WordSheet, read_sheet, whole


def sheet(folder: Path, text: str) -> Sheet:
    path = folder / "s.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return read_sheet(path)


def test_cells_keep_their_quotes_commas_and_lines(tmp_path: Path) -> None:
    """Quoted cells hold commas, quotes and line ends; blank lines are skipped; lines are counted as in the file."""
    found = sheet(tmp_path, 'word,v\n"a,b",1\n\n"say ""x""",2\r\n"two\nlines",3\nlast,4\n')
    assert [row.cells for row in found.rows] == [
        ("a,b", "1"),
        ('say "x"', "2"),
        ("two\nlines", "3"),
        ("last", "4"),
    ]
    assert found.rows[-1].line == 7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ":1: the file is empty"),
        ("a,b\n1\n", ":2: 1 cells under 2 columns"),
        ("a,b\n1,2,3\n", ":2: 3 cells under 2 columns"),
        ("a,a\n1,2\n", ":1: column 2 has no name of its own"),
        ("a,\n1,2\n", ":1: column 2 has no name of its own"),
        ('a,b\n1,2\n3,"4', ":3: this is no CSV"),
        ('a,b\n1,"2"3\n', ":2: this is no CSV"),
    ],
)
def test_damaged_files_are_said_with_their_line(tmp_path: Path, text: str, message: str) -> None:
    """A file that is no table of equal lines ends in one line."""
    with pytest.raises(UnreadableSource, match=message):
        sheet(tmp_path, text)


def test_a_classifier_knows_its_values_and_rows(tmp_path: Path) -> None:
    """Values come in the file's order, free places are left out, and rows are found by variable and value."""
    found = WeightSheet(
        sheet(tmp_path, "feature,value,X,Y\nt,b,1,2\nt,_,0,0\nt,_,0,0\nt,a,3,4\nones,_,5,6\n")
    )
    assert found.labels == ("X", "Y")
    assert found.values == {"t": ("b", "a"), "ones": ()}
    assert found.row("t", "a") == (Fraction(3), Fraction(4))
    assert found.row("t", "c") is None
    with pytest.raises(UnreadableSource, match=r":4: t '_' stands here again \(first in line 3\)"):
        found.row("t", "_")


@pytest.mark.parametrize("header", ["feature,value", "value,feature,X", "word,value,X"])
def test_other_tables_are_no_classifier(tmp_path: Path, header: str) -> None:
    """A classifier's columns are feature, value and at least one label."""
    with pytest.raises(UnreadableSource, match="a classifier's columns"):
        WeightSheet(sheet(tmp_path, f"{header}\n"))


def test_embeddings_give_numbers_by_word(tmp_path: Path) -> None:
    """Words keep their order and text, and a column of another name is None."""
    found = WordSheet(sheet(tmp_path, "word,var0\nNA,0\n10,3\nx,1\n"), "word")
    assert found.words == ("NA", "10", "x")
    assert found.numbers("var0") == {"NA": 0, "10": 3, "x": 1}
    assert found.numbers("var1") is None
    assert found.numbers("word") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("word,var0\na,1\na,2\n", ":3: the word 'a' stands here again"),
        ("token,var0\na,1\n", ":1: there is no column 'word'"),
        ("word,var0\n", ":1: there are no words"),
        ("word,var0\n1,1\n2.5,2\n", ":1: pandas takes all its words for numbers"),
        ("word,var0\na,1.0\n", ":2: '1.0' is no value"),
        ("word,var0\na,-1\n", ":2: '-1' is no value"),
    ],
)
def test_damaged_embeddings_are_said_with_their_line(
    tmp_path: Path, text: str, message: str
) -> None:
    """Repeated words, missing columns and entries that are no whole numbers end in one line."""
    with pytest.raises(UnreadableSource, match=message):
        WordSheet(sheet(tmp_path, text), "word").numbers("var0")


@given(number=st.integers(0, 10**9 - 1))
def test_whole_numbers_are_read_as_python_writes_them(number: int) -> None:
    """A cell is a whole number exactly where it is what `str` gives."""
    assert whole(str(number)) == number
    assert whole(f"0{number}") is None
    assert whole(f"-{number}") is None


def test_other_digits_are_no_numbers() -> None:
    """Digits of other scripts, exponents and very long numbers are no values."""
    assert [whole(text) for text in ("²", "१", "1e3", "", " 1", "1" * 10)] == [None] * 6


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("tokens,a,1,2\ntokens,b,x,2\n", r":3: 'x' is no weight"),
        ("tokens,a,1,\n", r":2: '' is no weight"),
        ("tokens,a,1,12345678901234567890\n", r":2: '12345678901234567890' is no weight"),
        ("tokens,0,1,2\npositions,1,1,2\n", r":1: pandas takes all its values for numbers"),
    ],
)
def test_a_classifier_that_pandas_reads_otherwise_is_refused(
    tmp_path: Path, rows: str, message: str
) -> None:
    """One cell that is no number takes its whole column out of the sums, wherever it stands."""
    found = WeightSheet(sheet(tmp_path, f"feature,value,X,Y\n{rows}"))
    with pytest.raises(UnreadableSource, match=message):
        found.check()


def test_values_that_are_said_to_be_texts_may_look_like_numbers(tmp_path: Path) -> None:
    """With a type for the values pandas leaves them as they are."""
    WeightSheet(sheet(tmp_path, "feature,value,X\ntokens,0,1\n")).check(typed=True)


INDEXED = {"index_col": [0, 1], "dtype": ["feature"]}
WHERE = ast.parse("\nread()").body[0]


def tables(folder: Path) -> Sheets:
    (folder / "w.csv").write_text("feature,value,X\nones,_,1\n")
    (folder / "v.csv").write_text("feature,value,X\nones,_,1\n")
    (folder / "e.csv").write_text("word,var0\na,1\n")
    (folder / "f.csv").write_text("word,var0\nb,1\n")
    return Sheets(PublishedSource("\n\n", "p.py"), folder / "p.py")


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
