"""Reading a file of documents, in whatever encoding and format it is.

Named entities stand in CoNLL columns or JSON lines, classes in JSON lines, CSV with headers, `label<TAB>text`, or with the
label as a line's first word. Nothing is downloaded.
"""

from pathlib import Path

from tprog.errors import UnreadableSource
from tprog.files import read_bytes
from tprog.text.documents import Columns, Documents, Kind, Problems
from tprog.text.formats import WANTED, class_objects, classes, entities, entity_objects
from tprog.text.tables import is_table, table_rows

FEW = 20
"""In more texts than these, one label for every second text is a sign that something else was taken for labels."""


def read_documents(path: Path, kind: Kind, columns: Columns | None = None) -> Documents:
    """Read the documents of a file.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: a line is malformed, or there are no documents.
        UsageError: a column is asked for that the file does not have.
    """
    problems, columns = Problems(path), columns or Columns()
    warning: tuple[str, ...] = ()
    if is_table(path):
        convert, encoding = entity_objects if kind == "ner" else class_objects, "utf-8"
        documents = tuple(convert(table_rows(path), columns, problems))
    else:
        text, encoding, warning = decoded(path)
        read = entities if kind == "ner" else classes
        documents = tuple(read(text, columns, problems))
    if not documents:
        raise UnreadableSource(f"{path}: there are no documents in it; give {WANTED[kind]}")
    found = Documents(path, kind, documents, encoding, (*warning, *problems.remarks))
    if len(found.labels) < 2:
        raise UnreadableSource(
            f"{path}: every label is {found.labels[0]!r}; there is nothing to tell apart"
        )
    if kind == "classify" and FEW < len(documents) < 2 * len(found.labels):
        raise UnreadableSource(
            f"{path}: {len(found.labels):,} labels in {len(documents):,} texts; give {WANTED[kind]}"
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
