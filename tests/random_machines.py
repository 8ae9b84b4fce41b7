"""Hypothesis strategies for machines, and words that visit their states."""

import random
from dataclasses import replace

from hypothesis import strategies as st

from tprog.synthesis.automata.machine import Machine
from tprog.synthesis.examples import Example, Examples


@st.composite
def random_machines(
    draw: st.DrawFn, states: int = 5, labels: tuple[str, ...] = ("0", "1")
) -> Machine:
    """Draw a machine over two or three letters."""
    count = draw(st.integers(1, states))
    letters = draw(st.sampled_from(("ab", "abc")))
    cells = [[*letters] for _ in range(count)]
    state, label = st.integers(0, count - 1), st.sampled_from(labels)
    following = tuple(tuple(draw(state) for _ in row) for row in cells)
    said = tuple(tuple(draw(label) for _ in row) for row in cells)
    return Machine(tuple(letters), following, said)


def moves(*rows: str) -> Machine:
    """Return the machine whose letter number i moves state q to `rows[i][q]`, and says where it comes to."""
    following = tuple(tuple(int(row[state]) for row in rows) for state in range(len(rows[0])))
    letters = tuple("abcdef"[: len(rows)])
    return Machine(letters, following, tuple(tuple(map(str, row)) for row in following))


def saying_states(machine: Machine) -> Machine:
    """Return the machine that says where it comes to."""
    said = tuple(tuple(map(str, row)) for row in machine.following)
    return replace(machine, labels=said)


def words(machine: Machine, count: int, longest: int, seed: int = 0) -> list[tuple[str, ...]]:
    """Return random words; every second one stays where more than one state can still be reached."""
    chance = random.Random(seed)
    sinks = {state for state, row in enumerate(machine.following) if {*row} == {state}}
    found = []
    for number in range(count):
        state, word = 0, []
        for _ in range(chance.randint(1, longest)):
            every = range(len(machine.letters))
            alive = [one for one in every if machine.following[state][one] not in sinks]
            careful = number % 2 == 1 and alive and chance.random() < 0.97
            letter = chance.choice(alive if careful else every)
            word.append(machine.letters[letter])
            state = machine.following[state][letter]
        found.append(tuple(word))
    return found


def told(machine: Machine, count: int, longest: int, seed: int = 0) -> Examples:
    """Return random words with the machine's labels."""
    rows = (Example(one, machine.run(one)) for one in words(machine, count, longest, seed))
    return Examples(tuple(rows), causal=True)
