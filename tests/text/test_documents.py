"""Text files of every format become documents; what cannot be read ends in one line with file and line."""

import os
from pathlib import Path

import pytest

from tprog.errors import TprogError, UnreadableSource, UsageError
from tprog.text.documents import Columns, Documents, Kind, split_off
from tprog.text.reading import read_documents

CONLL1 = """-DOCSTART- -X- O O

U.N. NNP I-NP I-ORG
official NN I-NP O
Ekeus NNP I-NP I-PER
Rolf NNP I-NP B-PER

Rome NNP I-NP I-LOC
"""


def read(tmp_path: Path, content: str | bytes, kind: Kind = "classify", **more: str) -> Documents:
    """Read a file with this content."""
    path = tmp_path / "given.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_documents(path, kind, Columns(**more))


def classes(found: Documents) -> list[tuple[str, str]]:
    """Return label and words of each document."""
    return [(one.labels[0], " ".join(one.words)) for one in found.documents]


def test_conll_with_document_lines_becomes_iob2(tmp_path: Path) -> None:
    """Of IOB1, an inside tag that begins an entity becomes B; the tag is the last column, or the one asked for."""
    found = read(tmp_path, CONLL1, "ner")
    assert [one.labels for one in found.documents] == [
        ("B-ORG", "O", "B-PER", "B-PER"),
        ("B-LOC",),
    ]
    assert [one.line for one in found.documents] == [3, 8]
    chunks = read(tmp_path, CONLL1, "ner", label="3")
    assert chunks.documents[0].labels == ("B-NP", "I-NP", "I-NP", "I-NP")


def test_entities_in_json_lines(tmp_path: Path) -> None:
    """A tag for each word, under any of the usual names."""
    lines = (
        '{"tokens": ["in", "Rome"], "ner_tags": ["O", "I-LOC"]}\n\n{"words": ["a"], "tags": ["O"]}'
    )
    assert read(tmp_path, lines, "ner").documents[0].labels == ("O", "B-LOC")


def test_a_spreadsheet_of_a_newcomer(tmp_path: Path) -> None:
    """Quotes, commas, emoji, a line break in a cell, an empty field and Windows' own encoding."""
    text = 'id,Review,Label\r\n1,"so ""good"", really 😀",pos\r\n2,"bad\r\nidea",neg\r\n3,,pos\r\n'
    found = read(tmp_path, text)
    assert classes(found) == [("pos", 'so " good " , really 😀'), ("neg", "bad idea")]
    assert found.remarks == (f"{tmp_path / 'given.txt'}:5: no text; left out (1 such)",)
    windows = read(tmp_path, "label;text\nneu;caf\u00e9 noir\nalt;na ja\n".encode("cp1252"))
    assert (windows.encoding, classes(windows)[0]) == ("cp1252", ("neu", "caf\u00e9 noir"))
    assert ":2: not UTF-8; read as cp1252" in windows.remarks[0]


def test_the_simple_formats(tmp_path: Path) -> None:
    """Label, tab and text; the label as the first word; JSON lines; a byte order mark."""
    wanted = [("a", "x y"), ("b", "z")]
    assert classes(read(tmp_path, "a\tx y\nb\tz\n")) == wanted
    twice = classes(read(tmp_path, "a x y\nb z\n" * 2))
    assert twice == wanted * 2
    lines = '{"text": "x y", "label": "a"}\n{"tokens": ["z"], "label": "b"}\n'
    assert classes(read(tmp_path, b"\xef\xbb\xbf" + lines.encode())) == wanted
    assert classes(read(tmp_path, "a\tx y\nb\tz\n".encode("utf-16"))) == wanted
    own = classes(read(tmp_path, "kind,body\na,x y\nb,z\n", text="body", label="kind"))
    assert own == wanted


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        ("Rome B-LOC\nRome\n", "ner", ":2: 'Rome' is no word and tag"),
        ("Rome LOC\n", "ner", ":1: 'Rome LOC' is no word and tag"),
        ('{"tokens": ["a"], "tags": ["O", "O"]}', "ner", ":1: 1 words but 2 tags"),
        ('{"tokens": ["a"]}', "ner", ":1: there is no tags or"),
        ("a\tx\nb y\n", "classify", ":2: there is no tab"),
        ('{"text": "x", "label": "a"}\n[1]\n', "classify", ":2: no JSON object"),
        ('label,text\na,x,y\nb,"z"\n', "classify", ":2: 3 columns, but 2"),
        ('label,text\na,"x" y\n', "classify", ":2: "),
        ("the cat\nmy dog\n", "classify", ":1: no label is found here"),
        ("a\tx\na\ty\n", "classify", "every label is 'a'"),
        ("", "classify", "there are no documents in it"),
        ("".join(f"w{row}\tO\n" for row in range(30)), "classify", "30 labels in 30 texts"),
        ("a\tx\n\0", "classify", ":2: holds a zero byte"),
    ],
)
def test_a_bad_file_ends_in_one_line(
    tmp_path: Path, content: str, kind: Kind, message: str
) -> None:
    """The line names the file, the line and what is wrong."""
    with pytest.raises(UnreadableSource) as caught:
        read(tmp_path, content, kind)
    assert message in str(caught.value)
    assert "given.txt" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_columns_that_are_not_there(tmp_path: Path) -> None:
    """A column that is asked for and missing is bad usage."""
    for kind, more in (("classify", {"text": "body"}), ("ner", {"label": "1"})):
        with pytest.raises(UsageError, match="column"):
            read(tmp_path, "label,text\na,b\n", kind, **more)  # type: ignore[arg-type]


def test_the_split_is_seeded_and_whole(tmp_path: Path) -> None:
    """Two parts without overlap, the same for the same seed, in the file's order."""
    found = read(tmp_path, "".join(f"{'ab'[row % 2]}\tw{row}\n" for row in range(40))).documents
    train, test = split_off(found, 3)
    assert (len(train), len(test)) == (36, 4)
    assert sorted([*train, *test], key=lambda one: one.line) == list(found)
    assert split_off(found, 3) == (train, test) != split_off(found, 4)
    with pytest.raises(TprogError, match="cannot be split"):
        split_off(found[:1], 0)


@pytest.mark.skipif("TPROG_TEXT" not in os.environ, reason="set TPROG_TEXT to the folder of texts")
def test_the_published_files_are_read() -> None:
    """Their sizes are those that their authors give."""
    folder = Path(os.environ.get("TPROG_TEXT", ""))
    kinds: dict[str, tuple[Kind, int]] = {
        "trec.train.txt": ("classify", 5452),
        "mr.txt": ("classify", 10662),
        "subj.txt": ("classify", 10000),
        "wnut17.test.conll": ("ner", 1287),
    }
    for name, (kind, number) in kinds.items():
        assert len(read_documents(folder / name, kind).documents) == number
