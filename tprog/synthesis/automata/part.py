"""Automata as a part of the portfolio: labels that a finite machine gives, reading from either end."""

from collections.abc import Iterator

from tprog.rasp.cost import cost
from tprog.rasp.graph import SOp
from tprog.synthesis.automata.cascade import Refused
from tprog.synthesis.automata.holonomy import by_holonomy
from tprog.synthesis.automata.layers import by_layers
from tprog.synthesis.automata.learning import learned
from tprog.synthesis.automata.machine import Machine
from tprog.synthesis.examples import Example, Examples
from tprog.synthesis.parts import Candidate, Effort, Over, Step, never, size

LARGEST = 1_000
"""A graph with more nodes and rows of tables explains nothing; it is no candidate."""


def candidates(examples: Examples, effort: Effort) -> Iterator[Candidate]:
    """Yield the graph of each machine that is right on all examples: from left to right first, then from right to left."""
    for backwards in (False, True):
        if examples.causal if backwards else examples.contradicts_causality:
            continue
        turned = (Example(row.tokens[::-1], row.labels[::-1]) for row in examples.rows)
        direction = "from right to left" if backwards else "from left to right"
        effort.report(Step("automata", f"machines that read {direction}", 0))
        machine = learned(examples.some(turned) if backwards else examples, effort.over)
        if machine is None:
            continue
        try:
            graph = graph_of_machine(machine, backwards, effort.over)
        except Refused:
            continue
        if size(graph) <= LARGEST:
            unseen = tuple(
                f"reading {letter!r} in state {state}"
                for state, row in enumerate(machine.labels)
                for letter, label in zip(machine.letters, row, strict=True)
                if label is None
            )
            how = f"automata: a machine of {machine.size} states {direction}"
            yield Candidate(graph, how, unseen)


def graph_of_machine(machine: Machine, backwards: bool = False, over: Over = never) -> SOp:
    """Return the smallest graph that we find for a machine.

    Raises:
        Refused: there is none, with the reason.
    """
    few = by_layers(machine, backwards, over)
    try:
        general = by_holonomy(machine, backwards, over)
    except Refused:
        if few is None:
            raise
        return few
    return general if few is None else min(few, general, key=measured)


def measured(graph: SOp) -> tuple[int, int, int]:
    """Return a graph's layers, heads, and nodes with the rows of its tables, in the order in which they count."""
    needed = cost(graph)
    return needed.layers, sum(needed.heads), size(graph)
