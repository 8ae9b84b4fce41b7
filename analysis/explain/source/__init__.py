"""What can be said of a Python file that is no Program, by reading its source."""

from tprog.analysis.explain.source.read import read_reading
from tprog.analysis.explain.source.reading import Finding, Part, Read, Reading, SourceFunction

__all__ = ["Finding", "Part", "Read", "Reading", "SourceFunction", "read_reading"]
