"""Random streams: their distributions, and what they depend on."""

import numpy as np
import numpy.typing as npt
from learn.fused.checks import address

from tprog.learn.fused.backend import FLOATS, WORDS, types
from tprog.learn.fused.jit import kernel
from tprog.learn.fused.lanes import LANES, Floats, Words, aligned, store
from tprog.learn.fused.noise import STATE, gumbel, logistic, seed_streams

COUNT = 1 << 12


@kernel(types.void(WORDS, FLOATS, types.int64, types.int64, types.int64))
def draw_gumbel(state: Words, values: Floats, count: int, seed: int, first: int) -> None:
    """Write draws from the Gumbel distribution."""
    seed_streams(state, seed, first)
    for place in range(count):
        store(values, place, gumbel(state))


@kernel(types.void(WORDS, FLOATS, types.int64, types.int64, types.int64))
def draw_logistic(state: Words, values: Floats, count: int, seed: int, first: int) -> None:
    """Write draws from the logistic distribution."""
    seed_streams(state, seed, first)
    for place in range(count):
        store(values, place, logistic(state))


def drawn(seed: int = 0, first: int = 0, *, two_sided: bool = False) -> npt.NDArray[np.float32]:
    """Return `(draws, LANES)` random numbers."""
    state, values = np.zeros(STATE * LANES, dtype=np.uint32), aligned(COUNT)
    draw = draw_logistic if two_sided else draw_gumbel
    draw(address(state), address(values), COUNT, seed, first)
    return values.reshape(COUNT, LANES)


def test_draws_follow_their_distributions() -> None:
    """The shares of draws below every tenth of the distribution are tenths, to within sampling error."""
    shares = np.arange(1, 10) / 10
    for two_sided, borders in (
        (False, -np.log(-np.log(shares))),
        (True, np.log(shares / (1 - shares))),
    ):
        values = drawn(two_sided=two_sided)
        assert np.isfinite(values).all()
        found = [(values < border).mean() for border in borders]
        np.testing.assert_allclose(found, shares, atol=4 * 0.5 / values.size**0.5)


def test_draws_are_independent() -> None:
    """Neighbours in a stream, and streams side by side, are uncorrelated."""
    values = drawn()
    bound = 5 / values.size**0.5
    assert abs(np.corrcoef(values[1:].ravel(), values[:-1].ravel())[0, 1]) < bound
    assert abs(np.corrcoef(values[:, 1:].ravel(), values[:, :-1].ravel())[0, 1]) < bound


def test_a_stream_depends_on_its_number_and_the_seed_alone() -> None:
    """A stream is the same in any lane, and another one under another seed."""
    values = drawn(seed=3)
    np.testing.assert_array_equal(drawn(seed=3, first=1)[:, 0], values[:, 1])
    assert not (drawn(seed=4) == values).any(axis=0).all()
    assert len(np.unique(values[0])) == LANES
