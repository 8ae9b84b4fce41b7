"""What changed from a part to its partner, place by place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, TypeAlias

import numpy as np

from tprog.analysis.diff.likeness import Common, argument_orders, common
from tprog.analysis.explain.describe import describe_compare, show_value
from tprog.analysis.measure.canonical import (
    Function,
    head_rows,
    lookup_form,
    lookup_function,
    ordered,
    predicate_form,
    tie_key,
    votes_of,
)
from tprog.analysis.measure.vote_scale import vote_scale
from tprog.ir import (
    ByScore,
    CategoricalLookup,
    CategoricalVotes,
    Compare,
    Constant,
    FiniteValues,
    First,
    Head,
    KeyIn,
    Lookup,
    Nearest,
    NumericalLookup,
    Program,
    TextRule,
    Value,
    WordTable,
)

Kind: TypeAlias = Literal[
    "reads",
    "rows",
    "entries",
    "boxes",
    "values",
    "tie-break",
    "mask",
    "words",
    "rule",
    "votes",
    "form",
]

# Details beyond which only their number is told.
MOST_DETAILS = 1000


@dataclass(frozen=True, slots=True)
class Detail:
    """One place that changed.

    Attributes:
        where: the row, the entry or the role, such as `tokens == 3`.
        before: what stood there; empty where there was nothing.
        after: what stands there now; empty where there is nothing.
    """

    where: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change of a part.

    Attributes:
        kind: what sort of thing changed: `reads`, predicate `rows`, table `entries`, `boxes` of a numerical look-up, the
            `values` that are told apart, `tie-break`, `mask` (causal or not), `words` of a word table, a text `rule`,
            `votes`, or only the `form` in which the same thing is written.
        total: how many places changed.
        of: how many there are; None where that says nothing.
        details: the places, the first 1,000 of them.
    """

    kind: Kind
    total: int
    of: int | None
    details: tuple[Detail, ...]


def compare(
    one: Program, number: int, other: Program, partner: int, pairing: Mapping[int, int]
) -> tuple[Change, ...]:
    """Return everything that changed from a variable to its partner; nothing where both are the same.

    `pairing` goes from variables before to variables after.
    """
    return (
        *_computing(one, number, other, partner, pairing),
        *_votes(one, number, other, partner),
    )


def _computing(
    one: Program, number: int, other: Program, partner: int, pairing: Mapping[int, int]
) -> Iterable[Change]:
    before, after = one.variables[number], other.variables[partner]
    if isinstance(before, Head) and isinstance(after, Head):
        return _heads(one, before, other, after, pairing)
    if isinstance(before, Lookup) and isinstance(after, Lookup):
        return _lookups(one, before, other, after, pairing)
    if isinstance(before, WordTable) and isinstance(after, WordTable):
        return _words(one, before, other, after)
    if isinstance(before, TextRule) and isinstance(after, TextRule):
        return _rules(before, after)
    return ()


def _change(kind: Kind, details: Sequence[Detail], of: int | None = None) -> tuple[Change, ...]:
    if not details:
        return ()
    return (Change(kind, len(details), of, tuple(details[:MOST_DETAILS])),)


def _told(kind: Kind, where: str, *texts: str) -> tuple[Change, ...]:
    """Return a change of one place, by what stood and stands there."""
    return _change(kind, [Detail(where, *texts)])


def _sets(before: FiniteValues, after: FiniteValues) -> tuple[Change, ...]:
    """Return which values are gone and which are new."""
    old, new = frozenset(before.values), frozenset(after.values)
    details = [Detail("value", show_value(value), "") for value in ordered(old - new)]
    details += [Detail("value", "", show_value(value)) for value in ordered(new - old)]
    return _change("values", details)


def _heads(
    one: Program, before: Head, other: Program, after: Head, pairing: Mapping[int, int]
) -> Iterable[Change]:
    sides = (one, before), (other, after)
    roles = zip(("query", "key", "value"), before.reads, after.reads, strict=True)
    reads = [
        Detail(role, one.names[old], other.names[new])
        for role, old, new in roles
        if pairing.get(old) != new
    ]
    yield from _change("reads", reads)
    old, new = (predicate_form(head.predicate, program.values[head.key]) for program, head in sides)
    texts = [_predicate(*side) for side in sides]
    rows = _rows(one, before, other, after)
    if rows is None:
        rows = () if old == new else _told("rows", "wants", *texts)
    yield from rows
    if tie_key(one, before) != tie_key(other, after):
        yield from _told("tie-break", "", _tie(before), _tie(after))
    if before.causal != after.causal:
        said = ("every position", "up to its own position")
        yield from _told("mask", "looks at", said[before.causal], said[after.causal])
    if not rows and old != new:
        yield from _told("form", "the same rows", *texts)


def _rows(one: Program, before: Head, other: Program, after: Head) -> tuple[Change, ...] | None:
    """Return which query values want other keys; None where that is not listed."""
    old, new = head_rows(one, before), head_rows(other, after)
    if old is None or new is None:
        return None
    name = other.names[after.query]
    details = [
        Detail(f"{name} == {show_value(query)}", _keys(old.get(query)), _keys(new.get(query)))
        for query in ordered(old.keys() | new.keys())
        if old.get(query) != new.get(query)
    ]
    return _change("rows", details, len(old.keys() | new.keys()))


def _keys(keys: Iterable[Value] | None) -> str:
    if keys is None:
        return ""
    return " ".join(map(show_value, ordered(keys))) or "no key"


def _predicate(program: Program, head: Head) -> str:
    match head.predicate:
        case Compare():
            return describe_compare(head.predicate)
        case Constant(holds):
            return "every key" if holds else "no key"
        case KeyIn():
            wanted = predicate_form(head.predicate, program.values[head.key])[1]
            return f"key in {{{', '.join(map(show_value, wanted))}}}"
        case _:
            return "a table"


def _tie(head: Head) -> str:
    match getattr(head, "tie", None):
        case Nearest("last"):
            return "nearest, itself last"
        case Nearest():
            return "nearest, itself at the number of matches"
        case First():
            return "first"
        case ByScore():
            return "highest score"
    return ""


def _lookups(
    one: Program, before: Lookup, other: Program, after: Lookup, pairing: Mapping[int, int]
) -> Iterable[Change]:
    sizes = _size(before), _size(after)
    if len(before.arguments) != len(after.arguments):
        names = [
            ", ".join(program.names[read] for read in lookup.arguments)
            for program, lookup in ((one, before), (other, after))
        ]
        yield from _told("reads", "arguments", *names)
        yield from _told("entries", "", *sizes)
        return
    functions = lookup_function(one, before), lookup_function(other, after)
    orders = argument_orders(before.arguments, after.arguments, pairing)
    order, shared = _best_order(before, after, functions, orders)
    reads = [
        Detail(f"argument {place + 1}", one.names[read], other.names[after.arguments[into]])
        for place, (read, into) in enumerate(zip(before.arguments, order, strict=True))
        if pairing.get(read) != after.arguments[into]
    ]
    yield from _change("reads", reads)
    yield from _sets(before.values, after.values)
    names = [other.names[after.arguments[into]] for into in order]
    differs = False
    if shared is not None:
        boxes = _box_for_box(before, after, order, names)
        details = boxes if boxes is not None else _points(shared, names)
        if not shared.before.size:
            # The arguments have no value in common, so that no entry can be laid over another.
            differs = True
            yield from _told("entries", "nothing in common", *sizes)
        elif shared.equal < 1:
            differs = True
            kind: Kind = "boxes" if isinstance(after, NumericalLookup) else "entries"
            total = int((shared.before != shared.after).sum()) if boxes is None else len(boxes)
            of = int(shared.before.size) if boxes is None else None
            yield Change(kind, total, of, tuple(details[:MOST_DETAILS]))
    straight = tuple(range(len(order)))
    if not differs and lookup_form(before, straight) != lookup_form(after, order):
        kind, said = ("boxes", "") if shared is None else ("form", "the same function")
        yield from _told(kind, said, *sizes)


def _best_order(
    before: Lookup,
    after: Lookup,
    functions: tuple[Function | None, Function | None],
    orders: Sequence[tuple[int, ...]],
) -> tuple[tuple[int, ...], Common | None]:
    """Return the order of the second's arguments in which the fewest points differ, then one that is written alike."""
    straight = tuple(range(len(before.arguments)))
    old, new = functions

    def rated(order: tuple[int, ...]) -> tuple[float, bool, tuple[int, ...], Common | None]:
        shared = None if old is None or new is None else common(old, new.permuted(order))
        written = lookup_form(before, straight) == lookup_form(after, order)
        return 0.0 if shared is None else shared.equal, written, order, shared

    *_, order, shared = max(map(rated, orders), key=lambda found: found[:2])
    return order, shared


def _box_for_box(
    before: Lookup, after: Lookup, order: Sequence[int], names: Sequence[str]
) -> list[Detail] | None:
    """Return the boxes that have other values, where both look-ups have the same boxes in the same order."""
    if not isinstance(before, NumericalLookup) or not isinstance(after, NumericalLookup):
        return None
    caps = tuple(after.caps[place] for place in order)
    turned = [tuple(box.bounds[place] for place in order) for box in after.rectangles]
    if before.caps != caps or [box.bounds for box in before.rectangles] != turned:
        return None
    pairs = [
        (_box_text(bounds, caps, names), box.value, found.value)
        for box, found, bounds in zip(before.rectangles, after.rectangles, turned, strict=True)
    ]
    pairs.append(("else", before.default, after.default))
    texts = [
        (where, show_value(before.values.values[old]), show_value(after.values.values[new]))
        for where, old, new in pairs
    ]
    return [Detail(*text) for text in texts if text[1] != text[2]]


def _box_text(
    bounds: Sequence[tuple[int, int]], caps: Sequence[int | None], names: Sequence[str]
) -> str:
    parts = []
    for (low, high), cap, name in zip(bounds, caps, names, strict=True):
        if high == cap:
            if low:
                parts.append(f"{name} >= {low}")
        elif low == high:
            parts.append(f"{name} == {low}")
        else:
            parts.append(f"{low} <= {name} <= {high}" if low else f"{name} <= {high}")
    return " and ".join(parts) or "everywhere"


def _points(points: Common, names: Sequence[str]) -> list[Detail]:
    """Return the points that differ: one by one in a table, in boxes where they are numbers."""
    places = np.argwhere(points.before != points.after)[: 4 * MOST_DETAILS]
    details: list[Detail] = []
    if not points.capped:
        for place in places.tolist():
            cells = zip(names, place, points.axes, strict=True)
            where = " and ".join(f"{name} == {show_value(axis[at])}" for name, at, axis in cells)
            details.append(Detail(where, *_cell(points, tuple(place))))
        return details
    return _merged(points, [tuple(place) for place in places.tolist()], names)


def _cell(points: Common, place: tuple[int, ...]) -> tuple[str, str]:
    sides = (points.before[place], points.after[place])
    return show_value(points.values[sides[0]]), show_value(points.values[sides[1]])


def _merged(
    points: Common, places: Sequence[tuple[int, ...]], names: Sequence[str]
) -> list[Detail]:
    """Return points in boxes: each grows as far as all of it changed from the same to the same."""
    left = dict.fromkeys(places)
    caps = [len(axis) - 1 for axis in points.axes]
    details = []
    while left:
        start = next(iter(left))
        cell = _cell(points, start)
        bounds = [(at, at) for at in start]
        for axis in reversed(range(len(start))):
            while bounds[axis][1] < caps[axis]:
                low, high = bounds[axis]
                slab = [*bounds[:axis], (high + 1, high + 1), *bounds[axis + 1 :]]
                cells = list(product(*(range(a, b + 1) for a, b in slab)))
                if not all(place in left and _cell(points, place) == cell for place in cells):
                    break
                bounds[axis] = (low, high + 1)
        for place in product(*(range(a, b + 1) for a, b in bounds)):
            del left[place]
        details.append(Detail(_box_text(bounds, caps, names), *cell))
    return details


def _size(lookup: Lookup) -> str:
    if isinstance(lookup, CategoricalLookup):
        return f"{len(lookup.table):,} entries"
    count = len(lookup.rectangles)
    return f"{count:,} {'box' if count == 1 else 'boxes'}, caps {' '.join(map(str, lookup.caps))}"


def _words(one: Program, before: WordTable, other: Program, after: WordTable) -> Iterable[Change]:
    yield from _sets(before.values, after.values)
    old, new = (
        {
            word: show_value(table.values.values[entry])
            for word, entry in zip(program.domain.alphabet, table.table, strict=True)
        }
        for program, table in ((one, before), (other, after))
    )
    words = [word for word in new if word in old]
    details = [
        Detail(show_value(word), old[word], new[word]) for word in words if old[word] != new[word]
    ]
    yield from _change("words", details, len(words))


def _rules(before: TextRule, after: TextRule) -> Iterable[Change]:
    def text(rule: TextRule) -> str:
        return f"{rule.feature} {rule.size}" if rule.size else rule.feature

    if text(before) != text(after):
        yield from _told("rule", "feature", text(before), text(after))
    rest = [show_value(rule.values.values[rule.otherwise]) for rule in (before, after)]
    if rest[0] != rest[1]:
        yield from _told("rule", "everything else", *rest)
    yield from _sets(before.values, after.values)


def _votes(one: Program, number: int, other: Program, partner: int) -> Iterable[Change]:
    old, new = votes_of(one, number), votes_of(other, partner)
    if old == new:
        return
    scale = vote_scale(one, other)
    known = set(one.classifier.labels) & set(other.classifier.labels)
    labels = [label for label in other.classifier.labels if label in known]
    # Votes for a label that one side lacks come and go with the label.
    values: list[Value | None] = [None] if None in old or None in new else []
    values += ordered(value for value in old.keys() | new.keys() if value is not None)
    details = []
    for value in values:
        for label in labels:
            weights = [side.get(value, {}).get(label, 0) for side in (old, new)]
            if weights[0] != weights[1]:
                where = "per unit" if value is None else show_value(value)
                shown = (scale.complete(weight) for weight in weights)
                details.append(Detail(f"{where} for {show_value(label)}", *shown))
    yield from _change("votes", details, _cells(one, number, other, partner))


def _cells(one: Program, number: int, other: Program, partner: int) -> int:
    """Return how many votes the variable has on the side that has more of them."""
    counts = [0]
    for program, variable in ((one, number), (other, partner)):
        for vote in program.classifier.votes:
            if vote.variable == variable:
                rows = len(vote.weights) if isinstance(vote, CategoricalVotes) else 1
                counts.append(rows * len(program.classifier.labels))
    return max(counts)
