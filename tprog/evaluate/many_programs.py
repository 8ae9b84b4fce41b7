"""Running many similar Programs on the same few inputs, by memoising what they share.

Two Programs that differ in one table share every variable that does not depend on it, so a variable is computed once for
each distinct way to compute it, and sums of votes are corrected by what changed.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np

from tprog.evaluate.attention import Array
from tprog.evaluate.evaluator import WordReader
from tprog.evaluate.inputs import Batch, IntArray
from tprog.evaluate.prepared import NOTHING, Matches, Prepared, needed_variables, operation_step
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Ones,
    Operation,
    Program,
    Votes,
)

# Variables are forgotten when they take more bytes than this.
MOST_BYTES = 1 << 27
# Values of categorical variables; larger programs are not simplified by trial.
CODE = np.dtype(np.uint16)


@dataclass(slots=True, eq=False)
class _Group:
    """Inputs of one length.

    Attributes:
        batch: the inputs.
        words: `(positions, inputs)`.
        targets: `(scored places,)` wanted labels, -1 where any will do.
        places: indices of the places into the flattened `(positions, inputs)`.
        columns: variables by identity.
        voted: the votes in `sums`, by identity of the variable and weights.
        sums: `(places, labels)`; pooled: `(inputs, labels)`.
    """

    batch: Batch
    words: IntArray
    targets: IntArray
    places: IntArray
    columns: dict[int, Array] = field(default_factory=dict)
    voted: dict[tuple[int, Hashable], Votes] = field(default_factory=dict)
    sums: IntArray | None = None


class ManyPrograms:
    """A fixed set of inputs with wanted labels.

    Args:
        program: any of the Programs that will be run; all share its domain, labels, masks and forced labels.
        inputs: batches with `(inputs, positions)` wanted labels as indices into the labels, -1 where any will do;
            pooled: `(inputs,)`.
    """

    def __init__(self, program: Program, inputs: Sequence[tuple[Batch, IntArray]]) -> None:
        self.domain = program.domain
        self.pooled = program.classifier.pooled
        masked = set(program.classifier.masked)
        self.eligible = [n for n in range(len(program.classifier.labels)) if n not in masked]
        self._number = np.full(len(program.classifier.labels), -2, dtype=np.int64)
        self._number[self.eligible] = np.arange(len(self.eligible))
        self._ids: dict[Hashable, int] = {}
        self._matches: Matches = {}
        self._bytes = 0
        self.groups = [self._group(batch, targets) for batch, targets in inputs if len(batch)]
        self.inputs = sum(len(group.batch) for group in self.groups)
        self.demanded = sum(len(group.targets) for group in self.groups)

    def _group(self, batch: Batch, targets: IntArray) -> _Group:
        words = np.ascontiguousarray(batch.indices.T, dtype=np.int64)
        flat = targets if self.pooled else np.ascontiguousarray(targets.T).ravel()
        places = np.flatnonzero(flat >= 0)
        # A label that cannot be predicted is wanted in vain.
        wanted = np.append(self._number, -2)[flat[places].astype(np.int64)]
        return _Group(batch, words, wanted, places)

    def mistakes(self, program: Program, most: int | None = None) -> int:
        """Return how many wanted labels a Program misses; it stops counting beyond `most`."""
        found = 0
        identities = self._identities(program)
        for group in self.groups:
            sums = self._sums(program, identities, group)
            found += int((sums.argmax(axis=1) != group.targets).sum())
            if most is not None and found > most:
                break
        return found

    def columns(self, program: Program) -> list[list[Array]]:
        """Return for each length the `(positions, inputs)` array of every variable."""
        identities = self._identities(program)
        return [self._columns(program, identities, group, None) for group in self.groups]

    def wanted(self, program: Program) -> list[tuple[IntArray, IntArray]]:
        """Return for each length the `(places, variables)` values at wanted places, and the wanted labels there.

        The outputs must not be pooled.
        """
        found = []
        for group, columns in zip(self.groups, self.columns(program), strict=True):
            own = np.stack(
                [
                    np.broadcast_to(column, group.words.shape).ravel()[group.places]
                    for column in columns
                ],
                axis=1,
            ).astype(np.int64)
            # A label that cannot win is wanted in vain.
            can = group.targets >= 0
            labels = np.array(self.eligible, dtype=np.int64)[group.targets[can]]
            found.append((own[can], labels))
        return found

    def _identities(self, program: Program) -> list[int]:
        """Return for every variable a number that says how it is computed."""
        found: list[int] = []
        for variable in program.inputs:
            found.append(self._ids.setdefault(variable, len(self._ids)))
        for operation in program.operations:
            reads = tuple(found[read] for read in operation.reads)
            found.append(self._ids.setdefault((*_recipe(operation), reads), len(self._ids)))
        return found

    def _columns(
        self,
        program: Program,
        identities: list[int],
        group: _Group,
        needed: frozenset[int] | None,
    ) -> list[Array]:
        if self._bytes > MOST_BYTES:
            for every in self.groups:
                every.columns.clear()
            self._bytes = 0
        columns: list[Array] = []
        bounds: dict[int, int] = {}
        length = group.words.shape[0]
        prepared = Prepared(program, length, bounds, CODE, ())
        for number, variable in enumerate(program.variables):
            own = identities[number]
            if isinstance(variable, Ones):
                bounds[number] = 1
            elif isinstance(variable, NumericalHead):
                bounds[number] = bounds[variable.value] * length
            if needed is not None and number not in needed:
                columns.append(NOTHING)
                continue
            if own not in group.columns:
                if number < len(program.inputs):
                    tables = WordReader(program).tables(group.batch, CODE)
                    column = prepared.input_column(number, tables[number], group.words)
                else:
                    step = operation_step(prepared, number, self._matches, own)
                    column = step.compute(columns)
                group.columns[own] = column
                self._bytes += column.nbytes
            columns.append(group.columns[own])
        return columns

    def _sums(self, program: Program, identities: list[int], group: _Group) -> IntArray:
        """Return sums of votes at the wanted places, correcting those of the Program before."""
        wanted: dict[tuple[int, Hashable], Votes] = {
            (identities[vote.variable], vote.weights): vote for vote in program.classifier.votes
        }
        gone = [] if group.sums is None else [key for key in group.voted if key not in wanted]
        if group.sums is None or len(gone) > len(wanted) // 2:
            rows = group.words.shape[1] if self.pooled else len(group.places)
            group.sums = np.zeros((rows, len(self.eligible)), dtype=np.int64)
            group.voted, gone = {}, []
        new = [key for key in wanted if key not in group.voted]
        needed = needed_variables(program, [wanted[key].variable for key in new])
        columns = self._columns(program, identities, group, needed)
        for identity, weights in gone:
            # Its column may have been forgotten, but never before the sums that it stands in were made.
            column = group.columns.get(identity)
            if column is None:
                group.sums = None
                return self._sums(program, identities, group)
            group.sums -= self._votes(group.voted.pop((identity, weights)), column, group)
        for key in new:
            group.sums += self._votes(wanted[key], columns[wanted[key].variable], group)
            group.voted[key] = wanted[key]
        return group.sums

    def _votes(self, vote: Votes, column: Array, group: _Group) -> IntArray:
        weights = np.array(vote.weights, dtype=np.int64)[..., self.eligible]
        whole = np.broadcast_to(column, group.words.shape)
        if isinstance(vote, NumericalVotes):
            if self.pooled:
                totals: IntArray = whole.astype(np.int64).sum(axis=0)[group.places]
                return totals[:, None] * weights
            return whole.ravel()[group.places].astype(np.int64)[:, None] * weights
        if self.pooled:
            pooled: IntArray = weights.take(whole, axis=0).sum(axis=0)
            return pooled[group.places]
        return weights.take(whole.ravel()[group.places], axis=0)


def _recipe(operation: Operation) -> tuple[Hashable, ...]:
    """Return what an operation computes from its reads, without its name."""
    match operation:
        case CategoricalHead():
            return ("head", operation.predicate, operation.tie, operation.causal)
        case NumericalHead():
            return ("count", operation.predicate, operation.causal)
        case CategoricalLookup():
            return ("table", operation.values, operation.table)
        case NumericalLookup():
            boxes = operation.rectangles
            return ("boxes", operation.values, operation.caps, boxes, operation.default)


def value_counts(columns: Sequence[Sequence[Array]], variable: int, size: int = 0) -> IntArray:
    """Return how often each value of a variable occurs over all positions, at least `size` entries.

    `columns` holds for each length the columns of every variable.
    """
    parts = [_full(own, [variable])[0] for own in columns]
    size = max(size, 1 + max((int(part.max(initial=0)) for part in parts), default=0))
    found = np.zeros(size, dtype=np.int64)
    for part in parts:
        found += np.bincount(part.ravel(), minlength=size)
    return found


def joint_counts(
    columns: Sequence[Sequence[Array]], variables: Sequence[int], sizes: Sequence[int]
) -> IntArray:
    """Return how often values occur together, in the shape of `sizes`; larger values count as the last.

    Args:
        columns: for each length the columns of every variable.
        variables: one or more variables.
        sizes: for each of them the number of values that are told apart.
    """
    total = int(np.prod(sizes))
    found = np.zeros(total, dtype=np.int64)
    for own in columns:
        rows: IntArray | None = None
        for column, size in zip(_full(own, variables), sizes, strict=True):
            values = np.minimum(column, size - 1)
            rows = values if rows is None else rows * size + values
        assert rows is not None
        found += np.bincount(rows.ravel(), minlength=total)
    return found.reshape(tuple(sizes))


def _full(columns: Sequence[Array], variables: Sequence[int]) -> list[IntArray]:
    """Return columns of one shape: a single column stands for all inputs."""
    inputs = max(column.shape[1] for column in columns)
    return [
        np.broadcast_to(columns[variable], (columns[variable].shape[0], inputs)).astype(np.int64)
        for variable in variables
    ]
