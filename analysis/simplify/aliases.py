"""Removing heads that always attend to their own position. Owns that rewriting alone."""

from dataclasses import dataclass

from tprog.analysis.simplify.edit import redirected
from tprog.analysis.simplify.possible import possible
from tprog.ir import CategoricalHead, Program


@dataclass(frozen=True, slots=True)
class Aliases:
    """Lets readers of a head that copies its own position read what it copies. Sound on every domain; idempotent."""

    name: str = "aliases"

    def apply(self, program: Program) -> Program:
        """Return the Program without heads that look at themselves."""
        while found := possible(program).selves:
            variable = min(found)
            head = program.variables[variable]
            assert isinstance(head, CategoricalHead)
            changed = redirected(program, variable, head.value)
            if changed == program:
                break
            program = changed
        return program
