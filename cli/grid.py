"""`tprog grid`: many trainings, and one store of what came out."""

from dataclasses import fields
from inspect import Parameter, Signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tprog.analysis.sweeps.axes import NAMES
from tprog.analysis.sweeps.trial import AXES
from tprog.cli.grid_options import STORE
from tprog.cli.train import Given
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.analysis.sweeps.axes import Sweep
    from tprog.analysis.sweeps.drive import Event, Tally
    from tprog.analysis.sweeps.store import Store

_ARGUMENTS: tuple[tuple[str, Any, Any], ...] = (
    (
        "tasks",
        list[str],
        typer.Argument(
            ..., metavar="TASK…", help="Tasks, module:package.module:name, or a TOML file of grids."
        ),
    ),
    ("seeds", str | None, typer.Option(None, help="How many of each, or which, such as 0-4.")),
    (
        "only",
        list[str] | None,
        typer.Option(None, metavar="NAME", help="Only this grid of a file."),
    ),
    (
        "hours",
        float | None,
        typer.Option(None, min=0, help="For all; a trial that does not fit is not begun."),
    ),
    (
        "processes",
        int | None,
        typer.Option(None, min=1, help="Trials at once; by default a core each."),
    ),
    (
        "ray",
        str | None,
        typer.Option(None, metavar="ADDRESS", help="Run on this Ray cluster; local begins one."),
    ),
    ("retry", bool, typer.Option(False, "--retry", help="Try again what failed.")),
    (
        "dry_run",
        bool,
        typer.Option(False, "--dry-run", help="List the trials and the time, run none."),
    ),
    ("store", Path, STORE),
)


def grid(**given: Any) -> None:
    """Train every combination of some settings, and keep what came out; what is there already is not trained again.

    Every option of train that shapes a training is an axis: one value, 1-4 or 2,4,8. Killed at any moment, the same command goes on.

    Example: tprog grid sort hist --layers 1-3 --heads 2,4,8 --seeds 5 --seconds 60
    """
    from tprog.analysis.sweeps.store import Store
    from tprog.cli.results import show_best

    sweep = _sweep(given)
    store = Store(given["store"])
    try:
        if given["dry_run"]:
            list_trials(sweep, store, given["processes"])
            return
        tally = run_sweep(sweep, store, given["processes"], given["ray"], retry=given["retry"])
        show_best(store, sweep.trials())
    finally:
        store.close()
    end(tally)


_OWN = {
    "rasp": "The algorithm that synthesis finds, instead of a training.",
    "longer": "Test on inputs so much longer, too.",
}


def _axis(name: str, options: dict[str, Any]) -> Parameter:
    """Return the option of an axis: that of train, which takes several values; a flag stays one."""
    known = options.get(name)
    option = "--" + name.replace("_", "-")
    said = _OWN[name] if known is None else known.default.help
    kind: Any = bool if isinstance(AXES.get(name), bool) else str | None
    made: Any = typer.Option(None, option, metavar="VALUES", help=said)
    if kind is bool:
        made = typer.Option(False, option, help=said)
    return Parameter(name, Parameter.KEYWORD_ONLY, default=made, annotation=kind)


# typer reads the options from the signature.
_GIVEN = {each.name: each for each in fields(Given)}
grid.__signature__ = Signature(  # type: ignore[attr-defined]
    [
        *(
            Parameter(name, Parameter.KEYWORD_ONLY, default=made, annotation=kind)
            for name, kind, made in _ARGUMENTS
        ),
        *(_axis(name, _GIVEN) for name in NAMES),
    ]
)


def _sweep(given: dict[str, Any]) -> "Sweep":
    """Return what was asked for: files of grids with their axes changed, or one grid.

    Raises:
        UsageError: an axis has no values, or there is no such task.
    """
    from tprog.analysis.sweeps.axes import Grid, Sweep, read_sweep, seeds_of, values_of

    axes = {
        name: values_of(name, given[name]) for name in NAMES if given[name] not in (None, False)
    }
    seeds = None if given["seeds"] is None else seeds_of(given["seeds"])
    files = [Path(one) for one in given["tasks"] if one.endswith(".toml")]
    tasks = [one for one in given["tasks"] if not one.endswith(".toml")]
    if not files:
        if given["only"]:
            raise UsageError("--only names a grid of a TOML file; give the file")
        return Sweep((Grid(tuple(tasks), axes, seeds or (0,)),), given["hours"])
    found = [read_sweep(file) for file in files]
    hours = given["hours"] or next((one.hours for one in found if one.hours), None)
    grids = tuple(each for one in found for each in one.grids)
    return Sweep(grids, hours).selected(tasks, given["only"] or ()).changed(axes, seeds)


def list_trials(sweep: "Sweep", store: "Store", processes: int | None) -> None:
    """Say which trials there are, what is known of each, and how long the rest will take."""
    import os

    from tprog.analysis.sweeps.drive import pace_of
    from tprog.cli.console import say

    trials = sweep.trials()
    states = store.states(trial.key for trial in trials)
    pace = pace_of(store)
    for trial in trials:
        say(f"{states.get(trial.key, 'new')}  {trial}")
    missing = [trial for trial in trials if states.get(trial.key) not in ("done", "failed")]
    left = pace.left(missing, processes or os.cpu_count() or 1)
    say(f"{len(trials):,} trials, {len(missing):,} to run{_about(left)}")


def _about(seconds: float | None) -> str:
    if seconds is None:
        return "; how long they take is not known yet"
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= size:
            return f", about {seconds / size:.1f} {unit}"
    return f", about {seconds:.0f} s"


def run_sweep(
    sweep: "Sweep", store: "Store", processes: int | None, ray: str | None, *, retry: bool = False
) -> "Tally":
    """Run what is missing, and show how it goes."""
    import os

    from tprog.analysis.sweeps.drive import drive
    from tprog.analysis.sweeps.workers import Processes, Ray
    from tprog.stopping import stopper

    trials = sweep.trials()
    with stopper() as stop:
        who = Processes(processes or os.cpu_count() or 1) if ray is None else Ray(ray)
        return drive(store, trials, who, stop, _told, hours=sweep.hours, again=retry)


def end(tally: "Tally") -> None:
    """Say how it ended, and exit with the code for that where something failed or somebody ended it."""
    from tprog.cli.console import remark, say

    say(_ended(tally))
    if tally.interrupted:
        remark("tprog: interrupted; the same command goes on")
    if tally.interrupted or tally.failed:
        raise typer.Exit(130 if tally.interrupted else 1)


def _told(event: "Event") -> None:
    from tprog.cli.console import remark

    if event.kind == "started":
        return
    what = event.error or (
        "no algorithm"
        if event.outcome is None or event.outcome.test is None
        else f"{100 * event.outcome.test:.2f} % of the test labels, {event.outcome.seconds:.0f} s"
    )
    left = "" if event.left is None else f"{_about(event.left)} left"
    remark(f"{event.finished}/{event.total}{left}: {event.trial}: {event.kind}: {what}")


def _ended(tally: "Tally") -> str:
    found = (
        f"{tally.done:,} done, {tally.failed:,} failed, {tally.left:,} left, {tally.seconds:.0f} s"
    )
    if tally.failed:
        found += "; tprog results --where state=failed says why, --retry tries again"
    return found
