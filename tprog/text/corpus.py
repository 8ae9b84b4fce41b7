"""Documents as flat arrays, and the values of a text program's variables there.

A third reading of the same programs, beside the evaluator and emitted code: it takes the parts that text is learned with,
and lets ordered codes stand in for what a table says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Compare,
    KeyIn,
    Positions,
    Program,
    TextRule,
    WordTable,
)
from tprog.text.documents import Document
from tprog.text.evidence import Ints

FRAME = "<s>"
UNKNOWN = "<unk>"


@dataclass(frozen=True, eq=False)
class Corpus:
    """Framed documents, one after the other.

    Attributes:
        words: the distinct words, the frame symbol first.
        ids: `(positions,)` indices into `words`.
        starts: `(documents + 1,)` where each document's frame symbol stands; the last is the end.
        labels: for each position, -1 at frames; where documents are classified, for each document.
        pooled: whether documents are classified.
    """

    words: tuple[str, ...]
    ids: Ints
    starts: Ints
    labels: Ints
    pooled: bool

    @property
    def documents(self) -> int:
        """The number of documents."""
        return len(self.starts) - 1

    @cached_property
    def document_of(self) -> Ints:
        """`(positions,)`: the document of each position."""
        return np.repeat(np.arange(self.documents), np.diff(self.starts))

    @cached_property
    def begins(self) -> Ints:
        """`(positions,)`: where the document of each position begins."""
        return self.starts[:-1][self.document_of]

    def cut(self, flat: Ints) -> list[Ints]:
        """Return an array over positions as one for each document."""
        return np.split(flat, self.starts[1:-1])

    def shifted(self, flat: Ints, offset: int) -> Ints:
        """Return what stands `offset` positions further, at a document's frame where that lies outside it."""
        places = np.arange(len(flat)) + offset
        inside = (places >= self.begins) & (places < self.starts[1:][self.document_of])
        return flat[np.where(inside, places, self.begins)]


def make_corpus(documents: Sequence[Document], labels: Sequence[str], pooled: bool) -> Corpus:
    """Return documents as arrays; a label that is none of `labels` becomes -1."""
    index = {FRAME: 0}
    number = {label: place for place, label in enumerate(labels)}
    ids: list[int] = []
    starts = [0]
    given: list[int] = []
    for document in documents:
        ids.append(0)
        ids += [index.setdefault(word, len(index)) for word in document.words]
        starts.append(len(ids))
        given += [] if pooled else [-1]
        given += [number.get(label, -1) for label in document.labels]
    flat = [np.array(each, dtype=np.int64) for each in (ids, starts, given)]
    return Corpus(tuple(index), flat[0], flat[1], flat[2], pooled)


def columns(
    program: Program, corpus: Corpus, known: Mapping[int, Ints] | None = None
) -> list[Ints]:
    """Return the values of every variable, `(positions,)` each, as indices into its values.

    Args:
        program: of word tables, text rules, positions, heads that look at a place, and look-ups.
        corpus: the documents.
        known: columns that are taken in place of what the program says, such as ordered codes.
    """
    found: list[Ints] = []
    symbols = {symbol: place for place, symbol in enumerate(program.domain.alphabet)}
    unknown = symbols.get(program.domain.unknown or "", 0)
    for number, variable in enumerate(program.variables):
        if known is not None and number in known:
            found.append(known[number])
            continue
        match variable:
            case Positions():
                column = np.arange(len(corpus.ids)) - corpus.begins
            case WordTable(table=table):
                by_word = [table[symbols.get(word, unknown)] for word in corpus.words]
                column = np.array(by_word, dtype=np.int64)[corpus.ids]
            case TextRule():
                ruled = map(variable.index, corpus.words)
                column = np.fromiter(ruled, dtype=np.int64)[corpus.ids]
            case CategoricalHead(value=value, predicate=Compare("==", 1, offset)):
                column = corpus.shifted(found[value], offset)
            case CategoricalHead(value=value, predicate=KeyIn((place,))):
                last = corpus.starts[1:][corpus.document_of]
                at = corpus.begins + place
                column = found[value][np.where(at < last, at, corpus.begins)]
            case CategoricalLookup(arguments=arguments, table=cells):
                row = np.zeros(len(corpus.ids), dtype=np.int64)
                for argument in arguments:
                    row = row * len(program.finite_values(argument)) + found[argument]
                column = np.array(cells, dtype=np.int64)[row]
            case _:
                raise TypeError(f"no part of a text program: {variable!r}")
        found.append(column)
    return found


def sums(program: Program, corpus: Corpus) -> Ints:
    """Return the sums of votes by the integer model: `(positions, labels)`, or `(documents, labels)`."""
    found = columns(program, corpus)
    total = np.zeros((len(corpus.ids), len(program.classifier.labels)), dtype=np.int64)
    for vote in program.classifier.votes:
        assert isinstance(vote, CategoricalVotes)
        total += np.array(vote.weights, dtype=np.int64)[found[vote.variable]]
    return np.add.reduceat(total, corpus.starts[:-1]) if corpus.pooled else total


def answers(program: Program, corpus: Corpus) -> list[list[str]]:
    """Return the labels of each document by the integer model."""
    labels = np.array(program.classifier.labels, dtype=object)
    chosen = labels[sums(program, corpus).argmax(axis=1)]
    if corpus.pooled:
        return [[label] for label in chosen.tolist()]
    return [given[1:].tolist() for given in np.split(chosen, corpus.starts[1:-1])]
