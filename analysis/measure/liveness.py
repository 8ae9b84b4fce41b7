"""Which variables can reach a vote. Owns structural liveness; refuses to ask which inputs occur."""

from tprog.ir import CategoricalVotes, Program, Votes


def live_variables(program: Program) -> frozenset[int]:
    """Return the variables with a path to the classifier; the values of all others never matter.

    A variable whose votes are all zero reaches nothing through them. Votes that are the same for every value count:
    deleting such a variable would change the sums.
    """
    live = {vote.variable for vote in program.classifier.votes if not silent(vote)}
    first = len(program.inputs)
    for number in range(len(program.operations) - 1, -1, -1):
        if first + number in live:
            live.update(program.operations[number].reads)
    return frozenset(live)


def silent(vote: Votes) -> bool:
    """Tell whether every weight of a variable's votes is zero."""
    rows = vote.weights if isinstance(vote, CategoricalVotes) else (vote.weights,)
    return not any(any(row) for row in rows)
