"""Removing votes that never change which label wins. Owns that rewriting alone."""

from collections import Counter
from dataclasses import dataclass, replace

from tprog.analysis.simplify.edit import prune, with_votes
from tprog.analysis.simplify.possible import possible
from tprog.ir import CategoricalVotes, Program, Votes


@dataclass(frozen=True, slots=True)
class DeadVotes:
    """Lowers the votes of each value by what all labels share, and drops those of values that cannot occur.

    Adding the same to every label changes no winner and no tie. Sound on every domain; idempotent.
    """

    name: str = "dead votes"

    def apply(self, program: Program) -> Program:
        """Return the Program with as few votes as that allows."""
        masked = set(program.classifier.masked)
        found = possible(program)
        votes: list[Votes] = []
        for vote in program.classifier.votes:
            if isinstance(vote, CategoricalVotes):
                occurs = found.anywhere(vote.variable)
                rows = tuple(
                    lowered(row, masked) if occurs is None or occurs[number] else (0,) * len(row)
                    for number, row in enumerate(vote.weights)
                )
                votes.append(replace(vote, weights=rows))
            else:
                votes.append(replace(vote, weights=lowered(vote.weights, masked)))
        return prune(with_votes(program, votes))


def lowered(row: tuple[int, ...], masked: set[int]) -> tuple[int, ...]:
    """Return the votes for each label less the commonest one; 0 for labels that cannot win."""
    counts = Counter(weight for label, weight in enumerate(row) if label not in masked)
    # Of equally common ones 0 stays, so that nothing is done twice.
    shared = min(counts, key=lambda weight: (-counts[weight], weight != 0, abs(weight), weight))
    return tuple(0 if label in masked else weight - shared for label, weight in enumerate(row))
