"""The manifest beside a program file: what was measured of exactly this file, and how it was made.

A manifest is believed only while its hash is that of the program file; after any edit of the file it says nothing.
"""

import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import UnionType
from typing import Any

from tprog.errors import UnreadableSource
from tprog.files import read_text, write_text
from tprog.visible import one_line

# The files of a run folder.
PROGRAM_FILE = "program.py"
WEIGHTS_FILE = "weights.safetensors"
METRICS_FILE = "metrics.json"
RASP_FILE = "algorithm.rasp"
MANIFEST_FILE = "manifest.json"
# What the config in a manifest says of a model that is no program.
STANDARD = "standard"

FORMAT = 1  # the first

# The other keys of a manifest, and of what kind their values are.
_KINDS: dict[str, type | UnionType] = {
    "task": str | None,
    "seed": int | None,
    "data_sha256": str | None,
    "config": dict,
    "metrics": dict,
    "origin": dict,
    "data": dict,
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of one program file.

    Attributes:
        program_sha256: the hash of the program's source, see `source_hash`.
        task: the task's specification; None where there is none.
        seed: the seed of the task's dataset that `metrics` speak of; None where there is none.
        data_sha256: the hash of that dataset; None where there is none.
        config: how the program was made, as JSON values.
        metrics: what was measured, as JSON values; `analysis` holds the figures of the analysis page.
        origin: the published files that the program was imported from, as JSON values; None where it was not.
        data: where the task's examples were read and how, as JSON values (see `Task.origin`); None where they were not.
        other: every key that this version does not know, kept as it was read.
    """

    program_sha256: str
    task: str | None = None
    seed: int | None = None
    data_sha256: str | None = None
    config: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)
    other: dict[str, Any] = field(default_factory=dict)
    origin: dict[str, Any] | None = None
    data: dict[str, Any] | None = None

    def matches(self, source: str) -> bool:
        """Tell whether this manifest speaks of a program file with this source."""
        return self.program_sha256 == source_hash(source)

    def with_metrics(self, **metrics: Any) -> "Manifest":
        """Return a manifest with some metrics added or replaced; they must be JSON values."""
        return replace(self, metrics={**self.metrics, **metrics})

    @property
    def text(self) -> str:
        """The content of the manifest's file."""
        return json.dumps(self.to_json(), indent=2, ensure_ascii=False) + "\n"

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as JSON values."""
        return {
            "format": FORMAT,
            "program_sha256": self.program_sha256,
            "task": self.task,
            "seed": self.seed,
            "data_sha256": self.data_sha256,
            "config": self.config,
            "metrics": self.metrics,
            **({} if self.origin is None else {"origin": self.origin}),
            **({} if self.data is None else {"data": self.data}),
            **self.other,
        }


def source_hash(source: str) -> str:
    """Return the SHA-256 of a program's source, the same whatever line ends a checkout gave it."""
    return hashlib.sha256(source.replace("\r\n", "\n").encode("utf-8")).hexdigest()


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write a manifest, whole or not at all."""
    write_text(path, manifest.text)


def read_manifest(path: Path) -> Manifest:
    """Read a manifest; what it does not know it keeps.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: it is no manifest, or one of a later version.
    """
    try:
        found = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(f"{path} is no manifest: {one_line(error)}") from error
    if not isinstance(found, dict) or not isinstance(found.get("program_sha256"), str):
        raise UnreadableSource(f"{path} is no manifest: it holds no program_sha256")
    if found.get("format") != FORMAT:
        raise UnreadableSource(
            f"{path} has format {found.get('format')!r}, not {FORMAT}; "
            "use the version of tprog that wrote it, or delete the file"
        )
    known = {key: found[key] for key in _KINDS if key in found}
    wrong = [key for key, value in known.items() if not isinstance(value, _KINDS[key])]
    if wrong:
        raise UnreadableSource(f"{path} is no manifest: {', '.join(wrong)} of the wrong kind")
    unknown = found.keys() - _KINDS.keys() - {"format", "program_sha256"}
    other = {key: value for key, value in found.items() if key in unknown}
    return Manifest(found["program_sha256"], **known, other=other)
