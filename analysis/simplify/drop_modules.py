"""Deleting groups of modules and letting the others vote anew. Owns that search alone.

Votes that were learned by gradient spread over everything, so hardly a module can go before the rest votes anew. Whatever is
still computed may vote, so only what a module costs in lines counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.fit import Fitter, Votes
from tprog.analysis.simplify.rows import gather
from tprog.analysis.simplify.trials import Trials
from tprog.analysis.simplify.voting import voting
from tprog.ir import (
    CategoricalHead,
    Naturals,
    NumericalHead,
    Ones,
    Program,
)

# Rounded votes are tried at these scales, the first that misses nothing more is taken.
SCALES = tuple(round(2 ** (power / 2)) for power in range(4, 34))
# How much weight decay is tried at the end: the more, the wider the margins.
DECAYS = (0.03,)


@dataclass(frozen=True, slots=True)
class DropModules:
    """Deletes as many modules as the votes of the others can make up for.

    Attributes:
        share: of the time that is left, how much may be used.

    Checked; what it changes shortens the Program.
    """

    name: str = "dropped modules"
    share: float = 0.4

    def apply(self, program: Program, trials: Trials) -> Program:
        """Return the Program with fewer modules and new votes, or the given one."""
        return dropped(program, program, trials, self.share)


def dropped(
    program: Program,
    start: Program,
    trials: Trials,
    share: float,
    groups: Sequence[frozenset[int]] = (),
) -> Program:
    """Return a Program with fewer modules and new votes that is shorter than a given one, or the given one.

    Args:
        program: what the result must be shorter than.
        start: whose modules are deleted; it holds the demand of `trials` with the votes of its own, or others.
        trials: judges the result.
        share: of the time that is left, how much may be used.
        groups: variables of `start` to delete first.
    """
    if start.classifier.pooled or not start.operations:
        return program
    if any(isinstance(found, Naturals) for found in start.values):
        return program
    limit = None
    if trials.deadline is not None:
        limit = monotonic() + share * max(0.0, trials.deadline - monotonic())
    fitter = Fitter(
        gather(start, trials.demand),
        len(start.classifier.labels),
        start.classifier.masked,
        trials.demand.allowed,
        limit,
    )
    search = _Search(start, fitter)
    for group in groups:
        search.drop(group)
    search.run()
    if search.votes is None:
        return program
    search.widen()
    for scale in SCALES:
        changed = voting(start, search.votes, scale)
        if changed is None or cost(changed).lines >= cost(program).lines:
            break
        if trials.demand.holds(changed):
            return trials.accepted(changed) or program
    return program


class _Search:
    """Which operations are gone so far, and the votes of the others."""

    def __init__(self, program: Program, fitter: Fitter) -> None:
        self.program = program
        self.fitter = fitter
        self.first = len(program.inputs)
        self.gone: frozenset[int] = frozenset()
        self.votes: Votes | None = None

    def run(self) -> None:
        """Delete kinds of modules, then layers from the last to the first, then single modules."""
        layers = self.program.layers
        every = range(self.first, len(self.program.variables))
        layer = {variable: layers[variable - self.first] for variable in every}
        # Perhaps the first layers suffice.
        for last in range(max(layers)):
            if self.drop(frozenset(v for v in every if layer[v] > last), halve=False):
                break
        for found in range(max(layers), -1, -1):
            for kind in ("look-up", "numerical", "categorical"):
                self.drop(
                    frozenset(
                        v for v in every if layer[v] == found and _kind(self.program, v) == kind
                    )
                )

    def widen(self) -> None:
        """Fit the last votes again with as much weight decay as they bear, which widens the margins."""
        if self.votes is None or self.fitter.allowed:
            return
        for decay in DECAYS:
            votes = self.fitter.fit(self.votes.variables, decay)
            if votes is not None:
                self.votes = votes
                return

    def drop(self, variables: frozenset[int], halve: bool = True) -> bool:
        """Delete operations and what depends on them; where that fails, try the halves."""
        targets = sorted(variables - self.gone)
        if not targets or self.fitter.over:
            return False
        gone = self._closed(self.gone | variables)
        kept = [v for v in range(len(self.program.variables)) if v not in gone]
        votes = self.fitter.fit([v for v in kept if not isinstance(self._input(v), Ones)])
        if votes is not None:
            self.gone, self.votes = gone, votes
            return True
        if halve and len(targets) > 1:
            middle = len(targets) // 2
            self.drop(frozenset(targets[middle:]))
            self.drop(frozenset(targets[:middle]))
        return False

    def _input(self, variable: int) -> object:
        return self.program.variables[variable]

    def _closed(self, gone: frozenset[int]) -> frozenset[int]:
        """Return operations with all that read them."""
        found = set(gone)
        for variable in range(self.first, len(self.program.variables)):
            if not found.isdisjoint(self.program.operations[variable - self.first].reads):
                found.add(variable)
        return frozenset(found)


def _kind(program: Program, variable: int) -> str:
    match program.variables[variable]:
        case CategoricalHead():
            return "categorical"
        case NumericalHead():
            return "numerical"
        case _:
            return "look-up"
