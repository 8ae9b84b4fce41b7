"""What the helper functions of a published file do. Owns telling them by their behaviour; refuses to go by their names.

A helper that selects is called, in the sandbox, with every pattern of matches over a few positions and with random longer
ones; what it answers must be what one of the known rules answers. A helper may name no numbers but 0 and 1, so that it
has nothing by which to treat one length or position unlike the others.
"""

import ast
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from tprog.ir import First, Nearest, TieBreak
from tprog.reader.published.sandbox import Budget, Sandbox
from tprog.reader.source import Source

Matrix: TypeAlias = Sequence[Sequence[bool]]

EXHAUSTIVE = 6  # positions
RANDOM_TRIALS = 12
LONGEST_TRIAL = 40  # positions
STEPS = 3_000_000

TIES: tuple[TieBreak | None, ...] = (Nearest("matches"), Nearest("last"), First(), None)


@dataclass(frozen=True, slots=True)
class Selection:
    """How a helper turns matches into attention.

    Attributes:
        tie: which one match it selects; None where it selects all of them.
        causal: whether only positions up to the query's own can match.
    """

    tie: TieBreak | None
    causal: bool


Aggregation: TypeAlias = Literal["copy", "sum"]


class Helpers:
    """The helper functions of one file.

    Attributes:
        source: the file.
        functions: its functions by name.
        longest: the greatest number of positions that a program reads.
    """

    def __init__(self, source: Source, functions: dict[str, ast.FunctionDef], longest: int) -> None:
        """Keep the functions."""
        self.source = source
        self.functions = functions
        self.longest = min(max(longest, EXHAUSTIVE + 1), LONGEST_TRIAL)
        self._selections: dict[str, Selection] = {}
        self._aggregations: dict[str, Aggregation] = {}

    def selection(self, name: str) -> Selection:
        """Return how `name(keys, queries, predicate)` selects.

        Raises:
            UnreadableSource: it follows none of the known rules.
        """
        if name not in self._selections:
            self._selections[name] = self._tell_selection(self.functions[name])
        return self._selections[name]

    def aggregation(self, name: str) -> Aggregation:
        """Return whether `name(attention, values)` copies the first selected value or sums them all.

        Raises:
            UnreadableSource: it does neither.
        """
        if name not in self._aggregations:
            self._aggregations[name] = self._tell_aggregation(self.functions[name])
        return self._aggregations[name]

    def _tell_selection(self, function: ast.FunctionDef) -> Selection:
        select = self._callable(function)
        remaining = [Selection(tie, causal) for causal in (False, True) for tie in TIES]
        for matches in _trials(self.longest):
            length = len(matches)
            keys, queries = [f"k{j}" for j in range(length)], [f"q{i}" for i in range(length)]
            wanted = {
                (queries[i], keys[j]): matches[i][j] for i in range(length) for j in range(length)
            }
            found = _as_matrix(
                select(keys, queries, lambda query, key, w=wanted: w[query, key]), length
            )
            remaining = [one for one in remaining if selected(one, matches) == found]
            if not remaining:
                break
        if len(remaining) == 1:
            return remaining[0]
        raise self.source.error(
            function,
            f"{function.name} selects by a rule that is not known here; known are the nearest match, the first, "
            "and all matches, causal or not",
        )

    def _tell_aggregation(self, function: ast.FunctionDef) -> Aggregation:
        aggregate = self._callable(function)
        remaining: list[Aggregation] = ["copy", "sum"]
        for matches in _trials(self.longest):
            rows = [list(row) for row in matches if any(row)]
            values = [3 * j + 2 for j in range(len(matches))]
            expected: dict[Aggregation, list[int]] = {
                "copy": [values[row.index(True)] for row in rows],
                "sum": [
                    sum(value for value, taken in zip(values, row, strict=True) if taken)
                    for row in rows
                ],
            }
            # A causal selection leaves out what stands to the right of the query.
            found = aggregate([row[: _last(row)] for row in rows], values)
            remaining = [one for one in remaining if expected[one] == found]
        if "sum" in remaining and aggregate([[False, False]], [2, 5]) != [0]:
            remaining.remove("sum")
        if len(remaining) == 1:
            return remaining[0]
        raise self.source.error(
            function,
            f"{function.name} combines values in a way that is not known here; known are the selected value, and "
            "the sum of selected values",
        )

    def _callable(self, function: ast.FunctionDef) -> Callable[..., Any]:
        for node in ast.walk(function):
            if isinstance(node, ast.Constant) and node.value not in (0, 1, None):
                raise self.source.error(
                    node, f"{function.name} names {node.value!r}; a helper can name 0 and 1 alone"
                )
        return Sandbox(self.source, {}, Budget(STEPS)).function(function)


def selected(selection: Selection, matches: Matrix) -> list[list[bool]]:
    """Return the attention that a rule gives: for each query position which key positions are selected."""
    length = len(matches)
    rows = []
    for i in range(length):
        found = [j for j in range(i + 1 if selection.causal else length) if matches[i][j]]
        if selection.tie is not None:
            found = [_attended(selection.tie, i, found)]
        rows.append([j in found for j in range(length)])
    return rows


def _attended(tie: TieBreak, i: int, matches: list[int]) -> int:
    if not matches:
        return 0
    if not isinstance(tie, Nearest):
        return matches[0]
    # With its own position at a distance beyond all others, the query attends to itself last.
    own = len(matches) if tie.self_rank == "matches" else 1 << 30
    return min(matches, key=lambda j: (own if j == i else abs(i - j), j))


def _trials(longest: int) -> Iterator[Matrix]:
    """Yield matrices of matches that hold every pattern over a few positions at every query, then random longer ones."""
    for length in range(1, EXHAUSTIVE + 1):
        for pattern in range(1 << length):
            row = [bool(pattern >> j & 1) for j in range(length)]
            yield [row] * length
    draw = random.Random(0)
    for _ in range(RANDOM_TRIALS):
        length = draw.randint(EXHAUSTIVE + 1, longest)
        density = draw.choice((0.05, 0.2, 0.5, 0.9))
        yield [[draw.random() < density for _ in range(length)] for _ in range(length)]


def _as_matrix(found: Any, length: int) -> list[list[bool]] | None:
    """Return attention as booleans, rows filled up on the right; None where it is no attention."""
    if not isinstance(found, list) or len(found) != length:
        return None
    if not all(isinstance(row, list) and len(row) <= length for row in found):
        return None
    return [[bool(entry) for entry in row] + [False] * (length - len(row)) for row in found]


def _last(row: list[bool]) -> int:
    return max(j for j, taken in enumerate(row) if taken) + 1
