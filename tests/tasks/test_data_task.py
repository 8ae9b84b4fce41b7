"""Tasks of a user's examples."""

import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import BadInput, FileProblem, TprogError, UnreadableSource, UsageError
from tprog.tasks.data_task import Labels, Tokens, load_data_task, read_examples
from tprog.tasks.dataset import make_dataset
from tprog.tasks.task import Task


def write(folder: Path, *lines: object) -> Path:
    """Write lines, texts as they are and everything else as JSON."""
    path = folder / "examples.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def example(tokens: str, labels: object) -> dict[str, object]:
    """Return one example, tokens written as words with spaces between, and labels too unless they are no text."""
    return {"tokens": tokens.split(), "labels": labels}


TAGGED = (
    example("the cat sleeps", ["DET", "NOUN", "VERB"]),
    example("cat naps", ["NOUN", "VERB"]),
    example("a cat", ["DET", "NOUN"]),
)


def test_the_domain_follows_from_the_examples(tmp_path: Path) -> None:
    """Symbols come in order, lengths are those that occur, and `<s>` is put before the data."""
    task = load_data_task(write(tmp_path, *TAGGED))
    assert task.domain.symbols == ("a", "cat", "naps", "sleeps", "the")
    assert (task.domain.min_length, task.domain.max_length) == (2, 3)
    assert (task.domain.prefix, task.domain.suffix, task.domain.scored) == ("<s>", None, None)
    assert task.labels == ("DET", "NOUN", "VERB")
    assert (task.name, task.pooled, task.causal) == ("examples", False, False)
    assert task.spec == f"data:{(tmp_path / 'examples.jsonl').as_posix()}"
    assert task.count() == task.default_samples == 3


def test_truth_is_what_the_file_says(tmp_path: Path) -> None:
    """Each example has its labels, with and without the frame."""
    task = load_data_task(write(tmp_path, *TAGGED))
    assert task.truth(["cat", "naps"]) == ("NOUN", "VERB")
    assert task.truth(["<s>", "cat", "naps"]) == ("NOUN", "VERB")


def test_other_inputs_have_no_truth(tmp_path: Path) -> None:
    """An input of the domain that is no example is refused, not guessed."""
    task = load_data_task(write(tmp_path, *TAGGED))
    with pytest.raises(BadInput, match="no label is known for 'the cat'"):
        task.truth(["the", "cat"])


def test_a_single_label_makes_a_pooled_task(tmp_path: Path) -> None:
    """Where labels are single strings, the task classifies whole sequences."""
    task = load_data_task(write(tmp_path, example("so good", "+"), example("so bad", "-")))
    assert task.pooled
    assert task.labels == ("+", "-")
    assert task.truth(["so", "bad"]) == ("-",)


def test_numbers_as_labels_come_in_the_order_of_numbers(tmp_path: Path) -> None:
    """Labels "2" and "10" stand in that order."""
    path = write(tmp_path, example("a b c", ["10", "2", "1"]))
    assert load_data_task(path).labels == ("1", "2", "10")


def test_symbols_that_never_have_a_label_are_not_scored(tmp_path: Path) -> None:
    """Where null depends on the symbol alone, the domain says which symbols are scored."""
    path = write(tmp_path, example("x 1 y", ["A", None, "B"]), example("1 1", [None, None]))
    task = load_data_task(path)
    assert task.domain.scored == ("x", "y")
    assert task.truth(["x", "1", "y"]) == ("A", None, "B")


def test_symbols_with_a_label_now_and_then_stay_unscored_in_place(tmp_path: Path) -> None:
    """Where null depends on more than the symbol, the domain scores all and the truth says None."""
    task = load_data_task(write(tmp_path, example("x x", ["A", None])))
    assert task.domain.scored is None
    assert task.truth(["x", "x"]) == ("A", None)
    assert [task.truth_batch(batch).tolist() for batch in task.inputs()] == [[[-1, 0, -1]]]


def test_frames_in_the_file_are_taken_off(tmp_path: Path) -> None:
    """Where every sequence is framed already, the frame and its labels are no data."""
    path = write(
        tmp_path,
        example("<s> b a </s>", [None, "a", "b", None]),
        example("<s> a </s>", ["<pad>", "a", "<pad>"]),
    )
    task = load_data_task(path)
    assert (task.domain.prefix, task.domain.suffix) == ("<s>", "</s>")
    assert task.domain.symbols == task.labels == ("a", "b")
    assert task.truth(["b", "a"]) == ("a", "b")


def test_pooled_frames_are_taken_off(tmp_path: Path) -> None:
    """A framed sequence with one label keeps it; `</s>` that only some have is data."""
    path = write(tmp_path, example("<s> b </s>", "x"), example("<s> a", "y"))
    task = load_data_task(path)
    assert (task.domain.prefix, task.domain.suffix) == ("<s>", None)
    assert task.truth(["b", "</s>"]) == ("x",)


def test_a_data_symbol_is_never_the_prefix(tmp_path: Path) -> None:
    """Where `<s>` is data, another prefix is taken, and none where all are data."""
    path = write(tmp_path, example("a <s>", ["x", "y"]), example("<s> a", ["x", "y"]))
    assert load_data_task(path).domain.prefix == "<start>"
    path = write(tmp_path, example("<bos> <s> <start>", ["x", "y", "z"]))
    task = load_data_task(path)
    assert task.domain.prefix is None
    assert task.truth(["<bos>", "<s>", "<start>"]) == ("x", "y", "z")


def test_frame_symbols_inside_the_data_are_data(tmp_path: Path) -> None:
    """Sequences that begin with `<s>` and hold another one are not framed; the same goes for `</s>`."""
    task = load_data_task(write(tmp_path, example("<s> a <s>", "x"), example("<s> a", "y")))
    assert task.domain.prefix == "<start>"
    assert task.truth(["<s>", "a"]) == ("y",)
    task = load_data_task(write(tmp_path, example("<s> </s> a </s>", "x")))
    assert (task.domain.prefix, task.domain.suffix) == ("<s>", None)
    assert task.truth(["</s>", "a", "</s>"]) == ("x",)


def test_a_vocabulary_keeps_the_most_frequent_words(tmp_path: Path) -> None:
    """With a limit, rare and unseen words are read as `<unk>`, and the examples keep their truth."""
    task = load_data_task(write(tmp_path, *TAGGED), vocabulary=2)
    assert task.domain.symbols == ("<unk>", "a", "cat")
    assert task.domain.unknown == "<unk>"
    assert task.truth(["the", "cat", "sleeps"]) == ("DET", "NOUN", "VERB")
    with pytest.raises(UsageError, match="vocabulary is 0"):
        load_data_task(write(tmp_path, *TAGGED), vocabulary=0)


def test_blank_lines_other_keys_and_repeats_are_harmless(tmp_path: Path) -> None:
    """Blank lines and extra keys are ignored, and equal examples count once."""
    path = write(tmp_path, {"id": 7, **example("a", ["x"])}, "", example("a", ["x"]), "  ")
    assert load_data_task(path).count() == 1


def test_line_ends_of_other_systems_are_understood(tmp_path: Path) -> None:
    """A byte order mark, carriage returns and a separator inside a string change nothing."""
    path = tmp_path / "windows.jsonl"
    path.write_bytes(
        '\ufeff{"tokens": ["a\u2028b"], "labels": "x"}\r\n{"tokens": ["é"], "labels": "y"}'.encode()
    )
    task = load_data_task(path)
    assert task.domain.symbols == ("a\u2028b", "é")
    assert task.count() == 2


def test_tasks_of_examples_can_be_split_and_pickled(tmp_path: Path) -> None:
    """A data task gives a dataset of all its examples, here and in another process."""
    lines = [example("x " * length, ["y"] * length) for length in range(1, 31)]
    task = load_data_task(write(tmp_path, *lines), causal=True)
    copy: Task = pickle.loads(pickle.dumps(task))
    assert len(make_dataset(task, 0)) == 30
    assert make_dataset(copy, 0).data_hash == make_dataset(task, 0).data_hash
    assert copy.causal


GOOD = '{"tokens": ["a"], "labels": ["x"]}'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON: .* \\(column 2\\)"),
        ("[" * 100_000, "not JSON"),
        ("1" * 5000, "not JSON"),
        ("7", 'give an object with "tokens" and "labels"'),
        ('{"tokens": ["a"]}', 'give "labels", one for each token, or "label"'),
        ('{"tokens": "a", "labels": ["x"]}', '"tokens" must be a list'),
        ('{"tokens": ["a", 1.0], "labels": ["x", "y"]}', "1.0 is of type float; give texts"),
        ('{"tokens": [], "labels": []}', "there are no tokens"),
        ('{"tokens": ["b"], "labels": [true]}', "True is of type bool; give texts"),
        ('{"tokens": ["b"], "labels": null}', '"labels" must be a list'),
        ('{"tokens": ["b"], "labels": ["x", "y"]}', "1 tokens but 2 labels"),
        ('{"tokens": ["b"], "labels": "x"}', "one for the whole sequence, but .* in line 1"),
        ('{"tokens": ["\\ud800"], "labels": ["x"]}', "half a character"),
        ('{"tokens": ["b"], "labels": ["\\udfff"]}', "half a character"),
        ('{"tokens": ["a"], "labels": ["y"]}', "the tokens of line 1 again, with other labels"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    """Every mistake gives one line with the file and the number of the line."""
    path = write(tmp_path, GOOD, "", line)
    with pytest.raises(UnreadableSource, match=message) as caught:
        load_data_task(path)
    assert str(caught.value).startswith(f"{path}:3: ")
    assert "\n" not in str(caught.value)


def test_framed_examples_need_data(tmp_path: Path) -> None:
    """A frame with nothing in it is refused by its line."""
    path = write(tmp_path, example("<s> a </s>", "x"), example("<s> </s>", "y"))
    with pytest.raises(UnreadableSource, match=r":2: no token stands within the frame"):
        load_data_task(path)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((), "no examples"),
        (("", " "), "no examples"),
        (({"tokens": ["a"], "labels": [None]},), "null"),
    ],
)
def test_files_without_examples_are_refused(
    tmp_path: Path, lines: tuple[object, ...], message: str
) -> None:
    """A file must hold one example, and one label that is not null."""
    with pytest.raises(UnreadableSource, match=message):
        load_data_task(write(tmp_path, *lines))


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    """A missing file, a folder and a file that is no text are file problems."""
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe\x00")
    for name in ("missing.jsonl", "", "bytes.jsonl"):
        with pytest.raises(FileProblem, match="cannot read"):
            load_data_task(tmp_path / name)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["tokens", "labels"]), inner, max_size=2)
    ),
    max_leaves=8,
)


words = st.sampled_from(["a", "b", "<s>", "</s>", "<unk>"])
near_examples = st.fixed_dictionaries(
    {
        "tokens": st.lists(words, max_size=3),
        "labels": st.lists(st.none() | words, max_size=3) | words,
    }
)


@given(
    st.lists(json_values | st.text(max_size=8), max_size=3)
    | st.lists(near_examples, min_size=1, max_size=2)
)
def test_any_file_gives_a_task_or_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, lines: list[object]
) -> None:
    """Whatever stands in the file, the answer is a task that knows its examples, or one line of ours."""
    path = write(tmp_path_factory.getbasetemp(), *lines)
    problem = ""
    try:
        task = load_data_task(path)
        labels = [task.truth_batch(batch) for batch in task.inputs()]
        assert sum(map(len, labels)) == task.count()
    except TprogError as error:
        problem = str(error)
    assert "\n" not in problem


def test_tokens_are_numbers_where_that_is_said(tmp_path: Path) -> None:
    """With `numeric` the symbols stand in the order of their numbers, the unknown one last."""
    path = tmp_path / "numbers.jsonl"
    tokens = ["10", "9", "-2", "0.5", "9"]
    path.write_text(json.dumps({"tokens": tokens, "labels": tokens}))
    assert load_data_task(path).domain.symbols == ("-2", "0.5", "10", "9")
    assert load_data_task(path, numeric=True).domain.symbols == ("-2", "0.5", "9", "10")
    # The most frequent, and of the others the first as texts.
    few = load_data_task(path, numeric=True, vocabulary=3)
    assert few.domain.symbols == ("-2", "0.5", "9", "<unk>")


@pytest.mark.parametrize(("tokens", "named"), [(["1", "x"], "'x'"), (["1", "01"], "'01'")])
def test_what_is_no_number_is_named(tokens: list[str], named: str, tmp_path: Path) -> None:
    """A token that is none, and two ways to write one number, are refused."""
    path = tmp_path / "numbers.jsonl"
    path.write_text(json.dumps({"tokens": tokens, "labels": tokens}))
    with pytest.raises(UsageError, match=named):
        load_data_task(path, numeric=True)


def found(folder: Path, text: str, name: str = "examples.csv") -> list[tuple[Tokens, Labels, bool]]:
    """Return what a file with this text holds."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return [(one.tokens, one.labels, one.pooled) for one in read_examples(path)]


EACH = [(("3", "1"), ("1", "3"), False), (("2",), ("2",), False)]
WHOLE = [(("so", "good"), ("+",), True), (("bad",), ("-",), True)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"tokens": [3, "1"], "labels": [1, 3]}\n\n{"tokens": [2], "labels": ["2"]}', EACH),
        ("3 1,1 3\n2,2\n", EACH),
        ("3 1\t1 3\n2\t2\n", EACH),
        ("tokens,labels\r\n3 1,1 3\r\n2,2\r\n", EACH),
        ("id\tLabels\ttokens\n7\t1 3\t3 1\n8\t2\t2\n", EACH),
        ('\ufeff"3 1","1 3"\n"2","2"', EACH),
        ('{"tokens": ["so", "good"], "label": "+"}\n{"tokens": ["bad"], "label": "-"}', WHOLE),
        ('{"tokens": ["so", "good"], "labels": "+"}\n{"tokens": ["bad"], "label": "-"}', WHOLE),
        ("so good,+\nbad,-\n", WHOLE),
        ("tokens,label\nso good,+\nbad,-\n", WHOLE),
    ],
)
def test_the_formats_say_the_same(
    tmp_path: Path, text: str, wanted: list[tuple[Tokens, Labels, bool]]
) -> None:
    """Lines and tables, with and without names of columns, one label for each token or for all."""
    assert found(tmp_path, text) == wanted


def test_a_named_label_may_hold_blanks(tmp_path: Path) -> None:
    """Under `label` the whole cell is the label."""
    assert found(tmp_path, "tokens,label\na b,very good\nc,bad\n")[0] == (
        ("a", "b"),
        ("very good",),
        True,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no examples in it; give JSON lines such as"),
        ("\n , \n", "no examples in it"),
        ('[{"tokens": ["a"], "labels": ["b"]}]', "JSON list; give JSON lines such as"),
        ("import os\nprint(1)\n", ":1: no example of two columns; give JSON lines such as"),
        ("a b c\n", ":1: no example of two columns"),
        ("tokens,labels\na,b,c\n", ":2: 3 columns, but 2 in the first line"),
        ("a b,x\nc d,x y\n", ":1: 2 tokens but 1 labels"),
        ("a,x\n,y\n", ":2: there are no tokens"),
        ('a,"x\n', ":1: unexpected end of data"),
        ("sentence,mood\nso good,+\nbad,-\n", "'sentence' and 'mood' look like names of columns"),
        ("tokens,label\na b,\n", ":2: there is no label"),
    ],
)
def test_a_file_that_is_none_of_these_says_what_is_wanted(
    tmp_path: Path, text: str, message: str
) -> None:
    """One line with the place and what to give."""
    with pytest.raises(UnreadableSource, match=message) as caught:
        found(tmp_path, text)
    assert "\n" not in str(caught.value)


@given(st.lists(st.lists(st.sampled_from(["a", "b", "01", "1"]), min_size=1), min_size=1))
def test_a_table_says_what_the_lines_say(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    """A sequence with itself as labels is the same example in both."""
    folder = tmp_path_factory.mktemp("same")
    lines = "\n".join(f'{{"tokens": {row}, "labels": {row}}}'.replace("'", '"') for row in rows)
    table = "tokens,labels\n" + "\n".join(f"{' '.join(row)},{' '.join(row)}" for row in rows)
    assert found(folder, table) == found(folder, lines)
