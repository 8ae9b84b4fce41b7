"""The inputs that a Program is looked at on, where a look at all of them is not asked for."""

from dataclasses import dataclass

from tprog.analysis.measure.figures import check_task
from tprog.errors import UsageError
from tprog.evaluate import Batch, sample_inputs
from tprog.evaluate.reach import EXTRA_LENGTH
from tprog.ir import Program
from tprog.tasks.registry import get_task
from tprog.tasks.task import Task


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Random inputs.

    Attributes:
        batches: the inputs, one batch for each length, the shortest first.
        inputs: how many there are.
        seed: the seed that they were drawn with.
        task: the specification of the task whose distribution they have; None where they are uniform over the domain.
    """

    batches: tuple[Batch, ...]
    inputs: int
    seed: int
    task: str | None


def draw_reference(program: Program, task: Task | None, inputs: int, seed: int) -> Reference:
    """Return random inputs: of the task's distribution, or without one the length uniform, then the symbols.

    Args:
        program: a valid Program.
        task: a task that fits it, or None.
        inputs: how many, at least 1; repeats are possible.
        seed: equal seeds give equal inputs.
    """
    if task is not None:
        return Reference(tuple(task.sample(inputs, seed)), inputs, seed, task.spec)
    domain = program.domain
    up_to = domain.min_length + EXTRA_LENGTH if domain.max_length is None else None
    return Reference(tuple(sample_inputs(domain, inputs, seed, up_to)), inputs, seed, None)


def fitting_task(program: Program, given: Task | None = None) -> Task | None:
    """Return the task whose inputs a Program is looked at on: the user's, or the published one that it names.

    Raises:
        UsageError: the user's task does not fit the Program.
    """
    if given is not None:
        check_task(program, given)
        return given
    return named_task(program, program.provenance.task)


def named_task(program: Program, spec: str | None) -> Task | None:
    """Return the published task of a specification; None where there is none, or it does not fit the Program."""
    if spec is None:
        return None
    try:
        task = get_task(spec)
        check_task(program, task)
    except UsageError:
        # A program of a user's own data names a task that only the user can give again.
        return None
    return task
