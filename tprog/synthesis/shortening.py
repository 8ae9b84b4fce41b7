"""Conditions of a graph said more shortly: whether keys are selected at all, instead of where the nearest one stands.

The replacement is found by its values and held to the graph on drawn inputs, up to some times the examples' greatest length; whoever
calls it holds the whole graph to the examples again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tprog.rasp import graph as g
from tprog.rasp.evaluate import Column, Evaluation, RaspError
from tprog.synthesis.examples import Examples
from tprog.synthesis.parts import size

DRAWN, LONGER = 200, 4
"""So many inputs are drawn of a short length; the longest are so many times as long as the greatest one."""

EACH, SPREAD = 16, 12
"""Every length is drawn up to this one, and so many beyond."""

CELLS = 40_000
"""Of a long length fewer inputs are drawn: a selector's matrices over them have at most so many entries, or those of one input."""

MOST_FEATURES = 24
"""Of so many conditions, the shortest, pairs are tried."""

LEAST = 6
"""Of fewer nodes nothing is said more shortly."""

CONDITIONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "and", "or"})
"""Functions whose value is a truth value."""

Truth: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Values:
    """The truth values of s-ops on the drawn inputs."""

    inputs: Sequence[Evaluation]
    known: dict[g.SOp, tuple[Truth, bool] | None] = field(default_factory=dict)

    def truth(self, sop: g.SOp) -> tuple[Truth, bool] | None:
        """Return an s-op's truth values, and whether they are written 0 and 1; None where it has others, or none."""
        if sop not in self.known:
            self.known[sop] = self._computed(sop)
        return self.known[sop]

    def _computed(self, sop: g.SOp) -> tuple[Truth, bool] | None:
        columns: list[Truth] = []
        kinds: set[type] = set()
        for each in self.inputs:
            try:
                found = each.column(sop)
            except RaspError:
                return None
            if not all(type(value) in (bool, int) and value in (0, 1) for value in found.values):
                return None
            kinds.update(map(type, found.values))
            columns.append(np.array(found.values, np.bool_)[found.codes].reshape(-1))
        return (np.concatenate(columns), kinds == {int}) if len(kinds) == 1 else None


def shortened(graph: g.SOp, examples: Examples) -> g.SOp:
    """Return a graph with the same values on all drawn inputs, in fewer nodes where a condition can be said more shortly."""
    held = _Values(_drawn(examples))
    found, shorter = graph, _shorter(graph, held)
    while shorter is not None:
        found, shorter = shorter, _shorter(shorter, held)
    return found


def _shorter(graph: g.SOp, held: _Values) -> g.SOp | None:
    """Return the graph with one condition in other words, the outermost first; None where none makes it shorter."""
    for node in reversed([*g.walk(graph)]):
        if isinstance(node, g.Map | g.Aggregate) and size(node) >= LEAST:
            for other in _alike(node, held):
                changed = g.rewritten(graph, partial(_replaced, old=node, new=other))
                if size(changed) < size(graph):
                    return changed
    return None


def _replaced(node: g.Node, old: g.Node, new: g.Node) -> g.Node:
    return new if node == old else node


def _drawn(examples: Examples) -> list[Evaluation]:
    """Return inputs over the examples' tokens, ready to be computed on: of every short length, and of some longer ones."""
    draw = np.random.default_rng(0)
    alphabet, longest = examples.alphabet, LONGER * examples.longest
    spread = np.linspace(EACH, longest, SPREAD).astype(int).tolist() if longest > EACH else []
    found = []
    for length in sorted({*range(1, min(EACH, longest) + 1), *spread}):
        rows = max(1, min(DRAWN, CELLS // length**2))
        codes = draw.integers(0, len(alphabet), (rows, length))
        found.append(Evaluation(Column(codes, alphabet)))
    return found


def _alike(node: g.SOp, held: _Values) -> Iterator[g.SOp]:
    """Yield conditions of one or two features that have the values of a node, which are truth values or 0 and 1."""
    truth = held.truth(node)
    if truth is None:
        return
    wanted, as_number = truth
    known: list[tuple[g.SOp, Truth]] = []

    def said(condition: g.SOp) -> g.SOp:
        return g.Map("indicator", (condition,)) if as_number else condition

    for feature in dict.fromkeys(_features(node)):
        found = held.truth(feature)
        if found is not None and not found[1]:
            known.append((feature, found[0]))
    known = sorted(known, key=lambda one: size(one[0]))[:MOST_FEATURES]
    yield from (said(feature) for feature, values in known if (values == wanted).all())
    for (first, one), (second, other) in combinations(known, 2):
        for function, both in (("and", one & other), ("or", one | other)):
            if (both == wanted).all():
                yield said(g.Map(function, (first, second)))


def _features(node: g.SOp) -> Iterator[g.SOp]:
    """Yield conditions that are made from the parts of another: they themselves, and whether any or no key is selected."""
    none = g.Const(0)
    for part in g.walk(node):
        chosen: list[g.Selector] = []
        if isinstance(part, g.Map) and part != node and part.function in CONDITIONS:
            yield part
            chosen = [g.Select(part, g.Const(truth), "==") for truth in (True, False)]
        elif isinstance(part, g.Aggregate | g.Width):
            inner = part.selector
            chosen = [inner.selector if isinstance(inner, g.Closest) else inner]
        for selector in chosen:
            yield from (g.Map(sign, (g.Width(selector), none)) for sign in (">", "=="))
