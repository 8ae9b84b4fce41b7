"""The power of ten in which votes are shown: those of imported programs are exact integers of many digits.

A program has one scale wherever its votes are shown. Files and JSON hold the votes themselves.
"""

from dataclasses import dataclass

from tprog.ir import NumericalVotes, Program

# Weights below it are shown as they are; the largest one of others gets three digits.
LARGEST_PLAIN = 100_000
DIGITS = 3
# A mean or a sum of plain votes from here on is written with a power of ten of its own.
LARGEST_SUM = 1_000_000


@dataclass(frozen=True, slots=True)
class VoteScale:
    """By what votes are divided where they are shown.

    Attributes:
        power: the power of ten; 0 for votes that are shown as they are.
    """

    power: int = 0

    @property
    def note(self) -> str:
        """What a reader has to know, such as `votes in units of 10^8`; nothing where they stand as they are."""
        return f"votes in units of 10^{self.power}" if self.power else ""

    def text(self, votes: float, sign: bool = True) -> str:
        """Return a number of votes in a few characters: `+12`, `-3.5`, `+8.48e11`, of large ones three digits.

        Args:
            votes: the votes themselves.
            sign: whether a plus is written.
        """
        shown = f"{votes / 10**self.power:+.{DIGITS}g}" if self.power else _plain(votes)
        if self.power and abs(votes) >= 10 ** (self.power + DIGITS):
            shown = f"{votes / 10**self.power:+,.0f}"
        return shown if sign else shown.removeprefix("+")

    def complete(self, votes: float) -> str:
        """Return a number of votes that needs no note beside it, such as `+459e8`."""
        return self.text(votes) + (f"e{self.power}" if self.power and votes else "")


PLAIN = VoteScale()


def vote_scale(*programs: Program) -> VoteScale:
    """Return how the votes of Programs that are looked at together are shown."""
    largest = 0
    for program in programs:
        for vote in program.classifier.votes:
            rows = (vote.weights,) if isinstance(vote, NumericalVotes) else vote.weights
            largest = max([largest, *(abs(weight) for row in rows for weight in row)])
    return VoteScale(0 if largest < LARGEST_PLAIN else len(str(largest)) - DIGITS)


def _plain(votes: float) -> str:
    if abs(votes) >= LARGEST_SUM:
        digits, power = f"{votes:+.2e}".split("e")
        return f"{digits}e{int(power)}"
    rounded = round(votes, 2)
    return f"{int(rounded):+,}" if rounded == int(rounded) else f"{rounded:+,}"
