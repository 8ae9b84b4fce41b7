"""Tensors as variables and votes."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from effort import scaled
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from published.networks import Array, forward, small_arguments, tensors

from tprog.errors import UnreadableSource
from tprog.evaluate import predict, sample_inputs
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    First,
    Nearest,
    NumericalLookup,
    Ones,
    Program,
    validate,
)
from tprog.published.arguments import Arguments
from tprog.published.assemble import Drafts, assemble
from tprog.published.names import Names, network_names
from tprog.published.network import Tensors, TrainedNetwork
from tprog.tasks.registry import get_task

SORT = replace(
    Arguments(),
    dataset="sort",
    vocab_size=5,
    max_length=5,
    one_hot_embed=True,
    count_only=True,
    d_mlp=4,
)


def sizes(arguments: Arguments) -> tuple[int, int, int]:
    """Return the numbers of symbols, labels and positions of a network with all symbols and labels."""
    vocabulary = 4 if arguments.dataset == "dyck1" else arguments.vocab_size
    task = get_task(f"{arguments.dataset}:vocabulary={vocabulary},length={arguments.max_length}")
    assert task.domain.context_length is not None
    return len(task.domain.alphabet) + 1, len(task.labels) + 1, task.domain.context_length


def read(arguments: Arguments, arrays: Mapping[str, Array]) -> tuple[Program, Names, list[str]]:
    symbols, labels, positions = sizes(arguments)
    names = network_names(Path(), arguments, symbols, labels, positions)
    drafts = Drafts(names.domain)
    size = arguments.d_var or max(symbols, positions)
    network = TrainedNetwork(Tensors("model.pt", arrays), arguments, drafts, size)
    votes = network.read(names.symbols, positions, labels)
    program, _ = assemble(
        drafts, votes, names.labels, masked=(0,), pooled=bool(arguments.pool_outputs)
    )
    return program, names, network.warnings


@settings(max_examples=scaled(50))
@given(arguments=small_arguments(), seed=st.integers(0, 1000))
def test_the_program_answers_as_the_network(arguments: Arguments, seed: int) -> None:
    """A random network of any kind and its Program give the same label at every data position."""
    assume(arguments.n_num_mlps == 0 or arguments.n_vars_num > 0)
    symbols, labels, positions = sizes(arguments)
    arrays = tensors(arguments, symbols, labels, positions, seed)
    program, names, warnings = read(arguments, arrays)
    assert validate(program) == []
    numbers = {symbol: number for number, symbol in enumerate(names.symbols)}
    domain = program.domain
    for batch in sample_inputs(domain, 30, seed):
        for row in range(len(batch)):
            words = batch.data(row, domain)
            framed = domain.frame(words)
            sums = forward(arguments, arrays, [numbers[word] for word in framed], positions)
            if program.classifier.pooled:
                sums = sums.mean(axis=0, keepdims=True)
            sums[:, 0] = -np.inf
            expected = [names.labels[label] for label in sums.argmax(axis=1)]
            if not program.classifier.pooled:
                expected = expected[domain.data_slice(len(framed))]
            if not warnings:
                assert predict(program, [words]) == [expected]


def changed(arguments: Arguments, name: str, array: Array) -> dict[str, Array]:
    return {**tensors(arguments, *sizes(arguments), seed=0), name: array}


def heads(program: Program) -> list[CategoricalHead]:
    return [one for one in program.operations if isinstance(one, CategoricalHead)]


@pytest.mark.parametrize(
    ("bias", "tie"), [("fixed", Nearest("last")), ("none", First()), ("clipped", None)]
)
def test_the_bias_decides_the_tie_break(bias: str, tie: Nearest | First | None) -> None:
    """The fixed bias is the nearest match, no bias the first; a learned one is whichever it equals, or refused."""
    arguments = replace(SORT, rel_pos_bias=bias, n_heads_cat=1)
    name = "blocks.0.cat_attn.rel_pos_bias.bias"
    if tie is None:
        wild = np.array([[0, 5, -3, 1, 4, 0, 2, 1, 3, -1]], dtype=np.float32)
        arrays = changed(arguments, name, wild)
        # Both the query and the key are tokens, so that several keys can match at any offset.
        for role in "KQ":
            arrays[f"blocks.0.cat_attn.W_{role}.W"] = np.array([[1, 0]], dtype=np.float32)
        with pytest.raises(UnreadableSource, match="head 0 has a learned bias"):
            read(arguments, arrays)
        arrays["blocks.0.cat_attn.W_K.W"] = np.array([[0, 1]], dtype=np.float32)
        tie = Nearest("last")
    else:
        arrays = tensors(arguments, *sizes(arguments), seed=0)
    assert [head.tie for head in heads(read(arguments, arrays)[0])] == [tie]


def test_scores_are_ranked() -> None:
    """Attention by score keeps the order of the scores, among the values that occur."""
    arguments = replace(SORT, attention_type="score", n_heads_cat=1)
    arrays = tensors(arguments, *sizes(arguments), seed=3)
    head = heads(read(arguments, arrays)[0])[0]
    assert isinstance(head.tie, ByScore)
    size = len(head.tie.scores)
    wanted = arrays["blocks.0.cat_attn.W_pred.W"][0]
    assert size in (4, 5)
    first = 1 if size == 4 else 0
    order = np.argsort(wanted[first, first : first + len(head.tie.scores[0])])
    assert list(order) == list(np.argsort(head.tie.scores[0]))


def test_a_variable_that_is_read_twice_is_one_argument() -> None:
    """An MLP that reads one variable twice becomes a look-up of one argument, on the diagonal."""
    arguments = replace(SORT, n_heads_cat=1, n_heads_num=1)
    twice = np.array([[1, 0, 0], [1, 0, 0]], dtype=np.float32)
    arrays = changed(arguments, "blocks.0.cat_mlp.mlps.0.W_read.W", twice)
    program = read(arguments, arrays)[0]
    lookup = next(one for one in program.operations if isinstance(one, CategoricalLookup))
    assert len(lookup.arguments) == 1
    assert len(lookup.table) == 4


def test_several_constants_are_one() -> None:
    """With several numerical embeddings of 1 there is a single constant, whose votes are added."""
    arguments = replace(SORT, n_vars_num=3, n_heads_num=0)
    arrays = tensors(arguments, *sizes(arguments), seed=0)
    program = read(arguments, arrays)[0]
    assert sum(isinstance(one, Ones) for one in program.inputs) == 1


def test_counts_of_counts_are_exact_as_far_as_they_reach() -> None:
    """A look-up in a later layer is written out up to what its arguments reach."""
    arguments = replace(SORT, n_layers=2, n_heads_num=1, n_heads_cat=0)
    program = read(arguments, tensors(arguments, *sizes(arguments), seed=1))[0]
    lookups = [one for one in program.operations if isinstance(one, NumericalLookup)]
    assert max(max(one.caps) for one in lookups) <= 25
    assert len(lookups) == 2


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("num_embed.W_E", np.full((5, 1), 0.5), "learned reals"),
        ("embed.W_E", np.zeros((3, 5)), r"has shape \(3, 5\), its arguments ask for \(5, 5\)"),
        ("blocks.0.cat_attn.W_pred.W", np.full((2, 5, 5), np.nan), "not finite"),
        ("unembed.W_U", np.zeros((7, 3)), "has shape"),
    ],
)
def test_tensors_that_do_not_fit_are_named(
    name: str, array: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", message: str
) -> None:
    """Wrong shapes, infinities and learned numbers end in one line that names the tensor or the argument."""
    with pytest.raises(UnreadableSource, match=message):
        read(SORT, changed(SORT, name, array.astype(np.float32)))


def test_missing_tensors_are_named() -> None:
    """A tensor that the arguments ask for and the file lacks is named."""
    arrays = tensors(SORT, *sizes(SORT), seed=0)
    del arrays["blocks.0.num_attn.W_Q.W"]
    with pytest.raises(UnreadableSource, match=r"there is no blocks\.0\.num_attn\.W_Q\.W"):
        read(SORT, arrays)
    with pytest.raises(UnreadableSource, match=r"there is no embed\.W_E of a Transformer Program"):
        Tensors("model.pt", {}).size("embed.W_E", 0)


def test_an_mlp_of_too_many_variables_is_refused_by_name() -> None:
    """A table that no one would read is refused before it is made."""
    arguments = replace(SORT, mlp_vars_in=8, n_heads_cat=8)
    arrays = tensors(arguments, *sizes(arguments), seed=0)
    # Each of the eight arguments reads another head.
    reads = np.eye(8, 10, 2, dtype=np.float32)
    arrays["blocks.0.cat_mlp.mlps.0.W_read.W"] = reads
    for head in range(8):
        arrays["blocks.0.cat_attn.W_V.W"][head] = (0, 1)
    with pytest.raises(UnreadableSource, match=r"reads 8 variables \(mlp_vars_in\)"):
        read(arguments, arrays)


def test_entries_that_rounding_decides_are_counted() -> None:
    """An MLP with two equal outputs says how many of its entries are close."""
    arrays = tensors(SORT, *sizes(SORT), seed=0)
    for number in range(1):
        name = f"blocks.0.cat_mlp.mlps.{number}"
        arrays[f"{name}.W_out"] = np.zeros_like(arrays[f"{name}.W_out"])
        arrays[f"{name}.b_out"] = np.zeros_like(arrays[f"{name}.b_out"])
    warnings = read(SORT, arrays)[2]
    assert any("mlp_0_0" in one and "rounding" in one for one in warnings)
