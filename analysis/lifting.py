"""A Program as RASP, and how its algorithm does on inputs longer than it was made for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tprog.analysis.simplify.simplify import simplify
from tprog.ir import Program
from tprog.json_values import Formatted
from tprog.rasp.evaluate import RaspError, evaluate, label
from tprog.rasp.lift import Lifted, lift
from tprog.rasp.printing import to_text
from tprog.synthesis.asking import LONGER, sized

TRIED = 200
"""Inputs of each longer length."""


@dataclass(frozen=True, slots=True)
class Longer:
    """How an algorithm does on inputs of about one length.

    Attributes:
        length: the greatest number of data symbols among them.
        right: how many labels are right.
        total: how many are asked for.
    """

    length: int
    right: int
    total: int


@dataclass(frozen=True, slots=True)
class Lifting:
    """A lifted Program.

    Attributes:
        lifted: the graph.
        text: the same as RASP text.
        longer: how it does at greater lengths, where everything is named and the task is a published one.
    """

    lifted: Lifted
    text: str
    longer: tuple[Longer, ...]

    def report(self, written: Path | None) -> "LiftReport":
        """Return what is known, to be printed as JSON."""
        lifted = self.lifted
        return LiftReport(
            lifted.named,
            lifted.total,
            lifted.tables,
            lifted.absolute_positions,
            lifted.inputs,
            lifted.exhaustive,
            self.longer,
            self.text,
            written,
        )


@dataclass(frozen=True, slots=True)
class LiftReport(Formatted):
    """A program as RASP, and what is known of it.

    Attributes:
        named: how many variables are closed expressions.
        total: how many the output needs, itself among them.
        tables: the names of those that hold a table.
        absolute_positions: whether a table or a greater number ties it to the lengths that were seen.
        inputs: on how many inputs the labels were compared with the program.
        exhaustive: whether these are all inputs.
        longer: how it does at greater lengths; empty where that was not tried.
        rasp: the RASP text.
        written: the file that was written; null where none was.
    """

    named: int
    total: int
    tables: tuple[str, ...]
    absolute_positions: bool
    inputs: int
    exhaustive: bool
    longer: tuple[Longer, ...]
    rasp: str
    written: Path | None


def lift_program(
    program: Program, *, simplified: bool, seconds: float, stop: Callable[[], bool]
) -> Lifting:
    """Return a Program as RASP.

    Args:
        program: any Program with a greatest length.
        simplified: whether the shortest Program that answers the same is lifted in its place.
        seconds: when to stop looking for that one, and how long to compare the result with the Program.
        stop: from when it is true, no more names are looked for.

    Raises:
        NotLiftable: a part of it has no exact form in RASP.
    """
    if simplified:
        program = simplify(program, sampled=False, seconds=seconds, should_stop=stop).program
    lifted = lift(program, stop, seconds)
    return Lifting(lifted, to_text(dict(lifted.definitions)), tuple(_longer(program, lifted)))


def _longer(program: Program, lifted: Lifted) -> list[Longer]:
    """Run an algorithm at up to `LONGER` times the greatest length against the task's own labels."""
    spec, longest = program.provenance.task, program.domain.max_length
    if lifted.absolute_positions or spec is None or longest is None:
        return []
    found: list[Longer] = []
    for factor in range(2, LONGER + 1):
        task = sized(spec, longest * factor)
        if task is None or task.domain.symbols != program.domain.symbols:
            return found
        drawn = task.draw(np.random.default_rng(0), TRIED * 4)
        sequences = [one for one in drawn if len(one) > longest * (factor - 1)][:TRIED]
        right = total = 0
        for sequence in sequences:
            wanted = task.truth(sequence)
            try:
                (given,) = evaluate(lifted.output, [sequence])
            except RaspError:
                given = (None,) * len(sequence)
            asked = [(one, label(two)) for one, two in zip(wanted, given, strict=True) if one]
            right += sum(one == two for one, two in asked)
            total += len(asked)
        if total:
            found.append(Longer(max(map(len, sequences)), right, total))
    return found
