"""Printing JSON."""

import io
import json
from contextlib import redirect_stdout

from tprog.cli.console import print_json


def test_json_keeps_letters_and_order() -> None:
    """Non-ASCII letters stay readable and keys stay in order."""
    out = io.StringIO()
    with redirect_stdout(out):
        print_json({"z": "é", "a": [1]})
    assert "é" in out.getvalue()
    assert list(json.loads(out.getvalue())) == ["z", "a"]
