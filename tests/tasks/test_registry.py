"""The published tasks by name, and what holds for every one of them at every size."""

import pickle
import time

import numpy as np
import pytest

from tprog.errors import UsageError
from tprog.evaluate.inputs import Batch, IntArray, encode
from tprog.ir import Domain
from tprog.tasks.registry import get_task, summarize, task_names
from tprog.tasks.task import Task

# Small enough to list every input, large enough that every label occurs.
LISTED = (
    "reverse:vocabulary=6,length=6",
    "hist:vocabulary=5,length=6",
    "double_hist:vocabulary=6,length=6",
    "sort:vocabulary=14,length=5",
    "most_freq:vocabulary=5,length=6",
    "most_freq:vocabulary=13,length=4",
    "dyck1:length=9",
    "dyck2:length=6",
    "induction:vocabulary=6,length=7",
    "induction:vocabulary=24,length=3",
)
LARGE = (
    *task_names(),
    *(
        f"{name}:vocabulary=16,length=16"
        for name in ("reverse", "hist", "double_hist", "sort", "most_freq")
    ),
    "dyck2:length=31",
    "induction:vocabulary=16,length=15",
)


def truth_by_rows(task: Task, batch: Batch) -> IntArray:
    """Return the labels of a Batch by asking for one input at a time."""
    labels = np.full(batch.indices.shape, -1, dtype=np.int64)
    data = task.domain.data_slice(batch.indices.shape[1])
    for row in range(len(batch)):
        found = task.truth(batch.data(row, task.domain))
        labels[row, data] = [-1 if label is None else task.labels.index(label) for label in found]
    return labels


@pytest.mark.parametrize("spec", LISTED)
def test_arrays_agree_with_truth_on_every_input(spec: str) -> None:
    """The vectorised truth is the plain one, on the whole domain."""
    task = get_task(spec)
    assert task.arrays is not None
    for batch in task.inputs():
        assert np.array_equal(task.truth_batch(batch), truth_by_rows(task, batch))


@pytest.mark.parametrize("spec", LARGE)
def test_arrays_agree_with_truth_on_drawn_inputs(spec: str) -> None:
    """The vectorised truth is the plain one at the published sizes and at 16."""
    task = get_task(spec)
    for batch in task.sample(300, seed=0):
        assert np.array_equal(task.truth_batch(batch), truth_by_rows(task, batch))


@pytest.mark.parametrize("spec", LISTED)
def test_labels_are_exactly_those_that_occur(spec: str) -> None:
    """Over the whole domain every label occurs, and no other does."""
    task = get_task(spec)
    occurring = {
        int(label) for batch in task.inputs() for label in np.unique(task.truth_batch(batch))
    }
    assert occurring - {-1} == set(range(len(task.labels)))


@pytest.mark.parametrize("spec", LISTED)
def test_the_count_is_that_of_the_enumeration(spec: str) -> None:
    """`count` says how many inputs there are, also up to a length."""
    task = get_task(spec)
    for up_to in (None, 3, task.domain.max_length):
        assert task.count(up_to) == sum(map(len, task.inputs(up_to)))


@pytest.mark.parametrize("spec", LARGE)
def test_draws_belong_to_the_task(spec: str) -> None:
    """Every drawn sequence is an input that has a truth."""
    task = get_task(spec)
    drawn = task.draw(np.random.default_rng(0), 500)
    assert len(drawn) == 500
    for _, batch in encode(task.domain, drawn):
        task.truth_batch(batch)


@pytest.mark.parametrize("spec", [*LISTED, *LARGE])
def test_specifications_come_back(spec: str) -> None:
    """A task's specification names the same task, without the defaults."""
    task = get_task(spec)
    assert task.spec == spec
    assert get_task(task.spec) == task


@pytest.mark.parametrize("spec", LARGE)
def test_tasks_travel_to_other_processes(spec: str) -> None:
    """A published task can be pickled, functions and all."""
    task = get_task(spec)
    copy: Task = pickle.loads(pickle.dumps(task))
    assert copy == task
    tokens = task.draw(np.random.default_rng(0), 1)[0]
    assert copy.truth(tokens) == task.truth(tokens)
    assert copy.draw(np.random.default_rng(0), 1)[0] == tokens


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in task_names() if name != "dyck2"])
def test_arrays_agree_with_truth_on_whole_published_domains(name: str) -> None:
    """At the published size, the vectorised truth is the plain one on every input."""
    task = get_task(name)
    for batch in task.inputs():
        assert np.array_equal(task.truth_batch(batch), truth_by_rows(task, batch))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "seconds"), [("sort", 0.05), ("most_freq", 1.5)])
def test_the_truth_of_whole_domains_is_fast(name: str, seconds: float) -> None:
    """Listing and labelling every input stays within its budget."""
    task = get_task(name)
    start = time.perf_counter()
    for batch in task.inputs():
        task.truth_batch(batch)
    assert time.perf_counter() - start < seconds


def test_defaults_and_spaces_are_not_part_of_a_specification() -> None:
    """Spelling out the default sizes names the same task."""
    assert get_task(" sort:vocabulary=8,length=8 ").spec == "sort"
    assert get_task("sort:length=16, vocabulary=8").spec == "sort:length=16"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("srot", r"no task 'srot' \(did you mean sort\?\); the tasks are reverse, hist"),
        ("most_frequent", "did you mean most_freq"),
        ("", "there is no task ''"),
        ("qqq", "no task 'qqq'; the tasks"),
        ("sort:", "not of the form length=16"),
        ("sort:length=2", "length is 2, but must be at least 3"),
        ("data:x.jsonl", "--data"),
        ("module:a.b:c", "--task"),
    ],
)
def test_mistakes_give_one_line(spec: str, message: str) -> None:
    """An unknown name, an impossible size or a task that is not a published one is refused with a hint."""
    with pytest.raises(UsageError, match=message) as caught:
        get_task(spec)
    assert "\n" not in str(caught.value)


def test_summaries_describe_the_inputs() -> None:
    """A line of the table says what the inputs are, how many, and which labels they get."""
    summary = summarize(get_task("sort"))
    assert (summary.name, summary.spec, summary.count) == ("sort", "sort", 19_530)
    assert summary.inputs == "<s> 1 to 6 of 0 1 2 3 4 </s>"
    assert summary.labels == ("0", "1", "2", "3", "4")
    assert summarize(get_task("dyck1")).inputs == "<s> 15 of ( ), causal"
    assert summarize(get_task("hist:vocabulary=20")).inputs.endswith("18 ...") is False
    assert summarize(get_task("hist:vocabulary=20")).inputs.endswith(" ...")
    assert all(summarize(get_task(name)).description for name in task_names())


def test_summaries_of_endless_tasks_say_so() -> None:
    """A domain without a greatest length has no count."""

    def echo(tokens: tuple[str, ...]) -> tuple[str, ...]:
        return tokens

    task = Task("echo", Domain(("a",), None, prefix=None), ("a",), echo)
    assert summarize(task).inputs == "1 or more of a"
    assert summarize(task).count is None
