"""From a machine to few layers of heads: a search over what can be known of its state, layer by layer.

What the heads of a layer hold leaves a set of states possible. The next layer may track for any set of states whether
the state is in it: a letter settles that, keeps what was known, or makes it unknown. With all such trackers at once the
least number of layers is found, then trackers are dropped as long as it suffices. A counter, such as how many `a` less how
many `b`, modulo a number, may stand in the first layer. The search is not complete; `holonomy` is.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import product

from tprog.rasp.graph import SOp, Value
from tprog.synthesis.automata.cascade import Cascade, Known, as_values
from tprog.synthesis.automata.machine import Machine, explored, merged, numbered, reached
from tprog.synthesis.parts import Over

MOST_SETS = 130
"""All sets of up to seven states are tracked; of more states those that seem useful."""

MOST_LAYERS = 6
"""A graph of more layers is left to the holonomy decomposition."""

MOST_COMBINATIONS = 3_000
"""Of what all trackers of a layer hold; beyond, the search is given up."""

MOST_COUNTERS = 12

SIGNS = (0, 1, -1)
"""What a letter may weigh in a counter."""

MOST_WEIGHTS = 3**9
"""So many ways to weigh the kinds of letters are looked through; with more there are no counters."""

Bits = int
"""A set of states: bit number q is state q."""

Counter = tuple[tuple[int, ...], int]
"""A weight for each letter, and the number modulo which they are summed."""


Plan = tuple[list[list[Bits]], Counter]
"""What each layer tracks, and the counter of the first one."""


def by_layers(machine: Machine, backwards: bool, over: Over) -> SOp | None:
    """Return a graph of few layers that gives the machine's labels at every length; None where none is found in time."""
    search = _Search(machine, over)
    best: Plan | None = None
    most = MOST_LAYERS
    for counter in (search.counter, *search.possible_counters()):
        if over() or most < 0:
            break
        search.counter = counter
        trackers = search.plan(most)
        if trackers is not None:
            # A counter has to save a layer.
            best, most = (trackers, counter), len(trackers) - 1
    return None if best is None else _built(search, *best, backwards)


class _Search:
    """What can be known of a machine's state, with a counter in the first layer; at first one that counts nothing."""

    def __init__(self, machine: Machine, over: Over) -> None:
        self.machine, self.over = machine, over
        self.letters = range(len(machine.letters))
        self.whole: Bits = sum(1 << state for state in reached(machine))
        self.counter: Counter = (0,) * len(machine.letters), 1
        self._images: dict[tuple[Bits, int], Bits] = {}

    def image(self, states: Bits, letter: int) -> Bits:
        """Return where a letter leads from any of the states."""
        if (states, letter) not in self._images:
            found = 0
            for state in _members(states):
                found |= 1 << self.machine.after(state, letter)
            self._images[states, letter] = found
        return self._images[states, letter]

    def closed(self, states: Bits, letters: Sequence[int]) -> Bits:
        """Return what some of the letters lead to from any of the states, these included."""
        before = 0
        while before != states:
            before = states
            for letter in letters:
                states |= self.image(states, letter)
        return states

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

        def step(both: tuple[int, int], letter: int) -> tuple[int, int]:
            return following[both[0]][letter], self.machine.after(both[1], letter)

        both = explored((0, 0), self.machine.letters, step, len(following) * self.machine.size)
        assert both is not None
        found = [0] * len(following)
        for outer, state in both[0]:
            found[outer] |= 1 << state
        return found

    def sets(self) -> list[Bits]:
        """Return the sets of states that may be tracked, small ones first."""
        everything = (1 << self.machine.size) - 1
        found = {*range(1, everything if everything <= MOST_SETS else 1)}
        if not found:
            single = [1 << state for state in range(self.machine.size)]
            found = {*single, *(self.image(everything, letter) for letter in self.letters)}
            for letters in (self.letters, *([letter] for letter in self.letters)):
                found |= {self.closed(one, letters) for one in single}
            found |= {everything & ~one for one in found}
        return sorted(found - {0, everything}, key=lambda one: (one.bit_count(), one))

    def possible_counters(self) -> list[Counter]:
        """Return counters that tell states apart which can be reached from each other, small ones first."""
        reach = [self.closed(1 << state, self.letters) for state in range(self.machine.size)]
        parts = {
            sum(1 << other for other in _members(one) if reach[other] >> state & 1)
            for state, one in enumerate(reach)
        }
        # Letters that lead from every state to the same have one weight.
        states = range(self.machine.size)
        ways = {one: tuple(self.machine.after(q, one) for q in states) for one in self.letters}
        alike = numbered(ways)
        kinds = max(alike.values()) + 1
        if len(SIGNS) ** kinds > MOST_WEIGHTS:
            return []
        # Modulo the number of states a difference of counts tells them all apart, as in brackets of that depth.
        found = {
            (weights, modulus)
            for part in parts
            for modulus in ({2, 3, part.bit_count()} if part.bit_count() > 1 else ())
            for each in product(SIGNS[: 2 + (modulus > 2)], repeat=kinds)
            for weights in [tuple(each[alike[letter]] for letter in self.letters)]
            if any(weights) and next(filter(None, weights)) > 0
            if self._counts(part, weights, modulus)
        }
        order = sorted(found, key=lambda one: (one[1], sum(map(abs, one[0])), one[0]))
        return order[:MOST_COUNTERS]

    def _counts(self, part: Bits, weights: tuple[int, ...], modulus: int) -> bool:
        """Tell whether within a part every way between two states has one weight, and not always 0."""
        order = [(part & -part).bit_length() - 1]
        weight = {order[0]: 0}
        inside: set[int] = set()
        for state in order:
            for letter in self.letters:
                after = self.machine.after(state, letter)
                if part >> after & 1:
                    inside.add(letter)
                    wanted = (weight[state] + weights[letter]) % modulus
                    if after not in weight:
                        order.append(after)
                    if weight.setdefault(after, wanted) != wanted:
                        return False
        useless = any(one and letter not in inside for letter, one in enumerate(weights))
        return not useless and len({*weight.values()}) > 1

    def plan(self, most: int) -> list[list[Bits]] | None:
        """Return what to track, in the least number of layers up to `most`; None where none suffices."""
        every = self.sets()
        needed = self.needed([every] * most)
        if needed is None:
            return None
        single = [one for one in every if one.bit_count() == 1]
        but_one = [one for one in every if one in single or self.whole & ~one in single]
        families = single, but_one, every
        family = next(one for one in families if self.needed([one] * needed) is not None)
        trackers = [list(family) for _ in range(needed)]
        for layer in reversed(range(needed)):
            self._drop(trackers, layer)
        return trackers

    def _drop(self, trackers: list[list[Bits]], layer: int) -> None:
        """Drop trackers of a layer as long as the rest suffices: halves, quarters and so on, at last one by one."""
        size = len(trackers[layer])
        while size and not self.over():
            start = 0
            while start < len(trackers[layer]):
                before = trackers[layer]
                trackers[layer] = before[:start] + before[start + size :]
                if self.needed(trackers) is None:
                    trackers[layer] = before
                    start += size
            size //= 2

    def needed(self, trackers: Sequence[Sequence[Bits]]) -> int | None:
        """Return after how many layers of trackers every label is settled, None if not after all."""
        following: Sequence[tuple[int, ...]] | None = [(0,) * len(self.letters)]
        layer = 0
        while following is not None:
            possible = self.possible(following)
            if all(self.settled(one, letter) for one in possible for letter in self.letters):
                return layer
            if layer == len(trackers):
                break
            counter = self.counter if layer == 0 else ((0,) * len(self.letters), 1)
            following = self._next(following, possible, trackers[layer], counter)
            layer += 1
        return None

    def _next(
        self,
        following: Sequence[tuple[int, ...]],
        possible: Sequence[Bits],
        tracked: Sequence[Bits],
        counter: Counter,
    ) -> Sequence[tuple[int, ...]] | None:
        """Return the automaton of what is known with another layer, with as few states as tell the possible ones apart."""
        weights, modulus = counter
        masks: dict[tuple[Bits, int], tuple[int, int]] = {}
        for place in product({*possible}, self.letters):
            said = [self.settles(states, *place) for states in tracked]
            masks[place] = _bits(one == 1 for one in said), _bits(one is None for one in said)

        def step(state: tuple[int, int, int], letter: int) -> tuple[int, int, int]:
            outer, held, total = state
            set_bits, kept = masks[possible[outer], letter]
            total = (total + weights[letter]) % modulus
            return following[outer][letter], set_bits | held & kept, total

        start = 0, _bits(states & 1 for states in tracked), 0
        found = explored(start, self.machine.letters, step, MOST_COMBINATIONS)
        if found is None:
            return None
        rows = tuple(found[1])
        plain = Machine(self.machine.letters, rows, ((),) * len(rows))
        return merged(plain, self.possible(rows)).following


def _bits(truths: Iterable[int]) -> int:
    return sum(1 << place for place, one in enumerate(truths) if one)


def _members(states: Bits) -> list[int]:
    return [state for state in range(states.bit_length()) if states >> state & 1]


def _built(search: _Search, trackers: list[list[Bits]], counter: Counter, backwards: bool) -> SOp:
    """Return the graph of a plan."""
    machine = search.machine
    cascade = Cascade(machine, backwards)
    possible = _possible(search, cascade)
    for layer, tracked in enumerate(trackers):
        cascade.begin_layer()
        for group in _together(search, tracked, {*possible.values()}):
            settled = partial(_settled, search, group, possible, cascade.readable)
            cascade.flip_flop(settled, _bits(states & 1 for states in group))
        if layer == 0 and any(counter[0]):
            cascade.counter(lambda known, letter: counter[0][letter], counter[1])
        possible = _possible(search, cascade)
    values = as_values(one for row in machine.labels for one in row if one is not None)

    def answer(known: Known, letter: int) -> Value:
        said = {machine.labels[state][letter] for state in _members(possible[known])}
        return next((values[one] for one in said if one is not None), None)

    cascade.begin_layer()
    return cascade.table(answer)


def _possible(search: _Search, cascade: Cascade) -> dict[Known, Bits]:
    """Return the states that are possible in each combination of what the heads hold."""
    number = {known: place for place, known in enumerate(cascade.states)}
    following = [tuple(number[after] for after in row) for row in cascade.states.values()]
    return dict(zip(cascade.states, search.possible(following), strict=True))


def _settled(
    search: _Search,
    group: Sequence[Bits],
    possible: dict[Known, Bits],
    base: int,
    known: Known,
    letter: int,
) -> int | None:
    """Return what a head stores: for each of its trackers whether the state is in the set now; None where nothing settles that."""
    said = [search.settles(states, possible[known[:base]], letter) for states in group]
    return _bits(one == 1 for one in said) if any(one is not None for one in said) else None


def _together(search: _Search, tracked: Sequence[Bits], possible: set[Bits]) -> list[list[Bits]]:
    """Return the trackers in groups, each for one head: no letter is an event of one that another must pass over."""
    events: dict[Bits, set[tuple[Bits, int]]] = {states: set() for states in tracked}
    kept: dict[Bits, set[tuple[Bits, int]]] = {states: set() for states in tracked}
    for states, *place in product(tracked, possible, search.letters):
        settled = search.settles(states, *place) is not None
        if settled or states & place[0]:
            (events if settled else kept)[states].add((place[0], place[1]))
    groups: list[list[Bits]] = []
    for states in tracked:
        for group in groups:
            if all(
                events[one].isdisjoint(kept[states]) and kept[one].isdisjoint(events[states])
                for one in group
            ):
                group.append(states)
                break
        else:
            groups.append([states])
    return groups
