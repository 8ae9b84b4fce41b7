"""Text from beginning to end: documents, the program, its figures beside baselines, and a run folder."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

from tprog.analysis.text_baselines import chosen
from tprog.codegen import emit_files
from tprog.errors import UsageError
from tprog.evaluate import predict
from tprog.files import read_bytes, write_all
from tprog.ir import Program, Provenance
from tprog.json_values import Formatted
from tprog.manifest import MANIFEST_FILE, METRICS_FILE, PROGRAM_FILE, Manifest, source_hash
from tprog.stopping import Stopper
from tprog.text.classes import ClassSettings, learn_classes
from tprog.text.documents import Columns, Document, Documents, Kind, cut, split_off
from tprog.text.entities import EntitySettings, learn_entities
from tprog.text.reading import read_documents
from tprog.text.spans import span_score

if TYPE_CHECKING:
    from tprog.text.published import Recipe


@dataclass(frozen=True, slots=True)
class TextScore:
    """How well test documents are labelled.

    Attributes:
        name: whose labels they are.
        figure: `accuracy` of classes, exact `F1` of entities.
        value: the figure, from 0 to 1.
        precision: of the entities found, the share that is right; null of classes.
        recall: of the entities there, the share that was found; null of classes.
    """

    name: str
    figure: str
    value: float
    precision: float | None = None
    recall: float | None = None


@dataclass(frozen=True, slots=True)
class TextReport(Formatted):
    """A program that was learned from text, and what is known of it.

    Attributes:
        task: `classify` or `ner`.
        data: the file.
        encoding: in which it was read.
        remarks: what was guessed or left out while reading.
        split: what was tested on: a file, or which part was held out.
        seed: of orders and split.
        documents: how many were learned from.
        tested: how many were tested on.
        labels: all labels.
        scores: of the program, then of baselines where they were asked for.
        heads: heads of the program.
        lines: lines of its file, votes included.
        words: words with table entries of their own.
        seconds: of processor time, for learning.
        recipe: the setting of `--published` in words; null of our own recipe.
        stopped: whether learning was ended early, by a signal or since its time was over.
        written: the program's file; null where none was written.
    """

    task: str
    data: str
    encoding: str
    remarks: tuple[str, ...]
    split: str
    seed: int
    documents: int
    tested: int
    labels: tuple[str, ...]
    scores: tuple[TextScore, ...]
    heads: int
    lines: int
    words: int
    seconds: float
    recipe: str | None
    stopped: bool
    written: str | None


@dataclass(frozen=True, slots=True)
class TextRun:
    """What text is learned from, and how.

    Attributes:
        kind: the task.
        data: the file of documents.
        test: a file of test documents; None to hold a part out.
        tune: of entities, more documents, on which the bias is tuned.
        columns: which columns hold text and label.
        seed: of orders and split.
        words: the most words with table entries of their own; None for all.
        heads: the greatest number of heads; None for what is usual. The recipe has its own, and its own words.
        rows: the most rows of votes; None for what is usual.
        baselines: whether the usual others are measured too.
        others: names of further ones, see `tprog.analysis.text_baselines`.
        recipe: the setting of the published recipe; None for our own.
    """

    kind: Kind
    data: Path
    test: Path | None = None
    tune: Path | None = None
    columns: Columns | None = None
    seed: int = 0
    words: int | None = None
    heads: int | None = None
    rows: int | None = None
    baselines: bool = False
    others: tuple[str, ...] = ()
    recipe: "Recipe | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A program, its test documents, what is told of it, and where its texts lie."""

    program: Program
    test: tuple[Document, ...]
    files: dict[str, str]
    report: TextReport
    origin: dict[str, Any]


def learn_text(run: TextRun, watch: Stopper | None = None) -> Learned:
    """Read documents, learn a program and test it; `watch` is told of each step and may end the search early.

    Raises:
        FileProblem, UnreadableSource: see `read_documents`.
        UsageError: options do not fit the task, or test labels are unknown.
    """
    heads = run.heads if run.recipe is None else None
    if run.kind == "classify" and (run.tune, heads) != (None, None):
        raise UsageError("--tune and --heads speak of entities; leave them out")
    if run.recipe is not None and run.rows is not None:
        raise UsageError("--rows speaks of our own recipe, not of --published; leave one out")
    compared = chosen(run.kind, run.baselines, run.others)
    train, test, read = parts(run)
    given, others = read[0], read[1:]
    began = process_time()
    tuning = next((each.documents for each in others if each.path == run.tune), None)
    remarks = [remark for each in read for remark in each.remarks]
    longest = max(len(one.words) for one in (*train, *test, *(tuning or ())))
    if run.recipe is not None and longest > run.recipe.longest:
        longest = run.recipe.longest
        train, test = cut(train, longest), cut(test, longest)
        tuning = tuning and cut(tuning, longest)
        remarks.append(f"texts of more than {longest} words are cut there, test texts as well")
    program = _learned(run, train, given.labels, tuning, longest, watch)
    seconds, stopped = process_time() - began, watch is not None and watch.wanted
    files = emit_files(program, Path(PROGRAM_FILE).stem)
    held = f"{run.test}" if run.test else f"a tenth of {run.data}, held out by seed {run.seed}"
    found = predict(program, [document.words for document in test])
    scores = [score("this program", run.kind, test, found)]
    known = (*train, *(tuning or ()))
    for other in compared:
        labels = other.labels(known, test, given.labels, run.seed)
        scores.append(score(other.says, run.kind, test, labels))
    report = TextReport(
        task=run.kind,
        data=str(run.data),
        encoding=given.encoding,
        remarks=tuple(remarks),
        split=held,
        seed=run.seed,
        documents=len(train) + len(tuning or ()),
        tested=len(test),
        labels=given.labels,
        scores=tuple(scores),
        heads=sum(hasattr(one, "predicate") for one in program.operations),
        lines=files[PROGRAM_FILE].count("\n"),
        words=len(program.domain.symbols) - 1,
        seconds=round(seconds, 1),
        recipe=None if run.recipe is None else str(run.recipe),
        stopped=stopped,
        written=None,
    )
    return Learned(program, test, files, report, text_origin(run))


def parts(
    run: TextRun,
) -> tuple[tuple[Document, ...], tuple[Document, ...], tuple[Documents, ...]]:
    """Return what is learned from (without tuning texts), what is tested on, and the files, the one of `--data` first."""
    paths = (run.data, *(path for path in (run.test, run.tune) if path is not None))
    read = tuple(read_documents(path, run.kind, run.columns) for path in paths)
    if run.test is not None:
        return read[0].documents, read[1].documents, read
    return (*split_off(read[0].documents, run.seed), read)


def text_origin(run: TextRun) -> dict[str, Any]:
    """Return as JSON values where the texts of a run lie, so that they can be read again."""
    columns = run.columns or Columns()
    files = {"data": run.data, "test": run.test, "tune": run.tune}
    return {
        "text": run.kind,
        "seed": run.seed,
        "text_column": columns.text,
        "label_column": columns.label,
        "files": {
            name: {"path": str(path.resolve()), "sha256": file_hash(path)}
            for name, path in files.items()
            if path is not None
        },
    }


def file_hash(path: Path) -> str:
    """Return the hash of a file's bytes, or of those of all files in a folder."""
    files = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
    return hashlib.sha256(b"".join(map(read_bytes, files))).hexdigest()


def _learned(
    run: TextRun,
    train: Sequence[Document],
    labels: tuple[str, ...],
    tuning: Sequence[Document] | None,
    longest: int,
    watch: Stopper | None,
) -> Program:
    what = "Named entities" if run.kind == "ner" else "Classes"
    title = Provenance(f"{what} of {run.data.name}, seed {run.seed}.")
    if run.recipe is not None:
        from tprog.text.published import learn_published

        program, _ = learn_published(
            *(train, labels, run.seed, run.recipe, longest),
            pooled=run.kind == "classify",
            tuning=tuning,
            watch=watch,
        )
        return replace(program, provenance=title)
    named = {"words": run.words, "heads": run.heads, "rows": run.rows}
    given: Any = {name: value for name, value in named.items() if value is not None}
    if run.kind == "ner":
        settings = replace(EntitySettings(), **given)
        program = learn_entities(train, labels, run.seed, settings, tuning, watch)
    else:
        program = learn_classes(train, labels, run.seed, ClassSettings(**given), watch)
    return replace(program, provenance=title)


def score(
    name: str, kind: Kind, test: Sequence[Document], found: Sequence[Sequence[str]]
) -> TextScore:
    """Return how well some labels fit those of test documents."""
    if kind == "ner":
        spans = span_score([document.labels for document in test], found)
        return TextScore(name, "F1", spans.f1, spans.precision, spans.recall)
    pairs = zip(found, test, strict=True)
    right = sum(tuple(labels) == document.labels for labels, document in pairs)
    return TextScore(name, "accuracy", right / len(test))


def write_learned(found: Learned, folder: Path) -> TextReport:
    """Write a run folder: the program with its tables, manifest and metrics; whole or not at all. Return the report."""
    source = found.files[PROGRAM_FILE]
    report = replace(found.report, written=str(folder / PROGRAM_FILE))
    metrics = report.to_json()
    manifest = Manifest(
        source_hash(source),
        config={"text": metrics},
        data=found.origin,
        other={"finished": not report.stopped},
    )
    contents = {folder / name: text for name, text in found.files.items()}
    contents[folder / METRICS_FILE] = json.dumps(metrics, indent=2, ensure_ascii=False) + "\n"
    contents[folder / MANIFEST_FILE] = manifest.text
    write_all({path: text.encode() for path, text in contents.items()})
    return report
