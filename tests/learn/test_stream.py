"""The variables of a relaxed pass."""

import torch

from tprog.learn.stream import Stream


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
