"""Checked passes on whole modules: replaced by functions of one variable, deleted in groups, or put in from another Program."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from time import monotonic

import numpy as np

from tprog.analysis.simplify.acceptance import Acceptance
from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.passes.operations import narrow
from tprog.analysis.simplify.pruning import redirected, renumbered
from tprog.analysis.simplify.substitution import constant_source, substitute, substitute_number
from tprog.analysis.simplify.vote_fit import FittedVotes, Fitter
from tprog.analysis.simplify.vote_rows import gather
from tprog.evaluate.attention import Array
from tprog.evaluate.many_programs import joint_counts, value_counts
from tprog.ir import (
    CategoricalHead,
    FiniteValues,
    Input,
    Integers,
    Naturals,
    NumericalHead,
    Ones,
    Operation,
    Program,
)

# Constants that are tried for each variable, the commonest first.
CONSTANTS = 4
# Rounded votes are tried at these scales, the first that misses nothing more is taken.
SCALES = tuple(round(2 ** (power / 2)) for power in range(4, 34))
# The weight decay that is tried at the end: the more, the wider the margins.
WIDE_DECAY = 0.03
# How much of the time that is left each pass may use.
SHARE = 0.4
REWRITE_SHARE = 0.5


def replace_by_functions(program: Program, acceptance: Acceptance) -> Program:
    """Replace operations by what they mostly are: one value, another variable, or a function of one; the last one first."""
    variable = len(program.variables) - 1
    while variable >= len(program.inputs):
        changed = _shortened(program, variable, acceptance)
        if changed is not None:
            pruned = len(changed.variables) < len(program.variables)
            program = changed
            if pruned:
                # Pruning renumbers what is left, so the same number is another variable, or beyond the last.
                variable = min(variable, len(program.variables) - 1)
                continue
        variable -= 1
    return program


def _shortened(program: Program, variable: int, acceptance: Acceptance) -> Program | None:
    before = cost(program)
    for candidate in _candidates(program, variable, acceptance.columns(program)):
        plain = narrow(candidate)
        if cost(plain) < before and (accepted := acceptance.accepted(plain)) is not None:
            return accepted
        if acceptance.over:
            return None
    return None


def _candidates(program: Program, variable: int, columns: list[list[Array]]) -> Iterator[Program]:
    """Yield Programs without a variable; `columns` are those of a sample."""
    values = program.values[variable]
    if isinstance(values, Integers):
        counts = value_counts(columns, variable)
        order = np.argsort(-counts, kind="stable")[:CONSTANTS].tolist()
        found = [substitute_number(program, variable, value) for value in order if counts[value]]
        yield from (candidate for candidate in found if candidate is not None)
        for earlier in range(variable):
            if isinstance(program.values[earlier], Integers):
                yield redirected(program, variable, earlier)
    elif isinstance(values, FiniteValues):
        yield from _substituted(program, variable, _constants(program, variable, columns))
        yield from _substituted(program, variable, mappings(program, variable, columns))


def _substituted(
    program: Program, variable: int, functions: Iterable[tuple[int, tuple[int, ...]]]
) -> Iterator[Program]:
    for earlier, mapping in functions:
        changed = substitute(program, variable, earlier, mapping)
        if changed is not None:
            yield changed


def _constants(
    program: Program, variable: int, columns: list[list[Array]]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield constants as functions of an input, the commonest value first."""
    counts = value_counts(columns, variable, len(program.finite_values(variable)))
    source = constant_source(program)
    if source is not None:
        size = len(program.finite_values(source))
        for value in np.argsort(-counts, kind="stable")[:CONSTANTS].tolist():
            if counts[value]:
                yield source, (value,) * size


def mappings(
    program: Program, variable: int, columns: list[list[Array]]
) -> list[tuple[int, tuple[int, ...]]]:
    """Return for each earlier variable the function of it that agrees most often, the best agreement first."""
    size = len(program.finite_values(variable))
    found: list[tuple[int, int, tuple[int, ...]]] = []
    for earlier in range(variable):
        values = program.values[earlier]
        if isinstance(values, FiniteValues):
            counts = joint_counts(columns, (earlier, variable), (len(values), size))
            common = int(counts.sum(axis=0).argmax())
            mapping = np.where(counts.any(axis=1), counts.argmax(axis=1), common)
            found.append((-int(counts.max(axis=1).sum()), earlier, tuple(mapping.tolist())))
    return [(earlier, mapping) for _, earlier, mapping in sorted(found)]


def drop_modules(program: Program, acceptance: Acceptance) -> Program:
    """Delete as many modules as the votes of the others can make up for.

    Votes that were learned by gradient spread over everything, so hardly a module can go before the rest votes anew. Whatever
    is still computed may vote, so only what a module costs in lines counts.
    """
    return dropped(program, program, acceptance, SHARE)


def put_in_modules(program: Program, acceptance: Acceptance, other: Program) -> Program:
    """Put in modules of another Program for the same task, and then delete as many of the Program's own as can go.

    The result is often short, but it may say little about how the Program did it; so this runs only where it is asked for.
    """
    both = with_modules(program, other)
    if both is None:
        return program
    first = len(both.inputs)
    own = frozenset(range(first, first + len(program.operations)))
    return dropped(program, both, acceptance, REWRITE_SHARE, [own])


def dropped(
    program: Program,
    start: Program,
    acceptance: Acceptance,
    share: float,
    groups: Sequence[frozenset[int]] = (),
) -> Program:
    """Return a Program with fewer modules and new votes that is shorter than a given one, or the given one.

    Args:
        program: what the result must be shorter than.
        start: whose modules are deleted; it holds the demand of `acceptance` with the votes of its own, or others.
        acceptance: judges the result.
        share: of the time that is left, how much may be used.
        groups: variables of `start` to delete first.
    """
    if start.classifier.pooled or not start.operations:
        return program
    if any(isinstance(found, Naturals) for found in start.values):
        return program
    limit = None
    if acceptance.deadline is not None:
        limit = monotonic() + share * max(0.0, acceptance.deadline - monotonic())
    fitter = Fitter(
        gather(start, acceptance.demand),
        len(start.classifier.labels),
        start.classifier.masked,
        acceptance.demand.allowed,
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
        changed = search.votes.rounded(start, scale)
        if changed is None or cost(changed).lines >= cost(program).lines:
            break
        if acceptance.demand.holds(changed):
            return acceptance.accepted(changed) or program
    return program


class _Search:
    """Which operations are gone so far, and the votes of the others."""

    def __init__(self, program: Program, fitter: Fitter) -> None:
        self.program = program
        self.fitter = fitter
        self.first = len(program.inputs)
        self.gone: frozenset[int] = frozenset()
        self.votes: FittedVotes | None = None

    def run(self) -> None:
        """Delete whole last layers, then from the last layer to the first all modules of a kind, or halves of them."""
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
        """Fit the last votes again with weight decay, which widens the margins."""
        if self.votes is None or self.fitter.allowed:
            return
        self.votes = self.fitter.fit(self.votes.variables, WIDE_DECAY) or self.votes

    def drop(self, variables: frozenset[int], halve: bool = True) -> bool:
        """Delete operations and what depends on them; where that fails, try the halves."""
        targets = sorted(variables - self.gone)
        if not targets or self.fitter.over:
            return False
        gone = self._closed(self.gone | variables)
        kept = [v for v in range(len(self.program.variables)) if v not in gone]
        votes = self.fitter.fit(
            [v for v in kept if not isinstance(self.program.variables[v], Ones)]
        )
        if votes is not None:
            self.gone, self.votes = gone, votes
            return True
        if halve and len(targets) > 1:
            middle = len(targets) // 2
            self.drop(frozenset(targets[middle:]))
            self.drop(frozenset(targets[:middle]))
        return False

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
