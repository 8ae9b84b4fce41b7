"""Domains become arrays: every input once, samples by seed, frames and scored positions in place."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import domains

from tprog.errors import BadInput
from tprog.evaluate.inputs import (
    Batch,
    all_inputs,
    count_inputs,
    encode,
    frame_indices,
    longest_data,
    sample_inputs,
    scored_positions,
)
from tprog.ir import Domain

DIGITS = Domain(("0", "1", "2"), 4, min_length=2, suffix="</s>")


@st.composite
def closed_domains(draw: st.DrawFn) -> Domain:
    """Draw a bounded domain with a closed vocabulary."""
    found = draw(domains(bounded=True))
    return Domain(found.symbols, found.max_length, found.min_length, found.prefix, found.suffix)


def texts(batches: list[Batch], domain: Domain) -> list[tuple[str, ...]]:
    """Return the data symbols of all inputs."""
    return [batch.data(row, domain) for batch in batches for row in range(len(batch))]


@given(domain=closed_domains(), chunk=st.integers(1, 50), up_to=st.none() | st.integers(1, 6))
def test_all_inputs_are_every_sequence_once(domain: Domain, chunk: int, up_to: int | None) -> None:
    """Every input comes once, shortest first, then in the order of the symbols, in chunks of the asked size."""
    assert domain.max_length is not None
    longest = domain.max_length if up_to is None else min(up_to, domain.max_length)
    batches = list(all_inputs(domain, up_to, chunk))
    expected = [
        data
        for length in range(domain.min_length, longest + 1)
        for data in product(domain.symbols, repeat=length)
    ]
    assert texts(batches, domain) == expected
    assert count_inputs(domain, up_to) == len(expected)
    assert all(len(batch) <= chunk for batch in batches)


@given(domain=closed_domains())
def test_all_inputs_are_framed(domain: Domain) -> None:
    """Every enumerated input is what framing its data gives."""
    for batch in all_inputs(domain):
        for row in range(min(5, len(batch))):
            framed = tuple(batch.words[index] for index in batch.indices[row])
            assert framed == domain.frame(batch.data(row, domain))


def test_very_long_inputs_are_enumerated_from_the_start() -> None:
    """The first inputs of a domain with more inputs than 64 bits can count are right."""
    domain = Domain(("a", "b"), 100, min_length=100)
    batch = next(all_inputs(domain, chunk=3))
    assert texts([batch], domain) == [
        ("a",) * 100,
        ("a",) * 99 + ("b",),
        ("a",) * 98 + ("b", "a"),
    ]
    assert count_inputs(domain) == 2**100


@pytest.mark.parametrize(
    "domain", [Domain(("a",), None), Domain(("a",), 3, unknown="a")], ids=["length", "vocabulary"]
)
def test_endless_domains_are_not_enumerated(domain: Domain) -> None:
    """A domain without an end has no number of inputs and cannot be enumerated."""
    assert count_inputs(domain) is None
    with pytest.raises(BadInput, match="no end"):
        list(all_inputs(domain))


def test_a_greatest_length_makes_an_endless_domain_finite() -> None:
    """`up_to` bounds a domain without a greatest length."""
    domain = Domain(("a", "b"), None)
    assert longest_data(domain) is None
    assert longest_data(domain, 3) == 3
    assert count_inputs(domain, 3) == 14
    assert sum(map(len, all_inputs(domain, 3))) == 14


@given(domain=domains(), seed=st.integers(0, 5), chunk=st.integers(1, 30))
def test_samples_belong_to_the_domain(domain: Domain, seed: int, chunk: int) -> None:
    """Samples are as many as asked for, lie in the domain and depend on the seed alone."""
    batches = list(sample_inputs(domain, 40, seed, up_to=6, chunk=chunk))
    drawn = texts(batches, domain)
    assert len(drawn) == 40
    assert all(domain.frame(data) for data in drawn)
    assert drawn == texts(list(sample_inputs(domain, 40, seed, up_to=6)), domain)


def test_samples_have_uniform_lengths_and_symbols() -> None:
    """Lengths are uniform, and so are the symbols."""
    drawn = texts(list(sample_inputs(DIGITS, 3000, seed=1)), DIGITS)
    lengths = Counter(map(len, drawn))
    symbols = Counter(symbol for data in drawn for symbol in data)
    assert all(900 < lengths[length] < 1100 for length in (2, 3, 4))
    assert all(2800 < symbols[symbol] < 3200 for symbol in DIGITS.symbols)
    other = texts(list(sample_inputs(DIGITS, 3000, seed=2)), DIGITS)
    assert drawn != other


@pytest.mark.parametrize(
    ("domain", "up_to", "message"),
    [(Domain(("a",), None), None, "no end"), (DIGITS, 1, "the least length is 2")],
)
def test_impossible_samples_are_refused(domain: Domain, up_to: int | None, message: str) -> None:
    """Sampling needs a greatest length, at least the domain's least."""
    with pytest.raises(BadInput, match=message):
        list(sample_inputs(domain, 1, 0, up_to))


def test_sequences_are_grouped_by_length() -> None:
    """Each group says which sequences it holds; framed and plain sequences mix."""
    groups = encode(DIGITS, ["01", "222", ("<s>", "1", "0", "</s>"), "111"])
    assert [rows.tolist() for rows, _ in groups] == [[0, 2], [1, 3]]
    assert texts([batch for _, batch in groups], DIGITS) == [
        ("0", "1"),
        ("1", "0"),
        ("2", "2", "2"),
        ("1", "1", "1"),
    ]


def test_unknown_words_are_appended() -> None:
    """Words of an open vocabulary follow the alphabet, each once."""
    domain = Domain(("a", "?"), 3, unknown="?")
    ((_, batch),) = encode(domain, [["x", "a", "x"]])
    assert batch.words == ("<s>", "a", "?", "x")
    assert batch.indices.tolist() == [[0, 3, 1, 3]]


def test_sequences_outside_the_domain_are_refused() -> None:
    """A bad sequence among good ones is an error."""
    with pytest.raises(BadInput, match="fewer than the least"):
        encode(DIGITS, ["01", "2"])


def test_batches_give_rows() -> None:
    """A Batch can be cut by slices, numbers and masks."""
    batch = frame_indices(DIGITS, np.array([[0, 1], [1, 2], [2, 2]]))
    assert batch.indices.tolist() == [[0, 1, 2, 4], [0, 2, 3, 4], [0, 3, 3, 4]]
    assert texts([batch.take(np.array([2, 0]))], DIGITS) == [("2", "2"), ("0", "1")]
    assert texts([batch.take(np.array([False, True, False]))], DIGITS) == [("1", "2")]
    assert len(batch.take(slice(1, None))) == 2


def test_scored_positions_are_those_of_the_data() -> None:
    """Without a choice of symbols, all data positions are scored and no frame position."""
    batch = frame_indices(DIGITS, np.array([[0, 1]]))
    assert scored_positions(DIGITS, batch).tolist() == [[False, True, True, False]]


def test_scored_symbols_choose_positions() -> None:
    """With a choice of symbols, their positions alone are scored; unknown words count as the unknown symbol."""
    domain = Domain(("a", "b", "?"), 3, scored=("b", "?"), unknown="?")
    ((_, batch),) = encode(domain, [["a", "b", "new"]])
    assert scored_positions(domain, batch).tolist() == [[False, False, True, True]]
    closed = Domain(("a", "b", "?"), 3, scored=("a",), unknown="?")
    assert scored_positions(closed, batch).tolist() == [[False, True, False, False]]
