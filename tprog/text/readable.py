"""Readable inputs: rules on a word's text, and tables that say which label the training text gives a word."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tprog.ir import Domain, FiniteValues, TextFeature, TextRule, WordTable
from tprog.ir.inputs import text_feature
from tprog.text.corpus import FRAME, UNKNOWN, Corpus
from tprog.text.evidence import Counts, Ints, Scale, count, ordered_codes

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule on the text of words, of whose results the commonest are told apart.

    Attributes:
        name: the variable's name.
        feature: what is looked at.
        size: characters, where the feature has a size.
        most: how many results are told apart.
    """

    name: str
    feature: TextFeature
    size: int
    most: int


ENTITY_RULES = (
    Rule("shape", "shape", 0, 15),
    Rule("ending", "suffix", 3, 40),
    Rule("common", "lower", 0, 63),
)
"""What entities are recognised by besides evidence; each row of votes costs a line."""


def text_rule(rule: Rule, corpus: Corpus) -> TextRule:
    """Return a rule with its commonest results in a corpus; equally common ones in the order of their texts."""
    found: Counter[str] = Counter()
    numbers = np.bincount(corpus.ids, minlength=len(corpus.words))
    for word, number in zip(corpus.words, numbers.tolist(), strict=True):
        found[str(text_feature(rule.feature, rule.size, word))] += number
    ranked = sorted(found, key=lambda text: (-found[text], text))
    return chosen_rule(rule.name, rule.feature, rule.size, ranked[: rule.most])


def chosen_rule(name: str, feature: TextFeature, size: int, chosen: Sequence[str]) -> TextRule:
    """Return a rule that tells some results apart, and `other` for the rest."""
    values = (*sorted(set(chosen) - {OTHER}), OTHER)
    return TextRule(feature, FiniteValues(values), len(values) - 1, size, name=name)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A table of evidence: for which label a word speaks, at its own place or beside it.

    Attributes:
        name: the variable's name.
        beside: where the label stands that the word speaks for: 0 its own, 1 that of the next word, -1 that of the one before.
        note: one line for the emitted file, or none.
    """

    name: str
    beside: int
    note: str


ENTITY_EVIDENCE = (
    Spoken("tag", 0, "Which tag the word itself has in the training text, and how surely."),
    Spoken("next_tag", 1, "Which tag the word after this one has in the training text."),
    Spoken("last_tag", -1, "Which tag the word before this one has in the training text."),
)
CLASS_EVIDENCE = (Spoken("evidence", 0, "For which label the word speaks, and how surely."),)


def evidence_labels(spoken: Spoken, corpus: Corpus) -> list[Ints]:
    """Return for each document the label that each of its positions speaks for, -1 where there is none."""
    if corpus.pooled:
        flat = np.where(
            np.arange(len(corpus.ids)) == corpus.begins, -1, corpus.labels[corpus.document_of]
        )
        return corpus.cut(flat)
    # Beside the document there is a frame, whose label is -1.
    return corpus.cut(corpus.shifted(corpus.labels, spoken.beside))


def evidence_codes(spoken: Spoken, corpus: Corpus, scale: Scale, order: Ints) -> Ints:
    """Return `(positions,)` ordered codes: what documents earlier in the order say of each word."""
    keys, labels = corpus.cut(corpus.ids), evidence_labels(spoken, corpus)
    return np.concatenate(ordered_codes(scale, keys, labels, order))


def evidence_counts(spoken: Spoken, corpus: Corpus, scale: Scale) -> Counts:
    """Return how often each word of a corpus has each label."""
    keys, labels = corpus.cut(corpus.ids), evidence_labels(spoken, corpus)
    return count(keys, labels, len(corpus.words), len(scale.labels))


def word_domain(corpus: Corpus, most: int | None) -> Domain:
    """Return a domain of the commonest words, at most so many, the commonest first; every other word is read as unknown."""
    numbers = np.bincount(corpus.ids, minlength=len(corpus.words)).tolist()
    ranked = sorted(range(1, len(numbers)), key=lambda word: (-numbers[word], corpus.words[word]))
    kept = [corpus.words[word] for word in ranked[:most]]
    symbols = (*(word for word in kept if word not in (UNKNOWN, FRAME)), UNKNOWN)
    return Domain(symbols, None, prefix=FRAME, unknown=UNKNOWN)


def evidence_table(
    spoken: Spoken, corpus: Corpus, scale: Scale, domain: Domain, counts: Counts
) -> WordTable:
    """Return the table of what all documents say of each word of a domain."""
    codes = scale.codes(counts.by_key, counts.totals).tolist()
    by_word: Mapping[str, int] = dict(zip(corpus.words, codes, strict=True))
    table = tuple(by_word.get(symbol, scale.new) for symbol in domain.alphabet)
    notes = (spoken.note,) * bool(spoken.note)
    return WordTable(FiniteValues(scale.values), table, name=spoken.name, notes=notes)
