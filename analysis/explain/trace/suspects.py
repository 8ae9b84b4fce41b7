"""Suspects: branches ranked by the errors that a repair of them puts right.

Counts alone cannot tell a wrong branch from one that merely runs whenever it does, so every suspicion is tested by
intervention. First by repair: other contents are tried for the branch, and the best one shows how many errors it could
cause. Then by switching it off: the variable is held at its commonest value wherever the branch ran, or its votes are
ablated. Suspects are ranked by the errors that their best repair puts right less the right answers that it breaks; of
equals, the one whose repair leaves the shorter program comes first; and then by suspicion.

A head's whole predicate is a suspect where a repair of it does more than one of any row, or as much and leaves a shorter
program. It then replaces the rows whose repairs put nothing right that it does not: one cause, not one for each row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tprog.analysis.explain.cells import (
    DEFAULT,
    WHOLE,
    Branch,
    Content,
    Part,
    content,
    with_content,
)
from tprog.analysis.explain.trace.examples import LabelledExamples
from tprog.analysis.explain.trace.repair import (
    ExampleBatch,
    Gain,
    Repair,
    best_vote,
    candidates,
    changed_rows,
    example_batches,
    gain_of_holding,
    joined,
    try_out,
    vote_gain,
)
from tprog.analysis.explain.trace.running import Observed, Progress
from tprog.analysis.explain.trace.spectrum import Metric, Spectra, look, rows_fired
from tprog.analysis.simplify.cost import Cost, cost
from tprog.analysis.simplify.pruning import with_operation
from tprog.evaluate.comparisons import exact_comparison
from tprog.evaluate.counterfactual import Partly
from tprog.evaluate.inputs import BoolArray
from tprog.ir import Constant, Head, KeyIn, Naturals, Predicate, Program, Table

# Failing examples of each length on which repairs are tried first.
FEW = 6
# Contents tried on these few, all branches together.
MOST_TRIES = 6000
# Contents of one branch that are tried on all examples.
FINALISTS = 3
# Suspects that are kept, and those that are switched off.
KEPT, SWITCHED = 100, 24
# Suspects with equally good repairs, and contents of one branch that do equally well on a few examples, of which the
# shortest program is sought.
MOST_EQUAL, MOST_SIZED = 12, 40
# Two branches whose errors are the same by this much run as one circuit.
ALIKE = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Switch:
    """What it does to switch something off.

    Attributes:
        entry: what the variable is held at; None where its votes are ablated.
        gain: what that does on all examples.
    """

    entry: int | None
    gain: Gain


@dataclass(frozen=True, slots=True, eq=False)
class Suspect:
    """A branch that ran in wrong predictions.

    Attributes:
        branch: the branch.
        suspicion: how well it tells wrong from right predictions, by the metric.
        failed: wrong predictions that it ran in.
        passed: right predictions that it ran in.
        repair: the best other content; None where none puts more right than it breaks.
        switch: what it does to switch it off; None where that was not tried.
        circuit: a number that branches share which ran in nearly the same wrong predictions, from 0.
    """

    branch: Branch
    suspicion: float
    failed: int
    passed: int
    repair: Repair | None
    switch: Switch | None = None
    circuit: int = 0

    @property
    def net(self) -> int:
        """How many more predictions its repair makes right."""
        return 0 if self.repair is None else self.repair.gain.net


def find_suspects(
    examples: LabelledExamples,
    observed: Sequence[Observed],
    spectra: Spectra,
    metric: Metric,
    progress: Progress | None = None,
    every: Sequence[ExampleBatch] | None = None,
) -> list[Suspect]:
    """Return the suspects, the most suspicious first; empty where nothing fails.

    Args:
        examples: the examples.
        observed: what was observed of them.
        spectra: what ran in which predictions.
        metric: the formula of the suspicion.
        progress: called after each branch.
        every: what `example_batches` gives for the examples, where it is at hand.
    """
    program = examples.program
    few = example_batches(examples, observed, FEW)
    every = example_batches(examples, observed) if every is None else every
    found = _one_for_rows(program, _all_suspects(program, few, every, spectra, metric, progress))
    found.sort(key=lambda one: (-one.net, _burden(program, one.repair), -one.suspicion, one.branch))
    equal = [one for one in found if 0 < one.net == found[0].net][:MOST_EQUAL]
    if len(equal) > 1:
        sizes = {one.branch: _size(_repaired(program, one), one.branch.part) for one in equal}
        equal.sort(key=lambda one: (sizes[one.branch], -one.suspicion, one.branch))
        found[: len(equal)] = equal
    kept = _with_circuits(found[:KEPT], spectra)
    for number in range(min(SWITCHED, len(kept))):
        switched = switch_off(program, kept[number].branch, every)
        kept[number] = replace(kept[number], switch=switched)
        if progress is not None:
            progress("switching off", number + 1, min(SWITCHED, len(kept)))
    return kept


def _all_suspects(
    program: Program,
    few: Sequence[ExampleBatch],
    every: Sequence[ExampleBatch],
    spectra: Spectra,
    metric: Metric,
    progress: Progress | None,
) -> list[Suspect]:
    """Return every branch that ran in wrong predictions with its best repair."""
    ordered = sorted(
        spectra.members, key=lambda branch: (-spectra.suspicion(metric, branch), branch)
    )
    found: list[Suspect] = []
    tries = MOST_TRIES
    for number, branch in enumerate(ordered):
        repair = None
        if branch.part.kind == "votes":
            repair = best_vote(program, branch, every)
        elif branch.row == WHOLE:
            repair, _ = _best_repair(program, branch, few, every, MOST_TRIES)
        elif tries > 0:
            repair, used = _best_repair(program, branch, few, every, tries)
            tries -= used
        found.append(
            Suspect(
                branch,
                spectra.suspicion(metric, branch),
                spectra.failed(branch),
                spectra.passed.get(branch, 0),
                repair if repair is not None and repair.gain.net > 0 else None,
            )
        )
        if progress is not None:
            progress("trying repairs", number + 1, len(ordered))
    return found


def _one_for_rows(program: Program, found: Sequence[Suspect]) -> list[Suspect]:
    """Return the suspects with a whole predicate in place of its rows, or without it; see the module."""
    kept: list[Suspect] = []
    for part in dict.fromkeys(one.branch.part for one in found):
        rows = [one for one in found if one.branch.part == part and one.branch.row != WHOLE]
        for whole in found:
            if whole.branch != Branch(part, WHOLE) or whole.repair is None:
                continue
            changed = changed_rows(program, whole.repair)
            if len(changed) == 1:
                rows = [_as_row(one, whole.repair, changed) for one in rows]
            elif _explains(program, whole, rows):
                fixed = whole.repair.gain.fixed
                rows = [one for one in rows if one.repair and not one.repair.gain.within(fixed)]
                kept.append(whole)
        kept += rows
    return kept


def _as_row(row: Suspect, whole: Repair, changed: dict[int, tuple[int, ...]]) -> Suspect:
    """Return the suspect row that a repair of the whole predicate changes alone, with this repair where it is no worse."""
    if row.branch.row not in changed or row.net > whole.gain.net:
        return row
    return replace(row, repair=Repair(row.branch, changed[row.branch.row], whole.gain))


def _explains(program: Program, whole: Suspect, rows: Sequence[Suspect]) -> bool:
    """Tell whether a whole predicate is a better suspect than any of its rows."""
    best = max((one.net for one in rows), default=0)
    if whole.net != best:
        return whole.net > best
    equal = [one for one in rows if one.net == best][:MOST_EQUAL]
    part = whole.branch.part
    size = _size(_repaired(program, whole), part)
    return all(size < _size(_repaired(program, one), part) for one in equal)


def switch_off(program: Program, what: "Branch | Part", batches: Sequence[ExampleBatch]) -> Switch:
    """Return what it does to hold a variable at its commonest value, or to ablate its votes.

    A branch is switched off where it ran, a part everywhere.
    """
    part = what.part if isinstance(what, Branch) else what
    if isinstance(what, Branch) and part.kind == "votes":
        weights = (0,) * len(program.classifier.labels)
        return Switch(None, vote_gain(program, what, weights, batches))
    if part.kind == "votes":
        ablated = [
            batch.gain(batch.interventions.predictions({}, (part.variable,))) for batch in batches
        ]
        return Switch(None, joined(ablated))
    entry = commonest(part.variable, batches)

    def holding(batch: ExampleBatch) -> Partly:
        where: BoolArray = np.ones((1, 1), dtype=np.bool_)
        if isinstance(what, Branch):
            where = _where(program, what, batch)
        # Positions without an end: a short input has no such position.
        endless = isinstance(program.values[part.variable], Naturals)
        return Partly(min(entry, batch.length - 1) if endless else entry, where)

    return Switch(entry, gain_of_holding(batches, part.variable, holding))


def commonest(variable: int, batches: Sequence[ExampleBatch]) -> int:
    """Return the entry that a variable has most often, the least of equals."""
    column = np.concatenate([batch.columns[variable].ravel() for batch in batches])
    values, counts = np.unique(column, return_counts=True)
    return int(values[counts.argmax()])


def _best_repair(
    program: Program,
    branch: Branch,
    few: Sequence[ExampleBatch],
    every: Sequence[ExampleBatch],
    most: int,
) -> tuple[Repair | None, int]:
    """Return the best other content of a branch, and how many were tried."""
    tried: list[tuple[int, int, Content]] = []
    used = 0
    for held in candidates(program, branch, every):
        net = try_out(program, branch, held, few).net
        used += 1
        if net > 0:
            tried.append((-net, used, held))
        if used >= most:
            break
    best: Repair | None = None
    for held in _finalists(program, branch, tried):
        repair = Repair(branch, held, try_out(program, branch, held, every))
        if best is None or repair.gain.net > best.gain.net:
            best = repair
    return best, used


def _finalists(
    program: Program, branch: Branch, tried: Sequence[tuple[int, int, Content]]
) -> list[Content]:
    """Return the contents that do best on a few examples; of equals, those that leave the shortest program."""
    ordered = sorted(tried, key=lambda one: one[:2])
    equal = [held for net, _, held in ordered if net == ordered[0][0]]
    if len(equal) <= FINALISTS:
        return [held for _, _, held in ordered[:FINALISTS]]
    equal = equal[:MOST_SIZED]
    sizes = [_size(with_content(program, branch, held), branch.part) for held in equal]
    return [equal[place] for place in sorted(range(len(equal)), key=sizes.__getitem__)[:FINALISTS]]


def _size(program: Program, part: Part) -> Cost:
    """Return the size of a program, a part's predicate in the plainest form that it has."""
    head = program.variables[part.variable]
    if part.kind != "head" or not isinstance(head, Head) or not isinstance(head.predicate, Table):
        return cost(program)
    rows = head.predicate.rows
    query, key = program.finite_values(head.query), program.finite_values(head.key)
    plain: Predicate | None = exact_comparison(rows, query, key) if len(set(rows)) > 1 else None
    if len(set(rows)) == 1:
        all_or_none = len(rows[0]) in (0, len(key))
        plain = Constant(bool(rows[0])) if all_or_none else KeyIn(rows[0])
    plainest = replace(head, predicate=plain or head.predicate)
    return cost(with_operation(program, part.variable, plainest))


def _repaired(program: Program, suspect: Suspect) -> Program:
    repair = suspect.repair
    return program if repair is None else with_content(program, suspect.branch, repair.held)


def _burden(program: Program, repair: Repair | None) -> int:
    """Return how many wanted keys or votes a repair adds: of equal repairs, the plainer one is likelier."""
    if repair is None or not isinstance(repair.held, tuple):
        return 0
    before = content(program, repair.branch)
    assert isinstance(before, tuple)
    if repair.branch.part.kind == "votes":
        return sum(map(bool, repair.held)) - sum(map(bool, before))
    return len(repair.held) - len(before)


def _where(program: Program, branch: Branch, batch: ExampleBatch) -> BoolArray:
    """Return `(inputs, positions)`: where a branch of a head or look-up ran."""
    variable = branch.part.variable
    if branch.row == WHOLE:
        return np.ones((1, 1), dtype=np.bool_)
    if branch.row != DEFAULT:
        where: BoolArray = rows_fired(program, variable, batch.columns) == branch.row
        return where
    head = program.variables[variable]
    assert isinstance(head, Head)
    none: BoolArray = ~np.asarray(look(program, head, batch.columns).matches.any(axis=2))
    return none


def _with_circuits(suspects: list[Suspect], spectra: Spectra) -> list[Suspect]:
    """Number the suspects by which wrong predictions they ran in."""
    leaders: list[Branch] = []
    found: list[Suspect] = []
    for suspect in suspects:
        members = spectra.members[suspect.branch]
        for number, leader in enumerate(leaders):
            others = spectra.members[leader]
            common = len(np.intersect1d(members, others, assume_unique=True))
            if common >= ALIKE * (len(members) + len(others) - common):
                found.append(replace(suspect, circuit=number))
                break
        else:
            found.append(replace(suspect, circuit=len(leaders)))
            leaders.append(suspect.branch)
    return found
