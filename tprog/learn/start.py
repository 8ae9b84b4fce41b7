"""A Program as the start of a training. Owns fitting it to a task; refuses to train."""

from dataclasses import replace

from tprog.errors import UsageError
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Nearest,
    NumericalVotes,
    Program,
    Votes,
)
from tprog.learn.fit import EXACT_SUM
from tprog.learn.votes import within
from tprog.tasks import Task


def starting_program(program: Program, task: Task) -> Program:
    """Return a Program with a task's domain and labels and a network's tie-break, to be trained on.

    Its structure, tables and votes are kept; labels that it lacks never win at first, forced ones are dropped, and votes
    that are finer than float32 are rounded, since the classifier is fitted anew.

    Args:
        program: read from a file, edited or imported.
        task: what is to be learned.

    Raises:
        UsageError: the Program reads other sequences than the task's, or answers otherwise.
    """
    own, wanted = program.domain, task.domain
    if (own.alphabet, own.prefix, own.suffix, own.max_length) != (
        wanted.alphabet,
        wanted.prefix,
        wanted.suffix,
        wanted.max_length,
    ):
        raise UsageError(
            f"the program reads other sequences than {task.spec}: its symbols, frame or greatest length differ"
        )
    if program.classifier.pooled != task.pooled:
        raise UsageError(
            "one of program and task gives a label for the whole input, the other for each token"
        )
    operations = tuple(
        replace(one, tie=Nearest("last"))
        if isinstance(one, CategoricalHead) and one.tie == Nearest("matches")
        else one
        for one in program.operations
    )
    known = program.classifier.labels
    columns = [known.index(label) if label in known else None for label in task.labels]
    votes = tuple(_moved(vote, columns) for vote in program.classifier.votes)
    classifier = replace(
        program.classifier, labels=task.labels, votes=votes, masked=(), first=None, last=None
    )
    fitted = replace(program, domain=wanted, operations=operations, classifier=classifier)
    return within(fitted, EXACT_SUM)


def _moved(vote: Votes, columns: list[int | None]) -> Votes:
    """Return votes with the task's columns; a label without one gets less than any other."""

    def row(weights: tuple[int, ...]) -> tuple[int, ...]:
        least = min(weights) - 1
        return tuple(least if column is None else weights[column] for column in columns)

    match vote:
        case CategoricalVotes(weights=rows):
            return replace(vote, weights=tuple(map(row, rows)))
        case NumericalVotes(weights=weights):
            return replace(vote, weights=row(weights))
