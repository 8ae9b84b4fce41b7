"""Labels that are tokens from elsewhere, of the sequence or of the sorted sequence: where each comes from, as a formula.

The formula is one of the position and the length. From examples of one length follows which positions a label can come from; then
a bank of formulas grows on pairs of position and length alone, with a choice between two formulas at last. Where these decide
nothing, the formula may be one of where each token stood last and stands next, too; it is looked for on some examples.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from tprog.rasp import graph as g
from tprog.synthesis.examples import Example, Examples, is_integer, ordered
from tprog.synthesis.parts import Candidate, Effort, Step
from tprog.synthesis.vectors.bank import Bank, leaves_of, marks, one_hot
from tprog.synthesis.vectors.choices import Choices
from tprog.synthesis.vectors.coding import Sample, code
from tprog.synthesis.vectors.kernels import Vector
from tprog.synthesis.vectors.lowering import Lowering, f, rank
from tprog.synthesis.vectors.peeling import Peeling
from tprog.synthesis.vectors.rewriting import Coding
from tprog.synthesis.vectors.search import Goal
from tprog.synthesis.vectors.store import Ints, Where
from tprog.synthesis.vectors.terms import ANY, OPERATIONS, Term, constant, of

LONGEST = 24
"""Lengths that are looked at; longer examples only check."""

STORED, LAST = 5, 7
"""Formulas up to the first cost are combined by a choice, before those up to the second are tried."""

TOLD = 3
"""Formulas of one cost that are yielded."""

MARKED = 60
"""Examples that are looked at where formulas are also of landmarks."""

CONSTANTS = [0, 1, 2]

HALF = of("div", Term("length"), constant(2))
"""A leaf besides."""

FORMULAS = {
    name: OPERATIONS[name]._replace(takes=ANY)
    for name in ("add", "sub", "mul", "min", "max", "div", "mod")
}
"""What formulas are made of; they may also divide by a length."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where labels can come from.

    Attributes:
        allowed: (pairs, positions + 1): which positions each pair of length and position can copy, at first none at all.
        sample: all pairs, a sequence for each length.
        default: the label of none.
        marks: where tokens stand, as further leaves.
        lowering: what writes formulas.
    """

    allowed: Where
    sample: Sample
    default: str
    marks: tuple[Term, ...] = ()
    lowering: Lowering = field(default_factory=lambda: Lowering(Coding()))

    def right(self, values: Ints) -> Where:
        """Return where formulas give a position that is allowed: (formulas, pairs)."""
        inside = (values >= 0) & (values < self.sample.length)
        column = np.where(inside, values, -1) + 1
        found: Where = self.allowed[np.arange(len(self.allowed)), column]
        return found


def candidates(examples: Examples, effort: Effort) -> Iterator[Candidate]:
    """Yield graphs that copy a token from a position (or rank) that position and length determine."""
    for key, order in _keys(examples.alphabet):
        goal = _allowed(examples, order)
        if goal is None:
            continue
        for place, how in _formulas(goal, effort):
            # Nothing shows the compiler that another rank than the position is always found: what would stand in its place is a token.
            sure = g.Indices() in (key, place)
            default = goal.default or (0 if sure else next(iter(order), examples.alphabet[0]))
            graph = g.Aggregate(g.Select(key, place, "=="), g.Tokens(), default)
            yield Candidate(graph, f"positions: {how}")


def _keys(alphabet: tuple[str, ...]) -> Iterator[tuple[g.SOp, Mapping[str, int]]]:
    """Yield positions, and ranks with the order of the tokens; of integers also that of their texts, where it is another."""
    yield g.Indices(), {}
    texts, numbers = tuple(sorted(alphabet)), ordered(alphabet)
    if all(map(is_integer, alphabet)):
        yield rank(f("int", g.Tokens())), {token: number for number, token in enumerate(numbers)}
    if texts != numbers or not all(map(is_integer, alphabet)):
        yield rank(g.Tokens()), {token: number for number, token in enumerate(texts)}


def _allowed(examples: Examples, order: Mapping[str, int]) -> Places | None:
    """Return where labels can come from, of the sorted sequence where there is an order; None where one can come from nowhere."""
    rows = [row for row in examples.rows if len(row.tokens) <= LONGEST]
    others = [one for one in examples.labels if one not in examples.alphabet]
    if not rows or len(others) > 1 or examples.pooled:
        return None
    default = others[0] if others else ""
    sources = [_sources(row, order, default) for row in rows]
    lengths = sorted({len(row.tokens) for row in rows})
    starts = np.cumsum([0, *lengths])
    first = dict(zip(lengths, starts.tolist(), strict=False))
    allowed = np.ones((starts[-1], LONGEST + 1), np.bool_)
    for one in sources:
        allowed[first[len(one)] : first[len(one)] + len(one)] &= one
        if not one.any(axis=1).all():
            return None
    if not allowed.any(axis=1).all():
        return None if order else _marked(examples, rows, sources, default)
    nothing = np.zeros(starts[-1], np.int64)
    channels = np.zeros((0, starts[-1]), np.int64)
    return Places(allowed, Sample(channels, nothing, nothing == 0, starts), default)


def _sources(row: Example, order: Mapping[str, int], default: str) -> Where:
    """Return which positions each label of an example can be copied from, at first none at all: (length, positions + 1)."""
    tokens = sorted(row.tokens, key=order.__getitem__) if order else row.tokens
    can = np.ones((len(tokens), LONGEST + 1), np.bool_)
    for place, label in enumerate(row.labels):
        if label is not None:
            can[place] = False
            can[place, 0] = label == default
            can[place, 1 : len(tokens) + 1] = [token == label for token in tokens]
    return can


def _marked(
    examples: Examples, rows: list[Example], sources: list[Where], default: str
) -> Places | None:
    """Return where labels of some examples can come from, with the landmarks of a small alphabet."""
    chosen = [*range(0, len(rows), max(1, len(rows) // MARKED))]
    coded = code(examples.some(rows))
    if coded is None or not (tokens := one_hot(coded[0])):
        return None
    found = tuple(mark for token in tokens for mark in marks(token))
    lowering = Lowering(replace(coded[1], fill=-1))
    allowed = np.concatenate([sources[one] for one in chosen])
    return Places(allowed, coded[0].some(chosen, LONGEST), default, found, lowering)


def _formulas(goal: Places, effort: Effort) -> Iterator[tuple[g.SOp, str]]:
    """Yield formulas that are right everywhere, and how each was found."""
    bank, lowering = Bank(goal.sample, -1, True, 0, FORMULAS), goal.lowering

    def sop(term: Term) -> g.SOp:
        found = lowering.number(term)
        return lowering.coding.without_codes(found) if goal.marks else found

    bare = replace(goal.sample, channels=goal.sample.channels[:0])
    for term in (*leaves_of(bare, True, CONSTANTS), HALF, *goal.marks):
        bank.add_leaf(term)
    for cost in range(1, STORED + 1 if goal.marks else LAST + 1):
        for made in _Branches(bank, goal).run() if cost == STORED + 1 else ():
            if effort.over():
                return
            if made:
                yield (
                    sop(made[0]),
                    "a choice of formulas",
                )
        for _ in bank.grow(cost) if cost > 1 else ():
            if effort.over():
                return
        effort.report(Step("positions", f"cost {cost}", bank.tried))
        begin, end = bank.levels[cost]
        right = np.flatnonzero(goal.right(bank.store.values[begin:end]).all(axis=1))
        for place in right[:TOLD].tolist():
            yield sop(bank.term(begin + place)), f"a formula of cost {cost}"


class _Branches(Choices):
    """Choices between formulas, which agree wherever they give a position that is allowed."""

    fewest, nested = 1, 60

    def __init__(self, bank: Bank, goal: Places) -> None:
        nothing = goal.sample.wanted
        super().__init__(Peeling(bank), Goal(nothing, nothing == 0, lambda term: term))
        self.copied = goal

    def agreeing(self, values: Vector) -> Where:
        """Return where formulas are right."""
        return self.copied.right(values)
