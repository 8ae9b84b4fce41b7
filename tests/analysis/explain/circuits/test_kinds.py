"""On what kind of input: conditions that a person can check."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from some_inputs import drawn_batches, framed
from strategies import programs

from tprog.analysis.explain.circuits.kinds import KindConditions, conditions, describe_kind
from tprog.analysis.explain.circuits.trials import Predictions, scored_predictions
from tprog.evaluate import encode
from tprog.ir import Classifier, Domain, Program, Tokens

PROGRAM = Program(Domain(("a", "b"), 4), (Tokens(),), (), Classifier(("a", "b", "x"), ()))


def some_moments() -> Predictions:
    """Return all positions of `a`, `a b`, `b b` and `a b a`."""
    words = [["a"], ["a", "b"], ["b", "b"], ["a", "b", "a"]]
    return scored_predictions(PROGRAM, [batch for _, batch in encode(PROGRAM.domain, words)])


def where(found: KindConditions, text: str) -> list[bool]:
    """Return where a condition holds."""
    holds: list[bool] = found.holds[found.texts.index(text)].tolist()
    return holds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the label is x", "10000001"),
        ("the token is b", "00111010"),
        ("the position is the first", "11010100"),
        ("the position is the last", "10101001"),
        ("the token stands nowhere else", "11100010"),
        ("the token has come before", "00001001"),
        ("the token comes again", "00010100"),
        ("the input has 2 symbols", "01111000"),
        ("the input has at least 3 symbols", "00000111"),
        ("the position is 2 or later", "00101011"),
        ("the label is the token itself", "00110110"),
    ],
)
def test_conditions_hold_where_they_say(text: str, expected: str) -> None:
    """Each condition holds exactly at the predictions that it names."""
    # The tokens are a, a b, b b, a b a.
    found = conditions(PROGRAM, some_moments(), list("xbbbaabx"))
    assert where(found, text) == [digit == "1" for digit in expected]


@given(data=st.data(), program=programs())
def test_conditions_are_told_once_and_divide_the_moments(
    data: st.DataObject, program: Program
) -> None:
    """No condition holds everywhere or nowhere, and no two have the same words."""
    predictions = scored_predictions(program, drawn_batches(data, program))
    label = st.sampled_from(program.classifier.labels)
    answers = [data.draw(label) for _ in range(len(predictions))]
    found = conditions(program, predictions, answers)
    assert len(set(found.texts)) == len(found.texts) == len(found.about) == len(found.holds)
    for holds in found.holds:
        assert holds.any()
        assert not holds.all()
    for prediction in range(len(predictions)):
        batch = predictions.batches[predictions.batch[prediction]]
        words = framed(batch, int(predictions.row[prediction]))
        assert words[predictions.position[prediction]] in batch.words


def test_an_exact_condition_describes() -> None:
    """A condition that holds for the circuit's predictions and for no others is found, and is called exact."""
    found = conditions(PROGRAM, some_moments(), list("xbbbaabx"))
    own = np.array(where(found, "the position is the last"))
    kind = describe_kind(found, own)
    assert kind is not None
    assert kind.text == "the position is the last"
    assert kind.exact
    assert kind.correlation == 1.0


def test_two_conditions_are_joined_where_that_tells_more() -> None:
    """Predictions that only two conditions together single out are described by both."""
    found = conditions(PROGRAM, some_moments(), list("xbbbaabx"))
    own = np.array(where(found, "the position is the first")) & np.array(
        where(found, "the input has 2 symbols")
    )
    kind = describe_kind(found, own)
    assert kind is not None
    assert kind.exact
    assert " and " in kind.text


def test_what_tells_nothing_is_not_told() -> None:
    """All predictions, none, and predictions that no condition goes with have no description."""
    found = conditions(PROGRAM, some_moments(), list("xbbbaabx"))
    assert describe_kind(found, np.ones(8, dtype=np.bool_)) is None
    assert describe_kind(found, np.zeros(8, dtype=np.bool_)) is None
    even = KindConditions(("a",), ("b",), np.array([[True, True, False, False]]))
    assert describe_kind(even, np.array([True, False, True, False])) is None


def test_shares_are_counted() -> None:
    """The shares say for how much of the circuit, of the condition and of all predictions it holds."""
    one = KindConditions(
        ("a",), ("b",), np.array([[True, True, True, False, False, False, False, False]])
    )
    kind = describe_kind(one, np.array([True, True, False, False, True, False, False, False]))
    assert kind is not None
    assert kind.share == pytest.approx(2 / 3)
    assert kind.decided == pytest.approx(2 / 3)
    assert kind.everywhere == pytest.approx(3 / 8)
    assert not kind.exact
