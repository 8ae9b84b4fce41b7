"""What the names of `run` stand for."""

from tprog.published.abstract import Column, Constant, Item, Stage


def test_things_are_compared_by_value() -> None:
    """Two names that stand for the same thing are equal."""
    assert Column(Item(0, ("a", "b"))) == Column(Item(0, ("a", "b")))
    assert Column(Item(0, ("a", "b"))) != Column(Item(1, ("a", "b")))
    assert Constant(1) != Constant("1")
    assert Stage("votes", ()) != Stage("sums", ())
