"""`tprog text`: programs that label words or whole texts, and what they say in words."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tprog.cli.choices import OUTPUT
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.analysis.texts import TextReport

WHAT = typer.Argument(
    ..., metavar="classify|ner", help="Label whole texts, or each word (named entities)."
)
DOCUMENTS = typer.Option(
    ...,
    "--data",
    metavar="FILE",
    help="Texts with labels: label, tab, text; CSV with headers; CoNLL columns; or JSON lines.",
)
TEST = typer.Option(
    None, metavar="FILE", help="Test texts; without it a tenth of --data is held out."
)
TUNE = typer.Option(
    None,
    metavar="FILE",
    help="Of entities, more texts, like those to be tagged: how readily entities are found is tuned on them.",
)
TEXT_COLUMN = typer.Option(None, metavar="NAME", help="The column or key of the text.")
LABEL_COLUMN = typer.Option(
    None, metavar="NAME", help="The column or key of the label; of CoNLL columns its number."
)
WORDS = typer.Option(
    None, min=1, help="The most words with table entries of their own; the rest is read as unknown."
)
HEADS = typer.Option(None, min=0, help="Of entities, the most heads.")
FOLDER = typer.Option(None, *OUTPUT, metavar="FOLDER", help="Where program and figures go.")


def text(
    what: str = WHAT,
    data: Path = DOCUMENTS,
    test: Path | None = TEST,
    tune: Path | None = TUNE,
    text_column: str | None = TEXT_COLUMN,
    label_column: str | None = LABEL_COLUMN,
    words: int | None = WORDS,
    heads: int | None = HEADS,
    baselines: bool = typer.Option(False, "--baselines", help="Measure others on the same split."),
    seed: int = typer.Option(0, min=0, help="Of orders and of the split."),
    output: Path | None = FOLDER,
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Learn a program from texts: readable inputs, heads that look at neighbours, integer votes.

    No word vectors are needed, and nothing is downloaded. `tprog run FOLDER --explain` shows why a text gets its labels.

    Example: tprog text ner --data train.conll --test test.conll -o model
    """
    from tprog.analysis.texts import TextRun, learn_text, write_learned
    from tprog.cli.console import print_json, remark
    from tprog.text.documents import Columns, Kind

    if what not in ("classify", "ner"):
        raise UsageError(f"no task {what!r} for texts; give classify or ner")
    kind: Kind = "ner" if what == "ner" else "classify"
    columns = Columns(text_column, label_column)
    found = learn_text(TextRun(kind, data, test, tune, columns, seed, words, heads, baselines))
    for line in found.report.remarks:
        remark(line)
    report = found.report if output is None else write_learned(found, output)
    if json_output:
        print_json(report)
    else:
        _tell(report)


def _tell(report: "TextReport") -> None:
    from tprog.cli.console import say

    say(f"{report.documents:,} texts to learn from, {report.tested:,} to test on ({report.split})")
    for score in report.scores:
        more = ""
        if score.precision is not None and score.recall is not None:
            more = f" (precision {100 * score.precision:.1f}, recall {100 * score.recall:.1f})"
        say(f"{score.figure} {100 * score.value:.1f}  {score.name}{more}")
    say(f"{report.lines:,} lines, {report.heads} heads, {report.words:,} words in its tables")
    if report.written is not None:
        say(f"wrote {report.written}")
