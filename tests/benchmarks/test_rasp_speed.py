"""How fast the interpreter of RASP is on many inputs."""

import random
import time

import pytest

from tprog.rasp.evaluate import evaluate
from tprog.rasp.graph import Value
from tprog.rasp.module import graph_of


@pytest.mark.slow
def test_sort_of_many_sequences() -> None:
    """The library's sort takes 100,000 sequences of length 16 within 2 seconds of one core."""
    draw = random.Random(0)
    inputs: list[list[Value]] = [draw.choices("abcdefgh", k=16) for _ in range(100_000)]
    sort = graph_of("sort(tokens, tokens)")
    begun = time.process_time()
    found = evaluate(sort, inputs)
    spent = time.process_time() - begun
    assert found[:50] == [tuple(sorted(map(str, one))) for one in inputs[:50]]
    assert spent < 2, spent
