"""The network: its exact predictions and its relaxed pass."""

import numpy as np
import pytest
import torch
from hypothesis import given
from learn.samples import DOMAIN, inputs, small_network
from strategies import programs

from tprog.errors import BadInput, TprogError
from tprog.evaluate import all_inputs, encode, predictions
from tprog.evaluate.inputs import Batch
from tprog.ir import Domain, NumericalLookup, Program, TextRule
from tprog.learn.conversion import extract, to_network
from tprog.learn.layout import NetworkSizes, network_layout
from tprog.learn.network import Network, check_weight
from tprog.learn.relaxation import Relaxation

COLD = Relaxation(temperature=1e-3)


def relaxed_logits(network: Network, batch: Batch, relax: Relaxation) -> torch.Tensor:
    """Return the relaxed network's logits on a batch without padding."""
    indices = torch.as_tensor(batch.indices, dtype=torch.int64)
    valid = torch.ones_like(indices, dtype=torch.bool)
    return network.relaxed(indices, valid, relax, batch.words)


@given(programs())
def test_a_cold_network_computes_what_the_exact_one_does(program: Program) -> None:
    """Near temperature 0 the relaxed pass, all in floating point, gives the sums of the exact one."""
    closed = program.domain.unknown is None
    ruled = any(isinstance(found, TextRule) for found in program.inputs)
    if not closed or ruled:
        return
    network = to_network(program)
    scale = float(network.votes.detach().abs().max()) or 1.0
    with torch.no_grad():
        network.votes.div_(scale)
    for batch in all_inputs(program.domain):
        exact = network.sums(batch).to(torch.float32)
        if program.classifier.pooled:
            exact = exact / batch.indices.shape[1]
        allowed = [
            label
            for label in range(len(network.layout.labels))
            if label not in network.layout.masked
        ]
        logits = relaxed_logits(network, batch, COLD)[..., allowed]
        assert torch.allclose(logits, exact[..., allowed], rtol=1e-3, atol=1e-3)


def test_padding_changes_nothing() -> None:
    """Tokens behind the end of a sequence, marked as padding, leave the logits of its positions as they are."""
    network = small_network(3)
    relax = Relaxation(temperature=0.5)
    for batch in inputs():
        logits = relaxed_logits(network, batch, relax)
        length = batch.indices.shape[1]
        padded = torch.randint(0, 5, (len(batch), network.layout.positions))
        padded[:, :length] = torch.as_tensor(batch.indices)
        valid = (torch.arange(padded.shape[1]) < length).expand(len(batch), -1)
        assert torch.allclose(network.relaxed(padded, valid, relax)[:, :length], logits, atol=1e-4)


def test_a_causal_network_never_looks_ahead() -> None:
    """The logits of a prefix do not change with what follows, exact and relaxed."""
    network = small_network(0, NetworkSizes(layers=2, causal=True))
    words = DOMAIN.alphabet
    one = Batch(words, np.array([[0, 1, 2, 3, 1]], dtype=np.int32))
    two = Batch(words, np.array([[0, 1, 2, 1, 3]], dtype=np.int32))
    relax = Relaxation(temperature=0.5)
    first, second = (relaxed_logits(network, batch, relax)[:, :3] for batch in (one, two))
    assert torch.allclose(first, second)
    assert torch.equal(network.sums(one)[:, :3], network.sums(two)[:, :3])
    assert not torch.equal(network.sums(one), network.sums(two))


def test_masked_labels_never_win() -> None:
    """A masked label is not predicted, whatever its votes, and its logit is -1e30."""
    for seed in range(4):
        network = small_network(seed)
        layout = network.layout
        masked = Network(
            type(layout)(
                layout.domain,
                layout.inputs,
                layout.input_sizes,
                layout.groups,
                layout.labels,
                masked=(0, 2),
            )
        )
        masked.load_state_dict(network.state_dict())
        for batch in inputs():
            assert (masked.predict(batch) == 1).all()
        assert relaxed_logits(masked, inputs()[0], COLD)[..., 0].max() == torch.tensor(-1e30)


def test_gradients_reach_every_weight() -> None:
    """One backward pass gives every weight of a learned network a finite gradient, and most of them one that is not 0."""
    network = small_network(0, NetworkSizes(layers=2, embeddings=1, rows="set"))
    noise = torch.Generator().manual_seed(1)
    logits = relaxed_logits(network, inputs()[-1], Relaxation(2.0, noise))
    loss = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), torch.zeros(len(logits) * 6).long()
    )
    loss.backward()  # type: ignore[no-untyped-call]
    for name, weight in network.named_parameters():
        assert weight.grad is not None, name
        assert torch.isfinite(weight.grad).all(), name
        # The first layer's numerical heads have one candidate, so that their gates have no choice.
        assert weight.grad.abs().sum() > 0 or weight.shape[-1] == 1, name


def test_real_weights_are_summed_in_float64() -> None:
    """Before its classifier is rounded, a network predicts with float64 sums of its weights."""
    network = small_network(0)
    with torch.no_grad():
        network.votes.mul_(0.37)
    assert network.sums(inputs()[0]).dtype == torch.float64
    np.testing.assert_array_equal(
        network.predict(inputs()[0]), small_network(0).predict(inputs()[0])
    )


def test_large_batches_are_cut() -> None:
    """A batch that would need too large an attention matrix gives what its parts give."""
    network = small_network(0, NetworkSizes(layers=1, numerical_heads=1, categorical_heads=1))
    batch = inputs()[-1]
    many = batch.take(np.arange(200_000) % len(batch))
    np.testing.assert_array_equal(
        network.predict(many), network.predict(batch)[np.arange(200_000) % len(batch)]
    )


def test_strangers_teach_the_unknown_symbol() -> None:
    """In an open vocabulary a stranger's gradient goes to the embedding of the symbol as which it is read."""
    domain = Domain(("a", "<unk>"), 2, unknown="<unk>")
    layout = network_layout(domain, ("x", "y"), NetworkSizes(layers=1, embeddings=1))
    network = Network(layout).initialise(0)
    ((_, batch),) = encode(domain, [["a", "stranger"]])
    relaxed_logits(network, batch, Relaxation(1.0))[0, 2, 0].backward()  # type: ignore[no-untyped-call]
    slope = network.embeddings["0"].grad
    assert slope is not None
    assert slope[domain.alphabet.index("<unk>")].abs().sum() > 0


def test_unknown_words_are_refused() -> None:
    """A word outside a closed vocabulary is refused by name."""
    batch = Batch((*DOMAIN.alphabet, "stranger"), np.array([[0, 5, 4]], dtype=np.int32))
    with pytest.raises(BadInput, match="stranger"):
        small_network(0).predict(batch)


def test_weights_that_float64_cannot_hold_are_refused() -> None:
    """2^53 is the first magnitude that is refused."""
    check_weight(2**53 - 1)
    with pytest.raises(TprogError):
        check_weight(-(2**53))


def test_numerical_look_ups_clamp_what_they_read() -> None:
    """A network and its Program agree where sums go far beyond the cap of a look-up."""
    network = small_network(2, NetworkSizes(layers=3, cap=2, categorical_lookups=0))
    program = extract(network)
    assert any(isinstance(found, NumericalLookup) for found in program.operations)
    for batch in inputs():
        np.testing.assert_array_equal(predictions(program, batch), network.predict(batch))
