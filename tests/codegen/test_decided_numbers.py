"""Look-ups over several numbers by conditions and sums: they take fewer lines than boxes, and read back."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from emitted import load
from hypothesis import given, settings
from hypothesis import strategies as st

from tprog.codegen import emit
from tprog.codegen.formulas import spanned
from tprog.evaluate import predict
from tprog.evaluate.cover import covered_table
from tprog.ir import (
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Domain,
    KeyIn,
    NumericalHead,
    NumericalLookup,
    Ones,
    Operation,
    Program,
    Tokens,
)
from tprog.reader import read_source

DOMAIN = Domain(tuple("0123"), 5, prefix="<s>")
RULES: dict[str, Callable[[int, int, int], int]] = {
    "equal": lambda a, b, c: max(a - 2, 0) if b == c else 0,
    "less": lambda a, b, c: a if b < c else min(c, 2),
    "sum": lambda a, b, c: min(a + b + c, 5),
    "any": lambda a, b, c: (3 * a + 5 * b * c) % 4,
}


def counting(rule: str) -> Program:
    """A Program with a look-up over how many of three symbols there are."""
    heads = [NumericalHead(0, 0, 1, KeyIn((number,))) for number in (1, 2, 3)]
    entries = [RULES[rule](*point) for point in product(range(6), repeat=3)]
    values = spanned(entries)
    table = (np.array(entries) - values.values[0]).reshape(6, 6, 6)
    boxes, default = covered_table(table)
    lookup = NumericalLookup((2, 3, 4), values, (5, 5, 5), boxes, default)
    rows = tuple((number, 1) for number in range(len(values)))
    operations: tuple[Operation, ...] = (*heads, lookup)
    return Program(
        DOMAIN, (Tokens(), Ones()), operations, Classifier(("x", "y"), (CategoricalVotes(5, rows),))
    )


@pytest.mark.parametrize("rule", RULES)
def test_three_counts(rule: str) -> None:
    program = counting(rule)
    text = emit(program)
    assert read_source(text) == program
    words = list("01120")
    assert load(text)(words) == predict(program, [words])[0]
    body = text[text.index("def num_mlp") : text.index("\n\n", text.index("def num_mlp"))]
    assert rule == "any" or body.count("\n") <= 6


@settings(deadline=None)
@given(st.integers(2, 5), st.sampled_from([1, 2, -1]), st.integers(0, 4))
def test_a_table_modulo_a_number_is_a_sum(modulus: int, weight: int, added: int) -> None:
    """Of texts of digits too, but for the beginning."""
    entries = [0] + [(weight * one + added) % modulus for one in range(4)]
    values = spanned(entries)
    lookup = CategoricalLookup((0,), values, tuple(entries))
    rows = tuple((number, 1) for number in range(len(values)))
    votes = (CategoricalVotes(1, rows),)
    program = Program(DOMAIN, (Tokens(),), (lookup,), Classifier(("x", "y"), votes))
    assert read_source(emit(program)) == program
