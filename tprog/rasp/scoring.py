"""Heads that read the greatest or the least value by its score."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from tprog.ir import ByScore, CategoricalHead
from tprog.rasp import graph as g
from tprog.rasp.building import Builder
from tprog.rasp.expression import Expression
from tprog.rasp.extremes import Extreme
from tprog.rasp.facts import NotCompiled
from tprog.rasp.predicates import predicate_of


def by_score(
    build: Builder,
    held: Expression,
    found: Extreme,
    known: Sequence[g.Value],
    strict: bool,
    name: str,
) -> Expression:
    """Return an extreme of the value that one clear variable holds, which a head reads.

    Args:
        build: where the head is written.
        held: the value over that variable.
        found: which extreme.
        known: the values that it can have.
        strict: whether frame positions must not look like data.
        name: the head's.

    Raises:
        NotCompiled: the values have no order.
    """
    query, (key,) = build.tokens, held.bases
    values = [held.values[code] for code in held.table.tolist()]
    ranks = _ranks(values)
    order = ranks if found.greatest else [-rank for rank in ranks]
    row = [min(order)] * len(build.values(key.variable))
    for entry, score in zip(key.entries, order, strict=True):
        row[entry] = score
    wanted = np.ones((len(query.entries), len(key.entries)), np.int64)
    predicate = predicate_of(build, query, key, wanted, strict, with_frame=False)
    tie = ByScore((tuple(row),) * len(build.values(query.variable)))
    head = CategoricalHead(
        query.variable, key.variable, key.variable, predicate, tie, found.causal, name=name
    )
    base = build.add(head, key.entries, key.frame, strict)
    place = {(type(one), one): number for number, one in enumerate(known)}
    codes = [place.get((type(one), one), -1) for one in values]
    return Expression((base,), np.array(codes, dtype=np.int64), tuple(known))


def _ranks(values: Sequence[g.Value]) -> list[int]:
    """Return whole numbers as they are, and other values of one kind by their order."""
    if all(isinstance(one, int) for one in values):
        return [int(one) for one in values if isinstance(one, int)]
    numbers = [one for one in values if isinstance(one, int | Fraction)]
    texts = [one for one in values if isinstance(one, str)]
    if len(values) not in (len(numbers), len(texts)):
        raise NotCompiled("a greatest value is one of numbers, or of texts")
    if numbers:
        order = sorted({*numbers})
        return [order.index(one) for one in numbers]
    return [sorted({*texts}).index(one) for one in texts]
