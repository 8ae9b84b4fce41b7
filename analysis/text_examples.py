"""The texts that a text program was learned from and tested on, read again from where its manifest says that they lay."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tprog.analysis.texts import TextRun, file_hash, parts
from tprog.errors import TprogError, UsageError
from tprog.ir import Program
from tprog.tasks.data_task import look_up
from tprog.tasks.registry import DATA_PREFIX
from tprog.tasks.task import Task
from tprog.text.documents import Columns, Document, Kind, cut
from tprog.text.reading import read_documents


@dataclass(frozen=True, slots=True)
class TextExamples:
    """Texts with their right labels.

    Attributes:
        program: what labels them.
        name: where they were read.
        test: the texts.
        train: what the program was learned from; nothing where that is not known.
    """

    program: Program
    name: str
    test: tuple[Document, ...]
    train: tuple[Document, ...] = ()

    @property
    def task(self) -> Task:
        """The texts as a task, whose truth is known for them alone; of two equal texts the first one's labels count."""
        answers: dict[tuple[str, ...], tuple[str | None, ...]] = {}
        for document in self.test:
            answers.setdefault(document.words, document.labels)
        what = "The class of a text" if self.program.classifier.pooled else "Named entities"
        own = self.program.classifier.labels
        others = {label for document in self.test for label in document.labels} - set(own)
        return Task(
            name=Path(self.name).stem or "texts",
            domain=self.program.domain,
            labels=(*own, *sorted(others)),
            rule=partial(look_up, answers),
            spec=f"{DATA_PREFIX}{self.name}",
            description=f"{what} as in {Path(self.name).name}",
            pooled=self.program.classifier.pooled,
            examples=tuple(answers),
        )


def examples_of(program: Program, origin: Mapping[str, Any], data: Path | None) -> TextExamples:
    """Return the texts of a file, or those that a program was tested on; what it was learned from where that is there.

    Raises:
        FileProblem, UnreadableSource: the file of the user cannot be read.
        UsageError: a file is gone, or it holds something else by now.
    """
    kind: Kind = "ner" if origin.get("text") == "ner" else "classify"
    columns = Columns(origin.get("text_column"), origin.get("label_column"))
    if data is None:
        run = _run(kind, columns, origin)
        train, test, _ = parts(run)
        test = cut(test, program.domain.max_length)
        path = run.test or run.data
        name = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
        return TextExamples(program, name.as_posix(), test, train)
    test = cut(read_documents(data, kind, columns).documents, program.domain.max_length)
    try:
        train, _, _ = parts(_run(kind, columns, origin))
    except TprogError:
        train = ()  # What there is to say without them is said.
    return TextExamples(program, data.as_posix(), test, train)


def _run(kind: Kind, columns: Columns, origin: Mapping[str, Any]) -> TextRun:
    found: dict[str, Path] = {}
    for name, file in origin.get("files", {}).items():
        path = Path(str(file.get("path")))
        if not path.exists() or file_hash(path) != file.get("sha256"):
            raise UsageError(
                f"its texts lay in {path}, which is gone or has changed since; give texts with --data FILE"
            )
        found[name] = path
    if "data" not in found:
        raise UsageError("it does not say where its texts lay; give texts with --data FILE")
    seed = int(origin.get("seed", 0))
    return TextRun(kind, found["data"], found.get("test"), found.get("tune"), columns, seed)
