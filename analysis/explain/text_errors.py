"""What the errors of a text program come from, in words: new words, contexts that were never seen, labels that contradict each other."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tprog.evaluate import predict
from tprog.ir import Program
from tprog.text.documents import Document
from tprog.visible import quoted

CAUSES = {
    "noise": "the same words stand in the training text with the label that it gives: label noise, or more context is needed",
    "new": "the word is new",
    "unlike": "the word never had the right label in the training text",
    "context": "the word had the right label, but never beside these words",
    "outvoted": "word and neighbours were seen, and the votes for another label are stronger",
    "few": "half of its words, or more, are new",
    "silent": "no word of it had the right label most often in the training text",
}
"""Each cause and what it says; the first that holds is an error's own. The last two are of whole texts."""
AROUND = 3
"""So many words on each side are shown."""


@dataclass(frozen=True, slots=True)
class TextError:
    """A wrong label: its cause, the words around it, and both labels."""

    cause: str
    where: str
    right: str
    given: str


class Seen:
    """What stands in training texts, in lower case: labels of words, of words with both neighbours, and pairs of neighbours."""

    def __init__(self, train: Sequence[Document]) -> None:
        self.words: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.contexts: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        self.pairs: set[tuple[str, str]] = set()
        for document in train:
            low = lowered(document)
            whole = len(document.labels) == 1
            if whole:
                self.contexts[low].add(document.labels[0])
            for place in range(1, len(low) - 1):
                label = document.labels[0 if whole else place - 1]
                self.words[low[place]][label] += 1
                self.contexts[low[place - 1 : place + 2]].add(label)
                self.pairs |= {(low[place - 1], low[place]), (low[place], low[place + 1])}


def lowered(document: Document) -> tuple[str, ...]:
    """Return the words in lower case, between two ends."""
    return ("", *(word.lower() for word in document.words), "")


def text_errors(
    program: Program, test: Sequence[Document], train: Sequence[Document]
) -> list[TextError]:
    """Return every wrong label of test texts with its cause; without training texts new words alone are known."""
    seen, known = Seen(train), set(program.domain.symbols)
    pooled = program.classifier.pooled
    found = []
    for document, labels in zip(test, predict(program, [one.words for one in test]), strict=True):
        for place, (right, given) in enumerate(zip(document.labels, labels, strict=True)):
            if right != given:
                cause = (
                    _of_text(seen, known, document, right, given)
                    if pooled
                    else _of_word(seen, known, document, place, right, given)
                )
                found.append(TextError(cause, shown_at(document, place, pooled), right, given))
    return found


def shown_at(document: Document, place: int, pooled: bool) -> str:
    """Return a whole text, or the words around one, which stands in brackets."""
    words = [*map(quoted, document.words)]
    if not pooled:
        words[place] = f"[{words[place]}]"
        words = words[max(0, place - AROUND) : place + 1 + AROUND]
    return " ".join(words)


def differing_lines(
    programs: Sequence[Program], test: Sequence[Document], most: int
) -> Iterator[str]:
    """Yield on how many labels of test texts two programs differ, which of them is right there, and some of these places."""
    texts = [one.words for one in test]
    places = [
        (document, place, *three)
        for document, *answers in zip(test, *(predict(one, texts) for one in programs), strict=True)
        for place, three in enumerate(zip(document.labels, *answers, strict=True))
        if three[1] != three[2]
    ]
    total = sum(len(one.labels) for one in test)
    rights = [sum(one[2] == one[side] for one in places) for side in (3, 4)]
    yield (
        f"on {len(test):,} test texts {len(places):,} of {total:,} labels differ; "
        f"{rights[0]:,} are right before, {rights[1]:,} after"
    )
    for document, place, right, one, other in places[:most]:
        where = shown_at(document, place, programs[0].classifier.pooled)
        yield f"  {one} → {other}, right is {right}: {where}"


def _of_word(
    seen: Seen, known: set[str], document: Document, place: int, right: str, given: str
) -> str:
    low = lowered(document)
    before, word, after = low[place : place + 3]
    if given in seen.contexts[before, word, after]:
        return "noise"
    if document.words[place] not in known:
        return "new"
    if seen.words and right not in seen.words[word]:
        return "unlike"
    if seen.words and not {(before, word), (word, after)} & seen.pairs:
        return "context"
    return "outvoted"


def _of_text(seen: Seen, known: set[str], document: Document, right: str, given: str) -> str:
    if given in seen.contexts[lowered(document)]:
        return "noise"
    if 2 * sum(word not in known for word in document.words) >= len(document.words):
        return "few"
    best = (seen.words[word].most_common(1) for word in lowered(document))
    if seen.words and right not in {label for rows in best for label, _ in rows}:
        return "silent"
    return "outvoted"


def error_lines(errors: Sequence[TextError], total: int, most: int) -> Iterator[str]:
    """Yield a line for each cause, the commonest first, with some of its errors below, the commonest confusions first."""
    yield f"{len(errors):,} of {total:,} labels are wrong"
    counts = Counter(error.cause for error in errors)
    for cause in sorted(counts, key=lambda cause: (-counts[cause], cause)):
        yield f"{counts[cause]:,}: {CAUSES[cause]}"
        mine = [error for error in errors if error.cause == cause]
        pairs = Counter((error.right, error.given) for error in mine)
        shown = [
            next(one for one in mine if (one.right, one.given) == pair)
            for pair, _ in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[:most]
        ]
        for error in shown:
            times = pairs[error.right, error.given]
            yield f"  {error.given} for {error.right}, {times:,} {'time' if times == 1 else 'times'}: {error.where}"
