"""Synthesis on tasks that nobody tuned for: which are exact, how long their programs are, which hold at four times the length.

Seconds are those of the processor.

cd tests; python -m benchmarks.held_out tuned|held_out|fresh|unseen|strange|blind|pooled|stranger_a|stranger_b|later|foreign [SECONDS] [NAME…]
"""

import sys
from time import thread_time

import numpy as np
from benchmarks.blind_tasks import BLIND
from benchmarks.foreign_tasks import FOREIGN
from benchmarks.fresh_tasks import FRESH
from benchmarks.held_out_tasks import HELD_OUT, TUNED
from benchmarks.later_tasks import LATER
from benchmarks.pooled_tasks import POOLED
from benchmarks.strange_tasks import STRANGE
from benchmarks.stranger_tasks import STRANGER_A, STRANGER_B
from benchmarks.unseen_tasks import UNSEEN

from tprog.analysis.synthesising import SynthReport, finished, search
from tprog.synthesis.asking import longer_examples
from tprog.synthesis.examples import Examples, wrong_rows
from tprog.tasks.task import Task

HEADINGS = ("task", "exact", "holds at 4 x", "size", "lines", "seconds", "part")
LONGER_SEED = 17
"""Of longer inputs that the search itself never saw."""


def row(task: Task, seconds: float) -> tuple[object, ...]:
    """Return what synthesis makes of one task."""
    began = thread_time()
    found = finished(task, search(task, seconds=seconds))
    passed = thread_time() - began
    report: SynthReport = found.report(None)
    exact = report.verdict == "equal"
    longer = longer_examples(task, np.random.default_rng(LONGER_SEED))
    holds = found.graph is not None and not wrong_rows(found.graph, Examples(tuple(longer)), 1)
    return (task.name, exact, holds, report.size, report.lines, round(passed, 1), report.how or "")


def main(arguments: list[str]) -> None:
    """Print the table as Markdown, a line as soon as it is known, and the totals."""
    sets = {"tuned": TUNED, "held_out": HELD_OUT, "fresh": FRESH, "unseen": UNSEEN}
    sets |= {
        "strange": STRANGE,
        "blind": BLIND,
        "pooled": POOLED,
        "later": LATER,
        "foreign": FOREIGN,
    }
    chosen = (sets | {"stranger_a": STRANGER_A, "stranger_b": STRANGER_B})[arguments[0]]
    seconds = float(arguments[1]) if len(arguments) > 1 else 60.0
    print("| " + " | ".join(HEADINGS) + " |\n" + "|---" * len(HEADINGS) + "|", flush=True)
    rows = []
    for task in chosen:
        if len(arguments) > 2 and task.name not in arguments[2:]:
            continue
        rows.append(row(task, seconds))
        print("| " + " | ".join(map(str, rows[-1])) + " |", flush=True)
    exact, holds = sum(bool(one[1]) for one in rows), sum(bool(one[2]) for one in rows)
    short = sum(bool(one[1]) and int(str(one[4])) <= 150 for one in rows)
    print(f"{len(rows)} tasks: {exact} exact, {short} of at most 150 lines, {holds} hold at 4 x")


if __name__ == "__main__":
    main(sys.argv[1:])
