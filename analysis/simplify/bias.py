"""Adding constant votes to others. Owns that rewriting alone."""

from dataclasses import dataclass, replace

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.edit import prune, with_bias, with_votes
from tprog.analysis.simplify.possible import possible
from tprog.ir import CategoricalVotes, NumericalVotes, Ones, Program, Votes


@dataclass(frozen=True, slots=True)
class Bias:
    """Lets a variable whose votes are the same for all values that occur, and `ones`, vote through another variable.

    Every sum stays the same. Sound on every domain; idempotent.
    """

    name: str = "constant votes"

    def apply(self, program: Program) -> Program:
        """Return the Program with constant votes folded, where that makes it shorter."""
        found = possible(program)
        for vote in program.classifier.votes:
            constant = _constant(program, vote, found.anywhere(vote.variable))
            if constant is None:
                continue
            others = [other for other in program.classifier.votes if other != vote]
            quiet = with_votes(program, others)
            if isinstance(vote, NumericalVotes):
                # `ones` itself must not carry them again.
                changed = _on_categorical(quiet, constant)
            else:
                changed = with_bias(quiet, constant)
            if changed is not None and cost(prune(changed)) < cost(program):
                return self.apply(prune(changed))
        return program


def _constant(program: Program, vote: Votes, occurs: object) -> tuple[int, ...] | None:
    if isinstance(vote, NumericalVotes):
        return vote.weights if isinstance(program.variables[vote.variable], Ones) else None
    rows = {
        row
        for number, row in enumerate(vote.weights)
        if occurs is None or occurs[number]  # type: ignore[index]
    }
    return rows.pop() if len(rows) == 1 else None


def _on_categorical(program: Program, weights: tuple[int, ...]) -> Program | None:
    for vote in program.classifier.votes:
        if isinstance(vote, CategoricalVotes):
            rows = tuple(
                tuple(one + other for one, other in zip(row, weights, strict=True))
                for row in vote.weights
            )
            others = [other for other in program.classifier.votes if other != vote]
            return with_votes(program, [*others, replace(vote, weights=rows)])
    return None
