"""Why a Program says what it says on one input: a step trace in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from tprog.analysis.explain.describe import describe, describe_reads, show_value
from tprog.analysis.measure.vote_scale import PLAIN, VoteScale, vote_scale
from tprog.evaluate.traces import Decision, HeadTrace, Trace, VariableTrace, trace
from tprog.ir import Program
from tprog.json_values import Formatted

# What these hold is seen in the heading of a page, or is the same everywhere.
PLAIN_INPUTS = ("the token itself", "the position, from 0", "the constant 1")
PLAIN_NAMES = dict(zip(("tokens", "positions", "ones"), PLAIN_INPUTS, strict=True))


@dataclass(frozen=True, slots=True)
class ExplainedRow:
    """One variable at every position.

    Attributes:
        name: its name.
        kind: which kind of part writes it.
        layer: the part's layer; None for an input.
        reads: what it reads, such as `q tokens, k positions, v tokens`; empty for an input.
        does: one line on how it is computed.
        cells: its value at each position, as text.
        looks: for a head, at each position where it looks: `→3` for a match, `→0*` where nothing matched and position 0
            is taken by default, the matching positions such as `1 3-5` for a numerical head; empty for other variables.
    """

    name: str
    kind: str
    layer: int | None
    reads: str
    does: str
    cells: tuple[str, ...]
    looks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one variable's votes do for the predicted label against its rival.

    Attributes:
        name: the variable's name.
        value: its value at the position, as text; empty where outputs are pooled.
        gain: its votes for the predicted label less those for the rival.
    """

    name: str
    value: str
    gain: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """How the votes fall at one position, or once for the whole input.

    Attributes:
        position: the position; None where outputs are pooled.
        token: the token there; empty where outputs are pooled.
        predicted: the label given out.
        rival: the label it is compared with: the expected one where the prediction is wrong, else the runner-up; None
            where there is no other label to choose.
        margin: the predicted label's sum less the rival's; None without a rival, and where the label is forced.
        contributions: every variable whose votes tell the two apart, the strongest first.
        forced: whether the label is forced here, whatever the votes.
        expected: the right label, where it was given.
    """

    position: int | None
    token: str
    predicted: str
    rival: str | None
    margin: int | None
    contributions: tuple[Contribution, ...]
    forced: bool
    expected: str | None


@dataclass(frozen=True, slots=True)
class Explanation(Formatted):
    """Everything that a Program does on one input, as text.

    Attributes:
        tokens: the framed sequence.
        data: which positions hold data, as start and stop.
        rows: every variable, in order.
        rulings: one for each data position, or a single one where outputs are pooled.
        predictions: one label for each data symbol, or a single one.
        scale: how votes are shown.
    """

    tokens: tuple[str, ...]
    data: tuple[int, int]
    rows: tuple[ExplainedRow, ...]
    rulings: tuple[Ruling, ...]
    predictions: tuple[str, ...]
    scale: VoteScale = PLAIN


def explain(
    program: Program, tokens: Sequence[str], expected: Sequence[str | None] | None = None
) -> Explanation:
    """Return why a Program gives its labels on one input.

    Args:
        program: a valid Program.
        tokens: data symbols alone, or a full framed sequence.
        expected: the right labels, one for each data symbol (pooled: a single one), None where none is asked for.

    Raises:
        BadInput: the tokens lie outside the Program's domain.
        ValueError: there are not as many expected labels as predictions.
    """
    return explained(trace(program, tokens), expected, program)


def explained(
    found: Trace, expected: Sequence[str | None] | None = None, program: Program | None = None
) -> Explanation:
    """Return the explanation of a trace.

    Args:
        found: everything that a Program does on one input.
        expected: see `explain`.
        program: the Program, for what each variable reads and does; without it the explanation lacks these.

    Raises:
        ValueError: there are not as many expected labels as predictions.
    """
    if expected is not None and len(expected) != len(found.predictions):
        raise ValueError(
            f"{len(expected)} expected labels for {len(found.predictions)} predictions"
        )
    heads = {head.variable: head for head in found.heads}
    rows = tuple(
        _row(program, variable, heads.get(variable.variable)) for variable in found.variables
    )
    decisions = found.decisions
    if decisions and decisions[0].position is not None:
        decisions = decisions[slice(*found.data)]
    wanted = [None] * len(decisions) if expected is None else list(expected)
    rulings = tuple(
        _ruling(found, decision, label) for decision, label in zip(decisions, wanted, strict=True)
    )
    scale = PLAIN if program is None else vote_scale(program)
    return Explanation(found.framed, found.data, rows, rulings, found.predictions, scale)


def ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers in short, `1 3-5`; `-` for none."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return " ".join(str(low) if low == high else f"{low}-{high}" for low, high in runs) or "-"


def _row(program: Program | None, variable: VariableTrace, head: HeadTrace | None) -> ExplainedRow:
    number = variable.variable
    if head is None:
        looks: tuple[str, ...] = ()
    elif head.attended:
        pairs = zip(head.attended, head.by_match, strict=True)
        looks = tuple(f"→{target}" if match else f"→{target}*" for target, match in pairs)
    else:
        looks = tuple(map(ranges, head.matches))
    return ExplainedRow(
        variable.name,
        variable.kind,
        variable.layer,
        describe_reads(program, number) if program else "",
        describe(program, number, 60) if program else _plain(variable),
        tuple(map(show_value, variable.values)),
        looks,
    )


def _plain(variable: VariableTrace) -> str:
    return PLAIN_NAMES.get(variable.name, "") if variable.kind == "input" else ""


def _ruling(found: Trace, decision: Decision, expected: str | None) -> Ruling:
    labels = found.labels
    position = decision.position
    wrong = expected is not None and expected != decision.prediction
    rival = expected if wrong and expected in labels else decision.runner_up
    contributions: list[Contribution] = []
    margin = None
    if rival is not None and not decision.forced:
        mine, other = labels.index(decision.winner), labels.index(rival)
        margin = decision.sums[mine] - decision.sums[other]
        for votes in decision.votes:
            gain = votes.votes[mine] - votes.votes[other]
            value = "" if position is None else _value(found, votes.variable, position)
            if gain:
                contributions.append(Contribution(votes.name, value, gain))
    return Ruling(
        position,
        "" if position is None else found.framed[position],
        decision.prediction,
        rival,
        margin,
        tuple(sorted(contributions, key=lambda one: (-abs(one.gain), one.name))),
        decision.forced,
        expected,
    )


def _value(found: Trace, variable: int, position: int) -> str:
    return show_value(found.variables[variable].values[position])
