"""What the parts of the portfolio have in common: examples in, candidates out, best first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from tprog.rasp.graph import Lookup, Map, Pairs, Select, SOp, walk
from tprog.synthesis.examples import Examples


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A graph that a part believes in; the portfolio checks it on all examples.

    Attributes:
        graph: the s-op; its values written as texts are the labels. For pooled examples its last position counts.
        how: which part and which way of it, for people: `vectors: linear over shifts`.
        unseen: cells of tables that no example decided, in words; such cells were filled in somehow.
    """

    graph: SOp
    how: str
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What a part reports while it works: its name, how far it is (`cost 5`), how many programs it has looked at so far."""

    part: str
    level: str
    candidates: int


Over: TypeAlias = Callable[[], bool]
"""Whether to end; asked at least ten times a second."""


def never() -> bool:
    """Do not end before all was tried."""
    return False


@dataclass(frozen=True, slots=True)
class Effort:
    """How long a part may work, and whom it tells.

    Attributes:
        over: whether the part must end.
        report: told now and then what the part does.
        seed: of every random choice; the same seed and examples give the same candidates.
        atoms: graphs that may be used at cost 1 like the input itself: of a library, or of another part's bank.
    """

    over: Over = never
    report: Callable[[Step], None] = lambda step: None
    seed: int = 0
    atoms: tuple[tuple[str, SOp], ...] = ()


Part: TypeAlias = Callable[[Examples, Effort], Iterator[Candidate]]
"""Yields candidates, the best first, each right on all examples that it was handed as far as the part can tell. It ends
when it has no more or `over` says so; nobody waits for more than a second then."""


def size(graph: SOp) -> int:
    """Return how long a graph is to a reader: its nodes, and the rows of its tables."""
    found = 0
    for node in walk(graph):
        found += 1
        match node:
            case Map(Lookup(rows)):
                found += len(rows)
            case Select(relation=Pairs(pairs)):
                found += len(pairs)
    return found
