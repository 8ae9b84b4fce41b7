"""`tprog train`: from a task to a program."""

import os
import re
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, cast

import typer

from tprog.cli.choices import CAUSAL, DATA, MODULE, NUMERIC, OUTPUT
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.learn.settings import Engine
    from tprog.tasks import Task

MOST_SEEDS = 100
"""A slip such as 0-10000 would train for weeks."""


def train(
    context: typer.Context,
    name: str | None = typer.Argument(
        None, metavar="[TASK]", help="A published task, such as sort or sort:length=16."
    ),
    data: Path | None = DATA,
    causal: bool = CAUSAL,
    numeric: bool = NUMERIC,
    task: str | None = MODULE,
    out: Path | None = typer.Option(
        None, *OUTPUT, metavar="FOLDER", help="The run folder; by default artifacts/runs/TASK/SEED."
    ),
    seed: int = typer.Option(0, min=0, help="Of weights, noise and search."),
    seeds: str | None = typer.Option(
        None,
        metavar="SEEDS",
        help="Several runs, such as 0-4 or 0,3: which of them learned the same algorithm?",
    ),
    data_seed: int = typer.Option(0, min=0, help="Of the sequences and their split."),
    samples: int | None = typer.Option(None, min=1, help="Distinct sequences in all three splits."),
    vocab: int | None = typer.Option(
        None, min=1, help="Symbols of a published task, as in sort:vocabulary=16."
    ),
    length: int | None = typer.Option(
        None, min=1, help="Positions of a published task, as in sort:length=16."
    ),
    published: bool = typer.Option(
        False, "--published", help="Exactly the paper's modules for the task, none that are wider."
    ),
    categorical_only: bool = typer.Option(
        False, "--categorical-only", help="The paper's Table 3: no numerical modules."
    ),
    seconds: float | None = typer.Option(
        None, min=0, help="Time for everything, the last check included; the best program so far."
    ),
    stages: int | None = typer.Option(
        None, min=0, help="Stages of putting programs together before any training; 0 for none."
    ),
    restarts: int | None = typer.Option(None, min=1, help="Warm starts from different weights."),
    epochs: int | None = typer.Option(None, min=1, help="Passes over the data in each warm start."),
    rounds: int | None = typer.Option(
        None, min=0, help="Rounds of the discrete search; 0 for none."
    ),
    schedule: int | None = typer.Option(
        None, min=1, help="Rounds in which the search cools down; by default as many as it has."
    ),
    stop_epochs: str | None = typer.Option(
        None, metavar="E,E,…", help="Stop each warm start early, to repeat a run that was cut."
    ),
    layers: int | None = typer.Option(None, min=1, help="Layers."),
    cat_heads: int | None = typer.Option(None, min=0, help="Categorical heads a layer."),
    num_heads: int | None = typer.Option(None, min=0, help="Numerical heads a layer."),
    score_heads: int | None = typer.Option(
        None, min=0, help="Heads a layer that attend by a learned score; slower, by default none."
    ),
    cat_lookups: int | None = typer.Option(
        None, min=0, help="Categorical look-ups (MLPs) a layer."
    ),
    num_lookups: int | None = typer.Option(None, min=0, help="Numerical look-ups (MLPs) a layer."),
    standard: bool = typer.Option(
        False, "--standard", help="A standard Transformer instead, the baseline: no program."
    ),
    engine: str | None = typer.Option(
        None,
        metavar="ENGINE",
        help="fused, torch, or batched: all warm starts at once, by default where there is a GPU.",
    ),
    workers: int | None = typer.Option(
        None, min=1, help="Cores to use; by default all, at most 4."
    ),
    start: str | None = typer.Option(
        None,
        "--from",
        metavar="PROGRAM",
        help="Train this program on: the search starts from it, and the task is its own by default.",
    ),
    keep_epochs: bool = typer.Option(
        False, "--keep-epochs", help="Keep the network after each epoch, for `tprog diff`."
    ),
    fresh: bool = typer.Option(False, "--fresh", help="Begin an unfinished run again."),
    force: bool = typer.Option(False, "--force", help="Replace a finished run."),
) -> None:
    """Learn a program: write program.py, weights, metrics and a manifest into a run folder.

    A run that was cut off is resumed by the same command. Ctrl-C (or SIGTERM) keeps what was learned. At the end the network
    and the emitted code are compared on every input, or on a sample where there are too many.

    Example: tprog train sort
    """
    began = monotonic()
    from tprog.cli.choices import named
    from tprog.cli.console import remark
    from tprog.cli.learning import learn_program
    from tprog.cli.seeds import learn_seeds
    from tprog.learn.recipes import (
        Kind,
        default_engine,
        recipe_composition,
        recipe_search,
        recipe_sizes,
        recipe_warm_start,
    )
    from tprog.learn.settings import TrainSettings

    given = None if start is None else named(start).program
    if given is not None and name is None and data is None and task is None:
        name = given.provenance.task
    wanted = chosen_task(_sized(name, vocab, length), data, task, causal=causal, numeric=numeric)
    runs = Path("artifacts/runs") / _folder_name(wanted)
    if standard:
        from tprog.cli.standard import learn_standard, refuse_program_options
        from tprog.learn.standard.settings import StandardSettings

        refuse_program_options(
            {
                "--seeds": seeds,
                "--stages": stages,
                "--restarts": restarts,
                "--rounds": rounds,
                "--cat-heads": cat_heads,
                "--num-heads": num_heads,
                "--score-heads": score_heads,
                "--engine": engine,
                "--cat-lookups": cat_lookups,
                "--num-lookups": num_lookups,
                "--from": start,
                "--published": published,
                "--categorical-only": categorical_only,
                "--schedule": schedule,
                "--stop-epochs": stop_epochs,
                "--keep-epochs": keep_epochs,
            }
        )
        baseline = StandardSettings(
            seed=seed,
            data_seed=data_seed,
            samples=samples,
            seconds=_left(seconds, began),
        )
        baseline = replace(
            baseline,
            epochs=_either(epochs, baseline.epochs),
            layers=_either(layers, baseline.layers),
        )
        folder = out or runs / f"standard-{seed}"
        if learn_standard(wanted, baseline, folder, fresh=fresh, force=force):
            raise typer.Exit(130)
        return
    kind: Kind = "categorical" if categorical_only else "published" if published else "best"
    prefix = "" if kind == "best" else f"{kind}-"
    warm_start = recipe_warm_start(wanted)
    sizes = recipe_sizes(wanted, kind)
    composition = recipe_composition(wanted, kind)
    settings = TrainSettings(
        seed=seed,
        data_seed=data_seed,
        samples=samples,
        composition=replace(composition, stages=_either(stages, composition.stages)),
        restarts=_either(restarts, TrainSettings().restarts),
        warm_start=replace(
            warm_start,
            epochs=_either(epochs, warm_start.epochs),
            engine=cast("Engine", engine or default_engine()),
        ),
        sizes=replace(
            sizes,
            layers=_either(layers, sizes.layers),
            categorical_heads=_either(cat_heads, sizes.categorical_heads),
            numerical_heads=_either(num_heads, sizes.numerical_heads),
            score_heads=_either(score_heads, sizes.score_heads),
            categorical_lookups=_either(cat_lookups, sizes.categorical_lookups),
            numerical_lookups=_either(num_lookups, sizes.numerical_lookups),
        ),
        search=replace(recipe_search(wanted, kind), schedule=schedule),
        search_rounds=rounds,
        seconds=_left(seconds, began),
        stop_epochs=_numbers("--stop-epochs", stop_epochs),
        workers=workers or min(4, os.cpu_count() or 1),
    )
    if score_heads and engine in (None, "fused"):
        remark("score heads have no compiled step; torch learns them, several times slower")
    if seeds is not None:
        if start is not None:
            raise UsageError("--seeds learns from the beginning; leave --from out, or give --seed")
        folders = {number: (out or runs) / f"{prefix}{number}" for number in _seeds(seeds)}
        code = learn_seeds(
            wanted, settings, folders, fresh=fresh, force=force, keep_epochs=keep_epochs
        )
    else:
        folder = out or runs / f"{prefix}{seed}"
        code = learn_program(
            *(wanted, settings, folder),
            fresh=fresh,
            force=force,
            start=given,
            keep_epochs=keep_epochs,
            context=context,
        )
    if code:
        raise typer.Exit(code)


def chosen_task(
    name: str | None,
    data: Path | None,
    module: str | None,
    *,
    causal: bool = False,
    numeric: bool = False,
) -> "Task":
    """Return the one task that was named.

    Raises:
        UsageError: none or several were, or something is said of data that speaks of a file alone.
    """
    from tprog.cli.choices import user_task
    from tprog.tasks import get_task, task_names

    own = user_task(data, module, causal=causal, numeric=numeric)
    if (name is None) == (own is None):
        raise UsageError(
            f"name one task: one of {', '.join(task_names())}, or --data FILE, or --task MODULE:NAME"
        )
    if own is not None:
        return own
    assert name is not None
    return get_task(name)


def _left(seconds: float | None, began: float) -> float | None:
    """Return what is left of the seconds once everything is loaded; a little where nothing is."""
    return max(seconds - (monotonic() - began), 0.01) if seconds else seconds


def _sized(name: str | None, vocab: int | None, length: int | None) -> str | None:
    """Return the specification of a published task with sizes that were given as options.

    Raises:
        UsageError: there is no published task to size.
    """
    sizes = {"vocabulary": vocab, "length": length}
    given = ",".join(f"{size}={value}" for size, value in sizes.items() if value is not None)
    if not given:
        return name
    if name is None:
        raise UsageError("--vocab and --length are for published tasks; name one, such as sort")
    return f"{name}{',' if ':' in name else ':'}{given}"


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


def _either(given: int | None, default: int) -> int:
    return default if given is None else given


def _folder_name(task: "Task") -> str:
    """Return a folder name for a task: its name, and its sizes where they are not the published ones."""
    return re.sub(r"[^\w.=-]+", "_", task.spec.removeprefix("data:")).strip("._") or task.name
