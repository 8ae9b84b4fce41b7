"""What a task is: truth, arrays, samples, and texts of what users give."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tprog.errors import BadInput, UsageError
from tprog.evaluate.inputs import Batch, IntArray, encode, scored_positions
from tprog.ir import Domain
from tprog.tasks.registry import get_task
from tprog.tasks.task import (
    Rule,
    Space,
    Task,
    draw_uniform,
    optional_symbols,
    spell,
    symbol,
    symbols,
)

DOMAIN = Domain(("a", "b"), max_length=3, suffix="</s>")


def echo(tokens: tuple[str, ...]) -> tuple[str | None, ...]:
    return tokens


def majority(tokens: tuple[str, ...]) -> str:
    return max(sorted(set(tokens)), key=tokens.count)


def answer_with(*labels: str | None) -> Rule:
    def rule(tokens: tuple[str, ...]) -> Sequence[str | None]:
        return labels

    return rule


def test_framed_and_bare_inputs_have_the_same_truth() -> None:
    """A published sequence with its frame gets one label per data symbol, as the data alone does."""
    task = get_task("sort")
    assert task.truth(["3", "1", "2"]) == ("1", "2", "3")
    assert task.truth(["<s>", "3", "1", "2", "</s>"]) == ("1", "2", "3")


def test_inputs_outside_the_domain_are_refused() -> None:
    """Truth is asked for inputs of the domain alone."""
    with pytest.raises(BadInput, match="unknown token '9'"):
        get_task("sort").truth(["9"])


def test_unscored_symbols_have_no_label() -> None:
    """Where the domain scores some symbols only, truth is None at the others, and -1 in arrays."""
    task = Task("echo", Domain(("a", "b"), max_length=2, scored=("b",)), ("a", "b"), echo)
    assert task.truth(["a", "b"]) == (None, "b")
    ((_, batch),) = encode(task.domain, [["a", "b"]])
    assert task.truth_batch(batch).tolist() == [[-1, -1, 1]]


def test_arrays_respect_what_is_scored() -> None:
    """An array rule may label every symbol; the labels of unscored ones are dropped."""

    def arrays(data: IntArray) -> IntArray:
        return data

    domain = Domain(("a", "b"), max_length=2, scored=("b",))
    task = Task("echo", domain, ("a", "b"), echo, arrays=arrays)
    for batch in task.inputs():
        labels = task.truth_batch(batch)
        assert np.array_equal(labels >= 0, scored_positions(domain, batch))


def test_pooled_truth_is_one_label() -> None:
    """A pooled task gives a 1-tuple for one input and a vector for many, whether its rule gives a string or a tuple."""
    for rule in (majority, lambda tokens: (majority(tokens),)):
        task = Task("majority", DOMAIN, ("a", "b"), rule, pooled=True)
        assert task.truth(["b", "b", "a"]) == ("b",)
        ((_, batch),) = encode(DOMAIN, [["b", "b", "a"], ["a", "b", "a"]])
        assert task.truth_batch(batch).tolist() == [1, 0]


def test_pooled_arrays_are_used_as_they_are() -> None:
    """A pooled array rule gives a vector of label indices."""

    def arrays(data: IntArray) -> IntArray:
        found: IntArray = (2 * data.sum(axis=1) > data.shape[1]).astype(np.int64)
        return found

    task = Task("majority", DOMAIN, ("a", "b"), majority, pooled=True, arrays=arrays)
    plain = Task("majority", DOMAIN, ("a", "b"), majority, pooled=True)
    for batch in task.inputs():
        assert np.array_equal(task.truth_batch(batch), plain.truth_batch(batch))


@pytest.mark.parametrize("name", ["sort", "hist", "dyck1"])
def test_words_of_a_batch_may_stand_in_any_order(name: str) -> None:
    """A Batch made with another order of words has the same truth."""
    task = get_task(name)
    for batch in task.sample(50, seed=3):
        order = np.random.default_rng(0).permutation(len(batch.words))
        words = tuple(batch.words[number] for number in order)
        moved = Batch(words, np.argsort(order).astype(np.int32)[batch.indices])
        assert [moved.data(row, task.domain) for row in range(len(moved))] == [
            batch.data(row, task.domain) for row in range(len(batch))
        ]
        assert np.array_equal(task.truth_batch(moved), task.truth_batch(batch))


def test_batches_that_do_not_belong_are_refused() -> None:
    """A Batch of the wrong length, without the frame or with a foreign word has no truth."""
    task = get_task("sort")
    words = (*task.domain.alphabet, "9")
    start, end, foreign = 0, len(task.domain.alphabet) - 1, len(words) - 1
    for row, message in (
        ([start, end], "0 data symbols"),
        ([start, *[1] * 7, end], "7 data symbols"),
        ([1, 1, end], "framed by '<s>'"),
        ([start, 1, 1], "framed by '</s>'"),
        ([start, foreign, end], "unknown token '9'"),
        ([start, end, end], "unknown token '</s>'"),
    ):
        with pytest.raises(BadInput, match=message):
            task.truth_batch(Batch(words, np.array([row], dtype=np.int32)))


def test_unknown_words_of_an_open_vocabulary_reach_arrays_as_the_unknown_symbol() -> None:
    """In an open vocabulary, an array rule sees the index of the unknown symbol for any other word."""

    def arrays(data: IntArray) -> IntArray:
        return data

    domain = Domain(("<unk>", "a"), max_length=2, unknown="<unk>")
    task = Task("echo", domain, ("<unk>", "a"), echo, arrays=arrays)
    ((_, batch),) = encode(domain, [["zebra", "a"]])
    assert task.truth_batch(batch).tolist() == [[-1, 0, 1]]


def test_a_rule_with_the_wrong_number_of_labels_is_reported() -> None:
    """A user's rule must give one label per symbol."""
    task = Task("short", DOMAIN, ("a", "b"), answer_with("a"))
    with pytest.raises(UsageError, match=r"gives 1 labels for .*; it must give 2"):
        task.truth(["a", "b"])


def test_a_rule_with_a_foreign_label_is_reported() -> None:
    """A user's rule must keep to the task's labels."""
    task = Task("foreign", DOMAIN, ("a", "b"), answer_with("c"))
    with pytest.raises(UsageError, match=r"gives 'c' .*none of its labels"):
        task.truth(["a"])


@pytest.mark.parametrize("wrong", [np.zeros((1, 3)), np.full((1, 2), 2), np.full((1, 2), -2)])
def test_arrays_of_the_wrong_shape_or_range_are_reported(wrong: IntArray) -> None:
    """A user's array rule must give label indices in the shape of the data."""

    def arrays(data: IntArray) -> IntArray:
        return wrong

    task = Task("wrong", DOMAIN, ("a", "b"), echo, arrays=arrays)
    ((_, batch),) = encode(DOMAIN, [["a", "b"]])
    with pytest.raises(UsageError, match=r"arrays must give label indices"):
        task.truth_batch(batch)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": ("a", "a")}, "labels must be distinct"),
        ({"labels": ()}, "at least one"),
        ({"name": ""}, "needs a name"),
        ({"default_samples": 0}, "give at least 1"),
        ({"examples": ()}, "examples are empty"),
    ],
)
def test_tasks_that_make_no_sense_are_refused(change: dict[str, object], message: str) -> None:
    """A Task checks itself when it is made."""
    parts: dict[str, object] = {"name": "t", "domain": DOMAIN, "labels": ("a", "b"), "rule": echo}
    with pytest.raises(UsageError, match=message):
        Task(**{**parts, **change})  # type: ignore[arg-type]  # wrong on purpose


def test_the_name_is_the_specification_where_none_is_given() -> None:
    """A task without a specification is written as its name."""
    assert Task("echo", DOMAIN, ("a", "b"), echo).spec == "echo"


def test_equality_ignores_functions() -> None:
    """Two tasks with the same description are equal, and others are not."""
    assert get_task("sort") == get_task("sort")
    assert hash(get_task("sort")) == hash(get_task("sort"))
    assert get_task("sort") != get_task("sort:length=9")


def test_a_plain_task_enumerates_and_draws_its_domain() -> None:
    """Without a space or a sampler, the inputs are those of the domain."""
    task = Task("echo", DOMAIN, ("a", "b"), echo)
    assert task.count() == 14
    assert sum(map(len, task.inputs())) == 14
    assert task.count(2) == sum(map(len, task.inputs(2))) == 6
    drawn = task.draw(np.random.default_rng(0), 300)
    assert len(drawn) == 300
    assert len(set(drawn)) == 14


def test_a_sampler_and_a_space_replace_the_defaults() -> None:
    """A task that holds part of its domain says which part."""

    def sampler(random: np.random.Generator, count: int) -> list[list[str]]:
        return [["a", "b"]] * count

    def count(up_to: int | None) -> int | None:
        return None

    def inputs(up_to: int | None = None) -> "list[Batch]":
        return [batch for _, batch in encode(DOMAIN, [["a", "b"]])]

    space = Space(lambda up_to: iter(inputs(up_to)), count)
    task = Task("part", DOMAIN, ("a", "b"), echo, sampler=sampler, space=space)
    assert task.draw(np.random.default_rng(0), 2) == [("a", "b"), ("a", "b")]
    assert [batch.data(0, DOMAIN) for batch in task.inputs()] == [("a", "b")]
    assert task.count() is None


def test_examples_are_the_only_inputs() -> None:
    """A task with examples draws and enumerates these alone."""
    examples = (("a",), ("a", "b"), ("b", "b", "b"))
    task = Task("few", DOMAIN, ("a", "b"), echo, examples=examples)
    assert task.count() == 3
    assert task.count(2) == 2
    listed = [batch.data(row, DOMAIN) for batch in task.inputs() for row in range(len(batch))]
    assert tuple(listed) == examples
    assert [batch.data(0, DOMAIN) for batch in task.inputs(1)] == [("a",)]
    assert set(task.draw(np.random.default_rng(0), 60)) == set(examples)


def test_sampled_batches_hold_the_count_and_repeat_with_the_seed() -> None:
    """Equal seeds give equal batches, other seeds others."""
    task = get_task("hist")
    first, again, other = (task.sample(100, seed) for seed in (1, 1, 2))
    assert sum(map(len, first)) == 100
    for one, two in zip(first, again, strict=True):
        assert np.array_equal(one.indices, two.indices)
    assert any(not np.array_equal(a.indices, b.indices) for a, b in zip(first, other, strict=False))


def test_endless_domains_can_only_be_cut_off() -> None:
    """Without a greatest length, drawing and listing everything are refused, and listing up to a length works."""
    task = Task("echo", Domain(("a", "b"), max_length=None), ("a", "b"), echo)
    assert task.count() is None
    assert sum(map(len, task.inputs(3))) == task.count(3) == 14
    with pytest.raises(BadInput, match="no end"):
        list(task.inputs())
    with pytest.raises(BadInput, match="no greatest length"):
        task.draw(np.random.default_rng(0), 1)


def test_integers_of_a_users_task_become_texts() -> None:
    """Labels, answers, samples and examples may be Python's integers or NumPy's; the task holds texts."""
    digits = Domain(("1", "2"), max_length=3)
    task = Task(
        "own",
        digits,
        np.arange(1, 3),  # type: ignore[arg-type]  # What users do.
        lambda tokens: np.sort(np.array(tokens).astype(int)),  # type: ignore[arg-type,return-value]
        sampler=lambda random, count: [np.array([2, 1])] * count,  # type: ignore[list-item]
        examples=((1, np.int64(2)),),  # type: ignore[arg-type]
    )
    assert task.labels == ("1", "2")
    assert task.examples == (("1", "2"),)
    assert task.truth(["2", "1"]) == ("1", "2")
    assert replace(task, examples=None).draw(np.random.default_rng(0), 1) == [("2", "1")]
    assert {type(label) for label in (*task.labels, *task.truth(["2"]))} == {str}


def test_a_single_label_may_be_an_integer() -> None:
    """A pooled rule may give a number that it counted."""
    task = Task("ones", DOMAIN, ("0", "1", "2", "3"), lambda tokens: np.int64(2), pooled=True)  # type: ignore[arg-type,return-value]
    assert task.truth(["a", "b"]) == ("2",)


@pytest.mark.parametrize("answer", [[1.0], 1, None, [b"a"]])
def test_an_answer_that_is_no_text_is_reported(answer: object) -> None:
    """One line names the task, the answer and the input."""
    task = Task("odd", DOMAIN, ("a", "b"), lambda tokens: answer)  # type: ignore[arg-type,return-value]
    with pytest.raises(UsageError, match=r"task odd gives .* for \('a',\): ") as caught:
        task.truth(["a"])
    assert caught.value.slug == "bad-task"


@pytest.mark.parametrize("labels", [(1.5,), 7, (True, False)])
def test_labels_that_are_no_texts_are_reported(labels: object) -> None:
    """A task cannot be made with them."""
    with pytest.raises(UsageError, match="task odd: "):
        Task("odd", DOMAIN, labels, echo)  # type: ignore[arg-type]


def test_integers_become_texts_whoever_made_them() -> None:
    """Python's and NumPy's integers, and NumPy's texts, are plain texts."""
    given = [1, np.int64(2), np.uint8(3), np.str_("4"), "5"]
    assert symbols(given) == ("1", "2", "3", "4", "5")
    assert {type(one) for one in symbols(given)} == {str}
    assert optional_symbols(np.array([0, 1])) == ("0", "1")
    assert optional_symbols([None, 1]) == (None, "1")


@pytest.mark.parametrize("value", [True, 1.0, None, b"a", ("a",), np.bool_(True), np.float64(1)])
def test_anything_else_is_refused(value: object) -> None:
    """What has no one way of being written is no token."""
    with pytest.raises(TypeError, match="give texts, or integers"):
        symbol(value)


def test_lengths_are_uniform_and_then_symbols() -> None:
    """Every length is equally likely, however many sequences it has, and every symbol at every place."""
    domain = Domain(("a", "b", "c"), max_length=5, min_length=2)
    drawn = draw_uniform(domain, np.random.default_rng(0), 20_000)
    lengths = Counter(map(len, drawn))
    assert set(lengths) == {2, 3, 4, 5}
    assert all(abs(count / 20_000 - 1 / 4) < 0.02 for count in lengths.values())
    lasts = Counter(sequence[-1] for sequence in drawn)
    assert all(abs(lasts[symbol] / 20_000 - 1 / 3) < 0.02 for symbol in "abc")


def test_a_domain_without_an_end_cannot_be_drawn_from() -> None:
    """Without a greatest length, no uniform length exists."""
    with pytest.raises(BadInput, match="no greatest length"):
        draw_uniform(Domain(("a",), max_length=None), np.random.default_rng(0), 1)


def test_rows_are_spelled_and_cut() -> None:
    """Indices become symbols, and each row ends at its length."""
    rows = np.array([[0, 1, 1], [1, 0, 0]])
    assert spell(("x", "yy"), rows) == [("x", "yy", "yy"), ("yy", "x", "x")]
    assert spell(("x", "yy"), rows, np.array([1, 2])) == [("x",), ("yy", "x")]
