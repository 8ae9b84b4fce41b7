"""Whether two finite-state programs agree on inputs of every length: the product of what both remember, explored.

Nothing here knows how a program was made. Each node of a graph is a transducer of the past (`transducer.py`); the reachable
combinations of their memories are finitely many, each reached by a real input, so that equal answers in all of them are
a proof and a difference comes with a shortest input.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeAlias

from tprog.errors import UsageError
from tprog.rasp import graph as g
from tprog.rasp.counts import Again, Counts, Linear, Unbounded
from tprog.rasp.evaluate import KINDS, RaspError, label
from tprog.rasp.transducer import Head, Held, Memory, NotFinite, Values
from tprog.synthesis.automata.machine import Machine
from tprog.synthesis.examples import answers_or_none
from tprog.synthesis.parts import Over, never

MOST_STATES = 20_000
"""Beyond so many reachable combinations nothing is decided."""

SHORT = 3_000
"""Where nothing can be proved, all inputs of a length are compared as long as there are at most so many."""


@dataclass(frozen=True, slots=True)
class Proved:
    """Two programs give the same label at every position of every input; so many combinations of what they remember can be reached."""

    states: int


@dataclass(frozen=True, slots=True)
class Differs:
    """Two programs differ on the last position of a word, which is a shortest one; with what each gives there."""

    word: tuple[str, ...]
    labels: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Outside:
    """Nothing was decided.

    Attributes:
        reason: why, naming the kind of program that can be decided.
        node: the node that is of no such kind, if it is one.
        checked: no input up to this length differs.
    """

    reason: str
    node: g.Node | None = None
    checked: int = 0


Side: TypeAlias = g.SOp | Machine
State: TypeAlias = tuple[int, tuple[Memory, ...], tuple[int, ...]]
"""What is kept of the position, what each head remembers, and where each machine is."""


def every_length(
    left: Side, right: Side, alphabet: Sequence[str], most: int = MOST_STATES, over: Over = never
) -> Proved | Differs | Outside:
    """Decide whether two programs, graphs or machines, give the same label at every position of every input, however long.

    Args:
        left: one program; machines must read the alphabet.
        right: the other.
        alphabet: what inputs are made of.
        most: how many combinations of what both remember are explored before nothing is decided.
        over: asked for each of them whether to end.

    Raises:
        UsageError: the alphabet is empty, or a machine does not read it.
    """
    letters = tuple(alphabet)
    if not letters or any(
        not {*one.letters}.issuperset(letters) for one in (left, right) if isinstance(one, Machine)
    ):
        raise UsageError("give the alphabet of the inputs, which a machine must read")
    exploration = _Exploration((left, right), letters, most, over)
    try:
        found = exploration.run()
    except NotFinite as error:
        found = Outside(error.reason, error.node)
    except Unbounded as error:
        found = Outside(str(error), exploration.node)
    except RaspError as error:
        found = Outside(f"it has no value on some input: {error}", exploration.node)
    return _on_short_inputs(left, right, letters, found) if isinstance(found, Outside) else found


class _Exploration:
    """The reachable combinations of what two programs remember."""

    def __init__(
        self, sides: tuple[Side, Side], letters: tuple[str, ...], most: int, over: Over
    ) -> None:
        self.sides, self.letters, self.most, self.over = sides, letters, most, over
        self.machines = [one for one in sides if isinstance(one, Machine)]
        graphs = [one for one in sides if isinstance(one, g.SOp)]
        self.order = [one for one in g.walk(*graphs) if isinstance(one, g.SOp)]
        self.counts = Counts()
        self.counted: frozenset[g.SOp] = frozenset()
        self.kinds: dict[g.SOp, int] = {}
        self.node: g.Node | None = None
        self.calls: dict[g.Map, Callable[..., g.Value]] = {}

    def run(self) -> Proved | Differs | Outside:
        """Explore, again with more kept of the counts as often as more is needed."""
        self.heads = [Head(one) for one in self.order if isinstance(one, g.Aggregate | g.Width)]
        while True:
            try:
                return self._explored()
            except Again:
                continue

    def _explored(self) -> Proved | Differs | Outside:
        start: State = (
            self.counts.kept(g.Indices(), 0),
            (((), ()),) * len(self.heads),
            (0,) * len(self.machines),
        )
        self._look_at_first_positions(start)
        words: dict[State, tuple[str, ...]] = {start: ()}
        waiting = deque([start])
        while waiting:
            state = waiting.popleft()
            for letter in self.letters:
                values = self._values(state, letter)
                answers = self._answers(state, letter, values)
                word = (*words[state], letter)
                if None not in answers and not self._same(values, *answers):
                    first, second = (_shown(one) for one in answers)
                    return Differs(word, (first, second))
                after = self._after(state, letter, values)
                if after not in words:
                    words[after] = word
                    waiting.append(after)
            if len(words) > self.most:
                return Outside(f"more than {self.most:,} states can be reached")
            if self.over():
                return Outside(f"there was no time to look at more than {len(words):,} states")
        self._check_comparisons()
        return Proved(len(words))

    def _values(self, state: State, letter: str) -> Values:
        """Return the values of all nodes after a past, on reading a letter."""
        position, memories, _ = state
        self.counts.held = {g.Indices(): position}
        heads = zip(self.heads, memories, strict=True)
        at: dict[g.SOp, tuple[Head, Memory]] = {one.node: (one, memory) for one, memory in heads}
        for head, (_, older) in at.values():
            self.counts.held |= {(head.node, profile, value): n for profile, value, n in older}
        values = Values(self.counts, self.calls)
        for node in self.order:
            self.node = node
            match node:
                case g.Tokens():
                    found: Held = letter
                case g.Indices():
                    found = Linear(((g.Indices(), 1),))
                case g.Const(value):
                    found = value
                case g.Map():
                    found = values.mapped(node)
                case _:
                    head, memory = at[node]
                    found = head.value(memory, values)
            values.of[node] = self._of_one_type(node, found)
        return values

    def _of_one_type(self, node: g.SOp, found: Held) -> Held:
        """Return a value as a sequence holds it: a bool beside ints is one of them, other types do not mix."""
        if isinstance(found, bool) and node in self.counted:
            found = int(found)
        kind = 4 if isinstance(found, Linear) else KINDS.get(type(found), 0)
        kinds = self.kinds[node] = self.kinds.get(node, 0) | kind
        if kind == 0 or (kinds & 1 and kinds != 1) or (kinds & 2 and kinds != 2):
            raise NotFinite(node, "its values are of different types")
        return found

    def _look_at_first_positions(self, start: State) -> None:
        """Find the nodes that hold a number at the first position of every input, where a bool counts as one too."""
        numbers = {*self.order}
        self.counted = frozenset()
        for letter in self.letters:
            self.kinds = {}
            self._values(start, letter)
            numbers = {one for one in numbers if self.kinds[one] & (4 | 8)}
        self.counted, self.kinds = frozenset(numbers), {}

    def _answers(self, state: State, letter: str, values: Values) -> tuple[Held, ...]:
        """Return what both sides give; None where nothing is wanted."""
        places = iter(state[2])
        return tuple(
            one.labels[next(places)][one.letters.index(letter)]
            if isinstance(one, Machine)
            else values.of[one]
            for one in self.sides
        )

    def _same(self, values: Values, left: Held, right: Held) -> bool:
        """Return whether two answers are written alike."""
        if isinstance(left, Linear) or isinstance(right, Linear):
            return values.compared(g.Tokens(), "==", left, right)
        return label(left) == label(right)

    def _after(self, state: State, letter: str, values: Values) -> State:
        position, memories, places = state
        heads = zip(self.heads, memories, strict=True)
        machines = zip(self.machines, places, strict=True)
        return (
            self.counts.kept(g.Indices(), position + 1),
            tuple(head.remember(memory, values) for head, memory in heads),
            tuple(one.after(place, one.letters.index(letter)) for one, place in machines),
        )

    def _check_comparisons(self) -> None:
        """Make sure that no comparison of keys and queries, those that decide nothing included, is without a value."""
        for head in self.heads:
            for atom in head.atoms:
                kinds = {self.kinds[atom.key] == 1, self.kinds[atom.query] == 1}
                if len(kinds) > 1 and atom.relation in ("<", "<=", ">", ">="):
                    raise NotFinite(atom, "it compares strings with numbers")


def _shown(answer: Held) -> str:
    return "a count" if isinstance(answer, Linear) else label(answer)


def _on_short_inputs(
    left: Side, right: Side, letters: tuple[str, ...], outside: Outside
) -> Differs | Outside:
    """Compare two programs on all short inputs, where nothing can be said of all."""
    length = 0
    while len(letters) ** (length + 1) <= SHORT:
        length += 1
        words = [*product(letters, repeat=length)]
        given = zip(words, _given(left, words), _given(right, words), strict=True)
        for word, *labels in given:
            for one, other in zip(*labels, strict=True):
                if None not in (one, other) and one != other:
                    return Differs(word, (str(one), str(other)))
    return replace(outside, checked=length)


def _given(side: Side, words: Sequence[tuple[str, ...]]) -> list[tuple[str | None, ...]]:
    """Return the labels of a program for each word."""
    if isinstance(side, Machine):
        return [side.run(word) for word in words]
    none = "no value"
    rows = zip(words, answers_or_none(side, words), strict=True)
    return [row or (none,) * len(word) for word, row in rows]
