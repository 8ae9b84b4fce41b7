"""Tasks out of the user's own code."""

import pickle
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tprog.errors import BadInput, UsageError
from tprog.tasks.dataset import make_dataset
from tprog.tasks.module_task import load_module_task
from tprog.tasks.task import Task

MIRROR = """
from tprog.errors import BadInput
from tprog.ir import Domain
from tprog import Task

DOMAIN = Domain(("a", "b"), max_length=6)

def truth(tokens):
    return tokens[::-1]

mirror = Task("mirror", DOMAIN, labels=("a", "b"), rule=truth)

def make():
    return mirror

def wants(argument):
    return mirror

def leaves():
    raise SystemExit(3)

def text():
    return "mirror"

def divide(tokens):
    return 1 / 0

broken = Task("broken", DOMAIN, labels=("a", "b"), rule=divide)
broken_arrays = Task("broken", DOMAIN, labels=("a", "b"), rule=truth, arrays=divide)
broken_sampler = Task("broken", DOMAIN, labels=("a", "b"), rule=truth, sampler=lambda random, count: 1 / 0)

def picky(tokens):
    if tokens[0] == "b":
        raise BadInput("b never comes first")
    return tokens

strict = Task("strict", DOMAIN, labels=("a", "b"), rule=picky)
number = 7
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give every test a current folder with modules of its own, and forget them afterwards."""
    (tmp_path / "own_tasks.py").write_text(MIRROR)
    (tmp_path / "own_package").mkdir()
    (tmp_path / "own_package" / "inner.py").write_text(MIRROR)
    (tmp_path / "own_failing.py").write_text("x = 1\ny = x / 0\n")
    (tmp_path / "own_leaving.py").write_text("raise SystemExit\n")
    (tmp_path / "own_unfinished.py").write_text("def broken(:\n")
    (tmp_path / "own_needing.py").write_text("import a_module_that_is_not_there\n")
    (tmp_path / "own_bad_task.py").write_text(MIRROR + '\nTask("bad", DOMAIN, (), truth)\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry != str(tmp_path)])
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("own_")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    "target", ["own_tasks:mirror", "own_tasks:make", "own_package.inner:mirror"]
)
def test_a_task_or_a_function_that_makes_one_is_found(target: str) -> None:
    """A module of the current folder gives its task, whose specification says where it came from."""
    task = load_module_task(target)
    assert task.truth(["a", "b", "b"]) == ("b", "b", "a")
    assert task.spec == f"module:{target}"
    assert load_module_task(task.spec) == task
    assert len(make_dataset(task, 0, 100)) == 100


def test_the_task_travels_to_other_processes() -> None:
    """What pickles in the user's module pickles as a task."""
    copy: Task = pickle.loads(pickle.dumps(load_module_task("own_tasks:mirror")))
    assert copy.truth(["a", "b"]) == ("b", "a")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("own_tasks", "not of the form package.module:name"),
        ("own_tasks:", "not of the form"),
        (":mirror", "not of the form"),
        ("own_tasks.py:mirror:x", "not of the form"),
        ("../own_tasks:mirror", "not of the form"),
        ("own_nothing:mirror", "there is no module 'own_nothing', neither in .* nor installed"),
        ("own_tasks.deeper:mirror", "'own_tasks.deeper'"),
        ("own_needing:task", "own_needing fails .*No module named .*own_needing.py, line 1"),
        ("own_failing:task", "ZeroDivisionError: division by zero .*own_failing.py, line 2"),
        ("own_leaving:task", "own_leaving fails when imported: SystemExit"),
        ("own_unfinished:task", r"SyntaxError: .*own_unfinished.py, line 1"),
        ("own_bad_task:mirror", "labels must be distinct and at least one.*own_bad_task.py"),
        ("own_tasks:miror", r"has no 'miror' \(did you mean mirror\?\)"),
        ("own_tasks:number", "is a int; it must be a tprog.tasks.Task"),
        ("own_tasks:text", "is a str"),
        ("own_tasks:wants", r"own_tasks:wants\(\) fails: TypeError"),
        ("own_tasks:leaves", r"own_tasks:leaves\(\) fails: SystemExit: 3"),
    ],
)
def test_mistakes_give_one_line(target: str, message: str) -> None:
    """A wrong name or failing code is one line that says what and where."""
    with pytest.raises(UsageError, match=message) as caught:
        load_module_task(target)
    assert "\n" not in str(caught.value)


def test_functions_that_fail_later_give_one_line() -> None:
    """A rule, array rule or sampler that raises names itself and its place when it is called."""
    where = r"fails: ZeroDivisionError: division by zero \(.*own_tasks.py, line"
    with pytest.raises(UsageError, match="the rule of own_tasks:broken " + where):
        load_module_task("own_tasks:broken").truth(["a"])
    arrays = load_module_task("own_tasks:broken_arrays")
    with pytest.raises(UsageError, match="arrays of own_tasks:broken_arrays " + where):
        arrays.truth_batch(next(arrays.inputs()))
    with pytest.raises(UsageError, match="the sampler of own_tasks:broken_sampler " + where):
        load_module_task("own_tasks:broken_sampler").draw(np.random.default_rng(0), 1)


def test_errors_of_ours_pass_through() -> None:
    """A sequence outside the domain, or one that the user's rule refuses so, is bad input and no failure."""
    with pytest.raises(BadInput, match="unknown token"):
        load_module_task("own_tasks:mirror").truth(["c"])
    with pytest.raises(BadInput, match=r"^b never comes first$"):
        load_module_task("own_tasks:strict").truth(["b"])


def test_the_current_folder_comes_first(folder: Path) -> None:
    """A module of the user's folder wins over an installed one, and the folder stays importable."""
    load_module_task("own_tasks:mirror")
    assert sys.path[0] == str(folder)
    load_module_task("own_tasks:make")
    assert sys.path.count(str(folder)) == 1
