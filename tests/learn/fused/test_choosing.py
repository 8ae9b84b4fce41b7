"""The softmax over vectors, and its slopes."""

import numpy as np
import pytest
from learn.fused.checks import address, random_lanes

from tprog.learn.fused import tape
from tprog.learn.fused.backend import FLOATS, LONGS, types
from tprog.learn.fused.choosing import choose, unchoose
from tprog.learn.fused.jit import kernel
from tprog.learn.fused.lanes import LANES, Floats, Longs
from tprog.learn.fused.noise import STATE

_LONG = types.int64


@kernel(types.void(FLOATS, _LONG, _LONG, LONGS))
def apply_choose(values: Floats, rows: int, count: int, frame: Longs) -> None:
    """Choose in all rows."""
    choose(values, 0, rows, count, frame)


@kernel(types.void(FLOATS, FLOATS, _LONG, _LONG, LONGS))
def apply_unchoose(values: Floats, slopes: Floats, rows: int, count: int, frame: Longs) -> None:
    """Turn the slopes of all rows."""
    unchoose(values, slopes, 0, rows, count, frame)


def softmax(
    logits: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]",
) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    """Return the softmax over the middle axis."""
    found = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(found / found.sum(1, keepdims=True))


@pytest.mark.parametrize("temperature", [3.0, 0.2])
def test_choices_are_a_softmax_and_slopes_its_derivative(temperature: float) -> None:
    """Rows of logits become distributions, and the slopes of these become those of the logits."""
    coldness = np.array([1 / temperature], dtype=np.float32)
    frame = np.zeros(tape.FRAME_COLUMNS, dtype=np.int64)
    frame[tape.COLDNESS] = address(coldness)
    values, slopes = random_lanes(3 * 5, 1), random_lanes(3 * 5, 2)
    logits, given = values.reshape(3, 5, LANES).copy(), slopes.reshape(3, 5, LANES).copy()
    apply_choose(address(values), 3, 5, address(frame))
    expected = softmax(logits / temperature)
    np.testing.assert_allclose(values.reshape(expected.shape), expected, rtol=1e-4, atol=1e-7)
    apply_unchoose(address(values), address(slopes), 3, 5, address(frame))
    mean = (expected * given).sum(1, keepdims=True)
    turned = expected * (given - mean) / temperature
    np.testing.assert_allclose(slopes.reshape(turned.shape), turned, rtol=1e-3, atol=1e-5)


def test_noisy_choices_follow_the_logits() -> None:
    """Under Gumbel noise near temperature 0, options are chosen as often as the softmax says."""
    coldness, state = (
        np.array([1e3], dtype=np.float32),
        np.arange(STATE * LANES, dtype=np.uint32) + 1,
    )
    frame = np.zeros(tape.FRAME_COLUMNS, dtype=np.int64)
    frame[[tape.COLDNESS, tape.RANDOM, tape.NOISE]] = address(coldness), address(state), 1
    rows = 2000
    values = random_lanes(rows * 3)
    logits = np.log([0.2, 0.3, 0.5])
    values.reshape(rows, 3, LANES)[:] = logits[:, None]
    apply_choose(address(values), rows, 3, address(frame))
    shares = values.reshape(rows, 3, LANES).mean((0, 2))
    np.testing.assert_allclose(shares, [0.2, 0.3, 0.5], atol=5 * 0.5 / (rows * LANES) ** 0.5)
