"""The standard Transformer and its settings."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from learn.samples import TASK
from learn.standard.samples import SMALL, small_network

from tprog.errors import BadInput, UsageError
from tprog.evaluate.inputs import Batch
from tprog.learn.standard.model import StandardSettings, standard_accuracy, standard_layout
from tprog.tasks.task import Task


def test_the_defaults_are_the_papers() -> None:
    """Section B.2: width 256, rate 0.0003, batches of 50, at most 100 epochs."""
    found = StandardSettings()
    assert (found.width, found.rate, found.batch, found.epochs) == (256, 3e-4, 50, 100)
    assert found.layers in (2, 3)
    assert found.heads in (4, 8)


@pytest.mark.parametrize(
    ("field", "value"),
    [("layers", 0), ("heads", 3), ("seed", -1), ("rate", 0.0), ("seconds", -1.0), ("epochs", 0)],
)
def test_settings_outside_their_range_are_refused(field: str, value: float) -> None:
    """The message names the setting and its value."""
    with pytest.raises(UsageError, match=str(value)):
        StandardSettings(**{field: value})  # type: ignore[arg-type]  # Deliberately out of range.


POOLED = replace(TASK, pooled=True, causal=False)


@pytest.mark.parametrize("task", [TASK, replace(TASK, causal=False), POOLED])
def test_padding_changes_nothing(task: Task) -> None:
    """A sequence has the same logits alone as beside a longer one."""
    network = small_network(task)
    symbols = torch.tensor([[0, 1, 2, 4, 0, 0], [0, 3, 3, 1, 2, 4]])
    valid = torch.tensor([[True] * 4 + [False] * 2, [True] * 6])
    together = network(symbols, valid)
    alone = network(symbols[:1, :4], valid[:1, :4])
    assert torch.allclose(together[:1, : alone.shape[1]], alone, atol=1e-5)


def test_a_causal_network_never_looks_ahead() -> None:
    """A later symbol changes no earlier logit, and in a network that is not causal it does."""
    one, two = torch.tensor([[0, 1, 2, 3, 4]]), torch.tensor([[0, 1, 2, 1, 4]])
    valid = torch.ones(1, 5, dtype=torch.bool)
    for causal in (True, False):
        network = small_network(replace(TASK, causal=causal))
        same = torch.equal(network(one, valid)[:, :3], network(two, valid)[:, :3])
        assert same is causal


def test_equal_seeds_give_equal_weights_whatever_was_drawn_before() -> None:
    """Initial weights depend on the seed alone."""
    first = small_network(seed=1).state_dict()
    torch.rand(3)
    again = small_network(seed=1).state_dict()
    assert all(torch.equal(weight, again[name]) for name, weight in first.items())
    other = small_network(seed=2).state_dict()
    assert not torch.equal(first["tokens.weight"], other["tokens.weight"])


def test_predictions_are_those_of_the_logits() -> None:
    """Predictions of a batch are the labels with the largest logit, and accuracy counts scored ones alone."""
    network = small_network()
    for batch in TASK.inputs():
        indices = torch.as_tensor(batch.indices, dtype=torch.int64)
        expected = network(indices, torch.ones_like(indices, dtype=torch.bool)).argmax(-1)
        found = network.predict(batch)
        np.testing.assert_array_equal(found, expected.numpy())
        truth = np.where(np.arange(found.shape[1]) == 1, found, -1)
        assert standard_accuracy(network, [(batch, truth)]) == 1.0
        truth[:, 1] = (truth[:, 1] + 1) % len(TASK.labels)
        assert standard_accuracy(network, [(batch, truth)]) == 0.0


def test_words_in_another_order_are_the_same_words() -> None:
    """A batch speaks of its own words, and a word that is none of the domain's is refused."""
    network = small_network()
    batch = next(iter(TASK.inputs(up_to=2)))
    count = len(batch.words)
    turned = Batch(batch.words[::-1], (count - 1 - batch.indices).astype(np.int32))
    np.testing.assert_array_equal(network.predict(turned), network.predict(batch))
    with pytest.raises(BadInput, match="zebra"):
        network.predict(Batch((*batch.words, "zebra"), batch.indices))


def test_a_task_without_an_end_is_refused() -> None:
    """Learned positions need a greatest length."""
    with pytest.raises(UsageError, match="greatest length"):
        standard_layout(replace(TASK, domain=replace(TASK.domain, max_length=None)), SMALL)
