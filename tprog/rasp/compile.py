"""From a RASP graph to a Program for one alphabet and one greatest length, checked against the graph.

A Program is a table for what it was compiled for. Whatever cannot be compiled is refused; nothing is approximated.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from tprog.codegen import count_lines
from tprog.evaluate.inputs import count_inputs
from tprog.ir import (
    CategoricalVotes,
    Classifier,
    Domain,
    Head,
    NumericalVotes,
    Program,
    Provenance,
    Votes,
    check,
)
from tprog.rasp import graph as g
from tprog.rasp.building import INPUTS, Apart, Builder, finished
from tprog.rasp.checking import Miscompiled, compare, looking_left, refuse_counted_prefix
from tprog.rasp.evaluate import Rules, label
from tprog.rasp.expression import Expression
from tprog.rasp.facts import Facts, NotCompiled, observe
from tprog.rasp.heads import MOST_READ, Steps
from tprog.rasp.ladder import climbed, ladder
from tprog.rasp.mirroring import in_place
from tprog.rasp.rewriting import (
    at_the_end,
    counted,
    distributed,
    inclusive,
    opened,
    reduced,
    regrouped,
)
from tprog.rasp.sums import ONE, Needed, needed
from tprog.rasp.voting import Election, decided, election, votes

ENUMERATED = 500_000
"""Up to this many inputs are all computed: of five symbols those up to length 8, which are 488,280."""

LONG, SHORT = 150, 110
"""A Program of more lines than the one is compiled once more, in more layers; than the other, also with other votes."""

ENOUGH = 500
"""A Program of more lines will not do, however little time there is."""

MOST_LINES = 10_000
"""More lines are no program that anybody could read, and formatting them takes many minutes."""

MOST_COUNTS = 8
"""A function of more counts is a look-up of look-ups; as a table it would have no end."""

STEPS = ((MOST_COUNTS, MOST_READ), (2, 3), (2, MOST_READ))
"""Over how many counts and variables `shortest` has functions in one look-up: fewer, where the Program is long."""

SAMPLES = 20_000
"""So many inputs are drawn of a domain that is larger."""


Way: TypeAlias = tuple[Apart, bool, bool]
"""`Steps.apart`, `Builder.relaxed` and `Steps.shared`."""

Naming: TypeAlias = Callable[[g.SOp], Mapping[str, g.Node]]
"""Names nodes of a graph."""

USUAL: Way = ("keys", False, False)

WAYS: tuple[Way, ...] = (
    ("nothing", True, True),
    ("nothing", True, False),
    ("nothing", False, False),
    ("queries", True, True),
)
"""Ways that `shortest` tries: any of them may give the fewest lines."""


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A Program and how it was checked against its graph.

    Attributes:
        program: what was compiled; equal to the graph on every input it was checked on.
        inputs: on how many inputs it was checked.
        total: how many inputs the domain has.
        exhaustive: whether it was checked on all of them.
        values: what each label of the Program's classifier stands for.
    """

    program: Program
    inputs: int
    total: int | None
    exhaustive: bool
    values: tuple[g.Value, ...]

    @property
    def how(self) -> str:
        """On which inputs the Program was found to be right."""
        if self.exhaustive:
            return f"equal to the graph on all {self.inputs:,} inputs"
        of = "an unknown number" if self.total is None else f"{self.total:,}"
        return f"equal to the graph on {self.inputs:,} of {of} inputs, drawn at random"

    @property
    def layers(self) -> int:
        """How many layers the Program has."""
        return 1 + max(self.program.layers, default=-1)

    @property
    def heads(self) -> int:
        """How many heads it has."""
        return sum(isinstance(one, Head) for one in self.program.operations)


def compile_graph(
    graph: g.SOp,
    alphabet: Sequence[g.Value] = (),
    length: int = 0,
    *,
    rules: Rules = "rasp",
    domain: Domain | None = None,
    names: Mapping[g.Node, str] | None = None,
    title: str = "",
    enumerated: int = ENUMERATED,
    samples: int = SAMPLES,
    most_counts: int = MOST_COUNTS,
    causal: bool = False,
) -> Compiled:
    """Compile a graph to a Program whose labels are the graph's values at every data position.

    Args:
        graph: what to compute.
        alphabet: the input's elements; their texts are the Program's symbols.
        length: the greatest number of elements.
        rules: whose rules hold for values.
        domain: instead of alphabet and length; its symbols are the elements. It needs a prefix.
        names: of s-ops, for the Program's variables.
        title: one line that names the Program.
        enumerated: the greatest number of inputs that are all computed.
        samples: how many are drawn of a larger domain.
        most_counts: over how many counts a function is one look-up. Fewer make more layers, and shorter look-ups.
        causal: whether no head may look to the right.

    Raises:
        NotCompiled: the graph has no value on some input, or needs what we cannot build; with the node and the reason.
        Miscompiled: the Program differs from the graph, which is a fault of this function.
    """
    domain = _domain(alphabet, length) if domain is None else domain
    elements = tuple(alphabet) or domain.symbols
    job = _job(graph, domain, elements, rules, enumerated, samples, causal)
    return replace(job, names=names or {}, title=title).run(most_counts)


def _job(
    graph: g.SOp,
    domain: Domain,
    elements: tuple[g.Value, ...] = (),
    rules: Rules = "rasp",
    enumerated: int = ENUMERATED,
    samples: int = SAMPLES,
    causal: bool = False,
    climbing: bool = False,
    pooled: bool = False,
    by_score: bool = False,
) -> "_Job":
    """Return a graph that is ready to be compiled, computed on the inputs of the domain; see `compile_graph`.

    Where it is `climbing`, the answer is voted for by the one sum that it is a function of (see `ladder`). Where `by_score`,
    heads read greatest and least values by their scores.

    Raises:
        NotCompiled: it has no value on some input, or is no such function.
    """
    if domain.prefix is None or domain.max_length is None or domain.unknown is not None:
        raise NotCompiled("the domain needs a prefix, a greatest length and a closed vocabulary")
    elements = elements or domain.symbols
    graph = reduced(counted(in_place(opened(graph)), elements, domain.max_length))
    symbols = dict(zip(domain.symbols, elements, strict=True))
    if climbing:
        return _climbing(
            graph, domain, elements, symbols, rules, enumerated, samples, causal, by_score
        )
    graph = inclusive(regrouped(graph))
    chosen = None if pooled else election(graph)
    read = needed((graph,) if chosen is None else chosen.voters, by_score)
    facts = observe(graph, read, domain, symbols, rules, enumerated=enumerated, samples=samples)
    return _Job(graph, chosen, read, domain, elements, rules, facts, causal, pooled)


def _climbing(
    graph: g.SOp,
    domain: Domain,
    elements: tuple[g.Value, ...],
    symbols: Mapping[str, g.Value],
    rules: Rules,
    enumerated: int,
    samples: int,
    causal: bool,
    by_score: bool,
) -> "_Job":
    found = ladder(inclusive(distributed(graph, elements, domain.max_length or 0)))
    if found is None:
        raise NotCompiled("it is a function of more than one sum")
    one = found.terms[0][0]
    counts = isinstance(one, g.Width) or (isinstance(one, g.Map) and one.function == "round")
    if len(found.terms) == 1 and not counts:
        raise NotCompiled("it is a function of one value, which can vote by itself")
    roots = (*(one for one, _ in found.terms), ONE)
    total = count_inputs(domain)
    # On all inputs it is known what the sum can be; else what each of its terms can be.
    known = needed(
        (*roots, found.sum) if total is not None and total <= enumerated else roots, by_score
    )
    facts = observe(graph, known, domain, symbols, rules, enumerated=enumerated, samples=samples)
    chosen = climbed(found, facts)
    if chosen is None:
        raise NotCompiled("its answers come again as the sum grows")
    return _Job(graph, chosen, needed(roots, by_score), domain, elements, rules, facts, causal)


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """A graph to compile, with what is known of it; see `compile_graph`."""

    graph: g.SOp
    chosen: Election | None
    needed: Needed
    domain: Domain
    elements: tuple[g.Value, ...]
    rules: Rules
    facts: Facts
    causal: bool
    pooled: bool = False
    names: Mapping[g.Node, str] = field(default_factory=dict)
    title: str = ""

    @property
    def constant(self) -> bool:
        """Whether it is known that all positions of an input have one value."""
        same = all((answers == answers[:, :1]).all() for _, answers in self.facts.answers)
        return same and self.facts.exhaustive

    @property
    def may_be_loose(self) -> bool:
        """Whether it can be found out that frame positions are never counted: on all inputs, or from the one prefix."""
        return self.facts.exhaustive or (self.causal and self.domain.suffix is None)

    def run(self, most_counts: int) -> Compiled:
        """Compile it.

        Raises:
            NotCompiled: it needs what we cannot build.
            Miscompiled: the Program differs from the graph.
        """
        try:
            return self.built(most_counts, self.domain.suffix is not None and self.facts.exhaustive)
        except Miscompiled:
            if self.causal:
                raise NotCompiled("a head has to look to the right") from None
            return self.built(most_counts, False)

    def built(
        self, most_counts: int, hopeful: bool, way: Way = USUAL, most_read: int = MOST_READ
    ) -> Compiled:
        """Return the Program and hold it to the graph; `hopeful` as in `Builder`."""
        apart, relaxed, shared = way
        builder, facts = Builder(self.domain, hopeful, relaxed), self.facts
        steps = Steps(
            facts,
            self.rules,
            self.elements,
            self.names,
            builder,
            most_counts,
            most_read,
            apart,
            shared,
        )
        steps.run(self.needed)
        if self.chosen is None:
            name = steps.names.get(self.graph, "")
            voting = _choice(steps.values[self.graph], builder, name, self.pooled)
        else:
            stands = _labels(self.chosen.labels)
            voting = (*stands.items(),), votes(self.chosen, steps.values, builder)
        program, values = _voting(*voting, builder, self.title, self.pooled)
        program = looking_left(program) if self.causal else program
        compare(program, facts)
        if apart != "keys" and not facts.exhaustive:
            refuse_counted_prefix(builder, steps.counted, facts.answers[0][0])
        return Compiled(program, facts.inputs, facts.total, facts.exhaustive, values)


def shortest(
    graph: g.SOp,
    domain: Domain,
    *,
    causal: bool = False,
    naming: Naming | None = None,
    pooled: bool = False,
    hurry: Callable[[], bool] = lambda: False,
) -> Compiled:
    """Compile a graph; where its look-ups over several counts are long, in more layers if that gives fewer lines.

    Args:
        graph: what to compute.
        domain: see `compile_graph`.
        causal: whether no head may look to the right.
        naming: of nodes, for the Program's variables.
        pooled: whether the value at the last data symbol is the one label of an input: all data symbols vote for it.
        hurry: whether the shortest Program so far will do, if it is not very long.

    Raises:
        NotCompiled: see `compile_graph`.
        Miscompiled: see `compile_graph`.
    """
    found: dict[Program, tuple[int, Compiled]] = {}
    for climbing in (False,) if pooled else (True, False):
        if min((lines for lines, _ in found.values()), default=LONG) <= SHORT:
            break
        if found and hurry():
            break
        with suppress(NotCompiled) if climbing or found else nullcontext():
            if pooled:
                job = _pooled_job(graph, domain, causal)
            else:
                job = _job(graph, domain, causal=causal, climbing=climbing, by_score=True)
            if naming is not None:
                names = {node: name for name, node in naming(job.graph).items()}
                names.pop(job.graph, None)
                job = replace(job, names=names)
            _keep_shortest(job, found, hurry)
    return min(found.values(), key=lambda one: one[0])[1]


def _pooled_job(graph: g.SOp, domain: Domain, causal: bool) -> _Job:
    """Return a graph that has at every position the value that another has at the last one, ready to be compiled."""
    with suppress(NotCompiled):
        asked = at_the_end(graph)
        job = _job(asked, domain, causal=causal, pooled=True, by_score=True)
        return (
            job
            if job.constant
            else _job(_last(asked), domain, causal=causal, pooled=True, by_score=True)
        )
    # Where a query that is not the last one would have no value.
    return _job(_last(graph), domain, causal=causal, pooled=True, by_score=True)


def _keep_shortest(
    job: _Job, found: dict[Program, tuple[int, Compiled]], hurry: Callable[[], bool]
) -> None:
    """Compile in several ways, until one is short; keep each Program with its number of lines.

    Raises:
        NotCompiled: there is none, or none that is not far too long.
    """
    suffix, before, lines = job.domain.suffix is not None, len(found), 0

    def keep(compiled: Compiled) -> int:
        nonlocal lines
        if compiled.program in found:
            return found[compiled.program][0]
        lines = count_lines(compiled.program, MOST_LINES)
        if lines <= MOST_LINES:
            found[compiled.program] = lines, compiled
        return lines

    for most_counts, most_read in STEPS:
        least = LONG + 1
        for way in WAYS if job.may_be_loose else ():
            if hurry() and min((few for few, _ in found.values()), default=MOST_LINES) <= ENOUGH:
                return
            with suppress(NotCompiled, Miscompiled):
                lines = keep(job.built(most_counts, suffix, way, most_read))
                least = min(least, lines)
                if lines > LONG and most_counts > 2:
                    break
        if len(found) == before:
            with nullcontext() if most_counts == MOST_COUNTS else suppress(NotCompiled):
                least = keep(job.run(most_counts))
        if least <= LONG:
            break
    if not found:
        raise NotCompiled(f"its Program would have {lines:,} lines, more than {MOST_LINES:,}")


def _domain(alphabet: Sequence[g.Value], length: int) -> Domain:
    texts = tuple(map(label, alphabet))
    if len(set(texts)) != len(texts):
        raise NotCompiled(f"the alphabet holds one text twice: {', '.join(texts)}")
    return Domain(texts, length, prefix="<s>" if "<s>" not in texts else "<start>")


Labels: TypeAlias = tuple[tuple[str, g.Value], ...]
"""Each label with the value that it stands for."""


def _last(graph: g.SOp) -> g.SOp:
    """Return the value at the last position, everywhere."""
    last = g.Map("-", (g.LENGTH, g.Const(1)))
    return g.Aggregate(g.Select(g.Indices(), last, "=="), graph)


def _choice(
    found: Expression, build: Builder, name: str, pooled: bool
) -> tuple[Labels, tuple[Votes, ...]]:
    """Return the labels and votes that answer with an expression; pooled: mostly without votes of the frame.

    A count that decides whenever it is not 0 outvotes one variable that answers otherwise; else one variable has all votes.
    """
    stands = _labels([found.values[code] for code in np.unique(found.table[found.table >= 0])])
    labels = sorted(stands)
    place = {
        code: labels.index(label(one))
        for code, one in enumerate(found.values)
        if label(one) in stands
    }
    event = None if pooled else decided(found)
    # One vote of the frame decides nothing beside those of all data symbols, unless an input is as short as that: compared later.
    clear = pooled and not build.relaxed
    single = build.single(found if event is None else event[2], clear, name)
    base = single.bases[0]
    weights = [[0] * len(labels) for _ in build.values(base.variable).values]
    for entry, code in zip(base.entries, single.table.tolist(), strict=True):
        if code >= 0:
            weights[entry][labels.index(label(single.values[code]))] = 1
    cast: tuple[Votes, ...] = (CategoricalVotes(base.variable, tuple(map(tuple, weights))),)
    if event is not None:
        more = tuple(2 * int(one == place[event[1]]) for one in range(len(labels)))
        cast += (NumericalVotes(event[0].variable, more),)
    return tuple((one, stands[one]) for one in labels), cast


def _voting(
    labels: Labels, cast: tuple[Votes, ...], build: Builder, title: str, pooled: bool
) -> tuple[Program, tuple[g.Value, ...]]:
    """Return the Program that answers with these votes, and what its labels stand for."""
    classifier = Classifier(tuple(name for name, _ in labels), cast, pooled=pooled)
    program = Program(build.domain, INPUTS, tuple(build.operations), classifier, Provenance(title))
    return check(finished(program)), tuple(value for _, value in labels)


def _labels(values: Sequence[g.Value]) -> dict[str, g.Value]:
    """Return each label with the value that it stands for.

    Raises:
        NotCompiled: two different values would be written alike.
    """
    known: dict[str, g.Value] = {}
    for value in values:
        if known.setdefault(label(value), value) != value:
            raise NotCompiled(
                f"two different outputs, {known[label(value)]!r} and {value!r}, would be written alike"
            )
    return known
