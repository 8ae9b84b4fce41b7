"""Merging variables that are computed in the same way. Owns that rewriting alone."""

from collections.abc import Hashable
from dataclasses import dataclass, replace

from tprog.analysis.simplify.edit import redirected, renumbered
from tprog.ir import Program


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Lets readers of a variable read an earlier one with the same definition. Sound on every domain; idempotent."""

    name: str = "duplicates"

    def apply(self, program: Program) -> Program:
        """Return the Program where every definition stands once."""
        while (pair := duplicate(program)) is not None:
            program = redirected(program, pair[0], pair[1])
        return program


def duplicate(program: Program) -> tuple[int, int] | None:
    """Return a variable and the first one that is computed in the same way."""
    return next(iter(duplicates(program).items()), None)


def duplicates(program: Program) -> dict[int, int]:
    """Return for each variable that is computed twice the first one that is computed in the same way."""
    first: dict[int, int] = {}
    known: dict[Hashable, int] = {}
    for number, variable in enumerate(program.variables):
        if number < len(program.inputs):
            own: Hashable = variable
        else:
            operation = program.operations[number - len(program.inputs)]
            own = renumbered(replace(operation, name=""), first)
        if own in known:
            first[number] = known[own]
        else:
            known[own] = number
    return first
