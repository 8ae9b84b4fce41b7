"""What the numbers of a text run stand for."""

from dataclasses import replace
from pathlib import Path

import pytest

from tprog.ir import Domain
from tprog.published.arguments import Arguments
from tprog.published.texts import TextNames, text_names

TREC = replace(Arguments(), dataset="trec", max_length=25)
WORDS = "word,var0_embeddings\n<pad>,0\n<unk>,1\n<s>,0\n</s>,1\nthe,0\nNA,1\n"


def names(folder: Path, arguments: Arguments = TREC, labels: int = 8) -> TextNames | str:
    return text_names(folder, arguments, 6, labels, 5)


def test_words_come_from_the_embeddings_and_labels_from_the_data(tmp_path: Path) -> None:
    """The file's order gives the numbers of the words, and a known data set gives the labels."""
    (tmp_path / "trec_embeddings.csv").write_text(WORDS)
    found = names(tmp_path, replace(TREC, min_length=2, do_lower=1, replace_numbers=1))
    assert isinstance(found, TextNames)
    assert found.symbols == ("<pad>", "<unk>", "<s>", "</s>", "the", "NA")
    assert found.labels == ("<pad>", "<unk>", "ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM")
    assert found.domain == Domain(
        ("<unk>", "the", "NA"), 3, min_length=2, suffix="</s>", unknown="<unk>"
    )
    assert "do_lower" in found.note
    assert "replace_numbers" in found.note


def test_labels_of_a_classifier_file_come_first(tmp_path: Path) -> None:
    """A classifier beside the checkpoint names the labels, whatever the data set is called."""
    (tmp_path / "mine_embeddings.csv").write_text(WORDS)
    (tmp_path / "mine_weights.csv").write_text("feature,value,<pad>,no,yes\n")
    found = names(tmp_path, replace(TREC, dataset="mine"), labels=4)
    assert isinstance(found, TextNames)
    assert found.labels == ("<pad>", "<unk>", "no", "yes")
    assert len(found.files) == 2


@pytest.mark.parametrize(
    ("files", "labels", "message"),
    [
        ({}, 8, "put its NAME_embeddings.csv"),
        ({"a_embeddings.csv": WORDS, "b_embeddings.csv": WORDS}, 8, "put its NAME_embeddings.csv"),
        ({"a_embeddings.csv": "word,v\n<s>,1\n"}, 8, "knows 6 words and a_embeddings.csv lists 1"),
        ({"a_embeddings.csv": WORDS}, 9, "has 9 labels, and the names of 8 are known"),
    ],
)
def test_what_is_missing_is_said(
    tmp_path: Path, files: dict[str, str], labels: int, message: str
) -> None:
    """Without its words or its labels a text run cannot be read, and the line says what to add."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    found = names(tmp_path, labels=labels)
    assert isinstance(found, str)
    assert message in found
