"""Neural-guided search from the top down, after NEAR (Shah et al. 2020, "Learning Differentiable Programs with Admissible Neural Heuristics").

A* over RASP graphs with typed holes: the loss that small networks reach in place of the holes, beside soft RASP, stands
for what is still to be paid. A network for an s-op is one softmax layer over features of its position, one for a selector
is bilinear in those of query and key.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal, TypeAlias

import numpy as np
from scipy.optimize import minimize

from tprog.rasp import graph as g
from tprog.rasp.evaluate import evaluate, label
from tprog.rasp.functions import callable_of
from tprog.synthesis import soft
from tprog.synthesis.examples import Example, Examples, is_integer, ordered, wrong_rows
from tprog.synthesis.parts import Candidate, Effort, Step
from tprog.synthesis.soft import Array, Var, differentiate, einsum

NAME = "guided"

Kind: TypeAlias = Literal["text", "int", "bool"]

SEQUENCES, LONGEST = 32, 7
"""Sequences that holes are fitted on, and their greatest length: every step looks at all pairs of their positions."""

STEPS = 12
"""Quasi-Newton steps of a fit; later ones hardly change the order of the programs."""

DECAY = 1e-3
"""Weight of the squared weights in the loss: a network that learns the sequences by heart says nothing."""

PRIOR = 2.0
"""Weight with which a network begins as the input; from noise alone, fits of two networks that are compared end anywhere."""

PRICE = 0.05
"""What a node costs beside the loss, which is 1 where nothing is known of the labels."""

MOST_NODES = 16
"""Nodes and holes of the largest program."""

WIDEST = 40
"""Values of a kind beyond which tables over two of them are too slow."""


@dataclass(frozen=True, slots=True, eq=False)
class Hole(g.SOp):
    """An s-op that is not known yet."""

    kind: Kind
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class SelectorHole(g.Selector):
    """A selector that is not known yet."""

    number: int


def holes_of(graph: g.SOp) -> list[Hole | SelectorHole]:
    """Return the holes of a program, the deepest first."""
    return [one for one in g.walk(graph) if isinstance(one, Hole | SelectorHole)]


class Fits:
    """Rates programs with holes on short sequences; `values` are those of each kind in their order, `kind` is the labels'."""

    def __init__(self, rows: list[Example], examples: Examples, seed: int) -> None:
        """Prepare the arrays; sequences are padded, and zero is held behind their ends."""
        self.rows, self.examples, self.seed = rows, examples, seed
        alphabet, labels = examples.alphabet, examples.labels
        self.numeric = all(map(is_integer, alphabet))
        self.fresh = tuple(one for one in labels if one not in alphabet)
        length = max(len(one.tokens) for one in rows)
        numbers = [*map(int, filter(is_integer, (*labels, *(alphabet if self.numeric else ()))))]
        low, high = min([-1, *numbers]), max([length, *numbers])
        texts = ordered((*alphabet, *labels, ""))
        self.values: dict[Kind, tuple[g.Value, ...]] = {
            "text": texts,
            "int": tuple(range(low, high + 1)),
            "bool": (False, True),
        }
        self.kind: Kind = "bool" if set(labels) <= {"True", "False"} else "text"
        if all(map(is_integer, labels)):
            self.kind = "int"
        self._arrays(length)
        self._known: dict[g.Node, Var] = {}
        self._tables: dict[tuple[object, ...], Array] = {}

    def _arrays(self, length: int) -> None:
        sizes = np.array([len(one.tokens) for one in self.rows])
        here = np.arange(length)
        self.inside = (here < sizes[:, None]).astype(np.float64)
        self.pairs = self.inside[:, :, None] * self.inside[:, None, :]
        away = 2 * abs(here - here[:, None]) + (here > here[:, None])
        away[here, here] = 2 * length
        self.nearer = (away[:, None, :] < away[:, :, None]).astype(np.float64)
        alphabet = self.examples.alphabet
        own = np.zeros((*self.inside.shape, len(alphabet)))
        self.wanted = np.zeros((*self.inside.shape, len(self.values[self.kind])))
        written = [*map(label, self.values[self.kind])]
        for number, row in enumerate(self.rows):
            for place, (token, answer) in enumerate(zip(row.tokens, row.labels, strict=True)):
                own[number, place, alphabet.index(token)] = 1
                if answer is not None:
                    self.wanted[number, place, written.index(answer)] = 1
        shares = self.wanted.sum(axis=(0, 1)) / self.wanted.sum()
        self.entropy = max(1e-9, -float(sum(one * np.log(one) for one in shares if one)))
        # Tokens of neighbours are left out on purpose: with them most programs with a hole look right.
        lower = np.tril(np.ones((length, length)))
        before = np.einsum("qk,bkv,bqv->bq", lower, own, own)[:, :, None] / length
        start = np.broadcast_to(np.eye(length), (len(sizes), length, length))
        self.short = np.concatenate([own, start, self.inside[:, :, None]], axis=2)
        parts = [self.short, before]
        if not self.examples.causal:
            ends = np.eye(length)[np.clip(sizes[:, None] - 1 - here, 0, length - 1)]
            total = np.einsum("bkv,bqv->bq", own, own)[:, :, None] / length
            parts += [ends, total]
        self.features = np.concatenate(parts, axis=2)
        self.offsets = np.eye(2 * length - 1)[here - here[:, None] + length - 1]

    def loss(self, graph: g.SOp) -> tuple[float, bool]:
        """Return the loss of a program once its holes are fitted, as a share of the labels' entropy; and whether all is right."""
        holes = holes_of(graph)
        if not holes:
            found = self._found(graph, {}).value
            right = (found * self.wanted).sum(axis=2) > 1 / 2
            return 0.0, bool((right | (self.wanted.sum(axis=2) == 0)).all())
        priors = [one for hole in holes for one in self._priors(hole)]
        ends = np.cumsum([one.size for one in priors])
        asked = self.wanted / self.wanted.sum()

        def rated(point: Array) -> tuple[float, Array]:
            split = zip(np.split(point, ends[:-1]), priors, strict=True)
            weights = [Var(one.reshape(prior.shape), wanted=True) for one, prior in split]
            left = iter(weights)
            filled: dict[g.Node, Var] = {hole: self._filled(hole, left) for hole in holes}
            found = self._found(graph, filled)
            given = np.einsum("bqv,bqv->bq", found.value, self.wanted) * 0.999 + 1e-3
            total = -float((np.log(given) * asked.sum(axis=2)).sum())
            slope = -0.999 * asked / given[:, :, None]
            differentiate(Var(np.array(total), ((found, lambda grad: grad * slope),)))
            grads = [
                np.zeros(one.value.size) if one.grad is None else one.grad.reshape(-1)
                for one in weights
            ]
            return total + DECAY * float(point @ point), np.concatenate(grads) + 2 * DECAY * point

        start = np.random.default_rng(self.seed).normal(0, 0.3, int(ends[-1]))
        start += np.concatenate([one.reshape(-1) for one in priors])
        fit = minimize(rated, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
        return float(fit.fun) / self.entropy, False

    def _priors(self, hole: Hole | SelectorHole) -> list[Array]:
        """Return where the weights of a hole begin: texts at the token, numbers at the position."""
        if isinstance(hole, SelectorHole):
            return [np.zeros((self.short.shape[2],) * 2), np.zeros(self.offsets.shape[2])]
        found = np.zeros((self.features.shape[2], len(self.values[hole.kind])))
        known = len(self.examples.alphabet)
        begins = self.examples.alphabet if hole.kind == "text" else range(self.inside.shape[1])
        for number, value in enumerate(begins if hole.kind != "bool" else ()):
            place = number if hole.kind == "text" else known + number
            found[place, self.values[hole.kind].index(value)] = PRIOR
        return [found]

    def _filled(self, hole: g.Node, weights: "Iterator[Var]") -> Var:
        """Return what a network writes in place of a hole."""
        if isinstance(hole, Hole):
            scores = einsum("bqf,fv->bqv", Var(self.features), next(weights))
            return einsum("bqv,bq->bqv", soft.softmax(scores), Var(self.inside))
        here = Var(self.short)
        scores = einsum("bqh,bkh->bqk", einsum("bqf,fh->bqh", here, next(weights)), here)
        moved = einsum("bqk,qko,o->bqk", Var(self.pairs), Var(self.offsets), next(weights))
        seen = np.tril(self.pairs) if self.examples.causal else self.pairs
        return einsum("bqk,bqk->bqk", soft.sigmoid(soft.added(scores, moved)), Var(seen))

    def _found(self, graph: g.Node, filled: dict[g.Node, Var]) -> Var:
        """Return what a program holds; parts without holes are computed once for all programs."""
        found = dict(filled)
        for node in g.walk(graph, done=filled.keys()):
            if node in self._known:
                found[node] = self._known[node]
                continue
            found[node] = self._computed(node, [found[part] for part in node.parts])
            if not found[node].wanted:
                self._known[node] = found[node]
        return found[graph]

    def _computed(self, node: g.Node, parts: list[Var]) -> Var:
        match node:
            case g.Not():
                return soft.negated(parts[0], self.pairs)
            case g.And():
                return einsum("bqk,bqk->bqk", *parts)
            case g.Closest():
                return soft.closest(parts[0], self.nearer)
            case g.Select(key, query, str() as relation):
                holds = self._table(relation, (self.kind_of(key), self.kind_of(query)), "bool")
                return soft.select(holds[:, :, 1], *parts)
            case g.Width():
                counted = soft.count(parts[0], [int(str(one)) for one in self.values["int"]])
                return einsum("bqv,bq->bqv", counted, Var(self.inside))
            case g.Aggregate(_, value, default):
                hot = self._hot(self.kind_of(value), default)
                return soft.aggregate(parts[0], parts[1], self.inside[:, :, None] * hot)
            case g.Map(str() as name, arguments) if name != "int":
                kinds = tuple(map(self.kind_of, arguments))
                return soft.function(self._table(name, kinds, self.kind_of(node)), *parts)
        assert isinstance(node, g.SOp)
        rows = evaluate(node, [one.tokens for one in self.rows])
        hot = np.zeros((*self.inside.shape, len(self.values[self.kind_of(node)])))
        for number, row in enumerate(rows):
            for place, held in enumerate(row):
                hot[number, place] = self._hot(self.kind_of(node), held)
        return Var(hot)

    def kind_of(self, node: g.SOp) -> Kind:
        """Return what an s-op holds."""
        match node:
            case Hole(kind):
                return kind
            case g.Tokens():
                return "text"
            case g.Const(value):
                return "text" if isinstance(value, str) else "int"
            case g.Map("==" | "<"):
                return "bool"
            case g.Map("if", (value, _, _)) | g.Aggregate(_, value, _):
                return self.kind_of(value)
        return "int"

    def _hot(self, kind: Kind, value: g.Value) -> Array:
        """Return a value as a certain distribution; numbers out of range as the nearest."""
        values = self.values[kind]
        if kind == "int" and isinstance(value, int):
            value = min(max(value, int(str(values[0]))), int(str(values[-1])))
        return np.array([one == value for one in values], dtype=np.float64)

    def _table(self, name: str, kinds: tuple[Kind, ...], result: Kind) -> Array:
        """Return a function over all values of its arguments, `(values, …, results)`; 0 where there is none."""
        key = (name, kinds)
        if key not in self._tables:
            found = np.zeros([len(self.values[one]) for one in (*kinds, result)])
            for point in np.ndindex(*found.shape[:-1]):
                given = [self.values[one][at] for one, at in zip(kinds, point, strict=True)]
                value = 0 if name == "%" and given[1] == 0 else callable_of(name)(*given)
                found[point] = self._hot(result, value)
            self._tables[key] = found
        return self._tables[key]


def _ways(fits: Fits, kind: Kind | None, number: int) -> list[g.Node]:
    """Return what may stand in place of a hole, None for a selector; new holes are numbered from here."""

    def hole(kind: Kind, further: int = 0) -> Hole:
        return Hole(kind, number + further)

    which = SelectorHole(number)
    if kind is None:
        found: list[g.Node] = [
            g.Select(hole("int"), hole("int", 1), "=="),
            g.Select(hole("int"), hole("int", 1), "<"),
            g.Select(hole("int"), hole("int", 1), "<="),
            g.Select(hole("text"), hole("text", 1), "=="),
        ]
        return [*found, g.And(which, SelectorHole(number + 1)), g.Not(which)]
    if kind == "bool":
        ints = (hole("int"), hole("int", 1))
        return [g.Map("==", ints), g.Map("<", ints), g.Map("==", (hole("text"), hole("text", 1)))]
    choice = g.Map("if", (hole(kind, 1), hole("bool"), hole(kind, 2)))
    copied = [
        g.Aggregate(selector, hole(kind, 1), default)
        for selector in (g.Closest(which), which)
        for default in (fits.fresh[:1] or ("",) if kind == "text" else (0,))
    ]
    if kind == "text":
        fresh = [g.Const(one) for one in fits.fresh[:2]]
        return [g.Tokens(), *fresh, *copied, choice]
    leaves: list[g.Node] = [g.Indices(), *(g.Const(one) for one in (0, 1, 2))]
    leaves += [] if fits.examples.causal else [g.LENGTH]
    leaves += [g.Map("int", (g.Tokens(),))] if fits.numeric else []
    sums = [g.Map(one, (hole("int"), hole("int", 1))) for one in ("+", "-", "%")]
    return [*leaves, g.Width(which), *copied, *sums, choice]


def _expanded(fits: Fits, graph: g.SOp, number: int) -> Iterator[g.SOp]:
    """Yield a program with its first hole replaced in each way."""
    first = holes_of(graph)[0]
    for way in _ways(fits, first.kind if isinstance(first, Hole) else None, number):
        yield g.rewritten(graph, lambda node, way=way: way if node == first else node)  # type: ignore[misc]


def candidates(examples: Examples, effort: Effort) -> Iterator[Candidate]:
    """Yield programs that are right on all examples, those first on which loss and length together are least."""
    rows = _chosen(examples, effort.seed)
    fits = Fits(rows, examples, effort.seed) if rows else None
    if fits is None or any(len(one) > WIDEST for one in fits.values.values()):
        return
    start: g.SOp = Hole(fits.kind, 0)
    queue: list[tuple[float, int, g.SOp]] = [(0.0, 0, start)]
    tried, number, seen = 0, 1, {start}
    while queue:
        _, _, graph = heapq.heappop(queue)
        for made in _expanded(fits, graph, number):
            if effort.over():
                return
            nodes = sum(1 for _ in g.walk(made))
            if made in seen or nodes > MOST_NODES:
                continue
            seen.add(made)
            tried += 1
            loss, right = fits.loss(made)
            if right and not wrong_rows(made, examples, 1):
                yield Candidate(made, f"{NAME}: A* with networks in the holes")
            if holes_of(made):
                heapq.heappush(queue, (PRICE * nodes + loss, tried, made))
        number += 3
        effort.report(Step(NAME, f"{len(queue)} programs with holes", tried))


def _chosen(examples: Examples, seed: int) -> list[Example]:
    """Return short examples that say something, at random."""
    short = [
        one
        for one in dict.fromkeys(examples.rows)
        if len(one.tokens) <= LONGEST and any(label is not None for label in one.labels)
    ]
    Random(seed).shuffle(short)
    return sorted(short[: 4 * SEQUENCES], key=lambda one: -len(one.tokens))[:SEQUENCES]
