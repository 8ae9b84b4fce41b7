"""The graph of a RASP program: s-ops and selectors as immutable values, equal when they say the same.

The language builds it, the compiler turns it into a Program, the lifter and synthesis produce it. Nodes are shared freely:
equality and hash cost the same for a tree and for a graph of any depth, because each node keeps a digest of its content.
"""

import hashlib
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias, TypeVar

from tprog.ir import Relation

Value: TypeAlias = str | bool | int | Fraction | float | tuple[Any, ...] | None
"""What a position holds. RASP knows strings, bools, ints and numbers (`Fraction`, shown as floats; a `float` stands only
where no fraction can, as in `2^0.5`); programs of tracr also hold None and tuples."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A function given as a table; arguments that are not in it are an error.

    Attributes:
        rows: pairs of an argument tuple and its result.
    """

    rows: tuple[tuple[tuple[Value, ...], Value], ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """A relation between key and query values, given as a table.

    Attributes:
        pairs: the `(key value, query value)` pairs that are selected.
    """

    pairs: frozenset[tuple[Value, Value]]


@dataclass(frozen=True, slots=True, eq=False)
class Python:
    """A function or relation known only as a Python callable, equal to itself alone; it cannot be printed as RASP."""

    name: str
    call: Callable[..., Any]


Function: TypeAlias = str | Lookup | Python
"""What `Map` applies: a name of `tprog.rasp.functions.FUNCTIONS`, a table, or a Python callable."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """An s-op or a selector; equal to a node of the same class with equal parts."""

    digest: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        told = hashlib.blake2b(type(self).__name__.encode(), digest_size=16)
        for name in type(self).__slots__:
            _tell(told.update, getattr(self, name))
        object.__setattr__(self, "digest", told.digest())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self.digest == other.digest

    def __hash__(self) -> int:
        return int.from_bytes(self.digest[:8], "little")

    @property
    def parts(self) -> tuple["Node", ...]:
        """The nodes that this one is made from, in the order of its fields."""
        found: list[Node] = []
        for name in type(self).__slots__:
            part = getattr(self, name)
            found += [
                one
                for one in (part if isinstance(part, tuple) else (part,))
                if isinstance(one, Node)
            ]
        return tuple(found)


def _tell(update: Callable[[bytes], None], part: object) -> None:
    """Feed a field into a digest such that different contents never give the same bytes."""
    if isinstance(part, Node):
        update(b"n" + part.digest)
    elif isinstance(part, Python):
        update(b"p%d;" % id(part.call))
    elif isinstance(part, Lookup):
        _tell(update, part.rows)
    elif isinstance(part, Pairs):
        _tell(update, tuple(sorted(part.pairs, key=repr)))
    elif isinstance(part, tuple):
        update(b"t%d;" % len(part))
        for one in part:
            _tell(update, one)
    else:
        text = f"{type(part).__name__}:{part!r}".encode()
        update(b"v%d;" % len(text) + text)


@dataclass(frozen=True, slots=True, eq=False)
class SOp(Node):
    """A sequence operator: maps an input sequence to a sequence of the same length."""


@dataclass(frozen=True, slots=True, eq=False)
class Selector(Node):
    """Maps an input sequence to a boolean matrix: row = query position, column = key position."""


Some = TypeVar("Some", SOp, Selector, Node)


@dataclass(frozen=True, slots=True, eq=False)
class Tokens(SOp):
    """The input's elements as they are given."""


@dataclass(frozen=True, slots=True, eq=False)
class Indices(SOp):
    """The positions, from 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Const(SOp):
    """The same value at every position."""

    value: Value


@dataclass(frozen=True, slots=True, eq=False)
class Map(SOp):
    """A function applied at each position."""

    function: Function
    arguments: tuple[SOp, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Aggregate(SOp):
    """At each query: the default where nothing is selected, the one selected value, or the mean of several."""

    selector: Selector
    value: SOp
    default: Value = 0


@dataclass(frozen=True, slots=True, eq=False)
class Width(SOp):
    """At each query: how many keys are selected."""

    selector: Selector


@dataclass(frozen=True, slots=True, eq=False)
class Select(Selector):
    """Selects the keys whose value stands in a relation to the query's: `key relation query`."""

    key: SOp
    query: SOp
    relation: Relation | Pairs | Python


@dataclass(frozen=True, slots=True, eq=False)
class Not(Selector):
    """Selects what the other does not."""

    selector: Selector


@dataclass(frozen=True, slots=True, eq=False)
class And(Selector):
    """Selects what both select."""

    left: Selector
    right: Selector


@dataclass(frozen=True, slots=True, eq=False)
class Or(Selector):
    """Selects what either selects."""

    left: Selector
    right: Selector


@dataclass(frozen=True, slots=True, eq=False)
class Closest(Selector):
    """Selects of the selected keys the nearest to the query; an exact tie goes to the left, the query itself counts last.

    This is the attention of a Program's categorical head (`tprog.ir.Nearest`).
    """

    selector: Selector


EVERYTHING = Select(Const(1), Const(1), "==")
"""Selects every key."""

LENGTH = Width(EVERYTHING)
"""The number of positions."""


def walk(*roots: Node, done: Set[Node] = frozenset()) -> Iterator[Node]:
    """Yield every node below the roots once, parts before what is made from them; `done` ones are passed over."""
    seen: set[Node] = set()
    stack: list[tuple[Node, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif node not in seen and node not in done:
            seen.add(node)
            stack.append((node, True))
            stack += [(part, False) for part in reversed(node.parts)]


def depth(node: Node, known: dict[Node, int] | None = None) -> int:
    """Return the layer of a node, as RASP's authors count: one for each selector on the longest way to the input."""
    known = {} if known is None else known
    for one in walk(node):
        if one not in known:
            below = max((known[part] for part in one.parts), default=0)
            if isinstance(one, Select):
                below += 1
            elif isinstance(one, Aggregate):
                below = max(1 + known[one.value], known[one.selector])
            known[one] = below
    return known[node]


def rewritten(graph: Some, changed: Callable[[Node], Node]) -> Some:
    """Return the graph with every node, its parts done, as a function has it; s-ops stay s-ops."""
    known: dict[Node, Node] = {}

    def moved(part: object) -> object:
        if isinstance(part, tuple):
            return tuple(map(moved, part))
        return known[part] if isinstance(part, Node) else part

    for node in walk(graph):
        made = type(node)(**{name: moved(getattr(node, name)) for name in type(node).__slots__})
        known[node] = changed(node if made == node else made)
    found = known[graph]
    assert isinstance(found, SOp) == isinstance(graph, SOp)
    return found  # type: ignore[return-value]
