"""The bank of behaviours: all terms up to a cost, each once by what it computes on a few short examples."""

from collections.abc import Iterator, Mapping
from itertools import combinations, islice

import numpy as np

from tprog.synthesis.vectors import terms as t
from tprog.synthesis.vectors.coding import Sample
from tprog.synthesis.vectors.kernels import Vector, apply, attention
from tprog.synthesis.vectors.store import COST, LIMIT, Ints, Store, grow, put

CAPACITY = 250_000
"""Behaviours that are kept; two terms of one operation beyond are looked up among them."""

SHARE = 0.6
"""Operations of two terms may fill this much of what a level has left: those of one are few and deep."""

CHUNK = 500_000
"""So many candidates, divided by the length of sequences, stand between two looks at the clock."""

FURTHER = (2, 3, 4, 5, 1 + t.APART, 2 + t.APART)
"""Positions may also be shifted so far at once, which costs 2."""

ALPHABET = 5
"""Up to so many different tokens, whether it is one of them, and how many of it came, are leaves."""

TOKENS, LATER_COST = 32, 2
"""Inputs of more tokens than that, but up to so many, are compared with each of them at this cost."""

HALF = t.of("div", t.Term("length"), t.constant(2))
"""Where the second half begins."""

BLOCKS = (3, 4, 5)
"""Positions are also divided by these, where leaves are many."""

DEPTHS = 12
"""Of so many differences of counts it is looked at what they enclose."""

EXACT_LIMIT = 1 << 60
"""Values beyond this are refused where a term is computed in 64 bits."""

NAMES = tuple(t.OPERATIONS)


def computed(
    term: t.Term, sample: Sample, fill: int, known: dict[t.Term, Vector | None] | None = None
) -> Vector | None:
    """Return a term's values in 64 bits, or None where it has none; `known` keeps those of its parts."""
    known = {} if known is None else known
    if term not in known:
        parts = [computed(one, sample, fill, known) for one in term.arguments]
        values = [part for part in parts if part is not None]
        known[term] = _applied(term, values, sample, fill) if len(values) == len(parts) else None
    return known[term]


def _applied(term: t.Term, values: list[Vector], sample: Sample, fill: int) -> Vector | None:
    match term.operation:
        case "input":
            found: Vector = sample.channels[term.number].astype(np.int64)
            return found
        case "code":
            return np.asarray(sample.codes[term.number], np.int64)
        case "index":
            return sample.index
        case "length":
            return sample.length
        case "constant":
            return np.full(sample.wanted.size, term.number, np.int64)
        case "if":
            return np.where(values[0] != 0, values[1], values[2])
        case "head":
            way, relation = divmod(term.number, len(t.RELATIONS))
            fill = term.arguments[4].number
            return attention(np.stack(values[:4]), way, relation, fill, sample.starts)
        case "table":
            rows, cells = dict(term.rows), zip(*(one.tolist() for one in values), strict=True)
            said = [rows.get(cell) for cell in cells]
            return None if None in said else np.array(said, np.int64)
    out = np.empty(sample.wanted.size, np.int64)
    code, starts = t.OPERATIONS[term.operation].code, sample.starts
    right = apply(code, term.number, values[0], values[-1], starts, out, fill, EXACT_LIMIT)
    return out if right else None


class Bank:
    """Behaviours on a sample, by cost.

    Attributes:
        sample: what they are computed on.
        whole: whether operations may see the whole sequence.
        operations: those that terms are made with.
        leaves: terms that are made of no others here.
        store: the vectors.
        count: how many there are.
        levels: of each cost, the range of its behaviours.
        later: terms that join them at cost 2.
        tried: how many terms were computed or passed over.
        chunk: how many are computed between two looks at the clock.
    """

    def __init__(
        self,
        sample: Sample,
        fill: int,
        whole: bool,
        seed: int,
        operations: Mapping[str, t.Operation] = t.OPERATIONS,
    ) -> None:
        """Begin without behaviours; `fill` is what operations give where they find nothing."""
        self.sample, self.whole = sample, whole
        self.operations = {
            name: one for name, one in operations.items() if whole or one.reach != "all"
        }
        self.count = self.tried = 0
        self.chunk = min(30_000, CHUNK // int(np.diff(sample.starts).max()))
        self.levels: dict[int, tuple[int, int]] = {}
        names = () if sample.single else ("equal", "less")
        self.later = compared(sample, range(ALPHABET + 1, TOKENS + 1), names)
        self.leaves: list[t.Term] = []
        self._terms: dict[int, t.Term] = {}
        size, slots = sample.wanted.size, 1 << (CAPACITY * 4).bit_length()
        weights = np.random.default_rng(seed).integers(0, 1 << 63, size, dtype=np.uint64)
        self.store = Store(
            np.zeros((CAPACITY, size), np.int32),
            np.zeros(CAPACITY, np.uint64),
            np.zeros(CAPACITY, np.bool_),
            np.zeros((CAPACITY, COST + 1), np.int32),
            np.zeros(slots, np.uint64),
            np.zeros(slots, np.int32),
            weights * np.uint64(2) + np.uint64(1),
            sample.starts.astype(np.int64),
            fill,
        )

    def add_leaf(self, term: t.Term) -> None:
        """Keep a term of cost 1."""
        self._add(term, 1)
        self.levels[1] = 0, self.count

    def _add(self, term: t.Term, cost: int) -> None:
        values = computed(term, self.sample, self.store.fill)
        if values is not None and np.abs(values).max() <= LIMIT:
            origin = (-2 if term.operation == "constant" else -1, len(self.leaves), -1, 0, cost)
            self.leaves.append(term)
            self.count = put(self.store, self.count, values.astype(np.int32), origin)

    def term(self, place: int) -> t.Term:
        """Return the first term that was found for a behaviour."""
        if place not in self._terms:
            op, left, right, number, _ = self.store.origins[place].tolist()
            if op < 0:
                self._terms[place] = self.leaf(left, right, number)
            else:
                parts = [left] if right < 0 else [left, right]
                self._terms[place] = t.Term(NAMES[op], tuple(map(self.term, parts)), number)
        return self._terms[place]

    def leaf(self, left: int, right: int, number: int) -> t.Term:
        """Return a leaf by what its origin says beside that it is one: the first number is its place among the leaves."""
        return self.leaves[left]

    def read(self, values: int, places: Ints, at: Ints, far: int) -> Ints:
        """Return what one behaviour holds so far beside the positions that others say, for some positions: (others, positions)."""
        starts, sequence = self.store.starts, np.searchsorted(self.store.starts, at, "right") - 1
        begins = starts[sequence]
        there = begins + far + self.store.values[np.ix_(places, at)]
        inside = (there >= begins) & (there < (starts[sequence + 1] if self.whole else at + 1))
        held = self.store.values[values][np.where(inside, there, 0)]
        return np.where(inside, held, self.store.fill)

    def grow(self, cost: int) -> Iterator[None]:
        """Compute the terms of a cost from those below, and yield now and then so that the caller can stop it."""
        first = self.count
        most = first + int((CAPACITY - first) * SHARE)
        for term in self.later if cost == LATER_COST else ():
            self._add(term, cost)
        for name, one in self.operations.items():
            for number, firsts, seconds in self._ways(name, cost):
                how = one, number, cost
                step = max(1, self.chunk // max(1, seconds[1] - seconds[0]))
                for start in range(*firsts, step):
                    ranges = start, min(firsts[1], start + step), *seconds
                    self.tried += (ranges[1] - start) * (seconds[1] - seconds[0])
                    end = most if one.arity == 2 else CAPACITY
                    self.count = grow(self.store, self.count, how, ranges, end)
                    yield
            self.levels[cost] = first, self.count

    def _ways(self, name: str, cost: int) -> Iterator[tuple[int, tuple[int, int], tuple[int, int]]]:
        """Yield the number of an operation and the ranges of what it takes, such that the costs add up."""
        one = self.operations[name]
        if one.arity == 1:
            for number in numbers_of(name, FURTHER):
                below = cost - (1 if number < 2 else 2)
                if below in self.levels:
                    yield number, self.levels[below], (0, 1)
            return
        for left in range(1, cost - 1):
            right = cost - 1 - left
            again = one.symmetric and right < left
            deep = one.takes == t.CONSTANT_SECOND and right > 1
            deep |= name in t.SHALLOW and max(left, right) > 2
            if not again and not deep and (name != "mul" or min(left, right) <= 2):
                for number in numbers_of(name, ()):
                    yield number, self.levels[left], self.levels[right]


def numbers_of(name: str, further: tuple[int, ...]) -> tuple[int, ...]:
    """Return the numbers that an operation is tried with, the further ones where it shifts; of `comb` there are too many."""
    match name:
        case "shift" | "ahead":
            return (1, *further)
        case "among" | "among_all" | "within" | "within_all":
            return (0, 1, 2)
    return () if name == "comb" else (0,)


def leaves_of(sample: Sample, whole: bool, constants: list[int]) -> Iterator[t.Term]:
    """Yield the terms of cost 1: the inputs and the sum of two, positions, constants; for small alphabets each token and its count so far."""
    inputs = [t.Term("input", (), channel) for channel in range(len(sample.channels))]
    yield from inputs
    if len(inputs) == 2:
        yield t.of("add", *inputs)
    yield from (t.Term("code", (), table) for table in range(len(sample.codes)))
    yield t.INDEX
    if whole:
        yield t.Term("length")
    yield from map(t.constant, constants)
    tokens = one_hot(sample)
    yield from tokens
    yield from (t.of("sum", token) for token in tokens)


def one_hot(sample: Sample) -> list[t.Term]:
    """Return for each token of the small alphabets whether it stands there."""
    return compared(sample, range(ALPHABET + 1), ("equal",))


def compared(sample: Sample, sizes: range, names: tuple[str, ...]) -> list[t.Term]:
    """Return comparisons of inputs with each of their tokens, where there are so many of these."""
    return [
        t.of(name, t.Term("input", (), channel), t.constant(token))
        for channel, values in enumerate(sample.channels)
        if len(alphabet := np.unique(values).tolist()) in sizes
        for token in alphabet
        for name in names
    ]


def further_leaves(sample: Sample, whole: bool) -> Iterator[t.Term]:
    """Yield what counting needs again and again, as terms of cost 1.

    Blocks of some positions and the place in them; what a number lacks to the greatest; whether a run of equal tokens begins or ends, and whether tokens fall or rise; how often a token comes, and whether
    for the first time; for small alphabets whether a token has come, whether it is another, whether one is one of two, and by how much the tokens of one class outnumber those of another so far.
    """
    apart = 1 + t.APART
    yield from (t.of(name, t.INDEX, t.constant(k)) for k in BLOCKS for name in ("div", "mod"))
    for channel in range(len(sample.channels)):
        token = t.Term("input", (), channel)
        yield t.of("sub", t.constant(int(sample.channels[channel].max())), token)
        before = t.of("shift", token, number=apart)
        yield from (t.of("unequal", token, before), t.of("less", token, before))
        yield t.of("less", before, token)
        if whole:
            yield t.of("unequal", token, t.of("ahead", token, number=apart))
        occurrence = t.of("occurrence", token)
        yield from (occurrence, t.of("equal", occurrence, t.constant(1)))
        if whole:
            yield t.of("histogram", token)
            yield t.of("less", token, t.of("maximum", token))
            yield t.of("less", t.of("minimum", token), token)
    tokens = one_hot(sample)
    yield from (t.of("less", t.constant(0), t.of("sum", token)) for token in tokens)
    yield from _others(tokens)
    if not whole and len(sample.channels) == 1:
        yield from _of_two(tokens)
        yield from depths(tokens, even=False)


def _of_two(tokens: list[t.Term]) -> list[t.Term]:
    """Return whether one of two tokens stands there, where there are more."""
    return [t.of("max", *two) for two in combinations(tokens, 2)] if len(tokens) > 2 else []


def _others(tokens: list[t.Term]) -> list[t.Term]:
    """Return for each token whether another one stands there, where there are more than two."""
    return [t.of("unequal", *one.arguments) for one in tokens] if len(tokens) > 2 else []


def depths(tokens: list[t.Term], *, even: bool, name: str = "sum") -> Iterator[t.Term]:
    """Yield by how much the tokens of one class outnumber those of another so far, of one or two tokens each (or both of as many), or all others."""
    classes = [*tokens, *_of_two(tokens)]
    for one, other in combinations(classes, 2):
        sizes = {len(_tokens_of(one)), len(_tokens_of(other))}
        if not _tokens_of(one) & _tokens_of(other) and not (even and len(sizes) > 1):
            yield t.of("sub", t.of(name, one), t.of(name, other))
    for token, other in zip(tokens, _others(tokens), strict=False) if not even else ():
        yield t.of("sub", t.of(name, other), t.of(name, token))


def marks(token: t.Term) -> tuple[t.Term, t.Term]:
    """Return where something held last, here included (else -1), and where it next holds (else the length)."""
    last = t.of("sub", t.INDEX, t.of("since", token))
    return last, t.of("add", t.INDEX, t.of("until", token))


def landmarks(sample: Sample, whole: bool) -> Iterator[t.Term]:
    """Yield what stands up to two places away, or beside on a ring, whether it stands half the length ahead too, that half, and for each token of the small alphabets where it stood first, last and stands next.

    The first place is the length so far where it has not come; the first two tokens behind where it stood last are yielded as well,
    and depths, where they were opened and are closed, and what was opened there, and whether it is of the token's kind.
    """
    if whole:
        yield HALF
    for channel in range(len(sample.channels)):
        for name in ("shift", "ahead") if whole else ("shift",):
            for far in (1, 2):
                yield t.of(name, t.Term("input", (), channel), number=far + t.APART)
        if whole:
            for step in ("sub", "add"):
                beside = t.of("mod", t.of(step, t.INDEX, t.constant(1)), t.Term("length"))
                yield t.of("gather_all", t.Term("input", (), channel), beside)
            # Moved up, no token looks like what is read behind the end.
            moved = t.of("add", t.Term("input", (), channel), t.constant(1))
            yield t.of("equal", moved, t.of("gather_all", moved, t.of("add", t.INDEX, HALF)))
    tokens = one_hot(sample)
    yield from _of_two(tokens) if whole and len(sample.channels) == 1 else ()
    token = t.Term("input")
    # Moved up, no kind looks like what is read where nothing is open.
    kind = t.of("add", t.Term("code"), t.constant(1))
    some = tokens if whole and len(sample.channels) == 1 else []
    yield from islice(depths(some, even=True, name="sum_back"), DEPTHS)
    for depth in islice(depths(some, even=True), DEPTHS):
        opened = t.of("opener", depth)
        yield from (depth, opened, t.of("closer", depth), t.of("gather", token, opened))
        if len(sample.codes):
            yield t.of("equal", t.of("gather", kind, opened), kind)
    for token in tokens:
        first = t.of("sum", t.of("equal", t.of("sum", token), t.constant(0)))
        yield from (first, t.of("sub", t.INDEX, first))
        places = marks(token)
        yield from places if whole else places[:1]
        for far in (1, 2):
            there = t.of("add", places[0], t.constant(far))
            yield t.of("gather_all" if whole else "gather", token.arguments[0], there)


def _tokens_of(term: t.Term) -> set[int]:
    """Return the tokens of a class."""
    if term.operation == "equal":
        return {term.arguments[1].number}
    return set().union(*map(_tokens_of, term.arguments))
