"""The part of Python that published functions are written in."""

import ast

import pytest

from tprog.published.subset import (
    BUILTINS,
    LARGEST_NUMBER,
    as_list,
    check_flat,
    is_constant,
    is_single,
    number,
)


def test_only_small_whole_numbers_are_computed_with() -> None:
    """Numbers stay whole and small, so that every step is quick."""
    assert number(7) == 7
    for wrong in (1.5, "1", LARGEST_NUMBER**2):
        with pytest.raises((TypeError, ValueError)):
            number(wrong)
    with pytest.raises(ValueError, match="range is too long"):
        BUILTINS["range"](10**9)


def test_lists_are_not_compared() -> None:
    """Comparing nested lists could take for ever; a key makes something else of them."""
    with pytest.raises(TypeError):
        check_flat([[[1], [2]]], keyed=False)
    check_flat([[[1], [2]]], keyed=True)
    assert as_list([1]) == [1]
    with pytest.raises(TypeError):
        as_list((1,))


@pytest.mark.parametrize(
    ("text", "constant"),
    [("1", True), ("-1", True), ("(1, 'a')", True), ("E.V0", True), ("a", False), ("[1]", False)],
)
def test_constants_are_told(text: str, constant: bool) -> None:
    """A constant is the same object on every call."""
    assert is_constant(ast.parse(text, mode="eval").body) == constant


def test_identity_is_known_of_three_values() -> None:
    """None, True and False are one object each; equal numbers may be several."""
    assert [is_single(one) for one in (None, True, False, 0, "")] == [
        True,
        True,
        True,
        False,
        False,
    ]
