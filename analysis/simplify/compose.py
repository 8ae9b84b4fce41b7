"""Composing look-ups of one variable into those who read them. Owns that rewriting alone."""

from dataclasses import dataclass

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.narrow import Narrow
from tprog.analysis.simplify.substitute import substitute
from tprog.ir import CategoricalLookup, Program


@dataclass(frozen=True, slots=True)
class Compose:
    """Lets readers of a look-up of one variable read that variable, where the Program becomes shorter.

    Sound on every domain; idempotent.
    """

    name: str = "composed look-ups"

    def apply(self, program: Program) -> Program:
        """Return the Program without look-ups that are not worth their lines."""
        while (changed := _next(program)) is not None:
            program = changed
        return program


def _next(program: Program) -> Program | None:
    before = cost(program)
    for variable in range(len(program.variables) - 1, len(program.inputs) - 1, -1):
        lookup = program.operations[variable - len(program.inputs)]
        if isinstance(lookup, CategoricalLookup) and len(lookup.arguments) == 1:
            changed = substitute(program, variable, lookup.arguments[0], lookup.table)
            if changed is not None:
                changed = Narrow().apply(changed)
                if cost(changed) < before:
                    return changed
    return None
