"""From any machine whose groups are solvable to a cascade of flip-flops and counters: the holonomy decomposition.

What is known of the state is a set of states; each level narrows it to one of the set's *tiles*, the largest images
within it. See Eilenberg, Automata, Languages and Machines, volume B, chapter II.
"""

from collections.abc import Callable
from functools import cache

from tprog.rasp.graph import SOp, Value
from tprog.synthesis.automata.cascade import Cascade, Known, Refused, as_values
from tprog.synthesis.automata.groups import Permutation, Series, inverse, series
from tprog.synthesis.automata.machine import Machine, explored
from tprog.synthesis.parts import Over, never

States = frozenset[int]

MOST_IMAGES = 250
"""A machine with more images of its states is given up: what comes of it could not be read."""


def by_holonomy(machine: Machine, backwards: bool = False, over: Over = never) -> SOp:
    """Return a graph that gives the machine's labels at every length; what has no label may have any.

    Raises:
        Refused: a group of the machine is not solvable, or the graph would be too large, or `over`.
    """
    images = _Images(machine)
    cascade = Cascade(machine, backwards, over)
    current: Callable[[Known], States] = lambda known: images.whole  # noqa: E731
    for level in range(images.height[images.whole], 0, -1):
        current = _Level(cascade, images, level, current).refined()
    values = as_values(one for row in machine.labels for one in row if one is not None)

    def answer(known: Known, letter: int) -> Value:
        (state,) = current(known)
        wanted = machine.labels[state][letter]
        return None if wanted is None else values[wanted]

    cascade.begin_layer()
    return cascade.table(answer)


class _Images:
    """The images of all states under words, and single states, with their order.

    Attributes:
        whole: all states.
        height: of an image the longest chain of strictly smaller ones below it; single states have 0. One image is
            smaller than another that has an image which holds it.
        tiles: of each image the largest images strictly inside it.
        chosen: one image for each class of images that words turn into each other.
        steps: for each image, which of its states a state of the chosen one is turned into.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.whole: States = frozenset(range(machine.size))
        members = sorted(
            {*self._orbit(self.whole), *(frozenset({one}) for one in self.whole)}, key=_size
        )
        orbits = {one: self._orbit(one) for one in members}
        self.tiles: dict[States, list[States]] = {}
        self.height = {one: 0 for one in members if len(one) == 1}
        self.chosen: dict[States, States] = {}
        self.steps: dict[States, dict[int, int]] = {}

        def below(less: States, one: States) -> bool:
            return any(map(less.issubset, orbits[one]))

        def height(one: States) -> int:
            if one not in self.height:
                lower = [less for less in members if below(less, one) and not below(one, less)]
                self.height[one] = 1 + max(map(height, lower))
            return self.height[one]

        for one in members:
            height(one)
            inside = [less for less in members if less < one]
            self.tiles[one] = [less for less in inside if not any(less < other for other in inside)]
            if one not in self.chosen:
                self._spread(one, {other for other in orbits[one] if one in orbits[other]})

    def after(self, states: States, letter: int) -> States:
        """Return where a letter leads from any of the states."""
        return frozenset(self.machine.following[one][letter] for one in states)

    def _orbit(self, start: States) -> list[States]:
        """Return the images of a set of states, in a fixed order."""
        found = explored(start, self.machine.letters, self.after, MOST_IMAGES)
        if found is None:
            raise Refused(f"its states have more than {MOST_IMAGES} images")
        return found[0]

    def _spread(self, chosen: States, alike: set[States]) -> None:
        """Choose an image for its class, and find how it is turned into each other one."""
        self.chosen[chosen] = chosen
        self.steps[chosen] = {one: one for one in chosen}
        order = [chosen]
        for one in order:
            for letter in range(len(self.machine.letters)):
                image = self.after(one, letter)
                if image in alike and image not in self.chosen:
                    self.chosen[image] = chosen
                    steps = self.steps[one].items()
                    self.steps[image] = {a: self.machine.after(b, letter) for a, b in steps}
                    order.append(image)


def _size(states: States) -> tuple[int, list[int]]:
    return len(states), sorted(states)


class _Level:
    """One level: which of its tiles the current image is narrowed to.

    A letter permutes the tiles of the chosen image, or resets to one of them, or does not matter to this level.
    """

    def __init__(
        self, cascade: Cascade, images: _Images, level: int, current: Callable[[Known], States]
    ) -> None:
        self.cascade, self.images, self.level = cascade, images, level
        self.base = len(cascade.heads)
        self.before = {known: current(known) for known in cascade.states}
        self.following = dict(cascade.states)
        self.kinds = {
            (known, letter): self._kind(known, letter)
            for known, row in self.following.items()
            for letter in range(len(row))
        }
        self.groups: dict[States, Series] = {}
        # Where the sums of each group's stages stand among the heads.
        self.sums: dict[States, list[slice]] = {}

    def refined(self) -> Callable[[Known], States]:
        """Add the level's heads; return the image that is current below it."""
        turns: dict[States, list[Permutation]] = {}
        for image, turn, _ in self.kinds.values():
            if turn is not None and turn != tuple(range(len(turn))):
                turns.setdefault(image, []).append(turn)
        for image, found in turns.items():
            self.groups[image] = series(found, len(self.images.tiles[image]))
            self.sums[image] = []
        for stage in range(max((len(one.stages) for one in self.groups.values()), default=0)):
            self._add_sums(stage)
        start = self._start()
        if any(reset is not None for _, _, reset in self.kinds.values()):
            self.cascade.begin_layer()
            self.cascade.flip_flop(self.event, start)
            place = len(self.cascade.heads) - 1
            return cache(lambda known: self.narrowed(known, known[place]))
        return cache(lambda known: self.narrowed(known, start))

    def _kind(self, known: Known, letter: int) -> tuple[States, Permutation | None, int | None]:
        """Return the chosen image of the next one, and how its tiles are permuted, or the tile that it is reset to."""
        images = self.images
        image, after = self.before[known], self.before[self.following[known][letter]]
        if images.height[after] != self.level:
            return after, None, None
        chosen = images.chosen[after]
        tiles = images.tiles[chosen]
        back = {held: start for start, held in images.steps[after].items()}
        if images.height[image] == self.level and images.after(image, letter) == after:
            turn = {
                start: back[images.machine.following[held][letter]]
                for start, held in images.steps[image].items()
            }
            moved = [frozenset(turn[one] for one in tile) for tile in tiles]
            return chosen, tuple(map(tiles.index, moved)), None
        reset = frozenset(back[one] for one in images.after(image, letter))
        return chosen, None, next(place for place, tile in enumerate(tiles) if reset <= tile)

    def _add_sums(self, stage: int) -> None:
        """Add the counters of one stage of every group."""
        self.cascade.begin_layer()
        for image, group in self.groups.items():
            if stage >= len(group.stages):
                continue
            first = len(self.cascade.heads)
            for part, modulus in enumerate(group.stages[stage].moduli):

                def weight(
                    known: Known, letter: int, image: States = image, part: int = part
                ) -> int:
                    to, turn, _ = self.kinds[known[: self.base], letter]
                    if turn is None or to != image:
                        return 0
                    held = self._held(known, image)[:stage]
                    return self.groups[image].increment(turn, held)[part]

                self.cascade.counter(weight, modulus)
            self.sums[image].append(slice(first, len(self.cascade.heads)))

    def _held(self, known: Known, image: States) -> tuple[tuple[int, ...], ...]:
        return tuple(known[place] for place in self.sums[image])

    def _start(self) -> int:
        """Return the tile that holds the first state."""
        image = self.before[next(iter(self.before))]
        if self.images.height[image] != self.level:
            return 0
        tiles = self.images.tiles[self.images.chosen[image]]
        start = next(start for start, held in self.images.steps[image].items() if held == 0)
        return next(place for place, tile in enumerate(tiles) if start in tile)

    def event(self, known: Known, letter: int) -> int | None:
        """Return the tile that a letter resets to, as it was before all turns so far."""
        image, _, tile = self.kinds[known[: self.base], letter]
        if tile is None or image not in self.groups:
            return tile
        return inverse(self.groups[image].product(self._held(known, image)))[tile]

    def narrowed(self, known: Known, stored: int) -> States:
        """Return the current image below this level, where the tile before all turns is given."""
        image = self.before[known[: self.base]]
        if self.images.height[image] != self.level:
            return image
        chosen = self.images.chosen[image]
        if chosen in self.groups:
            stored = self.groups[chosen].product(self._held(known, chosen))[stored]
        steps = self.images.steps[image]
        return frozenset(steps[one] for one in self.images.tiles[chosen][stored])
