"""A Program as JSON values for the page."""

import json

from hypothesis import given
from strategies import programs

from tprog.analysis.show.report.payload import LARGEST_NUMBER, program_payload
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Constant,
    Domain,
    Positions,
    Program,
    Tokens,
)


@given(programs(bounded=None))
def test_every_program_becomes_json(program: Program) -> None:
    """The payload survives JSON, names every variable in order, and holds as many votes as the classifier."""
    payload = program_payload(program)
    assert json.loads(json.dumps(payload)) == payload
    assert [variable["name"] for variable in payload["variables"]] == list(program.names)
    assert len(payload["classifier"]["votes"]) == len(program.classifier.votes)


@given(programs())
def test_equal_value_sets_stand_there_once(program: Program) -> None:
    """A value set that several variables share is written once."""
    payload = program_payload(program)
    assert len(payload["sets"]) == len({json.dumps(values) for values in payload["sets"]})


def test_what_no_double_holds_is_text() -> None:
    """A vote beyond the integers that a double holds is a string; huge scores become their ranks."""
    huge = LARGEST_NUMBER * 3 + 1
    domain = Domain(("a", "b"), 2, prefix=None)
    scores = ((huge, -huge), (0, 7))
    head = CategoricalHead(0, 0, 0, Constant(True), ByScore(scores))
    votes = CategoricalVotes(0, ((huge,), (5,)))
    program = Program(domain, (Tokens(), Positions()), (head,), Classifier(("x",), (votes,)))
    payload = program_payload(program)
    assert payload["classifier"]["votes"] == [{"variable": 0, "rows": [[str(huge)], [5]]}]
    assert payload["variables"][2]["tie"] == {"scores": [[3, 0], [1, 2]]}
