"""Which sequences a file is for, and what the numbers of a network stand for."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from tprog.ir import Domain
from tprog.published.arguments import Arguments
from tprog.published.assemble import WrittenExample
from tprog.published.names import Names, Unnamed, network_names, recognise, tasks_with
from tprog.tasks.registry import get_task, task_names

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
    example = WrittenExample(("<s>", "2", "0", "1", "</s>"), ("<s>", "1", "0", "2", "</s>"))
    found = recognise(DIGITS, 5, [example], ("sort",), open_vocabulary=False)
    assert found is not None
    assert found.task == "reverse:vocabulary=6,length=5"
    assert "1 examples" in found.note


def test_where_examples_fit_two_tasks_the_name_decides() -> None:
    """An ambiguous example leaves the choice to the name, and without a fitting name there is none."""
    example = WrittenExample(("<s>", "1", "</s>"), ("<pad>", "1", "<pad>"))
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
        WrittenExample(("<s>", "1", "0", "</s>"), ("<s>", "1", "1", "</s>")),
        WrittenExample(("<s>", "1", "0", "</s>"), ("1", "0")),
        WrittenExample(("<s>", "1", "7", "</s>"), ("<s>", "1", "7", "</s>")),
    ],
)
def test_a_name_is_not_believed_against_the_examples(example: WrittenExample) -> None:
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


HIST = replace(Arguments(), dataset="hist", vocab_size=10, max_length=10, dataset_size=200, seed=4)


def names(arguments: Arguments, symbols: int, labels: int, positions: int) -> Names:
    return network_names(Path(), arguments, symbols, labels, positions)


def test_full_sets_need_no_drawing() -> None:
    """As many symbols and labels as the task has are all of them, in the order of strings, after <pad>."""
    sort = replace(Arguments(), dataset="sort", dataset_size=-1)
    found = names(sort, 8, 6, 8)
    assert found.symbols == ("<pad>", "0", "1", "2", "3", "4", "</s>", "<s>")
    assert found.labels == ("<pad>", "0", "1", "2", "3", "4")
    assert found.task is not None
    assert found.domain == get_task(found.task).domain
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
    with pytest.raises(Unnamed, match=message):
        names(Arguments(**{**asdict(HIST), **changes}), 10, 9, 10)


@pytest.mark.parametrize("dataset", ["dyck1", "dyck2", "induction", "sort", "reverse", "most_freq"])
def test_every_task_can_be_drawn(dataset: str) -> None:
    """A network that knows fewer symbols than the task has makes each sampler draw, and the count is checked."""
    arguments = replace(
        Arguments(), dataset=dataset, vocab_size=8, min_length=5, max_length=7, dataset_size=40
    )
    with pytest.raises(Unnamed, match="has 2 symbols and 2 labels, its arguments make"):
        names(arguments, 2, 2, 8)


TREC = replace(Arguments(), dataset="trec", max_length=25)
WORDS = "word,var0_embeddings\n<pad>,0\n<unk>,1\n<s>,0\n</s>,1\nthe,0\nNA,1\n"


def text_names(folder: Path, arguments: Arguments = TREC, labels: int = 8) -> Names:
    return network_names(folder, arguments, 6, labels, 5)


def test_words_come_from_the_embeddings_and_labels_from_the_data(tmp_path: Path) -> None:
    """The file's order gives the numbers of the words, and a known data set gives the labels."""
    (tmp_path / "trec_embeddings.csv").write_text(WORDS)
    found = text_names(tmp_path, replace(TREC, min_length=2, do_lower=1, replace_numbers=1))
    assert found.symbols == ("<pad>", "<unk>", "<s>", "</s>", "the", "NA")
    assert found.labels == ("<pad>", "<unk>", "ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM")
    assert found.domain == Domain(
        ("<unk>", "the", "NA"), 3, min_length=2, suffix="</s>", unknown="<unk>"
    )
    assert "do_lower" in found.note
    assert "replace_numbers" in found.note


def test_labels_of_a_classifier_file_come_first(tmp_path: Path) -> None:
    """A classifier beside the checkpoint names the labels, whatever the data set is called."""
    (tmp_path / "mine_embeddings.csv").write_text(WORDS)
    (tmp_path / "mine_weights.csv").write_text("feature,value,<pad>,no,yes\n")
    found = text_names(tmp_path, replace(TREC, dataset="mine"), labels=4)
    assert found.labels == ("<pad>", "<unk>", "no", "yes")
    assert len(found.files) == 2


@pytest.mark.parametrize(
    ("files", "labels", "message"),
    [
        ({}, 8, "put its NAME_embeddings.csv"),
        ({"a_embeddings.csv": WORDS, "b_embeddings.csv": WORDS}, 8, "put its NAME_embeddings.csv"),
        ({"a_embeddings.csv": "word,v\n<s>,1\n"}, 8, "knows 6 words and a_embeddings.csv lists 1"),
        ({"a_embeddings.csv": WORDS}, 9, "has 9 labels, and the names of 8 are known"),
    ],
)
def test_what_is_missing_is_said(
    tmp_path: Path, files: dict[str, str], labels: int, message: str
) -> None:
    """Without its words or its labels a text run cannot be read, and the line says what to add."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(Unnamed, match=message):
        text_names(tmp_path, labels=labels)
