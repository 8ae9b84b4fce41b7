"""Goals turned round: which selectors, or which integers, would give the labels, and are they in the bank?

A goal over a selector becomes a table `allowed[position, mask]`; selectors and pairs of them are filtered by it without
being kept. Sums and products are met in the middle by a linear hash.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tprog.rasp.graph import Const, Indices, Value, Width
from tprog.synthesis.selectors.bank import POPCOUNT, Bank, Expr, leaf, made
from tprog.synthesis.selectors.batch import Ints, Kind, Rows
from tprog.synthesis.selectors.kernels import (
    RELATIONS,
    WIDE,
    fits,
    fitting_pairs,
    fitting_selects,
    weighed,
)

PAIRS = 300_000_000
"""Pairs of selectors that a goal may filter per cost, at about 3e8 a second."""

SELECTORS = 12_000
"""Selectors, the cheapest, that are combined with each other."""

PARTNERS = 1_000
"""Selectors, the cheapest, that are combined with every other one."""

CHUNK = 4_000_000
"""Pairs that are filtered between two looks at the clock."""

VALUES = 8
"""S-ops that are tried as the value of a head whose selector is sought."""

QUERIES = 6
"""Integers, the cheapest, that are compared with every new one in a selector that is not kept."""

FACTORS = 400
"""Integers, the cheapest, that may be a factor or a divisor."""

DIVISORS = (2, 3, 4, 5, 10)
"""Constants that an integer may be divided by without the rest."""

CONSTANTS = 20
"""Tokens that a head's result may be compared with."""

MOST = 8
"""Results of a goal that are looked at."""

HEADS = 8
"""Masks that decide most pairs; they lie together in the cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """What an s-op must hold.

    Attributes:
        kind: of its values.
        target: (positions,).
        where: (positions,), where it matters.
        wrap: what is made of an s-op that holds it.
        how: in words.
    """

    kind: Kind
    target: Ints
    where: NDArray[np.bool_]
    wrap: Callable[[Expr], Expr]
    how: str


@dataclass(slots=True, eq=False)
class Sought:
    """A selector that is sought.

    Attributes:
        order: the positions that count, those that decide most first.
        allowed: (positions that count, 256).
        wrap: what is made of it.
        how: in words.
        singles: selectors that were looked at.
        paired: the same for pairs.
        streamed: integers that were looked at.
    """

    order: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    wrap: Callable[[Expr], Expr]
    how: str
    singles: int = 0
    paired: int = 1
    streamed: int = 0


Head: TypeAlias = tuple[tuple[object, ...], Callable[[], NDArray[np.bool_]], Callable[[Expr], Expr]]
"""A way to use a selector: its name and what it depends on, the masks that are allowed, and what is made of it."""


class LookAhead:
    """Looks for goals in a bank that grows, each combination once."""

    def __init__(self, bank: Bank, moduli: tuple[int, ...], pause: Callable[[], None]) -> None:
        """Take the bank, the constants of `%` and what is called between steps."""
        self.bank, self.moduli, self.pause = bank, moduli, pause
        self.zero = leaf("int", Const(0))
        self._sought: dict[object, Sought] = {}
        self._seen: dict[object, int] = {}
        random = np.random.default_rng(1)
        self._weights = random.integers(-(1 << 62), 1 << 62, bank.positions, dtype=np.int64)

    def new(self, key: object, kind: Kind) -> int:
        """Return from which place on a goal has not seen the bank, and note that it has now."""
        first = self._seen.get(key, 0)
        self._seen[key] = self.bank.of[kind].size
        return first

    def cheap(self, goal: Goal) -> Iterator[tuple[Expr, str]]:
        """Yield what single selectors and integers give, and sums."""
        for sought in self.sought(goal):
            yield from self.singles(sought)
            yield from self._streamed(sought)
        if goal.kind == "int":
            yield from self._arithmetic(goal)
            yield from self._quotients(goal)

    def pairs(self, goal: Goal) -> Iterator[tuple[Expr, str]]:
        """Yield what pairs of selectors give."""
        for sought in self.sought(goal):
            yield from self.paired(sought)

    def values(self, goal: Goal) -> list[Expr]:
        """Return s-ops that hold every value of the goal in its sequence, or its default, the cheapest first."""
        bank, batch = self.bank, self.bank.batch
        found: list[Expr] = []
        if goal.kind not in ("text", "int"):
            return found
        level = bank.of[goal.kind]
        wanted = goal.target.reshape(-1, WIDE)
        asked = goal.where.reshape(-1, WIDE)
        inside = batch.valid.reshape(-1, WIDE)
        free = ~asked | np.isin(wanted, batch.defaults[goal.kind])
        for index in range(min(level.size, 50 * VALUES)):
            value = level.rows[index].reshape(-1, WIDE)
            if (value == value[0, 0])[inside].all():
                continue
            there = (value[:, None, :] == wanted[:, :, None]) & inside[:, None, :]
            if (there.any(axis=2) | free).all():
                found.append(level.exprs[index])
                if len(found) == VALUES:
                    break
        return found

    def sought(self, goal: Goal) -> Iterator[Sought]:
        """Yield the selectors that would give a goal; each is kept, to go on where it ended at the cost before."""
        heads = {"bool": self._conditions, "int": self._counts}
        own = heads[goal.kind](goal) if goal.kind in heads else iter(())
        for what, table, head in chain(own, self._values(goal)):
            key = (*self._key(goal), what)
            if key not in self._sought:
                self.pause()
                self._sought[key] = self.seek(table(), goal, head, what[0])
            yield self._sought[key]

    def _key(self, goal: Goal) -> tuple[str, bytes, bytes]:
        return (goal.how, goal.target.tobytes(), goal.where.tobytes())

    def _conditions(self, goal: Goal) -> Iterator[Head]:
        """Yield whether some key is selected, or none, and whether the nearest one's number is at least a constant."""
        wanted = goal.target[:, None] != 0
        masks = np.arange(256)

        def count(op: str, selector: Expr) -> Expr:
            return made("bool", op, self.zero, made("int", "width", selector))

        yield ("some key",), lambda: (masks > 0) == wanted, partial(count, "<")
        yield ("no key",), lambda: (masks == 0) == wanted, partial(count, "==")
        yield from self._nearest_conditions(goal)

    def _nearest_conditions(self, goal: Goal) -> Iterator[Head]:
        """Yield whether the token at the nearest selected key is, or is at least, a constant."""
        batch, wanted = self.bank.batch, goal.target[:, None] != 0
        for value in self.bank.of["int" if batch.numeric else "text"].exprs[:QUERIES]:
            if value.op != "leaf" or isinstance(value.detail, Const | Indices | Width):
                continue
            number = batch.defaults[value.kind][-1]
            near, told = self._nearest(value, number), self.bank.value(value.kind, number)
            for op, compare in (("==", np.equal), (">=", np.greater_equal)):
                for one in np.unique(near)[:CONSTANTS].tolist():
                    constant = leaf(value.kind, Const(self.bank.value(value.kind, one)))
                    table = partial(_agreeing, compare, near, one, wanted)
                    head = partial(_tested, op, value, told, constant)
                    yield (f"nearest {op}", value.index, one), table, head

    def _nearest(self, value: Expr, default: int) -> Ints:
        """Return the value at the nearest key of every mask: (positions, 256)."""
        row = self.bank.of[value.kind].rows[value.index].reshape(-1, WIDE)
        held = np.concatenate([row, np.full((len(row), 1), default, dtype=np.int16)], axis=1)
        return held[:, self.bank.batch.near].reshape(-1, 256)

    def _counts(self, goal: Goal) -> Iterator[Head]:
        """Yield how many keys are selected, also modulo a number."""
        wanted = goal.target[:, None]
        yield ("width",), lambda: POPCOUNT[None] == wanted, partial(made, "int", "width")
        for modulus in self.moduli:

            def residue(modulus: int, selector: Expr) -> Expr:
                return made("int", "%", made("int", "width", selector), detail=modulus)

            def table(modulus: int) -> NDArray[np.bool_]:
                return np.asarray(POPCOUNT[None] % modulus == wanted)

            yield ("width modulo", modulus), partial(table, modulus), partial(residue, modulus)

    def _values(self, goal: Goal) -> Iterator[Head]:
        """Yield the nearest selected value."""

        def table(value: Expr, number: int) -> NDArray[np.bool_]:
            return np.asarray(self._nearest(value, number) == goal.target[:, None])

        def head(value: Expr, default: Value, selector: Expr) -> Expr:
            return made(value.kind, "near", selector, value, detail=default)

        for value in self.values(goal):
            for number in self.bank.batch.defaults[goal.kind]:
                default = self.bank.value(goal.kind, number)
                what = ("nearest", value.index, number)
                yield what, partial(table, value, number), partial(head, value, default)

    def seek(
        self, allowed: NDArray[np.bool_], goal: Goal, head: Callable[[Expr], Expr], what: object
    ) -> Sought:
        """Return a selector to seek, the positions at which selectors of the bank are rarely allowed first."""
        if self.bank.causal:
            allowed = allowed & ((np.arange(256) & self.bank.behind[:, None]) == 0)
        rows = self.bank.of["selector"].used
        some = rows[np.linspace(0, len(rows) - 1, 200).astype(np.int64)]
        places = np.flatnonzero(goal.where)
        rare = np.array([allowed[place, some[:, place]].mean() for place in places])
        order = places[np.argsort(rare, kind="stable")]
        table = np.ascontiguousarray(allowed[order])
        return Sought(order, table, lambda one: goal.wrap(head(one)), f"{goal.how}{what}")

    def singles(self, sought: Sought) -> Iterator[tuple[Expr, str]]:
        """Yield what new selectors of the bank give."""
        level = self.bank.of["selector"]
        rows = level.rows[sought.singles : level.size]
        good = np.zeros(len(rows), dtype=np.bool_)
        fits(rows, sought.order, sought.allowed, good)
        start, sought.singles = sought.singles, level.size
        for one in np.flatnonzero(good)[:MOST]:
            yield sought.wrap(level.exprs[start + one]), sought.how

    def paired(self, sought: Sought, budget: int = PAIRS) -> Iterator[tuple[Expr, str]]:
        """Yield what pairs with a new selector give."""
        level = self.bank.of["selector"]
        rows = level.used
        heads = np.ascontiguousarray(rows[:, sought.order[:HEADS]].T)
        found = np.zeros((MOST, 3), dtype=np.int64)
        while sought.paired < level.size and budget > 0:
            self.pause()
            first = sought.paired
            most = first if first < SELECTORS else PARTNERS
            end = min(level.size, first + max(1, CHUNK // (2 * most)))
            last = end if first < SELECTORS else PARTNERS
            count = fitting_pairs(
                heads, rows, sought.order, sought.allowed, first, end, last, found
            )
            sought.paired = end
            budget -= 2 * (end - first) * most
            self.bank.tried += 2 * (end - first) * most
            for a, b, operation in found[:count].tolist():
                left, right = level.exprs[b], level.exprs[a]
                op = ("and", "or")[operation]
                yield (
                    sought.wrap(made("selector", op, left, right)),
                    f"{sought.how}, two predicates",
                )

    def _streamed(self, sought: Sought) -> Iterator[tuple[Expr, str]]:
        """Yield what selectors give that compare a new integer with one of the cheapest."""
        level = self.bank.of["int"]
        others = level.rows[: min(QUERIES, level.size)]
        lengths = self.bank.batch.lengths
        found = np.zeros((MOST, 3), dtype=np.int64)
        while sought.streamed < level.size:
            self.pause()
            first, end = sought.streamed, min(level.size, sought.streamed + 20_000)
            sought.streamed = end
            some = level.rows[first:end]
            for turned in (False, True):
                both = (others, some) if turned else (some, others)
                count = fitting_selects(*both, lengths, sought.order, sought.allowed, found)
                for a, b, relation in found[:count].tolist():
                    key, query = (a, first + b) if turned else (first + a, b)
                    parts = (level.exprs[key], level.exprs[query])
                    selector = made("selector", "select", *parts, detail=RELATIONS[relation])
                    yield sought.wrap(selector), sought.how

    def _arithmetic(self, goal: Goal) -> Iterator[tuple[Expr, str]]:
        """Yield sums, differences, products and exact quotients of two integers of the bank, met in the middle."""
        level = self.bank.of["int"]
        first = self.new((*self._key(goal), "arithmetic"), "int")
        weights = np.where(goal.where, self._weights, 0)

        def hashed(rows: Rows) -> NDArray[np.int64]:
            found = np.zeros(len(rows), dtype=np.int64)
            weighed(rows, weights, found)
            return found

        hashes, target = hashed(level.used), hashed(goal.target[None])
        order = np.argsort(hashes, kind="stable")
        ranked = hashes[order]
        # Sums have a linear hash; a factor is one of the cheapest integers and nowhere 0.
        others = level.rows[: min(level.size, FACTORS)].astype(np.int32)
        able = np.flatnonzero((others[:, self.bank.batch.valid] != 0).all(axis=1))
        factors = np.where(others[able] == 0, 1, others[able])
        whole = (goal.target % factors == 0)[:, goal.where].all(axis=1)
        products = hashed(goal.target * factors)
        quotients = hashed(goal.target // factors[whole])
        every = np.arange(level.size)
        for op, rest, wanted in (
            ("+", every, target - hashes),
            ("-", every, hashes - target),
            ("/", able, products),
            ("*", able[whole], quotients),
        ):
            places = np.searchsorted(ranked, wanted).clip(max=len(ranked) - 1)
            met = np.flatnonzero(ranked[places] == wanted)
            pairs = [(int(rest[one]), int(order[places[one]])) for one in met]
            fresh = [(a, b) for a, b in pairs if max(a, b) >= first and (op != "+" or a <= b)]
            for a, b in sorted(fresh, key=max)[:MOST]:
                left, right = (b, a) if op == "/" else (a, b)
                found = made("int", op, level.exprs[left], level.exprs[right])
                yield goal.wrap(found), f"{goal.how}arithmetic"

    def _quotients(self, goal: Goal) -> Iterator[tuple[Expr, str]]:
        """Yield an integer of the bank divided by a constant, without the rest."""
        level = self.bank.of["int"]
        first = self.new((*self._key(goal), "quotients"), "int")
        places = np.flatnonzero(goal.where)
        some = level.rows[first : level.size][:, places[:32]]
        for divisor in DIVISORS:
            for one in np.flatnonzero((some // divisor == goal.target[places[:32]]).all(axis=1)):
                row = level.rows[first + one][places]
                if (row // divisor == goal.target[places]).all():
                    value = level.exprs[first + one]
                    constant = leaf("int", Const(divisor))
                    rest = made("int", "%", value, detail=divisor)
                    found = made("int", "/", made("int", "-", value, rest), constant)
                    yield goal.wrap(found), f"{goal.how}quotient"


def _agreeing(
    compare: np.ufunc, values: Ints, one: int, wanted: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return where a comparison with a constant has the wanted result."""
    return np.asarray(compare(values, one) == wanted)


def _tested(op: str, value: Expr, default: Value, constant: Expr, selector: Expr) -> Expr:
    """Return the comparison of a constant with the value at the nearest selected key."""
    return made("bool", op, made(value.kind, "near", selector, value, detail=default), constant)
