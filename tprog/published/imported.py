"""What reading a published program yields. Owns the result's shape; refuses to read anything."""

from dataclasses import dataclass
from pathlib import Path
from typing import final

from tprog.ir import Program


@final
@dataclass(frozen=True, slots=True)
class Example:
    """An input that stands in a published file, with the labels that it gives.

    Attributes:
        tokens: the sequence as it stands there, framed.
        labels: one label for each of them, `<pad>` where none counts; a single one where outputs are pooled.
    """

    tokens: tuple[str, ...]
    labels: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True)
class TableEnd:
    """Where the table of a numerical look-up ends; beyond it the default answers, where the network may not.

    Attributes:
        name: the look-up's name.
        last: the greatest number of its table.
    """

    name: str
    last: int


@final
@dataclass(frozen=True, slots=True)
class Imported:
    """A published program or checkpoint as a Program.

    Attributes:
        program: the Program; it is valid.
        notes: where it comes from and what was recognised, a line each.
        warnings: where it differs from what one might expect, a line each.
        examples: the file's own examples, in order.
        files: every file that was read.
        ends: the tables that end before their arguments' bounds.
    """

    program: Program
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    examples: tuple[Example, ...]
    files: tuple[Path, ...]
    ends: tuple[TableEnd, ...] = ()
