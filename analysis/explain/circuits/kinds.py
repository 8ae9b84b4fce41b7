"""On what kind of input a circuit decides, in one or two conditions that a person can check.

A condition speaks of the label, the token, the position, the length, or whether a token occurs again. The one is chosen
whose Matthews correlation with the circuit's predictions is the largest: 1 where it holds for these and no others, 0 where it
holds for these as often as for the others.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.analysis.explain.circuits.trials import Predictions
from tprog.analysis.explain.describe import show_value
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import Program

FloatArray: TypeAlias = npt.NDArray[np.float64]
TextArray: TypeAlias = npt.NDArray[Any]

# Tokens and labels that are rarer than the most common ones of so many make no condition.
MOST_VALUES = 40
# A second condition has to make the correlation so much larger; one that stays below the least is no description.
BETTER, LEAST = 0.05, 0.2


@dataclass(frozen=True, slots=True, eq=False)
class KindConditions:
    """Things that hold at some predictions and not at others.

    Attributes:
        texts: the conditions, such as `the label is 1` or `the position is the last`.
        about: what each speaks of; two conditions on the same thing are never joined.
        holds: `(conditions, predictions)`.
    """

    texts: tuple[str, ...]
    about: tuple[str, ...]
    holds: BoolArray


@dataclass(frozen=True, slots=True)
class KindOfInput:
    """A description of the predictions that a circuit decides.

    Attributes:
        text: one or two conditions.
        share: which part of the circuit's predictions they hold for.
        decided: which part of all predictions where they hold the circuit decides.
        everywhere: which part of all predictions they hold for.
        correlation: how well the conditions and the circuit go together, at most 1.
    """

    text: str
    share: float
    decided: float
    everywhere: float
    correlation: float

    @property
    def exact(self) -> bool:
        """Whether the conditions hold for the circuit's predictions and for no others."""
        return self.share == self.decided == 1.0


def conditions(
    program: Program, predictions: Predictions, answers: Sequence[str]
) -> KindConditions:
    """Return every condition that holds at some predictions, whose labels are given, and not at others, in a fixed order."""
    found = [
        one
        for one in _conditions(program, predictions, answers)
        if one[2].any() and not one[2].all()
    ]
    return KindConditions(
        tuple(text for text, _, _ in found),
        tuple(about for _, about, _ in found),
        np.array([holds for _, _, holds in found], dtype=np.bool_).reshape(
            len(found), len(predictions)
        ),
    )


def describe_kind(found: KindConditions, own: BoolArray) -> KindOfInput | None:
    """Return the conditions that describe a circuit's own predictions best; None where none do."""
    if not own.any() or own.all() or not found.texts:
        return None
    # Of equally good ones the first.
    first = int(_correlations(found.holds, own).argmax())
    chosen = _kind(found.texts[first], found.holds[first], own)
    if not chosen.exact:
        both = found.holds & found.holds[first]
        both[[about == found.about[first] for about in found.about]] = False
        second = int(_correlations(both, own).argmax())
        joined = _kind(f"{found.texts[first]} and {found.texts[second]}", both[second], own)
        if joined.correlation >= chosen.correlation + BETTER:
            chosen = joined
    return chosen if chosen.correlation >= LEAST else None


def _correlations(holds: BoolArray, own: BoolArray) -> FloatArray:
    """Return Matthews' correlation of every row with some predictions; 0 for a row that holds everywhere or nowhere."""
    every, wanted = len(own), int(own.sum())
    total = holds.sum(axis=1).astype(np.float64)
    both = holds[:, own].sum(axis=1).astype(np.float64)
    spread = np.sqrt(wanted * (every - wanted)) * np.sqrt(total * (every - total))
    found = (both * every - wanted * total) / np.maximum(spread, 1.0)
    # Rounding must not decide between two conditions.
    rounded: FloatArray = np.where(spread > 0, found, 0.0).round(9)
    return rounded


def _kind(text: str, holds: BoolArray, own: BoolArray) -> KindOfInput:
    both, wanted, total = int((holds & own).sum()), int(own.sum()), int(holds.sum())
    correlation = float(_correlations(holds[None, :], own)[0])
    return KindOfInput(
        text, both / wanted, both / total if total else 0.0, total / len(own), correlation
    )


def _conditions(
    program: Program, predictions: Predictions, answers: Sequence[str]
) -> Iterator[tuple[str, str, BoolArray]]:
    pooled = program.classifier.pooled
    given: TextArray = np.array(answers, dtype=object)
    for label in _common(given):
        yield f"the label is {show_value(label)}", "label", given == label
        if len(set(answers)) > 2:
            yield f"the label is not {show_value(label)}", "label", given != label
    lengths = _lengths(program, predictions)
    if not pooled:
        yield from _places(program, predictions, lengths)
        yield from _tokens(predictions)
        yield from _answered(predictions, given)
    for length in sorted(set(lengths.tolist())):
        word = "symbol" if length == 1 else "symbols"
        yield f"the input has {length} {word}", "length", lengths == length
        yield f"the input has at most {length} {word}", "length", lengths <= length
        yield f"the input has at least {length} {word}", "length", lengths >= length


def _places(
    program: Program, predictions: Predictions, lengths: IntArray
) -> Iterator[tuple[str, str, BoolArray]]:
    start = int(program.domain.prefix is not None)
    place = predictions.position - start
    yield "the position is the first", "position", place == 0
    yield "the position is the last", "position", place == lengths - 1
    yield "the position is not the first", "position", place != 0
    yield "the position is not the last", "position", place != lengths - 1
    for position in sorted(set(predictions.position.tolist())):
        yield f"the position is {position}", "position", predictions.position == position
        yield f"the position is {position} or later", "position", predictions.position >= position
        yield f"the position is {position} or earlier", "position", predictions.position <= position


def _tokens(predictions: Predictions) -> Iterator[tuple[str, str, BoolArray]]:
    words: list[str] = []
    before = np.zeros(len(predictions), dtype=np.int64)
    after = np.zeros(len(predictions), dtype=np.int64)
    for number, batch in enumerate(predictions.batches):
        chosen = predictions.of_batch(number)
        rows, positions = predictions.row[chosen], predictions.position[chosen]
        own = batch.indices[rows, positions]
        words += [batch.words[index] for index in own.tolist()]
        same = batch.indices[rows] == own[:, None]
        places = np.arange(batch.indices.shape[1])
        before[chosen] = (same & (places < positions[:, None])).sum(axis=1)
        after[chosen] = (same & (places > positions[:, None])).sum(axis=1)
    tokens: TextArray = np.array(words, dtype=object)
    for token in _common(tokens):
        yield f"the token is {show_value(token)}", "token", tokens == token
    yield "the token stands nowhere else", "others", before + after == 0
    yield "the token stands elsewhere too", "others", before + after > 0
    yield "the token has not come before", "others", before == 0
    yield "the token has come before", "others", before > 0
    yield "the token does not come again", "others", after == 0
    yield "the token comes again", "others", after > 0


def _answered(predictions: Predictions, given: TextArray) -> Iterator[tuple[str, str, BoolArray]]:
    """Yield how often the label stands in the input, for labels that are tokens."""
    times = np.zeros(len(predictions), dtype=np.int64)
    own = np.zeros(len(predictions), dtype=np.bool_)
    for number, batch in enumerate(predictions.batches):
        index = {word: place for place, word in enumerate(batch.words)}
        chosen = predictions.of_batch(number)
        rows, positions = predictions.row[chosen], predictions.position[chosen]
        labels = np.array([index.get(label, -1) for label in given[chosen]], dtype=np.int64)
        times[chosen] = (batch.indices[rows] == labels[:, None]).sum(axis=1)
        own[chosen] = batch.indices[rows, positions] == labels
    if (times > 0).any():
        yield "the label is the token itself", "answer", own
        yield "the label is another than the token", "answer", ~own
        yield "the label stands once in the input", "times", times == 1
        yield "the label stands several times in the input", "times", times > 1
        yield "the label does not stand in the input", "times", times == 0


def _lengths(program: Program, predictions: Predictions) -> IntArray:
    sizes = [batch.indices.shape[1] - program.domain.frame_size for batch in predictions.batches]
    return np.array(sizes, dtype=np.int64)[predictions.batch] if sizes else predictions.batch


def _common(texts: TextArray) -> list[str]:
    """Return the commonest texts, in alphabetical order."""
    counts = Counter(texts.tolist())
    return sorted(sorted(counts, key=lambda text: (-counts[text], text))[:MOST_VALUES])
