"""Named entities: readable inputs, greedy heads, and votes whose bias against entities is tuned on held-out documents."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tprog.ir import CategoricalVotes, Classifier, Program, check
from tprog.text.corpus import Corpus, columns, make_corpus, sums
from tprog.text.documents import Document, split_off
from tprog.text.evidence import Floats, Ints, Scale
from tprog.text.fitting import Features, compacted, features, integer_votes, refit, residuals
from tprog.text.heads import Look, best_looks, candidates, look_head
from tprog.text.readable import (
    ENTITY_EVIDENCE,
    ENTITY_RULES,
    evidence_codes,
    readable_inputs,
    word_domain,
)
from tprog.text.spans import span_score

STEPS = (0.7, 1.6, 2.6, 3.8, 5.0)
"""Log-odds at which the strength of a code grows: about twice, five, fourteen, forty and 150 times the usual share."""
VOTE_SCALE = 8
"""Votes are rounded to eighths of a unit of log-odds: finer ones change no figure."""
HELD_PART = 7
"""One document in so many tunes the bias, where no documents are given for it."""


@dataclass(frozen=True, slots=True)
class EntitySettings:
    """How entities are learned.

    Attributes:
        heads: the greatest number of heads.
        reach: how far a head looks.
        at_once: heads that are added between two refits.
        ridge: the penalty on squared votes.
        steps: quasi-Newton steps of a refit between heads; the last has three times as many.
        caution: see `Scale`.
        words: the most words that have table entries of their own; None for all.
        orders: random orders of the documents whose codes are learned from together.
        biases: what may be added to the votes for `O`, in eighths of log-odds.
    """

    heads: int = 16
    reach: int = 3
    at_once: int = 4
    ridge: float = 20.0
    steps: int = 30
    caution: float = 1.0
    words: int | None = None
    orders: int = 1
    biases: tuple[int, ...] = tuple(range(-40, 9, 2))


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A program without votes, and the values of its variables on what it learns from.

    Attributes:
        program: inputs and heads.
        corpus: the documents.
        known: `(positions,)` ordered codes of the tables of evidence, by variable.
    """

    program: Program
    corpus: Corpus
    known: dict[int, Ints]

    def with_looks(self, looks: Sequence[Look]) -> "Stage":
        """Return a stage with more heads."""
        heads = tuple(look_head(self.program, look) for look in looks)
        operations = (*self.program.operations, *heads)
        return replace(self, program=replace(self.program, operations=operations))

    def features(self) -> Features:
        """Return the features of every variable but the positions."""
        labelled = self.corpus.labels >= 0
        rows = np.where(labelled, np.cumsum(labelled) - 1, -1)
        found = columns(self.program, self.corpus, self.known)
        voting = range(1, len(self.program.variables))
        return features(self.program, found, voting, rows, int(labelled.sum()))


def begin(
    documents: Sequence[Document],
    labels: tuple[str, ...],
    settings: EntitySettings,
    random: np.random.Generator,
) -> Stage:
    """Return a stage with inputs alone, whose codes come from a random order of the documents."""
    corpus = make_corpus(documents, labels, pooled=False)
    scale = Scale(labels, STEPS, settings.caution)
    domain = word_domain(corpus, settings.words)
    inputs = readable_inputs(corpus, domain, scale, ENTITY_RULES, ENTITY_EVIDENCE)
    order = random.permutation(len(documents))
    known = {}
    dropped = _dropped(corpus, domain.symbols)
    for place, spoken in enumerate(ENTITY_EVIDENCE):
        codes = evidence_codes(spoken, corpus, scale, order)
        codes[dropped[corpus.ids]] = len(scale.values) - 1
        known[1 + len(ENTITY_RULES) + place] = codes
    return Stage(Program(domain, inputs, (), Classifier(labels, ())), corpus, known)


def _dropped(corpus: Corpus, symbols: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return `(words,)`: which words have no table entry of their own."""
    kept = set(symbols)
    return np.array([place > 0 and word not in kept for place, word in enumerate(corpus.words)])


def fitted(stage: Stage, settings: EntitySettings, steps: int, start: Floats | None) -> Floats:
    """Return the weights of a stage's features."""
    found = stage.features()
    labels = stage.corpus.labels[stage.corpus.labels >= 0]
    width = len(stage.program.classifier.labels)
    if start is not None:
        more = found.matrix.shape[1] - len(start)
        start = np.concatenate([start, np.zeros((more, width))])
    return refit(found.matrix, labels, width, settings.ridge, steps, start)


def greedy_looks(stage: Stage, settings: EntitySettings) -> list[Look]:
    """Return heads, chosen a few at a time on what the votes so far leave."""
    sources = stage.program.names[1:]
    chosen: list[Look] = []
    weights: Floats | None = None
    labels = stage.corpus.labels[stage.corpus.labels >= 0]
    while len(chosen) < settings.heads:
        now = stage.with_looks(chosen)
        weights = fitted(now, settings, settings.steps, weights)
        left, curvature = residuals(now.features().matrix, labels, weights)
        found = columns(stage.program, stage.corpus, stage.known)
        free = [look for look in candidates(sources, settings.reach) if look not in chosen]
        most = min(settings.at_once, settings.heads - len(chosen))
        best = best_looks(
            *(stage.program, stage.corpus, found, free, left, curvature, settings.ridge, most)
        )
        if not best:
            break
        chosen += best
    return chosen


def voted(stage: Stage, settings: EntitySettings) -> Program:
    """Return a stage's program with integer votes."""
    weights = fitted(stage, settings, 3 * settings.steps, None)
    votes = integer_votes(stage.features(), weights, VOTE_SCALE)
    return replace(stage.program, classifier=replace(stage.program.classifier, votes=votes))


def biased(program: Program, bias: int) -> Program:
    """Return a program in which every value of the first voting variable has so many votes more for the first label, `O`."""
    first, *rest = program.classifier.votes
    assert isinstance(first, CategoricalVotes)
    rows = tuple((row[0] + bias, *row[1:]) for row in first.weights)
    votes = (replace(first, weights=rows), *rest)
    return replace(program, classifier=replace(program.classifier, votes=votes))


def best_bias(
    documents: Sequence[Document],
    tuning: Sequence[Document],
    stage: Stage,
    looks: Sequence[Look],
    settings: EntitySettings,
    random: np.random.Generator,
) -> int:
    """Return the bias of `O` with the greatest F1 on documents that votes were not learned from; of equal ones the least.

    Each half of `tuning` is tagged by votes that were learned from `documents` and the other half.
    """
    labels = stage.program.classifier.labels
    if len(tuning) < 2:
        return 0
    names = np.array(labels, dtype=object)
    order = random.permutation(len(tuning)).tolist()
    halves = [[tuning[row] for row in order[start::2]] for start in (0, 1)]
    held: list[tuple[Corpus, Ints]] = []
    for half, other in (halves, halves[::-1]):
        learned = begin([*documents, *other], labels, settings, random).with_looks(looks)
        corpus = make_corpus(half, labels, pooled=False)
        held.append((corpus, sums(voted(learned, settings), corpus)))
    truth = [document.labels for half in halves for document in half]

    def f1(bias: int) -> float:
        given: list[list[str]] = []
        for corpus, found in held:
            moved = found.copy()
            moved[:, 0] += bias
            tags = names[moved.argmax(axis=1)]
            given += [each[1:].tolist() for each in np.split(tags, corpus.starts[1:-1])]
        return span_score(truth, given).f1

    return max(sorted(settings.biases, key=abs), key=f1)


def learn_entities(
    documents: Sequence[Document],
    labels: tuple[str, ...],
    seed: int,
    settings: EntitySettings | None = None,
    tuning: Sequence[Document] | None = None,
) -> Program:
    """Return a program that tags words.

    Args:
        documents: to learn from.
        labels: the tags, `O` first.
        seed: of orders and of halves.
        settings: how to learn.
        tuning: more documents to learn from, like those that will be tagged: the bias is tuned on them. By default a part
            of `documents` takes their place.
    """
    settings = settings or EntitySettings()
    random = np.random.default_rng(seed)
    if tuning is None:
        documents, tuning = split_off(documents, seed, HELD_PART)
    stage = begin([*documents, *tuning], labels, settings, random)
    looks = greedy_looks(stage, settings)
    bias = best_bias(documents, tuning, stage, looks, settings, random)
    return check(compacted(biased(voted(stage.with_looks(looks), settings), bias)))
