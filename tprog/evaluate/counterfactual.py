"""Counterfactuals: what a Program would predict if some of its variables were patched, or their votes ablated.

A patched variable has given values, whatever it reads; everything that reads it is computed from those. A variable whose
votes are ablated is computed and read as ever, but its votes do not count. `Interventions` compute a batch once, and then for
each intervention only what lies downstream of what is patched.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from tprog.errors import InvalidProgram
from tprog.evaluate.attention import Array
from tprog.evaluate.bounds import numerical_bounds
from tprog.evaluate.evaluator import WordReader, turned
from tprog.evaluate.inputs import Batch, BoolArray, IntArray
from tprog.evaluate.prepared import TOO_LARGE, Prepared, needed_variables, prepare, width
from tprog.evaluate.vote_sums import VoteWeights, force, largest_sum, read_weights
from tprog.ir import FiniteValues, Integers, Program

# Numerical votes are looked up in a table where it has at most this many rows.
MOST_ROWS = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Partly:
    """A patch on some inputs and positions alone, where `where` (it broadcasts to `(inputs, positions)`) holds."""

    entries: "int | IntArray"
    where: BoolArray


# What a variable is patched with: one entry for every input and position, `(inputs, positions)` entries (or anything that
# broadcasts to that), or either of them in part. Entries are what `Evaluation.values` holds: indices into finite values,
# positions where they have no end, numbers for numerical variables.
Patch: TypeAlias = "int | IntArray | Partly"


@dataclass(slots=True, eq=False)
class Interventions:
    """A Program on one batch, ready to be asked what it would predict if some variables were patched.

    Attributes:
        program: a valid Program.
        batch: framed sequences of one length.
        columns: every variable as the Program computes it, `(positions, inputs)`, or `(positions, 1)` where it is the
            same for all inputs.
        prepared: how they are computed; wider numbers than the Program's own make another one.
    """

    program: Program
    batch: Batch
    columns: list[Array] = field(init=False, repr=False)
    prepared: Prepared = field(init=False, repr=False)
    _weights: dict[int, VoteWeights] = field(init=False, repr=False)
    _tables: dict[int, Array] = field(init=False, repr=False)
    _labels: IntArray = field(init=False, repr=False)
    _kind: Any = field(init=False, repr=False)
    _needed: frozenset[int] = field(init=False, repr=False)
    _sums: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._weights = {found.variable: found for found in read_weights(self.program)}
        self._labels = np.arange(len(self.program.classifier.labels), dtype=np.int64)
        self._needed = needed_variables(self.program)
        self._prepare(prepare(self.program, self.batch.indices.shape[1]))

    def values(self, patches: Mapping[int, Patch]) -> tuple[IntArray, ...]:
        """Return every variable as `(inputs, positions)`, as `Evaluation.values` does, with some patched.

        Raises:
            InvalidProgram: a patch lies outside its variable's values, or a number could exceed 64 bits.
        """
        columns, _ = self._patched(patches, frozenset(range(len(self.program.variables))))
        shape = self.batch.indices.shape[::-1]
        return tuple(np.broadcast_to(column, shape).T.astype(np.int64) for column in columns)

    def sums(self, patches: Mapping[int, Patch], ablated: Collection[int] = ()) -> IntArray:
        """Return `(inputs, positions, labels)` sums of votes, masked labels included; pooled: `(inputs, labels)`.

        Some variables are patched, and the votes of others are ablated. An InvalidProgram as for `values`.
        """
        sums = self._summed(patches, ablated)
        if self.program.classifier.pooled:
            sums = sums.sum(axis=0, dtype=np.int64)
        else:
            sums = np.ascontiguousarray(sums.swapaxes(0, 1), dtype=np.int64)
        return sums

    def predictions(self, patches: Mapping[int, Patch], ablated: Collection[int] = ()) -> IntArray:
        """Return what `Evaluation.predictions` would be with some variables patched and the votes of some ablated; see `sums`."""
        sums = self._summed(patches, ablated)
        classifier = self.program.classifier
        if classifier.pooled:
            sums = sums.sum(axis=0, dtype=np.int64)
        if classifier.masked:
            open_labels = np.delete(self._labels, classifier.masked)
            found = open_labels.take(sums[..., open_labels].argmax(axis=-1))
        else:
            found = sums.argmax(axis=-1)
        # Positions come first up to here, and single labels have no position.
        out: IntArray = np.ascontiguousarray(found.T, dtype=np.int64)
        if not classifier.pooled:
            force(self.program, out)
        return out

    def votes(self, variable: int, column: Array) -> Array:
        """Return the `(positions, inputs, labels)` votes of a variable with a column's entries; nothing for others."""
        weights = self._weights[variable]
        if variable in self._tables:
            return self._tables[variable].take(column, axis=0)
        table: Array = weights.table.astype(self._kind)
        return column.astype(self._kind)[:, :, None] * table

    def widen(self, greatest: Mapping[int, int]) -> None:
        """Prepare and compute anew where numbers can grow larger than the Program's own, given the greatest entries that will be put in.

        Raises:
            InvalidProgram: a number could exceed 64 bits.
        """
        known = self.prepared.bounds
        if any(
            number < len(self.program.inputs) or greatest[number] > known.get(number, TOO_LARGE)
            for number in greatest
        ):
            bounds = numerical_bounds(self.program, self.prepared.length, greatest)
            if any((bound or 0) > known[number] for number, bound in bounds.items()):
                patched = {**known, **greatest}
                self._prepare(prepare(self.program, self.prepared.length, patched=patched))

    def _prepare(self, prepared: Prepared) -> None:
        """Compute everything; what is prepared differs in how wide its numbers are."""
        bound = largest_sum(prepared, tuple(self._weights.values()))
        if bound >= TOO_LARGE:
            raise InvalidProgram(
                f"the classifier's sums could exceed 64 bits at length {prepared.length}; "
                "scale its weights down"
            )
        self.prepared = prepared
        self._kind = np.dtype(np.int32 if bound < 1 << 31 else np.int64)
        self._tables = {}
        for number, weights in self._weights.items():
            table = weights.table.astype(self._kind)
            if not weights.numerical:
                self._tables[number] = table
            elif prepared.bounds[number] < MOST_ROWS:
                steps = np.arange(prepared.bounds[number] + 1, dtype=self._kind)
                self._tables[number] = steps[:, None] * table
        tables = WordReader(self.program).tables(self.batch, prepared.code)
        words = turned(self.batch, slice(None))
        self.columns = prepared.columns(tables, words)
        self._sums = self._total(self.columns, ())

    def _total(self, columns: Sequence[Array], ablated: Collection[int]) -> Array:
        shape = (*self.batch.indices.shape[::-1], len(self._labels))
        sums = np.zeros(shape, dtype=self._kind)
        for number in self._weights:
            if number not in ablated:
                sums += self.votes(number, columns[number])
        return sums

    def _summed(self, patches: Mapping[int, Patch], ablated: Collection[int]) -> Array:
        """Return the `(positions, inputs, labels)` sums: those of the batch, with what differs put in its place."""
        columns, changed = self._patched(patches, self._needed)
        moved = [number for number in self._weights if number in changed or number in ablated]
        if 2 * len(moved) > len(self._weights):
            return self._total(columns, ablated)
        sums = self._sums.copy()
        for number in moved:
            sums -= self.votes(number, self.columns[number])
            if number not in ablated:
                sums += self.votes(number, columns[number])
        return sums

    def _patched(
        self, patches: Mapping[int, Patch], wanted: frozenset[int]
    ) -> tuple[list[Array], set[int]]:
        """Return the columns, and which of the wanted ones differ from what the Program computes."""
        given = {number: self._entries(number, patch) for number, patch in patches.items()}
        self.widen({number: int(entries.max(initial=0)) for number, (entries, _) in given.items()})
        columns, changed = list(self.columns), set[int]()
        first = len(self.program.inputs)
        for number in range(len(columns)):
            reads = () if number < first else self.program.operations[number - first].reads
            stale = number in wanted and any(read in changed for read in reads)
            if number not in given and not stale:
                continue
            column = (
                self.prepared.steps[number - first].compute(columns) if stale else columns[number]
            )
            if number in given:
                entries, where = given[number]
                bounds = self.prepared.bounds
                kind = width(bounds[number]) if number in bounds else self.prepared.code
                column = np.where(where, entries.astype(kind), column.astype(kind))
            if bool((column != self.columns[number]).any()):
                columns[number] = column
                changed.add(number)
        return columns, changed

    def _entries(self, number: int, patch: Patch) -> tuple[IntArray, BoolArray]:
        """Return a patch as `(positions, inputs)` entries and where it counts, each broadcasting to that shape."""
        where: BoolArray = np.ones((1, 1), dtype=np.bool_)
        if isinstance(patch, Partly):
            where = np.atleast_2d(np.asarray(patch.where, dtype=np.bool_)).T
            patch = patch.entries
        entries = np.atleast_2d(np.asarray(patch, dtype=np.int64)).T
        found = self.program.values[number]
        most = len(found) if isinstance(found, FiniteValues) else self.prepared.length
        if (entries < 0).any() or (not isinstance(found, Integers) and (entries >= most).any()):
            raise InvalidProgram(
                f"{self.program.names[number]} cannot be held at a value that it does not have"
            )
        return entries, where


def predictions(
    program: Program,
    batch: Batch,
    patches: Mapping[int, Patch],
    ablated: Collection[int] = (),
) -> IntArray:
    """Return what a Program would predict with some variables patched and the votes of some ablated.

    Make `Interventions` where there is more than one question on a batch.

    Raises:
        BadInput: the batch does not belong to the Program's domain.
        InvalidProgram: a patch lies outside its variable's values, or a number could exceed 64 bits.
    """
    return Interventions(program, batch).predictions(patches, ablated)
