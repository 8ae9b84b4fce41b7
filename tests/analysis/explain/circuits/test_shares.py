"""Shares on samples, and how sure they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.analysis.explain.circuits.shares import Share


def test_the_interval_is_wilsons() -> None:
    """Known values: 5 of 10, none of 10, all of 10."""
    assert Share(5, 10, 10).interval == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert Share(0, 10, 10).interval == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert Share(10, 10, 10).interval == pytest.approx((0.7225, 1.0), abs=1e-4)


@given(st.integers(1, 2000), st.data())
def test_the_share_lies_within_and_more_inputs_are_surer(total: int, data: st.DataObject) -> None:
    """An interval holds its share, lies within 0 and 1, and shrinks with the inputs."""
    count, inputs = data.draw(st.integers(0, total)), data.draw(st.integers(1, total))
    low, high = Share(count, total, inputs).interval
    assert 0 <= low <= count / total <= high <= 1
    wider = Share(count, total, max(1, inputs // 2)).interval
    assert wider[0] <= low + 1e-12
    assert wider[1] >= high - 1e-12


def test_nothing_has_no_share() -> None:
    """Without predictions nothing is known."""
    assert Share(0, 0, 0).value == 0.0
