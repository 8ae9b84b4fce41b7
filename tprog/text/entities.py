"""Named entities: readable inputs, greedy heads, and votes whose bias against entities is tuned on held-out documents."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from tprog.ir import (
    Classifier,
    Input,
    Positions,
    Program,
    WordTable,
    check,
)
from tprog.stopping import Stopper
from tprog.text.corpus import FRAME, Corpus, columns, make_corpus, sums
from tprog.text.documents import OUTSIDE, Document, split_off
from tprog.text.evidence import Floats, Ints, Scale
from tprog.text.fitting import Features, features, integer_votes, refit, residuals
from tprog.text.heads import Look, best_looks, candidates, look_head
from tprog.text.readable import (
    ENTITY_EVIDENCE,
    ENTITY_RULES,
    evidence_codes,
    evidence_counts,
    evidence_table,
    text_rule,
    word_domain,
)
from tprog.text.shortening import (
    SHORT_STEPS,
    Short,
    everything,
    row_count,
    settled,
    shortened,
    voting,
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
        rows: the most rows of votes; 0 for any number. With 150, held-out texts are no less likely than with all 800.
        reach: how far a head looks.
        at_once: heads that are added between two refits.
        ridge: the penalty on squared votes.
        steps: quasi-Newton steps of a refit between heads; the last has three times as many.
        caution: see `Scale`.
        words: the most words that have table entries of their own; None for all.
        biases: what may be added to the votes for `O`, in eighths of log-odds.
    """

    heads: int = 16
    rows: int = 150
    reach: int = 3
    at_once: int = 4
    ridge: float = 20.0
    steps: int = 30
    caution: float = 1.0
    words: int | None = None
    biases: tuple[int, ...] = tuple(range(-40, 9, 2))


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A program without votes, and the values of its variables on what it learns from.

    Attributes:
        program: inputs and heads.
        corpus: the documents.
        known: `(positions,)` values of the inputs; those of the tables of evidence are ordered codes.
        short: what is told apart.
    """

    program: Program
    corpus: Corpus
    known: dict[int, Ints]
    short: Short = field(default_factory=Short)

    def with_looks(self, looks: Sequence[Look]) -> "Stage":
        """Return a stage with more heads."""
        heads = tuple(look_head(self.program, look) for look in looks)
        operations = (*self.program.operations, *heads)
        return replace(self, program=replace(self.program, operations=operations))

    def features(self) -> Features:
        """Return the features of every variable that votes."""
        labelled = self.corpus.labels >= 0
        rows = np.where(labelled, np.cumsum(labelled) - 1, -1)
        whole = columns(self.program, self.corpus, self.known)
        wanted = voting(self.program, self.short)
        found = {number: self.short.read(number, whole[number]) for number in wanted}
        return features(self.program, found, wanted, rows, int(labelled.sum()))


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
    inputs: list[Input] = [Positions(), *(text_rule(rule, corpus) for rule in ENTITY_RULES)]
    order, known = random.permutation(len(documents)), {}
    kept = {FRAME, *domain.symbols}
    entries = np.array([word in kept for word in corpus.words])[corpus.ids]
    for spoken in ENTITY_EVIDENCE:
        codes = evidence_codes(spoken, corpus, scale, order)
        known[len(inputs)] = np.where(entries, codes, scale.new)
        counts = evidence_counts(spoken, corpus, scale)
        inputs.append(evidence_table(spoken, corpus, scale, domain, counts))
    program = Program(domain, tuple(inputs), (), Classifier(labels, ()))
    return Stage(program, corpus, dict(enumerate(columns(program, corpus, known))))


def fitted(stage: Stage, settings: EntitySettings, steps: int, start: Floats | None) -> Floats:
    """Return the weights of a stage's features."""
    found = stage.features()
    labels = stage.corpus.labels[stage.corpus.labels >= 0]
    width = len(stage.program.classifier.labels)
    if start is not None:
        more = found.matrix.shape[1] - len(start)
        start = np.concatenate([start, np.zeros((more, width))])
    return refit(found.matrix, labels, width, settings.ridge, steps, start)


def greedy_looks(
    stage: Stage, settings: EntitySettings, watch: Stopper | None = None
) -> list[Look]:
    """Return heads, chosen a few at a time on what the votes so far leave; those so far once it is to stop."""
    watch = watch or Stopper()
    sources = stage.program.names[1:]
    chosen: list[Look] = []
    weights: Floats | None = None
    labels = stage.corpus.labels[stage.corpus.labels >= 0]
    while len(chosen) < settings.heads and not watch.wanted:
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
        watch.report(f"{len(chosen)} heads, now {', '.join(look.name for look in best)}")
    return chosen


def told_apart(stage: Stage, settings: EntitySettings, watch: Stopper | None = None) -> Short:
    """Return what to tell apart in at most so many rows of votes as the settings want."""
    watch = watch or Stopper()
    labels = stage.corpus.labels[stage.corpus.labels >= 0]

    def fit(short: Short, start: Floats | None) -> tuple[Floats, Floats]:
        watch.report(f"{row_count(short):,} rows of votes")
        now = replace(stage, short=short)
        weights = fitted(now, settings, settings.steps if start is None else SHORT_STEPS, start)
        matrix = now.features().matrix
        return weights, matrix.T @ residuals(matrix, labels, weights)[1]

    kinds = {}
    for number, part in enumerate(stage.program.inputs[1:], start=1):
        each = np.arange(len(stage.program.finite_values(number)))
        kinds[number] = each // (len(STEPS) + 1) if isinstance(part, WordTable) else each
    return shortened(everything(stage.program, kinds), settings.rows, fit)


def structure(
    documents: Sequence[Document],
    labels: tuple[str, ...],
    settings: EntitySettings,
    random: np.random.Generator,
    watch: Stopper | None = None,
) -> Stage:
    """Return a program without votes, with the heads that were found, and what it tells apart."""
    watch = watch or Stopper()
    stage = begin(documents, labels, settings, random)
    watch.report(f"tables of {len(stage.program.domain.symbols) - 1:,} words")
    stage = stage.with_looks(greedy_looks(stage, settings, watch))
    short = told_apart(stage, settings, watch) if settings.rows else Short()
    return replace(stage, short=short)


def voted(stage: Stage, settings: EntitySettings, bias: int = 0) -> Program:
    """Return a stage's program with integer votes, so many of them more for the first label, `O`."""
    weights = fitted(stage, settings, 3 * settings.steps, None)
    first, *others = integer_votes(stage.features(), weights, VOTE_SCALE)
    first = replace(first, weights=tuple((row[0] + bias, *row[1:]) for row in first.weights))
    classifier = replace(stage.program.classifier, votes=(first, *others))
    return settled(replace(stage.program, classifier=classifier), stage.short)


def held_sums(
    documents: Sequence[Document],
    tuning: Sequence[Document],
    labels: tuple[str, ...],
    settings: EntitySettings,
    random: np.random.Generator,
    watch: Stopper | None = None,
) -> list[tuple[Corpus, Ints]]:
    """Return the sums of votes in random halves of `tuning`, by programs of which nothing was chosen or learned on that half."""
    order = random.permutation(len(tuning)).tolist()
    halves = [[tuning[row] for row in order[start::2]] for start in (0, 1)]
    found = []
    for half, other in (halves, halves[::-1]):
        program = voted(structure([*documents, *other], labels, settings, random, watch), settings)
        corpus = make_corpus(half, labels, pooled=False)
        found.append((corpus, sums(program, corpus)))
    return found


def held_f1(held: Sequence[tuple[Corpus, Ints]], labels: tuple[str, ...], bias: int) -> float:
    """Return the F1 of sums of votes with so many more for `O`."""
    names = np.array([*labels, OUTSIDE], dtype=object)  # A tag that is none of the labels is -1.
    truth: list[list[str]] = []
    given: list[list[str]] = []
    for corpus, found in held:
        tags = (found + bias * (np.arange(len(labels)) == 0)).argmax(axis=1)
        for numbers, into in ((corpus.labels, truth), (tags, given)):
            into += [each[1:].tolist() for each in corpus.cut(names[numbers])]
    return span_score(truth, given).f1


def best_bias(
    documents: Sequence[Document],
    tuning: Sequence[Document],
    labels: tuple[str, ...],
    settings: EntitySettings,
    random: np.random.Generator,
) -> int:
    """Return the bias of `O` with the greatest F1 on halves of `tuning`, see `held_sums`; of equal ones the least."""
    if len(tuning) < 2:
        return 0
    held = held_sums(documents, tuning, labels, settings, random)
    return max(sorted(settings.biases, key=abs), key=lambda bias: held_f1(held, labels, bias))


def learn_entities(
    documents: Sequence[Document],
    labels: tuple[str, ...],
    seed: int,
    settings: EntitySettings | None = None,
    tuning: Sequence[Document] | None = None,
    watch: Stopper | None = None,
) -> Program:
    """Return a program that tags words.

    Args:
        documents: to learn from.
        labels: the tags, `O` first.
        seed: of orders and of halves.
        settings: how to learn.
        tuning: more documents to learn from, like those that will be tagged: the bias is tuned on them. By default a part
            of `documents` takes their place.
        watch: is told of each step. Once it wants to stop, no more heads are looked for; where it was interrupted, the
            bias is left as it is.
    """
    settings, watch = settings or EntitySettings(), watch or Stopper()
    random = np.random.default_rng(seed)
    if tuning is None:
        documents, tuning = split_off(documents, seed, HELD_PART)
    stage = structure([*documents, *tuning], labels, settings, random, watch)
    bias = 0
    if not watch.interrupted:
        bias = best_bias(documents, tuning, labels, settings, random)
        watch.report(f"{bias / VOTE_SCALE:+g} log-odds for {labels[0]}")
    return check(voted(stage, settings, bias))
