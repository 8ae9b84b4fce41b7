"""The table of docs/text.md: programs that were learned from texts beside what others reach, on three seeds.

    python -m experiments.text_table FOLDER [trec] [mr] [subj] [wnut] [wnut_short] [wnut_untuned]

FOLDER holds `trec.train.txt`, `trec.test.txt`, `mr.txt`, `subj.txt`, `wnut17.train.conll`, `wnut17.dev.conll` and
`wnut17.test.conll`. A line for each seed is printed as it comes, then a row of the table; seconds are the processor's.
"""

import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time

from tprog.analysis.text_baselines import chosen
from tprog.analysis.texts import TextRun, learn_text, parts, score
from tprog.text.documents import Kind

SEEDS = (0, 1, 2)
OURS = "this program"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: files, options, and baselines besides the usual ones."""

    kind: Kind
    data: str
    test: str | None = None
    tune: str | None = None
    rows: int | None = None
    others: tuple[str, ...] = ()
    usual: bool = True

    def run(self, folder: Path, seed: int) -> TextRun:
        """Return what is learned."""
        test, tune = (None if name is None else folder / name for name in (self.test, self.tune))
        return TextRun(self.kind, folder / self.data, test, tune, seed=seed, rows=self.rows)


WNUT = Row("ner", "wnut17.train.conll", "wnut17.test.conll", "wnut17.dev.conll")
SHORT = 55
"""Rows of votes of the short tagger."""
TABLE = {
    "trec": Row("classify", "trec.train.txt", "trec.test.txt", others=("standard",)),
    "mr": Row("classify", "mr.txt"),
    "subj": Row("classify", "subj.txt"),
    "wnut": replace(WNUT, others=("crf",)),
    "wnut_short": replace(WNUT, rows=SHORT, usual=False),
    "wnut_untuned": replace(WNUT, tune=None, others=("crf",)),
}


def measured(row: Row, folder: Path, seed: int) -> dict[str, tuple[float, float, float]]:
    """Return figure (in percent), processor seconds, and lines for whatever labels the test texts."""
    run = row.run(folder, seed)
    report = learn_text(run).report
    found = {OURS: (100 * report.scores[0].value, report.seconds, float(report.lines))}
    train, test, read = parts(run)
    known = (*train, *(read[-1].documents if run.tune else ()))
    for other in chosen(row.kind, row.usual, row.others):
        began = process_time()
        value = score(
            other.says, row.kind, test, other.labels(known, test, read[0].labels, seed)
        ).value
        found[other.says] = (100 * value, process_time() - began, 0.0)
    return found


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
                value, seconds, lines = found
                print(
                    f"{name} {seed} {says}: {value:.1f}, {seconds:.0f} s, {lines:.0f} lines",
                    flush=True,
                )
        cells = []
        for says, each in figures.items():
            values, seconds_of, lines_of = zip(*each, strict=True)
            size = f", {spread(lines_of, 0)} lines" if says == OURS else ""
            cells.append(f"{says} {spread(values, 1)}{size}, {spread(seconds_of, 0)} s")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
