"""What can be said of a Python file that is no Program, by reading its source."""

from tprog.analysis.explain.source.read import read_reading
from tprog.analysis.explain.source.reading import Branching, Finding, Part, Read, Reading

__all__ = ["Branching", "Finding", "Part", "Read", "Reading", "read_reading"]
