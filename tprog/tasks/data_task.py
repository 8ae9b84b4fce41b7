"""A task out of a user's examples. Owns the JSON lines format and what follows from it; refuses to guess unseen labels.

Each line is an object with `tokens`, a list of strings, and `labels`, a list as long (null where no label is asked for) or
a single string, the label of the whole sequence. Other keys are ignored, and so are blank lines::

    {"tokens": ["the", "cat"], "labels": ["DET", "NOUN"]}
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias, final

from tprog.errors import BadInput, UnreadableSource, UsageError
from tprog.files import read_text
from tprog.ir import Domain
from tprog.tasks.registry import DATA_PREFIX
from tprog.tasks.task import Task

Tokens: TypeAlias = tuple[str, ...]
Labels: TypeAlias = tuple[str | None, ...]

PREFIX = "<s>"
SUFFIX = "</s>"
UNKNOWN = "<unk>"
PREFIXES = (PREFIX, "<start>", "<bos>")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@final
@dataclass(frozen=True, slots=True)
class _Example:
    line: int
    tokens: Tokens
    labels: Labels
    pooled: bool


def load_data_task(path: Path, *, causal: bool = False, vocabulary: int | None = None) -> Task:
    """Read examples and return the task that they are.

    The data symbols are those of the file in order. The lengths are those that occur. Where every sequence begins with
    `<s>` (and ends in `</s>`), these are taken for the frame; otherwise `<s>` is put before the data, or another symbol
    where `<s>` is data. Equal examples count once.

    Args:
        path: a file of JSON lines.
        causal: whether programs for this task may look to the left only.
        vocabulary: keep this many words, the most frequent; every other word, seen or not, is then read as `<unk>`.

    Returns:
        a task whose inputs are the examples; the truth of any other input is a `BadInput`.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: a line is malformed, or two lines contradict each other.
        UsageError: `vocabulary` is below 1.
    """
    examples = _read(path)
    frame = _frame([example.tokens for example in examples])
    examples = [_unframed(path, example, frame) for example in examples]
    answers = _answers(path, examples)
    pooled = examples[0].pooled
    labels = _in_order(
        {label for given in answers.values() for label in given if label is not None}
    )
    if not labels:
        raise UnreadableSource(f"{path}: every label is null; at least one must be given")
    return Task(
        name=path.stem or "data",
        domain=_domain(answers, frame, None if pooled else _scored(answers), vocabulary),
        labels=labels,
        rule=partial(_look_up, answers),
        spec=f"{DATA_PREFIX}{path.as_posix()}",
        description=f"{len(answers)} examples of {path.name}",
        causal=causal,
        pooled=pooled,
        default_samples=len(answers),
        examples=tuple(answers),
    )


def _look_up(answers: Mapping[Tokens, Labels], tokens: Tokens) -> Labels:
    found = answers.get(tokens)
    if found is None:
        shown = " ".join(tokens[:12]) + (" ..." if len(tokens) > 12 else "")
        raise BadInput(
            f"no label is known for {shown!r}; the truth is known for the examples alone"
        )
    return found


def _read(path: Path) -> list[_Example]:
    examples = [
        _example(path, number, line)
        # Only line feeds separate: JSON strings may hold the other characters that `splitlines` splits at.
        for number, line in enumerate(read_text(path).removeprefix("\ufeff").split("\n"), start=1)
        if line.strip()
    ]
    if not examples:
        raise UnreadableSource(f"{path}: there are no examples in it; give one JSON object a line")
    for example in examples:
        if example.pooled != examples[0].pooled:
            raise UnreadableSource(
                f"{path}:{example.line}: labels are {_kind(example)}, "
                f"but {_kind(examples[0])} in line {examples[0].line}"
            )
    return examples


def _kind(example: _Example) -> str:
    return "one for the whole sequence" if example.pooled else "one for each token"


def _example(path: Path, number: int, line: str) -> _Example:
    place = f"{path}:{number}"
    try:
        found: object = json.loads(line)
    except json.JSONDecodeError as error:
        raise UnreadableSource(f"{place}: not JSON: {error.msg} (column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(f"{place}: not JSON that can be read; write an object") from error
    if not isinstance(found, dict) or "tokens" not in found or "labels" not in found:
        raise UnreadableSource(f'{place}: give an object with "tokens" and "labels"')
    tokens, labels = found["tokens"], found["labels"]
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        raise UnreadableSource(f'{place}: "tokens" must be a list of strings')
    if not tokens:
        raise UnreadableSource(f'{place}: "tokens" is empty; give at least one')
    pooled = isinstance(labels, str)
    if not pooled:
        _check_labels(place, labels, len(tokens))
    answer: Labels = (labels,) if pooled else tuple(labels)
    for text in (*tokens, *answer):
        if text is not None and LONE_SURROGATE.search(text):
            raise UnreadableSource(f"{place}: {text!r} holds half a character (a lone surrogate)")
    return _Example(number, tuple(tokens), answer, pooled)


def _check_labels(place: str, labels: object, wanted: int) -> None:
    if not isinstance(labels, list) or not all(
        label is None or isinstance(label, str) for label in labels
    ):
        raise UnreadableSource(
            f'{place}: "labels" must be a list of strings and nulls, '
            "or one string for the whole sequence"
        )
    if len(labels) != wanted:
        raise UnreadableSource(f"{place}: {wanted} tokens but {len(labels)} labels")


def _frame(sequences: Sequence[Tokens]) -> tuple[str | None, str | None]:
    """Return the frame that every sequence has, or the prefix that none can be confused with."""
    if all(tokens[0] == PREFIX and PREFIX not in tokens[1:] for tokens in sequences):
        closed = all(tokens[-1] == SUFFIX and SUFFIX not in tokens[:-1] for tokens in sequences)
        return PREFIX, SUFFIX if closed else None
    used = {token for tokens in sequences for token in tokens}
    return next((symbol for symbol in PREFIXES if symbol not in used), None), None


def _unframed(path: Path, example: _Example, frame: tuple[str | None, str | None]) -> _Example:
    prefix, suffix = frame
    # A prefix that `_frame` only chose to add stands nowhere in the data.
    start = int(example.tokens[0] == prefix)
    stop = len(example.tokens) - (suffix is not None)
    if stop <= start:
        raise UnreadableSource(f"{path}:{example.line}: no token stands within the frame")
    labels = example.labels if example.pooled else example.labels[start:stop]
    return _Example(example.line, example.tokens[start:stop], labels, example.pooled)


def _answers(path: Path, examples: Iterable[_Example]) -> dict[Tokens, Labels]:
    answers: dict[Tokens, Labels] = {}
    lines: dict[Tokens, int] = {}
    for example in examples:
        earlier = lines.setdefault(example.tokens, example.line)
        if answers.setdefault(example.tokens, example.labels) != example.labels:
            raise UnreadableSource(
                f"{path}:{example.line}: the tokens of line {earlier} again, with other labels"
            )
    return answers


def _in_order(labels: Iterable[str]) -> tuple[str, ...]:
    """Return labels in the order of strings, or of numbers where all are numbers."""
    found = sorted(labels)
    if all(label.isascii() and label.isdigit() and len(label) < 10 for label in found):
        found.sort(key=int)
    return tuple(found)


def _scored(answers: Mapping[Tokens, Labels]) -> tuple[str, ...] | None:
    """Return the symbols that labels are asked for at, where that depends on the symbol alone and some have none."""
    asked: dict[str, set[bool]] = {}
    for tokens, labels in answers.items():
        for token, label in zip(tokens, labels, strict=True):
            asked.setdefault(token, set()).add(label is not None)
    if all(len(kinds) == 1 for kinds in asked.values()):
        scored = tuple(sorted(token for token, kinds in asked.items() if kinds == {True}))
        return scored if len(scored) < len(asked) else None
    return None


def _domain(
    answers: Mapping[Tokens, Labels],
    frame: tuple[str | None, str | None],
    scored: tuple[str, ...] | None,
    vocabulary: int | None,
) -> Domain:
    counts = Counter(token for tokens in answers for token in tokens)
    symbols, unknown = set(counts), None
    if vocabulary is not None:
        if vocabulary < 1:
            raise UsageError(f"the vocabulary is {vocabulary}; it must be at least 1")
        # Ties go to the word that comes first in the order of strings.
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        symbols, unknown, scored = {*ranked[:vocabulary], UNKNOWN}, UNKNOWN, None
    lengths = [len(tokens) for tokens in answers]
    return Domain(
        tuple(sorted(symbols)),
        max_length=max(lengths),
        min_length=min(lengths),
        prefix=frame[0],
        suffix=frame[1],
        scored=scored,
        unknown=unknown,
    )
