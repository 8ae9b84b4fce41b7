"""Classification: evidence of each word, and of each word after (or in a question that begins with) a common one.

A word speaks for a label in general, and differently behind `how` or in what begins with `which`. So there is a table of
evidence for all words, one for each of a few common words that stand before it, first, or second, and one for where any
other word does. Heads fetch that word, and look-ups take the evidence from its table. Votes are added over the document.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import vstack

from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    Classifier,
    Compare,
    FiniteValues,
    Input,
    KeyIn,
    Operation,
    Positions,
    Program,
    check,
)
from tprog.stopping import Stopper
from tprog.text.corpus import FRAME, Corpus, answers, columns, make_corpus
from tprog.text.documents import Document, split_off
from tprog.text.evidence import Counts, Floats, Ints, Scale, count, ordered_codes
from tprog.text.fitting import Features, features, integer_votes, refit, residuals
from tprog.text.readable import (
    CLASS_EVIDENCE,
    OTHER,
    Spoken,
    chosen_rule,
    evidence_counts,
    evidence_labels,
    evidence_table,
    word_domain,
)
from tprog.text.shortening import SHORT_STEPS, Short, centred, everything, shortened

STEPS = (0.25, 0.5, 0.8, 1.2, 1.7, 2.3, 3.0)
"""Log-odds at which the strength of a word's code grows, even ones in the middle of what refits make of them."""
VOTE_SCALE = 64
"""Votes are rounded to parts of a unit of log-odds. They are added over a document, and with eighths a point is lost."""


TABLE_ROWS = 7
"""So many rows of votes a table beside a common word counts as: the lines of the table and of its look-up."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a common word stands that evidence depends on.

    Attributes:
        name: the name of the head that fetches it.
        table: how the tables of evidence are named, before the common word.
        at: its position in the document, from 1; None for the one just before each word.
        most: how many common words are told apart there.
    """

    name: str
    table: str
    at: int | None
    most: int


PLACES = (
    Place("before", "after", None, 24),
    Place("first", "begun", 1, 8),
    Place("second", "second", 2, 8),
)


@dataclass(frozen=True, slots=True)
class ClassSettings:
    """How classes are learned.

    Attributes:
        places: where common words are looked for.
        orders: random orders of the documents whose codes are learned from together.
        warm: the share of an order that only counts: there codes know too little.
        ridge: the penalty on squared votes.
        steps: the greatest number of quasi-Newton steps.
        caution: see `Scale`.
        words: the most words that have table entries of their own; None for all.
        rows: the most rows of votes, of which each table beside a common word counts as `TABLE_ROWS`; 0 for any number.
    """

    places: tuple[Place, ...] = PLACES
    orders: int = 4
    warm: float = 0.1
    ridge: float = 2.0
    steps: int = 100
    caution: float = 1.0
    words: int | None = None
    rows: int = 0

    @property
    def budgeted(self) -> "ClassSettings":
        """These settings with as many words at each place as two thirds of the rows allow, and with the rows that are left for votes."""
        tables = 2 * self.rows // 3 // TABLE_ROWS - len(self.places)
        caps = range(max((place.most for place in self.places), default=0), 0, -1)
        fits = (cap for cap in caps if sum(min(cap, each.most) for each in self.places) <= tables)
        cap = next(fits, 0) if self.rows else caps.start
        sized = [replace(place, most=min(cap, place.most)) for place in self.places]
        places = tuple(place for place in sized if place.most)
        taken = TABLE_ROWS * sum(place.most + 1 for place in places)
        return replace(self, places=places, rows=self.rows - taken if self.rows else 0)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A program without votes, and what its tables were made of.

    Attributes:
        program: positions, the rule `common`, the evidence of words, tables beside common words; then heads and look-ups.
        corpus: the documents.
        keys: for each place `(positions,)`, see `beside_keys`, by the variable that says what its tables do: its last look-up.
    """

    program: Program
    corpus: Corpus
    keys: dict[int, Ints]

    @property
    def voting(self) -> tuple[int, ...]:
        """The variables that vote: the common words, the evidence, and each place's last look-up."""
        return (1, 2, *self.keys)


def common_words(corpus: Corpus, place: Place) -> tuple[str, ...]:
    """Return the words (in lower case) that stand most often at a place, in the order of their texts."""
    if place.at is None:
        found = corpus.shifted(corpus.ids, -1)
    else:
        at = corpus.starts[:-1] + place.at
        found = corpus.ids[at[at < corpus.starts[1:]]]
    counts: Counter[str] = Counter()
    for word, number in enumerate(np.bincount(found, minlength=len(corpus.words)).tolist()):
        if word:
            counts[corpus.words[word].lower()] += number
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return tuple(sorted(ranked[: place.most]))


def beside_keys(
    corpus: Corpus, chosen: Sequence[str], fetched: Ints, values: Sequence[object]
) -> Ints:
    """Return `(positions,)`: for each word the number of its common word (the last for others) and its own as one key, -1 at frames.

    Args:
        corpus: the documents.
        chosen: the common words.
        fetched: `(positions,)` what the head fetches, indices into `values`.
        values: the values of the rule `common`.
    """
    number = {word: place for place, word in enumerate(chosen)}
    which = np.array([number.get(str(value), len(chosen)) for value in values])[fetched]
    return np.where(corpus.ids > 0, which * len(corpus.words) + corpus.ids, -1)


def plan(documents: Sequence[Document], labels: tuple[str, ...], settings: ClassSettings) -> Plan:
    """Return a program without votes, its tables made from all documents."""
    corpus = make_corpus(documents, labels, pooled=True)
    domain = word_domain(corpus, settings.words)
    scale = Scale(labels, STEPS, settings.caution)
    chosen = {place: common_words(corpus, place) for place in settings.places}
    common = chosen_rule("common", "lower", 0, [FRAME, *sum(chosen.values(), ())])
    own = evidence_counts(CLASS_EVIDENCE[0], corpus, scale)
    inputs: list[Input] = [
        Positions(),
        common,
        evidence_table(CLASS_EVIDENCE[0], corpus, scale, domain, own),
    ]
    size = len(inputs) + sum(len(words) + 1 for words in chosen.values())
    operations: list[Operation] = []
    keys: dict[int, Ints] = {}
    heads = {place: size + number for number, place in enumerate(chosen)}
    operations += map(_head, chosen)
    sketch = Program(domain, tuple(inputs[:2]), (), Classifier(labels, ()))
    for place, words in chosen.items():
        fetched = columns(replace(sketch, operations=(_head(place),)), corpus)[-1]
        beside = beside_keys(corpus, words, fetched, common.values.values)
        number = len(corpus.words)
        given = evidence_labels(CLASS_EVIDENCE[0], corpus)
        counts = count(corpus.cut(beside), given, number * (len(words) + 1), len(labels))
        for row, word in enumerate((*words, OTHER)):
            part = Counts(counts.by_key[row * number : (row + 1) * number], counts.totals)
            spoken = _beside(place, word, not row)
            inputs.append(evidence_table(spoken, corpus, scale, domain, part))
        last = len(inputs) - 1
        for row, word in enumerate(words):
            table = len(inputs) - 1 - len(words) + row
            operations.append(_taken(common.values, scale.values, word, heads[place], last, table))
            last = size + len(operations) - 1
        keys[last] = beside
    program = Program(domain, tuple(inputs), tuple(operations), Classifier(labels, (), pooled=True))
    return Plan(program, corpus, keys)


def _head(place: Place) -> CategoricalHead:
    predicate = Compare("==", 1, -1) if place.at is None else KeyIn((place.at,))
    return CategoricalHead(0, 0, 1, predicate, name=place.name)


def _beside(place: Place, word: str, first: bool) -> Spoken:
    """Return what the table beside a common word says; of tables whose names say it, the first has a note."""
    where = f"after {word!r}" if place.at is None else f"where {word!r} is the {place.name} word"
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "" for letter in word)
    note = f"For which label a word speaks {where}." if first or not plain else ""
    return Spoken(f"{place.table}_{plain or 'sign'}", 0, note)


def _taken(
    common: FiniteValues, codes: Sequence[str], word: str, head: int, before: int, table: int
) -> CategoricalLookup:
    """Return the look-up that takes a table's code where the fetched word is `word`, and else what the one before it says."""
    size, at = len(codes), common.index(word)
    cells = np.repeat(np.arange(size), size)[None].repeat(len(common), axis=0)
    cells[at] = np.tile(np.arange(size), size)
    values = FiniteValues(tuple(codes))
    return CategoricalLookup((head, before, table), values, tuple(cells.ravel().tolist()))


def ordered_columns(made: Plan, settings: ClassSettings, order: Ints) -> dict[int, Ints]:
    """Return `(positions,)` ordered codes of what votes, by variable: from documents earlier in the order alone."""
    corpus = made.corpus
    scale = Scale(made.program.classifier.labels, STEPS, settings.caution)
    kept = set(made.program.domain.symbols)
    entries = np.array([word in kept for word in corpus.words])[corpus.ids]
    given = evidence_labels(CLASS_EVIDENCE[0], corpus)
    codes = {
        last: np.concatenate(ordered_codes(scale, corpus.cut(keys), given, order))
        for last, keys in ((2, corpus.ids), *made.keys.items())
    }
    return {last: np.where(entries, found, scale.new) for last, found in codes.items()}


def voted(made: Plan, settings: ClassSettings, random: np.random.Generator) -> Program:
    """Return a plan's program with integer votes."""
    corpus, program = made.corpus, made.program
    bare = replace(program, inputs=program.inputs[:2], operations=())
    common = columns(bare, corpus)[1]
    orders = [random.permutation(corpus.documents) for _ in range(settings.orders)]
    known = [{1: common, **ordered_columns(made, settings, order)} for order in orders]
    late = [np.sort(order[int(settings.warm * len(order)) :]) for order in orders]
    labels = corpus.labels[np.concatenate(late)]
    width = len(program.classifier.labels)

    def seen(short: Short, one: dict[int, Ints]) -> Features:
        read = {number: short.read(number, column) for number, column in one.items()}
        return features(program, read, made.voting, corpus.document_of, corpus.documents)

    def fit(short: Short, start: Floats | None) -> tuple[Floats, Floats]:
        parts = [seen(short, one).matrix[rows] for one, rows in zip(known, late, strict=True)]
        matrix = vstack(parts).tocsr()
        steps = settings.steps if start is None else SHORT_STEPS
        weights = refit(matrix, labels, width, settings.ridge, steps, start)
        bend = residuals(matrix, labels, weights)[1]
        return weights, matrix.multiply(matrix).T @ bend

    short = Short()
    if settings.rows:
        short = shortened(everything(program, {}, made.voting), settings.rows, fit, silence=False)
    votes = integer_votes(seen(short, known[0]), fit(short, None)[0], VOTE_SCALE)
    program = replace(program, classifier=replace(program.classifier, votes=votes))
    if settings.rows:
        every = {number: list(range(len(program.finite_values(number)))) for number in made.voting}
        whole = {number: np.array(values) for number, values in every.items()}
        votes = tuple(centred(program, short, every, whole))
    return check(replace(program, classifier=replace(program.classifier, votes=votes)))


def right(program: Program, documents: Sequence[Document]) -> list[bool]:
    """Return for each document whether it gets its label by the integer model."""
    corpus = make_corpus(documents, program.classifier.labels, pooled=True)
    found = answers(program, corpus)
    return [tuple(given) == one.labels for given, one in zip(found, documents, strict=True)]


def learn_classes(
    documents: Sequence[Document],
    labels: tuple[str, ...],
    seed: int,
    settings: ClassSettings | None = None,
    watch: Stopper | None = None,
) -> Program:
    """Return a program that labels documents.

    Places of common words are kept where they label more held-out documents right than words alone.

    Args:
        documents: to learn from.
        labels: of the documents.
        seed: of orders and of what is held out.
        settings: how to learn.
        watch: is told of each step; once it wants to stop, nothing more is tried, and words alone do where nothing was.
    """
    settings, watch = settings or ClassSettings(), watch or Stopper()
    random = np.random.default_rng(seed)
    plain = replace(settings, places=())
    fitting, held = split_off(documents, seed)
    rated = [(-1, plain)]
    for each in dict.fromkeys((plain, settings.budgeted)):
        if not watch.wanted:
            rated.append((sum(right(voted(plan(fitting, labels, each), each, random), held)), each))
            beside = "tables beside common words" if each.places else "a table of words"
            watch.report(f"{beside}: {rated[-1][0]} of {len(held)} held-out texts right")
    best = max(rated, key=lambda pair: pair[0])[1]
    return voted(plan(documents, labels, best), best, np.random.default_rng(seed))
