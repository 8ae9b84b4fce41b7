"""Removing what no vote depends on. Owns that rewriting alone."""

from dataclasses import dataclass

from tprog.analysis.simplify.edit import prune
from tprog.ir import Program


@dataclass(frozen=True, slots=True)
class DeadCode:
    """Removes variables without a path to a vote that is not zero. Sound on every domain; idempotent."""

    name: str = "dead code"

    def apply(self, program: Program) -> Program:
        """Return the Program without dead variables."""
        return prune(program)
