"""The classifier on arrays: sums of votes, with the tables of several variables joined where they stay small."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tprog.errors import InvalidProgram
from tprog.evaluate.attention import Array
from tprog.evaluate.inputs import IntArray
from tprog.evaluate.prepared import NOTHING, TOO_LARGE, Prepared
from tprog.ir import NumericalVotes, Ones, Positions, Program

# A joint table has at most this many rows, so that it stays in the processor's cache.
MOST_ROWS = 4096


@dataclass(frozen=True, slots=True, eq=False)
class VoteGroup:
    """The votes of several variables together: a `(rows, labels)` table, row-major over the entries of each."""

    variables: tuple[int, ...]
    sizes: tuple[int, ...]
    table: Array

    def votes(self, columns: Sequence[Array]) -> Array:
        """Return `(positions, inputs, labels)` sums of votes."""
        rows: Array | None = None
        for variable, size in zip(self.variables, self.sizes, strict=True):
            found = columns[variable]
            rows = found.astype(np.intp) if rows is None else rows * size + found
        assert rows is not None
        return self.table.take(rows, axis=0)


@dataclass(frozen=True, slots=True, eq=False)
class Voting:
    """A classifier for sequences of one length.

    Attributes:
        labels: the labels that are summed, as indices; ascending.
        groups: the votes by table.
        linear: variables that vote per unit, with one weight for each label.
        kind: the integer type of the sums.
        pooled: whether sums are added over all positions.
    """

    labels: IntArray
    groups: tuple[VoteGroup, ...]
    linear: tuple[tuple[int, Array], ...]
    kind: "np.dtype[Any]"
    pooled: bool

    def sums(self, columns: Sequence[Array], length: int, inputs: int) -> Array:
        """Return `(positions, inputs, labels)`, or `(inputs, labels)` where outputs are pooled."""
        sums = np.zeros((length, inputs, len(self.labels)), dtype=self.kind)
        for group in self.groups:
            sums += group.votes(columns)
        for variable, weights in self.linear:
            sums += columns[variable].astype(self.kind)[:, :, None] * weights
        return sums.sum(axis=0, dtype=self.kind) if self.pooled else sums


@dataclass(frozen=True, slots=True, eq=False)
class VoteWeights:
    """The weights of one variable: `(values, labels)`, or `(labels,)` per unit; empty where one does not fit 64 bits.

    No weight exceeds `largest` in size.
    """

    variable: int
    numerical: bool
    largest: int
    table: Array


def read_weights(program: Program) -> tuple[VoteWeights, ...]:
    """Return the weights of a classifier as arrays."""
    found = []
    for vote in program.classifier.votes:
        try:
            table = np.array(vote.weights, dtype=np.int64)
            largest = max(int(table.max()), -int(table.min()))
        except OverflowError:
            table, largest = NOTHING, TOO_LARGE
        found.append(VoteWeights(vote.variable, isinstance(vote, NumericalVotes), largest, table))
    return tuple(found)


def make_voting(
    prepared: Prepared,
    weights: Sequence[VoteWeights],
    labels: Sequence[int],
    inputs: int,
    narrow: bool,
) -> Voting:
    """Return the classifier for a length, over some labels.

    With many `inputs` joint tables are worth their while. Where `narrow`, sums are 32 bits wide if that is enough.

    Raises:
        InvalidProgram: a sum could exceed 64 bits.
    """
    bound = largest_sum(prepared, weights)
    if bound >= TOO_LARGE:
        raise InvalidProgram(
            f"the classifier's sums could exceed 64 bits at length {prepared.length}; "
            "scale its weights down"
        )
    kind = np.dtype(np.int32 if narrow and bound < 1 << 31 else np.int64)
    most_rows = max(1, min(MOST_ROWS, inputs * prepared.length // 16))
    wanted = list(labels)
    found: list[VoteGroup] = []
    linear: list[tuple[int, Array]] = []
    for own in weights:
        table = own.table[..., wanted].astype(kind)
        if own.numerical:
            reach = prepared.bounds[own.variable]
            if reach >= most_rows:
                linear.append((own.variable, table))
                continue
            table = np.arange(reach + 1, dtype=kind)[:, None] * table
        found.append(VoteGroup((own.variable,), (table.shape[0],), table))
    groups = tuple(_joined(found, _static(prepared.program), most_rows))
    pooled = prepared.program.classifier.pooled
    return Voting(np.array(wanted, dtype=np.int64), groups, tuple(linear), kind, pooled)


def largest_sum(prepared: Prepared, weights: Sequence[VoteWeights]) -> int:
    """Return a number that no sum of votes exceeds in size."""
    total = sum(
        own.largest * (max(1, prepared.bounds[own.variable]) if own.numerical else 1)
        for own in weights
    )
    return total * prepared.length if prepared.program.classifier.pooled else total


def prediction_labels(program: Program) -> tuple[str, ...]:
    """Return the texts that predictions speak of: the labels, then forced labels that are none of them."""
    classifier = program.classifier
    forced = [label for label in (classifier.first, classifier.last) if label is not None]
    return tuple(dict.fromkeys((*classifier.labels, *forced)))


def force(program: Program, predictions: IntArray) -> None:
    """Write the forced labels into `(inputs, positions)` predictions."""
    labels = prediction_labels(program)
    if program.classifier.first is not None:
        predictions[:, 0] = labels.index(program.classifier.first)
    if program.classifier.last is not None:
        predictions[:, -1] = labels.index(program.classifier.last)


def _static(program: Program) -> frozenset[int]:
    """Return the variables that are the same for all inputs of a length."""
    static = {n for n, found in enumerate(program.inputs) if isinstance(found, Positions | Ones)}
    for number, operation in enumerate(program.operations, len(program.inputs)):
        if static.issuperset(operation.reads):
            static.add(number)
    return frozenset(static)


def _joined(groups: list[VoteGroup], static: frozenset[int], most_rows: int) -> Iterator[VoteGroup]:
    """Join groups as long as their tables stay small, those that are the same for all inputs among themselves."""
    for same in (True, False):
        joined: VoteGroup | None = None
        for group in groups:
            if (group.variables[0] in static) is not same:
                continue
            if joined is not None and len(joined.table) * len(group.table) <= most_rows:
                group = _join(joined, group)
            elif joined is not None:
                yield joined
            joined = group
        if joined is not None:
            yield joined


def _join(left: VoteGroup, right: VoteGroup) -> VoteGroup:
    table = (left.table[:, None, :] + right.table[None, :, :]).reshape(-1, left.table.shape[1])
    return VoteGroup(left.variables + right.variables, left.sizes + right.sizes, table)
