"""How long each part of the portfolio takes alone, task by task: the table of docs/synthesis.md.

`python -m pytest tests/benchmarks/test_synthesis_parts.py -m slow -s` prints it.
"""

import time
from collections.abc import Callable, Sequence

import pytest

from tprog.ir import Domain
from tprog.synthesis.asking import Judge, examples_of
from tprog.synthesis.examples import wrong_rows
from tprog.synthesis.parts import Effort
from tprog.synthesis.portfolio import PARTS, part_named
from tprog.tasks.task import Task

SECONDS = 30.0

LETTERS, DIGITS, BITS = tuple("abc"), tuple("01234"), tuple("01")

Rule = Callable[[Sequence[str]], Sequence[object]]


def _first(x: Sequence[str]) -> Sequence[object]:
    """Where a token stands first."""
    return [x.index(one) for one in x]


TASKS: dict[str, tuple[Sequence[str], Sequence[object], Rule]] = {
    "copy": (LETTERS, LETTERS, lambda x: x),
    "shift": (LETTERS, ("-", *LETTERS), lambda x: ("-", *x[:-1])),
    "reverse": (LETTERS, LETTERS, lambda x: x[::-1]),
    "hist": (LETTERS, range(1, 9), lambda x: [x.count(one) for one in x]),
    "first occurrence": (LETTERS, range(8), _first),
    "count so far": (
        LETTERS,
        range(1, 9),
        lambda x: [x[: place + 1].count(one) for place, one in enumerate(x)],
    ),
    "prefix parity": (
        BITS,
        (0, 1),
        lambda x: [x[: place + 1].count("1") % 2 for place in range(len(x))],
    ),
    "running max": (DIGITS, DIGITS, lambda x: [max(x[: place + 1]) for place in range(len(x))]),
    "sort": (DIGITS, DIGITS, sorted),
    "every other": (
        LETTERS,
        ("-", *LETTERS),
        lambda x: [one if place % 2 == 0 else "-" for place, one in enumerate(x)],
    ),
}
"""The symbols, the labels and the rule of each; inputs have up to 8 tokens."""


def _task(name: str) -> Task:
    symbols, labels, rule = TASKS[name]

    def texts(tokens: Sequence[str]) -> tuple[str, ...]:
        return tuple(map(str, rule(tokens)))

    return Task(name, Domain(tuple(symbols), 8), tuple(map(str, labels)), rule=texts)


def _seconds(name: str, part: str) -> float | None:
    """Return when a part alone yields what is right on all examples, fresh and longer inputs; None after `SECONDS`."""
    task = _task(name)
    judge, examples = Judge.of_task(task), examples_of(task)
    began = time.monotonic()
    effort = Effort(lambda: time.monotonic() - began > SECONDS)
    for candidate in part_named(part)(examples, effort):
        if not wrong_rows(candidate.graph, examples, 1):
            judged = judge(candidate.graph)
            if not judged.refuted and not judged.too_long:
                return time.monotonic() - began
    return None


@pytest.mark.slow
def test_the_parts_compared(capsys: pytest.CaptureFixture[str]) -> None:
    """Seconds of each part for each task; no task of these is beyond all of them."""
    times = {(name, part): _seconds(name, part) for name in TASKS for part in PARTS}
    with capsys.disabled():
        print(f"\n| task | {' | '.join(PARTS)} |\n|---|{'--:|' * len(PARTS)}")
        for name in TASKS:
            given = [times[name, part] for part in PARTS]
            cells = ("-" if one is None else f"{one:.2f}" for one in given)
            print(f"| {name} | {' | '.join(cells)} |")
    for name in TASKS:
        assert any(times[name, part] is not None for part in PARTS), name
