"""Graphs of what was found out: a single circuit, the suspects of traced errors, and the source of a file that is no Program."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tprog.analysis.explain.circuits.closeup import Closeup, held_parts
from tprog.analysis.explain.circuits.survey import Survey
from tprog.analysis.explain.describe import clip, show_value
from tprog.analysis.explain.trace.tracing import PartSuspect, Tracing
from tprog.analysis.explain.unreadable.reading import Reading, SourcePart
from tprog.analysis.show.graph.model import Edge, Graph, Node, build_graph
from tprog.analysis.show.words import share_note, share_text
from tprog.ir import Program

LONGEST_TOKENS = 60
LONGEST_DETAIL = 34  # characters, as in the graph of a Program
# From faint to strong: parts that a repair puts errors right in, and parts that are merely suspected.
PROVED = ("#FFE3E3", "#FFC9C9", "#FFA8A8", "#FF8787")
SUSPECTED = ("#FFFDF0", "#FFF9DB", "#FFF6CC")
CLEAR = "#FFFFFF"


def circuit_graph(
    program: Program,
    parts: Sequence[int],
    gains: Mapping[int, float],
    held: Mapping[int, str],
    title: str = "",
) -> Graph:
    """Return the graph of a circuit: its parts, what they read, and the classifier.

    An edge carries the votes that depend on it: of a vote, its own; of a read, the strongest votes that any path leads
    to from there.

    Args:
        program: a valid Program.
        parts: the heads and look-ups of the circuit, by variable.
        gains: for voting variables, the votes for the answer less those for its runner-up.
        held: what parts outside of the circuit are held at, as text; they are shown where the circuit reads them.
        title: what stands above the picture; the Program's title where it is empty.
    """
    whole = build_graph(program)
    working, first = set(parts), len(program.inputs)
    read = {number for part in working for number in program.operations[part - first].reads}
    voting = {
        number for number, gain in gains.items() if gain and (number < first or number in working)
    }
    classifier = len(program.variables)
    shown = working | read | voting | {classifier}
    carried = _carried(program, working, gains, voting)
    most = max(carried.values(), default=0.0) or 1.0
    edges = []
    for edge in whole.edges:
        if edge.target == classifier and edge.source in voting:
            gain = gains[edge.source]
            edges.append(replace(edge, live=True, gain=gain, share=abs(gain) / most))
        elif edge.target in working:
            # Nothing depends on what is held.
            fixed = edge.source >= first and edge.source not in working
            share = None if fixed else carried[edge.target] / most
            edges.append(replace(edge, live=not fixed, share=share))
    nodes = tuple(
        replace(
            node,
            live=node.number in working or node.number < first or node.number == classifier,
            held=held.get(node.number, "") if node.number not in working else "",
        )
        for node in whole.nodes
        if node.number in shown
    )
    named = title or whole.title
    return Graph(named, nodes, tuple(edges), whole.layers, circuit=True, scale=whole.scale)


def _carried(
    program: Program, working: set[int], gains: Mapping[int, float], voting: set[int]
) -> dict[int, float]:
    """Return for each variable the size of the strongest votes that depend on it within the circuit."""
    carried = {number: abs(gains[number]) for number in voting}
    for part in sorted(working, reverse=True):
        own = carried.setdefault(part, 0.0)
        for read in program.operations[part - len(program.inputs)].reads:
            carried[read] = max(carried.get(read, 0.0), own)
    return carried


def closeup_graph(closeup: Closeup) -> Graph:
    """Return the circuit of one prediction, its edges as thick as their votes there."""
    program = closeup.program
    start = int(program.domain.prefix is not None)
    stop = len(closeup.tokens) - int(program.domain.suffix is not None)
    tokens = clip(" ".join(map(show_value, closeup.tokens[start:stop])), LONGEST_TOKENS)
    place = "" if closeup.position is None else f", position {closeup.position}"
    against = "" if closeup.runner_up is None else f" against {show_value(closeup.runner_up)}"
    return circuit_graph(
        program,
        closeup.parts,
        {vote.variable: float(vote.gain) for vote in closeup.votes},
        dict(closeup.held),
        f"{tokens}{place}: {show_value(closeup.answer)}{against}",
    )


def survey_graph(found: Survey) -> Graph:
    """Return the circuit that decides most often, its edges as thick as their mean votes."""
    program = found.program
    if not found.circuits:
        return circuit_graph(program, (), {}, {}, "no predictions")
    circuit = found.circuits[0]
    held = dict(held_parts(program, found.parts, circuit.parts, found.neutral.commonest))
    texts = {
        part: " or ".join(dict.fromkeys(one.text(program, part) for one in found.neutral.by_label))
        for part in held
    }
    share = found.share(circuit.count)
    title = f"the circuit that decides most often: {share_text(share.value)}, {share_note(share)}"
    return circuit_graph(program, circuit.parts, dict(circuit.gains), texts, title)


def suspect_graph(tracing: Tracing) -> tuple[Graph, dict[int, str]]:
    """Return the graph of a traced Program, saying of each part what its repair does, and the colour of every node.

    Votes belong to the classifier, whose colour is that of the worst of them.
    """
    program = tracing.program
    graph = build_graph(program)
    classifier = len(program.variables)
    said: dict[int, str] = {}
    tints = {node.number: CLEAR for node in graph.nodes}
    for one in reversed(tracing.parts):
        node = classifier if one.part.kind == "votes" else one.part.variable
        tints[node] = _tint(tracing, one)
        said[node] = _said(tracing, one)
    nodes = tuple(
        replace(node, detail=said[node.number]) if node.number in said else node
        for node in graph.nodes
    )
    errors = f"{tracing.failing:,} of {tracing.failing + tracing.passing:,} labels wrong"
    title = " — ".join(part for part in (graph.title, errors) if part)
    title += " (red: a repair puts errors right; yellow: suspected)"
    return replace(graph, nodes=nodes, title=title), tints


def _tint(tracing: Tracing, one: PartSuspect) -> str:
    suspect = tracing.suspects[one.first]
    if suspect.repair is not None:
        share = suspect.net / tracing.suspects[0].net
        return PROVED[min(int(share * len(PROVED)), len(PROVED) - 1)]
    most = max(other.suspicion for other in tracing.suspects)
    share = 1.0 if suspect.suspicion == most else suspect.suspicion / most
    return SUSPECTED[min(int(share * len(SUSPECTED)), len(SUSPECTED) - 1)]


def _said(tracing: Tracing, one: PartSuspect) -> str:
    suspect = tracing.suspects[one.first]
    if suspect.repair is None:
        return f"suspect {one.first + 1}"
    gain = suspect.repair.gain
    return f"suspect {one.first + 1}: {len(gain.fixed):,} put right, {gain.broken:,} broken"


def source_graph(reading: Reading) -> Graph:
    """Return the graph of the heads and look-ups that a source computes; what its answer reads ends in one node."""
    nodes = [
        Node(part.number, part.kind, part.layer, part.name, _detail(part), (), True)
        for part in reading.parts
    ]
    edges = []
    for part in reading.parts:
        slots: dict[str, int] = {}
        for read in part.reads:
            for source in read.parts:
                slot = slots.get(read.role, 0)
                slots[read.role] = slot + 1
                edges.append(Edge(source, part.number, read.role, slot, None, False, True))
    if reading.result:
        last = len(nodes)
        nodes.append(Node(last, "answer", None, "answer", f"of {reading.entry}", (), True))
        edges += [
            Edge(source, last, "answer", slot, None, False, True)
            for slot, source in enumerate(reading.result)
        ]
    layers = max((part.layer for part in reading.parts if part.layer is not None), default=-1) + 1
    title = f"{Path(reading.path).name}: a reading of its source, no Program"
    return Graph(title, tuple(nodes), tuple(edges), layers)


def _detail(part: SourcePart) -> str:
    text = f"line {part.line}" + (f": {part.calls[-1]}" if part.calls else "")
    return clip(text, LONGEST_DETAIL)
