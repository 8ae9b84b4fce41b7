"""The training data of the generated tasks."""

from dataclasses import asdict, replace

import pytest

from tprog.published.arguments import Arguments
from tprog.published.sampling import Names, generated_names

HIST = replace(Arguments(), dataset="hist", vocab_size=10, max_length=10, dataset_size=200, seed=4)


def names(arguments: Arguments, symbols: int, labels: int, positions: int) -> Names:
    found = generated_names(arguments, symbols, labels, positions)
    assert not isinstance(found, str), found
    return found


def test_full_sets_need_no_drawing() -> None:
    """As many symbols and labels as the task has are all of them, in the order of strings, after <pad>."""
    sort = replace(Arguments(), dataset="sort", dataset_size=-1)
    found = names(sort, 8, 6, 8)
    assert found.symbols == ("<pad>", "0", "1", "2", "3", "4", "</s>", "<s>")
    assert found.labels == ("<pad>", "0", "1", "2", "3", "4")
    assert found.domain == found.task.domain
    assert "all that the task has" in found.note


def test_missing_labels_are_those_that_were_never_drawn() -> None:
    """A published run with these arguments knows these labels: nothing that it drew occurs more often."""
    found = names(HIST, 10, 5, 10)
    assert found.labels == ("<pad>", "1", "2", "3", "4")
    assert "seed 4" in found.note


def test_lengths_are_the_runs_own() -> None:
    """The least length is the run's, and the greatest what the network has positions for."""
    sort = replace(Arguments(), dataset="sort", min_length=3)
    domain = names(sort, 8, 6, 7).domain
    assert (domain.min_length, domain.max_length) == (3, 5)
    dyck = replace(Arguments(), dataset="dyck1", vocab_size=1, max_length=16)
    domain = names(dyck, 4, 4, 16).domain
    assert (domain.min_length, domain.max_length) == (15, 15)
    induction = replace(Arguments(), dataset="induction", vocab_size=10, min_length=9, max_length=9)
    domain = names(induction, 10, 6, 10).domain
    assert (domain.min_length, domain.max_length) == (9, 9)
    assert domain.scored == ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dataset_size": -1}, "dataset_size is -1"),
        ({"dataset_size": 10**9}, "dataset_size is 1000000000"),
        ({"max_length": 1000}, "max_length is 1000"),
        ({"vocab_size": 1}, "cannot be drawn again"),
        ({"seed": -1}, "cannot be drawn again"),
        ({"min_length": 20}, "cannot be drawn again"),
        ({"seed": 5}, "do not belong together"),
    ],
)
def test_what_cannot_be_known_is_said(changes: dict[str, int], message: str) -> None:
    """Sizes that cannot be drawn, or whose draws do not give the network's, end in one line."""
    found = generated_names(Arguments(**{**asdict(HIST), **changes}), 10, 9, 10)
    assert isinstance(found, str)
    assert message in found


@pytest.mark.parametrize("dataset", ["dyck1", "dyck2", "induction", "sort", "reverse", "most_freq"])
def test_every_task_can_be_drawn(dataset: str) -> None:
    """A network that knows fewer symbols than the task has makes each sampler draw, and the count is checked."""
    arguments = replace(
        Arguments(), dataset=dataset, vocab_size=8, min_length=5, max_length=7, dataset_size=40
    )
    found = generated_names(arguments, 2, 2, 8)
    assert isinstance(found, str)
    assert "the network has 2 symbols and 2 labels, its arguments make" in found
