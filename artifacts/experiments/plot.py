"""The results as a picture. Owns its look; refuses numbers that were not measured.

matplotlib is the extra `results`; nothing else needs it.
"""

import importlib.util
import io
from collections.abc import Sequence
from pathlib import Path

from experiments.summary import Summary
from experiments.table import Setting
from tprog.files import write_bytes

# Panels from left to right, with their settings and colours.
_PANELS: tuple[tuple[str, tuple[Setting, ...]], ...] = (
    ("Table 1", ("published", "best", "without-composition", "standard")),
    ("Table 3", ("categorical-only",)),
    ("vocabulary = length = 16", ("16-16", "16-16-standard")),
)
_COLOURS = ("#1f6fb4", "#d1495b", "#e9a23b", "#6c757d")


def can_plot() -> bool:
    """Tell whether matplotlib is installed."""
    return importlib.util.find_spec("matplotlib") is not None


def write_plot(path: Path, summaries: Sequence[Summary]) -> None:
    """Draw test accuracy by task: the paper's as a hollow diamond, ours as a dot with its least and greatest seed.

    Equal results give equal files.

    Args:
        path: an SVG file.
        summaries: rows that were not run are left out.

    Raises:
        FileProblem: the disk refuses it.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "tprog", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(11, 3.6), layout="constrained")
        widths = [
            max(1, len({s.experiment.task for s in summaries if s.experiment.setting in settings}))
            for _, settings in _PANELS
        ]
        axes = figure.subplots(1, len(_PANELS), sharey=True, width_ratios=widths)
        for panel, (title, settings) in zip(axes, _PANELS, strict=True):
            _draw(panel, title, settings, summaries)
        axes[0].set_ylabel("test labels right, %")
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": "tprog"})
    write_bytes(path, out.getvalue())


def _draw(
    panel: "object", title: str, settings: Sequence[Setting], summaries: Sequence[Summary]
) -> None:
    from matplotlib.axes import Axes

    assert isinstance(panel, Axes)
    shown = [found for found in summaries if found.experiment.setting in settings]
    tasks = list(dict.fromkeys(found.experiment.task for found in shown))
    papers = {
        found.experiment.task: float(found.experiment.paper)
        for found in shown
        if found.experiment.paper is not None
    }
    panel.plot(
        [tasks.index(task) for task in papers],
        list(papers.values()),
        "D",
        fillstyle="none",
        color="black",
        label="published" if title != _PANELS[2][0] else "published code, retrained",
    )
    for number, setting in enumerate(settings):
        offset = 0.17 * (number + 1)
        for found in shown:
            chosen = found.chosen
            if found.experiment.setting != setting or chosen is None:
                continue
            assert found.least is not None
            assert found.greatest is not None
            place, test = tasks.index(found.experiment.task) + offset, 100 * chosen.test
            panel.vlines(
                place, 100 * found.least, 100 * found.greatest, color=_COLOURS[number], linewidth=1
            )
            panel.plot([place], [test], "o", color=_COLOURS[number], markersize=4)
        panel.plot([], [], "o", color=_COLOURS[number], markersize=4, label=f"ours, {setting}")
    panel.set_title(title)
    panel.set_xticks(range(len(tasks)), tasks, rotation=40, ha="right")
    panel.set_ylim(0, 103)
    panel.grid(axis="y", alpha=0.3)
    panel.legend(loc="lower left", fontsize=7)
