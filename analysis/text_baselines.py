"""What others reach on the texts that a program of `tprog text` is tested on, by the names that `--baseline` takes."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from tprog.errors import UsageError
from tprog.ir import Domain
from tprog.tasks.data_task import look_up
from tprog.tasks.task import Task
from tprog.text.baselines import commonest_tags, naive_bayes, regression
from tprog.text.corpus import UNKNOWN
from tprog.text.crf import random_field
from tprog.text.documents import Document, Kind

Documents: TypeAlias = Sequence[Document]
Labels: TypeAlias = Sequence[Sequence[str]]
EPOCHS = 10
"""Passes of the standard Transformer, a setting that nobody has tuned; the best on held-out texts counts."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Another way to label texts.

    Attributes:
        says: what it is, in words.
        kinds: of which tasks.
        labels: from texts to learn from, texts to label, all labels and a seed to the labels.
        usual: whether `--baselines` measures it; the others take minutes, or a library.
    """

    says: str
    kinds: tuple[Kind, ...]
    labels: Callable[[Documents, Documents, tuple[str, ...], int], Labels]
    usual: bool = True


def standard(train: Documents, test: Documents, labels: tuple[str, ...], seed: int) -> Labels:
    """Return what the paper's standard Transformer says, with words that occur twice and one symbol for all others."""
    from tprog.evaluate.inputs import encode
    from tprog.learn.standard.model import StandardSettings
    from tprog.learn.standard.train import train_standard

    counts = Counter(word for document in train for word in document.words)
    words = sorted(word for word, number in counts.items() if number > 1)
    longest = max(len(document.words) for document in (*train, *test))
    answers = {document.words: document.labels for document in train}
    task = Task(
        name="texts",
        domain=Domain(
            (*(one for one in words if one != UNKNOWN), UNKNOWN), longest, unknown=UNKNOWN
        ),
        labels=labels,
        rule=partial(look_up, answers),
        pooled=all(len(document.labels) == 1 for document in train),
        examples=tuple(answers),
    )
    network = train_standard(task, StandardSettings(epochs=EPOCHS, seed=seed)).network
    found: list[list[str]] = [[] for _ in test]
    for rows, batch in encode(task.domain, [document.words for document in test]):
        predicted = network.predict(batch)
        data = (
            predicted[:, None]
            if task.pooled
            else predicted[:, task.domain.data_slice(batch.indices.shape[1])]
        )
        for row, numbers in zip(rows.tolist(), data.tolist(), strict=True):
            found[row] = [labels[number] for number in numbers]
    return found


def _classes(
    rule: Callable[[Documents, Documents, Sequence[str]], list[str]],
) -> Callable[[Documents, Documents, tuple[str, ...], int], Labels]:
    return lambda train, test, labels, _: [[label] for label in rule(train, test, labels)]


BASELINES: Mapping[str, Baseline] = {
    "tags": Baseline(
        "each word's commonest tag",
        ("ner",),
        lambda train, test, _, __: commonest_tags(train, test),
    ),
    "crf": Baseline(
        "linear-chain CRF",
        ("ner",),
        lambda train, test, _, __: random_field(train, test),
        usual=False,
    ),
    "bayes": Baseline("naive Bayes", ("classify",), _classes(naive_bayes)),
    "regression": Baseline(
        "logistic regression, words and pairs", ("classify",), _classes(regression)
    ),
    "standard": Baseline("standard Transformer", ("ner", "classify"), standard, usual=False),
}


def chosen(kind: Kind, usual: bool, names: Sequence[str]) -> list[Baseline]:
    """Return the usual baselines of a task, where they are asked for, and those with names, in the order of `BASELINES`.

    Raises:
        UsageError: there is none of that name for the task.
    """
    fitting = {name: one for name, one in BASELINES.items() if kind in one.kinds}
    for name in names:
        if name not in fitting:
            raise UsageError(f"--baseline {name!r} is none of {', '.join(fitting)}")
    return [one for name, one in fitting.items() if name in names or (usual and one.usual)]
