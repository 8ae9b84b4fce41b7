"""Labelled sequences as padded arrays, and as blocks of lanes for the kernels."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tprog.errors import UsageError
from tprog.evaluate.inputs import Batch, IntArray
from tprog.ir import Domain, Ones, Positions, Program, TextRule, Tokens, WordTable
from tprog.learn.search.arrays import Board, Bytes, padded_labels
from tprog.learn.search.skeleton import Skeleton

LANES = 256
"""Examples in one block: enough for vector loops, few enough for a block's arrays to stay in a core's cache."""

Shorts = npt.NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Examples:
    """Labelled sequences of a domain.

    Attributes:
        domain: what the sequences belong to.
        labels: the labels that `truth` speaks of.
        tokens: `(sequences, positions)` indices into the domain's alphabet, -1 after a sequence's end.
        truth: `(sequences, positions)` indices into `labels`, -1 where no prediction counts.
    """

    domain: Domain
    labels: tuple[str, ...]
    tokens: Shorts
    truth: Shorts

    def __len__(self) -> int:
        """Return the number of sequences."""
        return len(self.tokens)

    def take(self, rows: "slice | IntArray") -> "Examples":
        """Return some of the sequences."""
        return Examples(self.domain, self.labels, self.tokens[rows], self.truth[rows])

    @classmethod
    def from_batches(
        cls, domain: Domain, labels: tuple[str, ...], batches: Iterable[tuple[Batch, IntArray]]
    ) -> "Examples":
        """Return the sequences of several batches in order, padded to the domain's greatest length.

        Args:
            domain: of the sequences.
            labels: what the truth's indices, -1 where no prediction counts, speak of.
            batches: framed sequences of one length each, with their truth as `(inputs, positions)`.

        Raises:
            UsageError: the domain has no greatest length, or the truth is one label for each sequence.
        """
        width = domain.context_length
        if width is None:
            raise UsageError(
                "the discrete search needs a greatest length; this task's sequences have none"
            )
        number = {word: index for index, word in enumerate(domain.alphabet)}
        tokens, truth = [np.zeros((0, width), np.int16)], [np.zeros((0, width), np.int16)]
        for batch, answers in batches:
            if answers.ndim == 1:
                raise UsageError(
                    "the discrete search takes one label for each position, not pooled ones"
                )
            words = np.array([number.get(word, -1) for word in batch.words], np.int16)
            padding = ((0, 0), (0, width - batch.indices.shape[1]))
            tokens.append(np.pad(words[batch.indices], padding, constant_values=-1))
            truth.append(np.pad(answers.astype(np.int16), padding, constant_values=-1))
        return cls(domain, labels, np.concatenate(tokens), np.concatenate(truth))

    def shuffled(self, seed: int, most: int | None = None) -> "Examples":
        """Return (at most `most` of) the sequences in a random order."""
        return self.take(np.random.default_rng(seed).permutation(len(self))[:most])


def make_board(skeleton: Skeleton, examples: Examples, lanes: int = LANES) -> Board:
    """Return a board that holds the examples and the skeleton's inputs; what modules write is still to be computed.

    Labels that the skeleton cannot predict count in `weight` and are never right.

    Raises:
        UsageError: the examples belong to another domain than the skeleton's Program.
    """
    program, slots = skeleton.origin, skeleton.slots
    if examples.domain.alphabet != program.domain.alphabet:
        raise UsageError("the data and the program have different symbols")
    count, positions = examples.tokens.shape
    labels = len(skeleton.labels)
    blocks = max(1, -(-count // lanes))
    places = positions * lanes
    tokens = _blocked(examples.tokens, blocks, lanes)
    answers = _blocked(_labels_of(skeleton, examples), blocks, lanes)
    cat = np.zeros((blocks + 1, len(skeleton.cat), positions, lanes), np.uint8)
    num = np.zeros((blocks + 1, len(skeleton.num), positions, lanes), np.int32)
    for number, values in enumerate(_input_values(program, tokens)):
        if number in skeleton.cat:
            cat[:-1, skeleton.cat.index(number)] = values
        else:
            num[:-1, skeleton.num.index(number)] = values
    flags = np.zeros((positions, lanes), np.uint8)
    return Board(
        cat=cat,
        num=num,
        valid=(tokens >= 0).astype(np.uint8),
        scored=np.where(answers >= 0, 255, 0).astype(np.uint8),
        label=np.maximum(answers, 0).astype(np.uint8),
        weight=(_blocked(examples.truth, blocks, lanes) >= 0).sum(axis=(1, 2)).astype(np.float64),
        sums=np.zeros((blocks, places, padded_labels(labels)), np.float32),
        loss=np.zeros((blocks, places), np.float32),
        order=_preference(positions),
        wanted=np.zeros(lanes, slots.masks.dtype),
        bits=np.zeros((positions, lanes), slots.masks.dtype),
        counts=np.zeros(lanes, np.uint8),
        flags=flags,
        words=flags.reshape(-1).view(np.uint64),
        places=np.zeros(places, np.int32),
        work=np.zeros((labels, places + 16), np.float32),
        scratch=np.zeros((3, places), np.float32),
        changed=np.zeros((2, len(program.variables)), np.uint8),
        used=np.zeros((2, len(program.variables)), np.uint8),
    )


def _blocked(rows: Shorts, blocks: int, lanes: int) -> Shorts:
    """Return `(blocks, positions, lanes)` from `(sequences, positions)`, -1 in the lanes left over."""
    padded = np.full((blocks * lanes, rows.shape[1]), -1, np.int16)
    padded[: len(rows)] = rows
    return np.ascontiguousarray(padded.reshape(blocks, lanes, -1).transpose(0, 2, 1))


def _labels_of(skeleton: Skeleton, examples: Examples) -> Shorts:
    names = skeleton.origin.classifier.labels
    place = {names[label]: number for number, label in enumerate(skeleton.labels)}
    # The last entry answers index -1, where no prediction counts.
    found = np.array([*(place.get(label, -1) for label in examples.labels), -1], np.int16)
    answers: Shorts = found[examples.truth]
    return answers


def _input_values(program: Program, tokens: Shorts) -> list[npt.NDArray[np.int32]]:
    """Return the values of each input as `(blocks, positions, lanes)`; 0 after a sequence's end."""
    present = np.maximum(tokens, 0)
    found = []
    for variable in program.inputs:
        match variable:
            case Tokens():
                values = present.astype(np.int32)
            case Positions():
                values = np.broadcast_to(
                    np.arange(tokens.shape[1], dtype=np.int32)[None, :, None], tokens.shape
                )
            case Ones():
                values = np.ones(tokens.shape, np.int32)
            case WordTable(table=table):
                values = np.array(table, np.int32)[present]
            case TextRule():
                rule = [variable.index(word) for word in program.domain.alphabet]
                values = np.array(rule, np.int32)[present]
        found.append(np.where(tokens >= 0, values, 0).astype(np.int32))
    return found


def _preference(positions: int) -> Bytes:
    """Return for both tie-breaks and each query position the key positions, the preferred last.

    The nearest goes before itself in favour, ties to the left; where the first is preferred, positions stand from right to left.
    """
    nearest = [
        sorted(range(positions), key=lambda key: (key != query, -abs(key - query), -key))
        for query in range(positions)
    ]
    return np.array([nearest, [range(positions - 1, -1, -1)] * positions], np.uint8)
