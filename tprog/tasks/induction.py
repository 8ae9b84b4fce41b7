"""`induction`: the digit that followed this letter before.

Letters and digits alternate, and within one sequence a letter is always followed by the same digit. A sequence has an
odd number of symbols: pairs of a letter and its digit, and before them one digit or after them one letter. The
labels, asked for at letters alone, are the digits and `<unk>`, which is the answer at a letter's first occurrence.
"""

from collections.abc import Iterator
from functools import partial
from string import ascii_lowercase

import numpy as np

from tprog.errors import BadInput, UsageError
from tprog.evaluate.inputs import Batch, IntArray, frame_indices
from tprog.ir import Domain
from tprog.tasks.sizes import TaskSizes, check_size, write_spec
from tprog.tasks.task import Modules, Space, Task, spell

DEFAULT = TaskSizes(vocabulary=10, length=9)
NEW = "<unk>"
CHUNK = 16384
# The symbols are in the order of strings, so all digits come before all letters; both lists have `kinds` entries.


def induction(sizes: TaskSizes = DEFAULT) -> Task:
    """Return the task. Its length does not count `<s>`: as published, 9 is the number of data symbols.

    Raises:
        UsageError: the vocabulary is odd or outside 4..54, or the length is even or below 3.
    """
    check_size("induction", "vocabulary", sizes.vocabulary, 4, 2 * len(ascii_lowercase) + 2)
    check_size("induction", "length", sizes.length, 3)
    if sizes.vocabulary % 2:
        raise UsageError("task induction: vocabulary is even, as every letter has its digit")
    if sizes.length % 2 == 0:
        raise UsageError("task induction: length is odd, pairs and one more symbol")
    kinds = (sizes.vocabulary - 2) // 2
    digits = tuple(sorted(str(number) for number in range(kinds)))
    letters = tuple(ascii_lowercase[:kinds])
    domain = Domain(
        (*digits, *letters),
        max_length=sizes.length,
        min_length=sizes.length,
        prefix="<s>",
        scored=letters,
    )
    return Task(
        name="induction",
        domain=domain,
        labels=(*digits, NEW),
        rule=partial(induction_truth, frozenset(digits)),
        spec=write_spec("induction", sizes, DEFAULT),
        description="at a letter the digit after its earlier occurrence, else <unk>",
        causal=True,
        arrays=partial(induction_arrays, kinds),
        sampler=partial(draw_induction, domain),
        space=Space(partial(all_induction, domain), partial(count_induction, domain)),
        # Two single heads (paper, section 4.1).
        published=Modules(2, 1, 0, 0, 0),
        categorical_only=Modules(2, 1, 0, 0, 0),
    )


def induction_truth(digits: frozenset[str], tokens: tuple[str, ...]) -> tuple[str | None, ...]:
    """Return at each letter the digit that it had before, or `<unk>`; None at digits.

    Raises:
        BadInput: letters and digits do not alternate, or a letter has two digits.
    """
    followed_by: dict[str, str] = {}
    labels: list[str | None] = []
    for position, token in enumerate(tokens):
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        if following is not None and (token in digits) == (following in digits):
            raise BadInput(f"in task induction letters and digits alternate; not in {tokens!r}")
        if token in digits:
            labels.append(None)
            continue
        labels.append(followed_by.get(token, NEW))
        if following is not None and followed_by.setdefault(token, following) != following:
            raise BadInput(
                f"in task induction a letter has one digit; {token!r} has two in {tokens!r}"
            )
    return tuple(labels)


def induction_arrays(kinds: int, data: IntArray) -> IntArray:
    """Return `(inputs, data symbols)` labels, -1 at digits, which are the indices below `kinds`.

    Raises:
        BadInput: letters and digits do not alternate in some input, or a letter has two digits.
    """
    length = data.shape[1]
    letter = data >= kinds
    bad = (letter[:, 1:] == letter[:, :-1]).any(axis=1)
    labels = np.where(letter, kinds, -1)
    for later in range(2, length):
        for earlier in range(later % 2, later, 2):
            again = letter[:, later] & (data[:, later] == data[:, earlier])
            labels[:, later] = np.where(again, data[:, earlier + 1], labels[:, later])
            if later + 1 < length:
                bad |= again & (data[:, later + 1] != data[:, earlier + 1])
    if bad.any():
        raise BadInput(
            "in task induction letters and digits alternate, and a letter has one digit; "
            f"input {int(np.argmax(bad))} breaks this"
        )
    return labels


def draw_induction(
    domain: Domain, random: np.random.Generator, count: int
) -> list[tuple[str, ...]]:
    """Return `count` sequences: a random map, random letters under it, and a digit before or a letter after."""
    kinds, pairs = _shape(domain)
    digit_of = random.integers(0, kinds, size=(count, kinds))
    letters = random.integers(0, kinds, size=(count, pairs))
    body = np.empty((count, 2 * pairs), dtype=np.int64)
    body[:, 0::2] = letters + kinds
    body[:, 1::2] = np.take_along_axis(digit_of, letters, axis=1)
    extra = random.integers(0, kinds, size=(count, 1))
    leads = random.integers(0, 2, size=(count, 1)) == 1
    data = np.where(leads, np.hstack([extra, body]), np.hstack([body, extra + kinds]))
    return spell(domain.symbols, data)


def all_induction(domain: Domain, up_to: int | None = None) -> Iterator[Batch]:
    """Yield every input, those with a leading digit first."""
    kinds, pairs = _shape(domain)
    if up_to is not None and up_to < domain.min_length:
        return
    extras = np.arange(kinds, dtype=np.int64)
    for leads in (True, False):
        for body in _bodies(kinds, pairs, np.empty((1, 0), dtype=np.int64)):
            extra = np.tile(extras if leads else extras + kinds, len(body))[:, None]
            repeated = np.repeat(body, kinds, axis=0)
            columns = [extra, repeated] if leads else [repeated, extra]
            yield frame_indices(domain, np.hstack(columns))


def count_induction(domain: Domain, up_to: int | None = None) -> int:
    """Return the number of inputs, counted by how many distinct letters the pairs have used so far."""
    kinds, pairs = _shape(domain)
    if up_to is not None and up_to < domain.min_length:
        return 0
    ways = [1] + [0] * kinds
    for _ in range(pairs):
        ways = [
            ways[used] * used + (ways[used - 1] * (kinds - used + 1) * kinds if used else 0)
            for used in range(kinds + 1)
        ]
    return 2 * kinds * sum(ways)


def _shape(domain: Domain) -> tuple[int, int]:
    """Return the number of letters and the number of pairs."""
    return len(domain.symbols) // 2, domain.min_length // 2


def _bodies(kinds: int, pairs: int, start: IntArray) -> Iterator[IntArray]:
    """Yield every row of pairs that begins with a row of `start`, at most CHUNK / kinds rows at a time."""
    if start.shape[1] == 2 * pairs:
        yield start
        return
    letters, digits = (grid.ravel() for grid in np.indices((kinds, kinds), dtype=np.int64))
    rows = max(1, CHUNK // kinds**3)
    for first in range(0, len(start), rows):
        chunk = np.repeat(start[first : first + rows], kinds**2, axis=0)
        pair = np.tile(np.stack([letters + kinds, digits], axis=1), (len(chunk) // kinds**2, 1))
        clash = (chunk[:, 0::2] == pair[:, :1]) & (chunk[:, 1::2] != pair[:, 1:])
        longer = np.hstack([chunk, pair])[~clash.any(axis=1)]
        yield from _bodies(kinds, pairs, longer)
