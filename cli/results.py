"""`tprog results`: what came out of many trainings."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tprog.cli.grid_options import STORE
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.analysis.sweeps.axes import Sweep
    from tprog.analysis.sweeps.rows import Comparison, Row
    from tprog.analysis.sweeps.store import Store
    from tprog.analysis.sweeps.trial import Trial

MOST = 40
"""Configurations that are listed unless all are asked for."""

WHERE = typer.Option(
    [], metavar="TEST", help="Only these: layers=2-4, task=sort,hist, test>=0.99, state=failed."
)
AGAINST = typer.Option(
    [], metavar="TEST", help="Compare with these, pair by pair of task, seed and other settings."
)


def results(
    where: list[str] = WHERE,
    against: list[str] = AGAINST,
    every: bool = typer.Option(False, "--all", help="List all of them, and each failure."),
    export: list[Path] = typer.Option(
        [], "--output", "-o", metavar="FILE", help="Write them: .csv, .parquet, .md or .tex."
    ),
    plot: Path | None = typer.Option(None, metavar="FILE", help="Draw them: .svg or .pdf."),
    kind: str = typer.Option(
        "accuracy", metavar="KIND", help="Of --plot: accuracy, heat, time, size or lengths."
    ),
    axes: str = typer.Option("layers,heads", help="Of a heat map: two settings."),
    bring: Path | None = typer.Option(
        None, "--import", metavar="FOLDER", help="Bring in runs of the published code or a fork."
    ),
    name: str = typer.Option("published", help="Of --import: how they are called."),
    sweep: Path | None = typer.Option(
        None, metavar="FILE.toml", help="The grids of this file alone."
    ),
    readme: Path | None = typer.Option(
        None, metavar="PAGE", help="Put the tables of --sweep between the marks of this page."
    ),
    store: Path = STORE,
    json_output: bool = typer.Option(False, "--json", help="Print JSON instead of a table."),
) -> None:
    """List, filter, compare, export and draw the results of grids.

    A configuration is all seeds of the same settings; of these the one with the best validation accuracy counts.

    Example: tprog results --where task=sort --plot sort.svg --kind heat --axes layers,heads
    """
    from tprog.analysis.sweeps import plots, rows, tables
    from tprog.analysis.sweeps.axes import read_sweep
    from tprog.cli.console import print_json, say

    if kind not in plots.KINDS:
        raise UsageError(f"--kind is {kind!r}; choose {', '.join(plots.KINDS)}")
    if readme is not None and sweep is None:
        raise UsageError("--readme puts the tables of a sweep into a page; give --sweep FILE.toml")
    grids = None if sweep is None else read_sweep(sweep)
    everything = _read(store, bring, name, grids, plots.NEEDS.get(kind, ()) if plot else ())
    found = rows.matching(everything, where)
    for path in export:
        tables.export(path, found)
    if plot is not None:
        plots.plot(plot, kind, found, [one.strip() for one in axes.split(",")])
    if readme is not None and grids is not None:
        tables.write_section(readme, tables.sections(grids, everything))
    if against:
        other = rows.matching(everything, against)
        compared = rows.compare(found, other, _settings([*where, *against]))
        print_json(compared) if json_output else say(_in_words(compared))
    elif json_output:
        print_json(rows.Results(tuple(rows.configurations(found))))
    else:
        _show(found, None if every else MOST)
        for path in [*export, *(one for one in (plot, readme) if one is not None)]:
            say(f"wrote {path}")


def _read(
    place: Path, bring: Path | None, name: str, grids: "Sweep | None", more: Iterable[str]
) -> "list[Row]":
    """Return the rows of a store, after runs of others were brought in; those of some grids where they are given."""
    from tprog.analysis.sweeps.foreign import foreign_rows
    from tprog.analysis.sweeps.rows import rows
    from tprog.analysis.sweeps.store import Store

    store = Store(place)
    try:
        if bring is not None:
            store.put(list(foreign_rows(bring, name)))
        found = rows(store, *more)
    finally:
        store.close()
    if grids is None:
        return found
    keys = {trial.key for trial in grids.trials()}
    return [row for row in found if row.values["key"] in keys]


def _settings(tests: Iterable[str]) -> list[str]:
    """Return what tests ask for: in that the two of a pair may differ."""
    import re

    return [re.split(r"[=!<>]", test)[0].strip() for test in tests]


def _in_words(found: "Comparison") -> str:
    return (
        f"{100 * found.difference:+.2f} points of test accuracy, 95 % interval {100 * found.low:+.2f} to {100 * found.high:+.2f}; "
        f"{found.pairs} pairs: {found.better} better, {found.equal} equal, {found.worse} worse"
    )


def _show(found: "Sequence[Row]", most: int | None) -> None:
    from tprog.analysis.sweeps.rows import configurations, in_common
    from tprog.analysis.sweeps.tables import TITLES, cells
    from tprog.cli.console import say, stdout
    from tprog.terminal import Table

    made = configurations(found)
    table = Table()
    for title in TITLES:
        words = title in ("task", "settings")
        table.add_column(title, justify="left" if words else "right", no_wrap=not words)
    shared = in_common(made)
    for one in made[:most]:
        table.add_row(*cells(one, shared))
    stdout().print(table)
    if shared:
        say("all with " + " ".join(f"{name}={value}" for name, value in shared.items()))
    failed = [row for row in found if row.values["state"] == "failed"]
    for row in failed[:most]:
        say(f"failed: {row.trial}: {row.values['error']}")
    done = sum(row.values["state"] == "done" for row in found)
    more = (
        ""
        if most is None or len(made) <= most
        else f"; the first {most} are listed, --all lists all"
    )
    say(f"{len(made):,} configurations, {done:,} trials done, {len(failed):,} failed{more}")


def show_best(store: "Store", trials: "Sequence[Trial]") -> None:
    """List the configurations of some trials, and name the best of each task, by validation accuracy."""
    from tprog.analysis.sweeps.rows import rows
    from tprog.cli.console import say

    keys = {trial.key for trial in trials}
    found = [row for row in rows(store) if row.values["key"] in keys]
    _show(found, MOST)
    best: dict[str, Row] = {}
    for row in found:
        known = best.get(row.trial.task)
        score = row.values["validation"]
        if score is not None and (known is None or score > known.values["validation"]):
            best[row.trial.task] = row
    for task, row in best.items():
        if len(trials) > 1:
            say(f"best of {task}: {100 * row.values['test']:.2f} % of test labels with {row.trial}")
