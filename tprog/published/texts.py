"""What the numbers of a run stand for whose data cannot be drawn again: text, and data that a user has added."""

from dataclasses import dataclass, replace
from pathlib import Path

from tprog.ir import Domain
from tprog.published.arguments import Arguments
from tprog.published.domains import PADDING, UNKNOWN, recognise
from tprog.published.sheets import WeightSheet, WordSheet, read_sheet

# The labels of the published text data, by which a run without a classifier file is understood.
LABELS: dict[str, tuple[str, ...]] = {
    "conll_ner": ("B-LOC", "B-MISC", "B-ORG", "B-PER", "I-LOC", "I-MISC", "I-ORG", "I-PER", "O"),
    "trec": ("ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM"),
    "subj": ("Objective", "Subjective"),
    "rotten_tomatoes": ("Negative", "Positive"),
    "ag_news": ("Business", "Sci/Tech", "Sports", "World"),
}


@dataclass(frozen=True, slots=True)
class TextNames:
    """What the numbers of a text run stand for.

    Attributes:
        domain: every sequence of its words.
        symbols: the words, in the order of their numbers.
        labels: the labels, in the order of their numbers.
        note: how they are known, as a sentence.
        files: the files that say so.
    """

    domain: Domain
    symbols: tuple[str, ...]
    labels: tuple[str, ...]
    note: str
    files: tuple[Path, ...]


def text_names(
    folder: Path, arguments: Arguments, symbols: int, labels: int, positions: int
) -> TextNames | str:
    """Return what the numbers of a text run stand for, or why that is unknown.

    Raises:
        FileProblem: a file cannot be read.
        UnreadableSource: a file is damaged.
    """
    embeddings = sorted(folder.glob("*_embeddings.csv"))
    if len(embeddings) != 1 and arguments.one_hot_embed:
        return _added_names(folder, arguments, symbols, labels, positions)
    if len(embeddings) != 1:
        return (
            f"dataset is {arguments.dataset[:40]!r}, whose words only its embeddings know; "
            "put its NAME_embeddings.csv (written by --save_code) into the run folder"
        )
    words = WordSheet(read_sheet(embeddings[0]), "word").words
    if len(words) != symbols:
        return (
            f"the network knows {symbols} words and {embeddings[0].name} lists {len(words)}; "
            "the two do not belong together"
        )
    files = [embeddings[0]]
    weights = sorted(folder.glob("*_weights.csv"))
    if len(weights) == 1:
        shown = WeightSheet(read_sheet(weights[0])).labels
        files.append(weights[0])
    else:
        shown = LABELS.get(arguments.dataset, ())
    # The classifier file leaves out the two labels that cannot win.
    named = (PADDING, UNKNOWN, *(label for label in shown if label not in (PADDING, UNKNOWN)))
    if len(named) != labels:
        return (
            f"the network has {labels} labels, and the names of {len(named)} are known; "
            "put its NAME_weights.csv (written by --save_code) into the run folder"
        )
    found = recognise(words, positions, (), (), open_vocabulary=True)
    if found is None:
        return f"no sequence of its {len(words)} words fits {positions} positions"
    domain = found.domain
    if domain.max_length is not None:
        domain = replace(domain, min_length=max(1, min(arguments.min_length, domain.max_length)))
    note = f"Its words are those of {embeddings[0].name}."
    if arguments.do_lower:
        note += " It was trained on words in lower case (do_lower)."
    if arguments.replace_numbers:
        note += " It was trained with every run of digits replaced by @ (replace_numbers)."
    return TextNames(domain, words, named, note, tuple(files))


def _added_names(
    folder: Path, arguments: Arguments, symbols: int, labels: int, positions: int
) -> TextNames | str:
    """Return what the numbers of a run on data of a user's own stand for: its classifier file lists symbols and labels."""
    weights = sorted(folder.glob("*_weights.csv"))
    if len(weights) != 1:
        return (
            f"dataset is {arguments.dataset[:40]!r}, whose symbols and labels only its classifier file knows; "
            "put its NAME_weights.csv (written by --save_code) into the run folder"
        )
    sheet = WeightSheet(read_sheet(weights[0]))
    listed = {*sheet.values.get("tokens", ())} - {PADDING}
    # The training script numbers the padding first, then everything in the order of its text.
    named = (PADDING, *sorted(listed))
    shown = (PADDING, *sorted({*sheet.labels} - {PADDING}))
    if (len(named), len(shown)) != (symbols, labels):
        return (
            f"the network has {symbols} symbols and {labels} labels, {weights[0].name} lists {len(named)} and "
            f"{len(shown)}; the two do not belong together"
        )
    found = recognise(named, positions, (), (), open_vocabulary=False)
    if found is None:
        return f"no sequence of its {len(named)} symbols fits {positions} positions"
    domain = found.domain
    if domain.max_length is not None:
        domain = replace(domain, min_length=max(1, min(arguments.min_length, domain.max_length)))
    note = f"Its data are none of the published tasks; its symbols and labels are those of {weights[0].name}."
    return TextNames(domain, named, shown, note, (weights[0],))
