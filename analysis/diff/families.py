"""Which of several Programs are the same algorithm: the same heads and look-ups, up to their names and order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tprog.analysis.measure.canonical import digest, meanings, vote_key
from tprog.analysis.measure.sizes import live_variables
from tprog.ir import Program


@dataclass(frozen=True, slots=True)
class Family:
    """Where a Program belongs among several.

    Attributes:
        letter: A for the first Program and all that have the same heads and look-ups, B for the next, and so on.
        same_votes: whether its votes are those of the first Program of its family.
        nearest: the place of the first other Program with the most heads and look-ups in common; None where none has any.
        shared: how many these are.
    """

    letter: str
    same_votes: bool
    nearest: int | None
    shared: int


def families(programs: Sequence[Program]) -> tuple[Family, ...]:
    """Return for each Program which family it belongs to; parts that no vote depends on do not count."""
    parts = [_parts(program) for program in programs]
    votes = [_votes(program) for program in programs]
    first: list[int] = []
    found = []
    for place, own in enumerate(parts):
        known = next((number for number, one in enumerate(first) if parts[one] == own), None)
        if known is None:
            known = len(first)
            first.append(place)
        shared = [
            0 if other == place else (own & parts[other]).total() for other in range(len(parts))
        ]
        most = max(shared, default=0)
        found.append(
            Family(
                _letter(known),
                votes[place] == votes[first[known]],
                shared.index(most) if most else None,
                most,
            )
        )
    return tuple(found)


def _parts(program: Program) -> Counter[str]:
    """Return how often each function is computed by a head or look-up that some vote depends on."""
    known, live = meanings(program), live_variables(program)
    first = len(program.inputs)
    return Counter(known[number] for number in live if number >= first)


def _votes(program: Program) -> list[str]:
    known = meanings(program)
    voting = {vote.variable for vote in program.classifier.votes}
    return sorted(digest(known[number], vote_key(program, number)) for number in voting)


def _letter(number: int) -> str:
    """Return A to Z, then AA, AB and so on."""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
