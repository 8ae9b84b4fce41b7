"""Replacing what can only have one value. Owns that rewriting alone."""

from dataclasses import dataclass

import numpy as np

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.narrow import Narrow
from tprog.analysis.simplify.possible import Possible, possible
from tprog.analysis.simplify.substitute import constant_source, substitute, substitute_number
from tprog.ir import FiniteValues, Positions, Program


@dataclass(frozen=True, slots=True)
class Constants:
    """Replaces operations with one possible value, or one for each position, by that value.

    What can occur is found by abstract interpretation, so this is sound on every domain. Idempotent.
    """

    name: str = "constants"

    def apply(self, program: Program) -> Program:
        """Return the Program without such operations, unless it would be longer without them."""
        while (changed := _next(program)) is not None:
            program = changed
        return program


def _next(program: Program) -> Program | None:
    found = possible(program)
    for variable in range(len(program.variables) - 1, len(program.inputs) - 1, -1):
        changed = _replaced(program, variable, found)
        if changed is None:
            continue
        changed = Narrow().apply(changed)
        if cost(changed) < cost(program):
            return changed
    return None


def _replaced(program: Program, variable: int, found: Possible) -> Program | None:
    if variable in found.numbers:
        low, high = found.numbers[variable]
        return substitute_number(program, variable, low) if low == high else None
    values = found.values[variable]
    if values is None or not isinstance(program.values[variable], FiniteValues):
        return None
    source = constant_source(program)
    anywhere = np.flatnonzero(values.any(axis=0)).tolist()
    if len(anywhere) == 1 and source is not None:
        mapping = (anywhere[0],) * len(program.finite_values(source))
        return substitute(program, variable, source, mapping)
    for number, known in enumerate(program.inputs):
        if isinstance(known, Positions) and len(values) > 1 and (values.sum(axis=1) <= 1).all():
            # A position where nothing can stand may be called anything.
            return substitute(program, variable, number, values.argmax(axis=1).tolist())
    return None
