"""Documents of a file: words with a label each (named entities), or with one label for all (classification).

Named entities stand in CoNLL columns or JSON lines, classes in JSON lines, CSV with headers, `label<TAB>text`, or with the
label as a line's first word. Nothing is downloaded.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from tprog.errors import UnreadableSource, UsageError
from tprog.files import read_bytes

Kind: TypeAlias = Literal["classify", "ner"]

OUTSIDE = "O"
BEGIN, INSIDE = "B-", "I-"
DOCSTART = "-DOCSTART-"
HELD_OUT = 10
"""One document in so many is held out for testing where no test file is given."""
# Words of running text: letters and digits with inner hyphens or apostrophes, or else one character.
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*|\S")
_TAG = re.compile(r"[BI]-\S+|O")


@dataclass(frozen=True, slots=True)
class Document:
    """A document: in which line it begins, its words, and its labels; a single one where it is classified."""

    line: int
    words: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Documents:
    """What a file holds.

    Attributes:
        path: the file.
        kind: `ner` where every word has a label.
        documents: in the file's order.
        encoding: in which the file was read.
        remarks: what a reader should know, a line each: a guessed encoding, rows left out.
    """

    path: Path
    kind: Kind
    documents: tuple[Document, ...]
    encoding: str
    remarks: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label, `O` first, the others in the order of their texts."""
        found = {label for document in self.documents for label in document.labels}
        return tuple(sorted(found, key=lambda label: (label != OUTSIDE, label)))


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns or keys hold text and label; None for the usual names.

    Attributes:
        text: a header of a CSV file, or a key of JSON lines.
        label: the same; of CoNLL columns a number from 1, or from the end where it is negative.
    """

    text: str | None = None
    label: str | None = None


@dataclass(slots=True)
class Problems:
    """What is left out of a file while it is read, counted by reason, with the first line of each."""

    path: Path
    first: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def leave_out(self, line: int, reason: str) -> None:
        """Count a row that holds nothing to learn from."""
        self.first.setdefault(reason, line)
        self.counts[reason] += 1

    def fail(self, line: int, reason: str) -> UnreadableSource:
        """Return the error for a line that cannot be understood."""
        return UnreadableSource(f"{self.path}:{line}: {reason}")

    @property
    def remarks(self) -> tuple[str, ...]:
        """A line for each reason."""
        return tuple(
            f"{self.path}:{self.first[reason]}: {reason}; left out ({count} such)"
            for reason, count in self.counts.items()
        )


def read_documents(path: Path, kind: Kind, columns: Columns | None = None) -> Documents:
    """Read the documents of a file.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: a line is malformed, or there are no documents.
        UsageError: a column is asked for that the file does not have.
    """
    from tprog.text import formats

    text, encoding, warning = decoded(path)
    problems = Problems(path)
    read = formats.entities if kind == "ner" else formats.classes
    documents = tuple(read(text, columns or Columns(), problems))
    if not documents:
        raise UnreadableSource(f"{path}: there are no documents in it; give {formats.WANTED[kind]}")
    found = Documents(path, kind, documents, encoding, (*warning, *problems.remarks))
    if len(found.labels) < 2:
        raise UnreadableSource(
            f"{path}: every label is {found.labels[0]!r}; there is nothing to tell apart"
        )
    return found


def decoded(path: Path) -> tuple[str, str, tuple[str, ...]]:
    """Return a file's text, the encoding, and a remark where the encoding is a guess."""
    content = read_bytes(path)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text, encoding, warning = content.decode("utf-16", "replace"), "utf-16", ()
        return text.replace("\r\n", "\n").replace("\r", "\n"), encoding, warning
    try:
        text, encoding, warnings = content.decode("utf-8-sig"), "utf-8", list[str]()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        # Windows' own encoding lacks five bytes; Latin-1 has all.
        try:
            text, encoding = content.decode("cp1252"), "cp1252"
        except UnicodeDecodeError:
            text, encoding = content.decode("latin-1"), "latin-1"
        warnings = [f"{path}:{line}: not UTF-8; read as {encoding}, save it as UTF-8 if it is not"]
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableSource(f"{path}:{line}: holds a zero byte; give a text file")
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding, tuple(warnings)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words and punctuation marks of running text."""
    return tuple(_WORD.findall(text))


def begun(tags: Iterable[str]) -> Iterator[str]:
    """Return tags in which every entity begins with B (IOB2), whether or not they do so already (IOB1)."""
    before = OUTSIDE
    for tag in tags:
        if tag.startswith(INSIDE) and before[2:] != tag[2:]:
            yield BEGIN + tag[2:]
        else:
            yield tag
        before = tag


def is_tag(text: str) -> bool:
    """Tell whether a text is `O`, `B-TYPE` or `I-TYPE`."""
    return _TAG.fullmatch(text) is not None


def split_off(
    documents: Sequence[Document], seed: int, part: int = HELD_OUT
) -> tuple[tuple[Document, ...], tuple[Document, ...]]:
    """Return the documents in two parts, by a seed: one in `part` of them is in the second; each in the given order.

    Raises:
        UsageError: there are too few documents.
    """
    held = -(-len(documents) // part)
    if len(documents) < 2 * held:
        raise UsageError(f"{len(documents)} documents cannot be split; give more, or --test FILE")
    order = np.random.default_rng(seed).permutation(len(documents))
    chosen = set(order[:held].tolist())
    rest = tuple(one for row, one in enumerate(documents) if row not in chosen)
    return rest, tuple(one for row, one in enumerate(documents) if row in chosen)
