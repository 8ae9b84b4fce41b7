"""Automata as a part of the portfolio: labels that a finite machine gives, reading from either end."""

from collections.abc import Iterator
from typing import Literal

from tprog.errors import UsageError
from tprog.rasp.cost import cost
from tprog.rasp.graph import Lookup, Map, SOp, walk
from tprog.synthesis.automata.cascade import Refused
from tprog.synthesis.automata.holonomy import by_holonomy
from tprog.synthesis.automata.layers import by_layers
from tprog.synthesis.automata.learning import machines, reversed_examples
from tprog.synthesis.automata.machine import Machine
from tprog.synthesis.automata.regex import machine_of_regex
from tprog.synthesis.examples import Examples
from tprog.synthesis.parts import Candidate, Effort, Over, Step, never

LARGEST = 1_000
"""A graph with more nodes and rows of tables explains nothing; it is no candidate."""


def candidates(examples: Examples, effort: Effort) -> Iterator[Candidate]:
    """Yield the graph of each machine that is right on all examples: from left to right first, then from right to left."""
    for backwards in (False, True):
        if examples.causal if backwards else examples.contradicts_causality:
            continue
        seen = reversed_examples(examples) if backwards else examples
        direction = "from right to left" if backwards else "from left to right"
        effort.report(Step("automata", f"machines that read {direction}", 0))
        for machine, found in machines(seen, effort.over):
            try:
                graph = graph_of_machine(machine, backwards, effort.over)
            except Refused:
                continue
            if size(graph)[-1] <= LARGEST:
                how = f"automata: a machine of {machine.size} states {direction}, {found}"
                yield Candidate(graph, how, tuple(_unseen(machine)))


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
    return general if few is None else min(few, general, key=size)


def graph_of_regex(
    text: str, labels: Literal["accepted", "state"] = "accepted", letters: str = ""
) -> SOp:
    """Return the graph of a regular expression, right at every length; see `machine_of_regex` for its arguments.

    Raises:
        BadRegex: the text is no regular expression, and where.
        UsageError: it has no graph, and why.
    """
    machine = machine_of_regex(text, labels, letters)
    try:
        return graph_of_machine(machine)
    except Refused as error:
        raise UsageError(f"this language cannot be written as RASP here: {error}") from None


def size(graph: SOp) -> tuple[int, int, int]:
    """Return a graph's layers, heads, and nodes with the rows of its tables, in the order in which they count."""
    needed = cost(graph)
    nodes = list(walk(graph))
    tables = [one.function for one in nodes if isinstance(one, Map)]
    rows = sum(len(one.rows) for one in tables if isinstance(one, Lookup))
    return needed.layers, sum(needed.heads), len(nodes) + rows


def _unseen(machine: Machine) -> Iterator[str]:
    """Yield the cells of a machine that no example decided, in words."""
    for state, row in enumerate(machine.labels):
        for letter, label in zip(machine.letters, row, strict=True):
            if label is None:
                yield f"reading {letter!r} in state {state}"
