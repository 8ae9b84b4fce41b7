"""Programs as checkpoints of the published code, read back by the reader of published checkpoints."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from effort import scaled
from example_programs import hist_program
from hypothesis import given, settings
from hypothesis import strategies as st
from published.networks import tensors
from published.test_checkpoint import SIZES, SORT, saved

from tprog.analysis.prove.verify import verify
from tprog.evaluate import count_inputs
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    FiniteValues,
    First,
    Nearest,
    Program,
    Provenance,
    Table,
    TextRule,
)
from tprog.published.checkpoint import read_checkpoint
from tprog.published.mlps import NotPublishable
from tprog.published.writing import published_run, write_published

ARGUMENTS = replace(SORT, seed=3)


def network(folder: Path, seed: int, **changes: object) -> Program:
    """Return the program of a random published network."""
    arguments = replace(SORT, **changes)  # type: ignore[arg-type]  # fields of the arguments, by name
    return read_checkpoint(saved(folder, arguments, tensors(arguments, *SIZES, seed=seed))).program


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"n_layers": 1, "n_heads_cat": 3, "n_cat_mlps": 2, "n_num_mlps": 2},
        {"rel_pos_bias": "none", "n_heads_num": 0, "n_num_mlps": 0},
        {"autoregressive": True},
        {"one_hot_embed": False, "n_vars_cat": 2, "d_var": 7},
        {"mlp_vars_in": 3, "d_var": 9},
    ],
)
def test_an_exported_network_comes_back(
    tmp_path: Path, seed: int, changes: dict[str, object]
) -> None:
    """What was read, written and read again answers alike on every input."""
    program = network(tmp_path / "run", seed, **changes)
    run = published_run(program)
    write_published(tmp_path / "again", run)
    found = read_checkpoint(tmp_path / "again").program
    verdict = verify(found, run.program)
    assert verdict.outcome == "equal", verdict
    assert verdict.inputs == count_inputs(program.domain)


def test_dead_modules_fill_the_layers(tmp_path: Path) -> None:
    """Without some of its modules a program still has a network whose layers are alike."""
    program = network(tmp_path / "run", 1)
    fewer = replace(
        program,
        operations=program.operations[:-1],
        classifier=replace(
            program.classifier,
            votes=tuple(
                vote
                for vote in program.classifier.votes
                if vote.variable < len(program.variables) - 1
            ),
        ),
    )
    run = published_run(fewer)
    write_published(tmp_path / "again", run)
    assert verify(read_checkpoint(tmp_path / "again").program, run.program).outcome == "equal"


def test_the_arguments_are_those_that_the_loader_asks_for(tmp_path: Path) -> None:
    """`args.json` names every argument of the published script, and the state dict holds tensors alone."""
    write_published(tmp_path / "out", published_run(network(tmp_path / "run", 0)))
    found = json.loads((tmp_path / "out" / "args.json").read_text())
    for name in ("tau_end", "sample_fn", "selector_width", "unembed_mask", "do_glove", "dataset"):
        assert name in found
    state = torch.load(tmp_path / "out" / "model.pt", weights_only=True)
    assert all(isinstance(tensor, torch.Tensor) for tensor in state.values())


def changed_head(program: Program, **changes: object) -> Program:
    """Return a program whose first categorical head is another."""
    operations = list(program.operations)
    place = next(
        number for number, one in enumerate(operations) if isinstance(one, CategoricalHead)
    )
    head = operations[place]
    assert isinstance(head, CategoricalHead)
    operations[place] = replace(head, **changes)  # type: ignore[arg-type]  # fields of the head, by name
    return replace(program, operations=tuple(operations))


def test_what_no_published_network_has_is_refused_by_name(tmp_path: Path) -> None:
    """The message names the part and says why."""
    program = network(tmp_path / "run", 0)
    head = next(one for one in program.operations if isinstance(one, CategoricalHead))
    queries = len(program.finite_values(head.query))
    keys = len(program.finite_values(head.key))
    several = Table(((0, 1),) * queries)
    refused = {
        "several keys": changed_head(program, predicate=several),
        "--as-network": changed_head(program, tie=Nearest("matches")),
        "by scores": changed_head(program, tie=ByScore(((0,) * keys,) * queries)),
        "one rule for all": changed_head(program, tie=First()),
        "to the left alone": changed_head(program, causal=True),
        "no generated task": replace(program, provenance=Provenance()),
        "pooled": replace(program, classifier=replace(program.classifier, pooled=True)),
        "rule over a word's text": replace(
            program,
            inputs=(*program.inputs, TextRule("lower", FiniteValues(("x",)), 0)),
            operations=(),
            classifier=replace(program.classifier, votes=()),
        ),
    }
    for why, one in refused.items():
        with pytest.raises(NotPublishable, match=why):
            published_run(one)


def test_labels_that_its_data_lack_are_refused() -> None:
    """A histogram of seven equal symbols is too rare for the published data."""
    program = replace(hist_program(tuple("012345"), 7), provenance=Provenance("hist", "hist"))
    with pytest.raises(NotPublishable, match=r"training data of hist do not have .*7,"):
        published_run(program)


@settings(max_examples=scaled(8))
@given(st.lists(st.integers(0, 5), min_size=36, max_size=36))
def test_any_table_fits_its_hidden_units(entries: list[int]) -> None:
    """A look-up of two variables is the same after it was an MLP."""
    import tempfile

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        program = network(folder / "run", 2, n_layers=1)
        operations = list(program.operations)
        place = next(
            number for number, one in enumerate(operations) if isinstance(one, CategoricalLookup)
        )
        lookup = operations[place]
        assert isinstance(lookup, CategoricalLookup)
        table = tuple(entries[number % 36] for number in range(len(lookup.table)))
        operations[place] = replace(lookup, table=table)
        changed = replace(program, operations=tuple(operations))
        run = published_run(changed)
        write_published(folder / "again", run)
        assert verify(read_checkpoint(folder / "again").program, run.program).outcome == "equal"
