"""The results as files: CSV for machines, Markdown for people. Owns their columns and how numbers are written.

Nothing is invented: what was not run is marked so, and a share that is not 1 is never rounded up to 100 %.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.summary import Summary
from experiments.table import DESCRIPTIONS, Setting
from tprog.errors import UnreadableSource
from tprog.files import read_text, write_text

NOT_RUN = "not run"
CHOSEN = "the seed with the best validation accuracy"
# Which settings stand in which file.
TABLES: Mapping[str, tuple[Setting, ...]] = {
    "table1": ("published", "best", "without-composition", "standard"),
    "table3": ("categorical-only",),
    "large": ("16-16", "16-16-standard"),
}
COLUMNS = (
    *(
        "task",
        "setting",
        "paper",
        "test",
        "mean",
        "min",
        "max",
        "sd",
        "seeds",
        "planned",
        "reached",
    ),
    *("goal_accuracy", "goal_seconds", "seconds", "rounds", "lines", "cores", "commits"),
    *("found", "chosen", "command"),
)
TIME_COLUMNS = ("task", "setting", "seed", "cores", "accuracy", "seconds", "command")
# Validation accuracies whose time is reported.
LEVELS = (0.9, 0.99, 0.998, 0.999, 1.0)
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"


def write_results(folder: Path, summaries: Sequence[Summary]) -> None:
    """Write the CSV files and `results.md`, each whole or not at all.

    Raises:
        FileProblem: the disk refuses it.
    """
    for name, settings in TABLES.items():
        rows = [_row(found) for found in summaries if found.experiment.setting in settings]
        write_text(folder / f"{name}.csv", _csv(COLUMNS, rows))
    write_text(folder / "time_to_accuracy.csv", _csv(TIME_COLUMNS, _times(summaries)))
    write_text(folder / "results.md", markdown(summaries))


def write_section(page: Path, results: str) -> None:
    """Replace what stands between the marks of a page by the results.

    Raises:
        FileProblem: the page cannot be read or written.
        UnreadableSource: it has not both marks.
    """
    text = read_text(page)
    found = re.search(f"(?<={re.escape(BEGIN)}\n).*?(?={re.escape(END)})", text, re.DOTALL)
    if found is None:
        raise UnreadableSource(f"{page} has no lines {BEGIN} and {END}; put them where results go")
    write_text(page, text[: found.start()] + results + text[found.end() :])


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _row(found: Summary) -> dict[str, Any]:
    """Return a row of a CSV: shares as percentages in full precision, nothing where nothing is known."""
    row, chosen = found.experiment, found.chosen
    goal = row.goal
    return {
        "task": row.task,
        "setting": row.setting,
        "paper": row.paper,
        "test": None if chosen is None else _percent(chosen.test),
        "mean": _percent(found.mean),
        "min": _percent(found.least),
        "max": _percent(found.greatest),
        "sd": _percent(found.deviation),
        "seeds": len(found.outcomes),
        "planned": row.seeds,
        "reached": found.reached,
        "goal_accuracy": None if goal is None else _percent(goal.accuracy),
        "goal_seconds": None if goal is None else goal.seconds,
        "seconds": None if found.seconds is None else round(found.seconds, 1),
        "rounds": None if found.rounds is None else round(found.rounds, 1),
        "lines": None if chosen is None else chosen.lines,
        "cores": row.cores,
        "commits": " ".join(sorted({outcome.commit or "?" for outcome in found.outcomes})),
        "found": None if chosen is None else chosen.found,
        "chosen": NOT_RUN if chosen is None else f"{CHOSEN}; {chosen.chosen}",
        "command": found.command,
    }


def _times(summaries: Sequence[Summary]) -> list[dict[str, Any]]:
    return [
        {
            "task": outcome.task,
            "setting": outcome.setting,
            "seed": outcome.seed,
            "cores": outcome.cores,
            "accuracy": _percent(level),
            "seconds": outcome.first_reached(level),
            "command": outcome.command,
        }
        for found in summaries
        for outcome in found.outcomes
        for level in LEVELS
    ]


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 6)


def markdown(summaries: Sequence[Summary]) -> str:
    """Return the results as tables and the words that a reader needs for them."""
    by_setting: dict[Setting, list[Summary]] = {}
    for found in summaries:
        by_setting.setdefault(found.experiment.setting, []).append(found)
    parts = [glance(summaries), "## All figures", _INTRODUCTION]
    for title, note, paper, settings in _SECTIONS:
        parts += [f"### {title}", note, _section(paper, settings, by_setting)]
    parts += ["### Time to accuracy", _TIME_NOTE, _time_section(summaries)]
    parts += ["### Commands", _commands(summaries)]
    return "\n\n".join(part for part in parts if part) + "\n"


def glance(summaries: Sequence[Summary]) -> str:
    """Return the short form: a table for each group of settings, a row for each task."""
    found = {
        (summary.experiment.setting, summary.experiment.task): summary for summary in summaries
    }
    parts = [_GLANCE]
    for title, _, paper, settings in _SECTIONS:
        header = ("task", paper, *(f"ours, {setting}" for setting in settings), "seeds at the goal")
        tasks = dict.fromkeys(task for setting, task in found if setting in settings)
        rows = [
            _glance_row(task, [found.get((setting, task)) for setting in settings])
            for task in tasks
        ]
        parts += [f"**{title}**", _table(header, rows)]
    return "\n\n".join(parts) + "\n"


def _glance_row(task: str, row: Sequence[Summary | None]) -> tuple[str, ...]:
    there = [found for found in row if found is not None]
    paper = next((found.experiment.paper for found in there if found.experiment.paper), "")
    goals = [
        f"{found.experiment.setting} {goal_text(found)}"
        for found in there
        if found.outcomes and goal_text(found)
    ]
    return (f"`{task}`", paper, *(_short(found) for found in row), "; ".join(goals))


def _short(found: Summary | None) -> str:
    if found is None or found.chosen is None:
        return NOT_RUN
    count = len(found.outcomes)
    test = f"**{percent(found.chosen.test)}**"
    return (
        f"{test} (1 seed)" if count == 1 else f"{test} (mean {percent(found.mean)}, {count} seeds)"
    )


_GLANCE = (
    "Percentages of right labels on test data that no choice has seen: of the seed with the best validation accuracy, as "
    "in the paper, then the mean over all seeds. Each figure of a program was counted again from its `program.py`."
)
_INTRODUCTION = (
    "*ours* is the seed with the best validation accuracy, *least* and *greatest* are over all seeds. *goal*: how many "
    "seeds reached the accuracy on test data within the seconds of training, on two cores. *seconds* (with compiled kernels at "
    "hand) and *rounds* (epochs, for a standard Transformer) are means, *lines* are those of the whole emitted file. The CSV files beside this page "
    "have the same in full precision."
)
_TIME_NOTE = (
    "Median seconds, over the seeds that got there, from the start of the command until a model with this validation "
    "accuracy, as the log gives it to two decimals, was first at hand; in brackets how many of the seeds did."
)
_SECTIONS: tuple[tuple[str, str, str, tuple[Setting, ...]], ...] = (
    ("The paper's tasks (its Table 1)", "", "paper", TABLES["table1"]),
    ("Categorical variables alone (its Table 3)", "", "paper", TABLES["table3"]),
    (
        "Vocabulary and length 16",
        "*retrained*: one run of the published implementation with its own settings; the paper names no numbers.",
        "retrained",
        TABLES["large"],
    ),
)


def _section(
    paper: str, settings: Sequence[Setting], by_setting: Mapping[Setting, list[Summary]]
) -> str:
    header = (
        *("task", "setting", paper, "ours", "mean", "least", "greatest", "sd", "seeds", "goal"),
        *("seconds", "rounds", "lines", "found by"),
    )
    rows = [
        _cells(found)
        for task in dict.fromkeys(
            found.experiment.task for setting in settings for found in by_setting.get(setting, [])
        )
        for setting in settings
        for found in by_setting.get(setting, [])
        if found.experiment.task == task
    ]
    return _table(header, rows)


def _cells(found: Summary) -> tuple[str, ...]:
    row, chosen = found.experiment, found.chosen
    paper = row.paper or ""
    if chosen is None:
        return (f"`{row.task}`", row.setting, paper, NOT_RUN, *[""] * 10)
    return (
        f"`{row.task}`",
        row.setting,
        paper,
        f"**{percent(chosen.test)}**",
        percent(found.mean),
        percent(found.least),
        percent(found.greatest),
        "" if found.deviation is None else f"{100 * found.deviation:.2f}",
        _of(len(found.outcomes), row.seeds),
        goal_text(found),
        f"{found.seconds:.0f}",
        f"{found.rounds:.0f}",
        "" if chosen.lines is None else f"{chosen.lines:,}",
        chosen.found,
    )


def goal_text(found: Summary) -> str:
    """Return how many seeds reached the goal, such as `8 of 10: 99.8 % in 90 s`; nothing where there is no goal."""
    goal = found.experiment.goal
    if goal is None or found.reached is None:
        return ""
    return f"{found.reached} of {len(found.outcomes)}: {100 * goal.accuracy:.6g} % in {goal.seconds:.0f} s"


def percent(share: float | None) -> str:
    """Return a share as a percentage with two decimals, rounded down; `100` is exactly all."""
    if share is None:
        return ""
    if share == 1.0:
        return "100"
    # Ten thousandths are counted in whole numbers first: 0.9983 * 10,000 is a little less than 9,983.
    return f"{math.floor(round(share * 10_000, 6)) / 100:.2f}"


def _of(done: int, planned: int) -> str:
    return str(done) if done >= planned else f"{done} of {planned}"


def _time_section(summaries: Sequence[Summary]) -> str:
    header = ("task", "setting", *(f"{100 * level:.6g} %" for level in LEVELS))
    rows = [
        (
            f"`{found.experiment.task}`",
            found.experiment.setting,
            *(_time_cell(found, level) for level in LEVELS),
        )
        for found in summaries
        if found.outcomes
    ]
    return _table(header, rows) if rows else f"{NOT_RUN.capitalize()}."


def _time_cell(found: Summary, level: float) -> str:
    times = sorted(
        seconds
        for outcome in found.outcomes
        if (seconds := outcome.first_reached(level)) is not None
    )
    if not times:
        return "–"
    # The lower of the two in the middle: a time that was measured.
    median = times[(len(times) - 1) // 2]
    return f"{median:.0f} s ({len(times)} of {len(found.outcomes)})"


def _commands(summaries: Sequence[Summary]) -> str:
    rows = [
        (
            found.experiment.setting,
            DESCRIPTIONS[found.experiment.setting],
            f"`{found.experiment.task}`",
            f"`{found.command}`",
            "0" if found.experiment.seeds == 1 else f"0 to {found.experiment.seeds - 1}",
        )
        for found in summaries
    ]
    return _table(("setting", "what it is", "task", "command", "`--seed`"), rows)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
