"""`tprog train`: from a task to a program."""

import os
import re
from dataclasses import dataclass, fields
from inspect import Parameter, Signature
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import typer

from tprog.analysis.options import ALSO_STANDARD, ONLY_STANDARD, OPTIONS, Options
from tprog.cli.choices import CAUSAL, DATA, MODULE, NUMERIC, OUTPUT
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.ir import Program
    from tprog.tasks.task import Task

MOST_SEEDS = 100
"""A slip such as 0-10000 would train for weeks."""
MOST_WORKERS = 4
"""Cores that are used unless more are asked for."""
# What a standard Transformer is asked for too; the other options shape a program.
NOT_SHAPING = ALSO_STANDARD | {
    *("name", "data", "causal", "numeric", "task", "out", "vocab", "length", "fresh", "force")
}


@dataclass(frozen=True)
class Given:
    """What may stand after `tprog train`: the one list of its arguments and options."""

    name: str | None = typer.Argument(
        None, metavar="[TASK]", help="A published task, such as sort or sort:length=16."
    )
    data: Path | None = DATA
    causal: bool = CAUSAL
    numeric: bool = NUMERIC
    task: str | None = MODULE
    out: Path | None = typer.Option(
        None, *OUTPUT, metavar="FOLDER", help="The run folder; by default artifacts/runs/TASK/SEED."
    )
    seed: int = typer.Option(0, min=0, help="Of weights, noise and search.")
    seeds: str | None = typer.Option(
        None,
        metavar="SEEDS",
        help="Several runs, such as 0-4 or 0,3: which of them learned the same algorithm?",
    )
    data_seed: int = typer.Option(0, min=0, help="Of the sequences and their split.")
    samples: int | None = typer.Option(None, min=1, help="Distinct sequences in all three splits.")
    vocab: int | None = typer.Option(
        None, min=1, help="Symbols of a published task, as in sort:vocabulary=16."
    )
    length: int | None = typer.Option(
        None, min=1, help="Positions of a published task, as in sort:length=16."
    )
    published: bool = typer.Option(
        False, "--published", help="Exactly the paper's modules for the task, none that are wider."
    )
    categorical_only: bool = typer.Option(
        False, "--categorical-only", help="The paper's Table 3: no numerical modules."
    )
    seconds: float | None = typer.Option(
        None, min=0, help="Time for everything, the last check included; the best program so far."
    )
    synth_seconds: float | None = typer.Option(
        None,
        min=0.0,
        help="Time for synthesis, the first part, and again for distillation, the last; 0 for none. By default 20.",
    )
    restarts: int | None = typer.Option(None, min=1, help="Warm starts from different weights.")
    epochs: int | None = typer.Option(None, min=1, help="Passes over the data in each warm start.")
    rounds: int | None = typer.Option(
        None, min=0, help="Rounds of the discrete search; 0 for none."
    )
    schedule: int | None = typer.Option(
        None, min=1, help="Rounds in which the search cools down; by default as many as it has."
    )
    stop_epochs: str | None = typer.Option(
        None, metavar="E,E,…", help="Stop each warm start early, to repeat a run that was cut."
    )
    layers: int | None = typer.Option(None, min=1, help="Layers.")
    heads: int | None = typer.Option(
        None, min=0, help="Heads a layer: half categorical, half numerical."
    )
    mlps: int | None = typer.Option(
        None, min=0, help="Look-ups (MLPs) a layer: half categorical, half numerical."
    )
    cat_heads: int | None = typer.Option(None, min=0, help="Categorical heads a layer.")
    num_heads: int | None = typer.Option(None, min=0, help="Numerical heads a layer.")
    score_heads: int | None = typer.Option(
        None, min=0, help="Heads a layer that attend by a learned score; slower, by default none."
    )
    cat_lookups: int | None = typer.Option(None, min=0, help="Categorical look-ups (MLPs) a layer.")
    num_lookups: int | None = typer.Option(None, min=0, help="Numerical look-ups (MLPs) a layer.")
    standard: bool = typer.Option(
        False, "--standard", help="A standard Transformer instead, the baseline: no program."
    )
    positions: str | None = typer.Option(
        None,
        metavar="KIND",
        help="How a standard Transformer knows positions: learned, relative or none.",
    )
    engine: str | None = typer.Option(
        None,
        metavar="ENGINE",
        help="fused, torch, or batched: all warm starts at once, by default where there is a GPU.",
    )
    workers: int | None = typer.Option(None, min=1, help="Cores to use; by default all, at most 4.")
    start: str | None = typer.Option(
        None,
        "--from",
        metavar="PROGRAM",
        help="Train this program on: the search starts from it, and the task is its own by default.",
    )
    init_from: str | None = typer.Option(
        None,
        metavar="PROGRAM",
        help="Learn the parts of this program anew, but for those that --freeze keeps.",
    )
    freeze: str | None = typer.Option(
        None,
        metavar="PARTS",
        help="Of --init-from: reads, predicates, heads and look-ups by name, with + between.",
    )
    keep_epochs: bool = typer.Option(
        False, "--keep-epochs", help="Keep the network after each epoch, for `tprog diff`."
    )
    fresh: bool = typer.Option(False, "--fresh", help="Begin an unfinished run again.")
    force: bool = typer.Option(False, "--force", help="Replace a finished run.")


def train(context: typer.Context, **given: Any) -> None:
    """Learn a program: write program.py, weights, metrics and a manifest into a run folder.

    A run that was cut off is resumed by the same command. Ctrl-C (or SIGTERM) keeps what was learned. At the end the network
    and the emitted code are compared on every input, or on a sample where there are too many.

    Example: tprog train sort
    """
    code = learn(Given(**given), context, monotonic())
    if code:
        raise typer.Exit(code)


# typer reads the options from the signature.
_CONTEXT = Parameter("context", Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
_OPTIONS = [
    Parameter(each.name, Parameter.KEYWORD_ONLY, default=each.default, annotation=each.type)
    for each in fields(Given)
]
train.__signature__ = Signature([_CONTEXT, *_OPTIONS])  # type: ignore[attr-defined]


def learn(given: Given, context: typer.Context, began: float) -> int:
    """Do what was asked for and return the exit code; `began` is when the command did, by `time.monotonic`."""
    from tprog.cli.choices import named
    from tprog.cli.console import remark
    from tprog.cli.learning import learn_program, learn_seeds

    if given.start is not None and given.init_from is not None:
        raise UsageError("give --from or --init-from, not both")
    if given.freeze is not None and given.init_from is None:
        raise UsageError("--freeze keeps parts of a program; name it with --init-from")
    source = given.start or given.init_from
    start = None if source is None else named(source).program
    task = _task(given, start)
    runs = Path("artifacts/runs") / _folder_name(task)
    if given.standard:
        return _standard(given, context, task, runs, began)
    wrong = [f"--{name}" for name in ONLY_STANDARD if getattr(given, name) is not None]
    if wrong:
        raise UsageError(f"{', '.join(wrong)} speaks of a standard Transformer; add --standard")
    settings = _options(given, began).program_settings(task)
    if given.score_heads and given.engine in (None, "fused"):
        remark("score heads have no compiled step; torch learns them, several times slower")
    prefix = "categorical-" if given.categorical_only else "published-" if given.published else ""
    if given.seeds is None:
        folder = given.out or runs / f"{prefix}{given.seed}"
        return learn_program(
            *(task, settings, folder, given.fresh, given.force, given.keep_epochs),
            start=start,
            held=_options(given, began).held,
            context=context,
        )
    if start is not None:
        raise UsageError(
            "--seeds learns from the beginning; leave --from and --init-from out, or give --seed"
        )
    folders = {seed: (given.out or runs) / f"{prefix}{seed}" for seed in _seeds(given.seeds)}
    return learn_seeds(task, settings, folders, given.fresh, given.force, given.keep_epochs)


def _task(given: Given, start: "Program | None") -> "Task":
    """Return the one task that was named, by default that of the program that is trained on.

    Raises:
        UsageError: none or several were, or something is said of data that speaks of a file alone.
    """
    from tprog.cli.choices import user_task
    from tprog.tasks.registry import get_task, task_names
    from tprog.tasks.sizes import sized

    name = given.name
    if start is not None and name is None and given.data is None and given.task is None:
        name = start.provenance.task
    name = sized(name, given.vocab, given.length)
    own = user_task(given.data, given.task, causal=given.causal, numeric=given.numeric)
    if (name is None) == (own is None):
        raise UsageError(
            f"name one task: one of {', '.join(task_names())}, or --data FILE, or --task MODULE:NAME"
        )
    return own or get_task(name or "")


def _options(given: Given, began: float) -> Options:
    """Return what was asked for as the options of one training."""
    named = {each: getattr(given, each) for each in OPTIONS if hasattr(given, each)}
    named["seconds"] = _left(given.seconds, began)
    named["stop_epochs"] = _numbers("--stop-epochs", given.stop_epochs)
    named["workers"] = given.workers or min(MOST_WORKERS, os.cpu_count() or 1)
    return Options(**named)


def _standard(given: Given, context: typer.Context, task: "Task", runs: Path, began: float) -> int:
    """Train a standard Transformer.

    Raises:
        UsageError: an option was given that shapes a program.
    """
    from tprog.cli.learning import learn_standard

    wrong = [
        each.opts[0]
        for each in context.command.params
        if each.name not in NOT_SHAPING
        and not any(context.params.get(each.name or "") is absent for absent in (None, False))
    ]
    if wrong:
        raise UsageError(
            f"{', '.join(wrong)} shape a program, and --standard learns none; leave them out"
        )
    settings = _options(given, began).standard_settings()
    folder = given.out or runs / f"standard-{given.seed}"
    return learn_standard(task, settings, folder, given.fresh, given.force)


def _left(seconds: float | None, began: float) -> float | None:
    """Return what is left of the seconds once everything is loaded; a little where nothing is."""
    return max(seconds - (monotonic() - began), 0.01) if seconds else seconds


def _numbers(option: str, text: str | None) -> tuple[int, ...] | None:
    """Read numbers with commas between them.

    Raises:
        UsageError: they are none.
    """
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    if not all(map(_is_number, parts)):
        raise UsageError(f"{option} is {text!r}; give whole numbers with commas, such as 3,3,0,0")
    return tuple(map(int, parts))


def _seeds(text: str) -> tuple[int, ...]:
    """Read seeds such as 0-4 or 0,3,7, each once.

    Raises:
        UsageError: they are none.
    """
    found: dict[int, None] = {}
    for part in text.split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        last = last if dash else first
        if not (_is_number(first) and _is_number(last) and int(first) <= int(last)):
            raise UsageError(f"--seeds is {text!r}; give seeds such as 0-4 or 0,3,7")
        if int(last) - int(first) >= MOST_SEEDS:
            raise UsageError(f"--seeds is {text!r}; give at most {MOST_SEEDS} at a time")
        found |= dict.fromkeys(range(int(first), int(last) + 1))
    return tuple(found)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6


def _folder_name(task: "Task") -> str:
    """Return a folder name for a task: its name, and its sizes where they are not the published ones."""
    return re.sub(r"[^\w.=-]+", "_", task.spec.removeprefix("data:")).strip("._") or task.name
