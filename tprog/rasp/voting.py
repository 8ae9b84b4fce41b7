"""Votes: a graph that takes the label of the largest of several sums is a Program's classifier, not one table."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import TypeAlias

import numpy as np

from tprog.evaluate.inputs import IntArray
from tprog.ir import CategoricalVotes, NumericalVotes, Votes
from tprog.rasp import graph as g
from tprog.rasp.building import ONES, Builder
from tprog.rasp.expression import Base, Expression, reduced
from tprog.rasp.facts import NotCompiled, described
from tprog.rasp.sums import terms

FEWEST = 5
"""Sums of fewer s-ops in all are one table, which shows what is decided."""


Weights: TypeAlias = tuple[tuple[int, g.SOp], ...]
"""What is added in a sum, each so many times; fewer than none is taken away."""


@dataclass(frozen=True, slots=True)
class Election:
    """Labels, of equal sums the first wins, and for each the s-ops that are added up."""

    labels: tuple[g.Value, ...]
    sums: tuple[Weights, ...]

    @property
    def voters(self) -> tuple[g.SOp, ...]:
        """The s-ops of all sums, each once."""
        return tuple(dict.fromkeys(sop for terms in self.sums for _, sop in terms))


def election(root: g.SOp) -> Election | None:
    """Return the sums that a graph compares, None where it is no chain of comparisons with the largest so far.

    The chain is `label if total > most else …`, where `most` is in turn `total if total > most else …`, down to the first label
    and its total.
    """
    labels: list[g.Value] = []
    sums: list[Weights] = []
    node, most = root, None
    while True:
        match node:
            case g.Map("if", (g.Const(label), g.Map(">", (total, before)) as better, rest)):
                if most not in (None, g.Map("if", (total, better, before))):
                    return None
                node, most = rest, before
            case g.Const(label) if most is not None:
                node, total = root, most
            case _:
                return None
        labels.append(label)
        sums.append(tuple((1 if positive else -1, one) for positive, one in terms(total)))
        if node is root:
            break
    found = Election(tuple(labels[::-1]), tuple(sums[::-1]))
    return found if len(set(labels)) == len(labels) and len(found.voters) >= FEWEST else None


def votes(found: Election, values: Mapping[g.SOp, Expression], build: Builder) -> tuple[Votes, ...]:
    """Return the votes that add up to the sums, s-ops of the same variables together.

    Raises:
        NotCompiled: a term of a sum is no exact number, or a look-up is too large.
    """
    number = len(found.labels)
    for sop in found.voters:
        if not all(isinstance(one, int | Fraction) for one in values[sop].values):
            raise NotCompiled(f"{described(sop)} is added to votes, and is no exact number", sop)
    exact = [Fraction(one) for sop in found.voters for one in values[sop].values]  # type: ignore[arg-type]
    unit = lcm(*(one.denominator for one in exact))
    together: dict[tuple[Base, ...], IntArray] = {}
    by_unit: dict[int, IntArray] = {}
    always = np.zeros(number, dtype=np.int64)
    for label, of_label in enumerate(found.sums):
        for times, sop in of_label:
            held = _placed(values[sop], build)
            weighed = [int(one * unit) for one in held.values]  # type: ignore[operator, arg-type]
            numbers = np.array([*weighed, 0], dtype=np.int64)[held.table] * times
            counts = all(base.counts for base in held.bases)
            line = per_unit(held, numbers) if counts else None
            if line is not None:
                added, slopes = line
                always[label] += added
                for base, slope in zip(held.bases, slopes, strict=True):
                    by_unit.setdefault(base.variable, np.zeros_like(always))[label] += slope
                continue
            shape = (*held.table.shape, number)
            together.setdefault(held.bases, np.zeros(shape, dtype=np.int64))[..., label] += numbers
    weights: dict[int, IntArray] = {}
    for bases, table in together.items():
        rows, of = np.unique(table.reshape(-1, number), axis=0, return_inverse=True)
        classes = Expression(bases, of.reshape(table.shape[:-1]), tuple(range(len(rows))))
        single = build.single(classes, False, "votes")
        _add(weights, single.bases[0], rows[np.array(single.values)[single.table]], build)
    if always.any() or not (weights or by_unit):
        by_unit.setdefault(ONES, np.zeros_like(always))
        by_unit[ONES] += always
    return (
        *(CategoricalVotes(one, tuple(map(tuple, rows.tolist()))) for one, rows in weights.items()),
        *(NumericalVotes(one, tuple(row.tolist())) for one, row in by_unit.items()),
    )


def _placed(held: Expression, build: Builder) -> Expression:
    """Return an expression over positions as one over the position as a number, which votes per unit."""
    if held.bases != (build.positions,) or per_unit(held, held.table) is None:
        return held
    return replace(held, bases=(build.positions_counted,))


def per_unit(held: Expression, numbers: IntArray) -> tuple[int, tuple[int, ...]] | None:
    """Return a number, and for each count how often it is added, that give the numbers; None where counts do not give them.

    Args:
        held: where it has no value any number will do.
        numbers: one for every combination of its bases' entries.
    """
    known = held.table >= 0
    if not known.any():
        return None
    slopes: list[int] = []
    for axis, base in enumerate(held.bases):
        entries = np.array(base.entries)
        table, where = np.moveaxis(numbers, axis, 0), np.moveaxis(known, axis, 0)
        both = np.argwhere(where[1:] & where[:-1])
        step, size = 0, 1
        if len(both):
            row, *rest = both[0].tolist()
            step = int(table[(row + 1, *rest)] - table[(row, *rest)])
            size = int(entries[row + 1] - entries[row])
        if step % size:
            return None
        slopes.append(step // size)
    grids = np.ix_(*(np.array(base.entries) for base in held.bases))
    plain = sum((slope * grid for slope, grid in zip(slopes, grids, strict=True)), np.array(0))
    rest = np.unique((numbers - plain)[known])
    return (int(rest[0]), tuple(slopes)) if len(rest) == 1 else None


def _add(weights: dict[int, IntArray], base: Base, rows: IntArray, build: Builder) -> None:
    """Add a row of weights for each entry of a variable."""
    size = len(build.values(base.variable))
    whole = weights.setdefault(base.variable, np.zeros((size, rows.shape[1]), dtype=np.int64))
    whole[list(base.entries)] += rows


def decided(found: Expression) -> tuple[Base, int, Expression] | None:
    """Return a count that decides for one value where it is not 0, that value's code, and what is answered elsewhere.

    None where there is no such count.
    """
    for axis, base in enumerate(found.bases):
        if not base.counts or base.entries[0] != 0:
            continue
        table = np.moveaxis(found.table, axis, 0)
        codes = np.unique(table[1:][table[1:] >= 0])
        others = tuple(one for one in found.bases if one is not base)
        if len(codes) == 1 and others:
            return base, int(codes[0]), reduced(replace(found, bases=others, table=table[0]))
    return None
