"""Files of examples: JSON lines, or a table with a column of tokens and one of labels.

In JSON lines each line is an object; integers are written as texts, other keys are ignored, and so are blank lines::

    {"tokens": ["the", "cat"], "labels": ["DET", "NOUN"]}
    {"tokens": ["so", "good"], "label": "positive"}

In a table (CSV, or TSV where there are tabs) the words of a cell have blanks between them. The first line may name the
columns, `tokens` and `labels` or `label`; without it there are two. One label stands for the whole sequence where that is so in
every row, and some row has several tokens.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tprog.errors import UnreadableSource
from tprog.files import read_text
from tprog.tasks.symbols import optional_symbols, symbols

Tokens: TypeAlias = tuple[str, ...]
Labels: TypeAlias = tuple[str | None, ...]

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
WANTED = (
    'give JSON lines such as {"tokens": ["a", "b"], "labels": ["x", "y"]} '
    "or a CSV or TSV file with the columns tokens and labels"
)


@dataclass(frozen=True, slots=True)
class FileExample:
    """An example of a file.

    Attributes:
        line: where it stands, from 1.
        tokens: what is given, the frame included where the file has one.
        labels: one for each token, None where none is asked for; pooled: a single one.
        pooled: whether there is one label for the whole sequence.
    """

    line: int
    tokens: Tokens
    labels: Labels
    pooled: bool


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
    """Refuse a first row whose words occur nowhere else: they are rather names that nobody could guess.

    Raises:
        UnreadableSource: it is such a row.
    """
    (number, tokens, labels), *rest = cells
    known = {word for _, words, _ in rest for word in words}
    answers = {label for _, _, label in rest}
    if len(tokens) == 1 and len(rest) > 1 and tokens[0] not in known and labels not in answers:
        raise UnreadableSource(
            f"{path}:{number}: {tokens[0]!r} and {labels!r} look like names of columns; "
            "call them tokens and labels (or label, for one a row), or leave the line out"
        )
