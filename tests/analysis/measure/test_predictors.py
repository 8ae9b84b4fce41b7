"""Tests of the adapters that make Programs, tasks and networks answer alike."""

import numpy as np
import pytest
from example_programs import hist_program, reverse_program

from tprog.analysis.measure.predictors import Predictor, Side, make_side, reframe
from tprog.errors import UsageError
from tprog.evaluate import Batch, encode
from tprog.evaluate.inputs import IntArray
from tprog.ir import Domain
from tprog.tasks.registry import get_task

DIGITS = ("0", "1", "2")


class Echo:
    """A predictor without a domain: it answers with each word of its batch."""

    prediction_labels: tuple[str, ...] = ("<s>", *DIGITS, "</s>")

    def predict(self, batch: Batch) -> IntArray:
        """Return the words' own indices."""
        return batch.indices.astype(np.int64)


def answers(side: Side, batch: Batch, domain: Domain) -> list[list[str]]:
    """Return the answers of a side as text."""
    found = side.answers(batch, domain)
    return [[side.predictor.prediction_labels[index] for index in row] for row in found.tolist()]


def test_programs_and_tasks_answer_for_the_data_symbols_alone() -> None:
    """A Program and the truth of its task agree symbol by symbol."""
    program, task = reverse_program(DIGITS), get_task("reverse:vocabulary=6,length=6")
    [(_, batch)] = encode(program.domain, [["0", "1", "2"], ["2", "2", "1"]])
    expected = [["2", "1", "0"], ["1", "2", "2"]]
    assert answers(make_side(program), batch, program.domain) == expected
    assert answers(make_side(task), batch, program.domain) == expected


def test_a_network_is_any_object_with_labels_and_predict() -> None:
    """A predictor without a domain takes the one it is given, and needs one."""
    domain = reverse_program(DIGITS).domain
    assert isinstance(Echo(), Predictor)
    [(_, batch)] = encode(domain, [["2", "1"]])
    side = make_side(Echo(), domain)
    assert (side.name, answers(side, batch, domain)) == ("the network", [["2", "1"]])
    with pytest.raises(UsageError, match="which inputs to compare on"):
        make_side(Echo())


def test_what_is_scored_follows_the_task_or_the_domain() -> None:
    """A task asks where its truth is a label; a Program where its domain scores."""
    task = get_task("induction")
    [(_, batch)] = encode(task.domain, [["a", "1", "b", "2", "a", "1", "b", "2", "a"]])
    side = make_side(task)
    scored = side.scored(batch, task.domain, side.answers(batch, task.domain))
    assert scored.tolist() == [[True, False] * 4 + [True]]
    program = hist_program(DIGITS)
    [(_, batch)] = encode(program.domain, [["0", "1"]])
    mine = make_side(program)
    assert mine.scored(batch, program.domain, mine.answers(batch, program.domain)).all()


def test_reframing_changes_the_frame_and_the_numbers_but_not_the_data() -> None:
    """Data symbols keep their text in another domain's order, behind its own prefix and suffix."""
    one = Domain(("a", "b"), 3)
    other = Domain(("b", "a"), 3, prefix=None, suffix="end")
    [(_, batch)] = encode(one, [["a", "a", "b"], ["b", "a", "a"]])
    moved = reframe(batch, one, other)
    assert moved.words[:3] == other.alphabet
    assert [moved.data(row, other) for row in range(2)] == [("a", "a", "b"), ("b", "a", "a")]
    assert [moved.words[index] for index in moved.indices[0]] == ["a", "a", "b", "end"]
    assert reframe(batch, one, one) is batch
    assert [reframe(moved, other, one).data(row, one) for row in range(2)] == [
        ("a", "a", "b"),
        ("b", "a", "a"),
    ]


def test_names_come_from_the_caller_the_title_or_the_task() -> None:
    """A side is called what the caller says, else what it calls itself."""
    assert make_side(hist_program()).name == "hist, written by hand"
    assert make_side(hist_program(), name="mine").name == "mine"
    assert make_side(get_task("sort")).name.startswith("task sort")
