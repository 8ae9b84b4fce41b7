"""A task from a user's examples: JSON lines, or a table with a column of tokens and one of labels.

In JSON lines each line is an object; integers are written as texts, other keys are ignored, and so are blank lines::

    {"tokens": ["the", "cat"], "labels": ["DET", "NOUN"]}
    {"tokens": ["so", "good"], "label": "positive"}

In a table (CSV, or TSV where there are tabs) the words of a cell have blanks between them. The first line may name the
columns, `tokens` and `labels` or `label`; without it there are two. One label stands for the whole sequence where that is so in
every row, and some row has several tokens. Labels of inputs that are no examples are not guessed.
"""

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from tprog.errors import BadInput, TprogError, UnreadableSource, UsageError
from tprog.files import read_text
from tprog.ir import Domain
from tprog.tasks.registry import DATA_PREFIX
from tprog.tasks.task import Task, optional_symbols, symbols
from tprog.visible import first_words

Tokens: TypeAlias = tuple[str, ...]
Labels: TypeAlias = tuple[str | None, ...]

PREFIX = "<s>"
SUFFIX = "</s>"
UNKNOWN = "<unk>"
PREFIXES = (PREFIX, "<start>", "<bos>")
NUMBER = re.compile(r"[+-]?[0-9]{1,100}(\.[0-9]{1,100})?")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
WANTED = (
    'give JSON lines such as {"tokens": ["a", "b"], "labels": ["x", "y"]} '
    "or a CSV or TSV file with the columns tokens and labels"
)


@dataclass(frozen=True, slots=True)
class FileExample:
    """An example of a file: in which line, its tokens, frame included, and its labels; a single one where pooled."""

    line: int
    tokens: Tokens
    labels: Labels
    pooled: bool


def load_data_task(
    path: Path, *, causal: bool = False, numeric: bool = False, vocabulary: int | None = None
) -> Task:
    """Read examples and return the task that they are.

    The data symbols are those of the file, in the order of their texts or (where `numeric`) of their numbers. The lengths are those
    that occur. Where every sequence begins with `<s>` (and ends in `</s>`), these are taken for the frame; otherwise `<s>` is put
    before the data, or another symbol where `<s>` is data. Equal examples count once. Of the words only the `vocabulary` most
    frequent are kept; every other word, seen or not, is then read as `<unk>`. The truth of an input that is no example is a
    `BadInput`.

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
        rule=partial(look_up, answers),
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
    """Return the task of a file again, from where and how it was read before (see `Task.origin`).

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


def look_up(answers: Mapping[Tokens, Labels], tokens: Tokens) -> Labels:
    """Return the labels of an example; a BadInput for other tokens."""
    found = answers.get(tokens)
    if found is None:
        shown = first_words(tokens, 12)
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
    """Return symbols in the order of their numbers, that of unknown words last; refuse 1 beside 01."""
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


def read_examples(path: Path) -> list[FileExample]:
    """Return the examples of a file, one at least, all of them pooled or none.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: a line is malformed, or it is no file of examples.
    """
    text = read_text(path).removeprefix("\ufeff")
    start = text.lstrip()[:1]
    if start == "[":
        raise UnreadableSource(f"{path}: this is a JSON list; {WANTED}")
    examples = list(_of_lines(path, text) if start == "{" else _of_table(path, text))
    if not examples:
        raise UnreadableSource(f"{path}: there are no examples in it; {WANTED}")
    for example in examples:
        if example.pooled != examples[0].pooled:
            raise UnreadableSource(
                f"{path}:{example.line}: labels are {_kind(example)}, "
                f"but {_kind(examples[0])} in line {examples[0].line}"
            )
        for word in (*example.tokens, *example.labels):
            if word is not None and LONE_SURROGATE.search(word):
                place = f"{path}:{example.line}"
                raise UnreadableSource(
                    f"{place}: {word!r} holds half a character (a lone surrogate)"
                )
    return examples


def _kind(example: FileExample) -> str:
    return "one for the whole sequence" if example.pooled else "one for each token"


def _of_lines(path: Path, text: str) -> Iterator[FileExample]:
    # Only line feeds separate: JSON strings may hold the other characters that `splitlines` splits at.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _example(f"{path}:{number}", number, line)


def _example(place: str, number: int, line: str) -> FileExample:
    try:
        found: object = json.loads(line)
    except json.JSONDecodeError as error:
        raise UnreadableSource(f"{place}: not JSON: {error.msg} (column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(f"{place}: not JSON that can be read; write an object") from error
    if not isinstance(found, dict) or "tokens" not in found:
        raise UnreadableSource(f'{place}: give an object with "tokens" and "labels"')
    if ("labels" in found) == ("label" in found):
        raise UnreadableSource(
            f'{place}: give "labels", one for each token, or "label", one for the whole sequence'
        )
    tokens = found["tokens"]
    if not isinstance(tokens, list):
        raise UnreadableSource(f'{place}: "tokens" must be a list of texts or integers')
    given: object = found.get("labels", found.get("label"))
    pooled = not isinstance(given, list)
    labels: list[object] = given if isinstance(given, list) else [given]
    if given is None or ("label" in found and not pooled):
        raise UnreadableSource(
            f'{place}: "labels" must be a list, one for each token, and "label" one text or integer'
        )
    return _checked(place, number, tokens, labels, pooled)


def _checked(
    place: str, number: int, tokens: Sequence[object], labels: Sequence[object], pooled: bool
) -> FileExample:
    if not tokens:
        raise UnreadableSource(f"{place}: there are no tokens; give at least one")
    if not pooled and len(labels) != len(tokens):
        raise UnreadableSource(f"{place}: {len(tokens)} tokens but {len(labels)} labels")
    try:
        return FileExample(number, symbols(tokens), optional_symbols(labels), pooled)
    except TypeError as error:
        raise UnreadableSource(f"{place}: {error}") from None


def _of_table(path: Path, text: str) -> Iterator[FileExample]:
    rows = list(_rows(path, text))
    if not rows:
        return
    names = [cell.strip().lower() for cell in rows[0][1]]
    columns, named = (0, 1), ""
    if "tokens" in names and ("labels" in names) != ("label" in names):
        named = "labels" if "labels" in names else "label"
        columns = names.index("tokens"), names.index(named)
        del rows[0]
    elif len(names) != 2:
        raise UnreadableSource(f"{path}:{rows[0][0]}: no example of two columns; {WANTED}")
    cells = []
    for number, row in rows:
        if len(row) != len(names):
            raise UnreadableSource(
                f"{path}:{number}: {len(row)} columns, but {len(names)} in the first line"
            )
        cells.append((number, row[columns[0]].split(), row[columns[1]].strip()))
    single = all(len(labels.split()) == 1 for _, _, labels in cells)
    several = any(len(tokens) > 1 for _, tokens, _ in cells)
    pooled = named == "label" or (not named and single and several)
    if not named:
        _refuse_heading(path, cells)
    for number, tokens, labels in cells:
        if not labels:
            raise UnreadableSource(f"{path}:{number}: there is no label")
        given = [labels] if pooled else labels.split()
        yield _checked(f"{path}:{number}", number, tokens, given, pooled)


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the line where it ends."""
    tabs = "\t" in text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if tabs else ",", strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise UnreadableSource(f"{path}:{reader.line_num}: {error}; {WANTED}") from error


def _refuse_heading(path: Path, cells: Sequence[tuple[int, list[str], str]]) -> None:
    """Refuse a first row whose words occur nowhere else: they are rather names that nobody could guess."""
    (number, tokens, labels), *rest = cells
    known = {word for _, words, _ in rest for word in words}
    answers = {label for _, _, label in rest}
    if len(tokens) == 1 and len(rest) > 1 and tokens[0] not in known and labels not in answers:
        raise UnreadableSource(
            f"{path}:{number}: {tokens[0]!r} and {labels!r} look like names of columns; "
            "call them tokens and labels (or label, for one a row), or leave the line out"
        )
