"""Greedy heads: those whose votes would lower the loss most by a Newton step on what is left of it.

The first kind looks at an exact distance: its predicate is `key == position - 1`. Where there is no such position, a head
looks at the frame symbol, so that the beginning and the end of a sentence have values of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from tprog.ir import CategoricalHead, Compare, Program
from tprog.text.corpus import Corpus
from tprog.text.evidence import Floats, Ints


@dataclass(frozen=True, slots=True, order=True)
class Look:
    """A head that copies an input so many positions further on; a negative distance is to the left."""

    source: str
    distance: int

    @property
    def name(self) -> str:
        """The head's name, such as `shape_left_1`."""
        side = "left" if self.distance < 0 else "right"
        return f"{self.source}_{side}_{abs(self.distance)}"


def look_head(program: Program, look: Look) -> CategoricalHead:
    """Return a head of a program whose first variable are the positions."""
    return CategoricalHead(
        query=0,
        key=0,
        value=program.names.index(look.source),
        predicate=Compare("==", 1, look.distance),
        name=look.name,
    )


def candidates(sources: Sequence[str], reach: int) -> list[Look]:
    """Return every head that copies one of the sources from at most `reach` positions away."""
    distances = [sign * far for far in range(1, reach + 1) for sign in (-1, 1)]
    return [Look(source, distance) for source in sources for distance in distances]


def gain(codes: Ints, size: int, left: Floats, curvature: Floats, ridge: float) -> float:
    """Return by how much votes of a variable would lower the loss: sum of g^2 / (h + ridge) / 2.

    Args:
        codes: `(rows,)` values of the variable.
        size: the number of its values.
        left: `(rows, labels)`, truth less probability.
        curvature: `(rows, labels)`.
        ridge: the penalty that the votes would have.
    """
    rows = len(codes)
    matrix = csr_matrix((np.ones(rows), (codes, np.arange(rows))), shape=(size, rows))
    slope, bend = matrix @ left, matrix @ curvature
    return float((slope**2 / (bend + ridge)).sum() / 2)


def best_looks(
    program: Program,
    corpus: Corpus,
    columns: Sequence[Ints],
    looks: Sequence[Look],
    left: Floats,
    curvature: Floats,
    ridge: float,
    most: int,
) -> list[Look]:
    """Return the heads of greatest gain, at most so many, the best first; equal ones in the order of `looks`.

    Args:
        program: has the sources as inputs.
        corpus: whose labelled positions are the rows of `left`.
        columns: `(positions,)` values of every variable.
        looks: the heads to choose from.
        left: `(rows, labels)`; curvature: the same (see `gain`).
        curvature: `(rows, labels)`.
        ridge: see `gain`.
        most: how many are wanted.
    """
    labelled = corpus.labels >= 0
    rated = []
    for place, look in enumerate(looks):
        source = program.names.index(look.source)
        codes = corpus.shifted(columns[source], look.distance)[labelled]
        size = len(program.finite_values(source))
        rated.append((-gain(codes, size, left, curvature, ridge), place))
    return [looks[place] for _, place in sorted(rated)[:most]]
