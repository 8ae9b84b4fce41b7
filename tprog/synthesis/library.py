"""A library learned from solved tasks, and a curriculum that uses it: what was solved is an atom of the tasks that follow.

Wake and sleep (DreamCoder; Ellis et al., 2021) without the compression: functions of s-ops, and what stitch finds in common,
were tried and left out again, since no task of our lists was solved by them alone.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tprog.files import read_text, write_text
from tprog.rasp.graph import SOp
from tprog.rasp.module import graph_of
from tprog.rasp.printing import to_text
from tprog.synthesis.examples import Examples
from tprog.synthesis.parts import Effort, Step
from tprog.synthesis.portfolio import Portfolio

MOST = 10
"""Atoms that a task is given, at most: with more, each cost has too many programs."""

SOLUTIONS = 5
"""Solutions that are kept of a task: the shortest is not always the one that can be used again."""


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A task that was solved.

    Attributes:
        name: of the task.
        graphs: the solutions, the first one found first.
        how: `scratch` or `atoms`: what was needed.
        seconds: until the first one was found, in the way that found it.
    """

    name: str
    graphs: tuple[SOp, ...]
    how: str
    seconds: float


@dataclass(slots=True, eq=False)
class Curriculum:
    """What a curriculum has reached.

    Attributes:
        solved: by task, in the order in which they were solved.
        failed: for each task that was tried, the number of solved tasks then; it is tried again when there are more.
    """

    solved: dict[str, Solved] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return it as JSON, the graphs as RASP."""
        rows = [
            {
                "name": one.name,
                "how": one.how,
                "seconds": one.seconds,
                "rasp": [to_text({"result": graph}) for graph in one.graphs],
            }
            for one in self.solved.values()
        ]
        return json.dumps({"solved": rows, "failed": self.failed}, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Curriculum":
        """Return what `to_json` wrote."""
        read = json.loads(text)
        found = cls(failed=read["failed"])
        for row in read["solved"]:
            graphs = tuple(graph_of(one) for one in row["rasp"])
            found.solved[row["name"]] = Solved(row["name"], graphs, row["how"], row["seconds"])
        return found


def curriculum(
    tasks: Sequence[tuple[str, Examples]],
    seconds: float,
    folder: Path | None = None,
    effort: Effort = Effort(),  # noqa: B008 - immutable
) -> Curriculum:
    """Solve tasks one after another, each with what was learned from those before, until none is solved any more.

    Args:
        tasks: in the order in which they are tried; a later one may need an earlier one.
        seconds: for each of the two ways to try a task.
        folder: where the state is kept after each task; a curriculum begins with what stands there.
        effort: when everything must end, whom to tell, the seed; its atoms are given to every task.

    Raises:
        FileProblem: the state cannot be read or written.
    """
    state = Curriculum()
    path = None if folder is None else folder / "curriculum.json"
    if path is not None and path.exists():
        state = Curriculum.from_json(read_text(path))
    going = True
    while going and not effort.over():
        going = False
        for name, examples in tasks:
            if name in state.solved or state.failed.get(name) == len(state.solved):
                continue
            found = wake(name, examples, _relevant(name, tasks, state), seconds, effort)
            if effort.over():
                break
            if found is None:
                state.failed[name] = len(state.solved)
            else:
                state.solved[name] = found
                going = True
            if path is not None:
                write_text(path, state.to_json())
    return state


def _relevant(name: str, tasks: Sequence[tuple[str, Examples]], state: Curriculum) -> list[Solved]:
    """Return the solved tasks, those over nearly the same tokens first, the latest of them first."""
    alphabets = {task: frozenset(examples.alphabet) for task, examples in tasks}
    own = alphabets[name]
    latest = reversed(state.solved.values())
    return sorted(latest, key=lambda one: len(own ^ alphabets.get(one.name, frozenset())))


def wake(
    name: str, examples: Examples, learned: Sequence[Solved], seconds: float, effort: Effort
) -> Solved | None:
    """Return solutions of a task: from scratch, else with atoms; None where neither helps."""
    atoms = (*effort.atoms, *((one.name, one.graphs[0]) for one in learned[:MOST]))
    for how in ("scratch", "atoms") if learned else ("scratch",):
        effort.report(Step(f"curriculum: {name}", how, 0))
        found = Portfolio(
            examples,
            seconds,
            should_stop=effort.over,
            report=lambda step, _: effort.report(step),
            seed=effort.seed,
            atoms=effort.atoms if how == "scratch" else atoms,
        ).run()
        if found.best is not None:
            graphs = tuple(one.graph for one in found.solutions[:SOLUTIONS])
            return Solved(name, graphs, how, found.best.seconds)
    return None
