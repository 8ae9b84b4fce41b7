"""Replacing a variable by a constant or by a function of another one, by trial. Owns that search alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.counts import joint_counts, value_counts
from tprog.analysis.simplify.edit import redirected
from tprog.analysis.simplify.narrow import Narrow
from tprog.analysis.simplify.substitute import (
    constant_source,
    substitute,
    substitute_number,
)
from tprog.analysis.simplify.trials import Trials
from tprog.ir import FiniteValues, Integers, Program

# Constants that are tried for each variable, the commonest first.
CONSTANTS = 4


@dataclass(frozen=True, slots=True)
class Functions:
    """Replaces operations by what they mostly are: one value, another variable, or a function of one.

    Checked; what it changes shortens the Program.
    """

    name: str = "functions of one variable"

    def apply(self, program: Program, trials: Trials) -> Program:
        """Return the last Program that was accepted, later operations being tried first."""
        variable = len(program.variables) - 1
        while variable >= len(program.inputs):
            changed = _shortened(program, variable, trials)
            if changed is not None:
                # What went with it stood anywhere before.
                gone = len(program.variables) - len(changed.variables)
                program = changed
                variable = min(variable, len(program.variables) - 1) if gone else variable - 1
                continue
            variable -= 1
        return program


def _shortened(program: Program, variable: int, trials: Trials) -> Program | None:
    before = cost(program)
    for candidate in _candidates(program, variable, trials):
        plain = Narrow().apply(candidate)
        if cost(plain) < before and (accepted := trials.accepted(plain)) is not None:
            return accepted
        if trials.over:
            return None
    return None


def _candidates(program: Program, variable: int, trials: Trials) -> Iterator[Program]:
    columns = trials.columns(program)
    if isinstance(program.values[variable], Integers):
        counts = value_counts(columns, variable)
        order = np.argsort(-counts, kind="stable")[:CONSTANTS].tolist()
        found = [substitute_number(program, variable, value) for value in order if counts[value]]
        yield from (candidate for candidate in found if candidate is not None)
        for earlier in range(variable):
            if isinstance(program.values[earlier], Integers):
                yield redirected(program, variable, earlier)
        return
    values = program.values[variable]
    if not isinstance(values, FiniteValues):
        return
    counts = value_counts(columns, variable, len(values))
    source = constant_source(program)
    if source is not None:
        size = len(program.finite_values(source))
        for value in np.argsort(-counts, kind="stable")[:CONSTANTS].tolist():
            if counts[value]:
                constant = substitute(program, variable, source, (value,) * size)
                if constant is not None:
                    yield constant
    for earlier, mapping in mappings(program, variable, trials):
        changed = substitute(program, variable, earlier, mapping)
        if changed is not None:
            yield changed


def mappings(program: Program, variable: int, trials: Trials) -> list[tuple[int, tuple[int, ...]]]:
    """Return for each earlier variable the function of it that agrees most often, the best agreement first."""
    columns = trials.columns(program)
    size = len(program.finite_values(variable))
    found: list[tuple[int, int, tuple[int, ...]]] = []
    for earlier in range(variable):
        values = program.values[earlier]
        if isinstance(values, FiniteValues):
            counts = joint_counts(columns, (earlier, variable), (len(values), size))
            common = int(counts.sum(axis=0).argmax())
            mapping = np.where(counts.any(axis=1), counts.argmax(axis=1), common)
            found.append((-int(counts.max(axis=1).sum()), earlier, tuple(mapping.tolist())))
    return [(earlier, mapping) for _, earlier, mapping in sorted(found)]
