"""A task out of a user's examples, and what follows from them; labels of other inputs are not guessed."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from tprog.errors import BadInput, TprogError, UnreadableSource, UsageError
from tprog.files import read_text
from tprog.ir import Domain
from tprog.tasks.data_file import FileExample, Labels, Tokens, read_examples
from tprog.tasks.registry import DATA_PREFIX
from tprog.tasks.task import Task

PREFIX = "<s>"
SUFFIX = "</s>"
UNKNOWN = "<unk>"
PREFIXES = (PREFIX, "<start>", "<bos>")
NUMBER = re.compile(r"[+-]?[0-9]{1,100}(\.[0-9]{1,100})?")


def load_data_task(
    path: Path, *, causal: bool = False, numeric: bool = False, vocabulary: int | None = None
) -> Task:
    """Read examples and return the task that they are.

    The data symbols are those of the file, in the order of their texts or of their numbers. The lengths are those that
    occur. Where every sequence begins with `<s>` (and ends in `</s>`), these are taken for the frame; otherwise `<s>` is
    put before the data, or another symbol where `<s>` is data. Equal examples count once.

    Args:
        path: a file of JSON lines or a table; see `tprog.tasks.data_file`.
        causal: whether programs for this task may look to the left only.
        numeric: whether tokens are numbers, ordered as such.
        vocabulary: keep this many words, the most frequent; every other word, seen or not, is then read as `<unk>`.

    Returns:
        a task whose inputs are the examples; the truth of any other input is a `BadInput`.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: a line is malformed, or two lines contradict each other.
        UsageError: `vocabulary` is below 1, or a token is no number where they are said to be.
    """
    examples = read_examples(path)
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
        domain=_domain(answers, frame, None if pooled else _scored(answers), vocabulary, numeric),
        labels=labels,
        rule=partial(_look_up, answers),
        spec=f"{DATA_PREFIX}{path.as_posix()}",
        description=f"{len(answers)} examples of {path.name}",
        causal=causal,
        pooled=pooled,
        default_samples=len(answers),
        examples=tuple(answers),
        origin={
            "path": str(path.resolve()),
            "sha256": _file_hash(path),
            "causal": causal,
            "numeric": numeric,
            "vocabulary": vocabulary,
        },
    )


def reload_data_task(spec: str, origin: Mapping[str, Any]) -> Task:
    """Return the task of a file again, from where and how it was read before.

    Args:
        spec: the task's specification.
        origin: see `Task.origin`; a manifest remembers it.

    Raises:
        UsageError: the file is gone, or it holds something else by now.
    """
    path = Path(str(origin.get("path", "")))
    try:
        known = _file_hash(path) == origin.get("sha256")
    except TprogError:
        raise UsageError(
            f"its examples lay in {path}, which cannot be read; give them with --data FILE"
        ) from None
    if not known:
        raise UsageError(
            f"its examples lay in {path}, which has changed since; give them with --data FILE"
        )
    vocabulary = origin.get("vocabulary")
    task = load_data_task(
        path,
        causal=origin.get("causal") is True,
        numeric=origin.get("numeric") is True,
        vocabulary=vocabulary if isinstance(vocabulary, int) else None,
    )
    return replace(task, spec=spec)


def _file_hash(path: Path) -> str:
    return hashlib.sha256(read_text(path).encode()).hexdigest()


def _look_up(answers: Mapping[Tokens, Labels], tokens: Tokens) -> Labels:
    found = answers.get(tokens)
    if found is None:
        shown = " ".join(tokens[:12]) + (" ..." if len(tokens) > 12 else "")
        raise BadInput(
            f"no label is known for {shown!r}; the truth is known for the examples alone"
        )
    return found


def _frame(sequences: Sequence[Tokens]) -> tuple[str | None, str | None]:
    """Return the frame that every sequence has, or the prefix that none can be confused with."""
    if all(tokens[0] == PREFIX and PREFIX not in tokens[1:] for tokens in sequences):
        closed = all(tokens[-1] == SUFFIX and SUFFIX not in tokens[:-1] for tokens in sequences)
        return PREFIX, SUFFIX if closed else None
    used = {token for tokens in sequences for token in tokens}
    return next((symbol for symbol in PREFIXES if symbol not in used), None), None


def _unframed(
    path: Path, example: FileExample, frame: tuple[str | None, str | None]
) -> FileExample:
    prefix, suffix = frame
    # A prefix that `_frame` only chose to add stands nowhere in the data.
    start = int(example.tokens[0] == prefix)
    stop = len(example.tokens) - (suffix is not None)
    if stop <= start:
        raise UnreadableSource(f"{path}:{example.line}: no token stands within the frame")
    labels = example.labels if example.pooled else example.labels[start:stop]
    return FileExample(example.line, example.tokens[start:stop], labels, example.pooled)


def _answers(path: Path, examples: Iterable[FileExample]) -> dict[Tokens, Labels]:
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
    numeric: bool,
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
        _by_number(symbols - {unknown}, unknown) if numeric else tuple(sorted(symbols)),
        max_length=max(lengths),
        min_length=min(lengths),
        prefix=frame[0],
        suffix=frame[1],
        scored=scored,
        unknown=unknown,
    )


def _by_number(symbols: Iterable[str | None], unknown: str | None) -> tuple[str, ...]:
    """Return symbols in the order of their numbers, that of unknown words last.

    Raises:
        UsageError: one of them is no number, or nearly another one, such as 1 and 01.
    """
    numbers: dict[Fraction, str] = {}
    for symbol in symbols:
        assert symbol is not None
        if not NUMBER.fullmatch(symbol):
            raise UsageError(f"--numeric: the token {symbol!r} is no number, such as 12, -3 or 0.5")
        other = numbers.setdefault(Fraction(symbol), symbol)
        if other != symbol:
            raise UsageError(
                f"--numeric: the tokens {other!r} and {symbol!r} are one number; write it alike"
            )
    ordered = [numbers[number] for number in sorted(numbers)]
    return (*ordered, *([] if unknown is None else [unknown]))
