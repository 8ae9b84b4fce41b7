"""From solutions to the shortest Program: the shortest algorithm need not be it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import thread_time
from typing import TypeAlias

from tprog.codegen import emit
from tprog.errors import TprogError
from tprog.ir import Domain
from tprog.rasp.compile import Compiled, shortest
from tprog.rasp.graph import (
    Aggregate,
    And,
    Closest,
    Const,
    Indices,
    Map,
    Node,
    Select,
    SOp,
    Tokens,
    rewritten,
    walk,
)  # fmt: skip
from tprog.synthesis.asking import Judgement
from tprog.synthesis.parts import size
from tprog.synthesis.portfolio import Solution
from tprog.synthesis.tidy import named

Judged: TypeAlias = Callable[[SOp], Judgement]

COMPILED, TRIED = 3, 6
"""So many solutions are compiled, each some seconds' work, and so many where none of the first gives a Program of `MANY_LINES`."""

SECONDS = 10.0
"""After so many seconds of the processor no other one is compiled, where one is, and in no other way."""

TABLES, LONGEST = 200, 40.0
"""A Program of more lines hides something in tables: another is compiled then, up to so many seconds."""

FEW_LINES = 100
"""A Program of so many lines is short enough: half of them every Program has."""

MANY_LINES = 150
"""Where all are longer, the first algorithm is compiled once more, from a graph with fewer values."""

BEFORE, UP_TO = (Select(Indices(), Indices(), relation) for relation in ("<", "<="))


def shortest_of(
    solutions: Sequence[Solution],
    domain: Domain,
    judge: Judged | None,
    *,
    causal: bool = False,
    pooled: bool = False,
) -> tuple[Solution, Compiled | None, str]:
    """Return which of the first solutions has the shortest Program, with that; where there is none, the first and why.

    One that is wrong on longer inputs is not preferred to one that is right.

    Args:
        solutions: at least one, the best first.
        domain: of the Program.
        judge: what is known of the task's answers; without it graphs are compiled as they are.
        causal: whether no head may look to the right.
        pooled: whether an input has one label.
    """
    first, why = solutions[0], ""
    alike = _mixed([one for one in solutions if one.rank[0] == first.rank[0]])
    made: list[tuple[int, Solution, Compiled]] = []
    began = thread_time()

    def late() -> bool:
        return thread_time() - began > SECONDS

    def tried(one: Solution) -> None:
        nonlocal why
        try:
            compiled = shortest(
                one.graph, domain, causal=causal, naming=named, pooled=pooled, hurry=late
            )
        except TprogError as error:
            why = why or str(error)
            return
        made.append((emit(compiled.program).count("\n"), one, compiled))

    def fewest() -> float:
        return min((lines for lines, _, _ in made), default=float("inf"))

    def enough() -> bool:
        passed = thread_time() - began
        return passed > LONGEST or (passed > SECONDS and fewest() <= TABLES)

    for number, one in enumerate(alike[:TRIED]):
        if (
            not (made and enough())
            and fewest() > FEW_LINES
            and (number < COMPILED or fewest() > MANY_LINES)
        ):
            tried(one)
    if judge is not None and fewest() > MANY_LINES and not enough():
        graph = eased(first.graph, judge, domain.symbols[0])
        tried(replace(first, graph=graph, size=size(graph)))
    if not made:
        return first, None, why
    _, best, compiled = min(made, key=lambda one: one[0])
    return best, compiled, ""


def _mixed(solutions: list[Solution]) -> list[Solution]:
    """Return them with the best of each way to find one first: what was found in another way differs more."""
    ways = [one.how for one in solutions]
    turns = [ways[:place].count(how) for place, how in enumerate(ways)]
    return [solutions[place] for place in sorted(range(len(ways)), key=turns.__getitem__)]


def eased(graph: SOp, judge: Judged, token: str) -> SOp:
    """Return the graph with what makes a Program long written otherwise, each where that is right on all that the judge knows.

    Differences do not fall below -1: a depth below 0 often says no more than that it is. The closest key left of the query
    may be the query itself where there is no other. What a read of tokens gives where nothing is selected is a token.
    """
    # What holds others first: a node that is replaced is no part of what is still to come.
    for node in reversed(list(walk(graph))):
        match node:
            case Map("-", (_, right)) if not isinstance(right, Const):
                least = Const(-1)
                other: Node = Map("if", (node, Map("<", (least, node)), least))
            case Closest(And(left, right)) if BEFORE in (left, right):
                other = Closest(And(UP_TO, right if left == BEFORE else left))
            case Aggregate(selector, Tokens(), int()):
                other = Aggregate(selector, Tokens(), token)
            case _:
                continue

        def replaced(one: Node, node: Node = node, other: Node = other) -> Node:
            return other if one == node else one

        found = rewritten(graph, replaced)
        judgement = judge(found)
        if not judgement.refuted and not judgement.too_long:
            graph = found
    return graph
