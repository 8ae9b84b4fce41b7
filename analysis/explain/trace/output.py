"""Traced errors as JSON values: the types of what `tprog trace --json` prints."""

from dataclasses import dataclass

from tprog.analysis.explain.cells import PartKind
from tprog.analysis.explain.trace.causes import Failure
from tprog.analysis.explain.trace.spectrum import Metric
from tprog.json_values import Formatted


@dataclass(frozen=True, slots=True)
class PartName:
    """A head, a look-up, or the votes of a variable.

    Attributes:
        part: its name.
        kind: which of the three.
        variable: the number of the variable that it writes, or whose votes they are.
    """

    part: str
    kind: PartKind
    variable: int


@dataclass(frozen=True, slots=True)
class BranchName(PartName):
    """One branch of a part.

    Attributes:
        row: its number in the part; -1 for a head that finds no match, -2 for a head's whole predicate.
        branch: which one it is, in words.
    """

    row: int
    branch: str


@dataclass(frozen=True, slots=True)
class RepairGain:
    """What another content of a branch does.

    Attributes:
        holds: what the branch holds.
        instead: what it would hold.
        fixed: how many wrong labels that puts right.
        broken: how many right ones it breaks.
    """

    holds: str
    instead: str
    fixed: int
    broken: int


@dataclass(frozen=True, slots=True)
class SwitchGain:
    """What it does to switch something off.

    Attributes:
        how: what is done, such as `held at 3`.
        fixed: how many wrong labels that puts right.
        broken: how many right ones it breaks.
    """

    how: str
    fixed: int
    broken: int


@dataclass(frozen=True, slots=True)
class SuspectBranch(BranchName):
    """A branch that ran in wrong predictions.

    Attributes:
        suspicion: how well it tells wrong from right predictions, by the metric; null where that is without bound.
        ran_failing: wrong predictions that it ran in.
        ran_passing: right predictions that it ran in.
        circuit: a number that branches share which ran in nearly the same wrong predictions.
        repair: the best other content; null where none puts more right than it breaks.
        switched_off: what it does to switch it off; null where that was not tried.
    """

    suspicion: float | None
    ran_failing: int
    ran_passing: int
    circuit: int
    repair: RepairGain | None
    switched_off: SwitchGain | None


@dataclass(frozen=True, slots=True)
class SuspectPart(PartName):
    """A part with suspects.

    Attributes:
        first_suspect: the number of its first suspect, from 1.
        suspects: how many of its branches are suspects.
        switched_off: what it does to switch the whole part off.
    """

    first_suspect: int
    suspects: int
    switched_off: SwitchGain


@dataclass(frozen=True, slots=True)
class Confusion:
    """A wrong label in place of the right one.

    Attributes:
        wanted: the right label.
        given: the label that was given.
        count: how often.
    """

    wanted: str
    given: str
    count: int


@dataclass(frozen=True, slots=True)
class ErrorCause:
    """Errors with one cause.

    Attributes:
        suspect: the branch; null for errors that nothing singles out.
        proved: whether a repair of it puts them right.
        errors: how many there are.
        confused: the commonest confusions.
        shortest: a shortest example.
    """

    suspect: BranchName | None
    proved: bool
    errors: int
    confused: list[Confusion]
    shortest: Failure


@dataclass(frozen=True, slots=True)
class EmittedLine:
    """A line of the emitted code, and how often it ran.

    Attributes:
        number: its number, from 1.
        failed: failing examples that it ran in.
        passed: other examples that it ran in.
        suspicion: how well it tells the two apart; null where that is without bound.
        suspect: the number of the first suspect that it belongs to, from 0; null where it belongs to none.
    """

    number: int
    failed: int
    passed: int
    suspicion: float | None
    suspect: int | None


@dataclass(frozen=True, slots=True)
class UnusedPart(PartName):
    """How much of a part never ran.

    Attributes:
        never: how many of its branches.
        of: how many it has.
    """

    never: int
    of: int


@dataclass(frozen=True, slots=True)
class NeverRan:
    """What never ran.

    Attributes:
        inputs: on how many inputs.
        branches: the branches.
        parts: by part, how many.
        lines: lines of heads and look-ups.
    """

    inputs: int
    branches: list[BranchName]
    parts: list[UnusedPart]
    lines: list[int]


@dataclass(frozen=True, slots=True)
class Traced(Formatted):
    """What a program's errors come from.

    Attributes:
        examples: how many labelled inputs ran.
        source: where they come from.
        metric: the formula of the suspicion.
        failing_examples: examples with a wrong label.
        failing_labels: wrong labels.
        passing_labels: right labels.
        suspects: branches, the most suspicious first.
        parts: parts with suspects, in the order of their first ones.
        causes: the errors by cause.
        lines: the lines that ran.
        never_ran: what never ran; null where inputs have no end.
    """

    examples: int
    source: str
    metric: Metric
    failing_examples: int
    failing_labels: int
    passing_labels: int
    suspects: list[SuspectBranch]
    parts: list[SuspectPart]
    causes: list[ErrorCause]
    lines: list[EmittedLine]
    never_ran: NeverRan | None
