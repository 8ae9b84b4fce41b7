"""The head dependency graph as plain data: which head or look-up reads what, and what votes."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tprog.analysis.explain.describe import describe, kind_of
from tprog.analysis.measure.sizes import live_variables, silent, swings
from tprog.analysis.measure.vote_scale import PLAIN, VoteScale, vote_scale
from tprog.hooks import Shown
from tprog.ir import CategoricalHead, NumericalHead, NumericalVotes, Operation, Program
from tprog.json_values import Formatted

NodeKind: TypeAlias = Literal[
    "input", "head", "numerical head", "look-up", "numerical look-up", "classifier", "answer"
]
Role: TypeAlias = Literal["query", "key", "value", "argument", "vote", "answer"]


@dataclass(frozen=True, slots=True)
class Node:
    """A variable, or the classifier.

    Attributes:
        number: a variable's index in `Program.variables`; the classifier's number follows the last of these.
        kind: what sort of module it is.
        layer: the layer of an operation, from 0; None for inputs and the classifier.
        name: the variable's name; `classifier` for the classifier.
        detail: one line that says what it does.
        notes: what was noted on it.
        live: whether a path leads from it to the classifier's votes.
        held: in the graph of a circuit, what a part outside of it is held at, as text; else empty.
    """

    number: int
    kind: NodeKind
    layer: int | None
    name: str
    detail: str
    notes: tuple[str, ...]
    live: bool
    held: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """One variable read by a module.

    Attributes:
        source: the number of the node that is read.
        target: the number of the node that reads it.
        role: what it is read as.
        slot: the number of the argument, from 0, for look-ups; the number of the vote for the classifier; for the rest 0,
            or the number of the edge where several have one role.
        weight: for votes, the most that the variable can move one label against another (per unit where
            `per_unit`); None for other roles.
        per_unit: whether the weight is that of one unit of a numerical variable.
        live: whether a path leads on from it to the classifier's votes.
        gain: in the graph of a circuit, for votes: how many speak for the answer, less those for its runner-up.
        share: in the graph of a circuit: the votes that depend on the edge, from 0 to 1 of the most that depend on any.
    """

    source: int
    target: int
    role: Role
    slot: int
    weight: int | None
    per_unit: bool
    live: bool
    gain: float | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Graph(Formatted, Shown):
    """The dependency graph of a Program: its variables in order, then the classifier.

    Attributes:
        title: the Program's title, or an empty text.
        nodes: every variable, then the classifier.
        edges: what each node reads, in the order of the targets.
        layers: the number of layers.
        circuit: whether it shows a single circuit, with edges as thick as their votes.
        scale: how votes are shown.
    """

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    layers: int
    circuit: bool = False
    scale: VoteScale = PLAIN

    def without_dead(self) -> "Graph":
        """Return the graph without operations that reach no vote, and without inputs that only they read."""
        return Graph(
            self.title,
            tuple(node for node in self.nodes if node.live),
            tuple(edge for edge in self.edges if edge.live),
            self.layers,
            self.circuit,
            self.scale,
        )

    def __repr__(self) -> str:
        """Say in one line how large it is."""
        sizes = f"{len(self.nodes)} nodes, {len(self.edges)} edges, {self.layers} layers"
        return f"<Graph {self.title!r}: {sizes}>"

    def _repr_svg_(self) -> str:
        """Show the graph as a picture in a notebook."""
        found = self._repr_html_()
        return found[found.index("<svg") : found.rindex("</svg>") + len("</svg>")]


def build_graph(program: Program) -> Graph:
    """Return the dependency graph of a valid Program."""
    live = live_variables(program)
    nodes = [
        Node(
            number,
            "input" if number < len(program.inputs) else _kind(program, number),
            _layer(program, number),
            program.names[number],
            describe(program, number),
            variable.notes,
            number in live,
        )
        for number, variable in enumerate(program.variables)
    ]
    edges = [
        edge
        for number, operation in enumerate(program.operations, len(program.inputs))
        for edge in _reads(operation, number, number in live)
    ]
    classifier = program.classifier
    labels = "label" if len(classifier.labels) == 1 else "labels"
    detail = f"{len(classifier.labels):,} {labels}" + (", pooled" if classifier.pooled else "")
    last = len(nodes)
    nodes.append(Node(last, "classifier", None, "classifier", detail, (), True))
    weights = swings(classifier)
    edges += [
        Edge(
            vote.variable,
            last,
            "vote",
            slot,
            weights[vote.variable],
            isinstance(vote, NumericalVotes),
            not silent(vote),
        )
        for slot, vote in enumerate(classifier.votes)
    ]
    return Graph(
        program.provenance.title,
        tuple(nodes),
        tuple(edges),
        max(program.layers, default=-1) + 1,
        scale=vote_scale(program),
    )


def _kind(program: Program, number: int) -> NodeKind:
    return kind_of(program.operations[number - len(program.inputs)])


def _layer(program: Program, number: int) -> int | None:
    first = len(program.inputs)
    return None if number < first else program.layers[number - first]


def _reads(operation: Operation, number: int, live: bool) -> list[Edge]:
    if isinstance(operation, CategoricalHead | NumericalHead):
        named: list[tuple[int, Role]] = [
            (operation.query, "query"),
            (operation.key, "key"),
            (operation.value, "value"),
        ]
        return [Edge(read, number, role, 0, None, False, live) for read, role in named]
    return [
        Edge(read, number, "argument", slot, None, False, live)
        for slot, read in enumerate(operation.arguments)
    ]
