"""The classifier: integer votes of variables for labels."""

from dataclasses import dataclass
from typing import TypeAlias

from tprog.errors import InvalidProgram


@dataclass(frozen=True, slots=True)
class CategoricalVotes:
    """The votes of a categorical variable: `(value, label)` integers."""

    variable: int
    weights: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class NumericalVotes:
    """The votes of a numerical variable per unit: one integer for each label."""

    variable: int
    weights: tuple[int, ...]


Votes: TypeAlias = CategoricalVotes | NumericalVotes


@dataclass(frozen=True, slots=True)
class Classifier:
    """Sums the votes at each position; the label with the largest sum is predicted, a tie going to the first label.

    Attributes:
        labels: the labels, in order.
        votes: at most one entry for each variable, in the order of the variables (given in any order).
        masked: labels that cannot be predicted (published: `<pad>` and `<unk>`), as indices, ascending.
        pooled: whether the sums are added over all positions, giving one label for the sequence.
        first: a label forced at the prefix, or None.
        last: a label forced at the suffix, or None.
    """

    labels: tuple[str, ...]
    votes: tuple[Votes, ...]
    masked: tuple[int, ...] = ()
    pooled: bool = False
    first: str | None = None
    last: str | None = None

    def __post_init__(self) -> None:
        # Votes are summed, so their order means nothing and equality must not see it.
        ordered = tuple(sorted(self.votes, key=lambda vote: vote.variable))
        object.__setattr__(self, "votes", ordered)
        if not self.labels or len(set(self.labels)) != len(self.labels):
            raise InvalidProgram("classifier: labels are missing or repeat")
        if list(self.masked) != sorted(set(self.masked)) or any(
            not 0 <= label < len(self.labels) for label in self.masked
        ):
            raise InvalidProgram(
                f"classifier: masked labels must be ascending indices: {self.masked!r}"
            )
        if len(self.masked) == len(self.labels):
            raise InvalidProgram("classifier: every label is masked")
        for vote in self.votes:
            rows = vote.weights if isinstance(vote, CategoricalVotes) else (vote.weights,)
            if any(len(row) != len(self.labels) for row in rows):
                raise InvalidProgram(
                    f"classifier: the votes of variable {vote.variable} do not fit {len(self.labels)} labels"
                )
