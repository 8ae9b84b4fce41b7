"""`hist`, `double_hist` and `most_freq`."""

import pytest

from tprog.errors import UsageError
from tprog.tasks.counting import double_hist, hist, most_freq
from tprog.tasks.sizes import TaskSizes


def test_published_sizes_count_the_special_symbols() -> None:
    """At vocabulary 8 and length 8 there are six digits, one to seven of them, after `<s>`."""
    domain = hist().domain
    assert domain.alphabet == ("<s>", "0", "1", "2", "3", "4", "5")
    assert (domain.min_length, domain.max_length, domain.context_length) == (1, 7, 8)
    assert hist().count() == double_hist().count() == most_freq().count() == 335_922


def test_hist_counts_the_own_symbol() -> None:
    """Each symbol is labelled with how often it occurs; the published data never showed 7."""
    assert hist().truth(["1", "2", "1", "1"]) == ("3", "1", "3", "3")
    assert hist().truth(["4"] * 7) == ("7",) * 7
    assert hist().labels == ("1", "2", "3", "4", "5", "6", "7")


def test_double_hist_counts_symbols_that_share_a_count() -> None:
    """Each symbol is labelled with how many distinct symbols occur as often as it does."""
    assert double_hist().truth(["1", "2", "3", "3", "0"]) == ("3", "3", "1", "1", "3")
    assert double_hist().labels == ("1", "2", "3", "4", "5", "6")
    assert double_hist(TaskSizes(vocabulary=16, length=4)).labels == ("1", "2", "3")


def test_most_freq_ranks_symbols_and_fills_up() -> None:
    """The p-th label is the p-th most frequent symbol; equal counts go to the one seen first; `<s>` fills the rest."""
    assert most_freq().truth(["2", "5", "5", "2", "0"]) == ("2", "5", "0", "<s>", "<s>")
    assert most_freq().truth(["0", "5", "5"]) == ("5", "0", "<s>")
    assert most_freq().labels == ("0", "1", "2", "3", "4", "5", "<s>")


def test_numbers_are_labelled_in_the_order_of_numbers() -> None:
    """At length 16, "2" comes before "10" among the labels, while symbols keep the order of strings."""
    task = hist(TaskSizes(vocabulary=16, length=16))
    assert task.labels[:3] == ("1", "2", "3")
    assert task.labels[-1] == "15"
    assert task.domain.symbols[:3] == ("0", "1", "10")


@pytest.mark.parametrize("build", [hist, double_hist, most_freq])
def test_sizes_without_any_sequence_are_refused(build: type) -> None:
    """At least one digit and one position must be left beside the special symbols."""
    assert build(TaskSizes(3, 2)).count() == 1
    with pytest.raises(UsageError, match="vocabulary is 2, but must be at least 3"):
        build(TaskSizes(2, 8))
    with pytest.raises(UsageError, match="length is 1, but must be at least 2"):
        build(TaskSizes(8, 1))
