"""A cascade of heads that read the past: what is known before each position, layer by layer (Krohn and Rhodes).

Two kinds of head are enough: a *flip-flop* holds the value of the nearest event strictly to the left, a *counter* the sum
of weights strictly to the left, modulo a number. Both leave the own position out, so that what they hold is a function
of the past alone, and the next layer reads it together with the own token.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tprog.rasp.graph import (
    Aggregate,
    And,
    Closest,
    Const,
    Indices,
    Map,
    Select,
    Selector,
    SOp,
    Tokens,
    Value,
    Width,
    depth,
)
from tprog.synthesis.automata.machine import Machine
from tprog.synthesis.automata.tables import mapped
from tprog.synthesis.examples import is_integer, ordered

MOST_STATES = 10_000
"""Beyond so many reachable combinations of what the heads hold a cascade is given up."""

ASKED = 200
"""After so many combinations it is asked whether to end."""

NOTHING = -1
"""The value of an event s-op where there is no event."""

Over = Callable[[], bool]


def never() -> bool:
    """Do not end before all was tried."""
    return False


Known = tuple[int, ...]
"""What the heads hold before a position, in the order in which they were added; `known[:n]` is what the first n hold."""


class Refused(Exception):
    """A machine cannot be written with these heads, or only at a size that nobody could read; with the reason."""


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
    """

    machine: Machine
    backwards: bool = False
    over: Over = never
    heads: list[SOp] = field(default_factory=list)
    states: dict[Known, tuple[Known, ...]] = field(default_factory=dict)
    depths: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with no head: one combination, the empty one."""
        self.states = {(): ((),) * len(self.machine.letters)}

    @property
    def past(self) -> Selector:
        """Selects what was read before the own position."""
        return Select(Indices(), Indices(), ">" if self.backwards else "<")

    def table(self, function: Callable[[Known, int], Value], readable: int | None = None) -> SOp:
        """Return the s-op of a function of what is known and the own letter.

        Args:
            function: of a combination and the number of a letter; None where its value does not matter.
            readable: how many of the heads it may read; all by default.
        """
        count = len(self.heads) if readable is None else readable
        letters = self.machine.letters
        points: dict[tuple[Value, ...], Value] = {}
        for known in self.states:
            for number, letter in enumerate(letters):
                value = function(known, number)
                if value is not None:
                    points[letter, *known[:count]] = value
        deepest = sorted(range(count), key=lambda one: (-self.depths[one], -one))
        return mapped([Tokens(), *self.heads[:count]], points, [*(1 + one for one in deepest), 0])

    def flip_flop(
        self,
        event: Callable[[Known, int], int | None],
        start: int,
        readable: int | None = None,
    ) -> None:
        """Add a head that holds the value of the nearest event before, `start` where there is none."""
        told = self.table(lambda known, letter: _or_nothing(event(known, letter)), readable)
        values = {event(known, letter) for known in self.states for letter in self._letters}
        selector: Selector = Closest(And(Select(told, Const(NOTHING), "!="), self.past))
        if None not in values:
            before = Map("+" if self.backwards else "-", (Indices(), Const(1)))
            selector = Select(Indices(), before, "==")

        def after(known: Known, letter: int, held: int) -> int:
            value = event(known, letter)
            return held if value is None else value

        self._add(Aggregate(selector, told, start), start, after)

    def counter(
        self, weight: Callable[[Known, int], int], modulus: int, readable: int | None = None
    ) -> None:
        """Add a head that holds the sum of weights before, modulo a number."""
        told = self.table(lambda known, letter: weight(known, letter) % modulus, readable)
        weights = {
            weight(known, letter) % modulus for known in self.states for letter in self._letters
        }
        total: SOp | None = None
        for one in sorted(weights - {0}):
            count: SOp = Width(And(Select(told, Const(one), "=="), self.past))
            if weights == {one}:
                count = Indices() if not self.backwards else Width(self.past)
            part = count if one == 1 else Map("*", (Const(one), count))
            total = part if total is None else Map("+", (total, part))
        assert total is not None, "a counter that never counts"
        self._add(
            Map("%", (total, Const(modulus))),
            0,
            lambda known, letter, held: (held + weight(known, letter)) % modulus,
        )

    @property
    def _letters(self) -> range:
        return range(len(self.machine.letters))

    def _add(self, head: SOp, start: int, after: Callable[[Known, int, int], int]) -> None:
        """Add a head, and find which combinations occur."""
        first = (*next(iter(self.states)), start)
        order = [first]
        found: dict[Known, tuple[Known, ...]] = {}
        seen = {first}
        for state in order:
            known, held = state[:-1], state[-1]
            row = tuple(
                (*next_known, after(known, letter, held))
                for letter, next_known in enumerate(self.states[known])
            )
            found[state] = row
            for one in row:
                if one not in seen:
                    seen.add(one)
                    order.append(one)
            if len(found) % ASKED == 0 and self.over():
                raise Refused("there was no time for it")
            if len(order) > MOST_STATES:
                raise Refused(f"its heads would hold more than {MOST_STATES} combinations")
        self.states = found
        self.heads.append(head)
        self.depths.append(depth(head))


def _or_nothing(value: int | None) -> int:
    return NOTHING if value is None else value


def as_values(labels: Iterable[str]) -> dict[str, Value]:
    """Return the RASP value that each label is the text of: ints, or bools, where all are; else the text itself."""
    texts = ordered(labels)
    if all(map(is_integer, texts)):
        return {text: int(text) for text in texts}
    if {*texts} <= {"True", "False"}:
        return {text: text == "True" for text in texts}
    return {text: text for text in texts}
