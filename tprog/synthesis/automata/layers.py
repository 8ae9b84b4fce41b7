"""From a machine to few layers of heads: a search over what can be known of its state, layer by layer.

What the heads of a layer hold leaves a set of states possible. The next layer may track for any set of states whether
the state is in it: a letter settles that, keeps what was known, or makes it unknown. With all such trackers at once the
least number of layers is found, then trackers are dropped as long as it suffices. A counter, such as how many `a` less how
many `b`, modulo a number, may stand in the first layer. The search is not complete; `holonomy` is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from tprog.rasp.graph import SOp, Value
from tprog.synthesis.automata.cascade import Cascade, Known, Over, as_values
from tprog.synthesis.automata.machine import Machine, explored, merged, reached

MOST_SETS = 130
"""All sets of up to seven states are tracked; of more states those that seem useful."""

MOST_LAYERS = 6
"""A graph of more layers is left to the holonomy decomposition."""

MOST_COMBINATIONS = 3_000
"""Of what all trackers of a layer hold; beyond, the search is given up."""

MOST_COUNTERS = 12

Bits = int
"""A set of states: bit number q is state q."""

Counter = tuple[tuple[int, ...], int]
"""A weight for each letter, and the number modulo which they are summed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What each layer tracks, and the counters of the first one."""

    trackers: tuple[tuple[Bits, ...], ...]
    counters: tuple[Counter, ...] = ()

    @property
    def order(self) -> tuple[int, int, int]:
        """Layers, trackers and counters: fewer are better."""
        return len(self.trackers), sum(map(len, self.trackers)), len(self.counters)


def by_layers(machine: Machine, backwards: bool, over: Over) -> SOp | None:
    """Return a graph of few layers that gives the machine's labels at every length; None where none is found in time."""
    search = _Search(machine)
    best: Plan | None = None
    for counters in ((), *((one,) for one in search.counters())):
        most = MOST_LAYERS if best is None else len(best.trackers) - bool(counters)
        found = None if over() else search.plan(counters, most, over)
        if found is not None and (best is None or found.order < best.order):
            best = found
    return None if best is None else _built(search, best, backwards)


class _Search:
    """What can be known of a machine's state."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.letters = range(len(machine.letters))
        self.whole: Bits = sum(1 << state for state in reached(machine))
        self._images: dict[tuple[Bits, int], Bits] = {}

    def image(self, states: Bits, letter: int) -> Bits:
        """Return where a letter leads from any of the states."""
        known = self._images.get((states, letter))
        if known is None:
            known = 0
            for state in _members(states):
                known |= 1 << self.machine.following[state][letter]
            self._images[states, letter] = known
        return known

    def settled(self, possible: Bits, letter: int) -> bool:
        """Tell whether all possible states give the same label."""
        said = {self.machine.labels[state][letter] for state in _members(possible)}
        return len(said - {None}) <= 1

    def settles(self, tracked: Bits, possible: Bits, letter: int) -> int | None:
        """Return whether a letter puts the state into a set (1), may take it out (0), or keeps what is known (None)."""
        if self.image(possible, letter) & ~tracked == 0:
            return 1
        return None if self.image(possible & tracked, letter) & ~tracked == 0 else 0

    def possible(self, following: Sequence[Sequence[int]]) -> list[Bits]:
        """Return the states that are possible in each state of another automaton that reads the same."""
        found = [0] * len(following)
        found[0] = 1
        waiting = [(0, 0)]
        while waiting:
            outer, state = waiting.pop()
            for letter in self.letters:
                after = following[outer][letter], self.machine.following[state][letter]
                if not found[after[0]] >> after[1] & 1:
                    found[after[0]] |= 1 << after[1]
                    waiting.append(after)
        return found

    def sets(self) -> list[Bits]:
        """Return the sets of states that may be tracked, small ones first."""
        count = self.machine.size
        everything = (1 << count) - 1
        if everything <= MOST_SETS:
            found = {*range(1, everything)}
        else:
            found = {1 << state for state in range(count)}
            found |= {_closed(self, 1 << state, self.letters) for state in range(count)}
            found |= {
                _closed(self, 1 << state, [one]) for state in range(count) for one in self.letters
            }
            found |= {self.image(everything, letter) for letter in self.letters}
            found |= {everything & ~one for one in found}
        return sorted(found - {0, everything}, key=lambda one: (one.bit_count(), one))

    def counters(self) -> Iterator[Counter]:
        """Yield counters that tell states apart which can be reached from each other, small ones first."""
        parts = {
            sum(
                1 << other
                for other in _members(reach)
                if _closed(self, 1 << other, self.letters) >> state & 1
            )
            for state in range(self.machine.size)
            for reach in [_closed(self, 1 << state, self.letters)]
        }
        found: dict[Counter, None] = {}
        for part in sorted(one for one in parts if one.bit_count() > 1):
            # Modulo the number of states a difference of counts tells them all apart, as in brackets of that depth.
            moduli = {2, 3, part.bit_count()}
            for modulus in sorted(moduli):
                for weights in product(
                    (0, 1) if modulus == 2 else (0, 1, -1), repeat=len(self.letters)
                ):
                    if (
                        any(weights)
                        and next(one for one in weights if one) > 0
                        and self._counts(part, weights, modulus)
                    ):
                        found[weights, modulus] = None
        yield from sorted(found, key=lambda one: (one[1], sum(map(abs, one[0])), one[0]))[
            :MOST_COUNTERS
        ]

    def _counts(self, part: Bits, weights: tuple[int, ...], modulus: int) -> bool:
        """Tell whether within a part every way between two states has one weight, and not always 0."""
        first = (part & -part).bit_length() - 1
        weight = {first: 0}
        order = [first]
        inside: set[int] = set()
        for state in order:
            for letter in self.letters:
                after = self.machine.following[state][letter]
                if part >> after & 1:
                    inside.add(letter)
                    wanted = (weight[state] + weights[letter]) % modulus
                    if weight.setdefault(after, wanted) != wanted:
                        return False
                    if after not in order:
                        order.append(after)
        useless = any(one and letter not in inside for letter, one in enumerate(weights))
        return not useless and len({*weight.values()}) > 1

    def plan(self, counters: tuple[Counter, ...], most: int, over: Over) -> Plan | None:
        """Return what to track with these counters, in the least number of layers up to `most`; None where none suffices."""
        every = self.sets()
        needed = self.needed([every] * most, counters)
        if needed is None:
            return None
        single = [one for one in every if one.bit_count() == 1]
        families = [
            single,
            [one for one in every if one in single or self.whole & ~one in single],
            every,
        ]
        family = next(one for one in families if self.needed([one] * needed, counters) is not None)
        trackers = [list(family) for _ in range(needed)]
        for layer in reversed(range(needed)):
            self._drop(trackers, layer, counters, over)
        return Plan(tuple(map(tuple, trackers)), counters)

    def _drop(
        self,
        trackers: list[list[Bits]],
        layer: int,
        counters: tuple[Counter, ...],
        over: Over,
    ) -> None:
        """Drop trackers of a layer as long as the rest suffices: halves, quarters and so on, at last one by one."""
        size = len(trackers[layer])
        while size and not over():
            start = 0
            while start < len(trackers[layer]):
                before = trackers[layer]
                trackers[layer] = before[:start] + before[start + size :]
                if self.needed(trackers, counters) is None:
                    trackers[layer] = before
                    start += size
            size //= 2

    def needed(
        self, trackers: Sequence[Sequence[Bits]], counters: tuple[Counter, ...]
    ) -> int | None:
        """Return after how many layers of trackers every label is settled, None if not after all."""
        following: Sequence[tuple[int, ...]] = [(0,) * len(self.letters)]
        for layer in range(len(trackers) + 1):
            possible = self.possible(following)
            if all(self.settled(one, letter) for one in possible for letter in self.letters):
                return layer
            if layer < len(trackers):
                added = counters if layer == 0 else ()
                after = self._next(following, possible, trackers[layer], added)
                if after is None:
                    return None
                following = after
        return None

    def _next(
        self,
        following: Sequence[tuple[int, ...]],
        possible: Sequence[Bits],
        tracked: Sequence[Bits],
        counters: tuple[Counter, ...],
    ) -> Sequence[tuple[int, ...]] | None:
        """Return the automaton of what is known with another layer, with as few states as tell the possible ones apart."""
        masks: dict[tuple[Bits, int], tuple[int, int]] = {}
        for one in set(possible):
            for letter in self.letters:
                said = [self.settles(states, one, letter) for states in tracked]
                masks[one, letter] = (
                    sum(1 << place for place, known in enumerate(said) if known == 1),
                    sum(1 << place for place, known in enumerate(said) if known is None),
                )

        def step(
            state: tuple[int, int, tuple[int, ...]], letter: int
        ) -> tuple[int, int, tuple[int, ...]]:
            outer, held, sums = state
            set_bits, kept = masks[possible[outer], letter]
            added = tuple(
                (total + weights[letter]) % modulus
                for total, (weights, modulus) in zip(sums, counters, strict=True)
            )
            return following[outer][letter], set_bits | held & kept, added

        start = (
            0,
            sum((states & 1) << place for place, states in enumerate(tracked)),
            (0,) * len(counters),
        )
        found = explored(start, self.machine.letters, step, MOST_COMBINATIONS)
        if found is None:
            return None
        rows = tuple(found[1])
        plain = Machine(self.machine.letters, rows, ((),) * len(rows))
        return merged(plain, self.possible(rows)).following


def _members(states: Bits) -> list[int]:
    return [state for state in range(states.bit_length()) if states >> state & 1]


def _closed(search: _Search, states: Bits, letters: Sequence[int]) -> Bits:
    """Return what some of the letters lead to from any of the states, these included."""
    while True:
        wider = states
        for letter in letters:
            wider |= search.image(wider, letter)
        if wider == states:
            return states
        states = wider


def _built(search: _Search, plan: Plan, backwards: bool) -> SOp:
    """Return the graph of a plan."""
    machine = search.machine
    cascade = Cascade(machine, backwards)
    possible = _possible(search, cascade)
    for layer, tracked in enumerate(plan.trackers):
        readable = len(cascade.heads)
        for group in _together(search, tracked, {*possible.values()}):

            def event(
                known: Known,
                letter: int,
                group: _Group = group,
                possible: dict[Known, Bits] = possible,
                base: int = readable,
            ) -> int | None:
                place = possible[known[:base]], letter
                if place not in group.events:
                    return None
                said = [search.settles(states, *place) for states in group.tracked]
                return sum(1 << number for number, one in enumerate(said) if one == 1)

            start = sum((states & 1) << number for number, states in enumerate(group.tracked))
            cascade.flip_flop(event, start, readable)
        for weights, modulus in plan.counters if layer == 0 else ():
            cascade.counter(_weighing(weights), modulus, readable)
        possible = _possible(search, cascade)
    values = as_values(one for row in machine.labels for one in row if one is not None)

    def answer(known: Known, letter: int) -> Value:
        said = {machine.labels[state][letter] for state in _members(possible[known])} - {None}
        return next((values[one] for one in said if one is not None), None)

    return cascade.table(answer)


def _weighing(weights: tuple[int, ...]) -> Callable[[Known, int], int]:
    return lambda known, letter: weights[letter]


def _possible(search: _Search, cascade: Cascade) -> dict[Known, Bits]:
    """Return the states that are possible in each combination of what the heads hold."""
    number = {known: place for place, known in enumerate(cascade.states)}
    following = [tuple(number[after] for after in row) for row in cascade.states.values()]
    return dict(zip(cascade.states, search.possible(following), strict=True))


@dataclass(slots=True)
class _Group:
    """Trackers of one head, the events that it must store and those that it must not."""

    tracked: list[Bits]
    events: set[tuple[Bits, int]]
    kept: set[tuple[Bits, int]]


def _together(search: _Search, tracked: Sequence[Bits], possible: set[Bits]) -> list[_Group]:
    """Return the trackers in groups, each for one head: no letter is an event of one that another must pass over."""
    groups: list[_Group] = []
    for states in tracked:
        one = _Group([states], set(), set())
        for place in product(possible, search.letters):
            said = search.settles(states, *place)
            if said is not None:
                one.events.add(place)
            elif states & place[0]:
                one.kept.add(place)
        for group in groups:
            if group.events.isdisjoint(one.kept) and group.kept.isdisjoint(one.events):
                group.tracked.append(states)
                group.events |= one.events
                group.kept |= one.kept
                break
        else:
            groups.append(one)
    return groups
