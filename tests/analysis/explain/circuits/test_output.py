"""Circuits as JSON values."""

import msgspec

import tprog
from tprog.analysis.explain.circuits.output import Circuits, Prediction


def test_values_have_their_types() -> None:
    """What a survey and a close-up give as JSON values are what the types say, entry by entry."""
    program = tprog.load("sort")
    surveyed = tprog.circuits(program, inputs=20).to_json(program)
    assert set(msgspec.convert(surveyed, Circuits)) == set(surveyed)
    (close,) = tprog.circuits(program, ["3"], inputs=20)
    printed = close.to_json(program)
    assert set(msgspec.convert(printed, Prediction)) == set(printed)
