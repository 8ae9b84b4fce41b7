"""A Program made ready for arrays of one length. Owns which variables are computed; refuses to choose chunks.

A plan takes about a millisecond to make and holds everything that does not depend on the inputs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tprog.errors import BadInput, InvalidProgram
from tprog.evaluate.inputs import Batch
from tprog.evaluate.ranges import numerical_bounds
from tprog.evaluate.steps import Array, Step, categorical_step, head_step, numerical_step
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
    Tokens,
    Values,
    WordTable,
)

# Numbers from here on do not fit a signed 64-bit integer.
TOO_LARGE = 1 << 63


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
        self, tables: Sequence[Array], words: Array, needed: frozenset[int] | None = None
    ) -> list[Array]:
        """Return the `(positions, inputs)` array of every variable, or of the needed ones (the others are empty).

        Args:
            tables: for each input variable the entry of each word (see `word_tables`).
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


def make_plan(program: Program, length: int) -> Plan:
    """Return the plan of a valid Program for sequences of a framed length.

    Raises:
        BadInput: the length is beyond the domain's.
        InvalidProgram: a number could exceed 64 bits.
    """
    context = program.domain.context_length
    if context is not None and length > context:
        raise BadInput(f"the framed input has {length} tokens, more than the most, {context}")
    bounds: dict[int, int] = {}
    for variable, bound in numerical_bounds(program, length).items():
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
    steps = tuple(
        _step(program, number, sets, bounds, code, length)
        for number in range(len(program.operations))
    )
    return Plan(program, length, bounds, code, steps)


def needed_variables(program: Program) -> frozenset[int]:
    """Return the variables that the prediction depends on."""
    needed = {vote.variable for vote in program.classifier.votes}
    first = len(program.inputs)
    for number in range(len(program.variables) - 1, first - 1, -1):
        if number in needed:
            needed.update(program.operations[number - first].reads)
    return frozenset(needed)


def word_tables(program: Program, batch: Batch, code: Any) -> list[Array]:
    """Return for each input variable the entry of each word of a batch; empty for positions and ones.

    Words are read by their text, so that a batch of another domain with the same symbols is read rightly.

    Args:
        program: the Program.
        batch: framed sequences.
        code: the type of categorical arrays.

    Raises:
        BadInput: a word that occurs is no token of a closed vocabulary.
    """
    domain = program.domain
    index = {symbol: number for number, symbol in enumerate(domain.alphabet)}
    unknown = None if domain.unknown is None else index[domain.unknown]
    symbols = [index.get(word, unknown) for word in batch.words]
    if None in symbols:
        for number in np.unique(batch.indices).tolist():
            if symbols[number] is None:
                raise BadInput(
                    f"unknown token {batch.words[number]!r}; "
                    "give a batch whose tokens this program's domain knows"
                )
    read = np.array([symbol or 0 for symbol in symbols], dtype=np.intp)
    tables: list[Array] = []
    for variable in program.inputs:
        match variable:
            case Tokens():
                tables.append(read.astype(code))
            case WordTable(table=table):
                tables.append(np.array(table, dtype=code).take(read))
            case Positions() | Ones():
                tables.append(NOTHING)
            case _:
                tables.append(np.array([variable.index(word) for word in batch.words], dtype=code))
    return tables


def _finite(values: Values, length: int) -> FiniteValues | None:
    """Return the values that occur at this length; None for numerical variables."""
    if isinstance(values, Naturals):
        return FiniteValues(tuple(range(length)))
    return values if isinstance(values, FiniteValues) else None


def _step(
    program: Program,
    number: int,
    sets: Sequence[FiniteValues | None],
    bounds: dict[int, int],
    code: "np.dtype[Any]",
    length: int,
) -> Step:
    operation = program.operations[number]
    match operation:
        case CategoricalHead() | NumericalHead():
            query, key = sets[operation.query], sets[operation.key]
            assert query is not None
            assert key is not None
            # Sums are kept at least as wide as their summands, also where nothing can match.
            own = bounds.get(len(program.inputs) + number, 0)
            bound = max(own, bounds.get(operation.value, 0))
            return head_step(operation, query, key, code, bound, length)
        case CategoricalLookup(arguments=arguments):
            sizes = tuple(len(found) for argument in arguments if (found := sets[argument]))
            return categorical_step(operation, sizes, code)
        case NumericalLookup():
            return numerical_step(operation, bounds, code)
