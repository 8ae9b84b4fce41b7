"""How long a user waits for the help and for a page of analysis."""

import statistics
import subprocess
import sys
import time

import pytest

PROGRAM = [sys.executable, "-m", "tprog"]


def seconds(*arguments: str) -> float:
    """Return the median time of a command, in seconds, once the files are in memory."""
    times = []
    for _ in range(6):
        began = time.perf_counter()
        subprocess.run([*PROGRAM, *arguments], check=True, capture_output=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


@pytest.mark.slow
def test_help_and_analysis_answer_at_once() -> None:
    """The help takes under 0.3 s, a page on a gallery program under 2 s."""
    shown, analysed = seconds("--help"), seconds("analyze", "sort")
    print(f"\ntprog --help: {shown:.2f} s; tprog analyze sort: {analysed:.2f} s")
    assert shown < 0.3
    assert analysed < 2.0
