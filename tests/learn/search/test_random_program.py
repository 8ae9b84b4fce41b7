"""Tests of random Programs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import UsageError
from tprog.ir import CategoricalHead, CategoricalLookup, NumericalHead, NumericalLookup, validate
from tprog.learn.layout import NetworkSizes
from tprog.learn.search.random_program import random_program
from tprog.learn.search.skeleton import Skeleton
from tprog.tasks import get_task

KINDS = (CategoricalHead, NumericalHead, CategoricalLookup, NumericalLookup)


@given(
    st.sampled_from(["sort", "hist", "dyck1", "induction", "most_freq"]),
    st.integers(0, 99),
    st.integers(1, 3),
    st.tuples(*[st.integers(0, 2)] * 4),
    st.integers(1, 2),
)
def test_random_programs_are_valid_and_have_their_sizes(
    name: str, seed: int, layers: int, counts: tuple[int, int, int, int], arity: int
) -> None:
    """A random Program has the modules that were asked for, can be searched, and is equal for equal seeds."""
    task = get_task(name)
    sizes = NetworkSizes(layers, *counts)
    program = random_program(task, sizes, seed, arity)
    assert not validate(program)
    found = [sum(isinstance(op, kind) for op in program.operations) for kind in KINDS]
    assert found == [layers * count for count in counts]
    assert Skeleton.from_program(program).to_program() == program
    assert program == random_program(task, sizes, seed, arity)
    assert not task.causal or program.causal


def test_causal_heads_are_the_first_of_each_kind() -> None:
    """The number of causal heads counts for each kind and layer of a program that is not causal."""
    sizes = NetworkSizes(1, 2, 2, 0, 0, causal_heads=1)
    program = random_program(get_task("hist"), sizes, 0)
    heads = [op for op in program.operations if isinstance(op, CategoricalHead | NumericalHead)]
    assert [head.causal for head in heads] == [True, False, True, False]


def test_word_embeddings_are_refused() -> None:
    """Random programs read one-hot tokens."""
    with pytest.raises(UsageError, match="embeddings"):
        random_program(get_task("sort"), NetworkSizes(embeddings=2), 0)
