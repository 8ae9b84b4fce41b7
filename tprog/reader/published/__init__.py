"""Published programs and checkpoints, read without executing them. Torch is loaded when a checkpoint is opened."""

from tprog.reader.published.checkpoint import read_checkpoint
from tprog.reader.published.find import Found, find_published
from tprog.reader.published.imported import Example, Imported
from tprog.reader.published.source import read_published

__all__ = [
    "Example",
    "Found",
    "Imported",
    "find_published",
    "read_checkpoint",
    "read_published",
]
