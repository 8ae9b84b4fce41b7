"""The CSV files of published programs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import UnreadableSource
from tprog.published.sheets import Sheet, WeightSheet, WordSheet, read_sheet, whole


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
    row = found.row("t", "a")
    assert row is not None
    assert row.cells[2:] == ("3", "4")
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
