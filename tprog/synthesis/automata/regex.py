"""From a regular expression to its minimal complete automaton: Glushkov's positions, then sets of them.

Letters are single characters. `ab` is one after the other, `a|b` either, `a*` any number, `a+` at least one, `a?` at most
one, `[abc]` one of them, `(…)` a group, `()` nothing.
"""

from dataclasses import dataclass
from typing import NoReturn

from tprog.errors import UsageError
from tprog.synthesis.automata.machine import Machine, explored, merged

MOST_STATES = 20_000
"""Beyond so many sets of positions an expression is refused: nobody could read what comes of it."""

DEEPEST = 100
"""Groups within groups, so that reading them needs no deep stack."""

SPECIAL = frozenset("|*+?()[]")


class BadRegex(UsageError):
    """A regular expression cannot be read; the excerpt shows where."""

    slug = "bad-regex"

    def __init__(self, text: str, place: int, said: str) -> None:
        """Say what is wrong at a place of the text, counted from 0."""
        super().__init__(f"{said} at column {place + 1} of the regular expression")
        self.excerpt = (text, " " * place + "^")


def machine_of_regex(text: str) -> Machine:
    """Return the minimal complete automaton of an expression: its labels are "1" where the word so far is one of the language, else "0".

    Raises:
        BadRegex: the text is no such expression.
        UsageError: there are no letters, or the automaton is too large.
    """
    reader = _Reader(text)
    whole = reader.choice(0)
    if reader.place < len(text):
        reader.fail("no group is open")
    alphabet = tuple(sorted(frozenset[str]().union(*reader.letters)))
    if not alphabet:
        raise UsageError("the regular expression has no letters; give one that has some")

    def step(state: tuple[frozenset[int], bool], letter: int) -> tuple[frozenset[int], bool]:
        here = {one for one in state[0] if alphabet[letter] in reader.letters[one]}
        after = frozenset[int]().union(*(reader.follow[one] for one in here))
        return after, not here.isdisjoint(whole.last)

    found = explored((whole.first, whole.empty), alphabet, step, MOST_STATES)
    if found is None:
        raise UsageError("the automaton of the regular expression has too many states; shorten it")
    states, following = found
    accepts = [state[1] for state in states]
    said = tuple(tuple("01"[accepts[after]] for after in row) for row in following)
    return merged(Machine(alphabet, tuple(following), said), accepts)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of an expression: whether nothing matches it, and the positions that it can begin and end with."""

    empty: bool = True
    first: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()


class _Reader:
    """Reads a text from left to right; `letters` and `follow` are what stands at each position and may come after it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.letters: list[frozenset[str]] = []
        self.follow: list[set[int]] = []

    @property
    def next(self) -> str:
        """The character at the place, nothing at the end."""
        return self.text[self.place : self.place + 1]

    def fail(self, said: str) -> NoReturn:
        raise BadRegex(self.text, self.place, said)

    def choice(self, deep: int) -> _Piece:
        """Read alternatives."""
        if deep > DEEPEST:
            self.fail(f"more than {DEEPEST} groups within each other")
        whole = self._sequence(deep)
        while self.next == "|":
            self.place += 1
            other = self._sequence(deep)
            whole = _Piece(
                whole.empty or other.empty, whole.first | other.first, whole.last | other.last
            )
        return whole

    def _sequence(self, deep: int) -> _Piece:
        whole = _Piece()
        while self.next and self.next not in "|)":
            part = self._repeated(deep)
            self._link(whole.last, part.first)
            whole = _Piece(
                whole.empty and part.empty,
                whole.first | part.first if whole.empty else whole.first,
                part.last | whole.last if part.empty else part.last,
            )
        return whole

    def _repeated(self, deep: int) -> _Piece:
        part = self._single(deep)
        while self.next and self.next in "*+?":
            if self.next in "*+":
                self._link(part.last, part.first)
            part = _Piece(part.empty or self.next in "*?", part.first, part.last)
            self.place += 1
        return part

    def _single(self, deep: int) -> _Piece:
        opened, one = self.place, self.next
        if one in SPECIAL - {"(", "["}:
            self.fail(f"{one!r} follows nothing that it could speak of")
        self.place += 1
        if one == "(":
            part = self.choice(deep + 1)
            if self.next != ")":
                self.place = opened
                self.fail("this group is never closed")
            self.place += 1
            return part
        if one == "[":
            end = self.text.find("]", self.place)
            options = frozenset(self.text[self.place : max(end, 0)])
            if not options or options & SPECIAL:
                self.place = opened
                self.fail("give letters between brackets, such as [abc],")
            self.place = end + 1
            return self._letter(options)
        return self._letter(frozenset(one))

    def _letter(self, options: frozenset[str]) -> _Piece:
        self.letters.append(options)
        self.follow.append(set())
        here = frozenset({len(self.letters) - 1})
        return _Piece(False, here, here)

    def _link(self, ends: frozenset[int], starts: frozenset[int]) -> None:
        for one in ends:
            self.follow[one] |= starts
