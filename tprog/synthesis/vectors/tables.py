"""Labels that a small table over neighbouring tokens gives."""

from collections import Counter
from collections.abc import Iterator

from tprog.rasp.graph import Aggregate, Const, Indices, Lookup, Map, Select, SOp, Tokens
from tprog.synthesis.examples import Examples

SMALL, LARGE = 16, 400
"""Rows of a table that may be right for lack of anything smaller, and at most."""

EVIDENCE = 8
"""Labels that the examples must have for each row of a table on average."""

BACK = ((0,), (0, 1), (0, 1, 2), (0, 1, 2, 3))
AHEAD = ((0, -1), (1, 0, -1))
"""How far before its position a table may look at once; the second where labels depend on what comes."""


def tables(examples: Examples, sizes: range) -> Iterator[tuple[SOp, str]]:
    """Yield tables with a number of rows in a range that give every label, and whose every row was seen.

    The text `""` stands for the token beyond an end.
    """
    offsets = BACK + (AHEAD if examples.contradicts_causality else ())
    labels = sum(one is not None for row in examples.rows for one in row.labels)
    for window in offsets:
        rows = _rows(examples, window)
        if rows is None or len(rows) not in sizes or len(rows) * EVIDENCE > labels:
            continue
        if not _complete(rows, len(examples.alphabet)):
            continue
        arguments = tuple(_token(offset) for offset in window)
        told = "a token" if len(window) == 1 else f"{len(window)} tokens"
        yield Map(Lookup(tuple(sorted(rows.items()))), arguments), f"a table of {told}"


def _rows(examples: Examples, window: tuple[int, ...]) -> dict[tuple[str, ...], str] | None:
    """Return the label of each combination, or None where one has two."""
    found: dict[tuple[str, ...], str] = {}
    for row in examples.rows:
        for place, wanted in enumerate(row.labels):
            if wanted is None:
                continue
            seen = (place - offset for offset in window)
            key = tuple(row.tokens[one] if 0 <= one < len(row.tokens) else "" for one in seen)
            if found.setdefault(key, wanted) != wanted or len(found) > LARGE:
                return None
    return found


def _complete(rows: dict[tuple[str, ...], str], tokens: int) -> bool:
    """Tell whether all combinations were seen, as far as the ends of sequences were."""
    shapes = Counter(tuple(one == "" for one in key) for key in rows)
    return all(count == tokens ** shape.count(False) for shape, count in shapes.items())


def _token(offset: int) -> SOp:
    if not offset:
        return Tokens()
    there = Map("-" if offset > 0 else "+", (Indices(), Const(abs(offset))))
    return Aggregate(Select(Indices(), there, "=="), Tokens(), "")
