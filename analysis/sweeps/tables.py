"""Results as tables: CSV and Parquet for machines, Markdown and LaTeX for people, and the section of a page.

Nothing is invented: what was not run is marked so, and a share that is not 1 is never rounded up to 100 %.
"""

import csv
import io
import math
import re
import statistics
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from tprog.analysis.sweeps.axes import Grid, Sweep
from tprog.analysis.sweeps.paper import published_figure
from tprog.analysis.sweeps.rows import Configuration, Row, configurations
from tprog.analysis.sweeps.trial import ByLength, Trial
from tprog.errors import TprogError, UnreadableSource, UsageError
from tprog.files import read_text, write_bytes, write_text

NOT_RUN = "not run"
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
_SECTION = (
    "Percentages of right labels on test data that no choice has seen: of the seed with the best validation accuracy, as in "
    "the paper, then the mean over all seeds. Each figure was counted again from the file that the training left."
)
TITLES = ("task", "settings", "test", "mean", "sd", "least", "seeds", "seconds", "lines", "paper")


class NoParquet(TprogError):
    """Parquet needs a library that is not installed."""

    slug = "no-parquet"


def percent(share: float | None) -> str:
    """Return a share as a percentage with two decimals, rounded down; `100` is exactly all."""
    if share is None:
        return ""
    if share == 1.0:
        return "100"
    # Ten thousandths are counted in whole numbers first: 0.9983 * 10,000 is a little less than 9,983.
    return f"{math.floor(round(share * 10_000, 6)) / 100:.2f}"


def cells(found: Configuration, shared: Collection[str] = ()) -> tuple[str, ...]:
    """Return a configuration as a row for people, under `TITLES`, without the settings that are shared."""
    source = "" if found.source == "tprog" else f"[{found.source}] "
    failed = f", {found.failed} failed" if found.failed else ""
    return (
        found.task,
        source + " ".join(f"{k}={v}" for k, v in found.settings.items() if k not in shared),
        percent(found.test),
        percent(found.mean),
        "" if found.deviation is None else f"{100 * found.deviation:.2f}",
        percent(found.least),
        f"{found.seeds}{failed}",
        "" if found.seconds is None else f"{found.seconds:.0f}",
        "" if found.lines is None else f"{found.lines:,}",
        found.paper or "",
    )


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(one) + " |" for one in lines) + "\n"


def latex(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as LaTeX, with the rules of booktabs."""
    special = {"\\": r"\textbackslash{}", **{c: f"\\{c}" for c in "&%$#_{}"}}

    def line(row: Sequence[str]) -> str:
        return " & ".join("".join(special.get(c, c) for c in cell) for cell in row) + r" \\"

    columns = "l" * 2 + "r" * (len(header) - 2)
    body = [line(header), r"\midrule", *map(line, rows)]
    return "\n".join(
        [
            rf"\begin{{tabular}}{{{columns}}}",
            r"\toprule",
            *body,
            r"\bottomrule",
            r"\end{tabular}",
            "",
        ]
    )


def by_length(found: Iterable[Row]) -> Iterator[tuple[str, ...]]:
    """Yield, for each configuration, its inputs wholly right at the greatest length of training, and at longer ones in two halves.

    Each cell has the mean over the seeds and their deviation; the last one the length from which on a model is not always right.
    """
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in found:
        if row.values["by_length"]:
            groups.setdefault((row.trial.task, model(row.trial)), []).append(row)
    for (task, name), rows in groups.items():
        curves = [row.values["by_length"] for row in rows]
        lengths = [one[0] for one in curves[0]]
        half = 1 + len(lengths) // 2
        parts = (slice(1), slice(1, half), slice(half, None))
        wrong = [one[0] for curve in curves for one in curve if one[2] < 1]
        yield (
            *(task, name),
            *(_spread(lengths[part], [curve[part] for curve in curves]) for part in parts),
            f"wrong at {min(wrong)}" if wrong else f"right to {lengths[-1]}",
        )


def _spread(lengths: Sequence[int], curves: Sequence[ByLength]) -> str:
    """Return lengths and the mean over them and over the seeds, with the seeds' deviation."""
    if not lengths:
        return ""
    shares = [statistics.fmean(one[2] for one in curve) for curve in curves]
    deviation = f" ± {100 * statistics.stdev(shares):.1f}" if len(shares) > 1 else ""
    places = f"{lengths[0]}–{lengths[-1]}" if len(lengths) > 1 else f"{lengths[0]}"
    return f"{places}: {percent(statistics.fmean(shares))}{deviation}"


def model(trial: Trial) -> str:
    """Return what a trial learns, in words."""
    if trial.get("rasp"):
        return "algorithm"
    if not trial.get("standard"):
        return "program"
    positions = trial.get("positions") or "learned"
    return f"Transformer, {'no' if positions == 'none' else positions} positions"


def export(path: Path, found: Sequence[Row]) -> None:
    """Write results: every trial as `.csv` or `.parquet`, every configuration as `.md` or `.tex`.

    Raises:
        UsageError: the ending names no format.
        NoParquet: the library for it is not installed.
        FileProblem: the disk refuses it.
    """
    writers: Mapping[str, Callable[[], bytes]] = {
        ".csv": lambda: _csv(found),
        ".parquet": lambda: _parquet(found),
        ".md": lambda: markdown(TITLES, map(cells, configurations(found))).encode(),
        ".tex": lambda: latex(TITLES, map(cells, configurations(found))).encode(),
    }
    if path.suffix not in writers:
        raise UsageError(f"{path.name!r} names no format; end it in {', '.join(writers)}")
    write_bytes(path, writers[path.suffix]())


def flat(found: Sequence[Row]) -> list[dict[str, Any]]:
    """Return every trial as one level of names and values, the same names in each."""
    names = dict.fromkeys(name for row in found for name, _ in row.trial.settings if name != "seed")
    return [
        {
            **{k: v for k, v in row.values.items() if k != "driver"},
            **{n: row.trial.get(n) for n in names},
        }
        for row in found
    ]


def _csv(found: Sequence[Row]) -> bytes:
    rows, out = flat(found), io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else ["key"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _parquet(found: Sequence[Row]) -> bytes:
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ModuleNotFoundError as error:
        raise NoParquet("Parquet needs a library: pip install pyarrow; or write .csv") from error
    out = io.BytesIO()
    parquet.write_table(arrow.Table.from_pylist(flat(found)), out)
    return out.getvalue()


def sections(sweep: Sweep, found: Iterable[Row]) -> str:
    """Return the grids of a sweep as tables: one for each section, a column for each grid, a row for each task.

    Args:
        sweep: whose grids have sections, and each one configuration of a task.
        found: rows, those of others among them.
    """
    by_key = {row.values["key"]: row for row in found}
    parts = [_SECTION]
    for section in dict.fromkeys(grid.section for grid in sweep.grids if grid.section):
        grids = [grid for grid in sweep.grids if grid.section == section]
        tasks = dict.fromkeys(task for grid in grids for task in grid.tasks)
        header = ("task", "paper", *(f"ours, {grid.name}" for grid in grids))
        body = [_line(task, grids, by_key) for task in tasks]
        parts += [f"**{section}**", markdown(header, body).rstrip()]
    return "\n\n".join(parts) + "\n"


def _line(task: str, grids: Sequence[Grid], by_key: Mapping[str, Row]) -> tuple[str, ...]:
    shown, paper = [], ""
    for grid in grids:
        trials = replace(grid, tasks=(task,)).trials() if task in grid.tasks else []
        done = [by_key[each.key] for each in trials if each.key in by_key]
        (made,) = configurations(done) if done else (None,)
        paper = paper or next(filter(None, map(published_figure, trials)), "")
        shown.append(_short(made, len(trials)) if trials else "")
    return (f"`{task.partition(':')[0]}`", paper, *shown)


def _short(found: Configuration | None, planned: int) -> str:
    if found is None or found.test is None:
        return NOT_RUN
    seeds = str(found.seeds) if found.seeds >= planned else f"{found.seeds} of {planned}"
    return f"**{percent(found.test)}** (mean {percent(found.mean)}, {seeds} seeds)"


def write_section(page: Path, text: str) -> None:
    """Replace what stands between the marks of a page.

    Raises:
        FileProblem: the page cannot be read or written.
        UnreadableSource: it has not both marks.
    """
    whole = read_text(page)
    found = re.search(f"(?<={re.escape(BEGIN)}\n).*?(?={re.escape(END)})", whole, re.DOTALL)
    if found is None:
        raise UnreadableSource(f"{page} has no lines {BEGIN} and {END}; put them where results go")
    write_text(page, whole[: found.start()] + text + whole[found.end() :])
