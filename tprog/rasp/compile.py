"""RASP to a Program: value sets for one alphabet and length, fused look-ups, one head for each selector.

Every result is compared with the graph itself, on the whole domain where it can be listed; what cannot be compiled is
refused with a reason.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from tprog.errors import TprogError
from tprog.evaluate import Batch, Evaluator, all_inputs, count_inputs, sample_inputs
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Domain,
    Nearest,
    NumericalHead,
    NumericalLookup,
    Operation,
    Program,
    Provenance,
)
from tprog.rasp.building import LARGEST_TABLE, ONES, Builder
from tprog.rasp.evaluate import Column, Evaluation, RaspError, Rules, label
from tprog.rasp.expressions import (
    Expression,
    Frame,
    Never,
    mapped,
    reduced,
    table_of,
)
from tprog.rasp.functions import callable_of
from tprog.rasp.graph import (
    Aggregate,
    Closest,
    Const,
    Indices,
    Map,
    Python,
    Selector,
    SOp,
    Tokens,
    Value,
    Width,
    walk,
)
from tprog.rasp.rewriting import mean_by_counts, opened, width_by_masks
from tprog.rasp.selectors import attention

LISTED = 400_000
"""The most inputs that are all compared; of more, `SAMPLED` are drawn."""
SAMPLED = 20_000


@dataclass(frozen=True, slots=True)
class Compiled:
    """A Program and how it was compared with the graph that it was compiled from.

    Attributes:
        program: the Program.
        inputs: how many inputs were compared; all of them agree.
        exhaustive: whether these are all inputs of the domain.
    """

    program: Program
    inputs: int
    exhaustive: bool


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was seen of the aggregates: the least and the most keys that a query selects."""

    matches: Mapping[Selector, tuple[int, int]]
    exhaustive: bool


def compile_graph(
    graph: SOp,
    domain: Domain,
    *,
    symbols: Sequence[Value] | None = None,
    rules: Rules = "rasp",
    names: Mapping[SOp, str] | None = None,
    title: str = "",
    seed: int = 0,
) -> Compiled:
    """Return a Program that gives an s-op's values as labels, at every data position.

    Args:
        graph: the s-op.
        domain: alphabet, lengths and frame; it needs a prefix, which is where a head looks when nothing is selected.
        symbols: what `Tokens` holds at each of the domain's symbols; the symbols themselves where it is None.
        rules: whose rules hold for values.
        names: of s-ops, for the variables that hold them.
        title: of the Program.
        seed: of the sample, where the inputs are too many to list.

    Raises:
        RaspError: it has no value on some input, or cannot be compiled; the message says why.
    """
    if domain.prefix is None or domain.max_length is None:
        raise RaspError("compiling needs a prefix symbol and a greatest length")
    symbols = domain.symbols if symbols is None else symbols
    total = count_inputs(domain)
    exhaustive = total is not None and total <= LISTED
    inputs = tuple(all_inputs(domain) if exhaustive else sample_inputs(domain, SAMPLED, seed))
    facts, wanted = _observed(graph, domain, symbols, rules, inputs, exhaustive)
    # Shorter first: what counts say at the frame seldom matters, and positions alone tell a prefix, not a suffix.
    trials = [(True, False), (True, True)] if domain.suffix is not None else [(True, False)]
    if exhaustive:
        trials.insert(0, (False, False))
    wrong: tuple[str, ...] | None = None
    for guards, careful in trials:
        made = _Compiler(Builder(domain, symbols, guards), facts, dict(names or {}), careful)
        program = made.program(graph, title)
        wrong = _difference(program, domain, inputs, wanted)
        if wrong is None:
            return Compiled(program, sum(map(len, inputs)), exhaustive)
    raise TprogError(
        f"the compiled program differs from its source on {' '.join(wrong or ())!r}; please report it"
    )


def _columns(batch: Batch, domain: Domain, symbols: Sequence[Value]) -> Column:
    """Return the data symbols as `Tokens` holds them."""
    of = dict(zip(domain.symbols, symbols, strict=True))
    values = tuple(of.get(word, word) for word in batch.words)
    return Column(
        batch.indices[:, domain.data_slice(batch.indices.shape[1])].astype(np.int64), values
    )


def _observed(
    graph: SOp,
    domain: Domain,
    symbols: Sequence[Value],
    rules: Rules,
    inputs: Sequence[Batch],
    exhaustive: bool,
) -> tuple[_Facts, list[list[tuple[str, ...]]]]:
    """Evaluate the graph on the inputs: the facts that the compiler relies on, and the labels to compare with."""
    matches: dict[Selector, tuple[int, int]] = {}
    selectors = [one.selector for one in walk(graph) if isinstance(one, Aggregate)]
    wanted = []
    for batch in inputs:
        found = Evaluation(_columns(batch, domain, symbols), rules)
        column = found.column(graph)
        texts = np.array([label(value) for value in column.values], dtype=object)
        wanted.append([tuple(row) for row in texts[column.codes].tolist()])
        for selector in selectors:
            counts = found.matrix(selector).sum(axis=2)
            least, most = matches.get(selector, (domain.max_length or 0, 0))
            matches[selector] = (min(least, int(counts.min())), max(most, int(counts.max())))
    return _Facts(matches, exhaustive), wanted


def _difference(
    program: Program,
    domain: Domain,
    inputs: Sequence[Batch],
    wanted: Sequence[list[tuple[str, ...]]],
) -> tuple[str, ...] | None:
    """Return an input on which the Program gives other labels than the graph, None where there is none."""
    evaluator = Evaluator(program)
    texts = np.array(program.classifier.labels, dtype=object)
    for batch, rows in zip(inputs, wanted, strict=True):
        data = domain.data_slice(batch.indices.shape[1])
        found = texts[evaluator.predictions(batch)[:, data]].tolist()
        for place, (row, other) in enumerate(zip(found, rows, strict=True)):
            if tuple(row) != other:
                return batch.data(place, domain)
    return None


class _Compiler:
    """Turns one graph into a Program, an expression for each s-op."""

    def __init__(
        self,
        builder: Builder,
        facts: _Facts,
        names: dict[SOp, str],
        careful: bool,
    ) -> None:
        self.builder = builder
        self.facts = facts
        self.names = names
        self.careful = careful
        self.known: dict[SOp, Expression] = {}
        self.means: dict[object, Python] = {}

    def expression(self, sop: SOp) -> Expression:
        """Return an s-op as a function of variables."""
        for node in _needed(sop):
            if node not in self.known:
                self.known[node] = self._expression(node)
        return self.known[sop]

    def _expression(self, sop: SOp) -> Expression:
        builder = self.builder
        match sop:
            case Tokens():
                return builder.tokens
            case Indices():
                places = builder.positions
                if not self.careful:
                    return places
                return mapped(lambda _, place: place, (builder.tokens, places), builder.sizes)
            case Const(value):
                return Expression((), table_of([value], ()), framed=False)
            case Map(_, arguments):
                return self._mapped(sop, [self.expression(one) for one in arguments])
            case Width(Closest(selector)):
                return self.expression(Map("indicator", (Width(selector),)))
            case Width(selector):
                selector = opened(selector)
                split = width_by_masks(selector)
                return self._counted(sop, selector) if split is None else self.expression(split)
            case Aggregate(selector, value, default):
                _, most = self.facts.matches.get(selector, (0, 2))
                if most <= 1 or isinstance(selector, Closest):
                    return self._attended(sop)
                values = self.expression(value).values
                return self.expression(mean_by_counts(selector, value, values, default, self.means))
            case _:
                raise TypeError(f"no such s-op: {sop!r}")

    def _mapped(self, sop: Map, arguments: list[Expression]) -> Expression:
        sizes = self.builder.sizes
        function = callable_of(sop.function)

        def size(expressions: Sequence[Expression]) -> int:
            return prod(sizes[one] for one in {v for e in expressions for v in e.variables})

        if size(arguments) > LARGEST_TABLE:
            arguments = [self.builder.look_up(one) for one in arguments]
        if size(arguments) > LARGEST_TABLE:
            raise RaspError(
                f"a function of {size(arguments):,} combinations; {LARGEST_TABLE:,} is the most"
            )
        return reduced(mapped(function, arguments, sizes))

    def _counted(self, sop: SOp, selector: Selector) -> Expression:
        found = attention(self.builder, selector, self.expression)
        if found.empty:
            return Expression((), table_of([0], ()), framed=False)
        head = NumericalHead(
            found.query, found.key, ONES, found.predicate, found.causal, self.names.get(sop, "")
        )
        made = self.builder.add(head, None)
        counts = range(self.builder.longest + 1)
        return Expression((made,), table_of(list(counts), (len(counts),)), framed=False)

    def _attended(self, sop: Aggregate) -> Expression:
        builder = self.builder
        chosen = sop.selector
        selector = opened(chosen.selector if isinstance(chosen, Closest) else chosen)
        least, _ = self.facts.matches.get(sop.selector, (0, 0))
        always = self.facts.exhaustive and least > 0
        value = builder.look_up(builder.guarded(self.expression(sop.value)))
        found = attention(builder, selector, self.expression, copies=True)
        head = CategoricalHead(
            found.query,
            found.key,
            value.variables[0],
            found.predicate,
            Nearest(),
            found.causal,
            self.names.get(sop, ""),
        )
        made = builder.add(head, builder.values[value.variables[0]])
        table = [
            sop.default if isinstance(one, Frame) and not always else one for one in value.table
        ]
        return Expression((made,), table_of(table, (len(table),)), always and found.framed)

    def program(self, graph: SOp, title: str) -> Program:
        """Return the Program whose labels are the graph's values."""
        builder = self.builder
        final = builder.fused(self.expression(graph))
        if len(final.variables) != 1 or builder.numerical(final.variables[0]):
            final = builder.look_up(final, self.names.get(graph, ""))
        labels = tuple(dict.fromkeys(label(one) for one in _ordered(final.values)))
        labels = labels or ("none",)
        weights = tuple(
            tuple(int(not isinstance(one, Frame | Never) and label(one) == text) for text in labels)
            for one in final.table
        )
        votes = CategoricalVotes(final.variables[0], weights)
        made = Program(
            builder.domain,
            builder.inputs,
            tuple(builder.operations),
            Classifier(labels, (votes,)),
            Provenance(title),
        )
        return _live(made)


def _needed(sop: SOp) -> Iterator[SOp]:
    """Yield the s-ops below, parts first, so that a deep graph is not climbed by recursion."""
    for node in walk(sop):
        if isinstance(node, SOp):
            yield node


def _ordered(values: Sequence[Value]) -> list[Value]:
    """Return values in their own order where they have one."""
    try:
        return sorted(values)  # type: ignore[type-var]
    except TypeError:
        return list(values)


def _live(program: Program) -> Program:
    """Return the Program without inputs and operations that its votes do not depend on."""
    live = {vote.variable for vote in program.classifier.votes}
    first = len(program.inputs)
    for variable in reversed(range(first, len(program.variables))):
        if variable in live:
            live.update(program.operations[variable - first].reads)
    kept = sorted(live)
    number = {old: new for new, old in enumerate(kept)}

    def moved(operation: Operation) -> Operation:
        if isinstance(operation, CategoricalLookup | NumericalLookup):
            return replace(operation, arguments=tuple(number[one] for one in operation.arguments))
        query, key, value = (number[one] for one in operation.reads)
        return replace(operation, query=query, key=key, value=value)

    votes = tuple(replace(one, variable=number[one.variable]) for one in program.classifier.votes)
    return replace(
        program,
        inputs=tuple(program.inputs[one] for one in kept if one < first),
        operations=tuple(moved(program.operations[one - first]) for one in kept if one >= first),
        classifier=replace(program.classifier, votes=votes),
    )
