"""A relaxed pass: choices, and the variables that are read."""

from itertools import pairwise

import torch

from tprog.learn.relaxation import Relaxation, Stream, temperature_at


def test_without_noise_a_choice_is_a_softmax() -> None:
    """A choice is a distribution, sharper at a lower temperature."""
    logits = torch.tensor([[1.0, 2.0, 0.0]])
    warm, cold = (Relaxation(temperature).choose(logits) for temperature in (1.0, 0.01))
    assert torch.allclose(warm, torch.softmax(logits, -1))
    assert torch.allclose(cold, torch.tensor([[0.0, 1.0, 0.0]]))


def test_gumbel_noise_samples_the_softmax() -> None:
    """With noise the winner of a choice falls as the softmax of the logits says (paper, section 3.1)."""
    logits = torch.tensor([1.0, 0.0]).expand(20_000, 2)
    picked = Relaxation(0.1, torch.Generator().manual_seed(0)).choose(logits)
    share = float((picked[:, 0] > 0.5).float().mean())
    assert abs(share - float(torch.softmax(logits[0], 0)[0])) < 0.015


def test_a_decision_is_a_choice_between_the_logit_and_nothing() -> None:
    """Entry by entry, a decision has the odds of the logit."""
    logits = torch.full((20_000,), 1.0)
    decided = Relaxation(0.1, torch.Generator().manual_seed(0)).decide(logits)
    assert abs(float((decided > 0.5).float().mean()) - float(torch.sigmoid(logits[0]))) < 0.015
    assert torch.allclose(Relaxation(1.0).decide(logits), torch.sigmoid(logits))


def test_equal_generators_give_equal_noise() -> None:
    """The noise comes from the generator alone."""
    logits = torch.zeros(5, 7)
    one, two = (Relaxation(1.0, torch.Generator().manual_seed(3)).choose(logits) for _ in range(2))
    assert torch.equal(one, two)


def test_temperature_falls_geometrically() -> None:
    """The schedule starts and ends where it says, by equal factors."""
    schedule = [temperature_at(step, 5, 3.0, 0.01) for step in range(5)]
    assert abs(schedule[0] - 3.0) < 1e-12
    assert abs(schedule[-1] - 0.01) < 1e-12
    factors = [later / earlier for earlier, later in pairwise(schedule)]
    assert max(factors) - min(factors) < 1e-12
    assert temperature_at(0, 1, 3.0, 0.01) == 0.01


def stream() -> Stream:
    """Return a stream of three blocks: two variables, one numerical one, two more."""
    found = Stream(torch.tensor([[True, True, False]]))
    found.append(torch.arange(12.0).view(2, 1, 3, 2))
    found.append(torch.ones(1, 1, 3))
    found.append(torch.arange(12.0, 24.0).view(2, 1, 3, 2))
    return found


def test_variables_are_found_by_index() -> None:
    """Any choice of variables of one size is stacked in the order asked for."""
    blocks = stream().blocks
    every = torch.cat([blocks[0], blocks[2]])
    assert torch.equal(stream().gather((0, 1, 3, 4)), every)
    assert torch.equal(stream().gather((4, 0)), every[[3, 0]])
    assert torch.equal(stream().gather((1,)), every[[1]])
    assert torch.equal(stream().gather((2,)), blocks[1])


def test_a_gate_mixes_its_candidates() -> None:
    """A read is the mixture of candidates that its gate says."""
    gates = torch.tensor([[1.0, 0.0], [0.25, 0.75]])
    read = stream().read(gates, (0, 3))
    first, second = stream().blocks[0][0], stream().blocks[2][0]
    assert torch.equal(read[0], first)
    assert torch.allclose(read[1], 0.25 * first + 0.75 * second)


def test_padding_and_the_future_are_not_allowed() -> None:
    """No query looks at padding; under a causal head none looks ahead."""
    found = stream().allowed((False, True))
    assert found.shape == (2, 1, 3, 3)
    assert found[0, 0].tolist() == [[True, True, False]] * 3
    assert found[1, 0].tolist() == [[True, False, False], [True, True, False], [True, True, False]]
    assert stream().allowed((True, True)).shape == (1, 1, 3, 3)
