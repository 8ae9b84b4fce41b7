"""`tprog lengths`: what is still right on inputs longer than those of training."""

from pathlib import Path

import typer

from tprog.cli.grid_options import STORE


def lengths(
    tasks: list[str] = typer.Argument(..., metavar="TASK…", help="Tasks, without their lengths."),
    sizes: str = typer.Option(
        "10,20,30,40", metavar="N,N,…", help="Greatest lengths of training, in symbols."
    ),
    longer: int = typer.Option(
        10, min=1, help="Test on inputs so much longer; twice as long where all have one length."
    ),
    seeds: str = typer.Option("5", help="How many of each network, or which, such as 0-4."),
    seconds: float = typer.Option(120.0, min=1, help="For each training and search."),
    programs: bool = typer.Option(False, "--programs", help="Train programs, too."),
    algorithms: bool = typer.Option(False, "--algorithms", help="No networks: algorithms alone."),
    plot: Path | None = typer.Option(None, metavar="FILE", help="Draw it: .svg or .pdf."),
    processes: int | None = typer.Option(None, min=1, help="At once; by default a core each."),
    ray: str | None = typer.Option(None, metavar="ADDRESS", help="Run on this Ray cluster."),
    dry_run: bool = typer.Option(False, "--dry-run", help="List the trials and the time."),
    store: Path = STORE,
) -> None:
    """Learn from short inputs and test on longer ones: the algorithm that synthesis finds, beside Transformers with each kind of positions.

    Trials are those of tprog grid, in the same store. Inputs count as right with all their labels.

    Example: tprog lengths sort parity --sizes 10,20 --plot lengths.svg
    """
    from tprog.analysis.sweeps.axes import seeds_of, values_of
    from tprog.analysis.sweeps.lengths import study
    from tprog.analysis.sweeps.plots import plot as draw
    from tprog.analysis.sweeps.rows import rows
    from tprog.analysis.sweeps.store import Store
    from tprog.analysis.sweeps.tables import by_length
    from tprog.cli.console import say, stdout
    from tprog.cli.grid import end, list_trials, run_sweep
    from tprog.terminal import Table

    numbers = [int(value) for value in values_of("length", sizes)]
    sweep = study(tasks, numbers, longer, seeds_of(seeds), seconds, programs, not algorithms)
    kept = Store(store)
    try:
        if dry_run:
            list_trials(sweep, kept, processes)
            return
        tally = run_sweep(sweep, kept, processes, ray)
        keys = {trial.key for trial in sweep.trials()}
        found = [row for row in rows(kept, "by_length") if row.values["key"] in keys]
    finally:
        kept.close()
    table = Table()
    for title in ("task", "model", "trained to", "longer", "longest", "inputs wholly right"):
        table.add_column(title)
    for cells in by_length(found):
        table.add_row(*cells)
    stdout().print(table)
    for row in found:
        if row.trial.get("rasp") and not row.values["by_length"]:
            say(f"{row.trial.task}: {row.values['found'] or row.values['error']}")
    if plot is not None:
        draw(plot, "lengths", found)
        say(f"wrote {plot}")
    end(tally)
