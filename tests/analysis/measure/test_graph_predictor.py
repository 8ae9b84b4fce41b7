"""An s-op compared with a task: right on every input, wrong with the shortest input, no value where it has none."""

from tprog.analysis.measure.graph_predictor import GraphPredictor
from tprog.analysis.prove.verify import verify
from tprog.rasp.graph import LENGTH, Aggregate, Const, Indices, Map, Select, SOp, Tokens, Width
from tprog.tasks.registry import get_task

REVERSED = Select(Indices(), Map("-", (Map("-", (LENGTH, Const(1))), Indices())), "==")


def test_reverse_is_the_task_on_every_input() -> None:
    """The two-layer reverse of the RASP paper has the task's labels everywhere."""
    task = get_task("reverse:vocabulary=6,length=5")
    verdict = verify(GraphPredictor(Aggregate(REVERSED, Tokens()), task.domain), task)
    assert verdict.outcome == "equal"
    assert verdict.exhaustive


def test_a_wrong_one_is_shown_with_the_shortest_input() -> None:
    """Copying is not reversing; two symbols show it."""
    task = get_task("reverse:vocabulary=6,length=5")
    verdict = verify(GraphPredictor(Tokens(), task.domain), task)
    assert verdict.outcome == "different"
    assert verdict.counterexample is not None
    assert len(verdict.counterexample.tokens) == 2


def test_an_input_without_a_value_differs_and_says_why() -> None:
    """Averaging strings has no value; inputs on which one key is selected keep theirs."""
    task = get_task("reverse:vocabulary=6,length=5")
    same: SOp = Aggregate(Select(Tokens(), Tokens(), "=="), Tokens())
    verdict = verify(GraphPredictor(same, task.domain), task)
    assert verdict.counterexample is not None
    assert any("no value: asked to average" in str(got) for got in verdict.counterexample.got)


def test_counts_are_labels_as_a_task_writes_them() -> None:
    """A selector's width on its own token is the task of histograms."""
    task = get_task("hist:vocabulary=6,length=5")
    same = Width(Select(Tokens(), Tokens(), "=="))
    assert verify(GraphPredictor(same, task.domain), task).outcome == "equal"
