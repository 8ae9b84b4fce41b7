"""The portfolio: what it takes, what it asks again, and when it ends."""

from collections.abc import Iterator
from time import monotonic, sleep

from tprog.ir import Domain
from tprog.rasp.graph import EVERYTHING, Const, Indices, Lookup, Map, SOp, Tokens, Width
from tprog.rasp.module import graph_of
from tprog.synthesis.asking import Judge, examples_of
from tprog.synthesis.examples import Example, Examples
from tprog.synthesis.parts import Candidate, Effort, Part, size
from tprog.synthesis.portfolio import Portfolio
from tprog.tasks.task import Task


def _reversed_rule(tokens: tuple[str, ...]) -> tuple[str, ...]:
    return tokens[::-1]


TASK = Task("mirror", Domain(("a", "b", "c"), 5), ("a", "b", "c"), _reversed_rule)
RIGHT = graph_of("aggregate(select(indices, length - 1 - indices, ==), tokens)")
CLUMSY = graph_of("aggregate(select(indices, length - 2 - indices + 1, ==), tokens)")
UP_TO_FIVE = graph_of(
    "aggregate(select(indices, (length - 1 if length < 6 else 0) - indices, ==), tokens)"
)
UP_TO_FOUR = graph_of(
    "aggregate(select(indices, (length - 1 if length < 5 else 0) - indices, ==), tokens)"
)


def _part(*graphs: SOp) -> Part:
    def candidates(examples: Examples, effort: Effort) -> Iterator[Candidate]:
        return (Candidate(graph, f"fixed {number}") for number, graph in enumerate(graphs))

    return candidates


def _portfolio(examples: Examples, **parts: Part) -> Portfolio:
    return Portfolio(examples, 20.0, parts, Judge.of_task(TASK))


def test_the_smallest_right_graph_that_holds_on_is_taken() -> None:
    """Smaller wins, but what ends at the domain's length comes last."""
    found = _portfolio(examples_of(TASK), one=_part(UP_TO_FIVE), two=_part(CLUMSY)).run()
    assert [one.graph for one in found.solutions] == [CLUMSY, UP_TO_FIVE]
    assert found.solutions[0].judgement is not None
    assert not found.solutions[0].judgement.too_long
    assert found.solutions[1].judgement is not None
    assert found.solutions[1].judgement.too_long


def test_the_most_frequent_label_is_the_least_that_is_shown() -> None:
    """Where nothing was found, a label that is right on some examples is the best in part."""
    rows = [Example(("a", one), (None, said)) for one, said in zip("abca", "yyny", strict=True)]
    found = _portfolio(Examples(tuple(rows), pooled=True), none=_part()).run()
    assert found.best is None
    assert found.partial is not None
    assert (found.partial.graph, found.partial.right) == (Const("y"), 3)


def test_what_examples_refute_is_no_solution() -> None:
    """The best of it is remembered with how many examples it gets right."""
    examples = examples_of(TASK)
    found = _portfolio(examples, only=_part(Tokens(), UP_TO_FOUR)).run()
    assert found.best is None
    assert found.partial is not None
    assert found.partial.graph == UP_TO_FOUR
    assert found.partial.right == sum(len(row.tokens) < 5 for row in examples.rows)


def test_what_the_task_refutes_joins_the_examples() -> None:
    """Examples that are too few let a wrong graph pass; fresh inputs refute it, and later parts see them."""
    few = Examples(tuple(row for row in examples_of(TASK).rows if len(row.tokens) < 4))
    seen: list[int] = []

    def watching(examples: Examples, effort: Effort) -> Iterator[Candidate]:
        seen.append(len(examples.rows))
        yield Candidate(RIGHT, "right")

    found = _portfolio(few, wrong=_part(UP_TO_FOUR), right=watching).run()
    assert found.best is not None
    assert found.best.graph == RIGHT
    assert seen[0] > len(few.rows)
    assert found.refuted[0].graph == UP_TO_FOUR
    assert len(found.refuted[0].example.tokens) == 5


def test_a_part_that_works_on_is_stopped() -> None:
    """Somebody's wish to stop reaches a part that yields nothing."""
    stop: list[bool] = []

    def endless(examples: Examples, effort: Effort) -> Iterator[Candidate]:
        yield Candidate(CLUMSY, "clumsy")
        stop.append(True)
        while not effort.over():
            pass

    portfolio = _portfolio(examples_of(TASK), endless=endless)
    portfolio.should_stop = lambda: bool(stop)
    found = portfolio.run()
    assert found.best is not None
    assert found.best.graph == CLUMSY


def test_size_counts_nodes_and_rows() -> None:
    """What stands twice counts once; a table counts its rows."""
    assert size(Tokens()) == 1
    assert size(Map("+", (Width(EVERYTHING), Width(EVERYTHING)))) == 4
    table = Lookup(((("a",), 1), (("b",), 2)))
    assert size(Map(table, (Tokens(),))) == 4
    assert size(Map("+", (Indices(), Const(1)))) == 3


def test_waiting_counts_on_the_wall_and_work_on_the_processor() -> None:
    """A part that sleeps has worked for no second; a wait that is over ends the search all the same."""

    def sleeping(examples: Examples, effort: Effort) -> Iterator[Candidate]:
        while not effort.over():
            sleep(0.01)
        yield Candidate(RIGHT, "after sleep")

    examples = examples_of(TASK)
    search = Portfolio(examples, 20.0, {"only": sleeping}, Judge.of_task(TASK), waits=0.3)
    began = monotonic()
    found = search.run()
    assert 0.3 <= monotonic() - began < 5
    assert found.best is not None
    assert found.best.seconds < 0.25
