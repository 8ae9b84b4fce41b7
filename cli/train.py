"""`tprog train`: from a task to a program."""

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tprog.cli.choices import DATA, MODULE
from tprog.errors import TprogError, UsageError

if TYPE_CHECKING:
    from tprog.learn.train import TrainResult
    from tprog.tasks import Task


class Disagreement(TprogError):
    """The network and the emitted code do not agree: a fault of ours, never to be passed over."""

    slug = "disagreement"


def train(
    name: str | None = typer.Argument(
        None, metavar="[TASK]", help="A published task, such as sort or sort:length=16."
    ),
    data: Path | None = DATA,
    task: str | None = MODULE,
    out: Path | None = typer.Option(
        None, "--out", metavar="FOLDER", help="The run folder; by default artifacts/runs/TASK/SEED."
    ),
    seed: int = typer.Option(0, min=0, help="Of weights, noise and search."),
    data_seed: int = typer.Option(0, min=0, help="Of the sequences and their split."),
    samples: int | None = typer.Option(None, min=1, help="Distinct sequences in all three splits."),
    restarts: int | None = typer.Option(None, min=1, help="Warm starts from different weights."),
    epochs: int | None = typer.Option(None, min=1, help="Passes over the data in each warm start."),
    rounds: int | None = typer.Option(
        None, min=0, help="Rounds of the discrete search; 0 for none."
    ),
    layers: int | None = typer.Option(None, min=1, help="Layers."),
    cat_heads: int | None = typer.Option(None, min=0, help="Categorical heads a layer."),
    num_heads: int | None = typer.Option(None, min=0, help="Numerical heads a layer."),
    cat_lookups: int | None = typer.Option(
        None, min=0, help="Categorical look-ups (MLPs) a layer."
    ),
    num_lookups: int | None = typer.Option(None, min=0, help="Numerical look-ups (MLPs) a layer."),
    standard: bool = typer.Option(
        False, "--standard", help="A standard Transformer instead, the baseline: no program."
    ),
    workers: int | None = typer.Option(
        None, min=1, help="Cores to use; by default all, at most 4."
    ),
    fresh: bool = typer.Option(False, "--fresh", help="Begin an unfinished run again."),
    force: bool = typer.Option(False, "--force", help="Replace a finished run."),
) -> None:
    """Learn a program: write program.py, weights, metrics and a manifest into a run folder.

    A run that was cut off is resumed by the same command. Ctrl-C keeps what was learned. At the end the network and the
    emitted code are compared on every input, or on a sample where there are too many.

    Example: tprog train sort
    """
    from tprog.cli.training import watching
    from tprog.learn.recipes import recipe_sizes, recipe_warm_start
    from tprog.learn.settings import TrainSettings
    from tprog.learn.train import train as learn

    wanted = chosen_task(name, data, task)
    runs = Path("artifacts/runs") / _folder_name(wanted)
    if standard:
        from tprog.cli.standard import learn_standard, refuse_program_options
        from tprog.learn.standard.settings import StandardSettings

        refuse_program_options(
            {
                "--restarts": restarts,
                "--rounds": rounds,
                "--cat-heads": cat_heads,
                "--num-heads": num_heads,
                "--cat-lookups": cat_lookups,
                "--num-lookups": num_lookups,
            }
        )
        baseline = StandardSettings(seed=seed, data_seed=data_seed, samples=samples)
        baseline = replace(
            baseline,
            epochs=_either(epochs, baseline.epochs),
            layers=_either(layers, baseline.layers),
        )
        folder = out or runs / f"standard-{seed}"
        if learn_standard(wanted, baseline, folder, fresh=fresh, force=force):
            raise typer.Exit(130)
        return
    folder = out or runs / str(seed)
    warm_start = recipe_warm_start(wanted)
    sizes = recipe_sizes(wanted)
    settings = TrainSettings(
        seed=seed,
        data_seed=data_seed,
        samples=samples,
        restarts=_either(restarts, TrainSettings().restarts),
        warm_start=replace(warm_start, epochs=_either(epochs, warm_start.epochs)),
        sizes=replace(
            sizes,
            layers=_either(layers, sizes.layers),
            categorical_heads=_either(cat_heads, sizes.categorical_heads),
            numerical_heads=_either(num_heads, sizes.numerical_heads),
            categorical_lookups=_either(cat_lookups, sizes.categorical_lookups),
            numerical_lookups=_either(num_lookups, sizes.numerical_lookups),
        ),
        search_rounds=rounds,
        workers=workers or min(4, os.cpu_count() or 1),
    )
    with watching(wanted.spec) as on_progress:
        result = learn(wanted, settings, folder, on_progress, resume=not fresh, force=force)
    finish(result, wanted, folder)
    if result.interrupted:
        raise typer.Exit(130)


def chosen_task(name: str | None, data: Path | None, module: str | None) -> "Task":
    """Return the one task that was named.

    Raises:
        UsageError: none or several were.
    """
    from tprog.cli.choices import user_task
    from tprog.tasks import get_task, task_names

    own = user_task(data, module)
    if (name is None) == (own is None):
        raise UsageError(
            f"name one task: one of {', '.join(task_names())}, or --data FILE, or --task MODULE:NAME"
        )
    if own is not None:
        return own
    assert name is not None
    return get_task(name)


def finish(result: "TrainResult", task: "Task", folder: Path) -> None:
    """Compare network and emitted code, keep the figures in the manifest, and say what was learned.

    Raises:
        Disagreement: they differ.
    """
    from rich.markup import escape

    from tprog.analysis.emitted import EmittedProgram
    from tprog.analysis.figures import measure
    from tprog.analysis.summary import with_figures
    from tprog.analysis.verify import verify
    from tprog.cli.console import stdout
    from tprog.cli.progress import counting, stages
    from tprog.locate import MANIFEST_FILE, PROGRAM_FILE
    from tprog.manifest import read_manifest, write_manifest

    with counting("network against emitted code") as progress:
        verdict = verify(
            EmittedProgram(result.program),
            result.network,
            names=("emitted code", "network"),
            progress=progress,
        )
    if verdict.outcome == "different":
        assert verdict.counterexample is not None
        raise Disagreement(
            f"network and emitted code differ on {verdict.differing_inputs:,} inputs, "
            f"such as {' '.join(verdict.counterexample.tokens)}; please report this"
        )
    with stages() as progress_of_stages:
        figures = measure(result.program, task, progress=progress_of_stages)
    manifest = read_manifest(folder / MANIFEST_FILE)
    manifest = with_figures(manifest, figures).with_metrics(agreement=verdict.to_json())
    write_manifest(folder / MANIFEST_FILE, manifest)
    console = stdout()
    word = "interrupted, the best so far" if result.interrupted else "learned"
    console.print(
        f"[bold]{escape(task.spec)}[/]: {word}: "
        f"[bold]{100 * result.metrics['test']:.2f} %[/] of the test labels are right",
        highlight=False,
    )
    console.print(f"network and emitted code agree on {verdict.how}", highlight=False)
    program = escape(str(folder / PROGRAM_FILE))
    console.print(f"wrote {program}", highlight=False, soft_wrap=True)
    if result.interrupted:
        console.print("to go on, give the same command again", highlight=False)
    else:
        console.print(
            f"next: tprog analyze {escape(str(folder))} · tprog graph {escape(str(folder))}",
            highlight=False,
            soft_wrap=True,
        )


def _either(given: int | None, default: int) -> int:
    return default if given is None else given


def _folder_name(task: "Task") -> str:
    """Return a folder name for a task: its name, and its sizes where they are not the published ones."""
    return re.sub(r"[^\w.=-]+", "_", task.spec.removeprefix("data:")).strip("._") or task.name
