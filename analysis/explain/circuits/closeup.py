"""One prediction: its votes, the values that computed them, and the smallest circuit that alone gives it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tprog.analysis.explain.baseline_values import Baseline, Baselines
from tprog.analysis.explain.circuits.output import Prediction, ReadPlace, SlicePlace, VoteGain
from tprog.analysis.explain.circuits.slicing import Slice, backward_slice
from tprog.analysis.explain.circuits.smallest import sets_by_baseline
from tprog.analysis.explain.circuits.trials import Trials, predictions_where, vote_gains
from tprog.analysis.explain.describe import show_value
from tprog.analysis.measure.vote_scale import PLAIN, VoteScale, vote_scale
from tprog.errors import UsageError
from tprog.evaluate.inputs import BoolArray, encode, scored_positions
from tprog.evaluate.scalar import value_at
from tprog.hooks import Shown
from tprog.ir import Program


@dataclass(frozen=True, slots=True)
class Vote:
    """What one variable's votes do for an answer against its runner-up.

    Attributes:
        variable: its index in the Program.
        value: its value at the position, as text; empty where outputs are pooled.
        gain: its votes for the answer less those for the runner-up.
    """

    variable: int
    value: str
    gain: int


@dataclass(frozen=True, slots=True)
class Closeup(Shown):
    """Everything that decides one prediction.

    Attributes:
        program: the Program.
        tokens: the framed sequence.
        position: the position in it; None where outputs are pooled.
        answer: the Program's label.
        runner_up: the label with the next largest sum; None where there is no other.
        margin: by how much the answer's sum is larger.
        votes: every variable whose votes tell the two apart, the strongest first; their gains add up to the margin.
        slice: the values that computed the margin.
        parts: the smallest circuit, by variable, ascending.
        exact: whether no smaller set of parts gives the answer; otherwise no part of it can be spared.
        ways: how many sets of that size do; 0 where it is not exact.
        searched: every set of at most so many parts was tried, or need not be.
        live: every head and look-up that reaches a vote, by variable.
        neutral: what the other parts are held at.
        held: those of them that matter to what is shown: the voting ones and those that the circuit reads, as names with
            their neutral value as text.
        scale: how votes are shown.
    """

    program: Program
    tokens: tuple[str, ...]
    position: int | None
    answer: str
    runner_up: str | None
    margin: int
    votes: tuple[Vote, ...]
    slice: Slice
    parts: tuple[int, ...]
    exact: bool
    ways: int
    searched: int
    live: tuple[int, ...]
    neutral: Baseline
    held: tuple[tuple[int, str], ...]
    scale: VoteScale = PLAIN

    @property
    def names(self) -> tuple[str, ...]:
        """The name of every variable."""
        return self.program.names

    def __repr__(self) -> str:
        """Say in one line which prediction it is of, and which parts decide it."""
        names = ", ".join(self.names[part] for part in self.parts) or "no part"
        at = "" if self.position is None else f" at {self.position}"
        return f"<Closeup of {self.answer!r}{at}, by {self.scale.text(self.margin, sign=False)}: {names}>"

    def to_json(self) -> dict[str, Any]:
        """Return the close-up as JSON values, with a format version; variables by name, positions framed."""
        return self.prediction().to_json()

    def prediction(self) -> Prediction:
        """Return what JSON says of it."""
        return Prediction(
            list(self.tokens),
            self.position,
            self.answer,
            self.runner_up,
            self.margin,
            [VoteGain(self.names[vote.variable], vote.value, vote.gain) for vote in self.votes],
            [self.names[part] for part in self.parts],
            self.exact,
            self.ways,
            self.searched,
            {self.names[part]: text for part, text in self.held},
            [
                SlicePlace(
                    self.names[place.variable],
                    place.position,
                    value_at(self.program, place.variable, place.entry),
                    place.direct,
                    [
                        ReadPlace(read.role, self.names[read.variable], read.position)
                        for read in place.reads
                    ],
                )
                for place in self.slice.places
            ],
        )


def closeups(
    program: Program, tokens: Sequence[str], neutral: Baselines, position: int | None = None
) -> tuple[Closeup, ...]:
    """Return what decides each scored prediction of one input, or the one at a given position.

    Args:
        program: a valid Program.
        tokens: data symbols alone, or a full framed sequence.
        neutral: what parts outside of a circuit are held at.
        position: a position in the framed sequence, as `tprog run --explain` counts them: 0 is the prefix.

    Raises:
        BadInput: the tokens lie outside the Program's domain.
        UsageError: no votes decide a label at that position.
    """
    ((_, batch),) = encode(program.domain, [tokens])
    framed = tuple(batch.words[index] for index in batch.indices[0].tolist())
    wanted = _wanted(program, len(framed), position)
    if position is None and not program.classifier.pooled:
        wanted &= scored_positions(program.domain, batch)
    predictions = predictions_where([batch], [wanted])
    found = sets_by_baseline(program, predictions, neutral)
    trials = Trials(program, predictions, neutral.commonest)
    gains = vote_gains(trials)
    closer = []
    for prediction in range(len(predictions)):
        place = None if program.classifier.pooled else int(predictions.position[prediction])
        label = int(trials.labels[trials.answers[prediction]])
        held, second = neutral.by_label[label], int(gains.runner_up[prediction])
        parts = trials.members(found.sets[int(found.chosen[prediction])])
        votes = [
            Vote(
                variable,
                "" if place is None else _value(program, trials, variable, prediction),
                int(column[prediction]),
            )
            for variable, column in gains.gains.items()
            if column[prediction]
        ]
        closer.append(
            Closeup(
                program,
                framed,
                place,
                program.classifier.labels[label],
                None if second < 0 else program.classifier.labels[int(trials.labels[second])],
                int(gains.margin[prediction]),
                tuple(sorted(votes, key=lambda vote: (-abs(vote.gain), vote.variable))),
                backward_slice(program, framed, place),
                parts,
                bool(found.exact[prediction]),
                int(found.ways[prediction]),
                found.searched,
                trials.parts,
                held,
                held_parts(program, trials.parts, parts, held),
                vote_scale(program),
            )
        )
    return tuple(closer)


def held_parts(
    program: Program, live: Sequence[int], parts: Sequence[int], neutral: Baseline
) -> tuple[tuple[int, str], ...]:
    """Return the parts outside of a circuit that it reads or that vote beside it, each with its neutral value."""
    first = len(program.inputs)
    read = {read for part in parts for read in program.operations[part - first].reads}
    voting = {vote.variable for vote in program.classifier.votes}
    return tuple(
        (part, neutral.text(program, part))
        for part in live
        if part not in parts and part in read | voting
    )


def _value(program: Program, trials: Trials, variable: int, prediction: int) -> str:
    return show_value(
        value_at(program, variable, int(trials.values(trials.all, variable)[prediction]))
    )


def _wanted(program: Program, length: int, position: int | None) -> BoolArray:
    """Return `(1, positions)`: the asked position, or every one whose label the votes decide."""
    wanted = np.zeros((1, length), dtype=np.bool_)
    if program.classifier.pooled:
        if position is not None:
            raise UsageError(
                "this program gives one label for the whole input; leave out the position"
            )
        wanted[0, 0] = True
        return wanted
    data = program.domain.data_slice(length)
    wanted[0, data] = True
    wanted[0, 0] &= program.classifier.first is None
    wanted[0, -1] &= program.classifier.last is None
    if position is None:
        return wanted
    if not 0 <= position < length or not wanted[0, position]:
        places = np.flatnonzero(wanted[0])
        raise UsageError(
            f"no votes decide a label at position {position}; "
            + (f"choose {places[0]} to {places[-1]}" if len(places) else "nor anywhere else")
        )
    wanted[:] = False
    wanted[0, position] = True
    return wanted
