"""`tprog tasks`."""

import json

from terminal import tprog

from tprog.tasks.registry import task_names


def test_every_task_is_listed() -> None:
    """The table names all tasks, and so does the JSON form."""
    finished = tprog("tasks")
    assert finished.code == 0
    for name in task_names():
        assert name in finished.out
    found = json.loads(tprog("tasks", "--json").out)
    assert [task["name"] for task in found["tasks"]] == list(task_names())
