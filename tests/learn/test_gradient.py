"""Padded sequences and Adam."""

import numpy as np
import pytest
import torch
from learn.samples import DOMAIN, labelled, small_network
from torch import nn

from tprog.errors import TprogError
from tprog.evaluate.inputs import Batch
from tprog.learn.gradient import Adam, exact_accuracy, pad


def test_sequences_are_padded_at_the_end() -> None:
    """Every sequence keeps its tokens and labels; behind its end nothing is valid and nothing is scored."""
    batches = labelled(count=2)
    data = pad(batches)
    assert len(data) == 6
    assert data.indices.shape == (6, 6)
    assert data.words == DOMAIN.alphabet
    assert data.valid.sum(1).tolist() == [4, 4, 5, 5, 6, 6]
    np.testing.assert_array_equal(data.indices[2, :5].numpy(), batches[1][0].indices[0])
    np.testing.assert_array_equal(data.labels[2, :5].numpy(), batches[1][1][0])
    assert data.labels[0, 4:].tolist() == [-1, -1]


def test_pooled_labels_have_one_column() -> None:
    """A set of sequences with one label each has one column of labels."""
    batches = [(batch, truth[:, 1]) for batch, truth in labelled(count=2)]
    assert pad(batches).labels.shape == (6, 1)


def test_no_sequences_are_refused() -> None:
    """Nothing to learn from is an error in one line."""
    with pytest.raises(TprogError, match="no sequences"):
        pad([])


def test_batches_of_different_words_are_refused() -> None:
    """Indices of two batches must speak of the same words."""
    (batch, truth), *_ = labelled(count=2)
    other = Batch(tuple(reversed(batch.words)), batch.indices)
    with pytest.raises(TprogError, match="different words"):
        pad([(batch, truth), (other, truth)])


def test_accuracy_counts_scored_labels_alone() -> None:
    """The share is taken of the labels that are asked for; of none it is 1."""
    network = small_network(0)
    batches = labelled()
    right = sum(
        int((network.predict(batch) == truth)[truth >= 0].sum()) for batch, truth in batches
    )
    total = sum(int((truth >= 0).sum()) for _, truth in batches)
    assert exact_accuracy(network, batches) == right / total
    assert exact_accuracy(network, [(batches[0][0], np.full_like(batches[0][1], -1))]) == 1.0


def quadratic(module: nn.Module) -> torch.Tensor:
    """Return a loss whose gradient differs between weights."""
    return sum(  # type: ignore[return-value]
        ((weight - 1) ** 2 * torch.arange(1, weight.numel() + 1).view(weight.shape)).sum()
        for weight in module.parameters()
    )


def test_the_first_step_is_the_rate_against_the_gradient() -> None:
    """After one step every weight has moved by the rate, against the sign of its gradient."""
    module = nn.Linear(2, 2)
    before = [weight.detach().clone() for weight in module.parameters()]
    adam = Adam(module)
    quadratic(module).backward()  # type: ignore[no-untyped-call]
    adam.step(0.05)
    for old, new in zip(before, module.parameters(), strict=True):
        assert torch.allclose((new - old).abs(), torch.full_like(old, 0.05), atol=1e-5)
        assert torch.equal((new - old).sign(), (1 - old).sign())
        assert new.grad is None


@pytest.mark.slow
def test_steps_are_those_of_torch() -> None:
    """Twenty steps give the weights that `torch.optim.Adam` gives."""
    ours, theirs = nn.Linear(3, 4), nn.Linear(3, 4)
    theirs.load_state_dict(ours.state_dict())
    one, two = Adam(ours), torch.optim.Adam(theirs.parameters(), lr=0.05)
    for _ in range(20):
        quadratic(ours).backward()  # type: ignore[no-untyped-call]
        one.step(0.05)
        two.zero_grad()
        quadratic(theirs).backward()  # type: ignore[no-untyped-call]
        two.step()
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.allclose(mine, other, atol=1e-5)


def test_a_gradient_that_is_no_number_moves_nothing() -> None:
    """Gradients that are not finite are cut, so that one bad step does not spoil the weights."""
    module = nn.Linear(2, 1)
    before = module.weight.detach().clone()
    adam = Adam(module)
    module.weight.grad = torch.tensor([[torch.nan, torch.inf]])
    adam.step(0.1)
    assert torch.isfinite(module.weight).all()
    assert module.weight[0, 0] == before[0, 0]


def test_a_loaded_state_goes_on_as_the_saved_one() -> None:
    """An optimiser that takes up a state makes the same steps as the one that gave it."""
    ours, copy = nn.Linear(2, 2), nn.Linear(2, 2)
    adam = Adam(ours)
    for _ in range(3):
        quadratic(ours).backward()  # type: ignore[no-untyped-call]
        adam.step(0.05)
    copy.load_state_dict(ours.state_dict())
    other = Adam(copy)
    other.load(adam.state())
    for module, optimiser in ((ours, adam), (copy, other)):
        quadratic(module).backward()  # type: ignore[no-untyped-call]
        optimiser.step(0.05)
    for mine, its in zip(ours.parameters(), copy.parameters(), strict=True):
        assert torch.equal(mine, its)
