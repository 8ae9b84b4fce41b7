"""Parts that a Program gives, and that are not learned."""

from pathlib import Path

import pytest
import torch
from terminal import one_line, tprog

from tprog.errors import UsageError
from tprog.learn.held import hold
from tprog.learn.network import Network
from tprog.learn.settings import TrainSettings, WarmStartSettings
from tprog.learn.train import train
from tprog.locate import load
from tprog.tasks.registry import get_task

SORT = load("sort")
SETTINGS = TrainSettings(
    warm_start=WarmStartSettings(epochs=4), restarts=1, samples=1500, workers=1
)


def test_what_is_held_is_the_programs_and_needs_no_gradient() -> None:
    """Each weight of a part, of one module where that is named; the others are drawn, and tables are always given."""
    held = hold(SORT, ["reads", "smaller_tokens"])
    assert {name.split(".")[-1] for name in held.weights} >= {"query", "key", "value", "predicate"}
    assert [name for name in held.weights if name.endswith("predicate")] == ["groups.1.predicate"]
    network = Network(held.layout).initialise(3)
    before = {name: weight.detach().clone() for name, weight in network.named_parameters()}
    held.put_into(network)
    for name, weight in network.named_parameters():
        assert weight.requires_grad is (name not in held.weights)
        assert torch.equal(weight, held.weights.get(name, before[name]))
    assert torch.equal(
        dict(network.named_buffers())["groups.2.entries"], held.tables["groups.2.entries"]
    )
    with pytest.raises(UsageError, match="no part 'x'; name some of reads, predicates, equal"):
        hold(SORT, ["x"])


def test_the_rest_is_learned_around_what_is_held(tmp_path: Path) -> None:
    """With reads and predicates of a program that sorts, votes alone are left, and the program is found; the parts are its own."""
    found = train(
        get_task("sort"), SETTINGS, tmp_path / "run", start=SORT, held=("reads", "predicates")
    )
    assert found.metrics["test"] == 1.0
    assert found.metrics["warm_starts"]
    assert "search" not in found.metrics
    assert [(one.name, one.reads) for one in found.program.operations] == [
        (one.name, one.reads) for one in SORT.operations
    ]
    alone = train(get_task("sort"), SETTINGS, start=SORT, held=())
    assert alone.metrics["test"] < 0.9


def test_it_is_asked_for_on_the_command_line(tmp_path: Path) -> None:
    """As an axis of a grid, too."""
    given = ("--epochs", "1", "--restarts", "1", "--samples", "300", "--init-from", "sort")
    done = tprog("train", "sort", *given, "--freeze", "reads+total", "-o", str(tmp_path / "run"))
    assert done.code == 0, done.err
    listed = tprog(
        "grid",
        "sort",
        *given,
        "--freeze",
        "none,reads,predicates,reads+predicates",
        "--dry-run",
        "--store",
        str(tmp_path / "store"),
    )
    assert listed.out.splitlines()[-1].startswith("4 trials, 4 to run")
    assert "freeze=reads+predicates init_from=sort" in listed.out
    assert "no part 'x'" in one_line(
        tprog("train", "sort", *given, "--freeze", "x", "-o", str(tmp_path / "x"))
    )
    assert "--init-from" in one_line(tprog("train", "sort", "--freeze", "reads"))
    assert "not both" in one_line(tprog("train", "--from", "sort", *given))
