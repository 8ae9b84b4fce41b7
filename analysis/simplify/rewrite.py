"""Putting in modules of another Program that make a Program's own ones needless. Owns that search alone.

The other Program computes the same task in another way, for example one that was put together from common shapes. Its modules
are added, all variables vote anew, and then as many of the first Program's modules go as the votes can make up for. What
remains is often short, but it may say little about how the first Program did it; so this runs only where it is asked for.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from tprog.analysis.simplify.drop_modules import dropped
from tprog.analysis.simplify.edit import renumbered
from tprog.analysis.simplify.trials import Trials
from tprog.ir import Input, Operation, Program


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Replaces modules by those of another Program.

    Attributes:
        other: whose modules may be put in.
        share: of the time that is left, how much may be used.

    Checked; what it changes shortens the Program.
    """

    name: ClassVar[str] = "rewritten"

    other: Program
    share: float = 0.5

    def apply(self, program: Program, trials: Trials) -> Program:
        """Return the Program with other modules and new votes, or the given one."""
        both = with_modules(program, self.other)
        if both is None:
            return program
        first = len(both.inputs)
        own = frozenset(range(first, first + len(program.operations)))
        return dropped(program, both, trials, self.share, [own])


def with_modules(program: Program, other: Program) -> Program | None:
    """Return a Program with the operations of another one after its own, which do not vote yet.

    Returns:
        None where the two are defined on different sequences, or the other one reads an input that cannot be shared.
    """
    if replace(program.domain, scored=None) != replace(other.domain, scored=None):
        return None
    inputs: list[Input] = list(program.inputs)
    missing = [found for found in other.inputs if found not in inputs]
    inputs += missing
    shift = {n: n + len(missing) for n in range(len(program.inputs), len(program.variables))}
    own = [renumbered(found, shift) for found in program.operations]
    votes = tuple(
        replace(vote, variable=shift.get(vote.variable, vote.variable))
        for vote in program.classifier.votes
    )
    number = {n: inputs.index(found) for n, found in enumerate(other.inputs)}
    taken = {*program.names[: len(program.inputs)], *other.names[: len(other.inputs)]}
    taken |= {operation.name for operation in own}
    more: list[Operation] = []
    for place, operation in enumerate(other.operations, len(other.inputs)):
        number[place] = len(inputs) + len(own) + len(more)
        found = renumbered(operation, number)
        name = found.name
        while name and name in taken:
            name += "_too"
        taken.add(name)
        more.append(replace(found, name=name))
    classifier = replace(program.classifier, votes=votes)
    return replace(program, inputs=tuple(inputs), operations=(*own, *more), classifier=classifier)
