"""Which sequences a published program is for."""

import pytest

from tprog.ir import Domain
from tprog.published.domains import recognise, tasks_with
from tprog.published.imported import Example
from tprog.tasks import get_task, task_names

DIGITS = ("<pad>", "<s>", "0", "1", "2", "</s>")


@pytest.mark.parametrize("name", task_names())
def test_every_task_is_found_by_its_symbols_and_name(name: str) -> None:
    """A vocabulary and a context length bring back the task of that size, with its whole domain."""
    task = get_task(name)
    length = task.domain.context_length
    assert length is not None
    vocabulary = ("<pad>", *sorted(task.domain.alphabet))
    assert name in [one.name for one in tasks_with(vocabulary, length)]
    found = recognise(vocabulary, length, (), ("p", name), open_vocabulary=False)
    assert found is not None
    assert (found.domain, found.task) == (task.domain, task.spec)
    assert "name and symbols" in found.note


def test_examples_outweigh_names() -> None:
    """Labels that only one task explains decide, whatever the file is called."""
    example = Example(("<s>", "2", "0", "1", "</s>"), ("<s>", "1", "0", "2", "</s>"))
    found = recognise(DIGITS, 5, [example], ("sort",), open_vocabulary=False)
    assert found is not None
    assert found.task == "reverse:vocabulary=6,length=5"
    assert "1 examples" in found.note


def test_where_examples_fit_two_tasks_the_name_decides() -> None:
    """An ambiguous example leaves the choice to the name, and without a fitting name there is none."""
    example = Example(("<s>", "1", "</s>"), ("<pad>", "1", "<pad>"))
    named = recognise(DIGITS, 5, [example], ("sort",), open_vocabulary=False)
    assert named is not None
    assert named.task == "sort:vocabulary=6,length=5"
    unnamed = recognise(DIGITS, 5, [example], ("mine",), open_vocabulary=False)
    assert unnamed is not None
    assert unnamed.task is None
    assert unnamed.domain == Domain(("0", "1", "2"), 3, suffix="</s>")


@pytest.mark.parametrize(
    "example",
    [
        Example(("<s>", "1", "0", "</s>"), ("<s>", "1", "1", "</s>")),
        Example(("<s>", "1", "0", "</s>"), ("1", "0")),
        Example(("<s>", "1", "7", "</s>"), ("<s>", "1", "7", "</s>")),
    ],
)
def test_a_name_is_not_believed_against_the_examples(example: Example) -> None:
    """Examples that no task explains leave the task open, though the file has a task's name."""
    found = recognise(DIGITS, 5, [example], ("sort",), open_vocabulary=False)
    assert found is not None
    assert found.task is None
    assert found.note.startswith("No task was recognised")


def test_an_open_vocabulary_reads_strangers_as_unknown() -> None:
    """Words that are not listed are read as <unk> where there is such a word."""
    words = ("<pad>", "<unk>", "<s>", "</s>", "the")
    found = recognise(words, 6, (), ("sort",), open_vocabulary=True)
    assert found is not None
    assert found.domain == Domain(("<unk>", "the"), 4, suffix="</s>", unknown="<unk>")
    closed = recognise(("<pad>", "<s>", "the"), 6, (), (), open_vocabulary=True)
    assert closed is not None
    assert closed.domain == Domain(("the",), 5)


def test_symbols_without_a_frame_make_a_domain_without_one() -> None:
    """A vocabulary without <s> has no prefix."""
    found = recognise(("x", "y"), 4, (), (), open_vocabulary=False)
    assert found is not None
    assert found.domain == Domain(("x", "y"), 4, prefix=None)


@pytest.mark.parametrize(("vocabulary", "positions"), [(("<s>", "</s>"), 4), (DIGITS, 2)])
def test_where_no_sequence_fits_there_is_no_domain(
    vocabulary: tuple[str, ...], positions: int
) -> None:
    """Frame symbols alone, or as many of them as positions, leave nothing to read."""
    assert recognise(vocabulary, positions, (), (), open_vocabulary=False) is None
