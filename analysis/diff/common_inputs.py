"""The inputs that two programs both read, and what their variables hold on a sample of these."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tprog.analysis.measure.predictors import reframe
from tprog.evaluate import Batch, Evaluator, sample_inputs
from tprog.ir import Domain, FiniteValues, Program, Value, Values

Codes = npt.NDArray[np.int64]

# The inputs of a sample, and their most data symbols where there is no greatest length.
SAMPLE, LONGEST = 256, 32
# How alike two columns are of which each determines the other, beside 1 for equal ones; and where nothing is known.
EACH_TELLS_THE_OTHER, UNKNOWN = 0.8, 0.5


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
class SampledColumns:
    """Every variable of two programs at the data positions of a common sample, as numbers that are equal where values are."""

    one: list[Codes]
    other: list[Codes]

    def alike(self, number: int, partner: int) -> float:
        """Return how alike two variables are, from 0 to 1: equal values count in full, values that tell as much in part."""
        left, right = self.one[number], self.other[partner]
        if not len(left):
            return UNKNOWN
        same = float((left == right).mean())
        return max(same, EACH_TELLS_THE_OTHER * _telling(left, right))


def _telling(left: Codes, right: Codes) -> float:
    """Return how well each of two columns tells the other, from 0 to 1, above what a constant would tell."""
    _, one = np.unique(left, return_inverse=True)
    _, other = np.unique(right, return_inverse=True)
    shape = int(one.max()) + 1, int(other.max()) + 1
    table = np.bincount(one * shape[1] + other, minlength=shape[0] * shape[1]).reshape(shape)
    shares = []
    for axis in (0, 1):
        known = table.max(axis=axis).sum() / len(left)
        blind = table.sum(axis=axis ^ 1).max() / len(left)
        # A column that never changes is told by everything.
        shares.append(0.0 if blind >= 1 else (known - blind) / (1 - blind))
    return max(0.0, min(shares))


def sample_columns(one: Program, other: Program, seed: int = 0) -> SampledColumns | None:
    """Return what both programs hold on a common sample; None where there are no common inputs."""
    domain = common_domain(one.domain, other.domain)
    if isinstance(domain, str):
        return None
    up_to = max(domain.min_length, LONGEST) if domain.max_length is None else None
    batches = list(sample_inputs(replace(domain, unknown=None), SAMPLE, seed, up_to))
    texts: dict[Value, int] = {}
    return SampledColumns(*(_codes(program, batches, domain, texts) for program in (one, other)))


def _codes(
    program: Program, batches: list[Batch], framed_by: Domain, texts: dict[Value, int]
) -> list[Codes]:
    evaluator = Evaluator(program)
    found: list[list[Codes]] = [[] for _ in program.variables]
    tables = [_table(values, texts) for values in program.values]
    for batch in batches:
        own = reframe(batch, framed_by, program.domain)
        values = evaluator.evaluate(own).values
        data = program.domain.data_slice(own.indices.shape[1])
        for variable, (column, table) in enumerate(zip(values, tables, strict=True)):
            cells = column[:, data].ravel()
            found[variable].append(cells if table is None else table[cells])
    return [np.concatenate(parts) if parts else np.empty(0, np.int64) for parts in found]


def _table(values: Values, texts: dict[Value, int]) -> Codes | None:
    """Return the numbers of finite values: texts are numbered below zero, so that numbers stand for themselves."""
    if not isinstance(values, FiniteValues):
        return None
    codes = [
        value if isinstance(value, int) else -1 - texts.setdefault(value, len(texts))
        for value in values.values
    ]
    return np.array(codes, dtype=np.int64)
