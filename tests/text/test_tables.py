"""Data sets of Hugging Face on this disk are read with the names of their classes; nasty files end in a model or one line."""

import json
from pathlib import Path
from typing import Any

import pytest
from terminal import tprog

from tprog.errors import TprogError, UsageError
from tprog.text.documents import Kind
from tprog.text.reading import read_documents

pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")

FEATURES = {
    "classify": {"label": {"names": ["bad", "good"], "_type": "ClassLabel"}},
    "ner": {"ner_tags": {"feature": {"names": ["O", "B-LOC", "I-LOC"], "_type": "ClassLabel"}}},
}
ROWS: dict[str, list[dict[str, Any]]] = {
    "classify": [{"text": "so good!", "label": 1}, {"text": "so bad", "label": 0}],
    "ner": [
        {"tokens": ["in", "New", "York"], "ner_tags": [0, 1, 2]},
        {"tokens": ["so"], "ner_tags": [0]},
    ],
}
LABELS = {"classify": [("good",), ("bad",)], "ner": [("O", "B-LOC", "I-LOC"), ("O",)]}


def table(kind: str) -> Any:
    """Return rows with the features that `datasets` writes beside them."""
    info = json.dumps({"info": {"features": FEATURES[kind]}}).encode()
    return pyarrow.Table.from_pylist(ROWS[kind]).replace_schema_metadata({b"huggingface": info})


def saved(kind: str, folder: Path) -> Path:
    """Write what `save_to_disk` writes: a state and a stream of rows."""
    folder.mkdir()
    found = table(kind)
    with pyarrow.ipc.new_stream(str(folder / "data-00000-of-00001.arrow"), found.schema) as stream:
        stream.write_table(found)
    state = {"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}
    (folder / "state.json").write_text(json.dumps(state), encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", ["classify", "ner"])
def test_rows_have_the_names_of_classes(kind: Kind, tmp_path: Path) -> None:
    """From a folder and from a Parquet file the same documents come."""
    from pyarrow import parquet

    parquet.write_table(table(kind), tmp_path / "a.parquet")
    for path in (saved(kind, tmp_path / "set"), tmp_path / "a.parquet"):
        assert [one.labels for one in read_documents(path, kind).documents] == LABELS[kind]


def test_what_datasets_saves_is_read(tmp_path: Path) -> None:
    """The library itself writes a folder; of several splits one has to be named."""
    datasets = pytest.importorskip("datasets", reason="datasets is not installed")
    features = datasets.Features(
        {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["bad", "good"])}
    )
    made = datasets.Dataset.from_list(ROWS["classify"], features=features)
    datasets.DatasetDict({"train": made}).save_to_disk(str(tmp_path / "all"))
    with pytest.raises(UsageError, match=r"holds the splits train; give .*train"):
        read_documents(tmp_path / "all", "classify")
    found = read_documents(tmp_path / "all" / "train", "classify")
    assert [one.labels for one in found.documents] == LABELS["classify"]
    assert found.documents[0].words == ("so", "good", "!")


def test_damage_is_one_line(tmp_path: Path) -> None:
    """A folder of something else, and a file that is no Parquet."""
    (tmp_path / "a.parquet").write_bytes(b"PAR1 nothing")
    for path, says in ((tmp_path, "without a data set"), (tmp_path / "a.parquet", "no data set")):
        with pytest.raises(TprogError, match=says) as caught:
            read_documents(path, "classify")
        assert "\n" not in str(caught.value)


BODY = [f"{('bad', 'good')[number % 2]} {number}" for number in range(30)]


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        ("label,text\n" + "\n".join(f'{row[:3]},"""{row}"", he\nsaid"' for row in BODY), 0, ""),
        ("\ufefftext;label\n" + "\n".join(f"👍🏽 {row};😀{row[0]}" for row in BODY), 0, ""),
        ("sep=;\nlabel;text\n" + "\n".join(f"{row[0]};{row}" for row in BODY), 0, ""),
        (json.dumps([{"text": row, "label": row[0]} for row in BODY], indent=1), 0, ""),
        ("\n".join(json.dumps({"text": row, "label": float(row[0] == "b")}) for row in BODY), 0, ""),
        ('{"text": null, "label": 1}\n' + "\n".join(f'{{"text":"{row}","label":"{row[0]}"}}' for row in BODY), 0, ":1: no text; left out (1 such)"),
        ("\n".join(f'{row[0]},"{row}, he"' for row in BODY), 1, "the columns have no names"),
        ("label,text\n" + "\n".join(f"{row[0]},{row}, he" for row in BODY), 1, ":2: 3 columns, but 2"),
        ("label,text\n" + "\n".join(f'{row[0]},"{row}' for row in BODY), 1, "quote a cell"),
        ("[\n{}, 3]", 1, "there is no text"),
        ('[{"text": "a"', 1, "not JSON"),
    ],
)  # fmt: skip
def test_nasty_files(content: str, code: int, says: str, tmp_path: Path) -> None:
    """Quotes, line breaks in cells, emoji, lists, missing values: a model; what cannot be understood is one line."""
    path = tmp_path / "texts"
    path.write_text(content, encoding="utf-8")
    found = tprog("text", "classify", "--data", str(path))
    assert found.code == code, found
    assert says in found.err
    if code:
        assert len(found.err.strip().splitlines()) == 1
    else:
        assert "accuracy 100.0  this program" in found.out
