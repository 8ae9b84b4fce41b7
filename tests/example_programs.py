"""Programs for tests that need a meaning one can predict: perfect `hist` and `reverse`, and large random ones."""

import random
from typing import cast

from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Compare,
    Domain,
    FiniteValues,
    Integers,
    KeyIn,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Ones,
    Operation,
    Positions,
    Program,
    Provenance,
    Rectangle,
    Table,
    Tokens,
    Values,
    Votes,
)


def identity_votes(variable: int, size: int, weight: int = 10) -> CategoricalVotes:
    """Return votes by which each of `size` values speaks for the label with the same index."""
    return CategoricalVotes(
        variable,
        tuple(tuple(weight * (row == column) for column in range(size)) for row in range(size)),
    )


def hist_program(symbols: tuple[str, ...] = ("a", "b", "c"), longest: int = 4) -> Program:
    """Return a perfect `hist`: one numerical head counts the own symbol, one look-up names the count."""
    domain = Domain(symbols, longest)
    counts = tuple(range(longest + 1))
    return Program(
        domain,
        (Tokens(), Positions(), Ones()),
        (
            NumericalHead(0, 0, 2, Compare("=="), name="count_own", layer=0),
            NumericalLookup(
                (3,),
                FiniteValues(counts),
                (longest,),
                tuple(Rectangle(((n, n),), n) for n in counts[1:]),
                0,
                name="own_count",
                layer=0,
            ),
        ),
        Classifier(tuple(map(str, counts)), (identity_votes(4, len(counts)),)),
        Provenance(
            "hist, written by hand", f"hist:vocabulary={len(symbols) + 2},length={longest + 1}"
        ),
    )


def reverse_program(symbols: tuple[str, ...] = ("a", "b", "c"), longest: int = 4) -> Program:
    """Return a perfect `reverse`: find the end, subtract the own position, copy the token from there."""
    domain = Domain(symbols, longest, suffix="</s>")
    size = longest + 2
    mirrored = tuple(
        max(end - position, 0) if position <= end else 0
        for position in range(size)
        for end in range(size)
    )
    return Program(
        domain,
        (Tokens(), Positions(), Ones()),
        (
            CategoricalHead(0, 0, 1, KeyIn((len(symbols) + 1,)), name="end", layer=0),
            CategoricalLookup(
                (1, 3), FiniteValues(tuple(range(size))), mirrored, name="mirror", layer=0
            ),
            CategoricalHead(4, 1, 0, Compare("=="), name="mirrored_token", layer=1),
        ),
        Classifier(domain.alphabet, (identity_votes(5, len(domain.alphabet)),), masked=()),
        Provenance(
            "reverse, written by hand",
            f"reverse:vocabulary={len(symbols) + 3},length={longest + 2}",
        ),
    )


def large_program(
    layers: int = 3,
    heads: int = 8,
    lookups: int = 4,
    seed: int = 0,
    symbols: tuple[str, ...] = ("0", "1", "2", "3", "4"),
    votes: float = 0.7,
) -> Program:
    """Return a random Program of a published shape; half of the heads and look-ups are numerical."""
    draw = random.Random(seed)
    domain = Domain(symbols, 6, suffix="</s>")
    size = max(len(domain.alphabet), 8)
    program = Program(domain, (Tokens(), Positions(), Ones()), (), Classifier(("x",), ()))
    operations: list[Operation] = []
    for layer in range(layers):
        for count, make in ((heads, _random_head), (lookups, _random_lookup)):
            values = Program(domain, program.inputs, tuple(operations), program.classifier).values
            operations += [make(draw, values, layer, n % 2 == 1, size) for n in range(count)]
    whole = Program(domain, program.inputs, tuple(operations), program.classifier)
    found: list[Votes] = []
    for number, written in enumerate(whole.values):
        if draw.random() > votes:
            continue
        rows = [[draw.randint(-40, 40) for _ in symbols] for _ in range(size)]
        if isinstance(written, FiniteValues):
            found.append(CategoricalVotes(number, tuple(map(tuple, rows[: len(written)]))))
        else:
            found.append(NumericalVotes(number, tuple(rows[0])))
    return Program(
        domain,
        whole.inputs,
        whole.operations,
        Classifier(symbols, tuple(found)),
        Provenance("a random program", "sort"),
    )


def _random_head(
    draw: random.Random, values: tuple[Values, ...], layer: int, numerical: bool, size: int
) -> Operation:
    finite = [i for i, found in enumerate(values) if isinstance(found, FiniteValues)]
    integers = [i for i, found in enumerate(values) if isinstance(found, Integers)]
    query, key = draw.choice(finite), draw.choice(finite)
    queries, keys = (len(cast(FiniteValues, values[read])) for read in (query, key))
    if draw.random() < 0.3:
        shift = draw.randint(-2, 2)
        rows = tuple(((q + shift,) if 0 <= q + shift < keys else ()) for q in range(queries))
    else:
        rows = tuple((draw.randrange(keys),) for _ in range(queries))
    if numerical:
        return NumericalHead(query, key, draw.choice(integers), Table(rows), layer=layer)
    return CategoricalHead(query, key, draw.choice(finite), Table(rows), layer=layer)


def _random_lookup(
    draw: random.Random, values: tuple[Values, ...], layer: int, numerical: bool, size: int
) -> Operation:
    finite = [i for i, found in enumerate(values) if isinstance(found, FiniteValues)]
    integers = [i for i, found in enumerate(values) if isinstance(found, Integers)]
    written = FiniteValues(tuple(range(size)))
    if numerical:
        reads = (draw.choice(integers), draw.choice(integers))
        boxes = tuple(
            Rectangle(((n, n + 1), (0, draw.randint(1, 7))), draw.randrange(size)) for n in range(3)
        )
        return NumericalLookup(reads, written, (7, 7), boxes, 0, layer=layer)
    arguments = (draw.choice(finite), draw.choice(finite))
    rows = [len(cast(FiniteValues, values[read])) for read in arguments]
    table = tuple(draw.randrange(size) for _ in range(rows[0] * rows[1]))
    return CategoricalLookup(arguments, written, table, layer=layer)
