"""Results of others: run folders of the published code and its forks, with `args.json` and `results.csv`, as rows of a store."""

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tprog import __version__
from tprog.errors import TprogError, UnreadableSource, UsageError
from tprog.files import read_text
from tprog.tasks.registry import get_task

ARGUMENTS, RESULTS = "args.json", "results.csv"
# What the published script calls our settings.
_NAMES = {
    "layers": "n_layers",
    "cat_heads": "n_heads_cat",
    "num_heads": "n_heads_num",
    "cat_lookups": "n_cat_mlps",
    "num_lookups": "n_num_mlps",
    "epochs": "n_epochs",
    "samples": "dataset_size",
}
_STANDARD = {
    "layers": "n_layers",
    "heads": "n_heads",
    "epochs": "n_epochs",
    "samples": "dataset_size",
}
_SPLITS = {"train": "train", "val": "validation", "test": "test"}


def foreign_rows(place: Path, source: str) -> Iterator[dict[str, Any]]:
    """Yield a row for each run folder below a place.

    Args:
        place: a run folder, or a folder of such.
        source: how they are called in tables.

    Raises:
        UsageError: there is no run folder.
        UnreadableSource: a file of one is damaged.
    """
    folders = sorted(
        path.parent for path in place.rglob(ARGUMENTS) if (path.parent / RESULTS).exists()
    )
    if not folders:
        raise UsageError(f"{place} holds no run with {ARGUMENTS} and {RESULTS}")
    for folder in folders:
        yield _row(folder, place, source)


def _row(folder: Path, place: Path, source: str) -> dict[str, Any]:
    path = folder / ARGUMENTS
    try:
        given = json.loads(read_text(path))
        names = _STANDARD if given.get("standard") else _NAMES
        settings = {ours: int(given[theirs]) for ours, theirs in names.items() if given.get(theirs)}
        settings = {name: value for name, value in settings.items() if value > 0}
        seed = int(given.get("seed", 0))
        if given.get("standard"):
            settings["standard"] = True
        if seed:
            settings["seed"] = seed
        task = _task(given)
        path = folder / RESULTS
        figures = _figures(read_text(path))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise UnreadableSource(f"{path} is no file of the published code: {error}") from error
    text = json.dumps([source, str(folder.relative_to(place)), given], sort_keys=True)
    return {
        "key": hashlib.sha256(text.encode()).hexdigest()[:20],
        "task": task,
        "settings": json.dumps(dict(sorted(settings.items()))),
        "version": __version__,
        "source": source,
        "state": "done",
        "seed": seed,
        "program": str(folder),
        **figures,
    }


def _task(given: dict[str, Any]) -> str:
    """Return our specification of a run's task, where we have it, and otherwise the same in words."""
    name = str(given["dataset"])
    longest = given.get("max_length", given.get("train_max_length"))
    for sizes in (f"vocabulary={given['vocab_size']},length={longest}", f"length={longest}"):
        try:
            return get_task(f"{name}:{sizes}").spec
        except TprogError:
            continue
    return f"{name}:vocabulary={given['vocab_size']},length={longest}"


def _figures(text: str) -> dict[str, float]:
    """Return the accuracies of the discrete model at the end; of a standard Transformer, of the epoch that is best on validation data."""
    rows = list(csv.DictReader(text.splitlines()))
    ends = [row for row in rows if row.get("sample_fn") == "argmax"]
    if not ends:
        best = max(
            (row for row in rows if row["split"] == "val"), key=lambda row: float(row["acc"])
        )
        ends = [row for row in rows if row["epoch"] == best["epoch"]]
    found = {_SPLITS[row["split"]]: float(row["acc"]) for row in ends if row["split"] in _SPLITS}
    if "test" not in found:
        raise ValueError("it has no row for test data")
    return found
