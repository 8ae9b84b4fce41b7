"""Circuits as JSON values: the types of what `tprog circuits --json` prints."""

from dataclasses import dataclass

from tprog.analysis.explain.baseline_values import BaselineKind
from tprog.analysis.explain.circuits.kinds import KindOfInput
from tprog.ir import Value
from tprog.json_values import Formatted


@dataclass(frozen=True, slots=True)
class SamplePrediction:
    """A prediction that a circuit decides.

    Attributes:
        tokens: the data symbols.
        position: the position in the framed sequence; None where outputs are pooled.
        answer: the Program's label there.
    """

    tokens: tuple[str, ...]
    position: int | None
    answer: str


@dataclass(frozen=True, slots=True)
class NeutralValues:
    """What parts outside of a circuit are held at.

    Attributes:
        kind: which values they are.
        by_label: for each label, by the part's name, the value as text.
    """

    kind: BaselineKind
    by_label: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class CircuitCounts:
    """A set of parts that alone gives the answer at some predictions.

    Attributes:
        parts: the names of its parts.
        count: at how many predictions it is the smallest set that does.
        share: these as a share of all predictions, from 0 to 1.
        interval: a 95 % interval of the share.
        exact: whether no smaller set does; otherwise no part of it can be spared.
        right: at how many of these predictions the answer is right; null without a task.
        kind: on what kind of input it decides; null where nothing tells.
        gains: by voting variable, the mean of its votes for the answer less those for the runner-up.
        margin: the mean of the margin.
        example: one on a shortest input.
    """

    parts: list[str]
    count: int
    share: float
    interval: tuple[float, float]
    exact: bool
    right: int | None
    kind: KindOfInput | None
    gains: dict[str, float]
    margin: float
    example: SamplePrediction


@dataclass(frozen=True, slots=True)
class Circuits(Formatted):
    """The circuits of a program over many inputs.

    Attributes:
        inputs: the number of inputs.
        seed: the seed that they were drawn with.
        task: the task whose distribution they have; null where they are uniform.
        moments: the number of predictions.
        judged: at how many of them the right label is known; null without a task.
        exact: at how many predictions no smaller set gives the answer.
        searched: every set of at most so many parts was tried.
        neutral: what the rest is held at.
        parts: by name, at how many predictions a part belongs to the circuit.
        circuits: the circuits, the one that decides most often first.
    """

    inputs: int
    seed: int
    task: str | None
    moments: int
    judged: int | None
    exact: int
    searched: int
    neutral: NeutralValues
    parts: dict[str, int]
    circuits: list[CircuitCounts]


@dataclass(frozen=True, slots=True)
class VoteGain:
    """What one variable's votes do for the answer against the runner-up.

    Attributes:
        variable: its name.
        value: its value there, as text.
        gain: its votes for the answer less those for the runner-up.
    """

    variable: str
    value: str
    gain: int


@dataclass(frozen=True, slots=True)
class ReadPlace:
    """A place that another was computed from.

    Attributes:
        role: how it is read.
        variable: the name of the variable that is read.
        position: where; null where there are no positions.
    """

    role: str
    variable: str
    position: int | None


@dataclass(frozen=True, slots=True)
class SlicePlace:
    """A variable at a position, in the computation of an answer.

    Attributes:
        variable: its name.
        position: where.
        value: what it holds there.
        direct: whether its value went into the answer; otherwise a head looked at it and passed over.
        reads: what it was computed from.
    """

    variable: str
    position: int
    value: Value
    direct: bool
    reads: list[ReadPlace]


@dataclass(frozen=True, slots=True)
class Prediction(Formatted):
    """Everything that decides one prediction.

    Attributes:
        tokens: the framed sequence.
        position: the position in it; null where outputs are pooled.
        answer: the program's label.
        runner_up: the label with the next largest sum; null where there is no other.
        margin: by how much the answer's sum is larger.
        votes: the variables whose votes tell the two apart; their gains add up to the margin.
        circuit: the names of the smallest set of parts that alone gives the answer.
        exact: whether no smaller set does; otherwise no part of it can be spared.
        ways: how many sets of that size do; 0 where it is not exact.
        searched: every set of at most so many parts was tried.
        held: by name, what other parts are held at, as text.
        slice: the values that computed the margin.
    """

    tokens: list[str]
    position: int | None
    answer: str
    runner_up: str | None
    margin: int
    votes: list[VoteGain]
    circuit: list[str]
    exact: bool
    ways: int
    searched: int
    held: dict[str, str]
    slice: list[SlicePlace]


@dataclass(frozen=True, slots=True)
class Predictions(Formatted):
    """The circuits of one input.

    Attributes:
        predictions: one for each position, or the one that was asked for.
    """

    predictions: list[Prediction]
