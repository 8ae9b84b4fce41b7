"""Published programs and checkpoints, read without executing them. Torch is loaded when a checkpoint is opened."""

from tprog.published.checkpoint import read_checkpoint
from tprog.published.find import Found, find_published, published_places
from tprog.published.imported import Example, Imported, TableEnd
from tprog.published.kinds import RunFiles, kind_of, run_files
from tprog.published.source import read_published

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
