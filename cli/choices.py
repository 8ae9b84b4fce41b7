"""Arguments and options that several commands share, so that the same thing has the same name everywhere."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tprog.errors import TprogError, UsageError

if TYPE_CHECKING:
    from tprog.analysis.explain.unreadable import Reading
    from tprog.analysis.text_examples import TextExamples
    from tprog.analysis.verify.rasp_form import RaspForm
    from tprog.locate import Location, Named
    from tprog.tasks.task import Task


def programs(incomplete: str) -> list[str]:
    """Return the gallery's names that begin so, for the shell; where none does it goes on to file names."""
    from tprog.locate import gallery_names

    return [name for name in gallery_names() if name.startswith(incomplete)]


PROGRAM = typer.Argument(
    ...,
    metavar="PROGRAM",
    help="A program file, a run folder or the name of a gallery entry; also a published program or run folder.",
    autocompletion=programs,
)
# `--out` is what some commands called it first.
OUTPUT = ("--output", "-o", "--out")
INPUT = typer.Option(
    None,
    "--input",
    metavar="TOKENS",
    help="""One input: its symbols with blanks between, or a JSON list such as '["a b", "-x"]'.""",
)
DATA = typer.Option(
    None, "--data", metavar="FILE", help="Examples: JSON lines, CSV or TSV with tokens and labels."
)
CAUSAL = typer.Option(
    False, "--causal", help="Labels of --data depend on what stands before alone: heads look left."
)
NUMERIC = typer.Option(
    False, "--numeric", help="Tokens of --data are numbers: 10 comes after 9, not after 1."
)
RECOMPUTE = typer.Option(
    False, "--recompute", help="Measure again, even where the manifest's hashes match."
)
TEST_SEED = typer.Option(
    None, "--seed", help="Of the test data; by default the manifest's, else 0."
)
MOST_RUN = typer.Option(
    None, "--limit", min=1, help="The most inputs to run one by one; beyond it, a sample."
)
MODULE = typer.Option(
    None,
    "--task",
    metavar="TASK",
    help="A published task, such as sort or sort:length=16, or MODULE:NAME of your own code.",
)
VOCABULARY = typer.Option(
    None, "--vocab", metavar="A,B,…", help="The symbols, with commas between, or a JSON list."
)


def symbols_of(text: str) -> tuple[str, ...]:
    """Return the symbols of `--vocab`: `a,b,c`, or a JSON list where they hold commas.

    Raises:
        UsageError: it is no such text, or a symbol is empty or stands twice.
    """
    import json

    found = [one.strip() for one in text.split(",")]
    if text.lstrip().startswith("["):
        try:
            found = json.loads(text)
        except ValueError:
            raise UsageError(f"--vocab {text[:60]!r} is no JSON list") from None
    if not all(isinstance(one, str) and one for one in found) or len({*found}) != len(found):
        raise UsageError("--vocab: give distinct symbols with commas between, such as a,b,c")
    return tuple(found)


def named(program: str) -> "Named":
    """Read the Program that a user names; what it was read from is said on standard error where it is none of ours."""
    from tprog.cli.console import remark
    from tprog.locate import read_named

    found = read_named(program)
    for line in found.remarks:
        remark(line)
    return found


def rasp_form_of(given: "Named") -> "RaspForm | None":
    """Return the RASP form that lies beside a program of ours, None where there is none.

    One that says something else than the program is not believed; why is told on standard error.
    """
    from tprog.analysis.verify.rasp_form import rasp_form
    from tprog.cli.console import remark

    if given.place.rasp is None or not given.ours:
        return None
    try:
        return rasp_form(given.program, given.place.rasp)
    except TprogError as error:
        remark(f"left out: {error}")
        return None


def reading_of(program: str, refusal: TprogError) -> "Reading":
    """Return what can be said of the source of a file that is no Program.

    Args:
        program: what the user named.
        refusal: why it is no Program; raised where nothing can be said of its source either.
    """
    from tprog.analysis.explain.unreadable import read_reading
    from tprog.files import read_text
    from tprog.locate import locate

    try:
        path = locate(program).program
        reading = read_reading(read_text(path), path, str(refusal))
    except TprogError:
        raise refusal from None
    if path.suffix != ".py" and not reading.functions and not reading.parts:
        raise refusal
    return reading


def beside(program: str, place: "Location", ending: str) -> Path:
    """Return where output goes by default: beside the program file, of a gallery entry to the current folder."""
    from tprog.locate import gallery_folder

    path = place.program
    if path.is_relative_to(gallery_folder()) and not Path(program).exists():
        return Path(path.parent.name + ending)
    return path / f"program{ending}" if path.is_dir() else path.with_suffix(ending)


def user_task(
    data: Path | None, module: str | None, *, causal: bool = False, numeric: bool = False
) -> "Task | None":
    """Return the task of `--data` or `--task`, None where neither is given.

    Raises:
        UsageError: both are given, or there is no such task, or `causal` or `numeric` speak of no data.
        TprogError: the file is no data file.
    """
    if data is not None and module is not None:
        raise UsageError("give --data or --task, not both")
    if data is None and (causal or numeric):
        raise UsageError("--causal and --numeric say how --data FILE is to be read; give it")
    if data is not None:
        from tprog.tasks.data_task import load_data_task

        return load_data_task(data, causal=causal, numeric=numeric)
    if module is not None:
        from tprog.tasks.module_task import load_module_task
        from tprog.tasks.registry import get_task, task_names

        if module.partition(":")[0] in task_names():
            return get_task(module)

        return load_module_task(module)
    return None


def task_of(given: "Named", data: Path | None, module: str | None) -> "Task | None":
    """Return the task that a program is measured against: the user's, the published one that it names, or its own data.

    Raises:
        UsageError: what it was learned from can only be given again by the user.
    """
    from tprog.tasks.registry import get_task

    texts = None if module else text_examples(given, data)
    if texts is not None:
        return texts.task
    task = user_task(data, module)
    spec = given.program.provenance.task
    if task is not None or spec is None:
        return task
    if spec.startswith("module:"):
        raise UsageError(
            f"it was learned from a task of your own code: give --task {spec.removeprefix('module:')}"
        )
    return _remembered(given, spec) if spec.startswith("data:") else get_task(spec)


def known_task(given: "Named", data: Path | None, module: str | None) -> "Task | None":
    """Return the user's task, or the one of the data that a program was learned from where that lies there unchanged."""
    try:
        texts = None if module else text_examples(given, data)
    except UsageError:
        if data is not None:
            raise
        return None
    if texts is not None:
        return texts.task
    task = user_task(data, module)
    spec = given.program.provenance.task
    if task is not None or spec is None or not spec.startswith("data:"):
        return task
    try:
        return _remembered(given, spec)
    except UsageError:
        # What there is to say without examples is said.
        return None


def text_examples(given: "Named", data: Path | None) -> "TextExamples | None":
    """Return the texts of a file, or those that a program of `tprog text` was tested on; None of other programs.

    Raises:
        UsageError: its texts are gone.
    """
    from tprog.manifest import read_manifest

    if given.program.domain.unknown is None or given.place.manifest is None:
        return None
    origin = read_manifest(given.place.manifest).data
    if origin is None or "text" not in origin:
        return None
    from tprog.analysis.text_examples import examples_of

    return examples_of(given.program, origin, data)


def _remembered(given: "Named", spec: str) -> "Task | None":
    """Return the task of the data file that the manifest beside a program remembers, None where there is none."""
    from tprog.manifest import read_manifest
    from tprog.tasks.data_task import reload_data_task

    manifest = None if given.place.manifest is None else read_manifest(given.place.manifest)
    if manifest is None or manifest.data is None or manifest.task != spec:
        return None
    return reload_data_task(spec, manifest.data)


def check_picture(path: Path) -> None:
    """Refuse a picture's path before any work: an ending that names no format, or a place that cannot be written.

    Raises:
        UsageError: the ending names no format.
        FileProblem: the place cannot be written.
    """
    from tprog.analysis.show.graph.rendering import FORMATS
    from tprog.files import check_target

    if path.suffix.removeprefix(".").lower() not in FORMATS:
        raise UsageError(
            f"the file name {path.name!r} names no format; end it in .{', .'.join(FORMATS)}"
        )
    check_target(path)
