"""The structure of a network."""

import pytest
from hypothesis import given
from learn.samples import DOMAIN, LABELS
from strategies import programs

from tprog.ir import Domain, FiniteValues, Program
from tprog.learn.build import NetworkSizes, network_layout
from tprog.learn.layout import NUMERICAL, NetworkLayout, real_values
from tprog.learn.to_network import to_network


@given(programs())
def test_sizes_are_those_of_the_program(program: Program) -> None:
    """A network made from a Program has its variables, each with as many values."""
    layout = to_network(program).layout
    expected = [
        len(values) if isinstance(values, FiniteValues) else NUMERICAL for values in program.values
    ]
    assert list(layout.sizes) == expected
    assert layout.starts == tuple(
        range(len(program.inputs), len(program.inputs) + len(program.operations))
    )
    for index in range(len(program.inputs)):
        assert real_values(layout, index) == program.values[index]


def test_each_layer_multiplies_the_bound_of_a_sum() -> None:
    """A sum of the constant 1 reaches the framed length, a sum of such sums its square."""
    layout = network_layout(DOMAIN, LABELS, NetworkSizes(layers=3, numerical_heads=1))
    bounds = [layout.numerical_bounds[variable] for variable in layout.numerical]
    assert bounds == [1, 6, 36, 216]


def test_a_layout_without_end_has_no_positions() -> None:
    """A network's domain has a greatest length."""
    with pytest.raises(ValueError, match="greatest length"):
        _ = NetworkLayout(Domain(("a",), None), (), (), (), ("x",)).positions
