"""Labels that a small table over neighbouring tokens gives."""

from collections import Counter
from collections.abc import Iterator

from tprog.rasp import graph as g
from tprog.synthesis.examples import Examples

SMALL, LARGE = 16, 400
"""Rows of a table that may be right for lack of anything smaller, and at most."""

EVIDENCE = 8
"""Labels that the examples must have for each row of a table on average."""

BACK, AHEAD = ((0,), (0, 1), (0, 1, 2), (0, 1, 2, 3)), ((0, -1), (1, 0, -1))
"""How far before its position a table may look at once; the second where labels depend on what comes."""


def tables(examples: Examples, sizes: range) -> Iterator[tuple[g.SOp, str]]:
    """Yield tables with a number of rows in a range that give every label, and whose every row was seen.

    The text `""` stands for the token beyond an end.
    """
    labels = sum(one is not None for row in examples.rows for one in row.labels)
    for window in BACK + (AHEAD if examples.contradicts_causality else ()):
        rows = _rows(examples, window)
        if len(rows) not in sizes or not 0 < len(rows) * EVIDENCE <= labels:
            continue
        # All combinations must have been seen, as far as the ends of sequences were.
        shapes = Counter(tuple(one == "" for one in key) for key in rows)
        if any(n != len(examples.alphabet) ** shape.count(False) for shape, n in shapes.items()):
            continue
        told = "a token" if len(window) == 1 else f"{len(window)} tokens"
        arguments = tuple(map(_token, window))
        yield g.Map(g.Lookup(tuple(sorted(rows.items()))), arguments), f"a table of {told}"


def _rows(examples: Examples, window: tuple[int, ...]) -> dict[tuple[str, ...], str]:
    """Return the label of each combination, nothing where one has two."""
    found: dict[tuple[str, ...], str] = {}
    for row in examples.rows:
        for place, wanted in enumerate(row.labels):
            seen = (place - offset for offset in window)
            key = tuple(row.tokens[one] if 0 <= one < len(row.tokens) else "" for one in seen)
            if wanted is None:
                continue
            if found.setdefault(key, wanted) != wanted or len(found) > LARGE:
                return {}
    return found


def _token(offset: int) -> g.SOp:
    there = g.Map("-" if offset > 0 else "+", (g.Indices(), g.Const(abs(offset))))
    moved = g.Aggregate(g.Select(g.Indices(), there, "=="), g.Tokens(), "")
    return moved if offset else g.Tokens()
