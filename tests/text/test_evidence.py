"""Ordered codes know nothing of their own label; a coder that does is caught."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from text.leaks import Coder, first_leak

from tprog.text.evidence import Ints, Scale, count, ordered_codes

SCALE = Scale(("A", "B", "N4"), (0.5, 2.0), 1.0)


def documents(seed: int, number: int = 30) -> tuple[list[Ints], list[Ints], Ints]:
    """Return keys, labels and an order of random documents."""
    random = np.random.default_rng(seed)
    sizes = random.integers(1, 5, number)
    keys = [random.integers(0, 6, size) for size in sizes]
    labels = [random.integers(-1, 3, size) for size in sizes]
    return keys, labels, random.permutation(number)


def ours(keys: Sequence[Ints], labels: Sequence[Ints], order: Ints) -> list[Ints]:
    """Return what is used in learning."""
    return ordered_codes(SCALE, keys, labels, order)


def reads_itself(keys: Sequence[Ints], labels: Sequence[Ints], order: Ints) -> list[Ints]:
    """Return codes from all documents, the own one among them: the planted leak."""
    found = count(keys, labels, 6, 3)
    return [SCALE.codes(found.by_key[each], found.totals) for each in keys]


def leaves_itself_out(keys: Sequence[Ints], labels: Sequence[Ints], order: Ints) -> list[Ints]:
    """Return codes from all other documents, which tell the own label by what is missing."""
    found = count(keys, labels, 6, 3)
    codes = []
    for each, given_labels in zip(keys, labels, strict=True):
        own = count([each], [given_labels], 6, 3)
        codes.append(SCALE.codes((found.by_key - own.by_key)[each], found.totals - own.totals))
    return codes


@given(st.integers(0, 10_000))
def test_ordered_codes_do_not_leak(seed: int) -> None:
    """No document's codes change with its own or later labels."""
    assert first_leak(ours, *documents(seed), np.random.default_rng(seed)) is None


@pytest.mark.parametrize("coder", [reads_itself, leaves_itself_out])
def test_a_planted_leak_is_caught(coder: Coder) -> None:
    """Reading the own label is caught, and so is a total with the own document taken out."""
    assert first_leak(coder, *documents(1), np.random.default_rng(1)) is not None


def test_codes_are_those_of_the_earlier_documents() -> None:
    """The last document in the order is coded by all others; the first knows nothing."""
    keys, labels, order = documents(5)
    codes = ours(keys, labels, order)
    others = order[:-1].tolist()
    found = count([keys[row] for row in others], [labels[row] for row in others], 6, 3)
    last, first = int(order[-1]), int(order[0])
    assert codes[last].tolist() == SCALE.codes(found.by_key[keys[last]], found.totals).tolist()
    assert set(codes[first].tolist()) == {len(SCALE.values) - 1}


def test_values_have_readable_names() -> None:
    """Label and strength, told apart where a label ends in a digit; a word without documents is new."""
    assert SCALE.values[:4] == ("A1", "A2", "A3", "B1")
    assert SCALE.values[-2:] == ("N4_3", "new")
    codes = SCALE.codes(np.array([[9.0, 0, 0], [0, 0, 0], [0, 1, 0]]), np.array([50.0, 50, 50]))
    assert [SCALE.values[code] for code in codes.tolist()] == ["A3", "new", "B2"]
