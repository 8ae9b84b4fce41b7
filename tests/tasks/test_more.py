"""The tasks of other studies: what holds for every one of them, and what each is."""

import itertools
import pickle
import re

import numpy as np
import pytest

from tprog.errors import BadInput, TprogError
from tprog.evaluate.inputs import encode
from tprog.tasks.dataset import make_dataset
from tprog.tasks.languages import LANGUAGES, words
from tprog.tasks.registry import get_task, more_names, summarize
from tprog.tasks.task import Task

# Small enough to list every input, large enough that every label occurs.
SMALL = {
    **{name: f"{name}:length=9" for name in LANGUAGES},
    "parity": "parity:length=9",
    "binary_majority": "binary_majority:length=9",
    "majority": "majority:length=8",
    "mode": "mode:length=8",
    "copy_unique": "copy_unique:length=10",
    "sort_unique": "sort_unique:length=10",
    "copy_repeat": "copy_repeat:length=10",
    "interleaved_majority": "interleaved_majority:length=11",
    "parity_scratchpad": "parity_scratchpad:length=10",
    **{f"addition_{kind}": f"addition_{kind}:length=7" for kind in ("forward", "reversed")},
    "addition_indexed": "addition_indexed:vocabulary=16,length=11",
}
SPECS = [SMALL.get(name, name) for name in more_names()]


def everything(task: Task) -> list[tuple[str, ...]]:
    """Return every input of a task."""
    return [batch.data(row, task.domain) for batch in task.inputs() for row in range(len(batch))]


@pytest.mark.parametrize("spec", SPECS)
def test_a_task_is_whole(spec: str) -> None:
    """Enumeration, count, draws, truth, arrays, labels, specification and pickling agree."""
    task = get_task(spec)
    inputs = everything(task)
    assert len(inputs) == len(set(inputs)) == task.count()
    assert [len(one) for one in inputs] == sorted(map(len, inputs))
    assert task.count(4) == sum(len(one) <= 4 for one in inputs)
    drawn = task.draw(np.random.default_rng(0), 300)
    assert set(drawn) <= set(inputs)
    assert task.draw(np.random.default_rng(0), 300) == drawn
    labels = {label for one in inputs for label in task.truth(one)}
    assert labels - {None} == set(task.labels)
    for rows, batch in encode(task.domain, inputs[-200:]):
        found = task.truth_batch(batch)
        for row, at in enumerate(rows.tolist()):
            truth = [
                -1 if one is None else task.label_index[one]
                for one in task.truth(inputs[-200:][at])
            ]
            own = found[row] if task.pooled else found[row, task.domain.data_slice(found.shape[1])]
            assert np.atleast_1d(own).tolist() == truth
    assert (task.spec, get_task(task.spec)) == (spec, task)
    copy: Task = pickle.loads(pickle.dumps(task))
    assert copy.truth(drawn[0]) == task.truth(drawn[0])
    assert summarize(task).count == len(inputs)


@pytest.mark.parametrize("name", more_names())
def test_the_default_size_gives_a_dataset(name: str) -> None:
    """Training, validation and test data exist, and come in seconds."""
    dataset = make_dataset(get_task(name), 0, min(200, get_task(name).count() or 200))
    assert len(dataset) >= 4
    assert dataset.test.batches()


MEMBERS = {
    "tomita1": r"1*",
    "tomita2": r"(10)*",
    "tomita4": r"(?!.*000).*",
    "tomita7": r"0*1*0*1*",
    "d2": r"(a(ab)*b)*",
    "d3": r"(a(a(ab)*b)*b)*",
    "d4": r"(a(a(a(ab)*b)*b)*b)*",
    "aa_star": r"(aa)*",
    "aaaa_star": r"(aaaa)*",
    "abab_star": r"(abab)*",
    "abcde_star": r"a*b*c*d*e*",
    "ab_d_bc": r"[ab]*d[bc]*",
    "012_0_2": r"[012]*02*",
}


def is_member(name: str, word: str) -> bool:
    """Tell whether a word belongs to a language, without its machine."""
    if name in MEMBERS:
        return re.fullmatch(MEMBERS[name], word) is not None
    if name == "tomita3":
        runs = [(symbol, len([*group])) for symbol, group in itertools.groupby(word)]
        pairs = itertools.pairwise(runs)
        return not any(a[0] == "1" and a[1] % 2 and b[1] % 2 for a, b in pairs)
    if name == "tomita5":
        return word.count("0") % 2 == word.count("1") % 2 == 0
    if name == "tomita6":
        return (word.count("0") - word.count("1")) % 3 == 0
    kinds = [("a", "b"), ("c", "d")] if name == "shuffle_dyck2" else [("a", "b")]
    return all(
        word.count(left) == word.count(right)
        and all(word[:n].count(left) >= word[:n].count(right) for n in range(len(word)))
        for left, right in kinds
    )


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_machine_accepts_the_words_of_its_language(name: str) -> None:
    """All words up to a length, and no others; what may follow is what some word goes on with."""
    symbols = LANGUAGES[name].symbols
    longest = 6
    most = longest + (3 if len(symbols) < 4 else 0)
    lengths = range(1, most + 1)
    spelled = ["".join(one) for n in lengths for one in itertools.product(symbols, repeat=n)]
    members = {word for word in spelled if is_member(name, word)}
    task = get_task(f"{name}:length={most + 1}")
    assert {"".join(one) for one in everything(task)} == members
    assert words(name, longest) == sum(len(word) == longest for word in members)
    for word in sorted(members)[:200]:
        labels = task.truth(tuple(word))
        assert labels[-1] is not None
        assert labels[-1].endswith("$")
        for at, label in enumerate(labels[:-1]):
            assert label is not None
            assert word[at + 1] in label


@pytest.mark.parametrize(
    ("spec", "tokens", "labels"),
    [
        ("addition", "9 7 + 5", "102 <s> <s> <s>"),
        ("addition", "0 + 7", "7 <s> <s>"),
        ("addition_hints", "a 9 b 7 + a 5", "a 1 b 0 c 2 <s>"),
        ("parity", "1 0 1 1 >", "- - - - 1"),
        ("parity", "1 0 1 1 > 1", "- - - - 1 $"),
        ("binary_majority", "1 0 1 0 >", "- - - - 1"),
        ("majority", "3 2 2 3 1 >", "- - - - - 2"),
        ("mode", "3 2 2 3 3 >", "- - - - - 3"),
        ("copy_unique", "3 1 2 > 3 1 2", "- - - 3 1 2 $"),
        ("sort_unique", "3 1 2 > 1 2", "- - - 1 2 3"),
        ("count", "2 5 > 2 3 4 5", "- - 2 3 4 5 $"),
        ("count", "2 5 > 2 3", "- - 2 3 4"),
        ("parity_scratchpad", "1 1 0 > 1 0 0", "- - - 1 0 0 $"),
        ("interleaved_majority", "1 0 0 1 1 0 > 1 1 0", "- - - - - - 1 1 0 $"),
        ("addition_forward", "9 7 + 0 5 > 1 0 2", "- - - - - 1 0 2 $"),
        ("addition_reversed", "9 7 + 0 5 > 2 0 1", "- - - - - 2 0 1 $"),
        ("addition_indexed", "b 9 a 7 + b 0 a 5 > c 1 b 0 a 2", "- - - - - - - - - c 1 b 0 a 2 $"),
        ("d2", "a a b b", "ab b ab a$"),
    ],
)
def test_what_a_task_asks_for(spec: str, tokens: str, labels: str) -> None:
    """An example of each, worked out by hand."""
    wanted = [None if one == "-" else one for one in labels.split()]
    assert list(get_task(spec).truth(tuple(tokens.split()))) == wanted


@pytest.mark.parametrize(
    ("spec", "tokens"),
    [
        *(("addition", "1 2 +"), ("addition", "+ + 1"), ("addition_hints", "b 1 + a 1")),
        *(("mode", "1 2 >"), ("copy_unique", "1 2 > 2 1"), ("copy_unique", "1 2")),
        *(("count", "5 2 > 5"), ("d2", "a a a")),
    ],
)
def test_what_is_no_input_has_no_truth(spec: str, tokens: str) -> None:
    """It is refused, with the reason."""
    with pytest.raises(BadInput):
        get_task(spec).truth(tuple(tokens.split()))


def test_sizes_at_which_there_is_nothing_are_refused() -> None:
    """In one line."""
    for spec in (
        "aaaa_star:length=4",
        "copy_unique:length=3",
        "d2:vocabulary=5",
        "addition:length=3",
    ):
        with pytest.raises(TprogError):
            get_task(spec)
