"""What the variables of a graph can hold on one domain, and what its answers are there.

Where the inputs can be enumerated, both come from computing the graph on all of them. Elsewhere value sets are bounds, by
abstract interpretation, and answers are known on a sample.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

import numpy as np

from tprog.errors import TprogError
from tprog.evaluate.inputs import Batch, IntArray, all_inputs, count_inputs, sample_inputs
from tprog.ir import Domain
from tprog.rasp import graph as g
from tprog.rasp.evaluate import Column, Evaluation, RaspError, Rules
from tprog.rasp.functions import callable_of
from tprog.rasp.sums import Needed
from tprog.visible import visible

COMBINATIONS = 1 << 16
"""Up to this many combinations of values are tried where the values of a function or a mean are bounded."""

Key = tuple[type, g.Value]
"""A value with its type: `1`, `True` and `Fraction(1)` are equal to Python, and not to RASP."""


class NotCompiled(TprogError):
    """A graph has no Program on the domain that is asked for, or none that we can build.

    Attributes:
        node: the s-op or selector that the reason is about; None where it is the whole.
    """

    slug = "not-compiled"

    def __init__(self, message: str, node: g.Node | None = None) -> None:
        """Keep the reason and what it is about."""
        super().__init__(message)
        self.node = node


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What is known of a graph on a domain.

    Attributes:
        values: what each s-op can hold; a superset where not `exhaustive`.
        matches: the least and the greatest number of keys that a query selects; of the inputs seen where not `exhaustive`.
        answers: the inputs seen, each batch with `(inputs, data positions)` indices into `outputs`.
        outputs: the values of the root that were seen.
        total: how many inputs the domain has; None where that is unknown.
        exhaustive: whether all of them were seen.
    """

    values: Mapping[g.SOp, tuple[g.Value, ...]]
    matches: Mapping[g.Selector, tuple[int, int]]
    answers: tuple[tuple[Batch, IntArray], ...]
    outputs: tuple[g.Value, ...]
    total: int | None
    exhaustive: bool

    @property
    def inputs(self) -> int:
        """How many inputs were seen."""
        return sum(len(batch) for batch, _ in self.answers)


def observe(
    root: g.SOp,
    needed: Needed,
    domain: Domain,
    symbols: Mapping[str, g.Value],
    rules: Rules,
    *,
    enumerated: int,
    samples: int,
    seed: int = 0,
) -> Facts:
    """Compute a graph on every input of a domain, where there are at most `enumerated`, or else on `samples`.

    The root gives the answers; of what is needed the values are to be known, and how many keys it selects.

    Raises:
        NotCompiled: it has no value on one of them, or its value sets are too large.
    """
    total = count_inputs(domain)
    exhaustive = total is not None and total <= enumerated
    batches = all_inputs(domain) if exhaustive else sample_inputs(domain, samples, seed)
    seen: dict[g.SOp, dict[Key, None]] = {
        one: {} for one in needed.walk() if isinstance(one, g.SOp)
    }
    matches: dict[g.Selector, tuple[int, int]] = {
        one.selector: (domain.max_length or 0, 0)
        for one in seen
        if isinstance(one, g.Aggregate | g.Width)
    }
    outputs: dict[Key, int] = {}
    answers = []
    for batch, found in _evaluations(domain, batches, symbols, rules):
        try:
            answer = found.column(root)
        except RaspError as error:
            tokens = _failing(root, domain, batch, symbols, rules)
            shown = " ".join(map(visible, tokens))
            message = f"it has no value on the input {shown}: {error}"
            raise NotCompiled(message, error.node) from error
        for sop, held in seen.items():
            column = found.column(sop)
            for code in np.flatnonzero(np.bincount(column.codes.reshape(-1))).tolist():
                held[type(column.values[code]), column.values[code]] = None
        for selector, (least, most) in matches.items():
            counts = found.matrix(selector).sum(axis=2)
            matches[selector] = (min(least, int(counts.min())), max(most, int(counts.max())))
        place = [outputs.setdefault((type(one), one), len(outputs)) for one in answer.values]
        answers.append((batch, np.array(place, dtype=np.int64)[answer.codes]))
    if exhaustive:
        values = {sop: tuple(value for _, value in held) for sop, held in seen.items()}
    else:
        values = bounds(needed, tuple(symbols.values()), domain.max_length or 0, rules, matches)
    known = tuple(value for _, value in outputs)
    return Facts(values, matches, tuple(answers), known, total, exhaustive)


def _evaluations(
    domain: Domain, batches: Iterable[Batch], symbols: Mapping[str, g.Value], rules: Rules
) -> Iterator[tuple[Batch, Evaluation]]:
    values = tuple(symbols[symbol] for symbol in domain.symbols)
    first = int(domain.prefix is not None)
    for batch in batches:
        data = batch.indices[:, domain.data_slice(batch.indices.shape[1])]
        yield batch, Evaluation(Column(data.astype(np.int64) - first, values), rules)


def bounds(
    needed: Needed,
    symbols: tuple[g.Value, ...],
    length: int,
    rules: Rules,
    matches: Mapping[g.Selector, tuple[int, int]],
) -> dict[g.SOp, tuple[g.Value, ...]]:
    """Return a superset of the values of every s-op, for sequences of up to `length` symbols (abstract interpretation).

    Raises:
        NotCompiled: a set is too large, or mixes bools and numbers.
    """
    values: dict[g.SOp, tuple[g.Value, ...]] = {}
    for sop in needed.walk():
        match sop:
            case g.Map() | g.Aggregate() if sop in needed.extremes:
                values[sop] = values[needed.extremes[sop].value]
            case g.Map() if sop in needed.sums:
                values[sop] = _total_values(sop, values[needed.sums[sop][1]], length)
            case g.Tokens():
                values[sop] = symbols
            case g.Indices():
                values[sop] = tuple(range(length))
            case g.Const(value):
                values[sop] = (value,)
            case g.Map(function, arguments):
                sets = [values[one] for one in arguments]
                if prod(map(len, sets)) > COMBINATIONS:
                    message = f"{described(sop)} has too many combinations of arguments"
                    raise NotCompiled(message, sop)
                values[sop] = _distinct(_results(callable_of(function), sets))
            case g.Width(g.Closest()):
                values[sop] = (0, 1)
            case g.Width():
                values[sop] = tuple(range(length + 1))
            case g.Aggregate(selector, value, default):
                several = not isinstance(selector, g.Closest) and matches[selector][1] > 1
                means = mean_values(sop, values[value], length) if several else ()
                values[sop] = _distinct([*values[value], default, *means])
        if isinstance(sop, g.SOp) and rules == "rasp":
            kinds = {type(value) for value in values[sop]}
            if bool in kinds and len(kinds) > 1:
                raise NotCompiled(f"{described(sop)} may mix bools with other values", sop)
    return values


def _failing(
    root: g.SOp, domain: Domain, batch: Batch, symbols: Mapping[str, g.Value], rules: Rules
) -> tuple[str, ...]:
    """Return an input of the batch on which the graph has no value, by halving."""
    while len(batch) > 1:
        half = batch.take(slice(0, len(batch) // 2))
        try:
            for _, found in _evaluations(domain, (half,), symbols, rules):
                found.column(root)
        except RaspError:
            batch = half
        else:
            batch = batch.take(slice(len(half), None))
    return batch.data(0, domain)


def _results(function: object, sets: list[tuple[g.Value, ...]]) -> Iterator[g.Value]:
    """Yield a function's results; combinations that it fails on cannot occur, or the graph has no value there."""
    assert callable(function)
    for combination in product(*sets):
        try:
            yield function(*combination)
        except (
            Exception
        ):  # whatever a function raises: the comparison with the graph has the last word
            continue


def mean_values(sop: g.Aggregate, values: tuple[g.Value, ...], length: int) -> list[g.Value]:
    """Return every mean of 2 to `length` of these values.

    Raises:
        NotCompiled: one is no number, or there are too many sums.
    """
    if not all(isinstance(one, int | float | Fraction) for one in values):
        raise NotCompiled(
            f"{described(sop)} may select several keys, and not all its values are numbers"
        )
    numbers = {Fraction(one) for one in values if isinstance(one, int | float | Fraction)}
    sums = {Fraction(0)}
    means: set[Fraction] = set()
    for count in range(1, length + 1):
        if len(sums) * len(numbers) > COMBINATIONS:
            raise NotCompiled(f"{described(sop)} may have too many different means")
        sums = {total + one for total in sums for one in numbers}
        means |= {total / count for total in sums} if count > 1 else set()
    return [*sorted(means)]


def _total_values(sop: g.SOp, values: tuple[g.Value, ...], length: int) -> tuple[int, ...]:
    numbers = [one for one in values if isinstance(one, int)]
    if len(numbers) < len(values):
        raise NotCompiled(f"{described(sop)} adds up what may be no whole numbers", sop)
    return tuple(range(length * min(0, *numbers, 0), length * max(0, *numbers, 0) + 1))


def _distinct(values: Iterable[g.Value]) -> tuple[g.Value, ...]:
    return tuple(value for _, value in dict.fromkeys((type(one), one) for one in values))


def described(node: object) -> str:
    """Return a short text that says which node is meant."""
    match node:
        case g.Map(function, arguments):
            name = function if isinstance(function, str) else getattr(function, "name", "table")
            return f"{name}({', '.join(map(_inner, arguments))})"
        case g.Aggregate(_, value, _):
            return f"aggregate(…, {_inner(value)})"
        case g.Width():
            return "selector_width(…)"
    return type(node).__name__.lower()


def _inner(node: g.SOp) -> str:
    if isinstance(node, g.Const):
        return repr(node.value)
    return "…" if node.parts else described(node)
