"""What changed between two programs, not which lines."""

from tprog.analysis.diff.behaviour import Behaviour
from tprog.analysis.diff.changes import Change, Detail
from tprog.analysis.diff.diff import Diff, DiffPart, diff

__all__ = ["Behaviour", "Change", "Detail", "Diff", "DiffPart", "diff"]
