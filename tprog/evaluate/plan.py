"""A Program made ready for arrays of one length. Owns which variables are computed; refuses to choose chunks.

A plan takes about a millisecond to make and holds everything that does not depend on the inputs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from tprog.errors import BadInput, InvalidProgram
from tprog.evaluate.match import Match
from tprog.evaluate.ranges import numerical_bounds
from tprog.evaluate.steps import (
    Array,
    Step,
    categorical_step,
    head_match,
    head_step,
    numerical_step,
)
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    FiniteValues,
    Naturals,
    NumericalHead,
    NumericalLookup,
    Ones,
    Positions,
    Program,
    Values,
)

# Numbers from here on do not fit a signed 64-bit integer.
TOO_LARGE = 1 << 63

# Predicates made ready, by operation and type of categorical arrays.
Matches: TypeAlias = dict[tuple[int, "np.dtype[Any]"], Match | Array]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A Program for one framed length.

    Attributes:
        program: the Program.
        length: the framed length.
        bounds: a number that each numerical variable never exceeds.
        code: the type of categorical arrays.
        steps: one for each operation.
    """

    program: Program
    length: int
    bounds: dict[int, int]
    code: "np.dtype[Any]"
    steps: tuple[Step, ...]

    def columns(
        self, tables: Array, words: Array, needed: frozenset[int] | None = None
    ) -> list[Array]:
        """Return the `(positions, inputs)` array of every variable, or of the needed ones (the others are empty).

        Args:
            tables: for each input variable the entry of each word (see `WordReader`).
            words: `(positions, inputs)` indices of words.
            needed: the variables to compute.
        """
        columns: list[Array] = []
        for variable, table in zip(self.program.inputs, tables, strict=True):
            if needed is not None and len(columns) not in needed:
                columns.append(NOTHING)
            elif isinstance(variable, Positions):
                columns.append(np.arange(self.length, dtype=self.code)[:, None])
            elif isinstance(variable, Ones):
                columns.append(np.ones((self.length, 1), dtype=np.uint8))
            else:
                columns.append(table.take(words))
        for step in self.steps:
            unused = needed is not None and len(columns) not in needed
            columns.append(NOTHING if unused else step.compute(columns))
        return columns


NOTHING: Array = np.zeros((0, 0), dtype=np.uint8)


def make_plan(
    program: Program,
    length: int,
    matches: Matches | None = None,
    held: Mapping[int, int] | None = None,
) -> Plan:
    """Return the plan of a valid Program for sequences of a framed length.

    Args:
        program: a valid Program.
        length: the framed length.
        matches: predicates that were made ready for other lengths of the same Program; new ones are added.
        held: see `numerical_bounds`.

    Raises:
        BadInput: the length is beyond the domain's.
        InvalidProgram: a number could exceed 64 bits.
    """
    context = program.domain.context_length
    if context is not None and length > context:
        raise BadInput(f"the framed input has {length} tokens, more than the most, {context}")
    bounds: dict[int, int] = {}
    for variable, bound in numerical_bounds(program, length, held).items():
        if bound is None or bound >= TOO_LARGE:
            raise InvalidProgram(
                f"the numbers of {program.names[variable]} could exceed 64 bits at length {length}; "
                "give shorter inputs"
            )
        bounds[variable] = bound
    sets = [_finite(found, length) for found in program.values]
    largest = max((len(found) for found in sets if found is not None), default=1)
    # One more than the number of values stands for "no key is wanted".
    code = np.min_scalar_type(largest + 1)
    plan = Plan(program, length, bounds, code, ())
    known = {} if matches is None else matches
    steps = tuple(_step(plan, number, sets, known) for number in range(len(program.operations)))
    return replace(plan, steps=steps)


def needed_variables(program: Program) -> frozenset[int]:
    """Return the variables that the prediction depends on."""
    needed = {vote.variable for vote in program.classifier.votes}
    first = len(program.inputs)
    for number in range(len(program.variables) - 1, first - 1, -1):
        if number in needed:
            needed.update(program.operations[number - first].reads)
    return frozenset(needed)


def _finite(values: Values, length: int) -> FiniteValues | None:
    """Return the values that occur at this length; None for numerical variables."""
    if isinstance(values, Naturals):
        return FiniteValues(tuple(range(length)))
    return values if isinstance(values, FiniteValues) else None


def _step(plan: Plan, number: int, sets: Sequence[FiniteValues | None], matches: Matches) -> Step:
    operation, own = plan.program.operations[number], len(plan.program.inputs) + number
    match operation:
        case CategoricalHead() | NumericalHead():
            # Sums are kept at least as wide as their summands, also where nothing can match.
            bound = max(plan.bounds.get(own, 0), plan.bounds.get(operation.value, 0))
            return head_step(operation, _match(plan, number, sets, matches), bound, plan.length)
        case CategoricalLookup(arguments=arguments):
            sizes = tuple(len(found) for argument in arguments if (found := sets[argument]))
            return categorical_step(operation, sizes, plan.code)
        case NumericalLookup():
            return numerical_step(operation, plan.bounds, plan.code)


def _match(
    plan: Plan, number: int, sets: Sequence[FiniteValues | None], matches: Matches
) -> Match | Array:
    """Return the predicate of a head, made ready once unless it depends on the length."""
    head = plan.program.operations[number]
    assert isinstance(head, CategoricalHead | NumericalHead)
    query, key = sets[head.query], sets[head.key]
    assert query is not None
    assert key is not None
    if any(isinstance(plan.program.values[read], Naturals) for read in (head.query, head.key)):
        return head_match(head, query, key, plan.code)
    place = (number, plan.code)
    if place not in matches:
        matches[place] = head_match(head, query, key, plan.code)
    return matches[place]
