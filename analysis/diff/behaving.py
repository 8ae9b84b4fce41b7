"""What variables hold on a sample that both programs read. Owns the common inputs and how alike columns are; refuses to pair.

Two programs can be run side by side on the inputs that both are defined on: symbols that both know, lengths that both read.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tprog.analysis.measure.predictors import reframe
from tprog.evaluate import Batch, Evaluator, sample_inputs
from tprog.ir import Domain, FiniteValues, Integers, Naturals, Program, Value, Values

SAMPLE = 256
LONGEST = 32  # data symbols, where there is no greatest length

Codes = npt.NDArray[np.int64]


def common_domain(one: Domain, other: Domain) -> Domain | str:
    """Return the inputs that both domains hold, framed as in the other; or, in a line, why there are none."""
    symbols = tuple(symbol for symbol in other.symbols if symbol in set(one.symbols))
    if not symbols:
        return "they read different symbols, none of them common"
    least = max(one.min_length, other.min_length)
    ends = [end for end in (one.max_length, other.max_length) if end is not None]
    most = min(ends) if ends else None
    if most is not None and most < least:
        return "they read inputs of different lengths, none of them common"
    scored = _scored(one, other, symbols)
    if scored == ():
        return "no symbol is scored by both"
    unknown = other.unknown if other.unknown == one.unknown else None
    return Domain(symbols, most, least, other.prefix, other.suffix, scored, unknown)


def _scored(one: Domain, other: Domain, symbols: tuple[str, ...]) -> tuple[str, ...] | None:
    if one.scored is None and other.scored is None:
        return None
    return tuple(
        symbol
        for symbol in symbols
        if all(domain.scored is None or symbol in domain.scored for domain in (one, other))
    )


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Every variable of two programs at the data positions of a common sample.

    Attributes:
        codes: for each program, for each variable one number for each position; equal numbers are equal values.
        sizes: how many numbers there are.
    """

    codes: tuple[list[Codes], list[Codes]]
    sizes: int

    def alike(self, one: int, other: int) -> float:
        """Return how alike two variables are, from 0 to 1: equal values count in full, values that tell as much in part."""
        left, right = self.codes[0][one], self.codes[1][other]
        if not len(left):
            return 0.5
        same = float((left == right).mean())
        return max(same, 0.8 * _telling(left, right))


def _telling(left: Codes, right: Codes) -> float:
    """Return how well each of two columns tells the other, from 0 to 1, above what a constant would tell."""
    _, one = np.unique(left, return_inverse=True)
    _, other = np.unique(right, return_inverse=True)
    table = np.bincount(
        one * (other.max() + 1) + other, minlength=(one.max() + 1) * (other.max() + 1)
    )
    table = table.reshape(one.max() + 1, other.max() + 1)
    shares = []
    for axis in (0, 1):
        known = table.max(axis=axis).sum() / len(left)
        blind = table.sum(axis=axis ^ 1).max() / len(left)
        # A column that never changes is told by everything.
        shares.append(0.0 if blind >= 1 else (known - blind) / (1 - blind))
    return max(0.0, min(shares))


def columns(one: Program, other: Program, seed: int = 0, size: int = SAMPLE) -> Columns | None:
    """Return what both programs hold on a common sample; None where there are no common inputs."""
    domain = common_domain(one.domain, other.domain)
    if isinstance(domain, str):
        return None
    up_to = max(domain.min_length, LONGEST) if domain.max_length is None else None
    batches = list(sample_inputs(replace(domain, unknown=None), size, seed, up_to))
    number: dict[Value, int] = {}
    codes = tuple(_codes(program, batches, domain, number) for program in (one, other))
    return Columns((codes[0], codes[1]), len(number))


def _codes(
    program: Program, batches: list[Batch], framed_by: Domain, number: dict[Value, int]
) -> list[Codes]:
    evaluator = Evaluator(program)
    found: list[list[Codes]] = [[] for _ in program.variables]
    tables = [_table(values, number) for values in program.values]
    for batch in batches:
        own = reframe(batch, framed_by, program.domain)
        values = evaluator.evaluate(own).values
        data = program.domain.data_slice(own.indices.shape[1])
        for variable, (column, table) in enumerate(zip(values, tables, strict=True)):
            cells = column[:, data].ravel()
            # Texts are numbered below zero, so that numbers stand for themselves.
            found[variable].append(cells if table is None else table[cells])
    return [np.concatenate(parts) if parts else np.empty(0, np.int64) for parts in found]


def _table(values: Values, number: dict[Value, int]) -> Codes | None:
    match values:
        case FiniteValues(found):
            codes = [
                value if isinstance(value, int) else -1 - number.setdefault(value, len(number))
                for value in found
            ]
            return np.array(codes, dtype=np.int64)
        case Naturals() | Integers():
            return None
