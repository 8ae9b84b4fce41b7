"""From what a search found to a Program."""

import pytest

from tprog.analysis import synthesising
from tprog.codegen import emit
from tprog.rasp import graph as g
from tprog.rasp.compile import Compiled, shortest
from tprog.rasp.facts import NotCompiled
from tprog.synthesis import programs
from tprog.synthesis.asking import examples_of
from tprog.synthesis.portfolio import Solution, Synthesis
from tprog.tasks.registry import get_task

HIST = g.Width(g.Select(g.Tokens(), g.Tokens(), "=="))
CLUMSY = g.Map(
    "+",
    tuple(
        g.Width(g.And(HIST.selector, g.Select(g.Indices(), g.Indices(), side)))
        for side in ("<", ">=")
    ),
)
AGAIN = g.Map("*", (g.Const(1), HIST))


def test_what_cannot_be_compiled_makes_room_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """The report is of the solution that has a Program; where none has one, it says why the best has none."""

    def choosy(graph: g.SOp, *rest: object, **named: object) -> Compiled:
        if graph in refused:
            raise NotCompiled("too long")
        return shortest(graph, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(programs, "shortest", choosy)
    task = get_task("hist:vocabulary=5,length=5")
    solutions = [Solution(one, "vectors", str(n), n, 1.0) for n, one in enumerate((HIST, AGAIN))]
    refused: set[g.SOp] = {HIST}
    found = synthesising.finished(task, Synthesis(examples_of(task), solutions))
    assert found.graph == AGAIN
    assert found.report(None).verdict == "equal"
    refused = {HIST, AGAIN}
    found = synthesising.finished(task, Synthesis(examples_of(task), solutions))
    assert (found.graph, found.program, found.refusal) == (HIST, None, "not compiled: too long")


def test_the_shortest_program_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A smaller graph comes first, but where its Program is longer than the next one's that is taken, unless it is short enough."""
    task = get_task("hist:vocabulary=5,length=5")
    solutions = [Solution(one, "vectors", "", n, 1.0) for n, one in enumerate((CLUMSY, HIST))]
    lines = [emit(shortest(one, task.domain).program).count("\n") for one in (CLUMSY, HIST)]
    assert lines[0] > lines[1]
    for enough, wanted in ((lines[0], CLUMSY), (lines[1], HIST)):
        monkeypatch.setattr(programs, "FEW_LINES", enough)
        assert programs.shortest_of(solutions, task.domain, None)[0].graph == wanted


def test_the_best_of_each_way_is_compiled_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where two are compiled, the second is the best that was found in another way than the first."""
    task = get_task("hist:vocabulary=5,length=5")
    named = zip((CLUMSY, AGAIN, HIST), ("one way", "one way", "another"), strict=True)
    solutions = [Solution(one, "vectors", how, n, 1.0) for n, (one, how) in enumerate(named)]
    tried = list[g.SOp]()

    def noted(graph: g.SOp, *rest: object, **named: object) -> Compiled:
        tried.append(graph)
        return shortest(graph, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(programs, "shortest", noted)
    monkeypatch.setattr(programs, "COMPILED", 2)
    monkeypatch.setattr(programs, "FEW_LINES", 0)
    programs.shortest_of(solutions, task.domain, None)
    assert tried == [CLUMSY, HIST]


def test_who_is_asked_answers_many_inputs_as_it_answers_one() -> None:
    """The task of answering like a Program gives the same labels by row and by batch, framed or not."""
    task = get_task("hist:vocabulary=3,length=4")
    program = shortest(HIST, task.domain).program
    like = synthesising.task_like(program, "program.py")
    for batch in like.inputs():
        data = like.domain.data_slice(batch.indices.shape[1])
        found = like.truth_batch(batch)[:, data]
        for row in range(0, len(batch), 7):
            tokens = batch.data(row, like.domain)
            assert tuple(like.labels[one] for one in found[row]) == like.truth(tokens)
            assert like.truth(tokens) == tuple(str(tokens.count(one)) for one in tokens)
