"""Variables and votes that were found in the files of others, and the Program that they make.

A published program reads its weights as 64-bit floats and adds those, so that its own sums are off by about 1e-15 of the
largest. Here each weight is the decimal number that its file writes, all of them are multiplied by the same power of ten,
and every sum is exact. The two agree wherever the two largest sums differ by more than the floats' rounding.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, lcm
from pathlib import Path
from typing import final

from tprog.errors import UnreadableSource
from tprog.evaluate import numerical_bounds
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Domain,
    FiniteValues,
    Input,
    NumericalHead,
    NumericalVotes,
    Ones,
    Operation,
    Positions,
    Program,
    Tokens,
    Value,
    Votes,
    WordTable,
    validate,
)
from tprog.published.meanings import TableEnd

INPUT_ORDER = (Tokens, Positions, Ones, WordTable)
# Sums stay well below the 64 bits of the evaluator.
LARGEST_SUM = 1 << 62

Rows = tuple[tuple[Fraction, ...], ...]


@final
@dataclass(frozen=True, slots=True)
class WrittenExample:
    """An input that stands in a published file: its framed tokens, and a label for each, `<pad>` where none counts.

    Where outputs are pooled there is a single label.
    """

    tokens: tuple[str, ...]
    labels: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True)
class Imported:
    """A published program or checkpoint as a Program.

    Attributes:
        program: the Program; it is valid.
        notes: where it comes from and what was recognised, a line each.
        warnings: where it differs from what one might expect, a line each.
        examples: the file's own examples, in order.
        files: every file that was read.
        ends: the tables that end before their arguments' bounds.
    """

    program: Program
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    examples: tuple[WrittenExample, ...]
    files: tuple[Path, ...]
    ends: tuple[TableEnd, ...] = ()


@dataclass(frozen=True, slots=True)
class Scores:
    """The votes of a variable: for each value a row of one weight for each label; a single row where it is numerical.

    `numbered` tells whether the rows are numbered by position, as pandas' `reset_index` does.
    """

    variable: int
    weights: Rows
    numbered: bool = False


@final
@dataclass(frozen=True, slots=True)
class Draft:
    """A variable whose reads are numbered as drafts.

    `entries` are the objects that its values stand for in the file; None for a numerical variable.
    """

    node: Input | Operation
    entries: tuple[object, ...] | None


class Drafts:
    """The variables that have been found so far on a domain, in the order in which they were found."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self.variables: list[Draft] = []

    def add(self, node: Input | Operation, entries: tuple[object, ...] | None) -> int:
        """Add a variable and return its number."""
        self.variables.append(Draft(node, entries))
        return len(self.variables) - 1

    def tokens(self) -> int:
        """Return the variable of tokens."""
        return self._input(Tokens(), self.domain.alphabet)

    def positions(self) -> int:
        """Return the variable of positions."""
        values = self.domain.position_values
        assert isinstance(values, FiniteValues)
        return self._input(Positions(), values.values)

    def ones(self) -> int:
        """Return the numerical constant 1."""
        return self._input(Ones(), None)

    def _input(self, node: Input, entries: tuple[object, ...] | None) -> int:
        for number, draft in enumerate(self.variables):
            if type(draft.node) is type(node):
                return number
        return self.add(node, entries)

    def entries(self, variable: int) -> tuple[object, ...]:
        """Return the objects that a categorical variable's values stand for."""
        entries = self.variables[variable].entries
        assert entries is not None
        return entries

    def rename(self, number: int, name: str, layer: int | None, notes: tuple[str, ...]) -> None:
        """Give an operation its display name, layer and notes; the first ones stay."""
        draft = self.variables[number]
        node = draft.node
        if isinstance(node, Tokens | Positions | Ones) or node.name:
            return
        named: Input | Operation = replace(node, name=name, notes=notes)
        if isinstance(named, Operation):
            named = replace(named, layer=layer)
        self.variables[number] = Draft(named, draft.entries)

    def finished(
        self, voting: Collection[int]
    ) -> tuple[tuple[Input, ...], tuple[Operation, ...], dict[int, int]]:
        """Return the inputs that vote or are read, the operations, and the final number of every draft."""
        nodes = [draft.node for draft in self.variables]
        used = {
            *voting,
            *(read for one in nodes if isinstance(one, Operation) for read in one.reads),
        }
        order = sorted(
            (n for n, one in enumerate(nodes) if isinstance(one, Operation) or n in used),
            key=lambda n: (_rank(nodes[n]), n),
        )
        final = {number: place for place, number in enumerate(order)}
        inputs: list[Input] = []
        operations: list[Operation] = []
        for node in map(nodes.__getitem__, order):
            if isinstance(node, CategoricalHead | NumericalHead):
                query, key, value = (final[read] for read in (node.query, node.key, node.value))
                operations.append(replace(node, query=query, key=key, value=value))
            elif isinstance(node, Operation):
                operations.append(
                    replace(node, arguments=tuple(final[read] for read in node.arguments))
                )
            else:
                inputs.append(node)
        return tuple(inputs), tuple(operations), final


def _rank(node: Input | Operation) -> int:
    for rank, kind in enumerate(INPUT_ORDER):
        if isinstance(node, kind):
            return rank
    return len(INPUT_ORDER)


def as_values(entries: Sequence[object]) -> FiniteValues:
    """Return objects of a file as the values of a variable.

    Numbers stay numbers, and None (no branch applied) becomes a number that is not taken; everything else is its text.
    """
    numbers = [entry for entry in entries if type(entry) is int]
    free: Value
    if len(numbers) == sum(entry is not None for entry in entries):
        free = min([0, *numbers]) - 1
        return FiniteValues(tuple(entry if isinstance(entry, int) else free for entry in entries))
    texts = {str(entry) for entry in entries if entry is not None}
    free = "None"
    while free in texts:
        free += "_"
    return FiniteValues(tuple(free if entry is None else str(entry) for entry in entries))


def assemble(
    drafts: Drafts,
    scores: Sequence[Scores],
    labels: tuple[str, ...],
    *,
    masked: tuple[int, ...] = (),
    pooled: bool = False,
    first: str | None = None,
    last: str | None = None,
) -> tuple[Program, list[str]]:
    """Return the Program of variables and votes, and what a user should know about its weights.

    The votes of a variable that stands twice are added. See `Classifier` for the rest.
    """
    added: dict[int, Rows] = {}
    for one in scores:
        before = added.get(one.variable)
        added[one.variable] = one.weights if before is None else _sum(before, one.weights)
    inputs, operations, final = drafts.finished(added)
    variables = sorted(added, key=lambda number: final[number])
    skeleton = _checked(Program(drafts.domain, inputs, operations, Classifier(labels, ())))
    bounds = numerical_bounds(skeleton)
    longest = (drafts.domain.context_length or 1) if pooled else 1
    known = (bounds.get(final[variable], 1) for variable in variables)
    reach = [longest * max(1, LARGEST_SUM if bound is None else bound) for bound in known]
    if any(bound is None or bound >= LARGEST_SUM for bound in bounds.values()):
        raise UnreadableSource("its counts of counts exceed 64 bits at the greatest length")
    blocks, step, error = scaled([added[variable] for variable in variables], reach)
    votes: list[Votes] = []
    for variable, block in zip(variables, blocks, strict=True):
        if drafts.variables[variable].entries is None:
            votes.append(NumericalVotes(final[variable], block[0]))
        else:
            votes.append(CategoricalVotes(final[variable], block))
    classifier = Classifier(labels, tuple(votes), masked, pooled, first, last)
    warnings = []
    if error:
        warnings.append(
            f"its weights are too far apart for exact sums in 64 bits: they are rounded to multiples of "
            f"{float(step):.1e}, and where the two largest sums differ by less than about "
            f"{float(error * 2 * sum(reach)):.1e} the answer may differ"
        )
    return _checked(replace(skeleton, classifier=classifier)), warnings


def _sum(left: Rows, right: Rows) -> Rows:
    return tuple(
        tuple(one + other for one, other in zip(row, others, strict=True))
        for row, others in zip(left, right, strict=True)
    )


def _checked(program: Program) -> Program:
    problems = validate(program)
    if problems:
        raise UnreadableSource("its parts do not fit together: " + "; ".join(map(str, problems)))
    return program


def scaled(
    blocks: Sequence[Sequence[Sequence[Fraction]]], reach: Sequence[int]
) -> tuple[tuple[tuple[tuple[int, ...], ...], ...], Fraction, Fraction]:
    """Return weights as integers over a common step, exact unless their sums would exceed 64 bits.

    Args:
        blocks: for each voting variable its rows of weights.
        reach: for each voting variable by how much its weights can be multiplied in one sum, at least 1.

    Returns:
        The integers, the step, and the most by which a weight differs from its integer times the step.
    """
    weights = [weight for block in blocks for row in block for weight in row]
    # The step is the greatest number of which every weight is a multiple.
    denominator = lcm(*(weight.denominator for weight in weights))
    unit = gcd(*(int(weight * denominator) for weight in weights)) or 1
    step = Fraction(unit, denominator)
    largest = sum(
        factor * max((abs(weight) for row in block for weight in row), default=Fraction(0))
        for block, factor in zip(blocks, reach, strict=True)
    )
    exact = largest / step < LARGEST_SUM
    if not exact:
        # Rounding may add half a unit per vote, which the halved limit leaves room for.
        step = Fraction(largest) * 2 / LARGEST_SUM
    found = tuple(
        tuple(tuple(round(weight / step) for weight in row) for row in block) for block in blocks
    )
    return found, step, Fraction(0) if exact else step / 2
