"""From terms to RASP: every operation as a few nodes whose values are the same integers, at every length."""

from dataclasses import dataclass, field

from tprog.rasp.graph import (
    EVERYTHING,
    LENGTH,
    Aggregate,
    And,
    Closest,
    Const,
    Indices,
    Map,
    Select,
    Selector,
    SOp,
    Width,
)
from tprog.synthesis.vectors.terms import TRUTHS, Term, constant

HERE = Indices()
PREFIX = Select(HERE, HERE, "<=")
BEFORE = Select(HERE, HERE, "<")
AFTER = Select(HERE, HERE, ">")
ONE, ZERO, TRUE = Const(1), Const(0), Const(True)

SAME = {
    "add": "+", "sub": "-", "mul": "*", "equal": "==", "unequal": "!=", "less": "<", "most": "<=",
    "and": "and", "or": "or", "xor": "!=", "mod": "%",
}  # fmt: skip
"""Operations that are a function of RASP; `and`, `or` and `xor` take truth values."""


def plus(left: SOp, right: SOp) -> SOp:
    """Return a sum."""
    return Map("+", (left, right))


def minus(left: SOp, right: SOp) -> SOp:
    """Return a difference."""
    return Map("-", (left, right))


def choice(condition: SOp, then: SOp, other: SOp) -> SOp:
    """Return one where the condition is true and the other elsewhere."""
    return Map("if", (then, condition, other))


def equal(left: SOp, right: SOp) -> SOp:
    """Return whether they are equal."""
    return Map("==", (left, right))


def true_keys(condition: SOp) -> Selector:
    """Select where a truth value holds; a comparison with a constant is made by the selector itself."""
    match condition:
        case Map(str(name), (key, Const() as query)) if name in OPPOSITE:
            return Select(key, query, name)  # type: ignore[arg-type]
    return Select(condition, TRUE, "==")


OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def negated(condition: SOp) -> SOp:
    """Return the opposite of a truth value, of a comparison without `not`."""
    match condition:
        case Map(str(name), arguments) if name in OPPOSITE:
            return Map(OPPOSITE[name], arguments)
        case Map("not", (inner,)):
            return inner
    return Map("not", (condition,))


@dataclass(slots=True, eq=False)
class Lowering:
    """Writes terms over one coding.

    Attributes:
        leaves: the s-op of each channel.
        fill: what stands where nothing is found.
    """

    leaves: tuple[SOp, ...]
    fill: int
    _numbers: dict[Term, SOp] = field(default_factory=dict)
    _truths: dict[Term, SOp] = field(default_factory=dict)

    def number(self, term: Term) -> SOp:
        """Return the s-op of a term; its values are integers (fractions of denominator 1 after means)."""
        found = self._numbers.get(term)
        if found is None:
            if term.operation in TRUTHS:
                found = Map("indicator", (self.truth(term),))
            else:
                found = self._lowered(term)
            self._numbers[term] = found
        return found

    def truth(self, term: Term) -> SOp:
        """Return whether a term is not 0."""
        found = self._truths.get(term)
        if found is None:
            name = term.operation
            if name == "not" or (name == "equal" and constant(0) in term.arguments[1:]):
                found = negated(self.truth(term.arguments[0]))
            elif name in ("and", "or", "xor"):
                found = Map(SAME[name], tuple(map(self.truth, term.arguments)))
            elif name in TRUTHS:
                found = Map(SAME[name], tuple(map(self.number, term.arguments)))
            else:
                found = Map("!=", (self.number(term), ZERO))
            self._truths[term] = found
        return found

    def _lowered(self, term: Term) -> SOp:
        match term.operation:
            case "input":
                return self.leaves[term.number]
            case "index":
                return HERE
            case "length":
                return LENGTH
            case "constant":
                return Const(term.number)
            case "if":
                condition, then, other = term.arguments
                return choice(self.truth(condition), self.number(then), self.number(other))
            case "last" | "last_before":
                return self._last(term, inclusive=term.operation == "last")
            case "sum":
                return self._sum(term.arguments[0], PREFIX)
            case "total":
                return self._sum(term.arguments[0], EVERYTHING)
            case "comb":
                return self._comb(term)
            case name if len(term.arguments) == 1:
                return self._one(name, self.number(term.arguments[0]), term.number)
            case name:
                left, right = map(self.number, term.arguments)
                return self._two(name, left, right)

    def _one(self, name: str, v: SOp, k: int) -> SOp:
        alike = Select(v, v, "==")
        smaller = Select(v, v, "<")
        match name:
            case "abs":
                return choice(Map("<", (v, ZERO)), Map("neg", (v,)), v)
            case "power":
                return Map("^", (Const(2), v))
            case "shift":
                return Aggregate(Select(HERE, minus(HERE, Const(k)), "=="), v, self.fill)
            case "ahead":
                return Aggregate(Select(HERE, plus(HERE, Const(k)), "=="), v, self.fill)
            case "lowest":
                return _latest(equal(Width(And(BEFORE, smaller)), ZERO), v)
            case "highest":
                return _latest(equal(Width(And(BEFORE, Select(v, v, ">"))), ZERO), v)
            case "minimum":
                return Aggregate(Closest(true_keys(equal(Width(smaller), ZERO))), v)
            case "maximum":
                return Aggregate(Closest(true_keys(equal(Width(Select(v, v, ">")), ZERO))), v)
            case "binary":
                # Digits weighted by halves from the first one on, and twice that for each position since.
                power = Map("^", (Const(2), HERE))
                halves = Aggregate(PREFIX, Map("/", (v, power)))
                return Map("round", (Map("*", (Map("*", (halves, plus(HERE, ONE))), power)),))
            case "occurrence":
                return Width(And(PREFIX, alike))
            case "previous":
                return Aggregate(Closest(And(BEFORE, alike)), HERE, -1)
            case "histogram":
                return Width(alike)
            case "next":
                later = Aggregate(Closest(And(AFTER, alike)), HERE, -1)
                return choice(Map("<", (later, ZERO)), LENGTH, later)
            case "rank":
                return plus(Width(smaller), Width(And(BEFORE, alike)))
            case "first":
                return Aggregate(Select(HERE, ZERO, "=="), v)
            case "final":
                return Aggregate(Select(HERE, minus(LENGTH, ONE), "=="), v)
            case "reverse":
                mirrored = minus(minus(LENGTH, ONE), HERE)
                return Aggregate(Select(HERE, mirrored, "=="), v)
        raise ValueError(f"no such operation: {name}")

    def _two(self, name: str, v: SOp, w: SOp) -> SOp:
        match name:
            case "div":
                return Map("/", (minus(v, Map("%", (v, w))), w))
            case "min":
                return choice(Map("<", (v, w)), v, w)
            case "max":
                return choice(Map("<", (v, w)), w, v)
            case "count_equal":
                return Width(And(PREFIX, Select(v, w, "==")))
            case "count_less":
                return Width(And(PREFIX, Select(v, w, "<")))
            case "all_equal":
                return Width(Select(v, w, "=="))
            case "all_less":
                return Width(Select(v, w, "<"))
            case "gather":
                return Aggregate(And(PREFIX, Select(HERE, w, "==")), v, self.fill)
            case "gather_all":
                return Aggregate(Select(HERE, w, "=="), v, self.fill)
            case "sort":
                return Aggregate(Select(self._one("rank", w, 0), HERE, "=="), v)
        return Map(SAME[name], (v, w))

    def _last(self, term: Term, inclusive: bool) -> SOp:
        condition, value = term.arguments
        holds, v = self.truth(condition), self.number(value)
        before = Aggregate(Closest(And(BEFORE, true_keys(holds))), v, self.fill)
        return choice(holds, v, before) if inclusive else before

    def _sum(self, term: Term, where: Selector) -> SOp:
        if term.operation in TRUTHS:
            return Width(And(where, true_keys(self.truth(term))))
        if where == EVERYTHING:
            return Map("*", (Aggregate(where, self.number(term)), LENGTH))
        return Map("*", (Aggregate(where, self.number(term)), plus(HERE, ONE)))

    def _comb(self, term: Term) -> SOp:
        period, offset = divmod(term.number, 16)
        there = minus(HERE, Const(offset))
        key, query = (Map("%", (place, Const(period))) for place in (HERE, there))
        where = And(Select(HERE, there, "<="), Select(key, query, "=="))
        return Map("*", (Aggregate(where, self.number(term.arguments[0])), Width(where)))


def _latest(record: SOp, v: SOp) -> SOp:
    """Return the value at the last record up to here: each position with no better one before it is a record."""
    return choice(record, v, Aggregate(Closest(And(BEFORE, true_keys(record))), v))
