"""Making Programs shorter without changing what they answer. Owns the passes and what they must keep."""

from tprog.analysis.simplify.demand import Keep
from tprog.analysis.simplify.simplify import BrokenPass, Simplified, simplify

__all__ = ["BrokenPass", "Keep", "Simplified", "simplify"]
