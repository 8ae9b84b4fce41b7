"""What can be said of a Python file that is no Program, by reading its source."""

from tprog.analysis.explain.unreadable.read import read_reading
from tprog.analysis.explain.unreadable.reading import (
    Finding,
    Reading,
    SourceFunction,
    SourcePart,
    SourceRead,
)

__all__ = ["Finding", "Reading", "SourceFunction", "SourcePart", "SourceRead", "read_reading"]
