"""What a Program says with only some of its heads and look-ups at work. Owns exact sums; refuses to choose the sets.

A *part* is a head or a look-up that reaches a vote. A set of parts is at work while all other parts are held at their
neutral values, everywhere and for their votes too; input variables are always at work. A part that reads nothing at work
would only compute a constant from other parts' neutral values; no set that is proposed here has one. Sets are bit masks
over the parts, in the Program's order. What a part writes depends on the set only through the parts before it that it reads, directly or
not, so columns and votes are computed once for each of these cases.
"""

from dataclasses import dataclass, field

import numpy as np

from tprog.analysis.explain.baseline_values import Neutral
from tprog.analysis.explain.circuits.moments import Moments
from tprog.analysis.measure.sizes import live_variables
from tprog.evaluate.counterfactual import Bench
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.evaluate.steps import Array
from tprog.ir import Program

# Bytes of columns and votes that are kept for further sets.
MOST_BYTES = 1 << 28


@dataclass(slots=True, eq=False)
class Trials:
    """A Program on some moments, ready to be run with any set of its parts at work.

    Attributes:
        program: a valid Program.
        moments: the predictions that are watched.
        neutral: what the other parts are held at.
        parts: the variables of the parts, ascending; bit `b` of a set stands for `parts[b]`.
        voters: the set of parts that vote.
        readers: for each part the set of parts that read it.
        sources: the set of parts that read an input variable.
        reads: for each part the set of parts that it reads.
        before: for each part the set of parts that it reads, directly or not.
        labels: the labels that can win, as indices; sums and answers speak of places in it.
        answers: for each moment the Program's own answer.
    """

    program: Program
    moments: Moments
    neutral: Neutral
    parts: tuple[int, ...] = field(init=False)
    voters: int = field(init=False)
    readers: tuple[int, ...] = field(init=False)
    sources: int = field(init=False)
    reads: tuple[int, ...] = field(init=False)
    before: tuple[int, ...] = field(init=False)
    labels: IntArray = field(init=False)
    answers: IntArray = field(init=False)
    _ties: BoolArray = field(init=False, repr=False)
    _bits: dict[int, int] = field(init=False, repr=False)
    _benches: list[Bench] = field(init=False, repr=False)
    _rest: IntArray = field(init=False, repr=False)
    _columns: dict[tuple[int, int, int], Array] = field(default_factory=dict, repr=False)
    _gains: dict[tuple[int, int], IntArray] = field(default_factory=dict, repr=False)
    _bytes: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        """Compute everything that does not depend on the set.

        Raises:
            BadInput: a batch does not belong to the Program's domain.
            InvalidProgram: a number could exceed 64 bits.
        """
        program, first = self.program, len(self.program.inputs)
        live = live_variables(program)
        self.parts = tuple(number for number in sorted(live) if number >= first)
        self._bits = {number: bit for bit, number in enumerate(self.parts)}
        votes = {vote.variable for vote in program.classifier.votes}
        self.voters = sum(1 << bit for number, bit in self._bits.items() if number in votes)
        self.sources = 0
        readers, reads, before = ([0] * len(self.parts) for _ in range(3))
        for number, bit in self._bits.items():
            for read in program.operations[number - first].reads:
                if read in self._bits:
                    readers[self._bits[read]] |= 1 << bit
                    reads[bit] |= 1 << self._bits[read]
                    before[bit] |= before[self._bits[read]] | 1 << self._bits[read]
                else:
                    self.sources |= 1 << bit
        self.readers, self.reads, self.before = tuple(readers), tuple(reads), tuple(before)
        every = np.arange(len(program.classifier.labels), dtype=np.int64)
        self.labels = np.delete(every, program.classifier.masked)
        self._benches = [Bench(program, batch) for batch in self.moments.batches]
        for bench in self._benches:
            bench.widen({number: self.neutral.entries[number] for number in self.parts})
        self._rest = self._unmoved(votes)
        sums = self.sums(self.all)
        self.answers = sums.argmax(axis=1)
        self._ties = (sums == sums.max(axis=1, keepdims=True)).sum(axis=1) > 1

    @property
    def all(self) -> int:
        """The set of all parts."""
        return (1 << len(self.parts)) - 1

    def members(self, parts: int) -> tuple[int, ...]:
        """Return the variables of a set, ascending."""
        return tuple(number for bit, number in enumerate(self.parts) if parts >> bit & 1)

    def useful(self, parts: int) -> int:
        """Return a set without the parts that read nothing at work, and those that reach no vote through the others."""
        parts, kept = self.fed(parts), 0
        for bit in reversed(range(len(self.parts))):
            if parts >> bit & 1 and (self.voters >> bit & 1 or self.readers[bit] & kept):
                kept |= 1 << bit
        return kept

    def fed(self, parts: int) -> int:
        """Return a set without the parts that read nothing at work, neither an input nor another part of it."""
        kept = 0
        for bit in range(len(self.parts)):
            if parts >> bit & 1 and (self.sources >> bit & 1 or self.reads[bit] & kept):
                kept |= 1 << bit
        return kept

    def sums(self, parts: int, moments: IntArray | None = None) -> IntArray:
        """Return `(moments, labels)` sums of votes with a set of parts at work.

        Args:
            parts: the set.
            moments: which moments; all where it is None.
        """
        sums = self._rest.copy() if moments is None else self._rest[moments]
        for bit in range(len(self.parts)):
            if parts & self.voters & 1 << bit:
                gain = self._gain(bit, parts)
                sums += gain if moments is None else gain[moments]
        return sums

    def holds(self, parts: int, moments: IntArray) -> BoolArray:
        """Tell for which moments a set of parts alone gives the Program's answer.

        A tie that goes to the first label is no answer, unless the Program itself answers by a tie.
        """
        sums, answers = self.sums(parts, moments), self.answers[moments]
        tied = (sums == sums.max(axis=1, keepdims=True)).sum(axis=1) > 1
        found: BoolArray = (sums.argmax(axis=1) == answers) & (~tied | self._ties[moments])
        return found

    def values(self, parts: int, variable: int) -> IntArray:
        """Return the entry of a variable at each moment with a set of parts at work; not where outputs are pooled."""
        found = [self._at(k, self._column(k, variable, parts)) for k in range(len(self._benches))]
        return np.concatenate(found).astype(np.int64)

    def votes(self, parts: int, variable: int) -> IntArray:
        """Return the `(moments, labels)` votes of a voting variable with a set of parts at work."""
        return np.concatenate(
            [
                self._votes(k, variable, self._column(k, variable, parts))
                for k in range(len(self._benches))
            ]
        )

    def _unmoved(self, votes: set[int]) -> IntArray:
        """Return the sums with no part at work."""
        total = np.zeros((len(self.moments), len(self.labels)), dtype=np.int64)
        for number in votes:
            if number < len(self.program.inputs) or number in self._bits:
                total += self.votes(0, number)
        return total

    def _gain(self, bit: int, parts: int) -> IntArray:
        """Return by how much a part at work changes the sums, `(moments, labels)`."""
        key = (bit, parts & self.before[bit])
        found = self._gains.get(key)
        if found is None:
            number = self.parts[bit]
            found = self.votes(key[1] | 1 << bit, number) - self.votes(0, number)
            self._keep(found.nbytes)
            self._gains[key] = found
        return found

    def _column(self, k: int, variable: int, parts: int) -> Array:
        """Return the `(positions, inputs)` column of a variable in a batch with a set of parts at work."""
        bench, bit = self._benches[k], self._bits.get(variable)
        if bit is None:
            return bench.columns[variable]
        if not parts >> bit & 1:
            held = np.full((bench.plan.length, 1), self.neutral.entries[variable])
            return held.astype(bench.columns[variable].dtype)
        key = (k, bit, parts & self.before[bit])
        found = self._columns.get(key)
        if found is None:
            number = variable - len(self.program.inputs)
            columns = list(bench.columns)
            for read in self.program.operations[number].reads:
                columns[read] = self._column(k, read, parts)
            found = bench.plan.steps[number].compute(columns)
            self._keep(found.nbytes)
            self._columns[key] = found
        return found

    def _keep(self, size: int) -> None:
        """Make room for another array."""
        if self._bytes + size > MOST_BYTES:
            self._columns.clear()
            self._gains.clear()
            self._bytes = 0
        self._bytes += size

    def _votes(self, k: int, variable: int, column: Array) -> IntArray:
        bench = self._benches[k]
        if self.program.classifier.pooled:
            rows = self.moments.row[self.moments.of_batch(k)]
            total = bench.votes(variable, column).sum(axis=0, dtype=np.int64)
            wide = np.broadcast_to(total, (len(bench.batch), total.shape[-1]))
            return wide[rows][:, self.labels]
        found = bench.votes(variable, self._at(k, column)[:, None])[:, 0, self.labels]
        return found.astype(np.int64)

    def _at(self, k: int, column: Array) -> Array:
        """Return a column's entries at the moments of a batch."""
        chosen = self.moments.of_batch(k)
        rows, positions = self.moments.row[chosen], self.moments.position[chosen]
        found: Array = column[positions, rows if column.shape[1] > 1 else 0]
        return found
