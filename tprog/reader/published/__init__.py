"""Published programs and checkpoints, read without executing them. Torch is loaded when a checkpoint is opened."""

from tprog.reader.published.checkpoint import read_checkpoint
from tprog.reader.published.find import Found, find_published, published_places
from tprog.reader.published.imported import Example, Imported, TableEnd
from tprog.reader.published.kinds import RunFiles, kind_of, run_files
from tprog.reader.published.source import read_published

__all__ = [
    "Example",
    "Found",
    "Imported",
    "RunFiles",
    "TableEnd",
    "find_published",
    "kind_of",
    "published_places",
    "read_checkpoint",
    "read_published",
    "run_files",
]
