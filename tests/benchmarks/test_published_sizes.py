"""How short the fourteen published programs for generated tasks become, under each contract.

`TPROG_REFERENCE` names a folder with the published code, which whoever runs this has fetched. `TPROG_SECONDS` is the time of a search,
120 where it is not set: with two cores to itself all of it takes about an hour. Lines are those of the formatted file less its votes.
"""

import os
from pathlib import Path
from typing import get_args

import pytest

from tprog.analysis.simplify.demand import Keep
from tprog.analysis.simplify.simplify import Simplified, simplify
from tprog.evaluate import count_inputs
from tprog.ir import Program
from tprog.learn.settings import recipe_synthesis
from tprog.learn.synthesised import synthesised
from tprog.published.program import read_published
from tprog.tasks.dataset import make_dataset
from tprog.tasks.registry import get_task

REFERENCE = os.environ.get("TPROG_REFERENCE", "")
SECONDS = float(os.environ.get("TPROG_SECONDS", "120"))
TASKS = ("reverse", "hist", "double_hist", "sort", "most_freq", "dyck1", "dyck2")
NAMES = [f"{folder}/{task}" for folder in ("rasp", "rasp_categorical_only") for task in TASKS]
ENUMERATED = 2_000_000

# Reached on two shared cores, and a little more.
MOST_LINES = {
    ("exact", False): 3_000,
    ("correct", False): 2_950,
    ("accuracy", False): 2_700,
    ("correct", True): 1_600,
    ("accuracy", True): 1_600,
}


def learned(name: str) -> Program:
    """Return the Program of the algorithm that synthesis finds for a task."""
    task = get_task(name)
    found = synthesised(
        make_dataset(task, 0), recipe_synthesis(task), lambda: False, lambda *_: None
    )
    assert found is not None
    assert found.program is not None
    return found.program


def simplified(name: str, keep: Keep, rewrite: bool) -> Simplified:
    """Return what becomes of one published program."""
    task = name.split("/")[1]
    program = read_published(Path(REFERENCE) / "programs" / name / f"{task}.py").program
    count = count_inputs(program.domain)
    return simplify(
        program,
        keep,
        task=get_task(task),
        sampled=count is None or count > ENUMERATED,
        seconds=SECONDS,
        other=learned(task) if rewrite else None,
    )


@pytest.mark.slow
@pytest.mark.skipif(not REFERENCE, reason="TPROG_REFERENCE names no folder with published programs")
@pytest.mark.parametrize("rewrite", [False, True])
@pytest.mark.parametrize("keep", get_args(Keep))
def test_published_programs_become_short(keep: Keep, rewrite: bool) -> None:
    """All together take no more lines than is said here, and each keeps its contract on what was looked at."""
    if (keep, rewrite) not in MOST_LINES:
        pytest.skip("what answers differently in a few places is not answered by other modules")
    total = before = 0
    for name in NAMES:
        found = simplified(name, keep, rewrite)
        assert found.missed[1] <= found.missed[0]
        assert found.before.lines is not None
        assert found.after.lines is not None
        before, total = before + found.before.lines, total + found.after.lines
        how = "proved" if found.exhaustive else "sample"
        print(f"{keep:9}{name:36}{found.before.lines:6}{found.after.lines:6}  {how}", flush=True)
    print(f"{keep:9}{'all, rewritten' if rewrite else 'all':36}{before:6}{total:6}", flush=True)
    assert total <= MOST_LINES[keep, rewrite]
