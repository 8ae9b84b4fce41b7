"""Traced errors as JSON values."""

import json

import msgspec
from tracing import faulty_hist

import tprog
from tprog.analysis.explain.trace.output import Traced


def test_values_have_their_types() -> None:
    """What a tracing gives as JSON values are what the types say; a suspicion without bound is null."""
    found = tprog.trace(faulty_hist(), count=60, metric="dstar").to_json()
    text = json.dumps(found, allow_nan=False)
    assert set(msgspec.json.decode(text, type=Traced)) == set(found)
    assert found["suspects"][0]["suspicion"] is None
