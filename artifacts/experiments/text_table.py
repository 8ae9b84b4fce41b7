"""The table of docs/text.md: programs that were learned from texts beside what others reach, on three seeds.

    python -m experiments.text_table FOLDER [trec] [mr] [subj] [wnut] [wnut_short] [wnut_untuned] [trec_published] [wnut_published]

FOLDER holds `trec.train.txt`, `trec.test.txt`, `mr.txt`, `subj.txt`, `wnut17.train.conll`, `wnut17.dev.conll` and
`wnut17.test.conll`. A line for each seed is printed as it comes, then a row of the table; seconds are the processor's.
"""

import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tprog.analysis.texts import TextRun, learn_text
from tprog.text.published import CLASSES, ENTITIES

SEEDS = (0, 1, 2)
SLOW = "standard"
"""The baseline that is measured on the first seed alone: it takes minutes."""
SHORT = 78
"""Rows of votes of the short tagger, which has 250 lines at most."""
TREC, MR, SUBJ = (
    TextRun("classify", Path(name), baselines=True, others=(SLOW,))
    for name in ("trec.train.txt", "mr.txt", "subj.txt")
)
TAGGED = [Path(f"wnut17.{part}.conll") for part in ("train", "test", "dev")]
TUNED = TextRun("ner", TAGGED[0], TAGGED[1], TAGGED[2])
WNUT = replace(TUNED, baselines=True, others=("crf",))
TABLE = {
    "trec": replace(TREC, test=Path("trec.test.txt")),
    "mr": MR,
    "subj": SUBJ,
    "wnut": WNUT,
    "wnut_short": replace(TUNED, rows=SHORT),
    "wnut_untuned": replace(WNUT, tune=None),
    "trec_published": replace(
        TREC, test=Path("trec.test.txt"), baselines=False, others=(), recipe=CLASSES
    ),
    "wnut_published": replace(TUNED, recipe=replace(ENTITIES, epochs=5)),
}


def measured(run: TextRun, folder: Path, seed: int) -> dict[str, tuple[float, ...]]:
    """Return the figure (in percent) of whatever labels the test texts; of the program also processor seconds and lines."""
    test, tune = (None if name is None else folder / name for name in (run.test, run.tune))
    others = run.others if seed == SEEDS[0] else tuple(one for one in run.others if one != SLOW)
    run = replace(run, data=folder / run.data, test=test, tune=tune, seed=seed, others=others)
    report = learn_text(run).report
    ours, *rest = report.scores
    found: dict[str, tuple[float, ...]] = {score.name: (100 * score.value,) for score in rest}
    return {ours.name: (100 * ours.value, report.seconds, report.lines), **found}


def spread(values: Sequence[float], digits: int) -> str:
    """Return the mean, and least and greatest where they differ."""
    mean, least, most = sum(values) / len(values), min(values), max(values)
    between = f" ({least:.{digits}f}–{most:.{digits}f})" if least < most else ""
    return f"{mean:.{digits}f}{between}"


def main(folder: str, *names: str) -> None:
    """Print the rows of these names, or all."""
    for name in names or TABLE:
        figures = defaultdict(list)
        for seed in SEEDS:
            for says, found in measured(TABLE[name], Path(folder), seed).items():
                figures[says].append(found)
                print(
                    f"{name} {seed} {says}: {', '.join(f'{one:.1f}' for one in found)}", flush=True
                )
        cells = [
            f"{says} {', '.join(spread(one, 1 - bool(place)) for place, one in enumerate(zip(*each, strict=True)))}"
            for says, each in figures.items()
        ]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
