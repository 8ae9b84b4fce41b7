"""The library: the state survives, and a curriculum reaches what scratch does not."""

from pathlib import Path

import pytest
from curriculum_tasks import AUXILIARY, EASY
from effort import scaled
from hypothesis import given, settings
from rasp_graphs import graphs

from tprog.rasp.graph import SOp
from tprog.synthesis.library import Curriculum, Solved, curriculum
from tprog.synthesis.parts import Effort


@settings(max_examples=scaled(30))
@given(graphs(), graphs())
def test_the_state_reads_back(first: SOp, second: SOp) -> None:
    """Solutions, in their order, and what failed come back from the file."""
    solved = {"a task": Solved("a task", (first, second), "atoms", 1.5)}
    again = Curriculum.from_json(Curriculum(solved, {"other": 1}).to_json())
    assert again.failed == {"other": 1}
    assert again.solved["a task"].graphs == (first, second)
    assert (again.solved["a task"].how, again.solved["a task"].seconds) == ("atoms", 1.5)


def test_a_curriculum_resumes(tmp_path: Path) -> None:
    """A second run finds everything done, and has no time to do it again."""
    tasks = [(name, EASY[name].examples(100, 8, 0)) for name in ("copy", "hist")]
    state = curriculum(tasks, 10, tmp_path)
    assert [*state.solved] == ["copy", "hist"]
    again = curriculum(tasks, 0, tmp_path)
    assert {one: two.graphs for one, two in again.solved.items()} == {
        one: two.graphs for one, two in state.solved.items()
    }


@pytest.mark.slow
def test_a_curriculum_uses_what_it_solved() -> None:
    """The partner of a bracket is the last one of the same depth, which is found from scratch."""
    tasks = [(name, AUXILIARY[name].examples(400, 16, 0)) for name in ("own_depth", "match")]
    state = curriculum(tasks, 6)
    assert [one.how for one in state.solved.values()] == ["scratch", "atoms"]


def test_a_curriculum_ends_when_it_must() -> None:
    """Where the effort is over nothing is tried."""
    tasks = [("copy", EASY["copy"].examples(50, 8, 0))]
    assert curriculum(tasks, 9, effort=Effort(over=lambda: True)).solved == {}
