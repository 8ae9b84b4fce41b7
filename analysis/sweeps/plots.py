"""Results as pictures, as SVG or PDF: by task, over two axes, over time, against size, and over lengths.

Colours can be told apart by people who are colour-blind (Okabe and Ito); marks differ as well. matplotlib is the extra `results`.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from tprog.analysis.sweeps.rows import Row, configurations
from tprog.analysis.sweeps.tables import model
from tprog.errors import TprogError, UsageError
from tprog.files import write_bytes

Kind: TypeAlias = Literal["accuracy", "heat", "time", "size", "lengths"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# What each needs of a row besides the short columns.
NEEDS: Mapping[Kind, tuple[str, ...]] = {"time": ("curve",), "lengths": ("by_length",)}

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKS = "osD^vPX"
ENDINGS = ("svg", "pdf")
ACROSS = 3  # panels of a line: a page shows them at their size


class NoPlot(TprogError):
    """matplotlib is not installed."""

    slug = "no-plot"


def plot(path: Path, kind: Kind, found: Sequence[Row], axes: Sequence[str] = ()) -> None:
    """Draw rows; equal rows give equal files.

    Args:
        path: where to.
        kind: `accuracy`: by task; `heat`: over two settings; `time`: best validation accuracy over seconds; `size`: accuracy
            against lines; `lengths`: accuracy by length, with the deviation over seeds as a band.
        found: which; those without a figure are left out.
        axes: of `heat`, the two settings.

    Raises:
        NoPlot: matplotlib is not installed.
        UsageError: the ending names no format, or there is nothing to draw.
        FileProblem: the disk refuses it.
    """
    ending = path.suffix.removeprefix(".")
    if ending not in ENDINGS:
        raise UsageError(f"{path.name!r} names no format; end it in .{' or .'.join(ENDINGS)}")
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise NoPlot("pictures need matplotlib: pip install 'tprog[results]'") from error
    done = [row for row in found if row.values["state"] == "done"]
    if not done:
        raise UsageError("there is nothing to draw: none of these trials is done")
    look: Any = {
        "svg.hashsalt": "tprog",
        "svg.fonttype": "none",
        "pdf.fonttype": 42,
        "font.size": 9,
    }
    with mpl.rc_context(look):
        figure = Figure(layout="constrained")
        drawers: Mapping[Kind, Callable[[], None]] = {
            "accuracy": lambda: _by_task(figure, done),
            "heat": lambda: _heat(figure, done, axes),
            "time": lambda: _over_time(figure, done),
            "size": lambda: _size(figure, done),
            "lengths": lambda: _lengths(figure, done),
        }
        drawers[kind]()
        out = io.BytesIO()
        dated = {"svg": "Date", "pdf": "CreationDate"}[ending]
        figure.savefig(out, format=ending, metadata={dated: None, "Creator": "tprog"})
    write_bytes(path, out.getvalue())


def _looks(names: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, name in enumerate(names):
        yield name, {"color": COLOURS[number % 7], "marker": MARKS[number % 7], "label": name}


def _names(done: Sequence[Row]) -> dict[str, str]:
    """Return how the settings of rows are called: what all of them share is left out, and a limit of time that says nothing more."""
    every = [set(row.trial.settings) - {("seed", row.trial.seed)} for row in done]
    shared = set.intersection(*every)
    found, limits = {}, dict[tuple[str, str], set[object]]()
    for row, own in zip(done, every, strict=True):
        told = sorted(one for one in own - shared if one[0] != "seconds")
        source = row.values["source"]
        words = (source * (source != "tprog"), *(f"{name}={value}" for name, value in told))
        found[row.values["key"]] = " ".join(filter(None, words))
        limits.setdefault((row.trial.task, found[row.values["key"]]), set()).add(
            row.trial.get("seconds")
        )
    if any(len(one) > 1 for one in limits.values()):
        for row in done:
            found[row.values["key"]] += f" seconds={row.trial.get('seconds')}"
    plain = "defaults" if len(set(found.values())) > 1 else "all"
    return {key: name.strip() or plain for key, name in found.items()}


def _grouped(done: Sequence[Row]) -> dict[str, list[Row]]:
    names, groups = _names(done), dict[str, list[Row]]()
    for row in done:
        groups.setdefault(names[row.values["key"]], []).append(row)
    return groups


def _by_task(figure: Any, done: Sequence[Row]) -> None:
    """Draw test accuracy by task: the chosen seed as a mark on a line from the least to the greatest, published ones hollow."""
    panel, groups, published = figure.subplots(), _grouped(done), list[tuple[float, float]]()
    tasks = list(dict.fromkeys(row.trial.task for row in done))
    figure.set_size_inches(max(4.5, 0.8 * len(tasks) + 1.5), 3.4)
    for number, (name, look) in enumerate(_looks(list(groups))):
        for one in configurations(groups[name]):
            if one.test is None or one.least is None or one.greatest is None:
                continue
            place = tasks.index(one.task) + 0.7 * number / max(1, len(groups))
            panel.vlines(
                place, 100 * one.least, 100 * one.greatest, color=look["color"], linewidth=1
            )
            panel.plot([place], [100 * one.test], linestyle="", **look)
            look.pop("label", None)
            if one.paper is not None:
                published.append((place, float(one.paper)))
    if published:
        places, shares = zip(*published, strict=True)
        panel.plot(places, shares, "kD", fillstyle="none", markersize=8, label="published")
    named = [re.sub("[:,]", "\n", task) for task in tasks]
    panel.set_xticks(range(len(tasks)), named, rotation=40, ha="right", fontsize=7)
    _finish(panel, "test labels right, %")


def _heat(figure: Any, done: Sequence[Row], axes: Sequence[str]) -> None:
    """Draw, for each task, the accuracy of the chosen seed over two settings; the best of what else differs."""
    if len(axes) != 2:
        raise UsageError("a heat map has two axes; give them, such as --axes layers,heads")
    tasks = list(dict.fromkeys(row.trial.task for row in done))
    across, down = (sorted({row.get(name) for row in done}, key=str) for name in axes)
    for axis in (across, down):
        axis.sort(key=lambda one: (one is not None, one))
    figure.set_size_inches(3.2 * len(tasks) + 0.8, 2.8)
    image = None
    for panel, task in zip(figure.subplots(1, len(tasks), squeeze=False)[0], tasks, strict=True):
        grid = np.full((len(down), len(across)), np.nan)
        for one in configurations(row for row in done if row.trial.task == task):
            place = tuple(
                values.index(one.settings.get(name, done[0].trial.of(task, {}).get(name)))
                for name, values in ((axes[1], down), (axes[0], across))
            )
            grid[place] = np.nanmax([grid[place], np.nan if one.test is None else 100 * one.test])
        image = panel.imshow(grid, cmap="cividis", vmin=0, vmax=100, origin="lower", aspect="auto")
        for (y, x), value in np.ndenumerate(grid):
            colour = "white" if value < 60 else "black"
            panel.text(x, y, f"{value:.1f}", ha="center", va="center", color=colour, fontsize=7)
        panel.set_xticks(range(len(across)), across)
        panel.set_yticks(range(len(down)), down)
        panel.set(title=task, xlabel=axes[0], ylabel=axes[1])
    figure.colorbar(image, ax=figure.axes, label="test labels right, %")


def _over_time(figure: Any, done: Sequence[Row]) -> None:
    """Draw the best validation accuracy so far over the seconds of training, each seed as a line."""
    panel, groups = figure.subplots(), _grouped(done)
    figure.set_size_inches(5, 3.4)
    for name, look in _looks(list(groups)):
        for row in groups[name]:
            times, values = (
                zip(*row.values["curve"], strict=True) if row.values["curve"] else ((), ())
            )
            panel.step(
                [max(0.1, t) for t in times], [100 * v for v in values], where="post", **look
            )
            look.pop("label", None)
    panel.set_xscale("log")
    panel.set_xlabel("seconds")
    _finish(panel, "best validation accuracy, %")


def _size(figure: Any, done: Sequence[Row]) -> None:
    """Draw test accuracy against the lines of the emitted program, each trial as a mark."""
    panel, groups = figure.subplots(), _grouped(done)
    figure.set_size_inches(5, 3.4)
    for name, look in _looks(list(groups)):
        points = [
            (r.values["lines"], 100 * r.values["test"]) for r in groups[name] if r.values["lines"]
        ]
        if points:
            panel.plot(*zip(*points, strict=True), linestyle="", markersize=4, **look)
    panel.set_xscale("log")
    panel.set_xlabel("lines")
    _finish(panel, "test labels right, %")


def _lengths(figure: Any, done: Sequence[Row]) -> None:
    """Draw, for each task, the inputs with all labels right over their length; a line where training ended."""
    tested = [row for row in done if row.values["by_length"]]
    if not tested:
        raise UsageError("none of these trials was tested on lengths beyond training; see --longer")
    tasks = list(dict.fromkeys(row.trial.task for row in tested))
    columns = min(ACROSS, len(tasks))
    lines = -(-len(tasks) // columns)
    figure.set_size_inches(3.2 * columns + 0.5, 3 * lines)
    panels = figure.subplots(lines, columns, squeeze=False, sharey=True).flat
    for panel in panels[len(tasks) :]:
        panel.set_axis_off()
    for panel, task in zip(panels, tasks, strict=False):
        own = [row for row in tested if row.trial.task == task]
        groups = _grouped(own)
        said = {model(rows[0].trial): rows for rows in groups.values()}
        # Words where they tell the configurations apart.
        groups = said if len(said) == len(groups) else groups
        for name, look in _looks(list(groups)):
            curves = np.array([[one[2] for one in row.values["by_length"]] for row in groups[name]])
            places = [one[0] for one in groups[name][0].values["by_length"]]
            mean, spread = 100 * curves.mean(0), 100 * curves.std(0)
            panel.plot(places, mean, markersize=4, **look)
            panel.fill_between(places, mean - spread, mean + spread, color=look["color"], alpha=0.2)
        panel.axvline(own[0].values["by_length"][0][0], color="grey", linestyle=":")
        panel.set(title=task, xlabel="length")
        _finish(panel, "inputs wholly right, %")


def _finish(panel: Any, label: str) -> None:
    panel.set_ylabel(label)
    panel.set_ylim(-3, 103)
    panel.grid(axis="y", alpha=0.3)
    panel.legend(loc="lower left", fontsize=7)
