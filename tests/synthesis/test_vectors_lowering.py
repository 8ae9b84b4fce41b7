"""Terms as kernels compute them and as RASP says them: the same values, at every length."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from effort import scaled
from hypothesis import given, settings
from hypothesis import strategies as st

from tprog.rasp.evaluate import evaluate
from tprog.synthesis.examples import Example, Examples
from tprog.synthesis.vectors import kernels
from tprog.synthesis.vectors.bank import computed
from tprog.synthesis.vectors.coding import code
from tprog.synthesis.vectors.lowering import Lowering
from tprog.synthesis.vectors.terms import INDEX, LEAVES, OPERATIONS, TRUTHS, Term, constant

LEAF = st.sampled_from(
    [Term("input"), INDEX, Term("length"), constant(1), constant(2), constant(-1), constant(3)]
)


def grown(below: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    """Return terms of one operation more."""

    def made(name: str) -> st.SearchStrategy[Term]:
        number = st.sampled_from([1, 2, 4, 17, 18]) if name in ("shift", "ahead") else st.just(0)
        if name in ("among", "among_all", "within", "within_all"):
            number = st.sampled_from([0, 1, 2])
        if name == "comb":
            number = st.sampled_from([2 * 16, 2 * 16 + 1, 3 * 16 + 2])
        parts = [below] * OPERATIONS[name].arity
        if name in ("mod", "div"):
            parts[1] = st.sampled_from([constant(2), constant(3), constant(10)])
        return st.builds(Term, st.just(name), st.tuples(*parts), number)

    return st.sampled_from(sorted(OPERATIONS)).flatmap(made)


TERMS = st.recursive(LEAF, grown, max_leaves=6)
INPUTS = st.lists(st.lists(st.integers(-2, 9), min_size=1, max_size=11), min_size=1, max_size=6)


def agree(term: Term, rows: list[list[int]], fill: int) -> None:
    """Hold a lowered term to its kernels."""
    texts = [tuple(map(str, row)) for row in rows]
    examples = Examples(tuple(Example(row, row) for row in texts))
    coded = code(examples)
    assert coded is not None
    sample, coding = coded
    values = computed(term, sample, fill)
    if values is None:
        return
    graph = Lowering(replace(coding, fill=fill)).number(term)
    given_ = [one for row in evaluate(graph, texts) for one in row]
    assert all(isinstance(one, int | Fraction) for one in given_)
    assert given_ == values.tolist()


@settings(max_examples=scaled(300), deadline=None)
@given(TERMS, INPUTS, st.sampled_from([0, -1, 7]))
def test_lowering_keeps_values(term: Term, rows: list[list[int]], fill: int) -> None:
    """A term's s-op holds what the kernels compute."""
    agree(term, rows, fill)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_each_operation_lowers(name: str) -> None:
    """Each operation means the same in both, on ties, negative numbers and single elements."""
    random = np.random.default_rng(5)
    rows = [random.integers(-2, 5, length).tolist() for length in (1, 1, 2, 3, 5, 8, 13)]
    term = Term("input")
    second = constant(3) if name in ("mod", "div") else Term("less", (INDEX, term))
    parts = (term, second)[: OPERATIONS[name].arity]
    agree(Term(name, parts, 33 if name == "comb" else 1), rows, -1)


@settings(max_examples=scaled(100), deadline=None)
@given(st.lists(st.integers(-2, 3), min_size=1, max_size=9))
def test_operations_mean_what_is_said_of_them(row: list[int]) -> None:
    """Of operations over some of the keys: their values by definition."""
    texts = tuple(map(str, row))
    coded = code(Examples((Example(texts, texts),)))
    assert coded is not None
    v, n = Term("input"), len(row)
    part, below = Term("div", (INDEX, constant(3))), Term("less", (v, constant(2)))

    def greatest(end: int) -> int:
        return max((one for one in row[:end] if one < 2), default=-7)

    lowest = [min(0, *row[: i + 1]) for i in range(n)]
    keys = [(i // 3, one) for i, one in enumerate(row)]
    told = {
        Term("within", (part, v), 1): [
            sum(p == q and a < b for q, a in keys[: i + 1]) for i, (p, b) in enumerate(keys)
        ],
        Term("within_all", (part, v)): [keys.count(one) for one in keys],
        Term("greatest", (below, v)): [greatest(i + 1) for i in range(n)],
        Term("greatest_all", (below, v)): [greatest(n)] * n,
        Term("floored", (v,)): [one - low for one, low in zip(row, lowest, strict=True)],
        Term("stretch", (v,)): [
            min(k for k in range(i + 1) if min(row[k : i + 1]) >= row[i]) for i in range(n)
        ],
        Term("highest_back", (v,)): [max(row[i:]) for i in range(n)],
        Term("sum_back", (v,)): [sum(row[i:]) for i in range(n)],
        Term("fresh_back", (v,)): [row[i] not in row[i + 1 :] for i in range(n)],
    }
    for term, values in told.items():
        found = computed(term, coded[0], -7)
        assert found is not None
        assert found.tolist() == values, term


def test_codes_are_the_kernels() -> None:
    """The kernels' constants have the numbers of the operations that they are named for."""
    for name, operation in OPERATIONS.items():
        assert getattr(kernels, name.upper()) == operation.code
    assert OPERATIONS.keys() >= TRUTHS
    assert not LEAVES & OPERATIONS.keys()
