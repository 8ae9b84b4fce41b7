"""A Program as an algorithm: its variables named by short RASP expressions, checked against the Program itself."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from tprog.evaluate import predict
from tprog.ir import (
    CategoricalHead,
    Nearest,
    NumericalHead,
    Program,
    Relation,
    predicate_table,
)
from tprog.rasp import graph as g
from tprog.rasp.evaluate import RaspError
from tprog.rasp.extremes import same_for_all
from tprog.rasp.fitting import FEW, Kind, Known, fit
from tprog.rasp.module import library
from tprog.rasp.printing import TAKEN
from tprog.rasp.probe import Checked, Probe
from tprog.rasp.translate import CAUSAL, LAST, NotLiftable, translate, votes
from tprog.rasp.values import KEYWORDS

ROUNDS = 5
"""How often names are looked for again with the inputs on which the last ones were wrong."""

SECONDS = 60.0
"""When to stop looking for names."""

KEYS = 8
"""S-ops that are tried as the key and as the query of a head's selector."""

TEXTS = 12
"""Strings of a variable that may stand as constants, the commonest way to ask for a token."""

EXTRAS = 60
"""Heads over short selectors that an expression for a head may be made of, where none is the head itself."""

BEFORE = g.Select(g.Indices(), g.Indices(), "<")
RELATIONS: tuple[Relation, ...] = ("==", ">", "<", ">=", "<=", "!=")


@dataclass(frozen=True, slots=True)
class Lifted:
    """A Program's labels as a RASP graph, variable by variable.

    Attributes:
        definitions: names and nodes in order; the last is the output.
        tables: the definitions that hold a table of more than a few entries.
        inputs: on how many inputs the output was compared with the Program.
        exhaustive: whether these are all inputs.
        cut: whether the comparison was to go on and time was over.
    """

    definitions: tuple[tuple[str, g.Node], ...]
    tables: tuple[str, ...]
    inputs: int
    exhaustive: bool
    cut: bool

    @property
    def output(self) -> g.SOp:
        """The s-op of the labels."""
        node = self.definitions[-1][1]
        assert isinstance(node, g.SOp)
        return node

    @property
    def total(self) -> int:
        """How many variables the output needs, itself among them."""
        return len(self.definitions)

    @property
    def named(self) -> int:
        """How many of them are closed expressions."""
        return self.total - len(self.tables)

    @property
    def absolute_positions(self) -> bool:
        """Whether a table, or a number beyond the first few, ties the output to the lengths that were seen."""
        return bool(self.tables) or any(
            isinstance(one, g.Const) and isinstance(one.value, int) and abs(one.value) > FEW
            for one in g.walk(self.output)
        )


class Namer:
    """One attempt at naming every variable, on one probe."""

    def __init__(self, program: Program, probe: Probe, stop: Callable[[], bool]) -> None:
        self.program = program
        self.probe = probe
        self.stop = stop
        self.pool: list[Known] = []
        self.names: dict[int, g.SOp] = {}
        for node in (g.Tokens(), g.Indices(), g.LENGTH):
            self._keep(node)

    def _keep(self, node: g.SOp) -> Known | None:
        known = self.probe.known(node)
        if known is not None and all(
            one.kind != known.kind or not np.array_equal(one.values, known.values)
            for one in self.pool
        ):
            self.pool.append(known)
        return known

    def rename(self, variable: int, node: g.SOp) -> g.SOp:
        """Return a closed expression for a variable where one is found, else its s-op by construction."""
        target = self.probe.known(node)
        found = node
        if target is not None and not self.stop():
            operation = self.program.variables[variable]
            name = self._simple(target)
            if name is None and isinstance(operation, CategoricalHead | NumericalHead):
                name = self._looking(operation, target)
            if name is None and (holds_table(node) or isinstance(operation, NumericalHead)):
                reads = getattr(operation, "reads", ())
                name = self._fitted(target, self._read(reads)) if reads else None
                name = name or self._fitted(target, self._ranked(reads))
            if name is not None:
                found = name
        self._keep(found)
        self.names[variable] = found
        return found

    def output(self, node: g.SOp) -> g.SOp:
        """Return a closed expression for the labels where one is found."""
        labels = self.probe.known(node)
        if labels is None:
            return node
        targets = [labels]
        texts = [self.probe.texts[code] for code in np.unique(labels.values)]
        if all(text.isdecimal() and str(int(text)) == text for text in texts):
            whole = np.array([int(one) if one.isdecimal() else 0 for one in self.probe.texts])
            targets.append(Known(node, "int", whole[labels.values]))
        # The output may read past a variable, what this is made of.
        for one in g.walk(*self.names.values()):
            if isinstance(one, g.SOp) and not isinstance(one, g.Const) and not holds_table(one):
                self._keep(one)
        reads = [vote.variable for vote in self.program.classifier.votes]
        for deep in (False, True):
            for target in targets:
                if not self.stop():
                    for known in (self._read(reads), self._ranked(reads)):
                        found = self._fitted(target, known, self.probe.scored, deep)
                        if found is not None:
                            return found
        return node

    def _simple(self, target: Known) -> g.SOp | None:
        """Return a constant, a variable that is there already, or one operation on the input, if that is all."""
        if (target.values == target.values[0]).all():
            return self.probe.written(int(target.values[0]), target.kind)
        for one in self.pool:
            if one.kind == target.kind and np.array_equal(one.values, target.values):
                return one.node
        return self._fitted(target, self.pool[:3], deep=False)

    def _read(self, reads: Sequence[int]) -> list[Known]:
        """Return what is read, each once."""
        nodes = {self.names[one] for one in reads}
        return [one for one in self.pool if one.node in nodes]

    def _ranked(self, reads: Sequence[int]) -> list[Known]:
        """Return what an expression may be made of: what is read first, then everything else, the short first."""
        first = [self.names[one] for one in reads if one in self.names]
        return sorted(self.pool, key=lambda one: (one.node not in first, one.cost))

    def _fitted(
        self,
        target: Known,
        known: Sequence[Known],
        mask: "np.ndarray | slice" = slice(None),
        deep: bool = True,
    ) -> g.SOp | None:
        parts = [Known(one.node, one.kind, one.values[mask]) for one in known]
        wanted = Known(target.node, target.kind, target.values[mask])
        size = len(wanted.values)
        numbers = {0, 1, 2}
        texts: set[int] = set()
        for one in (*parts, wanted):
            present = np.unique(one.values)
            if len(present) <= TEXTS and one.kind == "str":
                texts |= set(present.tolist())
            elif len(present) <= FEW and one is wanted:
                numbers |= set(present.tolist())
        kinds: tuple[tuple[Kind, set[int]], ...] = (("int", numbers), ("str", texts))
        parts += [
            Known(self.probe.written(code, kind), kind, np.full(size, code, dtype=np.int64))
            for kind, codes in kinds
            for code in sorted(codes)
        ]
        found = fit(parts, wanted, self.stop, deep)
        known_found = None if found is None else self.probe.known(found)
        if known_found is None or not np.array_equal(known_found.values[mask], wanted.values):
            return None
        return found

    def _looking(self, head: CategoricalHead | NumericalHead, target: Known) -> g.SOp | None:
        """Return a head as a selector of short s-ops and what it does with it, the shortest first."""
        for selector in self._selectors(head):
            for used in self._uses(head, selector, target):
                if self.stop():
                    return None
                offset = self.probe.offset(used, target)
                if offset == 0 or (offset is not None and isinstance(used, g.Width)):
                    return _plus(used, offset)
        # A frame symbol that matches now and then makes a head a matter of cases.
        extras: dict[bytes, Known] = {}
        for selector in self._own(head):
            for used in self._uses(head, selector, target):
                known = self.probe.known(used) if len(extras) < EXTRAS else None
                if known is not None and known.kind == target.kind:
                    extras.setdefault(known.values.tobytes(), known)
        short = self._ranked(())[:KEYS]
        return self._fitted(target, [*short, *self._read(head.reads), *extras.values()])

    def _own(self, head: CategoricalHead | NumericalHead) -> Iterator[g.Selector]:
        """Yield comparisons of the head's own key and query, and of what these are made of."""
        own = [self.names[one] for one in (head.key, head.query)]
        keys, queries = ([name, *name.parts] for name in own)
        for relation, key, query in product(RELATIONS, keys[::-1], queries[::-1]):
            if not isinstance(key, g.SOp) or not isinstance(query, g.SOp):
                continue
            kinds = [known and known.kind for known in map(self.probe.known, (key, query))]
            if isinstance(key, g.Const) or isinstance(query, g.Const) or kinds[0] != kinds[1]:
                continue
            selector = g.Select(key, query, relation)
            masks = (CAUSAL, BEFORE) if head.causal else ()
            yield from (g.And(selector, mask) for mask in masks)
            if not masks:
                yield selector

    def _uses(
        self, head: CategoricalHead | NumericalHead, selector: g.Selector, target: Known
    ) -> Iterator[g.SOp]:
        """Yield what a head may do with a selector."""
        value = self.names[head.value]
        if isinstance(head, NumericalHead):
            if value == g.Const(1):
                yield g.Width(selector)
            return
        defaults: list[g.Value] = [0, 1]
        if target.kind == "str":
            present = {self.probe.texts[code] for code in np.unique(target.values)}
            defaults = [0, *sorted(present - set(self.program.domain.symbols))]
        for default in defaults:
            yield g.Aggregate(selector, value, default)
            yield g.Aggregate(g.Closest(selector), value, default)

    def _selectors(self, head: CategoricalHead | NumericalHead) -> Iterator[g.Selector]:
        """Yield selectors that may be the head's, by length, with and without its mask."""
        masks = [CAUSAL, BEFORE] if head.causal else []
        given = list(self._from_relation(head))
        for selector in [*given, *self._compared(head)]:
            for mask in masks:
                yield g.And(selector, mask)
            yield selector

    def _compared(self, head: CategoricalHead | NumericalHead) -> list[g.Selector]:
        """Return every comparison of a short key with a short query."""
        keys, queries = self._ingredients(head.key), self._ingredients(head.query)
        found: list[tuple[int, int, g.Selector]] = []
        for (kind, key, cost), (other, query, more) in product(keys, queries):
            if kind != other or {key, query} <= {g.Indices()}:
                continue
            for offset in (0, -1, 1) if kind == "int" else (0,):
                shifted = _plus(query, offset) if offset else query
                for rank, relation in enumerate(RELATIONS):
                    total = cost + more + abs(offset)
                    found.append((total, rank, g.Select(key, shifted, relation)))
        found.sort(key=lambda one: one[:2])
        return [one for _, _, one in found]

    def _ingredients(self, variable: int) -> list[tuple[Kind, g.SOp, int]]:
        """Return s-ops that may take a variable's place: itself, what it is made of, the tokens, positions from both ends."""
        own = self.names[variable]
        nodes: list[g.SOp] = [g.Tokens(), g.Indices(), LAST]
        parts = [
            one for one in g.walk(own) if isinstance(one, g.SOp) and not isinstance(one, g.Const)
        ]
        nodes += [own, *parts[::-1]]
        found: list[tuple[Kind, g.SOp, int]] = []
        for node in dict.fromkeys(nodes):
            known = self.probe.known(node)
            if known is not None and len(found) < KEYS and not holds_table(node):
                found.append((known.kind, node, known.cost))
        return found

    def _from_relation(self, head: CategoricalHead | NumericalHead) -> Iterator[g.Selector]:
        """Yield selectors with the head's own relation, written by comparisons with few constants."""
        queries, keys = (self.program.finite_values(one) for one in (head.query, head.key))
        rows = predicate_table(head.predicate, queries, keys).rows
        key, query = self.names[head.key], self.names[head.query]
        key_known, query_known = self.probe.known(key), self.probe.known(query)
        if key_known is None or query_known is None:
            return
        reached = [self._values(one) for one in (key_known, query_known)]
        wanted: dict[g.Value, frozenset[g.Value]] = {
            queries.values[number]: frozenset(keys.values[place] for place in row)
            for number, row in enumerate(rows)
        }
        sets = {frozenset(wanted[one] & set(reached[0])) for one in reached[1] if one in wanted}
        for chosen in sorted(sets, key=lambda one: (len(one), sorted(map(str, one)))):
            left = [one for one in reached[0] if one not in chosen]
            if 0 < len(chosen) <= FEW:
                yield _among(key, [one for one in reached[0] if one in chosen])
            if 0 < len(left) <= FEW:
                yield g.Not(_among(key, left))
            numbers = [one for one in reached[0] if isinstance(one, int)]
            ends = [one for one in chosen if isinstance(one, int)]
            if numbers and ends:
                yield g.Select(key, g.Const(min(ends)), ">=")
                yield g.Select(key, g.Const(max(ends)), "<=")

    def _values(self, known: Known) -> list[g.Value]:
        codes = np.unique(known.values).tolist()
        return [self.probe.texts[one] for one in codes] if known.kind == "str" else list(codes)


def _among(key: g.SOp, values: Sequence[g.Value]) -> g.Selector:
    found: g.Selector = g.Select(key, g.Const(values[0]), "==")
    for one in values[1:]:
        found = g.Or(found, g.Select(key, g.Const(one), "=="))
    return found


def _plus(node: g.SOp, number: int) -> g.SOp:
    """Return an s-op and a number added, a sum of constants taken together."""
    match node:
        case g.Map("+", (left, g.Const(int() as more))):
            number, node = number + more, left
        case g.Map("-", (left, g.Const(int() as less))):
            number, node = number - less, left
    if number == 0:
        return node
    return g.Map("+" if number > 0 else "-", (node, g.Const(abs(number))))


def holds_table(node: g.Node, done: frozenset[g.Node] = frozenset()) -> bool:
    """Whether a node holds a table of more than a few entries, outside what is done."""
    return any(
        len(table.rows if isinstance(table, g.Lookup) else table.pairs) > FEW
        for one in g.walk(node, done=done)
        for table in (
            (one.function,)
            if isinstance(one, g.Map)
            else (one.relation,)
            if isinstance(one, g.Select)
            else ()
        )
        if isinstance(table, g.Lookup | g.Pairs)
    )


def lift(
    program: Program, stop: Callable[[], bool] = lambda: False, seconds: float = math.inf
) -> Lifted:
    """Return a Program's labels as RASP, with short names where they are found.

    Args:
        program: simplify it first.
        stop: asked often; from when it is true, no more names are looked for.
        seconds: how long comparing with the Program may take in all; a few inputs are compared in any case.

    Raises:
        NotLiftable: a part of it has no exact form in RASP.
    """
    if program.domain.max_length is None:
        raise NotLiftable("the program has no greatest length; give one that has")
    checked = Checked(program, seconds)
    program = _nearest(program, checked)
    sequences = checked.probe
    plain = translate(program)
    answer = votes(program, plain)
    for _ in range(ROUNDS):
        namer = Namer(program, Probe(program, sequences), stop)
        found = votes(program, translate(program, namer.rename))
        output = namer.output(found)
        wrong = checked.wrong(output)
        if not wrong:
            return _lifted(program, namer.names, output, checked)
        sequences = [*sequences, *wrong]
    if checked.wrong(answer):
        raise RaspError("the translation does not give the program's labels: a fault of tprog")
    return _lifted(program, {n: one.data for n, one in enumerate(plain)}, answer, checked)


def _nearest(program: Program, checked: Checked) -> Program:
    """Return a Program whose heads all attend to the nearest match, where that says the same: mostly one key matches.

    Raises:
        NotLiftable: a head that attends otherwise has several matches, and that shows.
    """
    others = [
        number
        for number, one in enumerate(program.operations)
        if isinstance(one, CategoricalHead)
        and not (isinstance(one.tie, Nearest) or same_for_all(one.tie))
    ]
    if not others:
        return program
    operations = tuple(
        replace(one, tie=Nearest())
        if isinstance(one, CategoricalHead) and number in others
        else one
        for number, one in enumerate(program.operations)
    )
    found = replace(program, operations=operations)
    if predict(found, checked.sequences) != checked.labels:
        names = ", ".join(program.names[len(program.inputs) + number] for number in others)
        raise NotLiftable(
            f"{names}: of several matches not the nearest is attended to, which has no form in RASP here"
        )
    return found


def _lifted(program: Program, names: dict[int, g.SOp], output: g.SOp, checked: Checked) -> Lifted:
    """Return the definitions that an output needs, each with the variable's name."""
    needed = set(g.walk(output))
    definitions: dict[str, g.Node] = {}
    tables: list[str] = []
    done: set[g.Node] = set()
    for number, node in names.items():
        trivial = isinstance(node, g.Tokens | g.Indices | g.Const) or node in done
        if node in needed and not trivial and node != output:
            name = _identifier(program.names[number], definitions)
            if holds_table(node, frozenset(done)):
                tables.append(name)
            definitions[name] = node
            done.add(node)
    name = _identifier("output", definitions)
    if holds_table(output, frozenset(done)):
        tables.append(name)
    definitions[name] = output
    cut = checked.compared < len(checked.sequences)
    every = checked.exhaustive and not cut
    return Lifted(tuple(definitions.items()), tuple(tables), checked.compared, every, cut)


def _identifier(name: str, taken: dict[str, g.Node]) -> str:
    """Return a name that RASP text can define."""
    while name in taken or name in KEYWORDS | TAKEN | library()[1] or name in ("tokens", "indices"):
        name += "_"
    return name
