"""A curriculum from a file: tasks in their order, what solves each, and the programs that come of them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tprog.errors import TprogError, UsageError
from tprog.files import read_text, write_text
from tprog.json_values import Formatted
from tprog.rasp.printing import to_text
from tprog.synthesis.asking import LEAST, Judge, examples_of
from tprog.synthesis.library import Curriculum, curriculum
from tprog.synthesis.parts import Effort, Step
from tprog.synthesis.tidy import named
from tprog.tasks.data_task import load_data_task
from tprog.tasks.registry import get_task
from tprog.tasks.task import Task


@dataclass(frozen=True, slots=True)
class Lesson:
    """What became of one task.

    Attributes:
        name: of the task.
        how: `scratch`, or with `atoms`, tasks that were solved before; null where it was not solved.
        seconds: that the way took that solved it; null where none did.
        rasp: the algorithm; null where there is none.
        fresh: on how many fresh inputs it was tried.
        longer: on how many longer ones.
        right: whether it was right on all of these; null where it was not solved.
    """

    name: str
    how: str | None
    seconds: float | None
    rasp: str | None
    fresh: int
    longer: int
    right: bool | None


@dataclass(frozen=True, slots=True)
class CurriculumReport(Formatted):
    """What a curriculum reached.

    Attributes:
        lessons: the tasks in the file's order.
        written: the folder with the state and each algorithm; null where nothing was written.
    """

    lessons: tuple[Lesson, ...]
    written: Path | None


def read_tasks(path: Path) -> list[Task]:
    """Read the tasks of a file: on each line a published task or a file of examples; what follows a # is passed over.

    Raises:
        UsageError: a line names neither, or no line names anything.
    """
    found: list[Task] = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        name = line.partition("#")[0].strip()
        if not name:
            continue
        beside = path.parent / name
        try:
            found.append(load_data_task(beside) if beside.is_file() else get_task(name))
        except TprogError as error:
            raise UsageError(f"{path}, line {number}: {error}") from None
    if not found:
        raise UsageError(
            f"{path} names no task; give a published task or a file of examples a line"
        )
    if len({task.name for task in found}) < len(found):
        raise UsageError(f"{path} names a task twice")
    return found


def run_curriculum(
    tasks: list[Task],
    seconds: float,
    folder: Path | None,
    *,
    examples: int = LEAST,
    seed: int = 0,
    should_stop: Callable[[], bool],
    report: Callable[[Step], None] | None = None,
) -> CurriculumReport:
    """Solve tasks in turn, each with what the ones before have given, and try what was found on fresh inputs.

    Args:
        tasks: in their order.
        seconds: for each of the two ways to try a task.
        folder: where the state and the algorithms are written; a curriculum that was interrupted goes on from there.
        examples: how many are drawn beside all short ones.
        seed: of every random choice.
        should_stop: whether somebody wants it to end.
        report: told what is tried.
    """
    effort = Effort(should_stop, report or (lambda step: None), seed)
    known = [(task.name, examples_of(task, examples, seed)) for task in tasks]
    state = curriculum(known, seconds, folder, effort)
    lessons = tuple(_lesson(task, state, seed) for task in tasks)
    if folder is not None:
        for lesson in lessons:
            if lesson.rasp is not None:
                write_text(folder / f"{lesson.name}.rasp", lesson.rasp)
    return CurriculumReport(lessons, folder)


def _lesson(task: Task, state: Curriculum, seed: int) -> Lesson:
    solved = state.solved.get(task.name)
    if solved is None:
        return Lesson(task.name, None, None, None, 0, 0, None)
    graph = solved.graphs[0]
    judged = Judge.of_task(task, seed)(graph)
    return Lesson(
        task.name,
        solved.how,
        solved.seconds,
        to_text(named(graph)),
        judged.tried,
        judged.tried_longer,
        not judged.refuted and not judged.too_long,
    )
