"""What sequences a published file is for, and what the numbers of its network stand for.

A checkpoint holds numbers for symbols and labels, not their names. Those of a text run, or of data that a user has added,
stand in the CSV files beside it. Those of a generated task are the sorted symbols and labels of its training data: where
they are not all that the task has, the published way of drawing is followed with the run's seed, NumPy's legacy generator,
sequences that are new until there are enough, and scikit-learn's split into 81 % for training, 9 % and 10 %.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tprog.errors import BadInput, UsageError
from tprog.ir import Domain
from tprog.published.arguments import Arguments
from tprog.published.assemble import WrittenExample
from tprog.published.sheets import WeightSheet, WordSheet, read_sheet
from tprog.tasks.registry import get_task, task_names
from tprog.tasks.task import Task

PREFIX, SUFFIX, PADDING, UNKNOWN = "<s>", "</s>", "<pad>", "<unk>"

# The labels of the published text data, by which a run without a classifier file is understood.
TEXT_LABELS: dict[str, tuple[str, ...]] = {
    "conll_ner": ("B-LOC", "B-MISC", "B-ORG", "B-PER", "I-LOC", "I-MISC", "I-ORG", "I-PER", "O"),
    "trec": ("ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM"),
    "subj": ("Objective", "Subjective"),
    "rotten_tomatoes": ("Negative", "Positive"),
    "ag_news": ("Business", "Sci/Tech", "Sports", "World"),
}

# The published runs draw 20,000 sequences; more than this would take minutes.
MOST_SEQUENCES = 50_000
LONGEST = 256
# The published script draws up to five times as many sequences as it wants new ones.
ROUNDS = 5
# What an export draws: enough for every label that is not rare, with the first of some seeds that has them all.
SEQUENCES = 5_000
SEEDS = 8

Draw = Callable[[np.random.RandomState], tuple[str, ...]]
PAIRS = {"dyck1": ("(", ")"), "dyck2": ("(", ")", "{", "}")}


class Unnamed(Exception):
    """What numbers stand for is not known; the message says why."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The domain of a published program, the specification of its task or None, and a sentence on how it was found."""

    domain: Domain
    task: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Names:
    """What the numbers of a network stand for: its symbols and labels by number, and its domain with the run's lengths.

    `note` says how they are known, `files` are those that say so, `task` is the specification of its task.
    """

    domain: Domain
    symbols: tuple[str, ...]
    labels: tuple[str, ...]
    note: str
    task: str | None = None
    files: tuple[Path, ...] = ()


def recognise(
    vocabulary: Sequence[str],
    positions: int,
    examples: Sequence[WrittenExample],
    names: Sequence[str],
    open_vocabulary: bool,
) -> Recognised | None:
    """Return the domain that vocabulary, positions and examples speak for; None where no sequence fits.

    A task is recognised where its truth gives every label of the examples, and no other task's does. Without examples
    the name decides among the tasks that have the vocabulary.

    Args:
        vocabulary: every symbol, special ones among them.
        positions: the greatest framed length.
        examples: inputs with labels.
        names: what the file and its folder are called.
        open_vocabulary: whether other words are read as `<unk>`.
    """
    if not open_vocabulary:
        fitting = list(tasks_with(vocabulary, positions))
        proved = [task for task in fitting if examples and _explains(task, examples)]
        named = [task for task in (proved or fitting) if task.name in names]
        shown = f"its {len(examples)} examples"
        if len(proved) == 1:
            return _of_task(proved[0], shown)
        if len(named) == 1 and (proved or not examples):
            return _of_task(named[0], f"{shown} and its name" if proved else "its name and symbols")
    symbols = tuple(symbol for symbol in vocabulary if symbol not in (PREFIX, SUFFIX, PADDING))
    prefix = PREFIX if PREFIX in vocabulary else None
    suffix = SUFFIX if SUFFIX in vocabulary else None
    longest = positions - (prefix is not None) - (suffix is not None)
    if not symbols or longest < 1:
        return None
    domain = Domain(symbols, longest, prefix=prefix, suffix=suffix)
    note = f"No task was recognised: {len(symbols)} symbols, 1 to {longest} of them."
    if open_vocabulary and UNKNOWN in symbols:
        domain = replace(domain, unknown=UNKNOWN)
        note += f" Words that it does not know are read as {UNKNOWN}."
    return Recognised(domain, None, note)


def tasks_with(vocabulary: Sequence[str], positions: int) -> Iterator[Task]:
    """Yield the published tasks of this size that have exactly these symbols."""
    symbols = {symbol for symbol in vocabulary if symbol not in (PREFIX, SUFFIX, PADDING)}
    for name in task_names():
        for specials in (2, 3):
            # The length of induction does not count `<s>`.
            for length in (positions, positions - 1):
                try:
                    task = get_task(f"{name}:vocabulary={len(symbols) + specials},length={length}")
                except UsageError:
                    continue
                domain = task.domain
                if (
                    set(domain.symbols) == symbols
                    and domain.context_length == positions
                    and (domain.suffix is not None) == (SUFFIX in vocabulary)
                    and domain.prefix in vocabulary
                ):
                    yield task


def _explains(task: Task, examples: Sequence[WrittenExample]) -> bool:
    for example in examples:
        try:
            truth = task.truth(example.tokens)
        except BadInput:
            return False
        if len(example.labels) != len(example.tokens):
            return False
        given = example.labels[task.domain.data_slice(len(example.tokens))]
        if any(label not in (None, shown) for label, shown in zip(truth, given, strict=True)):
            return False
    return True


def _of_task(task: Task, source: str) -> Recognised:
    return Recognised(task.domain, task.spec, f"The task is {task.spec}, by {source}.")


def network_names(
    folder: Path, arguments: Arguments, symbols: int, labels: int, positions: int
) -> Names:
    """Return what the numbers of a run's network stand for, which knows so many symbols, labels and positions.

    Raises:
        Unnamed: that is not known.
        FileProblem: a file cannot be read.
        UnreadableSource: a file is damaged.
    """
    if arguments.dataset in task_names():
        return _generated_names(arguments, symbols, labels, positions)
    embeddings = sorted(folder.glob("*_embeddings.csv"))
    if len(embeddings) != 1 and arguments.one_hot_embed:
        return _added_names(folder, arguments, symbols, labels, positions)
    if len(embeddings) != 1:
        raise Unnamed(
            f"dataset is {arguments.dataset[:40]!r}, whose words only its embeddings know; "
            "put its NAME_embeddings.csv (written by --save_code) into the run folder"
        )
    return _text_names(folder, embeddings[0], arguments, symbols, labels, positions)


def _text_names(
    folder: Path, embeddings: Path, arguments: Arguments, symbols: int, labels: int, positions: int
) -> Names:
    words = WordSheet(read_sheet(embeddings), "word").words
    if len(words) != symbols:
        raise Unnamed(
            f"the network knows {symbols} words and {embeddings.name} lists {len(words)}; "
            "the two do not belong together"
        )
    shown, weights = TEXT_LABELS.get(arguments.dataset, ()), sorted(folder.glob("*_weights.csv"))
    files = (embeddings, *weights) if len(weights) == 1 else (embeddings,)
    for file in files[1:]:
        shown = WeightSheet(read_sheet(file)).labels
    # The classifier file leaves out the two labels that cannot win.
    named = (PADDING, UNKNOWN, *(label for label in shown if label not in (PADDING, UNKNOWN)))
    if len(named) != labels:
        raise Unnamed(
            f"the network has {labels} labels, and the names of {len(named)} are known; "
            "put its NAME_weights.csv (written by --save_code) into the run folder"
        )
    note = f"Its words are those of {embeddings.name}."
    if arguments.do_lower:
        note += " It was trained on words in lower case (do_lower)."
    if arguments.replace_numbers:
        note += " It was trained with every run of digits replaced by @ (replace_numbers)."
    domain = _listed_domain(words, "words", positions, arguments, open_vocabulary=True)
    return Names(domain, words, named, note, files=files)


def _added_names(
    folder: Path, arguments: Arguments, symbols: int, labels: int, positions: int
) -> Names:
    """Return what the numbers of a run on data of a user's own stand for: its classifier file lists symbols and labels."""
    weights = sorted(folder.glob("*_weights.csv"))
    if len(weights) != 1:
        raise Unnamed(
            f"dataset is {arguments.dataset[:40]!r}, whose symbols and labels only its classifier file knows; "
            "put its NAME_weights.csv (written by --save_code) into the run folder"
        )
    sheet = WeightSheet(read_sheet(weights[0]))
    # The training script numbers the padding first, then everything in the order of its text.
    named = (PADDING, *sorted({*sheet.values.get("tokens", ())} - {PADDING}))
    shown = (PADDING, *sorted({*sheet.labels} - {PADDING}))
    if (len(named), len(shown)) != (symbols, labels):
        raise Unnamed(
            f"the network has {symbols} symbols and {labels} labels, {weights[0].name} lists {len(named)} and "
            f"{len(shown)}; the two do not belong together"
        )
    note = f"Its data are none of the published tasks; its symbols and labels are those of {weights[0].name}."
    domain = _listed_domain(named, "symbols", positions, arguments, open_vocabulary=False)
    return Names(domain, named, shown, note, files=(weights[0],))


def _listed_domain(
    listed: tuple[str, ...],
    what: str,
    positions: int,
    arguments: Arguments,
    open_vocabulary: bool,
) -> Domain:
    """Return the domain of every sequence of symbols that a file lists, from the run's shortest length on."""
    found = recognise(listed, positions, (), (), open_vocabulary)
    if found is None:
        raise Unnamed(f"no sequence of its {len(listed)} {what} fits {positions} positions")
    most = found.domain.max_length
    if most is None:
        return found.domain
    return replace(found.domain, min_length=max(1, min(arguments.min_length, most)))


def _generated_names(arguments: Arguments, symbols: int, labels: int, positions: int) -> Names:
    task = _task(arguments)
    found, shown = tuple(sorted({*task.domain.alphabet})), tuple(sorted(task.labels))
    note = "Its symbols and labels are all that the task has."
    if (len(found) + 1, len(shown) + 1) != (symbols, labels):
        found, shown = _training_data(arguments, task)
        note = f"Its symbols and labels are those of its training data, drawn again with seed {arguments.seed}."
    if (len(found) + 1, len(shown) + 1) != (symbols, labels):
        raise Unnamed(
            f"the network has {symbols} symbols and {labels} labels, its arguments make {len(found) + 1} and "
            f"{len(shown) + 1}; the two files do not belong together"
        )
    domain = _run_domain(arguments, task, found, positions)
    return Names(domain, (PADDING, *found), (PADDING, *shown), note, task.spec)


def run_names(
    spec: str | None, domain: Domain, symbols: Collection[str], labels: Collection[str]
) -> tuple[Arguments, tuple[str, ...], tuple[str, ...]]:
    """Return arguments whose training data have some symbols and labels, with the order of their numbers.

    Args:
        spec: the task's specification.
        domain: what the network is to read.
        symbols: the symbols that must occur, frame and all.
        labels: the labels that must occur; `<unk>` may.

    Raises:
        Unnamed: none have.
    """
    try:
        task = get_task(spec or "")
    except UsageError:
        raise Unnamed(
            "it names no generated task, and the words of a text task are drawn from its own data; export --published needs one"
        ) from None
    own = task.domain
    frame = (own.prefix, own.suffix, own.context_length)
    if (domain.prefix, domain.suffix, domain.context_length) != frame:
        raise Unnamed(f"its frame or its greatest length is not that of {task.spec}")
    vocabulary = {"dyck1": 1, "dyck2": 2}.get(task.name, len(own.symbols) + own.frame_size + 1)
    base = Arguments(
        dataset=task.name,
        vocab_size=vocabulary,
        dataset_size=SEQUENCES,
        max_length=own.context_length or 0,
    )
    missing: set[str] = set()
    for seed in range(SEEDS):
        arguments = replace(base, seed=seed)
        try:
            found = _task(arguments)
            drawn = _training_data(arguments, task)
        except Unnamed as error:
            raise Unnamed(f"its data cannot be drawn: {error}") from None
        if found.spec != task.spec:
            raise Unnamed(f"no arguments give the sizes of {task.spec}")
        missing = ({*symbols} - {*drawn[0]}) | ({*labels} - {*drawn[1]})
        if not missing:
            return arguments, (PADDING, *drawn[0]), (PADDING, *drawn[1])
    shown = ", ".join(sorted(missing)[:8])
    raise Unnamed(
        f"training data of {task.spec} do not have {shown}, so that its network cannot either"
    )


def framed_length(arguments: Arguments) -> int:
    """Return how many positions the longest input of a run has."""
    try:
        return _task(arguments).domain.context_length or arguments.max_length
    except Unnamed:
        return arguments.max_length


def _task(arguments: Arguments) -> Task:
    name, length = arguments.dataset, arguments.max_length
    vocabulary = arguments.vocab_size
    if name in PAIRS:
        vocabulary = len(PAIRS[name]) + 2
    elif name == "induction":
        length = 2 * (length // 2) + 1
    if length > LONGEST:
        raise Unnamed(f"max_length is {length}; at most {LONGEST} can be read")
    try:
        return get_task(f"{name}:vocabulary={vocabulary},length={length}")
    except UsageError as error:
        raise Unnamed(f"the run's data cannot be drawn again: {error}") from None


def _run_domain(
    arguments: Arguments, task: Task, symbols: tuple[str, ...], positions: int
) -> Domain:
    """Return the task's domain with the symbols, the lengths and the positions that the network knows."""
    domain = task.domain
    known = tuple(symbol for symbol in domain.symbols if symbol in symbols)
    most = min(domain.max_length or positions, positions - domain.frame_size)
    least = domain.min_length
    if task.name == "induction":
        least = min(least, 2 * (arguments.min_length // 2) + 1)
    elif task.name not in PAIRS:
        least = max(least, arguments.min_length)
    least = min(least, most)
    if not known or most < 1:
        raise Unnamed(f"no sequence of its {len(known)} symbols fits {positions} positions")
    scored = domain.scored
    if scored is not None:
        scored = tuple(symbol for symbol in scored if symbol in known)
    return replace(domain, symbols=known, min_length=least, max_length=most, scored=scored)


def _training_data(arguments: Arguments, task: Task) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sorted symbols and labels of the training split."""
    size = arguments.dataset_size
    if not 10 <= size <= MOST_SEQUENCES:
        raise Unnamed(
            f"dataset_size is {size}; between 10 and {MOST_SEQUENCES} sequences can be drawn again"
        )
    symbols: set[str] = {symbol for symbol in (task.domain.prefix, task.domain.suffix) if symbol}
    labels: set[str] = set()
    try:
        sequences = list(_sequences(arguments, task, size))
        rows = _training_rows(np.arange(len(sequences)), arguments.seed)
        for row in _training_rows(rows, arguments.seed).tolist():
            symbols.update(sequences[row])
            labels.update(label for label in task.rule(sequences[row]) if label is not None)
    except (ValueError, BadInput) as error:
        raise Unnamed(f"the run's data cannot be drawn again: {error}") from None
    return tuple(sorted(symbols)), tuple(sorted(labels))


def _training_rows(rows: npt.NDArray[np.int64], seed: int) -> npt.NDArray[np.int64]:
    """Return nine tenths of the rows, as scikit-learn's `train_test_split` chooses them."""
    order = np.random.RandomState(seed).permutation(len(rows))
    return rows[order[ceil(0.1 * len(rows)) :]]


def _sequences(arguments: Arguments, task: Task, size: int) -> Iterator[tuple[str, ...]]:
    """Yield the data symbols of the sequences that the published script draws."""
    random = np.random.RandomState(arguments.seed)
    draw = _draw(arguments, task)
    always_new = task.name == "induction"
    draws = ROUNDS * size if arguments.unique else size
    # The sampler of `induction` counts new sequences alone, and gives up after so many old ones.
    patience = 2 * size * (ROUNDS if arguments.unique else 1)
    seen: set[str] = set()
    found = tried = 0
    while found < size and (always_new or tried < draws):
        sequence = draw(random)
        tried += 1
        # Sequences whose symbols run together alike count as the same.
        joined = "".join(sequence)
        if joined in seen and (arguments.unique or always_new):
            patience -= 1
            if always_new and patience < 0:
                return
            continue
        seen.add(joined)
        found += 1
        yield sequence


def _draw(arguments: Arguments, task: Task) -> Draw:
    least, most = arguments.min_length, arguments.max_length
    if task.name in PAIRS:
        return lambda random: _draw_dyck(random, PAIRS[task.name], least, most)
    if task.name == "induction":
        return lambda random: _draw_induction(random, arguments.vocab_size, least, most)
    beyond = most + (task.domain.suffix is None) - 1
    count = len(task.domain.symbols)

    def digits(random: np.random.RandomState) -> tuple[str, ...]:
        length = random.randint(least, beyond)
        return tuple(map(str, random.randint(0, count, size=length).tolist()))

    return digits


def _draw_dyck(
    random: np.random.RandomState, brackets: tuple[str, ...], least: int, most: int
) -> tuple[str, ...]:
    """Draw a balanced string filled up with random brackets, or random brackets alone."""
    found: list[str] = []
    if random.randint(2):
        for _ in range(random.randint(least // 2, most // 2 + 1)):
            pair = 2 * random.randint(0, len(brackets) // 2)
            opening, closing = brackets[pair], brackets[pair + 1]
            around = random.randint(0, 2)
            found = [opening, *found, closing] if around else [*found, opening, closing]
        if len(found) >= most - 1:
            return tuple(found[: most - 1])
    rest = random.randint(0, len(brackets), size=most - 1 - len(found))
    return (*found, *(brackets[bracket] for bracket in rest.tolist()))


def _draw_induction(
    random: np.random.RandomState, vocabulary: int, least: int, most: int
) -> tuple[str, ...]:
    """Draw pairs of a letter and its digit, and one more digit before or letter after them."""
    kinds = (vocabulary - 2) // 2
    pairs = random.randint(least // 2, most // 2 + 1)
    digit_of = random.randint(0, kinds, size=kinds)
    letters = random.randint(0, kinds, size=pairs)
    body = [
        symbol
        for letter in letters.tolist()
        for symbol in (chr(ord("a") + letter), str(digit_of[letter]))
    ]
    if random.randint(0, 2):
        return (str(random.randint(0, kinds)), *body)
    return (*body, chr(ord("a") + random.randint(0, kinds)))
