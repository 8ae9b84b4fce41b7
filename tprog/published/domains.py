"""Which sequences a published program is for. Owns recognising its task; refuses to take a name's word over examples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tprog.errors import BadInput, UsageError
from tprog.ir import Domain
from tprog.published.imported import Example
from tprog.tasks import Task, get_task, task_names

PREFIX, SUFFIX, PADDING, UNKNOWN = "<s>", "</s>", "<pad>", "<unk>"


@dataclass(frozen=True, slots=True)
class Recognised:
    """The domain of a published program.

    Attributes:
        domain: the domain.
        task: the specification of its task, or None.
        note: how it was found, as a sentence.
    """

    domain: Domain
    task: str | None
    note: str


def recognise(
    vocabulary: Sequence[str],
    positions: int,
    examples: Sequence[Example],
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
        if len(proved) == 1:
            return _of_task(proved[0], f"its {len(examples)} examples")
        if len(named) == 1 and (proved or not examples):
            source = (
                f"its {len(examples)} examples and its name" if proved else "its name and symbols"
            )
            return _of_task(named[0], source)
    return _by_symbols(vocabulary, positions, open_vocabulary)


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


def _explains(task: Task, examples: Sequence[Example]) -> bool:
    for example in examples:
        try:
            truth = task.truth(example.tokens)
        except BadInput:
            return False
        if len(example.labels) != len(example.tokens):
            return False
        given = example.labels[task.domain.data_slice(len(example.tokens))]
        if any(
            label is not None and label != shown for label, shown in zip(truth, given, strict=True)
        ):
            return False
    return True


def _of_task(task: Task, source: str) -> Recognised:
    return Recognised(task.domain, task.spec, f"The task is {task.spec}, by {source}.")


def _by_symbols(
    vocabulary: Sequence[str], positions: int, open_vocabulary: bool
) -> Recognised | None:
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
