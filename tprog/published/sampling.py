"""The training data of the generated tasks, drawn again. Owns the published draws; refuses every other dataset.

A checkpoint holds numbers for symbols and labels, not their names. The names are the sorted symbols and labels of its
training data. Where their numbers are all that the task has, there is nothing to draw; otherwise the published way of
drawing is followed with the run's seed: NumPy's legacy generator, sequences that are new until there are enough, and
scikit-learn's split into 81 % for training, 9 % and 10 %.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import numpy.typing as npt

from tprog.errors import BadInput, UsageError
from tprog.ir import Domain
from tprog.published.arguments import Arguments
from tprog.tasks import Task, get_task

PADDING = "<pad>"
# The published runs draw 20,000 sequences; more than this would take minutes.
MOST_SEQUENCES = 50_000
LONGEST = 256
# The published script draws up to five times as many sequences as it wants new ones.
ROUNDS = 5

# What an export draws: enough for every label that is not rare, with the first of some seeds that has them all.
SEQUENCES = 5_000
SEEDS = 8

Draw = Callable[[np.random.RandomState], tuple[str, ...]]
PAIRS = {1: ("(", ")"), 2: ("(", ")", "{", "}")}


@dataclass(frozen=True, slots=True)
class Names:
    """What the numbers of a network stand for.

    Attributes:
        task: the task.
        domain: the task's domain with the run's lengths and symbols.
        symbols: every symbol, in the order of its number; `<pad>` is the first.
        labels: every label, in the order of its number; `<pad>` is the first.
        note: how they are known, as a sentence.
    """

    task: Task
    domain: Domain
    symbols: tuple[str, ...]
    labels: tuple[str, ...]
    note: str


def generated_names(arguments: Arguments, symbols: int, labels: int, positions: int) -> Names | str:
    """Return what the numbers of a network that was trained on a generated task stand for, or why that is unknown.

    Args:
        arguments: the run's.
        symbols: how many symbols the network knows.
        labels: how many labels.
        positions: its context length.
    """
    task = _task(arguments)
    if isinstance(task, str):
        return task
    every = tuple(sorted({*task.domain.alphabet}))
    answers = tuple(sorted(task.labels))
    if symbols == len(every) + 1 and labels == len(answers) + 1:
        found, shown = every, answers
        note = "Its symbols and labels are all that the task has."
    else:
        drawn = _training_data(arguments, task)
        if isinstance(drawn, str):
            return drawn
        found, shown = drawn
        note = f"Its symbols and labels are those of its training data, drawn again with seed {arguments.seed}."
    if (len(found) + 1, len(shown) + 1) != (symbols, labels):
        return (
            f"the network has {symbols} symbols and {labels} labels, its arguments make {len(found) + 1} and "
            f"{len(shown) + 1}; the two files do not belong together"
        )
    domain = _domain(arguments, task, found, positions)
    if isinstance(domain, str):
        return domain
    return Names(task, domain, (PADDING, *found), (PADDING, *shown), note)


def run_names(
    spec: str | None, domain: Domain, symbols: Collection[str], labels: Collection[str]
) -> tuple[Arguments, tuple[str, ...], tuple[str, ...]] | str:
    """Return arguments whose training data have some symbols and labels, with the order of their numbers, or why none have.

    Args:
        spec: the task's specification.
        domain: what the network is to read.
        symbols: the symbols that must occur, frame and all.
        labels: the labels that must occur; `<unk>` may.
    """
    try:
        task = get_task(spec or "")
    except UsageError:
        return "it names no generated task, and the words of a text task are drawn from its own data; export --published needs one"
    own = task.domain
    if (domain.prefix, domain.suffix, domain.context_length) != (
        own.prefix,
        own.suffix,
        own.context_length,
    ):
        return f"its frame or its greatest length is not that of {task.spec}"
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
        found = _task(arguments)
        drawn = _training_data(arguments, task)
        if isinstance(found, str) or isinstance(drawn, str):
            return f"its data cannot be drawn: {found if isinstance(found, str) else drawn}"
        if found.spec != task.spec:
            return f"no arguments give the sizes of {task.spec}"
        missing = ({*symbols} - {*drawn[0]}) | ({*labels} - {*drawn[1]})
        if not missing:
            return arguments, (PADDING, *drawn[0]), (PADDING, *drawn[1])
    shown = ", ".join(sorted(missing)[:8])
    return f"training data of {task.spec} do not have {shown}, so that its network cannot either"


def framed_length(arguments: Arguments) -> int:
    """Return how many positions the longest input of a run has."""
    task = _task(arguments)
    longest = None if isinstance(task, str) else task.domain.context_length
    return longest or arguments.max_length


def _task(arguments: Arguments) -> Task | str:
    """Return the task of a run, or why there is none."""
    name, length = arguments.dataset, arguments.max_length
    vocabulary = arguments.vocab_size
    if name in ("dyck1", "dyck2"):
        vocabulary = 4 if name == "dyck1" else 6
    elif name == "induction":
        length = 2 * (length // 2) + 1
    if length > LONGEST:
        return f"max_length is {length}; at most {LONGEST} can be read"
    try:
        return get_task(f"{name}:vocabulary={vocabulary},length={length}")
    except UsageError as error:
        return f"the run's data cannot be drawn again: {error}"


def _domain(
    arguments: Arguments, task: Task, symbols: tuple[str, ...], positions: int
) -> Domain | str:
    """Return the task's domain with the symbols, the lengths and the positions that the network knows."""
    domain = task.domain
    known = tuple(symbol for symbol in domain.symbols if symbol in symbols)
    most = min(domain.max_length or positions, positions - domain.frame_size)
    least = domain.min_length
    if task.name == "induction":
        least = min(least, 2 * (arguments.min_length // 2) + 1)
    elif not task.name.startswith("dyck"):
        least = max(least, arguments.min_length)
    least = min(least, most)
    if not known or most < 1:
        return f"no sequence of its {len(known)} symbols fits {positions} positions"
    scored = domain.scored
    if scored is not None:
        scored = tuple(symbol for symbol in scored if symbol in known)
    return replace(domain, symbols=known, min_length=least, max_length=most, scored=scored)


def _training_data(
    arguments: Arguments, task: Task
) -> tuple[tuple[str, ...], tuple[str, ...]] | str:
    """Return the sorted symbols and labels of the training split, or why they are unknown."""
    size = arguments.dataset_size
    if not 10 <= size <= MOST_SEQUENCES:
        return (
            f"dataset_size is {size}; between 10 and {MOST_SEQUENCES} sequences can be drawn again"
        )
    try:
        sequences = list(_sequences(arguments, task, size))
    except ValueError as error:
        return f"the run's data cannot be drawn again: {error}"
    rows = _training_rows(_training_rows(np.arange(len(sequences)), arguments.seed), arguments.seed)
    symbols: set[str] = {symbol for symbol in (task.domain.prefix, task.domain.suffix) if symbol}
    labels: set[str] = set()
    for row in rows.tolist():
        symbols.update(sequences[row])
        try:
            answers = task.rule(sequences[row])
        except BadInput as error:
            return f"the run's data cannot be drawn again: {error}"
        labels.update(answer for answer in answers if answer is not None)
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
    match task.name:
        case "dyck1" | "dyck2":
            brackets = PAIRS[1 if task.name == "dyck1" else 2]
            return lambda random: _draw_dyck(random, brackets, least, most)
        case "induction":
            return lambda random: _draw_induction(random, arguments.vocab_size, least, most)
        case _:
            framed = 1 if task.domain.suffix is None else 2
            count = len(task.domain.symbols)
            return lambda random: _draw_digits(random, count, least, most - framed + 1)


def _draw_digits(
    random: np.random.RandomState, count: int, least: int, beyond: int
) -> tuple[str, ...]:
    length = random.randint(least, beyond)
    return tuple(map(str, random.randint(0, count, size=length).tolist()))


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
