"""The gradient part of training."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
import torch
from learn.samples import DOMAIN, LABELS, labelled
from torch import Tensor

from tprog.errors import TprogError, UnreadableSource
from tprog.learn.layout import NetworkSizes, network_layout
from tprog.learn.network import Network
from tprog.learn.settings import Diverged, Progress, WarmStartSettings
from tprog.learn.warm_start import WarmResult, WarmStart, mean_loss, warm_start

SIZES = NetworkSizes(
    layers=1,
    categorical_heads=2,
    numerical_heads=1,
    categorical_lookups=1,
    numerical_lookups=1,
    hidden=8,
)


def job(checkpoint: Path | None = None, epochs: int = 4, rate: float = 0.05) -> WarmStart:
    """Return a small warm start that can learn to copy the previous symbol."""
    return WarmStart(
        layout=network_layout(DOMAIN, LABELS, SIZES),
        settings=WarmStartSettings(epochs=epochs, batch=20, rate=rate),
        seed=1,
        number=0,
        restarts=1,
        train=labelled(60),
        validation=labelled(20, seed=1),
        checkpoint=checkpoint,
    )


def same(one: WarmResult, two: WarmResult) -> bool:
    """Tell whether two results are equal to the bit."""
    return (
        one.validation == two.validation
        and one.loss == two.loss
        and all(torch.equal(weight, two.weights[name]) for name, weight in one.weights.items())
    )


def test_a_simple_function_is_learned() -> None:
    """Twenty epochs teach a one-layer network to copy the previous symbol, discretised."""
    assert warm_start(job(epochs=20)).validation > 0.95


def test_equal_jobs_give_equal_networks() -> None:
    """All chance comes from the seed."""
    assert same(warm_start(job()), warm_start(job()))
    assert not same(warm_start(job()), warm_start(replace(job(), seed=2)))


@pytest.mark.parametrize("cut", [0, 1, 13, 27, 40])
def test_a_run_that_is_cut_ends_as_one_that_is_not(tmp_path: Path, cut: int) -> None:
    """Stopped at any step and resumed from its file, a run ends with the same weights to the bit."""
    asked = 0

    def after_some_steps() -> bool:
        nonlocal asked
        asked += 1
        return asked > cut

    path = tmp_path / "state"
    first = warm_start(job(path), should_stop=after_some_steps)
    assert first.finished == (cut >= 36)
    assert same(warm_start(job(path)), warm_start(job()))


def test_a_run_can_pause_after_some_epochs() -> None:
    """With `until` the loop ends early, its schedule unchanged."""
    result = warm_start(replace(job(), until=2))
    assert (result.epochs, result.finished) == (2, True)


def test_an_interrupt_keeps_what_was_learned(tmp_path: Path) -> None:
    """Ctrl-C in the middle gives the best network so far, marked as not finished."""

    def interrupt(progress: Progress) -> None:
        if progress.step == 2:
            raise KeyboardInterrupt

    result = warm_start(job(), interrupt)
    assert not result.finished
    assert result.epochs == 2
    assert result.weights


def test_the_best_epoch_is_kept() -> None:
    """The result is the network of the epoch with the best discretised validation accuracy."""
    seen: list[float] = []

    def note(progress: Progress) -> None:
        if progress.validation is not None:
            seen.append(progress.validation)
            assert progress.remaining is not None
            assert progress.temperature is not None

    result = warm_start(job(), note)
    assert len(seen) == 4
    assert result.validation == seen[-1] == max(seen)


def test_heads_that_learn_scores_are_learned_by_torch() -> None:
    """Whatever the engine, a network with such heads is trained by automatic differentiation."""
    scored = replace(SIZES, score_heads=1)
    found = replace(job(epochs=1), layout=network_layout(DOMAIN, LABELS, scored))
    plain = replace(found, settings=replace(found.settings, engine="torch"))
    assert same(warm_start(found), warm_start(plain))


def test_a_loss_without_bound_is_an_error() -> None:
    """Numbers that are not finite end the run in one line that says where."""
    with pytest.raises(Diverged, match=r"epoch 1.*lower the rate"):
        warm_start(job(rate=1e30))


@pytest.mark.parametrize("engine", ["torch", "fused"])
@pytest.mark.parametrize("poison", [float("nan"), float("inf"), 1e30])
def test_numbers_that_are_not_finite_are_reported(
    engine: Literal["torch", "fused"], poison: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weights that are no numbers, or explode, end the run in one line that names the warm start and the epoch."""
    initialise = Network.initialise

    def poisoned(network: Network, seed: int) -> Network:
        initialise(network, seed)
        with torch.no_grad():
            network.votes[:, 0] = poison
        return network

    monkeypatch.setattr(Network, "initialise", poisoned)
    settings = WarmStartSettings(epochs=2, batch=20, engine=engine)
    with pytest.raises(Diverged, match=r"warm start 0 became \S+ in epoch 1") as caught:
        warm_start(replace(job(), settings=settings))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("DefaultCPUAllocator:\n can't allocate memory")]
)
def test_a_step_beyond_the_memory_is_reported(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where memory runs out, one line says for which step; other errors are passed on."""

    def fail(*arguments: object) -> Tensor:
        raise error

    settings = WarmStartSettings(epochs=1, batch=20, engine="torch")
    monkeypatch.setattr(Network, "relaxed", fail)
    with pytest.raises(
        TprogError, match="no memory is left for steps of 20 sequences of 6"
    ) as caught:
        warm_start(replace(job(), settings=settings))
    assert "\n" not in str(caught.value)
    monkeypatch.setattr(Network, "relaxed", lambda *arguments: torch.zeros(2) + torch.zeros(3))
    with pytest.raises(RuntimeError, match="size of tensor"):
        warm_start(replace(job(), settings=settings))


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path) -> None:
    """A file of other settings, or a damaged one, is refused in one line."""
    path = tmp_path / "state"
    warm_start(replace(job(path), until=1))
    with pytest.raises(UnreadableSource, match="other settings"):
        warm_start(replace(job(path), seed=5))
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(UnreadableSource):
        warm_start(job(path))


def test_every_sequence_counts_alike() -> None:
    """The loss is the mean over sequences of the mean over their scored labels; one without any does not count."""
    logits = torch.zeros(3, 2, 2)
    logits[0, 0, 0] = 5.0
    labels = torch.tensor([[0, 1], [1, -1], [-1, -1]])
    each = torch.nn.functional.cross_entropy(logits[0], labels[0], reduction="none")
    expected = (each.mean() + torch.log(torch.tensor(2.0))) / 2
    assert torch.allclose(mean_loss(logits, labels), expected)
