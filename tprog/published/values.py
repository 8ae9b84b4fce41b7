"""What the names of a published file stand for, without an input.

The body of `run` works on lists with one entry for each position, and on tables of pandas. The reader follows it with these
stand-ins: an `Item` is what stands at a position, as a function of one variable's value there.
"""

import ast
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from tprog.errors import UnreadableSource
from tprog.published.assemble import Scores
from tprog.published.functions import Selection
from tprog.published.parsed import Enumeration
from tprog.published.sheets import Sheet, WeightSheet, WordSheet


@dataclass(frozen=True, slots=True)
class ConstantValue:
    """A value that is the same everywhere."""

    value: object


@dataclass(frozen=True, slots=True)
class Item:
    """What stands at a position: for each value of a categorical variable, the object that it gives."""

    variable: int
    entries: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A numerical variable at a position."""

    variable: int


Entry: TypeAlias = ConstantValue | Item | Number


@dataclass(frozen=True, slots=True)
class ColumnValue:
    """A list with one entry for each position, or a column of a table of pandas."""

    entry: Entry
    of_table: bool = False


@dataclass(frozen=True, slots=True)
class Zipped:
    """Several columns side by side."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Length:
    """The number of positions."""


@dataclass(frozen=True, slots=True)
class TokenAt:
    """The token at a fixed place: 0 for the first, -1 for the last."""

    place: int


@dataclass(frozen=True, slots=True)
class Module:
    """An imported module."""

    name: str


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """What a statement made that is not followed, with the error for whatever reads it."""

    problem: UnreadableSource


@dataclass(frozen=True, slots=True)
class Several:
    """A list or tuple whose entries are written one by one."""

    entries: tuple["Abstract", ...]


@dataclass(frozen=True, slots=True)
class WordRows:
    """The rows of an embeddings file for the tokens."""

    words: WordSheet


@dataclass(frozen=True, slots=True)
class Locator:
    """`.loc` of a table."""

    table: WeightSheet | WordSheet


@dataclass(frozen=True, slots=True)
class Located:
    """The rows of the classifier for one numerical variable, not yet multiplied by it."""

    weights: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class VoteStage:
    """A step of the way from all votes to the prediction.

    Attributes:
        name: `votes`, `grouped`, `summed`, `sums`, `pooled`, `best`, `best pooled`, `labels` (an array), `list` (of them),
            `labels pooled`.
        scores: the votes.
        first: a label that was put in the first place, or None.
        last: a label that was put in the last place, or None.
    """

    name: str
    scores: tuple[Scores, ...]
    first: str | None = None
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels: the classifier's columns, or the array of them."""

    names: tuple[str, ...]
    array: bool = False


@dataclass(frozen=True, slots=True)
class AttentionValue:
    """What a selecting helper returns: who attends to whom."""

    selection: Selection
    keys: Item
    queries: Item
    predicate: ast.FunctionDef


@dataclass(frozen=True, slots=True)
class Method:
    """A method, before it is called."""

    owner: "Abstract"
    name: str


# A `Sheet` is a table without an index, a function of the file its syntax tree.
Abstract: TypeAlias = (
    ConstantValue
    | Item
    | Number
    | ColumnValue
    | Zipped
    | Length
    | TokenAt
    | Module
    | ast.FunctionDef
    | Unfollowed
    | Several
    | Sheet
    | WeightSheet
    | WordSheet
    | WordRows
    | Locator
    | Located
    | Scores
    | VoteStage
    | Labels
    | AttentionValue
    | Method
    | Enumeration
)
