"""How large a Program is. Owns the counting rules; refuses to shrink anything."""

import ast
from dataclasses import dataclass

from tprog.analysis.measure.liveness import live_variables
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    NumericalHead,
    NumericalLookup,
    Operation,
    Program,
    Table,
)

# The names under which an emitted file keeps its classifier.
VOTE_TABLES = ("VOTES", "UNIT_VOTES")


@dataclass(frozen=True, slots=True)
class Sizes:
    """The size of a Program.

    Attributes:
        layers: the number of layers.
        heads, numerical_heads, lookups, numerical_lookups: the number of modules of each kind.
        live: modules with a path to the classifier's votes.
        dead: modules without one.
        branches: cases that a reader has to tell apart: the different rows of each predicate (a symbolic predicate is one
            case), the different values that a categorical look-up writes, the boxes of a numerical one and its default.
        entries: rows of predicates that are tables, entries of categorical look-ups, boxes of numerical ones.
        votes: the classifier's weights that are not zero.
        lines: the lines of the program file besides the votes; None where there is no file.
    """

    layers: int
    heads: int
    numerical_heads: int
    lookups: int
    numerical_lookups: int
    live: int
    dead: int
    branches: int
    entries: int
    votes: int
    lines: int | None = None

    @property
    def modules(self) -> int:
        """The number of modules of any kind."""
        return self.live + self.dead


def sizes(program: Program, source: str | None = None) -> Sizes:
    """Return the size of a Program.

    Args:
        program: a valid Program.
        source: the text of its file, whose lines are counted.
    """

    def count(kind: type) -> int:
        return sum(isinstance(operation, kind) for operation in program.operations)

    first = len(program.inputs)
    live = sum(variable >= first for variable in live_variables(program))
    return Sizes(
        layers=max(program.layers, default=-1) + 1,
        heads=count(CategoricalHead),
        numerical_heads=count(NumericalHead),
        lookups=count(CategoricalLookup),
        numerical_lookups=count(NumericalLookup),
        live=live,
        dead=len(program.operations) - live,
        branches=sum(map(_branches, program.operations)),
        entries=sum(map(_entries, program.operations)),
        votes=sum(
            bool(weight)
            for vote in program.classifier.votes
            for row in (vote.weights if isinstance(vote, CategoricalVotes) else (vote.weights,))
            for weight in row
        ),
        lines=None if source is None else file_lines(source),
    )


def file_lines(source: str) -> int | None:
    """Return the lines of an emitted file less those of its votes; None where the text is no Python."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return None
    lines = len(source.splitlines())
    for statement in body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        if any(isinstance(target, ast.Name) and target.id in VOTE_TABLES for target in targets):
            lines -= (statement.end_lineno or statement.lineno) - statement.lineno + 1
    return lines


def _branches(operation: Operation) -> int:
    match operation:
        case CategoricalHead(predicate=Table(rows)) | NumericalHead(predicate=Table(rows)):
            return len(set(rows))
        case CategoricalLookup(table=table):
            return len(set(table))
        case NumericalLookup(rectangles=rectangles):
            return len(rectangles) + 1
        case _:
            return 1


def _entries(operation: Operation) -> int:
    match operation:
        case CategoricalHead(predicate=Table(rows)) | NumericalHead(predicate=Table(rows)):
            return len(rows)
        case CategoricalLookup(table=table):
            return len(table)
        case NumericalLookup(rectangles=rectangles):
            return len(rectangles)
        case _:
            return 0
