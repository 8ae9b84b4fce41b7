"""Operations check their own parameters; numerical look-ups know their value at a point."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import InvalidProgram
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    Constant,
    FiniteValues,
    First,
    Nearest,
    NumericalHead,
    NumericalLookup,
    Rectangle,
)

VALUES = FiniteValues(("p", "q", "r"))


def test_reads() -> None:
    """An operation tells what it reads, in order, repeats included."""
    assert CategoricalHead(3, 1, 2, Constant(True)).reads == (3, 1, 2)
    assert NumericalHead(0, 0, 4, Constant(True)).reads == (0, 0, 4)
    assert CategoricalLookup((5, 5), VALUES, (0,)).reads == (5, 5)
    assert NumericalLookup((2,), VALUES, (1,), (), 0).reads == (2,)


def test_names_notes_and_layers_do_not_count() -> None:
    """Operations are equal by structure; what is for people is carried along."""
    plain = CategoricalHead(0, 1, 2, Constant(True))
    dressed = CategoricalHead(0, 1, 2, Constant(True), name="a", notes=("n",), layer=3)
    assert plain == dressed
    assert hash(plain) == hash(dressed)
    assert (dressed.name, dressed.notes, dressed.layer) == ("a", ("n",), 3)
    assert plain != CategoricalHead(0, 1, 2, Constant(True), causal=True)
    assert plain != CategoricalHead(0, 1, 2, Constant(True), First())
    assert len({plain, NumericalHead(0, 1, 2, Constant(True))}) == 2


def test_ranks_of_the_own_position() -> None:
    """The own position stands last or at the number of matches, and nowhere else."""
    assert Nearest() == Nearest("last") != Nearest("matches")
    rank: Any = "first"
    with pytest.raises(InvalidProgram, match="'first'"):
        Nearest(rank)


@pytest.mark.parametrize("bounds", [((2, 1),), ((-1, 0),), ((0, 3), (4, 3))])
def test_rectangles_are_ranges(bounds: tuple[tuple[int, int], ...]) -> None:
    """A rectangle's bounds go up from 0."""
    with pytest.raises(InvalidProgram, match="no range"):
        Rectangle(bounds, 0)


def test_categorical_lookups_refuse_what_does_not_fit() -> None:
    """A categorical look-up needs arguments, and entries among its values."""
    with pytest.raises(InvalidProgram, match="at least one argument"):
        CategoricalLookup((), VALUES, ())
    for entry in (-1, 3):
        with pytest.raises(InvalidProgram, match="outside its values"):
            CategoricalLookup((0,), VALUES, (entry,))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"arguments": ()}, "arguments and a cap for each"),
        ({"caps": (1,)}, "arguments and a cap for each"),
        ({"caps": (3, -1)}, "negative"),
        ({"rectangles": (Rectangle(((0, 1),), 0),)}, "rectangle 0 does not lie within the caps"),
        ({"rectangles": (Rectangle(((0, 1), (0, 9)), 0),)}, "rectangle 0 does not lie"),
        ({"rectangles": (Rectangle(((0, 1), (0, 1)), 3),)}, "outside its values"),
        ({"default": 3}, "outside its values"),
    ],
)
def test_numerical_lookups_refuse_what_does_not_fit(
    arguments: dict[str, Any], message: str
) -> None:
    """Arguments, caps, rectangles and values of a numerical look-up fit together."""
    fitting: dict[str, Any] = {
        "arguments": (0, 1),
        "values": VALUES,
        "caps": (3, 4),
        "rectangles": (),
        "default": 0,
    }
    NumericalLookup(**{**fitting, "rectangles": (Rectangle(((0, 3), (4, 4)), 2),)})
    with pytest.raises(InvalidProgram, match=message):
        NumericalLookup(**{**fitting, **arguments})


def test_the_first_rectangle_wins_after_clamping() -> None:
    """Arguments are clamped to their caps; the first rectangle that holds the point gives the value."""
    boxes = (Rectangle(((2, 3), (0, 4)), 1), Rectangle(((0, 2), (1, 1)), 2))
    lookup = NumericalLookup((0, 1), VALUES, (3, 4), boxes, 0)
    assert lookup.index((2, 1)) == 1
    assert lookup.index((1, 1)) == 2
    assert lookup.index((1, 2)) == 0
    assert lookup.index((10**30, 10**30)) == 1


@given(point=st.tuples(st.integers(0, 9), st.integers(0, 9)))
def test_clamping_is_all_that_caps_do(point: tuple[int, int]) -> None:
    """A point has the value of its clamped point."""
    boxes = (Rectangle(((1, 3), (2, 4)), 1), Rectangle(((0, 3), (0, 0)), 2))
    lookup = NumericalLookup((0, 1), VALUES, (3, 4), boxes, 0)
    assert lookup.index(point) == lookup.index((min(point[0], 3), min(point[1], 4)))
