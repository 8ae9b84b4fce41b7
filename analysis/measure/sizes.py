"""What a Program consists of: its size, which variables can reach a vote, and how strongly each of them votes."""

import ast
from dataclasses import dataclass

import numpy as np

from tprog.evaluate.prepared import needed_variables
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    NumericalHead,
    NumericalLookup,
    Operation,
    Program,
    Table,
    Votes,
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
            for row in _rows(vote)
            for weight in row
        ),
        lines=None if source is None else file_lines(source),
    )


def live_variables(program: Program) -> frozenset[int]:
    """Return the variables with a path to the classifier; the values of all others never matter.

    A variable whose votes are all zero reaches nothing through them. Votes that are the same for every value count:
    deleting such a variable would change the sums.
    """
    voting = [vote.variable for vote in program.classifier.votes if not silent(vote)]
    return needed_variables(program, voting)


def silent(vote: Votes) -> bool:
    """Tell whether every weight of a variable's votes is zero."""
    return not any(any(row) for row in _rows(vote))


def swings(classifier: Classifier) -> dict[int, int]:
    """Return the swing of every variable that votes, in the order of the votes."""
    return {vote.variable: swing(vote, classifier.masked) for vote in classifier.votes}


def swing(vote: Votes, masked: tuple[int, ...] = ()) -> int:
    """Return the most that one variable can move one label against another; 0 where its value cannot matter.

    For a categorical variable this is the largest change of a difference between two labels' votes over all pairs of
    values; for a numerical one the largest difference between two labels' votes for one unit. Masked labels, which
    cannot be predicted, do not count.
    """
    weights = np.delete(np.array(_rows(vote), dtype=np.int64), masked, axis=1)
    if not isinstance(vote, CategoricalVotes):
        return int(np.ptp(weights))
    changes = (np.ptp(weights - column[:, None], axis=0).max() for column in weights.T)
    return int(max(changes, default=0))


def _rows(vote: Votes) -> tuple[tuple[int, ...], ...]:
    return vote.weights if isinstance(vote, CategoricalVotes) else (vote.weights,)


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
