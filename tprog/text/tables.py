"""Rows of Hugging Face data sets on this disk: a folder that `save_to_disk` wrote, or a Parquet file. Nothing is fetched."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tprog.errors import UnreadableSource, UsageError

STATE, SPLITS = "state.json", "dataset_dict.json"
"""What lies in the folder of a data set, and in one of several splits."""
METADATA = b"huggingface"


def is_table(path: Path) -> bool:
    """Tell whether a path is a folder or a Parquet file, which are read here."""
    return path.is_dir() or path.suffix == ".parquet"


def table_rows(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield the rows, numbered from 1, with names instead of the numbers of classes where the data set knows them.

    Raises:
        UnreadableSource: it is no such data set.
        UsageError: pyarrow is not installed, or a split has to be chosen.
    """
    try:
        import pyarrow
        from pyarrow import ipc, parquet
    except ImportError:
        raise UsageError(
            f"{path}: reading data sets needs pyarrow: pip install 'tprog[text]'"
        ) from None
    number = 0
    try:
        for file in _files(path):
            if file.suffix == ".parquet":
                table = parquet.read_table(file)
            else:
                with pyarrow.memory_map(str(file)) as source:
                    table = ipc.open_stream(source).read_all()
            names = _class_names(table.schema.metadata or {})
            for row in table.to_pylist():
                number += 1
                yield number, {key: _named(value, names.get(key)) for key, value in row.items()}
    except (pyarrow.ArrowException, OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise UnreadableSource(
            f"{path} is no data set that can be read ({' '.join(str(error).split())[:100]})"
        ) from error


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    if (path / SPLITS).is_file():
        splits = json.loads((path / SPLITS).read_text("utf-8"))["splits"]
        raise UsageError(f"{path} holds the splits {', '.join(splits)}; give {path / splits[0]}")
    if not (path / STATE).is_file():
        raise UnreadableSource(
            f"{path} is a folder without a data set; give a file, or a folder that save_to_disk wrote"
        )
    state = json.loads((path / STATE).read_text("utf-8"))
    return [path / file["filename"] for file in state["_data_files"]]


def _class_names(metadata: Mapping[bytes, bytes]) -> dict[str, list[str]]:
    """Return the names of classes for each column that has them, or whose lists do."""
    features: dict[str, Any] = {}
    if METADATA in metadata:
        features = json.loads(metadata[METADATA])["info"]["features"]
    found = {}
    for column, feature in features.items():
        inner = feature.get("feature", feature) if isinstance(feature, dict) else {}
        if isinstance(inner, dict) and inner.get("names"):
            found[column] = list(inner["names"])
    return found


def _named(value: object, names: list[str] | None) -> object:
    if isinstance(value, list):
        return [_named(each, names) for each in value]
    if names is None or not isinstance(value, int) or not 0 <= value < len(names):
        return value
    return names[value]
