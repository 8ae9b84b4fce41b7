"""What the search leaves out loses nothing: a bank without a pruning rule never has a cheaper term."""

from collections.abc import Iterator

import numpy as np
import pytest
from effort import scaled
from hypothesis import given, settings
from hypothesis import strategies as st
from synthesis.sequence_tasks import SEQUENCE_TASKS, drawn

from tprog.synthesis.parts import size
from tprog.synthesis.portfolio import Portfolio
from tprog.synthesis.vectors import terms as t
from tprog.synthesis.vectors.bank import Bank, computed, numbers_of
from tprog.synthesis.vectors.coding import Sample, code
from tprog.synthesis.vectors.kernels import Vector
from tprog.synthesis.vectors.store import LIMIT

COST = 4
"""All terms of this cost, with five leaves and six operations, are a few thousand."""

SMALL = ("add", "sub", "equal", "less", "max", "mul")
"""Operations of two terms, of which four are symmetric and two are looked up by their hash before they are computed."""

RULES = ("equal behaviours once", "symmetric operations once", "both")


def small_bank(seed: int, operations: tuple[str, ...]) -> Bank:
    """Return a bank of inputs, positions and constants on random sequences, grown to `COST`."""
    coded = code(drawn(SEQUENCE_TASKS["hist"], 12, (1, 6), seed), ())
    assert coded is not None
    sample: Sample = coded[0]
    bank = Bank(
        sample, coded[1].fill, True, seed, {name: t.OPERATIONS[name] for name in operations}
    )
    bank.later = []
    for leaf in (t.Term("input"), t.INDEX, t.Term("length"), t.constant(0), t.constant(1)):
        bank.add_leaf(leaf)
    for cost in range(2, COST + 1):
        for _ in bank.grow(cost):
            pass
    return bank


def costs_of(bank: Bank) -> dict[bytes, int]:
    """Return the least cost of each behaviour in a bank."""
    return {
        bank.store.values[place].astype(np.int64).tobytes(): cost
        for cost, (first, last) in sorted(bank.levels.items(), reverse=True)
        for place in range(first, last)
    }


def unpruned(bank: Bank, rule: str) -> dict[bytes, int]:
    """Return the least cost of each behaviour where a rule is switched off, by terms in Python.

    Terms of equal behaviour are all kept, or both orders of symmetric operations are tried, or both.
    """
    levels: dict[int, list[tuple[t.Term, Vector]]] = {1: []}
    best: dict[bytes, int] = {}
    for term in bank.leaves:
        values = computed(term, bank.sample, bank.store.fill)
        assert values is not None
        levels[1].append((term, values))
        best.setdefault(values.tobytes(), 1)
    for cost in range(2, COST + 1):
        levels[cost] = []
        for term, values in _made(bank, levels, cost, both_orders=rule != RULES[0]):
            known = values.tobytes() in best
            best.setdefault(values.tobytes(), cost)
            if rule != RULES[1] or not known:
                levels[cost].append((term, values))
    return best


def _made(
    bank: Bank, levels: dict[int, list[tuple[t.Term, Vector]]], cost: int, *, both_orders: bool
) -> Iterator[tuple[t.Term, Vector]]:
    for name, operation in bank.operations.items():
        for parts in _parts(levels, cost, operation, both_orders=both_orders):
            for number in numbers_of(name, ()):
                term = t.of(name, *(part for part, _ in parts), number=number)
                known: dict[t.Term, Vector | None] = dict(parts)
                values = computed(term, bank.sample, bank.store.fill, known)
                if values is not None and np.abs(values).max() <= LIMIT:
                    yield term, values


def _parts(
    levels: dict[int, list[tuple[t.Term, Vector]]],
    cost: int,
    operation: t.Operation,
    *,
    both_orders: bool,
) -> Iterator[tuple[tuple[t.Term, Vector], ...]]:
    if operation.arity == 1:
        yield from ((one,) for one in levels[cost - 1])
        return
    for left in range(1, cost - 1):
        for one in levels[left]:
            for other in levels[cost - 1 - left]:
                if both_orders or not operation.symmetric or str(one[0]) <= str(other[0]):
                    yield one, other


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=scaled(5), deadline=None)
@given(st.integers(0, 1 << 20), st.permutations(["sum", "shift", "reverse", "maximum", "fresh"]))
def test_no_rule_hides_a_cheaper_term(rule: str, seed: int, unary: list[str]) -> None:
    """Whatever exists without the rule is in the bank, at no greater cost."""
    bank = small_bank(seed, (*SMALL, *unary[:2]))
    kept, all_ = costs_of(bank), unpruned(bank, rule)
    assert len(all_) > 100
    worse = [cost for values, cost in all_.items() if kept.get(values, COST + 1) > cost]
    assert not worse


@pytest.mark.parametrize("name", ["reverse", "hist", "parity", "running max", "previous equal"])
def test_two_runs_of_a_seed_are_equal(name: str) -> None:
    """The graph, how it was found and how large it is do not depend on the clock."""
    examples = drawn(SEQUENCE_TASKS[name], 200, (1, 10), 3)
    first, again = (Portfolio(examples, 20.0, seed=5).run() for _ in range(2))
    assert first.best is not None
    assert again.best is not None
    assert (first.best.graph, first.best.how) == (again.best.graph, again.best.how)
    assert size(first.best.graph) == first.best.size == again.best.size
