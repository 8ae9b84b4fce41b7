"""A cascade of heads that read the past: what is known before each position, layer by layer (Krohn and Rhodes).

Two kinds of head are enough: a *flip-flop* holds the value of the nearest event strictly to the left, a *counter* the sum
of weights strictly to the left, modulo a number. Both leave the own position out, so that what they hold is a function
of the past alone, and the next layer reads it together with the own token.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count as counting
from itertools import product

from tprog.errors import UsageError
from tprog.rasp import graph as g
from tprog.synthesis.automata.machine import Machine, explored
from tprog.synthesis.automata.tables import Table, mapped
from tprog.synthesis.examples import is_integer, ordered
from tprog.synthesis.parts import Over, never

MOST_STATES = 10_000
"""Beyond so many reachable combinations of what the heads hold a cascade is given up."""

ASKED = 500
"""After so many steps it is asked whether to end."""

NOTHING = -1
"""The value of an event s-op where there is no event."""

Known = tuple[int, ...]
"""What the heads hold before a position, in the order in which they were added; `known[:n]` is what the first n hold."""


class Refused(UsageError):
    """A machine cannot be written with these heads, or only at a size that nobody could read."""

    def __init__(self, reason: str) -> None:
        """Say why."""
        super().__init__(f"this language cannot be written as RASP here: {reason}")


@dataclass(slots=True)
class Cascade:
    """The heads so far and the combinations of their values that occur.

    Attributes:
        machine: what it reads.
        backwards: whether it reads from right to left.
        over: asked now and then whether to end.
        heads: the s-ops, each of which holds an integer at every position.
        states: where each letter leads from each combination that occurs; the first is the one at the beginning.
        depths: the layer of each head.
        readable: how many of the heads the next ones and tables may read; see `begin_layer`.
    """

    machine: Machine
    backwards: bool = False
    over: Over = never
    heads: list[g.SOp] = field(default_factory=list)
    states: dict[Known, tuple[Known, ...]] = field(default_factory=dict)
    depths: list[int] = field(default_factory=list)
    readable: int = 0

    def __post_init__(self) -> None:
        """Begin with no head: one combination, the empty one."""
        self.states = {(): ((),) * len(self.machine.letters)}

    @property
    def past(self) -> g.Selector:
        """Selects what was read before the own position."""
        return g.Select(g.Indices(), g.Indices(), ">" if self.backwards else "<")

    def begin_layer(self) -> None:
        """Let the heads that are added from now on read all those so far."""
        self.readable = len(self.heads)

    def table(self, function: Callable[[Known, int], g.Value]) -> g.SOp:
        """Return the s-op of a function of what is known and the own letter, over the heads that are readable.

        The function takes a combination and the number of a letter; None where its value does not matter.
        """
        count, letters = self.readable, self.machine.letters
        points: Table = {}
        for known, number in product(self.states, range(len(letters))):
            value = function(known, number)
            if value is not None:
                points[letters[number], *known[:count]] = value
        deepest = sorted(range(count), key=lambda one: (-self.depths[one], -one))
        return mapped([g.Tokens(), *self.heads[:count]], points, [*(1 + one for one in deepest), 0])

    def flip_flop(self, event: Callable[[Known, int], int | None], start: int) -> None:
        """Add a head that holds the value of the nearest event before, `start` where there is none."""
        places = product(self.states, range(len(self.machine.letters)))
        events = {place: event(*place) for place in places}
        written = {place: NOTHING if one is None else one for place, one in events.items()}
        told = self.table(lambda known, letter: written[known, letter])
        selector: g.Selector = g.Closest(g.And(g.Select(told, g.Const(NOTHING), "!="), self.past))
        if None not in events.values():
            before = g.Map("+" if self.backwards else "-", (g.Indices(), g.Const(1)))
            selector = g.Select(g.Indices(), before, "==")

        def after(known: Known, letter: int, held: int) -> int:
            value = events[known, letter]
            return held if value is None else value

        self._add(g.Aggregate(selector, told, start), start, after)

    def counter(self, weight: Callable[[Known, int], int], modulus: int) -> None:
        """Add a head that holds the sum of weights before, modulo a number."""
        places = product(self.states, range(len(self.machine.letters)))
        weights = {place: weight(*place) % modulus for place in places}
        told = self.table(lambda known, letter: weights[known, letter])
        total: g.SOp | None = None
        for one in sorted({*weights.values()} - {0}):
            number: g.SOp = g.Width(g.And(g.Select(told, g.Const(one), "=="), self.past))
            if {*weights.values()} == {one}:
                number = g.Indices() if not self.backwards else g.Width(self.past)
            part = number if one == 1 else g.Map("*", (g.Const(one), number))
            total = part if total is None else g.Map("+", (total, part))
        assert total is not None, "a counter that never counts"

        def after(known: Known, letter: int, held: int) -> int:
            return (held + weights[known, letter]) % modulus

        self._add(g.Map("%", (total, g.Const(modulus))), 0, after)

    def _add(self, head: g.SOp, start: int, after: Callable[[Known, int, int], int]) -> None:
        """Add a head, and find which combinations occur."""
        turn = counting(1)

        def step(state: Known, letter: int) -> Known:
            if next(turn) % ASKED == 0 and self.over():
                raise Refused("there was no time for it")
            known = state[:-1]
            return (*self.states[known][letter], after(known, letter, state[-1]))

        first = (*next(iter(self.states)), start)
        found = explored(first, self.machine.letters, step, MOST_STATES)
        if found is None:
            raise Refused(f"its heads would hold more than {MOST_STATES} combinations")
        order, following = found
        rows = (tuple(order[place] for place in row) for row in following)
        self.states = dict(zip(order, rows, strict=True))
        self.heads.append(head)
        self.depths.append(g.depth(head))


def as_values(labels: Iterable[str]) -> dict[str, g.Value]:
    """Return the RASP value that each label is the text of: ints, or bools, where all are; else the text itself."""
    texts = ordered(labels)
    if all(map(is_integer, texts)):
        return {text: int(text) for text in texts}
    if {*texts} <= {"True", "False"}:
        return {text: text == "True" for text in texts}
    return {text: text for text in texts}
