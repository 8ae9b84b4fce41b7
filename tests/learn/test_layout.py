"""Layouts: of networks, and from sizes."""

import pytest
from hypothesis import given
from learn.samples import DOMAIN, LABELS
from strategies import programs

from tprog.errors import UsageError
from tprog.ir import Domain, FiniteValues, Program, WordTable
from tprog.learn.conversion import to_network
from tprog.learn.layout import (
    NUMERICAL,
    HeadGroup,
    LookupGroup,
    NetworkLayout,
    NetworkSizes,
    NumericalLookupGroup,
    network_layout,
    real_values,
)


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


def test_published_sizes_give_the_published_variables() -> None:
    """Three layers of 4 + 4 heads and 2 + 2 look-ups write 26 categorical and 13 numerical variables."""
    layout = network_layout(DOMAIN, LABELS, NetworkSizes())
    assert len(layout.categorical) == 2 + 3 * (4 + 2 + 2)
    assert len(layout.numerical) == 1 + 3 * 4
    assert layout.offsets[-1] == 26 * 6 + 13


def test_heads_read_what_is_before_the_layer_and_look_ups_its_heads_too() -> None:
    """A layer's heads do not read each other; its look-ups read them."""
    groups = network_layout(DOMAIN, LABELS, NetworkSizes(layers=2)).groups
    heads, _, lookups, numerical = groups[4:]
    assert isinstance(heads, HeadGroup)
    assert isinstance(lookups, LookupGroup)
    assert isinstance(numerical, NumericalLookupGroup)
    assert heads.query == (0, 1, *range(3, 7), *range(11, 15))
    assert lookups.arguments[0] == (*heads.query, *range(15, 19))
    assert numerical.arguments[0] == (2, *range(7, 11), *range(19, 23))


def test_all_variables_share_the_least_size_that_fits() -> None:
    """The size is the larger of the framed length and the alphabet; words of a large vocabulary do not count."""
    long, wide = Domain(("a",), 9), Domain(tuple(map(str, range(50))), 3)
    assert network_layout(long, LABELS, NetworkSizes()).sizes[0] == 10
    assert network_layout(wide, LABELS, NetworkSizes()).sizes[0] == 51
    layout = network_layout(wide, LABELS, NetworkSizes(embeddings=2))
    assert layout.sizes[:4] == (4, 4, 4, NUMERICAL)
    assert [type(found) for found in layout.inputs[:2]] == [WordTable, WordTable]


def test_causal_heads_come_first() -> None:
    """A network that is not causal has so many causal heads of each kind; a causal one has no others."""
    some = network_layout(DOMAIN, LABELS, NetworkSizes(causal_heads=1)).groups[0]
    every = network_layout(DOMAIN, LABELS, NetworkSizes(causal=True)).groups[0]
    assert isinstance(some, HeadGroup)
    assert isinstance(every, HeadGroup)
    assert some.causal == (True, False, False, False)
    assert every.causal == (True,) * 4


@pytest.mark.parametrize(
    "sizes",
    [NetworkSizes(hidden=4096, values=500), NetworkSizes(values=2000), NetworkSizes(cap=9999)],
)
def test_a_network_beyond_all_memory_is_refused(sizes: NetworkSizes) -> None:
    """Sizes that no machine could hold are refused before anything is allocated, in one line that says how large."""
    with pytest.raises(
        UsageError, match=r"needs [\d,]+ numbers at once.*give fewer layers"
    ) as caught:
        network_layout(DOMAIN, LABELS, sizes)
    assert "\n" not in str(caught.value)


def test_score_heads_are_a_group_of_their_own() -> None:
    """Heads that attend by a score copy categorical values, take any key, and can be causal."""
    sizes = NetworkSizes(layers=1, score_heads=2, causal_heads=1)
    groups = network_layout(DOMAIN, LABELS, sizes).groups
    found = groups[1]
    assert isinstance(found, HeadGroup)
    assert (found.count, found.numerical, found.rows, found.tie) == (2, False, "any", "score")
    assert found.causal == (True, False)
    assert found.names == ("score_attn_0_0", "score_attn_0_1")
    assert len(groups) == len(network_layout(DOMAIN, LABELS, NetworkSizes(layers=1)).groups) + 1


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"layers": 0}, "layers is 0; the least is 1"),
        ({"layers": 257}, "layers is 257; the most is 256"),
        ({"score_heads": 10**7}, "score_heads is 10000000; the most is 4096"),
        ({"categorical_heads": -1}, "categorical_heads is -1"),
        ({"rows": "many"}, "choose 'one' or 'set'"),
        ({"hidden": 0}, "numerical look-ups are learned with hidden units"),
    ],
)
def test_sizes_outside_their_range_are_refused(sizes: dict[str, object], message: str) -> None:
    """A size outside its range is refused with its name."""
    with pytest.raises(UsageError, match=message):
        NetworkSizes(**sizes)  # type: ignore[arg-type]


def test_a_domain_that_does_not_fit_is_refused() -> None:
    """Too few values and an endless domain are refused."""
    with pytest.raises(UsageError, match="needs at least 6"):
        network_layout(DOMAIN, LABELS, NetworkSizes(values=5))
    with pytest.raises(UsageError, match="greatest length"):
        network_layout(Domain(("a",), None), LABELS, NetworkSizes())
