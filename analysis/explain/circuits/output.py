"""Circuits as JSON values: the types of what `tprog circuits --json` prints."""

from typing import TypedDict

from tprog.analysis.explain.baseline_values import NeutralKind
from tprog.analysis.explain.circuits.kinds import KindOfInput
from tprog.analysis.explain.circuits.survey import Example
from tprog.analysis.show.formatted import Formatted
from tprog.ir import Value


class NeutralValues(TypedDict):
    """What parts outside of a circuit are held at.

    Attributes:
        kind: which values they are.
        by_label: for each label, by the part's name, the value as text.
    """

    kind: NeutralKind
    by_label: dict[str, dict[str, str]]


class CircuitCounts(TypedDict):
    """A set of parts that alone gives the answer at some moments; a moment is one prediction.

    Attributes:
        parts: the names of its parts.
        count: at how many moments it is the smallest set that does.
        share: these as a share of all moments, from 0 to 1.
        interval: a 95 % interval of the share.
        exact: whether no smaller set does; otherwise no part of it can be spared.
        right: at how many of these moments the answer is right; null without a task.
        kind: on what kind of input it decides; null where nothing tells.
        gains: by voting variable, the mean of its votes for the answer less those for the runner-up.
        margin: the mean of the margin.
        example: a moment on a shortest input.
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
    example: Example


class Circuits(Formatted):
    """The circuits of a program over many inputs.

    Attributes:
        inputs: the number of inputs.
        seed: the seed that they were drawn with.
        task: the task whose distribution they have; null where they are uniform.
        moments: the number of predictions.
        judged: at how many of them the right label is known; null without a task.
        exact: at how many moments no smaller set gives the answer.
        searched: every set of at most so many parts was tried.
        neutral: what the rest is held at.
        parts: by name, at how many moments a part belongs to the circuit.
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


class VoteGain(TypedDict):
    """What one variable's votes do for the answer against the runner-up.

    Attributes:
        variable: its name.
        value: its value there, as text.
        gain: its votes for the answer less those for the runner-up.
    """

    variable: str
    value: str
    gain: int


class ReadPlace(TypedDict):
    """A place that another was computed from.

    Attributes:
        role: how it is read.
        variable: the name of the variable that is read.
        position: where; null where there are no positions.
    """

    role: str
    variable: str
    position: int | None


class SlicePlace(TypedDict):
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


class Predictions(Formatted):
    """The circuits of one input.

    Attributes:
        predictions: one for each position, or the one that was asked for.
    """

    predictions: list[Prediction]
