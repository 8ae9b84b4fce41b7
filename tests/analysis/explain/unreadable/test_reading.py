"""Readings as data."""

import json
from pathlib import Path

from sources import FORK

from tprog.analysis.explain.unreadable import read_reading


def test_a_reading_is_json_and_says_that_it_is_no_proof() -> None:
    """Every part of it can be written."""
    found = json.loads(json.dumps(read_reading(FORK, Path("f.py"), "f.py:3: what").to_json()))
    assert found["format"] >= 1
    assert found["proof"] is False
    assert {part["kind"] for part in found["parts"]} == {"input", "head", "look-up"}


def test_the_reason_is_said_without_the_file() -> None:
    """The page names the file once."""
    assert read_reading(FORK, Path("f.py"), "f.py:3: what").reason == "line 3: what"
    assert read_reading(FORK, Path("f.py"), "no CSV").reason == "no CSV"
