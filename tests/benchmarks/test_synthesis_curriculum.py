"""What synthesis finds from scratch, and what a curriculum reaches; seconds of one core."""

import pytest
from curriculum_tasks import AUXILIARY, DEEP, EASY, HARD, Task

from tprog.synthesis.examples import wrong_rows
from tprog.synthesis.library import Solved, curriculum

SECONDS = 30
"""For each way to try a task."""

CHAINS: dict[str, tuple[str, ...]] = {
    "alone": (*EASY, *HARD),
    "brackets": (
        "balance1",
        "dyck1",
        "is_open",
        "balance2",
        "own_depth",
        "match",
        "bad_closing",
        "dyck2",
    ),
    "addition": ("not nine", "last not nine", "carry", "addition"),
    "attention": ("previous index", "induction"),
    "frequencies": ("hist", "first occurrence", "stable_rank_desc", "most_freq", "mode"),
}
"""Tasks that are learned one after another; the auxiliary ones among them were chosen by hand."""

TASKS: dict[str, Task] = {**EASY, **HARD, **DEEP, **AUXILIARY}


def failures(name: str, one: Solved) -> int:
    """Return on how many of 2,000 fresh sequences to length 16, 100 to 40 and 200 of length 160 a solution is wrong."""
    task = TASKS[name]
    fresh = (
        task.examples(2_000, 16, 1),
        task.examples(100, 40, 2, shortest=17),
        task.examples(200, 160, 3, shortest=160),
    )
    return sum(len(wrong_rows(one.graphs[0], each)) for each in fresh)


@pytest.mark.slow
@pytest.mark.parametrize("chain", CHAINS)
def test_what_is_reached(chain: str) -> None:
    """Every task of a chain is solved, and right on fresh sequences; `-s` shows how."""
    names = CHAINS[chain]
    state = curriculum([(name, TASKS[name].examples(400, 16, 0)) for name in names], SECONDS)
    for name in names:
        one = state.solved.get(name)
        told = (
            "not found"
            if one is None
            else f"{one.how} {one.seconds} s, {failures(name, one)} wrong"
        )
        print(f"{name}: {told}")
    assert {*state.solved} == {*names}
    assert sum(failures(name, one) for name, one in state.solved.items()) == 0
