"""The bank of behaviours: all terms up to a cost, each once by what it computes on a few short examples."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from tprog.synthesis.vectors.coding import Sample
from tprog.synthesis.vectors.kernels import Vector, apply
from tprog.synthesis.vectors.store import (
    ANY,
    CONSTANT_SECOND,
    COST,
    LEFT,
    LIMIT,
    NUMBER,
    OP,
    RIGHT,
    TRUTH_FIRST,
    TRUTHS,
    Store,
    grow,
    put,
)
from tprog.synthesis.vectors.terms import INDEX, LEAVES, OPERATIONS, Term, constant, of

CAPACITY = 250_000
"""Behaviours that are kept; two terms of one operation beyond are looked up among them."""

SHARE = 0.6
"""Operations of two terms may fill this much of what a level has left: those of one are few and deep."""

CHUNK = 30_000
"""Candidates between two looks at the clock."""

SHIFTS = 5
"""Positions may be shifted so far at once; from two on it costs 2."""

ALPHABET = 5
"""Up to so many different tokens, whether it is one of them, and how many of it came, are leaves."""

EXACT_LIMIT = 1 << 60
"""Values beyond this are refused where a term is computed in 64 bits."""

NAMES = tuple(OPERATIONS)
TAKES = {
    "any": ANY,
    "truths": TRUTHS,
    "constant second": CONSTANT_SECOND,
    "truth first": TRUTH_FIRST,
}


def leaf_vector(term: Term, sample: Sample) -> Vector:
    """Return a leaf's values."""
    if term.operation == "input":
        channel: Vector = sample.channels[term.number]
        return channel
    if term.operation == "index":
        return sample.index
    if term.operation == "length":
        return sample.length
    return np.full(sample.wanted.size, term.number)


def computed(
    term: Term, sample: Sample, fill: int, known: dict[Term, Vector | None] | None = None
) -> Vector | None:
    """Return a term's values in 64 bits, or None where it has none."""
    known = {} if known is None else known
    if term in known:
        return known[term]
    found: Vector | None
    if term.operation in LEAVES:
        found = leaf_vector(term, sample).astype(np.int64)
    else:
        parts = [computed(one, sample, fill, known) for one in term.arguments]
        found = _applied(term, parts, sample, fill)
    known[term] = found
    return found


def _applied(term: Term, parts: list[Vector | None], sample: Sample, fill: int) -> Vector | None:
    values = [part for part in parts if part is not None]
    if len(values) < len(parts):
        return None
    if term.operation == "if":
        condition, then, other = values
        return np.where(condition != 0, then, other)
    out = np.empty(sample.wanted.size, np.int64)
    code = OPERATIONS[term.operation].code
    right = apply(code, term.number, values[0], values[-1], sample.starts, out, fill, EXACT_LIMIT)
    return out if right else None


@dataclass(slots=True, eq=False)
class Bank:
    """Behaviours on a sample, by cost.

    Attributes:
        sample: what they are computed on.
        fill: what operations give where they find nothing.
        whole: whether operations may see the whole sequence.
        store: the vectors.
        count: how many there are.
        levels: of each cost, the range of its behaviours.
        leaves: the terms of cost 1.
        tried: how many terms were computed or passed over.
        powers: whether to use powers of two and binary numbers.
    """

    sample: Sample
    fill: int
    whole: bool
    store: Store
    count: int = 0
    levels: dict[int, tuple[int, int]] = field(default_factory=dict)
    leaves: list[Term] = field(default_factory=list)
    tried: int = 0
    powers: bool = False
    _terms: dict[int, Term] = field(default_factory=dict)

    def add_leaf(self, term: Term, values: Vector) -> None:
        """Keep a term of cost 1."""
        if np.abs(values).max() > LIMIT:
            return
        origin = np.array([-2 if term.operation == "constant" else -1, len(self.leaves), -1, 0, 1])
        self.leaves.append(term)
        self.count = put(self.store, self.count, values.astype(np.int32), origin)
        self.levels[1] = 0, self.count

    def term(self, place: int) -> Term:
        """Return the first term that was found for a behaviour."""
        known = self._terms.get(place)
        if known is None:
            origin = self.store.origins[place].tolist()
            if origin[OP] < 0:
                known = self.leaves[origin[LEFT]]
            else:
                parts = [self.term(one) for one in origin[LEFT : RIGHT + 1] if one >= 0]
                known = Term(NAMES[origin[OP]], tuple(parts), origin[NUMBER])
            self._terms[place] = known
        return known

    def grow(self, cost: int) -> Iterator[None]:
        """Compute the terms of a cost from those below, and yield now and then so that the caller can stop it."""
        first = self.count
        most = first + int((CAPACITY - first) * SHARE)
        for name, operation in OPERATIONS.items():
            if (operation.reach == "all" and not self.whole) or name == "comb":
                continue
            if name in ("binary", "power") and not self.powers:
                continue
            if operation.arity == 1:
                yield from self._unary(name, cost)
            else:
                yield from self._binary(name, cost, most)
            self.levels[cost] = first, self.count
        self.levels[cost] = first, self.count

    def _unary(self, name: str, cost: int) -> Iterator[None]:
        for number in range(1, SHIFTS + 1) if name in ("shift", "ahead") else (0,):
            below = self.levels.get(cost - (1 if number < 2 else 2))
            if below is not None:
                how = np.array([OPERATIONS[name].code, 0, -1, number, cost])
                yield from self._chunks(how, below, (0, 1), (ANY, False), CAPACITY)

    def _binary(self, name: str, cost: int, most: int) -> Iterator[None]:
        operation = OPERATIONS[name]
        for left in range(1, cost - 1):
            right = cost - 1 - left
            if (operation.symmetric and right < left) or (name in ("mod", "div") and right > 1):
                continue
            if name == "mul" and min(left, right) > 2:
                continue
            kind = TAKES[operation.takes], operation.symmetric
            how = np.array([operation.code, 0, 0, 0, cost])
            yield from self._chunks(how, self.levels[left], self.levels[right], kind, most)

    def _chunks(
        self,
        how: np.ndarray,
        firsts: tuple[int, int],
        seconds: tuple[int, int],
        kind: tuple[int, bool],
        most: int,
    ) -> Iterator[None]:
        width = max(1, seconds[1] - seconds[0])
        step = max(1, CHUNK // width)
        for start in range(firsts[0], firsts[1], step):
            end = min(firsts[1], start + step)
            self.tried += (end - start) * width
            self.count = grow(
                self.store, self.count, how, (start, end), seconds, kind, self.fill, most
            )
            yield


def empty_bank(sample: Sample, fill: int, whole: bool, seed: int) -> Bank:
    """Return a bank without behaviours."""
    size = sample.wanted.size
    random = np.random.default_rng(seed)
    slots = 1 << (CAPACITY * 4).bit_length()
    store = Store(
        np.zeros((CAPACITY, size), np.int32),
        np.zeros(CAPACITY, np.uint64),
        np.zeros(CAPACITY, np.bool_),
        np.zeros((CAPACITY, COST + 1), np.int32),
        np.zeros(slots, np.uint64),
        np.zeros(slots, np.int32),
        random.integers(0, 1 << 63, size, dtype=np.uint64) * np.uint64(2) + np.uint64(1),
        sample.starts.astype(np.int64),
    )
    return Bank(sample, fill, whole, store)


def leaves_of(sample: Sample, whole: bool, constants: tuple[int, ...]) -> Iterator[Term]:
    """Yield the terms of cost 1: the inputs and the sum of two, positions, constants; for small alphabets each token and its count so far."""
    inputs = [Term("input", (), channel) for channel in range(len(sample.channels))]
    yield from inputs
    if len(inputs) == 2:
        yield of("add", *inputs)
    yield INDEX
    if whole:
        yield Term("length")
    yield from map(constant, constants)
    tokens = one_hot(sample)
    yield from tokens
    yield from (of("sum", token) for token in tokens)


def one_hot(sample: Sample) -> list[Term]:
    """Return for each token of the small alphabets whether it stands there."""
    return [
        of("equal", Term("input", (), channel), constant(token))
        for channel, values in enumerate(sample.channels)
        if len(alphabet := np.unique(values).tolist()) <= ALPHABET
        for token in alphabet
    ]
