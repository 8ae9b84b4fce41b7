"""Mealy machines: finite automata that give a label for each letter that they read."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar


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

    def after(self, state: int, letter: int) -> int:
        """Return where a letter leads from a state."""
        return self.following[state][letter]

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
    order, following = reached(machine), machine.following
    of = numbered({state: first[state] for state in order})
    while True:
        finer = numbered(
            {one: (of[one], *(of[after] for after in following[one])) for one in order}
        )
        if max(finer.values()) == max(of.values()):
            break
        of = finer
    kept = {of[state]: state for state in reversed(order)}
    chosen = [kept[number] for number in range(len(kept))]
    rows = tuple(tuple(of[after] for after in following[state]) for state in chosen)
    return Machine(machine.letters, rows, tuple(machine.labels[state] for state in chosen))


def numbered(things: Mapping[int, Hashable]) -> dict[int, int]:
    """Return a number for each thing, equal ones alike, in the order in which they first stand."""
    known: dict[Hashable, int] = {}
    return {state: known.setdefault(one, len(known)) for state, one in things.items()}


def reached(machine: Machine) -> list[int]:
    """Return the states that some word leads to, breadth-first."""
    found = explored(0, machine.letters, machine.after, machine.size)
    assert found is not None
    return found[0]


State = TypeVar("State", bound=Hashable)


def explored(
    start: State, letters: Sequence[object], step: Callable[[State, int], State], most: int
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
