"""Targets that are a linear combination of simple terms, with rational coefficients or modulo a number, or say whether one is 0.

All are solved by elimination modulo m: for rational coefficients m is a prime so large that each can be read off its residue.
"""

from collections.abc import Iterator
from math import gcd, lcm

import numpy as np

from tprog.synthesis.vectors.bank import computed, one_hot
from tprog.synthesis.vectors.coding import Sample
from tprog.synthesis.vectors.kernels import Vector
from tprog.synthesis.vectors.search import LARGEST_MODULUS, Found
from tprog.synthesis.vectors.store import Ints
from tprog.synthesis.vectors.terms import INDEX, Term, constant, of

PRIME = (1 << 31) - 1
"""Products of residues fit 63 bits."""

LARGEST_DENOMINATOR, LARGEST_NUMERATOR = 12, 10_000
"""Coefficients beyond this are taken for noise: a residue has another such reading once in 10,000 times."""

ROWS = 1_500
"""Positions that equations are made of; all the examples are checked afterwards."""

MORE, BASIS = 3, 4
"""Of a value that stands for 0 there are so many times as many equations as terms; so many combinations are tried."""

WINDOW, SHORT_WINDOW, PERIODS = 8, 3, 8
"""How far shifts go: alone, beside a constant and the position; and the longest period of sums over every m-th position."""


def families(sample: Sample, numbers: bool, whole: bool) -> Iterator[tuple[str, list[Term]]]:
    """Yield lists of terms to combine, the smaller and likelier first; of dependent terms the first is kept.

    Inputs that are no numbers are not added up; `whole` tells whether what comes may be looked at.
    """
    one, square, two = constant(1), of("mul", INDEX, INDEX), constant(2)
    tokens = one_hot(sample)
    counts = [one, INDEX, *tokens, *(of("sum", token) for token in tokens)]
    if not numbers:
        yield "counts", counts
        return
    inputs = [Term("input", (), channel) for channel in range(len(sample.channels))]

    def shifted(terms: list[Term], most: int) -> list[Term]:
        back = [of("shift", term, number=k) for k in range(1, most + 1) for term in terms]
        return [*terms, *back]

    yield "shifts", shifted(inputs, WINDOW)
    yield "shifts and position", [*shifted(inputs, SHORT_WINDOW), one, INDEX]
    absolute = [of("abs", term) for term in inputs]
    yield "absolute values", [*shifted([*inputs, *absolute], 2), one, INDEX]
    prefixes = [of("sum", term) for term in inputs]
    sign = of("sub", one, of("mul", two, of("mod", INDEX, two)))
    twice = [*prefixes, *(of("mul", term, sign) for term in inputs)]
    products = [of("mul", *inputs), of("sum", of("mul", *inputs))] if len(inputs) == 2 else []
    sums = [*prefixes, *(of("sum", term) for term in twice), *products]
    yield "prefix sums", [*inputs, one, INDEX, *sums, square]
    yield "counts", counts
    for period in range(2, PERIODS + 1):
        phases = [16 * period + phase for phase in range(period)]
        combs = [of("comb", term, number=number) for term in inputs for number in phases]
        yield f"every {period}th position", combs
    if whole:
        names = ("reverse", "final", "total", "minimum", "maximum")
        seen = [of(name, term) for term in inputs for name in names]
        ahead = [of("ahead", term, number=k) for term in inputs for k in range(1, 4)]
        yield "the whole sequence", [*inputs, one, INDEX, Term("length"), *seen, *ahead]


def linear(sample: Sample, fill: int, numbers: bool, whole: bool) -> Found:
    """Yield the combinations that give the target on some positions."""
    rows = np.flatnonzero(sample.known)[:ROWS]
    wanted = sample.wanted[rows]
    high = int(wanted.max())
    small = wanted.min() >= 0 and 1 <= high < LARGEST_MODULUS
    for how, terms, values in _computed(sample, fill, rows, numbers, whole):
        yield None
        for m in (PRIME, high + 1) if small and terms else (PRIME,) if terms else ():
            solved = solve(np.concatenate([values, wanted[:, None]], axis=1), m)
            found = None if solved is None else _combined(terms, solved, m)
            if found is not None:
                yield found, f"linear over {how}" + ("" if m == PRIME else f" modulo {m}")


def vanishing(sample: Sample, fill: int, numbers: bool, whole: bool) -> Found:
    """Yield choices between the two values of a target by whether a combination is 0, as the sum of a check digit."""
    rows = np.flatnonzero(sample.known)[:ROWS]
    wanted, labels = sample.wanted[rows], np.unique(sample.wanted[rows]).tolist()
    if len(labels) != 2:
        return
    for how, terms, values in _computed(sample, fill, rows, numbers, whole):
        for m in (PRIME, *range(2, LARGEST_MODULUS)) if terms else ():
            for label in labels:
                yield None
                where = wanted == label
                if where.sum() < MORE * len(terms):
                    continue
                for zero in null(values[where], m):
                    if not (values[~where] @ np.array(zero) % m).all():
                        continue
                    found = _combined(terms, zero, m)
                    if found is not None:
                        other = labels[label == labels[0]]
                        parts = of("equal", found, constant(0)), constant(label), constant(other)
                        told = "" if m == PRIME else f" modulo {m}"
                        yield Term("if", parts), f"a sum over {how} that is 0{told}"


def _computed(
    sample: Sample, fill: int, rows: Ints, numbers: bool, whole: bool
) -> Iterator[tuple[str, list[Term], Vector]]:
    """Yield families with their values at some positions, (positions, terms); without terms where one has none."""
    known: dict[Term, Vector | None] = {}
    for how, terms in families(sample, numbers, whole):
        kept = [computed(term, sample, fill, known) for term in terms]
        some = [values[rows] for values in kept if values is not None]
        full = bool(terms) and len(some) == len(terms)
        yield (
            how,
            terms if full else [],
            np.stack(some, axis=1) if full else np.zeros((0, 0), np.int64),
        )


def null(equations: Vector, m: int) -> Iterator[list[int]]:
    """Yield combinations of columns, the first few of a basis, that are 0 modulo m everywhere."""
    rows, pivots = _reduced(equations, m, equations.shape[1])
    free = [column for column in range(equations.shape[1]) if column not in pivots]
    for column in free[:BASIS]:
        found = [0] * equations.shape[1]
        found[column] = 1
        for row, pivot in enumerate(pivots):
            found[pivot] = int(-rows[row, column] % m)
        yield found


def solve(equations: Vector, m: int) -> list[int] | None:
    """Solve linear equations modulo m < 2^31 by elimination with units as pivots, earlier unknowns preferred.

    Args:
        equations: (equations, unknowns + 1), the last column being the other side.
        m: the modulus.

    Returns:
        The unknowns, 0 where none is needed; None where there is no solution. It may be wrong where a pivot was no unit.
    """
    rows, pivots = _reduced(equations, m, equations.shape[1] - 1)
    if rows[len(pivots) :, -1].any():
        return None
    found = [0] * (rows.shape[1] - 1)
    for row, column in enumerate(pivots):
        found[column] = int(rows[row, -1])
    return found


def _reduced(equations: Vector, m: int, unknowns: int) -> tuple[Vector, list[int]]:
    """Return the equations in reduced form modulo m, and the columns of pivots among the unknowns, in the order of their rows."""
    rows = np.unique(equations % m, axis=0)
    pivots: list[int] = []
    for column in range(unknowns):
        top = len(pivots)
        units = np.flatnonzero(np.gcd(rows[top:, column], m) == 1)
        if not len(units):
            continue
        rows[[top, top + units[0]]] = rows[[top + units[0], top]]
        rows[top] = rows[top] * pow(int(rows[top, column]), -1, m) % m
        others = np.flatnonzero(rows[:, column])
        others = others[others != top]
        rows[others] = (rows[others] - rows[others, column, None] * rows[top]) % m
        pivots.append(column)
    return rows, pivots


def _combined(terms: list[Term], residues: list[int], m: int) -> Term | None:
    """Return the combination as a term, or None where a coefficient is none."""
    if m != PRIME:
        total = _sum(terms, [one - m if 2 * one > m else one for one in residues])
        return None if total is None else of("mod", total, constant(m))
    read = [fraction for one in residues for fraction in _read(one)]
    if len(read) < len(residues):
        return None
    scale = lcm(*(below for _, below in read))
    total = _sum(terms, [above * (scale // below) for above, below in read])
    return total if total is None or scale == 1 else of("div", total, constant(scale))


def _read(residue: int) -> list[tuple[int, int]]:
    """Return the fraction with a small numerator and denominator that has this residue, if there is one."""
    for below in range(1, LARGEST_DENOMINATOR + 1):
        above = residue * below % PRIME
        above -= PRIME if 2 * above > PRIME else 0
        if abs(above) <= LARGEST_NUMERATOR and gcd(above, below) == 1:
            return [(above, below)]
    return []


def _sum(terms: list[Term], numbers: list[int]) -> Term | None:
    """Return the sum of multiples, what is added before what is taken away."""
    total: Term | None = None
    for term, number in sorted(zip(terms, numbers, strict=True), key=lambda one: one[1] < 0):
        if number:
            size = constant(abs(number))
            plain = term if size == constant(1) else of("mul", size, term)
            part = size if term == constant(1) else plain
            if total is not None or number < 0:
                total = of("add" if number > 0 else "sub", total or constant(0), part)
            else:
                total = part
    return total
