"""`induction`: which sequences belong to it, their truth, their number."""

from itertools import pairwise, product

import numpy as np
import pytest

from tprog.errors import BadInput, UsageError
from tprog.evaluate.inputs import encode
from tprog.tasks.induction import induction
from tprog.tasks.sizes import TaskSizes
from tprog.tasks.task import Task


def belongs(task: Task, tokens: tuple[str, ...]) -> bool:
    """Say by brute force whether digits and letters alternate and every letter keeps its digit."""
    kinds = [token.isdigit() for token in tokens]
    if any(one == two for one, two in pairwise(kinds)):
        return False
    pairs = {(a, b) for a, b in pairwise(tokens) if a.isalpha()}
    return len(pairs) == len({letter for letter, _ in pairs})


def test_published_sizes() -> None:
    """At vocabulary 10 and length 9 there are four letters, four digits, and nine data symbols after `<s>`."""
    task = induction()
    assert task.domain.symbols == ("0", "1", "2", "3", "a", "b", "c", "d")
    assert (task.domain.min_length, task.domain.max_length) == (9, 9)
    assert task.domain.scored == ("a", "b", "c", "d")
    assert task.labels == ("0", "1", "2", "3", "<unk>")
    assert task.causal


def test_letters_recall_their_digit() -> None:
    """A letter's first occurrence is `<unk>`, a later one its digit, and digits have no label."""
    truth = induction().truth
    assert truth("a1b1a1c0b") == ("<unk>", None, "<unk>", None, "1", None, "<unk>", None, "1")
    assert truth("3d2d2d2a2") == (None, "<unk>", None, "2", None, "2", None, "<unk>", None)


@pytest.mark.parametrize("text", ["a1b1a2c0b", "aa1b1a1c0", "011b1c0a2"])
def test_sequences_outside_the_task_have_no_truth(text: str) -> None:
    """A letter with two digits, or two letters or digits in a row, is refused one by one and in batches."""
    task = induction()
    with pytest.raises(BadInput, match="in task induction"):
        task.truth(text)
    ((_, batch),) = encode(task.domain, [text])
    with pytest.raises(BadInput, match="in task induction"):
        task.truth_batch(batch)


def test_enumeration_finds_exactly_the_sequences_that_belong() -> None:
    """Every sequence of the task is yielded once, and no other."""
    task = induction(TaskSizes(vocabulary=6, length=5))
    listed = [batch.data(row, task.domain) for batch in task.inputs() for row in range(len(batch))]
    expected = {
        tokens for tokens in product(task.domain.symbols, repeat=5) if belongs(task, tokens)
    }
    assert len(listed) == len(set(listed))
    assert set(listed) == expected
    assert task.count() == len(expected)


def test_the_number_of_inputs_is_that_of_the_enumeration() -> None:
    """At the published size there are 133,760 inputs; none is shorter than the one length."""
    task = induction()
    assert task.count() == sum(map(len, task.inputs())) == 133_760
    assert task.count(8) == sum(map(len, task.inputs(8))) == 0
    assert task.count(20) == 133_760


def test_no_batch_of_the_enumeration_is_large() -> None:
    """Memory stays bounded: a task with 10^9 inputs yields its first batches at once."""
    task = induction(TaskSizes(vocabulary=20, length=11))
    first = next(iter(task.inputs()))
    assert 0 < len(first) <= 16384
    assert (task.count() or 0) > 10**9


def test_draws_lead_with_a_digit_half_of_the_time() -> None:
    """Both forms are equally likely, and letters and digits are uniform."""
    drawn = induction().draw(np.random.default_rng(0), 8_000)
    assert abs(sum(tokens[0].isdigit() for tokens in drawn) / 8_000 - 0.5) < 0.02
    letters = [token for tokens in drawn for token in tokens if token.isalpha()]
    digits = [token for tokens in drawn for token in tokens if token.isdigit()]
    for found, symbols in ((letters, "abcd"), (digits, "0123")):
        assert all(abs(found.count(symbol) / len(found) - 1 / 4) < 0.02 for symbol in symbols)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        (TaskSizes(11, 9), "vocabulary is even"),
        (TaskSizes(10, 8), "length is odd"),
        (TaskSizes(2, 9), "vocabulary is 2, but must be at least 4"),
        (TaskSizes(56, 9), "vocabulary is 56, but must be at most 54"),
        (TaskSizes(10, 1), "length is 1, but must be at least 3"),
    ],
)
def test_sizes_that_do_not_pair_up_are_refused(sizes: TaskSizes, message: str) -> None:
    """Letters and digits come in equal numbers, and a sequence has pairs and one more symbol."""
    with pytest.raises(UsageError, match=message):
        induction(sizes)
