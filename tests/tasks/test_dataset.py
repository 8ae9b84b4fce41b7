"""Datasets: distinct, seeded, split as published, hashed."""

import json
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import UsageError
from tprog.ir import Domain
from tprog.tasks.dataset import Dataset, make_dataset
from tprog.tasks.registry import get_task, task_names
from tprog.tasks.task import Task


def everything(dataset: Dataset) -> list[tuple[str, ...]]:
    """Return the sequences of all three splits."""
    splits = (dataset.train, dataset.validation, dataset.test)
    return [sequence for split in splits for sequence in split.sequences]


@pytest.mark.parametrize("name", task_names())
def test_published_datasets_hold_distinct_sequences(name: str) -> None:
    """By default up to 20,000 sequences are found in five times that many draws, each once."""
    dataset = make_dataset(get_task(name), seed=0)
    found = everything(dataset)
    assert len(found) == len(set(found)) == len(dataset)
    if name in ("sort", "reverse"):
        assert abs(len(found) - 14_100) < 200
    else:
        assert len(found) == 20_000
        sizes = (len(dataset.train), len(dataset.validation), len(dataset.test))
        assert sizes == (16_200, 1_800, 2_000)


@given(st.integers(3, 60), st.integers(0, 1000))
def test_splits_are_tenths_rounded_up(samples: int, seed: int) -> None:
    """A tenth goes to the test, a tenth of the rest to validation, and something is left to train on."""
    dataset = make_dataset(get_task("sort"), seed, samples)
    assert len(dataset.test) == -(-samples // 10)
    assert len(dataset.validation) == -(-(samples - len(dataset.test)) // 10)
    assert len(dataset.train) == samples - len(dataset.test) - len(dataset.validation) > 0
    assert len(set(everything(dataset))) == samples


def test_the_split_is_shuffled() -> None:
    """Short sequences, which draws find first, do not gather in one split."""
    tested = 0
    for seed in range(4):
        dataset = make_dataset(get_task("sort"), seed, 2000)
        assert sum(len(sequence) <= 2 for sequence in everything(dataset)) == 30
        tested += sum(len(sequence) <= 2 for sequence in dataset.test.sequences)
    # A tenth of 4 * 30 is 12; unshuffled, all 120 would be there.
    assert 1 < tested < 30


def test_the_seed_decides() -> None:
    """Equal seeds give equal datasets and hashes, other seeds others."""
    task = get_task("induction")
    one, two, other = (make_dataset(task, seed, 200) for seed in (5, 5, 6))
    assert everything(one) == everything(two)
    assert one.data_hash == two.data_hash
    assert everything(one) != everything(other)
    assert one.data_hash != other.data_hash


def test_every_input_can_be_asked_for() -> None:
    """An explicit number up to all inputs is kept to exactly, though draws would hardly find them all."""
    task = get_task("sort:vocabulary=6,length=6")
    assert task.count() == 120
    for samples in (119, 120):
        assert len(set(everything(make_dataset(task, 0, samples)))) == samples


def test_more_than_all_inputs_is_an_error() -> None:
    """An explicit number above what exists is refused with both numbers."""
    with pytest.raises(UsageError, match=r"20,000 samples .* task sort has 19,530 inputs in all"):
        make_dataset(get_task("sort"), 0, 20_000)


def test_a_sampler_that_runs_dry_is_reported() -> None:
    """Where nobody knows the number of inputs and draws find no more, the error says how many there were."""

    def sampler(random: np.random.Generator, count: int) -> list[tuple[str, ...]]:
        return [("a",) * int(length) for length in random.integers(1, 9, size=count)]

    def echo(tokens: tuple[str, ...]) -> tuple[str, ...]:
        return tokens

    task = Task("few", Domain(("a", "b"), None), ("a", "b"), echo, sampler=sampler)
    with pytest.raises(UsageError, match="only 8 different ones were found"):
        make_dataset(task, 0, 40)
    assert len(make_dataset(task, 0)) == 8


def test_large_spaces_are_drawn_from_with_patience() -> None:
    """Where there are too many inputs to list, more than five rounds of draws find the number asked for."""
    rare = np.array([0.95, *[0.05 / 511] * 511])

    def sampler(random: np.random.Generator, count: int) -> list[tuple[str, ...]]:
        picked = random.choice(512, size=count, p=rare)
        return [tuple(format(number, "09b")) * 4 for number in picked.tolist()]

    def echo(tokens: tuple[str, ...]) -> tuple[str, ...]:
        return tokens

    task = Task("rare", Domain(("0", "1"), 36), ("0", "1"), echo, sampler=sampler)
    assert len(make_dataset(replace(task, default_samples=200), 0)) < 100
    assert len(make_dataset(task, 0, 200)) == 200


@pytest.mark.parametrize("samples", [-1, 0, 2])
def test_too_few_samples_cannot_be_split(samples: int) -> None:
    """Three splits need three sequences."""
    with pytest.raises(UsageError, match="ask for at least 3"):
        make_dataset(get_task("sort"), 0, samples)


def test_too_small_tasks_cannot_be_split() -> None:
    """A task with fewer than three inputs has no dataset."""
    with pytest.raises(UsageError, match="gives 1 different sequences"):
        make_dataset(get_task("sort:vocabulary=4,length=3"), 0)


def test_negative_seeds_are_refused() -> None:
    """A seed is at least 0."""
    with pytest.raises(UsageError, match="seed is -1"):
        make_dataset(get_task("sort"), -1)


@pytest.mark.parametrize("name", ["sort", "induction"])
def test_batches_hold_each_sequence_with_its_labels(name: str) -> None:
    """Grouped by length, the batches hold the split's sequences and their truth."""
    task = get_task(name)
    split = make_dataset(task, 0, 300).train
    found = {}
    for batch, labels in split.batches():
        assert labels.shape == batch.indices.shape
        data = task.domain.data_slice(labels.shape[1])
        for row in range(len(batch)):
            given = tuple(
                None if label < 0 else task.labels[label] for label in labels[row, data].tolist()
            )
            found[batch.data(row, task.domain)] = given
        assert (labels[:, 0] == -1).all()
    assert found == {sequence: task.truth(sequence) for sequence in split.sequences}
    lengths = [batch.indices.shape[1] for batch, _ in split.batches()]
    assert lengths == sorted(set(lengths))


def test_batches_are_worked_out_once() -> None:
    """Asking again gives the same arrays."""
    split = make_dataset(get_task("sort"), 0, 30).train
    assert split.batches()[0][1] is split.batches()[0][1]


def test_the_hash_is_that_of_sequences_and_labels() -> None:
    """Anybody can compute the hash of a split: one JSON line for each sequence, tokens then labels."""
    split = make_dataset(get_task("induction"), 0, 30).train
    lines = [
        json.dumps([list(sequence), list(split.task.truth(sequence))])
        for sequence in split.sequences
    ]
    assert split.data_hash == sha256("\n".join(lines).encode()).hexdigest()


def test_the_hash_changes_with_the_labels() -> None:
    """Two tasks that give equal sequences other labels have other hashes."""
    sort, reverse = (make_dataset(get_task(name), 0, 100) for name in ("sort", "reverse"))
    assert everything(sort) == everything(reverse)
    assert sort.data_hash != reverse.data_hash


def test_pooled_tasks_have_one_label_each() -> None:
    """In a pooled task the labels of a batch are a vector, and the hash holds one label per sequence."""

    def first(tokens: tuple[str, ...]) -> tuple[str, ...]:
        return tokens[:1]

    task = Task("first", Domain(("a", "b"), 4), ("a", "b"), first, pooled=True)
    split = make_dataset(task, 0, 20).train
    for batch, labels in split.batches():
        assert labels.shape == (len(batch),)
    lines = [json.dumps([list(sequence), sequence[0]]) for sequence in split.sequences]
    assert split.data_hash == sha256("\n".join(lines).encode()).hexdigest()


def test_tasks_of_examples_are_split_whole() -> None:
    """A task with examples gives them all by default, or the number asked for."""

    def echo(tokens: tuple[str, ...]) -> tuple[str, ...]:
        return tokens

    examples = tuple(("a",) * length for length in range(1, 41))
    task = Task("few", Domain(("a",), 40), ("a",), echo, examples=examples)
    dataset = make_dataset(task, 0)
    assert sorted(everything(dataset)) == sorted(examples)
    assert list(everything(dataset)) != list(examples)
    assert len(make_dataset(task, 0, 10)) == 10
    with pytest.raises(UsageError, match="few has 40 inputs"):
        make_dataset(task, 0, 41)
