"""Entities as spans, and the exact F1 of the CoNLL shared tasks: a span counts where its ends and its type are right."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tprog.text.documents import BEGIN, INSIDE, OUTSIDE

Span: TypeAlias = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class SpanScore:
    """How many entities were right, found, and there."""

    right: int
    found: int
    there: int

    @property
    def precision(self) -> float:
        """The share of the found entities that are right; 0 where none was found."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """The share of the entities that were found; 0 where there are none."""
        return self.right / self.there if self.there else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.found + self.there
        return 2 * self.right / total if total else 0.0


def spans(tags: Sequence[str]) -> set[Span]:
    """Return the entities of tags as first position, position behind the last, and type.

    As conlleval counts: an inside tag after another type, or after nothing, begins an entity.
    """
    found: set[Span] = set()
    start, kind = 0, ""
    for place, tag in enumerate([*tags, OUTSIDE]):
        goes_on = tag.startswith(INSIDE) and tag[2:] == kind
        if kind and not goes_on:
            found.add((start, place, kind))
            kind = ""
        if tag.startswith((BEGIN, INSIDE)) and not goes_on:
            start, kind = place, tag[2:]
    return found


def span_score(truth: Iterable[Sequence[str]], predicted: Iterable[Sequence[str]]) -> SpanScore:
    """Return the score over all documents."""
    counts: Counter[str] = Counter()
    for right, given in zip(truth, predicted, strict=True):
        there, found = spans(right), spans(given)
        counts += Counter(right=len(there & found), found=len(found), there=len(there))
    return SpanScore(counts["right"], counts["found"], counts["there"])
