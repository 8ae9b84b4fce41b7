"""Planting faults: a Program with one branch changed at random. Owns the draw; refuses to ask whether anything fails.

Tests of what finds faults or differences plant one and ask for it. The change is always a real one: the branch holds
something else than before, and nothing else is touched.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tprog.analysis.explain.cells import (
    WHOLE,
    Branch,
    Content,
    Part,
    branch_text,
    branches,
    content,
    content_text,
    part_text,
    parts,
    tabular,
    with_content,
)
from tprog.analysis.explain.trace.repair import as_comparison
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    Compare,
    Head,
    NumericalHead,
    NumericalLookup,
    Program,
    Rectangle,
    predicate_table,
)
from tprog.ir.predicate import RELATIONS, predicate_problems


@dataclass(frozen=True, slots=True)
class Fault:
    """A planted fault.

    Attributes:
        program: the changed Program.
        branch: the branch that was changed: the kind of part, its variable, and the row or entry within it.
        before: what the branch held.
        after: what it holds now.
        text: the change in words.
    """

    program: Program
    branch: Branch
    before: Content
    after: Content
    text: str


def plant(program: Program, seed: int) -> Fault | None:
    """Return a Program with one predicate row, one table entry or rectangle, or one vote changed at random.

    Every part that can be changed is equally likely, then every branch of it.

    Args:
        program: a valid Program.
        seed: equal seeds plant equal faults.

    Returns:
        The fault; None where the Program has nothing to change.
    """
    random = np.random.default_rng(seed)
    candidates = [part for part in parts(program) if _changeable(program, part)]
    if not candidates:
        return None
    part = candidates[int(random.integers(len(candidates)))]
    found = branches(program, part)
    branch = found[int(random.integers(len(found)))]
    before = content(program, branch)
    after = _other(program, branch, before, random)
    text = (
        f"{part_text(program, part)}, {branch_text(program, branch)}: "
        f"{content_text(program, branch, before)} became {content_text(program, branch, after)}"
    )
    return Fault(with_content(program, branch, after), branch, before, after, text)


def plant_predicate(program: Program, seed: int) -> Fault | None:
    """Return a Program in which one head compares otherwise: by another relation, from a shifted query, or both.

    Every head that makes a comparison is equally likely.

    Args:
        program: a valid Program.
        seed: equal seeds plant equal faults.

    Returns:
        The fault; None where no head makes a comparison that can be changed.
    """
    random = np.random.default_rng(seed)
    found = [
        (part, comparison)
        for part in parts(program)
        if part.kind == "head" and (comparison := _comparison(program, part)) is not None
    ]
    for number in random.permutation(len(found)).tolist():
        part, comparison = found[number]
        branch = Branch(part, WHOLE)
        before = content(program, branch)
        others = list(_other_comparisons(program, part, comparison))
        if others:
            after = others[int(random.integers(len(others)))]
            text = (
                f"{part_text(program, part)}: {content_text(program, branch, before)} "
                f"became {content_text(program, branch, after)}"
            )
            return Fault(with_content(program, branch, after), branch, before, after, text)
    return None


def _comparison(program: Program, part: Part) -> Compare | None:
    head = program.variables[part.variable]
    assert isinstance(head, Head)
    return as_comparison(program, head) if tabular(program, head) else None


def _other_comparisons(program: Program, part: Part, now: Compare) -> Iterator[Compare]:
    """Yield comparisons near one that want other keys in several rows."""
    head = program.variables[part.variable]
    assert isinstance(head, Head)
    query, key = program.finite_values(head.query), program.finite_values(head.key)
    table = predicate_table(now, query, key)
    numbers = not query.textual and not key.textual
    for shift in range(-2, 3) if numbers else (0,):
        for relation in RELATIONS:
            other = replace(now, relation=relation, offset=now.offset + shift)
            if predicate_problems(other, query, key):
                continue
            rows = zip(predicate_table(other, query, key).rows, table.rows, strict=True)
            if sum(new != old for new, old in rows) > 1:
                yield other


def _changeable(program: Program, part: Part) -> bool:
    """Tell whether a part has a branch that could hold something else."""
    if part.kind == "votes":
        return True
    match program.variables[part.variable]:
        case CategoricalHead() | NumericalHead() as head:
            return tabular(program, head)
        case CategoricalLookup(values=values) | NumericalLookup(values=values):
            return len(values) > 1
    return False


def _other(
    program: Program, branch: Branch, before: Content, random: np.random.Generator
) -> Content:
    """Return something else for a branch to hold."""
    variable = program.variables[branch.part.variable]
    if branch.part.kind == "votes":
        assert isinstance(before, tuple)
        return _other_weights(program, before, random)
    if isinstance(variable, Head):
        assert isinstance(before, tuple)
        return _other_keys(len(program.finite_values(variable.key)), before, random)
    assert isinstance(variable, CategoricalLookup | NumericalLookup)
    size = len(variable.values)
    if isinstance(before, Rectangle):
        return replace(before, value=_other_entry(size, before.value, random))
    assert isinstance(before, int)
    return _other_entry(size, before, random)


def _other_entry(size: int, before: int, random: np.random.Generator) -> int:
    found = int(random.integers(size - 1))
    return found + (found >= before)


def _other_keys(size: int, before: tuple[int, ...], random: np.random.Generator) -> tuple[int, ...]:
    """Return other wanted keys: a single wanted key becomes another one, a set gains or loses a key."""
    if len(before) == 1 and size > 1:
        return (_other_entry(size, before[0], random),)
    return tuple(sorted(set(before) ^ {int(random.integers(size))}))


def _other_weights(
    program: Program, before: tuple[int, ...], random: np.random.Generator
) -> tuple[int, ...]:
    """Return weights of which one differs, by up to twice the size of the largest weight."""
    weights = [
        abs(weight)
        for vote in program.classifier.votes
        for row in vote.weights
        for weight in (row if isinstance(row, tuple) else (row,))
    ]
    most = 2 * max(1, *weights)
    change = int(random.integers(1, most + 1)) * int(random.choice([-1, 1]))
    label = int(random.integers(len(before)))
    return (*before[:label], before[label] + change, *before[label + 1 :])
