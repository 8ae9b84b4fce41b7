"""The inputs that a Program is looked at on."""

import numpy as np
from example_programs import hist_program

from tprog.analysis.measure.reference import draw_reference
from tprog.ir import Classifier, Domain, Program, Tokens
from tprog.tasks.registry import get_task


def test_equal_seeds_give_equal_inputs() -> None:
    """The inputs are those of the seed, as many as were asked for, one batch for each length."""
    program = hist_program()
    one, same, other = (draw_reference(program, None, 50, seed) for seed in (3, 3, 4))
    assert sum(map(len, one.batches)) == one.inputs == 50
    lengths = [batch.indices.shape[1] for batch in one.batches]
    assert lengths == sorted(set(lengths))
    for left, right in zip(one.batches, same.batches, strict=True):
        assert (left.indices == right.indices).all()
    assert any(
        not np.array_equal(left.indices, right.indices)
        for left, right in zip(one.batches, other.batches, strict=False)
    )


def test_a_task_gives_its_own_distribution() -> None:
    """With a task the inputs are drawn as the task draws them."""
    task = get_task("induction")
    program = Program(task.domain, (Tokens(),), (), Classifier(("x",), ()))
    found = draw_reference(program, task, 20, 5)
    assert found.task == "induction"
    for mine, drawn in zip(found.batches, task.sample(20, 5), strict=True):
        assert (mine.indices == drawn.indices).all()


def test_a_domain_without_an_end_is_cut_off() -> None:
    """Where there is no greatest length, inputs are at most sixteen symbols longer than the least."""
    program = Program(Domain(("a", "b"), None, 2), (Tokens(),), (), Classifier(("x",), ()))
    found = draw_reference(program, None, 200, 0)
    assert max(batch.indices.shape[1] for batch in found.batches) == 2 + 16 + 1
