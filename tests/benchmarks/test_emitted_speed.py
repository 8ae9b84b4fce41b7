"""How long one input takes through an emitted program."""

import random
import time

import pytest
from emitted import load
from example_programs import large_program

from tprog.codegen import emit


@pytest.mark.slow
def test_one_input_takes_less_than_a_millisecond(capsys: pytest.CaptureFixture[str]) -> None:
    """A program of three layers with eight heads and four look-ups each answers an input in about half a millisecond."""
    run = load(emit(large_program(layers=3, heads=8, lookups=4, votes=1.0)))
    draw = random.Random(0)
    inputs = [[draw.choice("01234") for _ in range(6)] for _ in range(2_000)]
    times = []
    for _ in range(5):
        # The processor's time, since other work on the machine is not the program's.
        start = time.process_time()
        for tokens in inputs:
            run(tokens)
        times.append((time.process_time() - start) / len(inputs))
    with capsys.disabled():
        print(f"\nemitted program, 3 layers: {min(times) * 1e3:.3f} ms for each input")
    assert min(times) < 1e-3
