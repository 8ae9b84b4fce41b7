"""The results: runs what is missing and writes the tables.

    PYTHONPATH=artifacts python -m experiments.results [--only SETTING] [--task TASK] [--seeds N] [--quick]

Runs lie in `artifacts/runs/results/`, tables in `artifacts/results/`, below the current folder. The tables are written anew
after each run, so that they are right whenever it is cut off; the same command goes on.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from experiments.live import Watch
from experiments.plot import can_plot, write_plot
from experiments.report import glance, write_results, write_section
from experiments.runner import Event, Tally, all_runs, run_all
from experiments.summary import summarise
from experiments.table import SETTINGS, Experiment, experiments, quick, selected
from experiments.warm_up import warm_up
from tprog.errors import TprogError, UsageError

RUNS = Path("artifacts/runs/results")
TABLES = Path("artifacts/results")
# Figures of quick runs mean nothing, so they stay away from those that do.
QUICK_RUNS = Path("artifacts/runs/results-quick")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 done, 1 a run failed, 2 bad usage, 130 interrupted."""
    options = _parser().parse_args(arguments)
    try:
        return _main(options)
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except TprogError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _main(options: argparse.Namespace) -> int:
    table = experiments()
    if options.seeds is not None and options.seeds < 1:
        raise UsageError(f"--seeds is {options.seeds}; the least is 1")
    if options.at_most is not None and options.at_most < 1:
        raise UsageError(f"--at-most is {options.at_most}; the least is 1")
    rows = selected(table, options.only, options.task, options.seeds, options.at_most)
    root, tables = RUNS, TABLES
    if options.quick:
        table, rows = quick(table), quick(rows)
        root, tables = QUICK_RUNS, QUICK_RUNS / "tables"
    # What was not asked for now keeps its place in the tables.
    chosen = {(row.setting, row.task): row for row in rows}
    shown = [chosen.get((row.setting, row.task), row) for row in table]

    def write() -> None:
        _write(shown, root, tables, options.readme)

    tally = Tally()
    if not options.report:
        tally = _run(rows, root, options, write)
    write()
    print(f"wrote {tables}")
    for event in tally.failed:
        print(f"failed: {event.reason}", file=sys.stderr)
    if tally.interrupted:
        by = f" by {tally.signal}" if tally.signal else ""
        print(f"interrupted{by}; the same command goes on", file=sys.stderr)
        return 130
    return 1 if tally.failed else 0


def _run(
    rows: Sequence[Experiment],
    root: Path,
    options: argparse.Namespace,
    write: Callable[[], None],
) -> Tally:
    runs = all_runs(rows, root)
    watch = Watch(runs)

    def note(event: Event) -> None:
        watch.event(event)
        if event.kind == "finished":
            write()

    timed = [
        run for run in runs if not run.experiment.standard and (options.again or not run.outcome())
    ]
    if timed and not options.quick:
        print("compiling what training needs, so that it is not timed", file=sys.stderr)
        try:
            warm_up()
        except KeyboardInterrupt:
            return Tally(interrupted=True)
    with watch.showing():
        return run_all(runs, options.cores, note, watch.tick, again=options.again)


def _write(rows: Sequence[Experiment], root: Path, tables: Path, page: Path | None) -> None:
    summaries = summarise(rows, root)
    write_results(tables, summaries)
    if can_plot():
        write_plot(tables / "accuracy.svg", summaries)
    if page is not None:
        write_section(page, glance(summaries))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="PYTHONPATH=artifacts python -m experiments.results",
        description="Run what is missing of the experiments and write artifacts/results/. "
        "What is finished is skipped, what was cut off goes on.",
        epilog="Example: PYTHONPATH=artifacts python -m experiments.results --only best --task sort --seeds 3",
    )
    add = parser.add_argument
    add(
        "--only",
        action="append",
        default=[],
        metavar="SETTING",
        help=f"only this setting, may be repeated: {', '.join(SETTINGS)}",
    )
    add("--task", action="append", default=[], help="only this task, may be repeated")
    add("--seeds", type=int, metavar="N", help="seeds a row; by default what the table says")
    add("--at-most", type=int, metavar="SECONDS", help="no training may take longer")
    add(
        "--cores",
        type=int,
        default=min(2, os.cpu_count() or 1),
        help="cores that runs may use together; by default two",
    )
    add("--quick", action="store_true", help="tiny runs that show that everything works")
    add("--report", action="store_true", help="run nothing, write the tables of what there is")
    add("--again", action="store_true", help="run what is finished once more")
    add(
        "--readme", type=Path, metavar="FILE", help="put the results between the marks of this page"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
