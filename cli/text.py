"""`tprog text`: programs that label words or whole texts, and what they say in words."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tprog.cli.choices import OUTPUT
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.analysis.texts import TextReport
    from tprog.text.published import Recipe

WHAT = typer.Argument(
    ...,
    metavar="classify|ner|legend",
    help="Label whole texts, or each word (named entities); or tell what the values of a program mean.",
)
SHOWN = typer.Argument(None, metavar="[PROGRAM]", help="Of legend: the program.")
DOCUMENTS = typer.Option(
    None,
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
HEADS = typer.Option(
    None, min=0, help="Of entities, the most heads; with --published, heads a layer."
)
PUBLISHED = typer.Option(
    False, "--published", help="Train the network of the published recipe by gradient instead."
)
EPOCHS = typer.Option(
    None, min=1, help="With --published: passes over the texts (10 of classes, 50 of entities)."
)
LAYERS = typer.Option(None, min=1, help="With --published: layers (usually 2).")
VARIABLES = typer.Option(None, min=1, help="With --published: variables of a word (usually 4).")
VECTORS = typer.Option(
    None,
    metavar="FILE",
    help="With --published: word vectors in GloVe's text format to begin with.",
)
OTHERS = typer.Option(
    [], "--baseline", metavar="NAME", help="Also measure crf, standard, or one of --baselines."
)
ROWS = typer.Option(
    None,
    min=0,
    help="The most rows of votes (0: any number; usually 150 of entities, any of classes): values share rows, weak heads and tables go.",
)
SECONDS = typer.Option(
    None,
    min=0.1,
    help="Search for so long at most; what was found is then completed, which may take half a minute more.",
)
COMPLETING = "interrupted: what was found is completed (again: stop at once)"
FOLDER = typer.Option(None, *OUTPUT, metavar="FOLDER", help="Where program and figures go.")


def text(
    what: str = WHAT,
    program: str | None = SHOWN,
    data: Path | None = DOCUMENTS,
    test: Path | None = TEST,
    tune: Path | None = TUNE,
    text_column: str | None = TEXT_COLUMN,
    label_column: str | None = LABEL_COLUMN,
    words: int | None = WORDS,
    heads: int | None = HEADS,
    rows: int | None = ROWS,
    published: bool = PUBLISHED,
    epochs: int | None = EPOCHS,
    layers: int | None = LAYERS,
    variables: int | None = VARIABLES,
    vectors: Path | None = VECTORS,
    seconds: float | None = SECONDS,
    baselines: bool = typer.Option(False, "--baselines", help="Measure others on the same split."),
    others: list[str] = OTHERS,
    seed: int = typer.Option(0, min=0, help="Of orders and of the split."),
    output: Path | None = FOLDER,
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Learn a program from texts: readable inputs, heads that look at neighbours, integer votes.

    No word vectors are needed, and nothing is downloaded. `tprog run FOLDER --explain` shows why a text gets its labels.

    Each step is told on standard error. Ctrl-C ends the search and keeps what was found; the same command begins again.

    Example: tprog text ner --data train.conll --test test.conll -o model
    """
    from tprog.analysis.texts import TextRun, learn_text, write_learned
    from tprog.cli.console import print_json, remark
    from tprog.stopping import stopper
    from tprog.text.documents import Columns, Kind

    if what == "legend" and program is not None and data is None and not json_output:
        _tell_legend(program)
        return
    if what not in ("classify", "ner") or program is not None or data is None:
        raise UsageError(
            f"cannot do {what!r} with this; give classify --data FILE, ner --data FILE or legend PROGRAM"
        )
    kind: Kind = "ner" if what == "ner" else "classify"
    columns = Columns(text_column, label_column)
    own = {"epochs": epochs, "layers": layers, "variables": variables, "vectors": vectors}
    recipe = _recipe(kind, published, own, {"heads": heads, "words": words})
    chosen = words, heads, rows, baselines, tuple(others), recipe
    run = TextRun(kind, data, test, tune, columns, seed, *chosen)
    with stopper(remark, seconds, lambda: remark(COMPLETING)) as watch:
        found = learn_text(run, watch)
    for line in found.report.remarks:
        remark(line)
    report = found.report if output is None else write_learned(found, output)
    if json_output:
        print_json(report)
    else:
        _tell(report)
    if watch.interrupted:
        raise typer.Exit(130)


def _recipe(
    kind: str, published: bool, own: dict[str, Any], more: dict[str, Any]
) -> "Recipe | None":
    """Return the published setting with the sizes that are given, None of our recipe; `own` sizes mean nothing there."""
    if not published:
        if any(value is not None for value in own.values()):
            speak = ", ".join(f"--{name}" for name in own)
            raise UsageError(f"{speak} speak of --published; give that too, or leave them out")
        return None
    from tprog.text.published import CLASSES, ENTITIES

    given = {name: value for name, value in (own | more).items() if value is not None}
    return replace(ENTITIES if kind == "ner" else CLASSES, **given)


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


def _tell_legend(name: str) -> None:
    """Say which words share a value, and what speaks most for each label."""
    from tprog.analysis.explain.text import is_text, legend_lines, strongest
    from tprog.analysis.measure.vote_scale import vote_scale
    from tprog.cli.choices import named
    from tprog.cli.console import say

    program = named(name).program
    if not is_text(program):
        raise UsageError(f"{name} reads no texts of any words; give a program of `tprog text`")
    say("Words with the same value, the commonest first:")
    for line in legend_lines(program):
        say(f"  {line}")
    note = vote_scale(program).note
    say(f"What speaks most for each label{note and f' ({note})'}:")
    for line in strongest(program):
        say(f"  {line}")
