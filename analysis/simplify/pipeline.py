"""The pipeline of passes. Owns their order and the report; refuses to know how a pass works."""

from dataclasses import dataclass
from time import monotonic

from tprog.analysis.simplify.aliases import Aliases
from tprog.analysis.simplify.bias import Bias
from tprog.analysis.simplify.boxes import Boxes
from tprog.analysis.simplify.compose import Compose
from tprog.analysis.simplify.constants import Constants
from tprog.analysis.simplify.cost import Cost, cost
from tprog.analysis.simplify.dead_code import DeadCode
from tprog.analysis.simplify.dead_votes import DeadVotes
from tprog.analysis.simplify.demand import Progress
from tprog.analysis.simplify.drop_modules import DropModules
from tprog.analysis.simplify.drop_votes import DropVotes
from tprog.analysis.simplify.duplicates import Duplicates
from tprog.analysis.simplify.functions import Functions
from tprog.analysis.simplify.narrow import Narrow
from tprog.analysis.simplify.passes import CheckedPass, Kind, SoundPass
from tprog.analysis.simplify.predicates import Predicates
from tprog.analysis.simplify.small_votes import SmallVotes
from tprog.analysis.simplify.tables import Tables
from tprog.analysis.simplify.trials import Trials
from tprog.analysis.simplify.unreachable import Unreachable
from tprog.ir import Program

SOUND: tuple[SoundPass, ...] = (
    DeadVotes(),
    DeadCode(),
    Unreachable(),
    Narrow(),
    Aliases(),
    Duplicates(),
    Constants(),
    Compose(),
    Bias(),
)
CHECKED: tuple[CheckedPass, ...] = (
    DropVotes(),
    Functions(),
    Predicates(),
    Tables(),
    Boxes(),
)
# Rounds over all passes, in case two of them undo each other.
ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Step:
    """What one application of a pass did.

    Attributes:
        name: the pass.
        kind: whether it is sound by itself or checked by trial.
        before, after: the size of the Program.
        seconds: how long it took.
    """

    name: str
    kind: Kind
    before: Cost
    after: Cost
    seconds: float


def sound(program: Program, steps: list[Step] | None = None) -> Program:
    """Return the Program after all sound passes, again and again until nothing changes."""
    for _ in range(ROUNDS):
        start = program
        for found in SOUND:
            began, before = monotonic(), cost(program)
            changed = found.apply(program)
            after = cost(changed)
            if after < before:
                program = changed
                if steps is not None:
                    steps.append(Step(found.name, "sound", before, after, monotonic() - began))
        if program == start:
            break
    return program


def searched(
    program: Program,
    trials: Trials,
    steps: list[Step] | None = None,
    progress: Progress | None = None,
    first: CheckedPass | None = None,
) -> Program:
    """Return the Program after all passes, again and again until nothing changes or the time is up.

    Args:
        program: it holds the demand of `trials`.
        trials: judges the changes.
        steps: what each pass did is added here.
        progress: called with the pass that runs, how many have run and None.
        first: a pass that runs once before all others.
    """
    if first is not None:
        if progress is not None:
            progress(first.name, 0, None)
        program = _applied(first, program, trials, False, steps)
    plan: list[tuple[CheckedPass, bool]] = [(DropModules(), False)]
    plan += [(found, False) for found in CHECKED]
    # Votes that are dropped would only be fitted again.
    plan += [(found, True) for found in CHECKED if not isinstance(found, DropVotes)]
    done = 0
    for _ in range(ROUNDS):
        start = program
        program = sound(program, steps)
        for found, refitting in plan:
            if trials.over:
                break
            if progress is not None:
                progress(found.name, done, None)
            done += 1
            program = _applied(found, program, trials, refitting, steps)
            program = sound(program, steps)
        if program == start or trials.over:
            break
    # Votes come last: wide margins make room for everything before.
    return sound(_applied(SmallVotes(), program, trials, True, steps), steps)


def _applied(
    found: CheckedPass,
    program: Program,
    trials: Trials,
    refitting: bool,
    steps: list[Step] | None,
) -> Program:
    """Return the Program after one checked pass, checked on all inputs; the same one where it is no shorter."""
    began, before = monotonic(), cost(program)
    trials.begin(program, refitting)
    found.apply(program, trials)
    changed = trials.settle()
    after = cost(changed)
    if after >= before:
        return program
    if steps is not None:
        steps.append(Step(found.name, "checked", before, after, monotonic() - began))
    return changed
