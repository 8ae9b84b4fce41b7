"""A few drawn inputs of a drawn Program, for tests that hold some of its variables."""

import numpy as np
from hypothesis import strategies as st

from tprog.analysis.measure.reference import Reference
from tprog.evaluate import Batch, encode
from tprog.ir import FiniteValues, Integers, Program


def drawn_batches(data: st.DataObject, program: Program, lengths: int = 2) -> tuple[Batch, ...]:
    """Return one to four inputs of one length or more, grouped by length."""
    domain = program.domain
    longest = domain.max_length or domain.min_length + 2
    sizes = data.draw(
        st.lists(st.integers(domain.min_length, longest), min_size=1, max_size=lengths, unique=True)
    )
    rows = []
    for size in sizes:
        row = st.lists(st.sampled_from(domain.symbols), min_size=size, max_size=size)
        rows += data.draw(st.lists(row, min_size=1, max_size=4))
    return tuple(batch for _, batch in encode(domain, rows))


def as_reference(batches: tuple[Batch, ...]) -> Reference:
    """Return batches as the inputs that a Program is looked at on."""
    return Reference(batches, sum(map(len, batches)), 0, None)


def entries(program: Program, number: int, length: int, most: int = 300) -> st.SearchStrategy[int]:
    """Return a strategy for the entries that a variable can be held at."""
    found = program.values[number]
    if isinstance(found, Integers):
        return st.integers(0, most)
    return st.integers(0, (len(found) if isinstance(found, FiniteValues) else length) - 1)


def framed(batch: Batch, row: int) -> tuple[str, ...]:
    """Return one framed sequence of a batch."""
    return tuple(batch.words[index] for index in np.asarray(batch.indices[row]).tolist())
