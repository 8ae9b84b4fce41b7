"""A step trace of one input: what each part saw and did.

It is made from the scalar interpreter's results, in values instead of indices.
"""

import reprlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tprog.evaluate.scalar import HeadRun, ScalarRun, interpret, ranking, value_at
from tprog.hooks import Shown
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    Head,
    NumericalHead,
    NumericalLookup,
    Program,
    Value,
)

Kind: TypeAlias = Literal["input", "head", "numerical head", "lookup", "numerical lookup"]


@dataclass(frozen=True, slots=True)
class VariableTrace:
    """One variable: which kind of part writes it, in which layer (None for an input), and its value at each position."""

    variable: int
    name: str
    kind: Kind
    layer: int | None
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class HeadTrace:
    """What a head looked at.

    Attributes:
        variable: the index of the variable that it writes.
        name: its name.
        queries: the query value at each position.
        keys: the key value at each position.
        matches: for each query position the matching key positions, ascending; a numerical head counts them all.
        attended: for each query position the attended one; empty for a numerical head.
        by_match: for each query position whether it was attended because it matches; otherwise nothing matched and
            position 0 was taken by default. Empty for a numerical head.
    """

    variable: int
    name: str
    queries: tuple[Value, ...]
    keys: tuple[Value, ...]
    matches: tuple[tuple[int, ...], ...]
    attended: tuple[int, ...]
    by_match: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class VariableVotes:
    """The votes of one variable: one integer for each label."""

    variable: int
    name: str
    votes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """How one prediction came about.

    Attributes:
        position: the position in the framed sequence; None for the one decision over all positions (pooled).
        votes: by voting variable, in the classifier's order; added over all positions where outputs are pooled.
        sums: one sum for each label, masked ones included.
        winner: the label with the largest sum.
        runner_up: the next label; None where there is no other to choose.
        margin: by how much the winner's sum is larger than the runner-up's, 0 for a tie; None without a runner-up.
        prediction: the label given out: the winner, or a forced label.
        forced: whether the label is forced here.
    """

    position: int | None
    votes: tuple[VariableVotes, ...]
    sums: tuple[int, ...]
    winner: str
    runner_up: str | None
    margin: int | None
    prediction: str
    forced: bool


@dataclass(frozen=True, slots=True)
class Trace(Shown):
    """Everything that a Program does on one input.

    Attributes:
        framed: the framed sequence.
        data: which positions hold data, as start and stop.
        labels: the classifier's labels.
        variables: every variable, in order.
        heads: every head, in order.
        decisions: one for each position, or a single one where outputs are pooled.
        predictions: what `predict` answers: one label for each data symbol, or a single one.
    """

    framed: tuple[str, ...]
    data: tuple[int, int]
    labels: tuple[str, ...]
    variables: tuple[VariableTrace, ...]
    heads: tuple[HeadTrace, ...]
    decisions: tuple[Decision, ...]
    predictions: tuple[str, ...]

    def __repr__(self) -> str:
        given = reprlib.repr(self.framed[slice(*self.data)])
        answers = reprlib.repr(self.predictions)
        return f"<Trace {given} → {answers}: {len(self.variables)} variables>"


def trace(program: Program, tokens: Sequence[str]) -> Trace:
    """Return everything that a Program does on one input, framed or not.

    Raises:
        BadInput: the tokens lie outside the Program's domain.
    """
    run = interpret(program, program.domain.frame(tokens))
    data = program.domain.data_slice(len(run.framed))
    pooled = program.classifier.pooled
    return Trace(
        framed=run.framed,
        data=(data.start, data.stop),
        labels=program.classifier.labels,
        variables=tuple(
            _variable(program, number, entries) for number, entries in enumerate(run.values)
        ),
        heads=tuple(_head(program, number, found, run) for number, found in run.heads.items()),
        decisions=tuple(_decision(program, run, i) for i in range(len(run.sums))),
        predictions=run.predictions if pooled else run.predictions[data],
    )


def _variable(program: Program, number: int, entries: tuple[int, ...]) -> VariableTrace:
    first = len(program.inputs)
    return VariableTrace(
        variable=number,
        name=program.names[number],
        kind=_kind(program, number),
        layer=None if number < first else program.layers[number - first],
        values=_values(program, number, entries),
    )


def _kind(program: Program, number: int) -> Kind:
    match program.variables[number]:
        case CategoricalHead():
            return "head"
        case NumericalHead():
            return "numerical head"
        case CategoricalLookup():
            return "lookup"
        case NumericalLookup():
            return "numerical lookup"
        case _:
            return "input"


def _values(program: Program, number: int, entries: tuple[int, ...]) -> tuple[Value, ...]:
    return tuple(value_at(program, number, entry) for entry in entries)


def _head(program: Program, number: int, found: HeadRun, run: ScalarRun) -> HeadTrace:
    head = program.variables[number]
    assert isinstance(head, Head)
    return HeadTrace(
        variable=number,
        name=program.names[number],
        queries=_values(program, head.query, run.values[head.query]),
        keys=_values(program, head.key, run.values[head.key]),
        matches=found.matches,
        attended=found.attended,
        by_match=tuple(
            position in matches
            for position, matches in zip(found.attended, found.matches, strict=False)
        ),
    )


def _decision(program: Program, run: ScalarRun, entry: int) -> Decision:
    labels, pooled = program.classifier.labels, program.classifier.pooled
    ranked = ranking(program, run.sums[entry])
    winner, second = ranked[0], ranked[1] if len(ranked) > 1 else None
    sums = run.sums[entry]
    forced = not pooled and (
        (entry == 0 and program.classifier.first is not None)
        or (entry == len(run.sums) - 1 and program.classifier.last is not None)
    )
    return Decision(
        position=None if pooled else entry,
        votes=tuple(
            VariableVotes(
                vote.variable,
                program.names[vote.variable],
                tuple(map(sum, zip(*rows, strict=True))) if pooled else rows[entry],
            )
            for vote, rows in zip(program.classifier.votes, run.votes, strict=True)
        ),
        sums=sums,
        winner=labels[winner],
        runner_up=None if second is None else labels[second],
        margin=None if second is None else sums[winner] - sums[second],
        prediction=run.predictions[entry],
        forced=forced,
    )
