"""Shortening categorical look-ups, by trial. Owns the search over tables as short rules."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from tprog.analysis.simplify.cost import PAIRS, odd_entries, operation_lines
from tprog.analysis.simplify.counts import joint_counts
from tprog.analysis.simplify.edit import named, number_of, prune, with_operation
from tprog.analysis.simplify.narrow import narrowed
from tprog.analysis.simplify.trials import Trials
from tprog.evaluate.cover import Entries, Product, cover_sets
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import CategoricalLookup, Program

# Larger tables are not written as rules.
LARGEST_RULES = 1 << 11
# Rules beyond so many are not dropped one by one.
MOST_RULES = 60

# From a look-up, and how often its entries are read, to tables to try.
Proposal: TypeAlias = Callable[[CategoricalLookup, IntArray], Iterator[IntArray]]


@dataclass(frozen=True, slots=True)
class Tables:
    """Gives look-ups fewer rules: entries that are never read are free, one argument may do, results merge, rules go.

    Checked; every change makes the look-up shorter or its entries more alike.
    """

    name: str = "tables"

    def apply(self, program: Program, trials: Trials) -> Program:
        """Return the last Program that was accepted, later look-ups being tried first."""
        program = named(program)
        lookups = [f.name for f in program.operations if isinstance(f, CategoricalLookup)]
        for name in reversed(lookups):
            for propose in (_free, _one_argument, _merged, _without_rules):
                program = _improved(program, name, trials, propose)
        return program


def _improved(program: Program, name: str, trials: Trials, propose: Proposal) -> Program:
    """Return the Program with every proposal for one look-up that makes it shorter and is accepted."""
    progress = True
    while progress and not trials.over:
        progress = False
        number = number_of(program, name)
        if number is None:
            break
        lookup = program.operations[number - len(program.inputs)]
        assert isinstance(lookup, CategoricalLookup)
        before = (operation_lines(program, lookup), odd_entries(program, lookup))
        for table in propose(lookup, read_counts(program, lookup, trials)):
            changed = narrowed(program, replace(lookup, table=tuple(table.ravel().tolist())))
            if (operation_lines(program, changed), odd_entries(program, changed)) >= before:
                continue
            accepted = trials.accepted(prune(with_operation(program, number, changed)))
            if accepted is not None:
                program, progress = accepted, True
                break
    return program


def read_counts(program: Program, lookup: CategoricalLookup, trials: Trials) -> IntArray:
    """Return how often each entry of a table is read on the sample, in the table's shape."""
    sizes = [len(program.finite_values(read)) for read in lookup.arguments]
    return joint_counts(trials.columns(program), lookup.arguments, sizes)


def _free(lookup: CategoricalLookup, counts: IntArray) -> Iterator[IntArray]:
    """Yield tables where entries that are never read are whatever makes the table short."""
    table = np.array(lookup.table, dtype=np.int64).reshape(counts.shape)
    yield filled(table, counts > 0)
    values, often = np.unique(table[counts > 0], return_counts=True)
    if len(values):
        yield np.where(counts > 0, table, values[often.argmax()])


def filled(table: IntArray, read: BoolArray) -> IntArray:
    """Return a table that holds the entries that are read, and is written as few rules."""
    if not read.any():
        return np.full_like(table, table.ravel()[0])
    open_table = np.where(read, table, -1)
    if table.ndim == 2 and table.size <= LARGEST_RULES:
        rules, default = cover_sets(open_table.tolist(), PAIRS)
        return from_rules(rules, default, table.shape)
    if table.ndim > 2:
        return _filled_along(open_table)
    values, often = np.unique(table[read], return_counts=True)
    return np.where(read, table, values[often.argmax()])


def _filled_along(table: IntArray) -> IntArray:
    """Fill free entries with the commonest one in their slice along the first axis, else of all."""
    values, often = np.unique(table[table >= 0], return_counts=True)
    out = table.copy()
    for part in out:
        own, count = np.unique(part[part >= 0], return_counts=True)
        part[part < 0] = own[count.argmax()] if len(own) else values[often.argmax()]
    return out


def from_rules(rules: list[Product | Entries], default: int, shape: tuple[int, ...]) -> IntArray:
    """Return the table that rules spell out: the first that holds wins."""
    table = np.full(shape, default, dtype=np.int64)
    for rule in reversed(rules):
        if isinstance(rule, Entries):
            for row, column in rule.cells:
                table[row, column] = rule.value
        else:
            rows = slice(None) if rule.any_row else list(rule.rows)
            columns = slice(None) if rule.any_column else list(rule.columns)
            if rule.any_row or rule.any_column:
                table[rows, columns] = rule.value
            else:
                table[np.ix_(list(rule.rows), list(rule.columns))] = rule.value
    return table


def _one_argument(lookup: CategoricalLookup, counts: IntArray) -> Iterator[IntArray]:
    """Yield tables that depend on one argument less: along it, the result is the one that is read most."""
    table = np.array(lookup.table, dtype=np.int64).reshape(counts.shape)
    size = len(lookup.values)
    for axis in range(table.ndim):
        votes = np.stack(
            [np.where(table == value, counts, 0).sum(axis=axis) for value in range(size)]
        )
        best = np.expand_dims(votes.argmax(axis=0), axis)
        yield np.broadcast_to(best, table.shape).copy()


def _merged(lookup: CategoricalLookup, counts: IntArray) -> Iterator[IntArray]:
    """Yield tables where one result is another everywhere, rare results first."""
    table = np.array(lookup.table, dtype=np.int64).reshape(counts.shape)
    often = [int(counts[table == value].sum()) for value in range(len(lookup.values))]
    present = sorted(set(lookup.table), key=lambda value: (often[value], value))
    for value in present:
        for other in reversed(present):
            if other != value:
                yield filled(np.where(table == value, other, table), counts > 0)


def _without_rules(lookup: CategoricalLookup, counts: IntArray) -> Iterator[IntArray]:
    """Yield tables where one rule is dropped, the last first; what it held falls to the rules after it."""
    table = np.array(lookup.table, dtype=np.int64).reshape(counts.shape)
    if table.ndim != 2 or table.size > LARGEST_RULES:
        values, often = np.unique(table, return_counts=True)
        common = values[often.argmax()]
        for entry in np.flatnonzero(table != common)[:MOST_RULES].tolist():
            changed = table.copy()
            changed.ravel()[entry] = common
            yield changed
        return
    rules, default = cover_sets(np.where(counts > 0, table, -1).tolist(), PAIRS)
    for place in range(len(rules) - 1, -1, -1):
        yield from_rules(rules[:place] + rules[place + 1 :], default, table.shape)
