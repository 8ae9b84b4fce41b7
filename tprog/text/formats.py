"""The formats of text files, each a generator of documents; `tprog.text.reading` is the way in."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeGuard

from tprog.errors import UsageError
from tprog.text.documents import (
    DOCSTART,
    Columns,
    Document,
    Kind,
    Problems,
    begun,
    is_tag,
    words_of,
)
from tprog.visible import first_words

Rows: TypeAlias = Iterator[tuple[int, dict[str, object]]]
TEXT_NAMES = ("text", "sentence", "review", "question", "content", "tokens", "words")
LABEL_NAMES = ("label", "labels", "class", "category", "sentiment", "topic", "target")
TAG_NAMES = ("tags", "labels", "ner_tags", "ner")
WANTED: Mapping[Kind, str] = {
    "ner": "CoNLL columns (a word and its tag in each line, an empty line between sentences) or "
    'JSON lines such as {"tokens": ["in", "Rome"], "tags": ["O", "B-LOC"]}',
    "classify": "lines `label<TAB>text`, CSV with the columns label and text, or JSON lines such as "
    '{"text": "so good", "label": "positive"}',
}
# In lines without tabs or headers the first word is the label: so many lines share one at least.
FEWEST_OF_A_LABEL = 2


def entities(text: str, columns: Columns, problems: Problems) -> Iterator[Document]:
    """Yield sentences whose words have tags; tags of either kind (IOB1, IOB2) become IOB2."""
    lines = text.split("\n")
    first = text.lstrip().partition("\n")[0].rstrip()
    if (first[:1] == "{" and first[-1:] == "}") or first in ("[", "[{") or first[:2] == "[{":
        yield from entity_objects(_objects(text, problems), columns, problems)
        return
    place = _tag_column(columns)
    words: list[str] = []
    tags: list[str] = []
    begin = 1
    for number, line in enumerate([*lines, ""], start=1):
        cells = line.rstrip("\n").split("\t") if "\t" in line else line.split()
        if not line.strip() or cells[0] == DOCSTART:
            if words:
                yield Document(begin, tuple(words), tuple(begun(tags)))
            words, tags = [], []
            continue
        if not words:
            begin = number
        try:
            word, tag = cells[0].strip(), cells[place].strip()
        except IndexError:
            raise problems.fail(number, f"{len(cells)} columns, none of them {place}") from None
        if len(cells) < 2 or not word or not is_tag(tag):
            raise problems.fail(
                number, f"{first_words([line.strip()], 40)!r} is no word and tag such as O or B-LOC"
            )
        words.append(word)
        tags.append(tag)


def _tag_column(columns: Columns) -> int:
    """Return the place of the tag's column, by default the last.

    Raises:
        UsageError: the column is no number from 1, or from the end.
    """
    if columns.label is None:
        return -1
    try:
        number = int(columns.label)
    except ValueError:
        number = 0
    if number in (0, 1):
        raise UsageError(
            f"--label-column is {columns.label!r}; of CoNLL columns give a number from 2, or -1"
        )
    return number - 1 if number > 0 else number


def entity_objects(rows: Rows, columns: Columns, problems: Problems) -> Iterator[Document]:
    """Yield sentences of objects that hold words and tags."""
    for number, found in rows:
        words = found.get(_key(found, columns.text, ("tokens", "words"), number, problems))
        tags = found.get(_key(found, columns.label, TAG_NAMES, number, problems))
        if not _texts(words) or not _texts(tags):
            raise problems.fail(number, "words and tags must be lists of texts")
        if len(words) != len(tags):
            raise problems.fail(number, f"{len(words)} words but {len(tags)} tags")
        wrong = [tag for tag in tags if not is_tag(tag)]
        if wrong:
            raise problems.fail(number, f"{wrong[0]!r} is no tag such as O, B-LOC or I-LOC")
        if not words:
            problems.leave_out(number, "no words")
        else:
            yield Document(number, tuple(words), tuple(begun(tags)))


def _texts(found: object) -> TypeGuard[list[str]]:
    return isinstance(found, list) and all(isinstance(one, str) and one.strip() for one in found)


def _objects(text: str, problems: Problems) -> Rows:
    """Yield the objects of JSON lines, or of one JSON list, numbered by line or place."""
    if text.lstrip().startswith("["):
        try:
            listed = json.loads(text)
        except (ValueError, RecursionError) as error:
            at = error.lineno if isinstance(error, json.JSONDecodeError) else 1
            raise problems.fail(at, "not JSON; write one object a line, or a list") from None
        for number, found in enumerate(listed, start=1):
            if not isinstance(found, dict):
                raise problems.fail(1, f"item {number} of the list is no JSON object")
            yield number, found
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            raise problems.fail(number, "not JSON; write one object a line") from None
        if not isinstance(found, dict):
            raise problems.fail(number, "no JSON object; write one object a line")
        yield number, found


def _key(
    found: Mapping[str, object],
    asked: str | None,
    usual: Sequence[str],
    number: int,
    problems: Problems,
) -> str:
    for name in usual if asked is None else (asked,):
        if name in found:
            return name
    wanted = " or ".join(usual if asked is None else (asked,))
    raise problems.fail(
        number, f"there is no {wanted}; its keys are {first_words(list(found), 60)}"
    )


def classes(text: str, columns: Columns, problems: Problems) -> Iterator[Document]:
    """Yield documents with one label each."""
    first = text.lstrip().partition("\n")[0]
    if first.lower().startswith("sep="):  # Excel's own line.
        text = text.lstrip().partition("\n")[2]
        first = text.partition("\n")[0]
    lines = text.split("\n")
    if first.startswith("{") or first.rstrip() == "[" or first[:2] == "[{":
        yield from class_objects(_objects(text, problems), columns, problems)
        return
    if _is_table(first, columns):
        rows = _table(text, columns, problems)
    elif "\t" in first:
        rows = _tabbed(lines, problems)
    else:
        rows = _first_words(lines, problems)
    yield from _kept(rows, problems)


def class_objects(objects: Rows, columns: Columns, problems: Problems) -> Iterator[Document]:
    """Yield documents of objects that hold a text, or words, and a label."""
    yield from _kept(_class_objects(objects, columns, problems), problems)


def _kept(
    rows: Iterable[tuple[int, str, tuple[str, ...]]], problems: Problems
) -> Iterator[Document]:
    for number, label, words in rows:
        if not label:
            problems.leave_out(number, "no label")
        elif not words:
            problems.leave_out(number, "no text")
        else:
            yield Document(number, words, (label,))


def _class_objects(
    objects: Rows, columns: Columns, problems: Problems
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    for number, found in objects:
        given = found[_key(found, columns.text, TEXT_NAMES, number, problems)]
        label = found[_key(found, columns.label, LABEL_NAMES, number, problems)]
        if label is None or given is None:
            problems.leave_out(number, "no label" if label is None else "no text")
            continue
        if not isinstance(label, str | int | float):
            raise problems.fail(number, "the label must be a text or a number")
        if isinstance(given, str):
            words = words_of(given)
        elif isinstance(given, list) and (not given or _texts(given)):
            words = tuple(map(str, given))
        else:
            raise problems.fail(number, "the text must be a text or a list of words")
        yield number, str(label).strip(), words


def _is_table(first: str, columns: Columns) -> bool:
    """Tell whether a first line names the columns of a CSV file."""
    cells = {cell.strip().lower() for cell in _cells(first)}
    if columns.text is not None or columns.label is not None:
        return True
    return len(cells) > 1 and bool(cells & set(TEXT_NAMES)) and bool(cells & set(LABEL_NAMES))


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=_delimiter(line)), [])
    except csv.Error:
        return []


def _delimiter(line: str) -> str:
    """Return what stands between the cells of a first line: the most frequent of tab, semicolon and comma."""
    return max("\t;,", key=line.count)


def _table(
    text: str, columns: Columns, problems: Problems
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(first), strict=True)
    names: list[str] = []
    places = (0, 0)
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if not names:
                names = [cell.strip().lower() for cell in row]
                places = (
                    _column(names, columns.text, TEXT_NAMES, "--text-column"),
                    _column(names, columns.label, LABEL_NAMES, "--label-column"),
                )
                continue
            if len(row) != len(names):
                raise problems.fail(
                    reader.line_num,
                    f"{len(row)} columns, but {len(names)} in the first line; quote a text that holds separators",
                )
            yield reader.line_num, row[places[1]].strip(), words_of(row[places[0]])
    except csv.Error as error:
        raise problems.fail(reader.line_num, f"{error}; quote a cell that holds quotes") from error


def _column(names: Sequence[str], asked: str | None, usual: Sequence[str], option: str) -> int:
    for name in usual if asked is None else (asked.lower(),):
        if name in names:
            return names.index(name)
    wanted = f"{asked!r}" if asked else f"such as {usual[0]!r}"
    raise UsageError(
        f"{option}: no column {wanted}; the file's columns are {first_words(list(names), 80)}"
    )


def _tabbed(lines: Sequence[str], problems: Problems) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        label, tab, text = line.partition("\t")
        if not tab:
            raise problems.fail(number, "there is no tab between label and text")
        yield number, label.strip(), tuple(text.split())


def _first_words(
    lines: Sequence[str], problems: Problems
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    rows = [(number, line.split()) for number, line in enumerate(lines, start=1) if line.strip()]
    labels = {words[0] for _, words in rows}
    if len(labels) * FEWEST_OF_A_LABEL > len(rows):
        raise problems.fail(
            rows[0][0] if rows else 1, f"no label is found here; give {WANTED['classify']}"
        )
    if labels and all("," in label or ";" in label for label in labels):
        raise problems.fail(1, "the columns have no names; begin with a line such as label,text")
    for number, words in rows:
        yield number, words[0], tuple(words[1:])
