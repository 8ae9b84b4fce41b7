"""Inputs as arrays: a domain encoded, enumerated and sampled.

A `Batch` holds framed sequences of one length, so nothing is ever padded. Its numbers are indices into its own `words`:
the domain's alphabet, and after it any words of an open vocabulary.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tprog.errors import BadInput
from tprog.ir import Domain

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
TokenArray = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Framed sequences of one length.

    Attributes:
        words: the texts that `indices` speak of; it begins with the domain's alphabet.
        indices: `(inputs, positions)` indices into `words`.
    """

    words: tuple[str, ...]
    indices: TokenArray

    def __len__(self) -> int:
        return int(self.indices.shape[0])

    def take(self, rows: "slice | IntArray | BoolArray") -> "Batch":
        """Return a Batch of some of the inputs."""
        return Batch(self.words, self.indices[rows])

    def data(self, row: int, domain: Domain) -> tuple[str, ...]:
        """Return the data symbols of one input."""
        framed = [self.words[index] for index in self.indices[row]]
        return tuple(framed[domain.data_slice(len(framed))])


def encode(domain: Domain, sequences: Sequence[Sequence[str]]) -> list[tuple[IntArray, Batch]]:
    """Return the sequences, framed or not, grouped by length, each group with the rows of `sequences` that it holds.

    Raises:
        BadInput: a sequence lies outside the domain.
    """
    index = {word: number for number, word in enumerate(domain.alphabet)}
    groups: dict[int, list[tuple[int, list[int]]]] = {}
    for row, sequence in enumerate(sequences):
        framed = domain.frame(sequence)
        numbers = [index.setdefault(word, len(index)) for word in framed]
        groups.setdefault(len(framed), []).append((row, numbers))
    words = tuple(index)
    return [
        (
            np.array([row for row, _ in members], dtype=np.int64),
            Batch(words, np.array([numbers for _, numbers in members], dtype=np.int32)),
        )
        for _, members in sorted(groups.items())
    ]


def count_inputs(domain: Domain, up_to: int | None = None) -> int | None:
    """Return the number of inputs with at most `up_to` data symbols; None where lengths or vocabulary have no end."""
    longest = longest_data(domain, up_to)
    if longest is None or domain.unknown is not None:
        return None
    return sum(_count(domain, length) for length in range(domain.min_length, longest + 1))


def all_inputs(domain: Domain, up_to: int | None = None, chunk: int = 16384) -> Iterator[Batch]:
    """Yield every input of the domain with at most `up_to` data symbols, shortest first, at most `chunk` in a Batch.

    Raises:
        BadInput: the inputs have no end.
    """
    longest = longest_data(domain, up_to)
    if longest is None or domain.unknown is not None:
        raise BadInput("the inputs have no end; give a greatest length, or sample")
    for length in range(domain.min_length, longest + 1):
        total = _count(domain, length)
        for start in range(0, total, chunk):
            yield frame_indices(
                domain, _digits(start, min(start + chunk, total), len(domain.symbols), length)
            )


def sample_inputs(
    domain: Domain, count: int, seed: int, up_to: int | None = None, chunk: int = 16384
) -> Iterator[Batch]:
    """Yield `count` random inputs (repeats possible): the length uniform, at most `up_to` data symbols, then the symbols uniform.

    Raises:
        BadInput: there is no greatest length and `up_to` is None, or `up_to` is below the domain's least length.
    """
    longest = longest_data(domain, up_to)
    if longest is None:
        raise BadInput("the inputs have no end; give a greatest length")
    if longest < domain.min_length:
        raise BadInput(f"no input is that short; the least length is {domain.min_length}")
    random = np.random.default_rng(seed)
    lengths = random.integers(domain.min_length, longest + 1, size=count)
    for length in range(domain.min_length, longest + 1):
        remaining = int((lengths == length).sum())
        while remaining > 0:
            size = min(remaining, chunk)
            remaining -= size
            yield frame_indices(domain, random.integers(0, len(domain.symbols), (size, length)))


def frame_indices(domain: Domain, data: npt.NDArray[np.integer]) -> Batch:
    """Return a Batch from `(inputs, data positions)` indices into `domain.symbols`."""
    offset = int(domain.prefix is not None)
    framed = np.zeros((data.shape[0], data.shape[1] + domain.frame_size), dtype=np.int32)
    framed[:, domain.data_slice(framed.shape[1])] = data + offset
    if domain.suffix is not None:
        framed[:, -1] = len(domain.alphabet) - 1
    return Batch(domain.alphabet, framed)


def scored_positions(domain: Domain, batch: Batch) -> BoolArray:
    """Return `(inputs, positions)`: where a prediction counts."""
    scored = np.zeros(batch.indices.shape, dtype=np.bool_)
    data = domain.data_slice(batch.indices.shape[1])
    if domain.scored is None:
        scored[:, data] = True
    else:
        known, unknown = set(domain.symbols), domain.unknown
        wanted = np.array(
            [(word if word in known else unknown) in domain.scored for word in batch.words],
            dtype=np.bool_,
        )
        scored[:, data] = wanted[batch.indices[:, data]]
    return scored


def longest_data(domain: Domain, up_to: int | None = None) -> int | None:
    """Return the greatest number of data symbols, at most `up_to`; None without an end."""
    if up_to is None or domain.max_length is None:
        return domain.max_length if up_to is None else up_to
    return min(up_to, domain.max_length)


def _count(domain: Domain, length: int) -> int:
    count: int = len(domain.symbols) ** length
    return count


def _digits(start: int, stop: int, base: int, length: int) -> IntArray:
    """Return the numbers from `start` to `stop` in a base, the first digit varying slowest."""
    digits = np.empty((length, stop - start), dtype=np.int64)
    rest = np.arange(start, stop, dtype=np.int64)
    for place in range(length - 1, -1, -1):
        rest, digits[place] = np.divmod(rest, base)
    return digits.T
