"""Look-ups as tables and as boxes, heads as the step that their tie-break needs."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tprog.evaluate.steps
from tprog.evaluate.steps import (
    Attend,
    AttendRanked,
    AttendScored,
    Boxes,
    Count,
    Lookup,
    categorical_step,
    head_match,
    head_step,
    numerical_step,
    width,
)
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    Constant,
    FiniteValues,
    First,
    Nearest,
    NumericalHead,
    NumericalLookup,
    Rectangle,
    Table,
    TieBreak,
)

VALUES = FiniteValues(("p", "q", "r"))
CODE = np.dtype(np.uint8)


@st.composite
def numerical_lookups(draw: st.DrawFn) -> NumericalLookup:
    """Draw a look-up of one to three numbers."""
    caps = tuple(draw(st.lists(st.integers(0, 5), min_size=1, max_size=3)))
    boxes = []
    for _ in range(draw(st.integers(0, 4))):
        ends = [sorted((draw(st.integers(0, cap)), draw(st.integers(0, cap)))) for cap in caps]
        bounds = tuple((low, high) for low, high in ends)
        boxes.append(Rectangle(bounds, draw(st.integers(0, 2))))
    arguments = tuple(range(len(caps)))
    return NumericalLookup(arguments, VALUES, caps, tuple(boxes), draw(st.integers(0, 2)))


@given(lookup=numerical_lookups(), reach=st.integers(0, 7))
def test_numerical_lookups_as_table_and_as_boxes(lookup: NumericalLookup, reach: int) -> None:
    """A table over what is reached and a search box by box both give the look-up's values."""
    points = list(product(range(reach + 1), repeat=len(lookup.caps)))
    columns = [
        np.array([[point[axis] for point in points]], dtype=np.uint8)
        for axis in range(len(lookup.caps))
    ]
    bounds = dict.fromkeys(lookup.arguments, reach)
    expected = [lookup.index(point) for point in points]
    assert numerical_step(lookup, bounds, CODE).compute(columns)[0].tolist() == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tprog.evaluate.steps, "LARGEST_TABLE", 0)
        step = numerical_step(lookup, bounds, CODE)
    assert isinstance(step, Boxes)
    assert step.compute(columns)[0].tolist() == expected


def test_huge_caps_need_no_huge_table() -> None:
    """A table covers only what the arguments reach, and caps beyond 64 bits clamp nothing."""
    lookup = NumericalLookup((0,), VALUES, (10**30,), (Rectangle(((2, 10**30),), 1),), 0)
    step = numerical_step(lookup, {0: 3}, CODE)
    assert isinstance(step, Lookup)
    assert step.table.tolist() == [0, 0, 1, 1]
    wide = numerical_step(lookup, {0: 10**12}, CODE)
    assert isinstance(wide, Boxes)
    assert wide.compute([np.array([[1, 2, 10**12]])]).tolist() == [[0, 1, 1]]


@given(data=st.data(), sizes=st.lists(st.integers(1, 4), min_size=1, max_size=3))
def test_categorical_lookups_are_row_major(data: st.DataObject, sizes: list[int]) -> None:
    """The last argument varies fastest, and a single column stands for all inputs."""
    points = list(product(*map(range, sizes)))
    table = tuple(data.draw(st.integers(0, 2)) for _ in points)
    lookup = CategoricalLookup(tuple(range(len(sizes))), VALUES, table)
    step = categorical_step(lookup, tuple(sizes), CODE)
    columns = [
        np.array([[point[axis] for point in points]], dtype=np.uint8) for axis in range(len(sizes))
    ]
    assert step.compute(columns)[0].tolist() == list(table)
    assert step.rows(columns)[0].tolist() == list(range(len(points)))
    mixed = [np.full((1, 1), sizes[0] - 1, dtype=np.uint8), *columns[1:]]
    last = [table[points.index((sizes[0] - 1, *point[1:]))] for point in points]
    found = step.compute(mixed)
    assert np.broadcast_to(found, (1, len(points)))[0].tolist() == last


@pytest.mark.parametrize(
    ("tie", "kind"),
    [
        (Nearest(), Attend),
        (First(), Attend),
        (Nearest("matches"), AttendRanked),
        (ByScore(((10**40, 0), (-1, 7))), AttendScored),
    ],
)
def test_each_tie_break_has_its_step(tie: TieBreak, kind: type) -> None:
    """The tie-break chooses the step; scores of any size keep their order."""
    two = FiniteValues((0, 1))
    head = CategoricalHead(0, 0, 1, Table(((0, 1), (1,))), tie)
    step = head_step(head, head_match(head, two, two, CODE), 0, 3)
    assert isinstance(step, kind)
    keys = np.array([[0, 1], [1, 1], [0, 1]], dtype=np.uint8)
    positions = np.arange(3, dtype=np.uint8)[:, None]
    nearest, first = [[1, 1], [1, 0], [1, 1]], [[0, 0], [1, 0], [0, 0]]
    expected = nearest if isinstance(tie, Nearest) else first
    assert step.compute([keys, positions]).tolist() == expected


def test_counts_are_as_wide_as_their_bound() -> None:
    """The integer type of a count follows from its bound, and sums reach it."""
    one = FiniteValues((0,))
    head = NumericalHead(0, 0, 1, Constant(True))
    step = head_step(head, head_match(head, one, one, CODE), 2**40, 3)
    assert isinstance(step, Count)
    keys = np.zeros((3, 1), dtype=np.uint8)
    numbers = np.full((3, 1), 2**38, dtype=np.int64)
    assert step.compute([keys, numbers]).tolist() == [[3 * 2**38]] * 3


@pytest.mark.parametrize(
    ("bound", "kind"),
    [
        (0, np.uint8),
        (255, np.uint8),
        (256, np.uint16),
        (2**16, np.uint32),
        (2**32, np.int64),
        (2**63 - 1, np.int64),
    ],
)
def test_width_holds_the_bound(bound: int, kind: type) -> None:
    """The narrowest type that holds a bound is unsigned up to 32 bits, then signed."""
    assert width(bound) == kind
    assert np.iinfo(width(bound)).max >= bound
