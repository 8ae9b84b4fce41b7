"""The checked passes: each proposes changes, which `acceptance.py` tries on a sample and checks on all inputs."""

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import TypeAlias

from tprog.analysis.simplify.acceptance import Acceptance
from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.demand import Progress
from tprog.analysis.simplify.passes.lookups import shorten_numerical_tables, shorten_tables
from tprog.analysis.simplify.passes.modules import (
    drop_modules,
    put_in_modules,
    replace_by_functions,
)
from tprog.analysis.simplify.passes.predicates import shorten_predicates
from tprog.analysis.simplify.passes.vote_weights import drop_votes, shrink_votes
from tprog.analysis.simplify.sound import ROUNDS, PassStep, sound
from tprog.ir import Program

# A checked pass tells `Acceptance` of each change; the last one that it accepts counts.
CheckedPass: TypeAlias = Callable[[Program, Acceptance], Program]

# Each with its name in reports, in this order, and whether it may let other votes make up for its changes.
# A new one is a function in `passes/` and a line here.
CHECKED: tuple[tuple[str, CheckedPass, bool], ...] = (
    ("dropped modules", drop_modules, False),
    # Votes that are dropped would only be fitted again.
    ("dropped votes", drop_votes, False),
    ("functions of one variable", replace_by_functions, False),
    ("predicates", shorten_predicates, False),
    ("tables", shorten_tables, False),
    ("numerical tables", shorten_numerical_tables, False),
    ("functions of one variable", replace_by_functions, True),
    ("predicates", shorten_predicates, True),
    ("tables", shorten_tables, True),
    ("numerical tables", shorten_numerical_tables, True),
)
REWRITTEN = "rewritten"


def searched(
    program: Program,
    acceptance: Acceptance,
    steps: list[PassStep] | None = None,
    progress: Progress | None = None,
    other: Program | None = None,
) -> Program:
    """Return the Program after all passes, again and again until nothing changes or the time is up.

    Args:
        program: it holds the demand of `acceptance`.
        acceptance: judges the changes.
        steps: what each pass did is added here.
        progress: called with the pass that runs, how many have run and None.
        other: a Program whose modules may first take the place of this one's.
    """

    def applied(name: str, found: CheckedPass, refitting: bool) -> Program:
        """Return the Program after one checked pass, checked on all inputs; the same one where it is no shorter."""
        began, before = monotonic(), cost(program)
        acceptance.begin(program, refitting)
        found(program, acceptance)
        changed = acceptance.settle()
        after = cost(changed)
        if after >= before:
            return program
        if steps is not None:
            steps.append(PassStep(name, "checked", before, after, monotonic() - began))
        return changed

    if other is not None:
        if progress is not None:
            progress(REWRITTEN, 0, None)
        program = applied(REWRITTEN, partial(put_in_modules, other=other), False)
    done = 0
    for _ in range(ROUNDS):
        start = program
        program = sound(program, steps)
        for name, found, refitting in CHECKED:
            if acceptance.over:
                break
            if progress is not None:
                progress(name, done, None)
            done += 1
            program = sound(applied(name, found, refitting), steps)
        if program == start or acceptance.over:
            break
    # Votes are made small at the end: wide margins make room for everything before.
    return sound(applied("small votes", shrink_votes, True), steps)
