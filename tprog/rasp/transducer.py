"""A graph as a finite-state transducer: what each of its nodes remembers of the past.

A head may look at positions up to its own. Of the keys it remembers the latest few one by one, as many as its comparisons
of positions need, and of older ones their values and how many there were, or for `closest` which came last.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TypeAlias

from tprog.ir.predicate import RELATIONS, Relation
from tprog.rasp import graph as g
from tprog.rasp.counts import Counts, Linear
from tprog.rasp.evaluate import applied, holds_of
from tprog.rasp.functions import callable_of

Held: TypeAlias = g.Value | Linear
Profile: TypeAlias = tuple[g.Value, ...]
"""Of a key, what each comparison of a selector sees of it."""

Memory: TypeAlias = tuple[
    tuple[tuple[Profile, g.Value], ...], tuple[tuple[Profile, g.Value, int], ...]
]
"""Of a head: the latest keys and their values, the nearest first; then older ones with what is kept of their number, for
`closest` the latest of each profile, the nearest first."""


class NotFinite(Exception):
    """A node is no finite-state transducer of the past that we can follow."""

    def __init__(self, node: g.Node, reason: str) -> None:
        """Say which node and why."""
        super().__init__(reason)
        self.node = node
        self.reason = reason


class Values:
    """The values of nodes at one position, after a past that heads remember.

    Attributes:
        of: the value of each s-op so far.
        counts: what is kept of unbounded counts.
    """

    def __init__(self, counts: Counts, calls: dict[g.Map, Callable[..., g.Value]]) -> None:
        """Begin with no value; `calls` is kept from one position to the next."""
        self.of: dict[g.SOp, Held] = {}
        self.counts = counts
        self.calls = calls

    def plain(self, node: g.Node, sop: g.SOp) -> g.Value:
        """Return a value that a head is to remember."""
        found = self.of[sop]
        if isinstance(found, Linear):
            raise NotFinite(node, "it remembers a count without bound")
        return found

    def related(self, atom: g.Select, key: Held, query: Held) -> bool:
        """Return whether a key's value stands in the relation to a query's."""
        if not isinstance(key, Linear) and not isinstance(query, Linear):
            try:
                return bool(holds_of(atom.relation)(key, query))
            except TypeError:
                raise NotFinite(atom, "it compares strings with numbers") from None
        if not isinstance(atom.relation, str):
            raise NotFinite(atom, "it looks up a count in a table")
        return self.compared(atom, atom.relation, key, query)

    def compared(self, node: g.Node, relation: Relation, left: Held, right: Held) -> bool:
        """Return whether two numbers, counts among them, stand in a relation."""
        difference = self._sum(node, left, right, -1)
        return bool(RELATIONS[relation](self.counts.between(difference, 0, 0), 0))

    def _sum(self, node: g.Node, left: Held, right: Held, factor: int) -> Linear | int:
        if not isinstance(left, int | Linear) or not isinstance(right, int | Linear):
            raise NotFinite(node, "it computes with a count and something that is no whole number")
        return (left if isinstance(left, Linear) else Linear((), left)).plus(right, factor)

    def mapped(self, node: g.Map) -> Held:
        """Return the value of a function of values; counts are added, scaled, compared and taken modulo a number."""
        arguments = [self.of[one] for one in node.arguments]
        if not any(isinstance(one, Linear) for one in arguments):
            if node not in self.calls:
                self.calls[node] = callable_of(node.function)
            return applied(self.calls[node], arguments)  # type: ignore[arg-type]
        if isinstance(node.function, g.Lookup):
            return self._looked_up(node.function, arguments)
        match node.function, arguments:
            case "+" | "-", [left, right]:
                return self._sum(node, left, right, 1 if node.function == "+" else -1)
            case "neg", [Linear() as one]:
                return one.times(-1)
            case "pos", [one]:
                return one
            case "*", [Linear() as one, int(factor)] | [int(factor), Linear() as one]:
                return one.times(factor)
            case "%", [Linear() as one, int(modulus)] if modulus > 0:
                return self.counts.modulo(one, modulus)
            case ("==" | "!=" | "<" | "<=" | ">" | ">=") as relation, [left, right]:
                return self.compared(node, relation, left, right)
            case "if", [left, condition, right]:
                return left if self._true(node, condition) else right
            case "not" | "indicator" | "and" | "or", _:
                truths = [self._true(node, one) for one in arguments]
                return applied(callable_of(node.function), truths)
        raise NotFinite(node, "it does with an unbounded count what no finite memory can follow")

    def _true(self, node: g.Node, value: Held) -> bool:
        return self.compared(node, "!=", value, 0) if isinstance(value, Linear) else bool(value)

    def _looked_up(self, table: g.Lookup, arguments: list[Held]) -> g.Value:
        plain: list[g.Value] = []
        for place, one in enumerate(arguments):
            if isinstance(one, Linear):
                whole = [key[place] for key, _ in table.rows]
                keys = [key for key in whole if isinstance(key, int)]
                one = self.counts.between(one, min(keys, default=0), max(keys, default=0))
            plain.append(one)
        return applied(callable_of(table), plain)


def _place(sop: g.SOp) -> int | None:
    """Return what an s-op adds to the position, None where it is something else."""
    match sop:
        case g.Indices():
            return 0
        case g.Map("+" | "-" as sign, (one, g.Const(int(number)))):
            number = number if sign == "+" else -number
        case g.Map("+", (g.Const(int(number)), one)):
            pass
        case _:
            return None
    inner = _place(one)
    return None if inner is None else inner + number


def _combined(selector: g.Selector, truth: Callable[[g.Select], bool | None]) -> bool | None:
    """Return whether a selector selects, None where that is open, from what is known of its comparisons."""
    match selector:
        case g.Select():
            return truth(selector)
        case g.Not(one):
            found = _combined(one, truth)
            return None if found is None else not found
        case g.And(left, right) | g.Or(left, right):
            settles = isinstance(selector, g.Or)
            both = _combined(left, truth), _combined(right, truth)
            if settles in both:
                return settles
            return None if None in both else not settles
    raise NotFinite(selector, "it stands within and, or, not")


def _only(said: set[bool]) -> bool | None:
    """Return what is always said, None where that varies."""
    return said.pop() if len(said) == 1 else None


def _comparisons(selector: g.Selector) -> Iterator[g.Select]:
    if isinstance(selector, g.Select):
        yield selector
    for part in selector.parts:
        if isinstance(part, g.Selector):
            yield from _comparisons(part)


class Head:
    """What an aggregate or a width selects, and what it must remember for that.

    Raises:
        NotFinite: it may select a position behind the query's.
    """

    def __init__(self, node: g.Aggregate | g.Width) -> None:
        """Look at the comparisons of its selector."""
        self.node = node
        selector = node.selector
        self.closest = isinstance(selector, g.Closest)
        self.selector = selector.selector if isinstance(selector, g.Closest) else selector
        self.atoms = [*_comparisons(self.selector)]
        self.shifts: dict[g.Select, int] = {}
        for one in self.atoms:
            if isinstance(one.relation, g.Python):
                raise NotFinite(one, "a relation known only as a Python function is not followed")
            key, query = _place(one.key), _place(one.query)
            if key is not None and query is not None and isinstance(one.relation, str):
                self.shifts[one] = key - query
        # What queries decide, and what was decided before.
        undecided = (one for one in self.atoms if one not in self.shifts)
        self.open = [one for one in undecided if not isinstance(one.query, g.Const)]
        self._selected: dict[tuple[object, ...], bool | None] = {}
        self.window = max(map(abs, self.shifts.values()), default=0)
        if _combined(self.selector, self._behind) is not False:
            raise NotFinite(node, "it may look at positions behind its own")

    def _behind(self, atom: g.Select) -> bool | None:
        """Return what a comparison says of every key behind the query, None where that varies."""
        if atom in self.shifts:
            return _only({self._at(atom, -one) for one in range(1, self.window + 2)})
        key, holds = _place(atom.key), holds_of(atom.relation)
        match atom.key, atom.query:
            case _, g.Const(int(asked)) if key is not None:
                # A key behind the query is not the first.
                return _only({holds(one + key, asked) for one in range(1, abs(asked - key) + 3)})
            case g.Const(one), g.Const(asked):
                return bool(holds(one, asked))
        return None

    def _at(self, atom: g.Select, distance: int) -> bool:
        """Return what a comparison of positions says of a key so far to the left of the query."""
        return bool(holds_of(atom.relation)(self.shifts[atom] - distance, 0))

    def profile(self, values: Values) -> Profile:
        """Return what the comparisons see of the own position as a key."""
        found: list[g.Value] = []
        for atom in self.atoms:
            if atom in self.shifts:
                found.append(None)
            elif isinstance(atom.query, g.Const):
                found.append(values.related(atom, values.of[atom.key], atom.query.value))
            else:
                found.append(values.plain(atom, atom.key))
        return tuple(found)

    def selects(self, profile: Profile, distance: int, values: Values | None) -> bool | None:
        """Return whether the query selects a key so far to its left; None where that depends on the query, if not given."""
        asked = () if values is None else tuple(values.of[atom.query] for atom in self.open)
        known = profile, distance, values is None, asked
        if known not in self._selected:
            found = self._selects(profile, distance, values)
            if any(isinstance(one, Linear) for one in asked):
                return found
            self._selected[known] = found
        return self._selected[known]

    def _selects(self, profile: Profile, distance: int, values: Values | None) -> bool | None:
        seen = dict(zip(self.atoms, profile, strict=True))

        def truth(atom: g.Select) -> bool | None:
            if atom in self.shifts:
                return self._at(atom, distance)
            if isinstance(atom.query, g.Const):
                return bool(seen[atom])
            if values is None:
                return None
            return values.related(atom, seen[atom], values.of[atom.query])

        return _combined(self.selector, truth)

    def value(self, memory: Memory, values: Values) -> Held:
        """Return what the head gives at the own position."""
        latest, older = memory
        own = self._entry(values)
        keys = enumerate(latest, start=1)
        near = [entry for distance, entry in keys if self.selects(entry[0], distance, values)]
        far = [entry for entry in older if self.selects(entry[0], self.window + 1, values)]
        here = [own] if self.selects(own[0], 0, values) else []
        if self.closest:
            chosen = next(iter([*near, *far, *here]), None)
            if isinstance(self.node, g.Width):
                return int(chosen is not None)
            return self.node.default if chosen is None else chosen[1]
        counted = {(self.node, profile, value): 1 for profile, value, _ in far}
        total = Linear(tuple(counted.items())).plus(len(near) + len(here))
        if isinstance(self.node, g.Width):
            return total
        return self._mean(total, {entry[1] for entry in [*near, *far, *here]}, values)

    def _mean(self, total: Linear | int, found: set[g.Value], values: Values) -> g.Value:
        """Return the mean of what is selected, so many in all, which is known where all of it is the same."""
        assert isinstance(self.node, g.Aggregate)
        if not found:
            return self.node.default
        if len(found) > 1:
            raise NotFinite(self.node, "it takes the mean of different values")
        (one,) = found
        if values.counts.between(total, 0, 1) == 1:
            return one
        if isinstance(one, bool) or not isinstance(one, int | Fraction):
            raise NotFinite(self.node, "it takes the mean of values that are no numbers")
        return Fraction(one)

    def _entry(self, values: Values) -> tuple[Profile, g.Value]:
        """Return the own position as a key."""
        profile = self.profile(values)
        if isinstance(self.node, g.Width):
            return profile, None
        return profile, values.plain(self.node, self.node.value)

    def remember(self, memory: Memory, values: Values) -> Memory:
        """Return the memory after the own position."""
        latest, older = memory
        latest = (self._entry(values), *latest)
        if len(latest) <= self.window:
            return latest, older
        latest, (profile, value) = latest[:-1], latest[-1]
        if self.selects(profile, self.window + 1, None) is False:
            return latest, older
        if self.closest:
            rest = (entry for entry in older if entry[0] != profile)
            return latest, ((profile, value, 0), *rest)
        known = {entry[:2]: entry[2] for entry in older}
        count = (self.node, profile, value)
        known[profile, value] = values.counts.kept(count, known.get((profile, value), 0) + 1)
        return latest, tuple(sorted(((*one, number) for one, number in known.items()), key=repr))
