"""What the classifier sees: the distinct combinations of values at places that want a label, found by hashing.

Places with the same values of all variables and the same wanted label are one row, so that a domain with millions of places
has far fewer rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tprog.analysis.simplify.demand import Demand
from tprog.evaluate import Evaluator
from tprog.evaluate.evaluator import chunks, turned
from tprog.evaluate.inputs import IntArray
from tprog.evaluate.many_programs import ManyPrograms
from tprog.ir import Integers, Program

HASH_SEED = 2023
# Numbers from here on are hashed alike.
LARGEST_NUMBER = 1 << 12


@dataclass(frozen=True, slots=True, eq=False)
class VoteRows:
    """Distinct combinations of values and wanted labels.

    Attributes:
        values: `(rows, variables)`.
        labels: `(rows,)` wanted labels.
        counts: `(rows,)` at how many places each row stands.
        sizes: for each variable the number of values; 0 for numerical variables.
        salts: for each variable a random number for each of its values.
    """

    values: npt.NDArray[np.int32]
    labels: IntArray
    counts: IntArray
    sizes: tuple[int, ...]
    salts: tuple[npt.NDArray[np.uint64], ...]

    def hashes(self, variables: Sequence[int]) -> npt.NDArray[np.uint64]:
        """Return a number for each row that is the same where the given variables are."""
        found = np.zeros(len(self.labels), dtype=np.uint64)
        for variable in variables:
            salt = self.salts[variable]
            found += salt[np.minimum(self.values[:, variable], len(salt) - 1)]
        return found

    def mistakes_at_least(self, variables: Sequence[int]) -> int:
        """Return how many places any function of the given variables misses."""
        hashes = self.hashes(variables)
        _, group = np.unique(hashes, return_inverse=True)
        width = int(self.labels.max(initial=0)) + 1
        pairs, place = np.unique(group * width + self.labels, return_inverse=True)
        weights = np.bincount(place, weights=self.counts).astype(np.int64)
        best = np.zeros(int(group.max(initial=0)) + 1, dtype=np.int64)
        np.maximum.at(best, pairs // width, weights)
        return int(self.counts.sum() - best.sum())


def gather(program: Program, demand: Demand) -> VoteRows:
    """Return the rows of a Program on all inputs of a demand."""
    evaluator = Evaluator(program)

    def parts() -> Iterator[tuple[IntArray, IntArray]]:
        for batch, wanted in demand.inputs:
            plan = evaluator.prepared(batch.indices.shape[1])
            tables = evaluator.reader.tables(batch, plan.code)
            for part in chunks(len(batch), batch.indices.shape[1], 1):
                words = turned(batch, part)
                places = np.flatnonzero(wanted[part].T >= 0)
                columns = [
                    np.broadcast_to(column, words.shape).ravel()[places]
                    for column in plan.columns(tables, words)
                ]
                yield np.stack(columns, axis=1), wanted[part].T.ravel()[places].astype(np.int64)

    return _joined(program, parts())


def rows_of(program: Program, sample: ManyPrograms) -> VoteRows:
    """Return the rows of a Program on the inputs of a sample."""
    return _joined(program, sample.wanted(program))


def _joined(program: Program, parts: Iterable[tuple[IntArray, IntArray]]) -> VoteRows:
    """Return the distinct rows of `(places, variables)` values and wanted labels."""
    sizes, salts = _salts(program)
    values: list[npt.NDArray[np.int32]] = []
    labels: list[IntArray] = []
    counts: list[IntArray] = []
    for found, wanted in parts:
        own = found.astype(np.int32)
        first, total = _distinct(own, wanted, None, salts)
        values.append(own[first])
        labels.append(wanted[first])
        counts.append(total)
    every, label, count = np.concatenate(values), np.concatenate(labels), np.concatenate(counts)
    first, total = _distinct(every, label, count, salts)
    return VoteRows(every[first], label[first], total, sizes, salts)


def _salts(program: Program) -> tuple[tuple[int, ...], tuple[npt.NDArray[np.uint64], ...]]:
    """Return the number of values of every variable, and a random number for each value."""
    sizes = tuple(
        0 if isinstance(found, Integers) else len(program.finite_values(number))
        for number, found in enumerate(program.values)
    )
    random = np.random.default_rng(HASH_SEED)
    return sizes, tuple(
        random.integers(0, 1 << 63, size=size or LARGEST_NUMBER, dtype=np.uint64) for size in sizes
    )


def _distinct(
    values: npt.NDArray[np.int32],
    labels: IntArray,
    counts: IntArray | None,
    salts: Sequence[npt.NDArray[np.uint64]],
) -> tuple[IntArray, IntArray]:
    """Return the first of each group of equal rows, and how many places the group has."""
    hashes = labels.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for variable, salt in enumerate(salts):
        hashes += salt[np.minimum(values[:, variable], len(salt) - 1)]
    _, first, group = np.unique(hashes, return_index=True, return_inverse=True)
    total = np.bincount(group, weights=counts).astype(np.int64)
    return first.astype(np.int64), total
