"""From terms to RASP: every operation as a few nodes whose values are the same integers, at every length."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tprog.ir import Relation
from tprog.rasp import graph as g
from tprog.synthesis.vectors.kernels import COUNT_BEFORE, NEAREST_HERE
from tprog.synthesis.vectors.rewriting import OPPOSITE, Coding
from tprog.synthesis.vectors.terms import (
    APART,
    INDEX,
    OPERATIONS,
    RELATIONS,
    TRUTH_FIRST,
    TRUTHS,
    Term,
    constant,
)

HERE = g.Indices()
PREFIX, BEFORE, AFTER, SUFFIX = (g.Select(HERE, HERE, one) for one in ("<=", "<", ">", ">="))
ONE, ZERO = g.Const(1), g.Const(0)

SAME = {
    "add": "+", "sub": "-", "mul": "*", "equal": "==", "unequal": "!=", "less": "<", "most": "<=",
    "mod": "%",
}  # fmt: skip
"""Operations that are a function of RASP."""


def f(name: str, *arguments: g.SOp) -> g.SOp:
    """Return a function of s-ops."""
    return g.Map(name, arguments)


def choice(condition: g.SOp, then: g.SOp, other: g.SOp) -> g.SOp:
    """Return one where the condition is true and the other elsewhere."""
    return f("if", then, condition, other)


def at(place: g.SOp, v: g.SOp, fill: g.Value = 0) -> g.SOp:
    """Return the value at another position."""
    return g.Aggregate(g.Select(HERE, place, "=="), v, fill)


def same(v: g.SOp) -> g.Select:
    """Select the keys that have the query's value."""
    return g.Select(v, v, "==")


def count(key: g.SOp, query: g.SOp, relation: Relation) -> g.SOp:
    """Return how many keys of the prefix stand in a relation to the query."""
    return g.Width(g.And(PREFIX, g.Select(key, query, relation)))


def nearest(where: g.Selector, others: g.Selector, v: g.SOp, fill: g.Value = 0) -> g.SOp:
    """Return the value at the nearest key that both select."""
    return g.Aggregate(g.Closest(g.And(where, others)), v, fill)


def best(v: g.SOp, relation: Relation, side: g.Selector = BEFORE) -> g.SOp:
    """Return the value up to here (or from here on) that none beats: each position that none on that side does is a record."""
    record = f("==", g.Width(g.And(side, g.Select(v, v, relation))), ZERO)
    return choice(record, v, nearest(side, true_keys(record), v))


def best_of_all(v: g.SOp, relation: Relation) -> g.SOp:
    """Return the value that no other beats."""
    unbeaten = true_keys(f("==", g.Width(g.Select(v, v, relation)), ZERO))
    return g.Aggregate(g.Closest(unbeaten), v)


def best_where(
    holds: g.SOp, v: g.SOp, relation: Relation, side: g.Selector | None, fill: g.Value
) -> g.SOp:
    """Return the value that none beats of those where something holds, up to here or (without a side) anywhere."""
    others = g.And(true_keys(holds), g.Select(v, v, relation))
    unbeaten = f("==", g.Width(others if side is None else g.And(side, others)), ZERO)
    record = f("and", holds, unbeaten)
    if side is None:
        return g.Aggregate(g.Closest(true_keys(record)), v, fill)
    return choice(record, v, nearest(side, true_keys(record), v, fill))


def floored(v: g.SOp, side: g.Selector = BEFORE) -> g.SOp:
    """Return by how much a value is above the lowest up to here (or from here on), where that is below 0, else above 0."""
    lowest = best(v, "<", side)
    return f("-", v, choice(f("<", lowest, ZERO), lowest, ZERO))


def rank(v: g.SOp) -> g.SOp:
    """Return how many values sort before each, stable; from the greatest down where it is 0 less a value."""
    relation: Relation = "<"
    match v:
        case g.Map("-", (g.Const(0), inner)):
            v, relation = inner, ">"
    return f("+", g.Width(g.Select(v, v, relation)), g.Width(g.And(BEFORE, same(v))))


def following(where: g.Selector, others: g.Selector) -> g.SOp:
    """Return the nearest position that both select, the length where there is none."""
    later = nearest(where, others, HERE, -1)
    return choice(f("<", later, ZERO), g.LENGTH, later)


def enclosing(v: g.SOp, *, left: bool) -> g.SOp:
    """Return where the innermost rise of a depth stands that is not undone before here, or where the fall does that undoes it."""
    before = at(f("-", HERE, ONE), v)
    if left:
        return choice(
            f("<", before, v), HERE, nearest(BEFORE, g.Select(before, before, "<"), HERE, -1)
        )
    return choice(f("<", v, before), HERE, following(AFTER, g.Select(v, v, "<")))


SUMMED = {
    "sum": (PREFIX, f("+", HERE, ONE)),
    "sum_back": (SUFFIX, f("-", g.LENGTH, HERE)),
    "total": (g.EVERYTHING, g.LENGTH),
}
"""Over which keys sums go, and how many these are."""

REACHES = (BEFORE, PREFIX, AFTER, BEFORE, PREFIX, AFTER, g.EVERYTHING)
"""Where the keys of a `head` may stand, by its way."""

MARKS = {"sub": "since", "add": "until"}
"""How a position is made of how far away it is."""

WRITTEN: Mapping[str, Callable[[g.SOp, g.SOp, int], g.SOp]] = {
    "abs": lambda v, w, fill: choice(f("<", v, ZERO), f("neg", v), v),
    "div": lambda v, w, fill: f("/", f("-", v, f("%", v, w)), w),
    "min": lambda v, w, fill: choice(f("<", v, w), v, w),
    "max": lambda v, w, fill: choice(f("<", v, w), w, v),
    "lowest": lambda v, w, fill: best(v, "<"),
    "highest": lambda v, w, fill: best(v, ">"),
    "floored_back": lambda v, w, fill: floored(v, AFTER),
    "lowest_back": lambda v, w, fill: best(v, "<", AFTER),
    "highest_back": lambda v, w, fill: best(v, ">", AFTER),
    "floored": lambda v, w, fill: floored(v),
    "minimum": lambda v, w, fill: best_of_all(v, "<"),
    "maximum": lambda v, w, fill: best_of_all(v, ">"),
    "first": lambda v, w, fill: at(ZERO, v),
    "final": lambda v, w, fill: at(f("-", g.LENGTH, ONE), v),
    "reverse": lambda v, w, fill: at(f("-", f("-", g.LENGTH, ONE), HERE), v),
    "occurrence": lambda v, w, fill: count(v, v, "=="),
    "count_equal": lambda v, w, fill: count(v, w, "=="),
    "count_less": lambda v, w, fill: count(v, w, "<"),
    "histogram": lambda v, w, fill: g.Width(same(v)),
    "all_equal": lambda v, w, fill: g.Width(g.Select(v, w, "==")),
    "all_less": lambda v, w, fill: g.Width(g.Select(v, w, "<")),
    "match": lambda v, w, fill: nearest(BEFORE, g.Select(v, w, "=="), HERE, -1),
    "opener": lambda v, w, fill: enclosing(v, left=True),
    "closer": lambda v, w, fill: enclosing(v, left=False),
    "meet": lambda v, w, fill: following(AFTER, g.Select(v, w, "==")),
    "behind": lambda v, w, fill: at(
        nearest(BEFORE, g.Select(v, w, "=="), f("+", HERE, ONE), -1), v, fill
    ),
    "stretch": lambda v, w, fill: nearest(BEFORE, g.Select(v, v, "<"), f("+", HERE, ONE)),
    "previous": lambda v, w, fill: nearest(BEFORE, same(v), HERE, -1),
    "next": lambda v, w, fill: following(AFTER, same(v)),
    "rank": lambda v, w, fill: rank(v),
    "sort": lambda v, w, fill: g.Aggregate(g.Select(rank(w), HERE, "=="), v),
    "gather": lambda v, w, fill: g.Aggregate(g.And(PREFIX, g.Select(HERE, w, "==")), v, fill),
    "gather_all": lambda v, w, fill: at(w, v, fill),
}
"""What other operations are, of their one or two arguments (or the number as the second) and the fill."""


def true_keys(condition: g.SOp) -> g.Selector:
    """Select where a truth value holds; a comparison with a constant is made by the selector itself."""
    match condition:
        case g.Map(str(name), (key, g.Const() as query)) if name in OPPOSITE:
            return g.Select(key, query, name)  # type: ignore[arg-type]
    return g.Select(condition, g.Const(True), "==")


def negated(condition: g.SOp) -> g.SOp:
    """Return the opposite of a truth value, of a comparison without `not`."""
    match condition:
        case g.Map(str(name), arguments) if name in OPPOSITE:
            return g.Map(OPPOSITE[name], arguments)
        case g.Map("not", (inner,)):
            return inner
    return f("not", condition)


@dataclass(slots=True, eq=False)
class Lowering:
    """Writes terms over one coding."""

    coding: Coding
    _numbers: dict[Term, g.SOp] = field(default_factory=dict)
    _truths: dict[Term, g.SOp] = field(default_factory=dict)

    def answers(self, term: Term) -> Iterator[g.SOp]:
        """Yield s-ops of a term, its values read back as labels; where the first is wrong the next may be right."""
        coding = self.coding
        if coding.texts == {0: "False", 1: "True"}:
            yield coding.without_codes(self.truth(term))
            return
        graph = coding.without_codes(self.number(term))
        yield from coding.labels(graph) if coding.texts else (graph,)

    def number(self, term: Term) -> g.SOp:
        """Return the s-op of a term; its values are integers (fractions of denominator 1 after means)."""
        if term not in self._numbers:
            truth = term.is_truth
            self._numbers[term] = f("indicator", self.truth(term)) if truth else self._lowered(term)
        return self._numbers[term]

    def truth(self, term: Term) -> g.SOp:
        """Return whether a term is not 0."""
        if term not in self._truths:
            name, arguments = term.operation, term.arguments
            if name == "not" or (name == "equal" and constant(0) in arguments[1:]):
                found = negated(self.truth(arguments[0]))
            elif name in ("fresh", "fresh_back"):
                side = BEFORE if name == "fresh" else AFTER
                found = f("==", g.Width(g.And(side, same(self.number(arguments[0])))), ZERO)
            elif name == "table" and term.is_truth:
                found = self._table(term)
            elif name in TRUTHS:
                found = f(SAME[name], *map(self.number, arguments))
            elif term.is_truth:
                found = f("and" if name == "min" else "or", *map(self.truth, arguments))
            else:
                found = f("!=", self.number(term), ZERO)
            self._truths[term] = found
        return self._truths[term]

    def _lowered(self, term: Term) -> g.SOp:
        name, arguments = term.operation, term.arguments
        match name:
            case "input":
                return self.coding.leaves[term.number]
            case "code":
                return self.coding.others[term.number]
            case "index":
                return HERE
            case "length":
                return g.LENGTH
            case "constant":
                return g.Const(term.number)
            case "if":
                condition, then, other = arguments
                return choice(self.truth(condition), self.number(then), self.number(other))
            case "table":
                return self._table(term)
            case "behind" if arguments[1].operation == "input" and self.coding.tokens:
                # No token's code is below 0: the nearest key whose predecessor is it.
                v, w = map(self.number, arguments)
                before = at(f("-", HERE, ONE), v, -1)
                return nearest(PREFIX, g.Select(before, w, "=="), v, self.coding.fill)
            case "head":
                return self._head(term)
            case "shift" | "ahead":
                apart, far = divmod(term.number, APART)
                there = f("-" if name == "shift" else "+", HERE, g.Const(far))
                beyond = -1 if name == "shift" else -2
                return at(there, self.number(arguments[0]), beyond if apart else self.coding.fill)
            case "add" | "sub" if arguments[0] == INDEX and arguments[1].operation == MARKS[name]:
                return self._mark(name == "sub", self.truth(arguments[1].arguments[0]))
            case "gather" if arguments[1].operation in ("previous", "match"):
                # The head that finds the position can read there itself.
                keys = [*map(self.number, arguments[1].arguments)]
                met = g.Select(keys[0], keys[-1], "==")
                return nearest(BEFORE, met, self.number(arguments[0]), self.coding.fill)
            case "among" | "among_all" | "within" | "within_all":
                w, first = self.number(arguments[1]), arguments[0]
                marked = name.startswith("among")
                those = true_keys(self.truth(first)) if marked else same(self.number(first))
                both = g.And(those, g.Select(w, w, RELATIONS[term.number]))
                return g.Width(both if name.endswith("_all") else g.And(PREFIX, both))
            case "sum" | "sum_back" | "total":
                return self._sum(arguments[0], *SUMMED[name])
            case "comb":
                period, offset = map(g.Const, divmod(term.number, 16))
                there = f("-", HERE, offset)
                every = g.Select(f("%", HERE, period), f("%", there, period), "==")
                where = g.And(g.Select(HERE, there, "<="), every)
                return f("*", g.Aggregate(where, self.number(arguments[0])), g.Width(where))
        if name in OPERATIONS and OPERATIONS[name].takes == TRUTH_FIRST:
            return self._where(name, self.truth(arguments[0]), arguments[1:])
        v, w = [*map(self.number, arguments), g.Const(term.number)][:2]
        return f(SAME[name], v, w) if name in SAME else WRITTEN[name](v, w, self.coding.fill)

    def _head(self, term: Term) -> g.SOp:
        """Return what stands at the nearest key that holds a condition and stands in a relation to the query, or how many do."""
        condition, key, query, read, other = term.arguments
        way, relation = divmod(term.number, len(RELATIONS))
        keys: g.Selector = g.Select(self.number(key), self.number(query), RELATIONS[relation])
        here: g.SOp = f(RELATIONS[relation], self.number(key), self.number(query))
        if condition.operation != "constant":
            keys = g.And(true_keys(self.truth(condition)), keys)
            alone = key == query and relation == 0
            here = self.truth(condition) if alone else f("and", self.truth(condition), here)
        if way >= COUNT_BEFORE:
            return g.Width(g.And(REACHES[way], keys))
        read_there = self.number(read)
        if way != NEAREST_HERE:
            return nearest(REACHES[way], keys, read_there, other.number)
        # `closest` takes the query itself last, this head first.
        return choice(here, read_there, nearest(BEFORE, keys, read_there, other.number))

    def _table(self, term: Term) -> g.SOp:
        """Return a table; its truth values, and those that it reads, are no numbers."""
        truths = [one.is_truth for one in (*term.arguments, term)]
        rows = []
        for cell, said in term.rows:
            *first, last = (bool(v) if t else v for v, t in zip((*cell, said), truths, strict=True))
            rows.append((tuple(first), last))
        read = [(self.truth if one.is_truth else self.number)(one) for one in term.arguments]
        return g.Map(g.Lookup(tuple(rows)), tuple(read))

    def _mark(self, last: bool, holds: g.SOp) -> g.SOp:
        """Return where something held last, or holds next, here included."""
        keys = true_keys(holds)
        there = nearest(BEFORE, keys, HERE, -1) if last else following(AFTER, keys)
        return choice(holds, HERE, there)

    def _where(self, name: str, holds: g.SOp, values: tuple[Term, ...]) -> g.SOp:
        """Return where something held last or holds next, or what another term is there, or at most or least."""
        v, fill = next(map(self.number, values), HERE), self.coding.fill
        match name:
            case "last" | "last_before":
                before = nearest(BEFORE, true_keys(holds), v, fill)
                return choice(holds, v, before) if name == "last" else before
            case "upcoming":
                return choice(holds, v, nearest(AFTER, true_keys(holds), v, fill))
            case "since":
                return choice(holds, ZERO, f("-", HERE, nearest(BEFORE, true_keys(holds), v, -1)))
            case "until":
                return choice(holds, ZERO, f("-", following(AFTER, true_keys(holds)), HERE))
        relation: Relation = ">" if name.startswith("greatest") else "<"
        return best_where(holds, v, relation, None if name.endswith("_all") else BEFORE, fill)

    def _sum(self, term: Term, where: g.Selector, size: g.SOp) -> g.SOp:
        if term.is_truth:
            return g.Width(g.And(where, true_keys(self.truth(term))))
        return f("*", g.Aggregate(where, self.number(term)), size)
