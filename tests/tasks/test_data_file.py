"""Files of examples: the two formats, and what a file that is neither is told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import UnreadableSource
from tprog.tasks.data_file import Labels, Tokens, read_examples


def found(folder: Path, text: str, name: str = "examples.csv") -> list[tuple[Tokens, Labels, bool]]:
    """Return what a file with this text holds."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return [(one.tokens, one.labels, one.pooled) for one in read_examples(path)]


EACH = [(("3", "1"), ("1", "3"), False), (("2",), ("2",), False)]
WHOLE = [(("so", "good"), ("+",), True), (("bad",), ("-",), True)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"tokens": [3, "1"], "labels": [1, 3]}\n\n{"tokens": [2], "labels": ["2"]}', EACH),
        ("3 1,1 3\n2,2\n", EACH),
        ("3 1\t1 3\n2\t2\n", EACH),
        ("tokens,labels\r\n3 1,1 3\r\n2,2\r\n", EACH),
        ("id\tLabels\ttokens\n7\t1 3\t3 1\n8\t2\t2\n", EACH),
        ('\ufeff"3 1","1 3"\n"2","2"', EACH),
        ('{"tokens": ["so", "good"], "label": "+"}\n{"tokens": ["bad"], "label": "-"}', WHOLE),
        ('{"tokens": ["so", "good"], "labels": "+"}\n{"tokens": ["bad"], "label": "-"}', WHOLE),
        ("so good,+\nbad,-\n", WHOLE),
        ("tokens,label\nso good,+\nbad,-\n", WHOLE),
    ],
)
def test_the_formats_say_the_same(
    tmp_path: Path, text: str, wanted: list[tuple[Tokens, Labels, bool]]
) -> None:
    """Lines and tables, with and without names of columns, one label for each token or for all."""
    assert found(tmp_path, text) == wanted


def test_a_named_label_may_hold_blanks(tmp_path: Path) -> None:
    """Under `label` the whole cell is the label."""
    assert found(tmp_path, "tokens,label\na b,very good\nc,bad\n")[0] == (
        ("a", "b"),
        ("very good",),
        True,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no examples in it; give JSON lines such as"),
        ("\n , \n", "no examples in it"),
        ('[{"tokens": ["a"], "labels": ["b"]}]', "JSON list; give JSON lines such as"),
        ("import os\nprint(1)\n", ":1: no example of two columns; give JSON lines such as"),
        ("a b c\n", ":1: no example of two columns"),
        ("tokens,labels\na,b,c\n", ":2: 3 columns, but 2 in the first line"),
        ("a b,x\nc d,x y\n", ":1: 2 tokens but 1 labels"),
        ("a,x\n,y\n", ":2: there are no tokens"),
        ('a,"x\n', ":1: unexpected end of data"),
        ("sentence,mood\nso good,+\nbad,-\n", "'sentence' and 'mood' look like names of columns"),
        ("tokens,label\na b,\n", ":2: there is no label"),
    ],
)
def test_a_file_that_is_none_of_these_says_what_is_wanted(
    tmp_path: Path, text: str, message: str
) -> None:
    """One line with the place and what to give."""
    with pytest.raises(UnreadableSource, match=message) as caught:
        found(tmp_path, text)
    assert "\n" not in str(caught.value)


@given(st.lists(st.lists(st.sampled_from(["a", "b", "01", "1"]), min_size=1), min_size=1))
def test_a_table_says_what_the_lines_say(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    """A sequence with itself as labels is the same example in both."""
    folder = tmp_path_factory.mktemp("same")
    lines = "\n".join(f'{{"tokens": {row}, "labels": {row}}}'.replace("'", '"') for row in rows)
    table = "tokens,labels\n" + "\n".join(f"{' '.join(row)},{' '.join(row)}" for row in rows)
    assert found(folder, table) == found(folder, lines)
