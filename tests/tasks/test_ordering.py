"""`reverse` and `sort`."""

import pytest

from tprog.errors import UsageError
from tprog.tasks.ordering import reverse, sort
from tprog.tasks.sizes import TaskSizes


def test_published_sizes_count_the_special_symbols() -> None:
    """At vocabulary 8 and length 8 there are five digits, one to six of them, between `<s>` and `</s>`."""
    domain = sort().domain
    assert domain.alphabet == ("<s>", "0", "1", "2", "3", "4", "</s>")
    assert (domain.min_length, domain.max_length, domain.context_length) == (1, 6, 8)
    assert sort().count() == reverse().count() == 19_530
    assert not sort().causal


def test_reverse_turns_the_data_around() -> None:
    """The first label is the last symbol."""
    assert reverse().truth(["0", "3", "3", "1"]) == ("1", "3", "3", "0")


def test_sorting_compares_strings() -> None:
    """At vocabulary 16, "10" comes before "2"."""
    task = sort(TaskSizes(vocabulary=16, length=16))
    assert task.truth(["2", "10", "1", "9"]) == ("1", "10", "2", "9")
    assert task.labels[:5] == ("0", "1", "10", "11", "12")
    assert len(task.labels) == 13
    assert task.domain.max_length == 14


@pytest.mark.parametrize("build", [reverse, sort])
def test_sizes_without_any_sequence_are_refused(build: type) -> None:
    """At least one digit and one position must be left beside the special symbols."""
    assert build(TaskSizes(4, 3)).count() == 1
    with pytest.raises(UsageError, match="vocabulary is 3, but must be at least 4"):
        build(TaskSizes(3, 8))
    with pytest.raises(UsageError, match="length is 2, but must be at least 3"):
        build(TaskSizes(8, 2))
