"""Mealy machines: finite automata that give a label for each letter that they read."""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tprog.errors import UsageError


@dataclass(frozen=True, slots=True)
class Machine:
    """A complete Mealy machine; it starts in state 0.

    Attributes:
        letters: what it reads, distinct texts.
        following: the next state, `[state][letter]`.
        labels: what it gives on reading a letter, `[state][letter]`; None where nothing is wanted.
    """

    letters: tuple[str, ...]
    following: tuple[tuple[int, ...], ...]
    labels: tuple[tuple[str | None, ...], ...]

    @property
    def size(self) -> int:
        """The number of states."""
        return len(self.following)

    def run(self, word: Iterable[str]) -> tuple[str | None, ...]:
        """Return the label of each position of a word.

        Raises:
            KeyError: it holds what is no letter.
        """
        place = {letter: number for number, letter in enumerate(self.letters)}
        state, found = 0, []
        for letter in word:
            number = place[letter]
            found.append(self.labels[state][number])
            state = self.following[state][number]
        return tuple(found)


def minimal(machine: Machine) -> Machine:
    """Return the machine with the fewest states that gives the same labels, its states numbered breadth-first."""
    return merged(machine, machine.labels)


def merged(machine: Machine, first: Sequence[Hashable]) -> Machine:
    """Return a machine whose equivalent states are one (Moore's algorithm), its states numbered breadth-first.

    Args:
        machine: states that cannot be reached are left out.
        first: of each state, what tells it from others at once.
    """
    order = reached(machine)
    kind = _numbered(first[state] for state in order)
    while True:
        of = dict(zip(order, kind, strict=True))
        finer = _numbered(
            (of[state], *(of[after] for after in machine.following[state])) for state in order
        )
        if max(finer) == max(kind):
            break
        kind = finer
    number: dict[int, int] = {}
    kept: list[int] = []
    for state in order:
        if of[state] not in number:
            number[of[state]] = len(kept)
            kept.append(state)
    return Machine(
        machine.letters,
        tuple(tuple(number[of[after]] for after in machine.following[state]) for state in kept),
        tuple(machine.labels[state] for state in kept),
    )


def _numbered(things: Iterable[Hashable]) -> list[int]:
    """Return a number for each thing, equal ones alike, in the order in which they first stand."""
    known: dict[Hashable, int] = {}
    return [known.setdefault(one, len(known)) for one in things]


def reached(machine: Machine) -> list[int]:
    """Return the states that some word leads to, breadth-first."""
    order = [0]
    seen = {0}
    for state in order:
        for after in machine.following[state]:
            if after not in seen:
                seen.add(after)
                order.append(after)
    return order


def difference(left: Machine, right: Machine) -> tuple[str, ...] | None:
    """Return a shortest word on whose last letter two machines give different labels, None where there is none.

    Raises:
        UsageError: they do not read the same letters.
    """
    if set(left.letters) != set(right.letters):
        raise UsageError("the two machines read different letters; compare machines over the same")
    place = [right.letters.index(letter) for letter in left.letters]
    waiting: deque[tuple[int, int]] = deque([(0, 0)])
    words: dict[tuple[int, int], tuple[str, ...]] = {(0, 0): ()}
    while waiting:
        pair = waiting.popleft()
        for number, letter in enumerate(left.letters):
            word = (*words[pair], letter)
            one, other = pair
            if left.labels[one][number] != right.labels[other][place[number]]:
                return word
            after = left.following[one][number], right.following[other][place[number]]
            if after not in words:
                words[after] = word
                waiting.append(after)
    return None


State = TypeVar("State", bound=Hashable)


def explored(
    start: State, letters: Sequence[str], step: Callable[[State, int], State], most: int
) -> tuple[list[State], list[tuple[int, ...]]] | None:
    """Return the states that are reached from one, breadth-first, and where each letter leads; None beyond `most`."""
    number = {start: 0}
    order = [start]
    following = []
    for state in order:
        row = []
        for letter in range(len(letters)):
            after = step(state, letter)
            if after not in number:
                number[after] = len(order)
                order.append(after)
                if len(order) > most:
                    return None
            row.append(number[after])
        following.append(tuple(row))
    return order, following
