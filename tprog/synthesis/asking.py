"""Where a task can be asked: examples of it, fresh ones, and ones longer than its domain has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tprog.errors import TprogError
from tprog.rasp.graph import SOp
from tprog.synthesis.examples import Example, Examples, wrong_rows
from tprog.tasks.registry import get_task
from tprog.tasks.task import Task, draw_uniform, optional_symbols, symbols

SHORT = 300
"""All inputs up to the length at which there are so many are examples: the rarest cases are often the shortest."""

LEAST = 2_000
"""Examples are drawn until there are so many, and as many again where all short ones already are."""

LONGER = 4
"""To how many times its greatest length an algorithm is tried."""

FRESH, FRESH_LONGER = 2_000, 100
"""So many inputs within the domain, and longer than it, are drawn to judge one candidate."""

REFUTATIONS = 20
"""So many inputs that refute a candidate are told."""


def examples_of(task: Task, count: int = LEAST, seed: int = 0) -> Examples:
    """Return examples of a task: all short inputs and drawn ones, distinct, shortest first within each group.

    A task that knows the answers of certain inputs alone gives all of these.
    """
    chosen: dict[tuple[str, ...], None] = {}
    if task.examples is not None:
        chosen = dict.fromkeys(task.examples)
    else:
        for batch in task.inputs(_short_length(task)):
            chosen |= dict.fromkeys(batch.data(row, task.domain) for row in range(len(batch)))
        # A small domain may hold no more; somebody's sampler may repeat itself.
        wanted, random = len(chosen) // 2 + count, np.random.default_rng(seed)
        for _ in range(5):
            if len(chosen) < wanted:
                chosen |= dict.fromkeys(task.draw(random, wanted - len(chosen)))
    rows = [example_of(one, task.truth(one), task.pooled) for one in chosen if one]
    return Examples(tuple(rows), task.pooled, task.causal)


def _short_length(task: Task) -> int:
    length = task.domain.min_length
    most = task.domain.max_length or length
    while length < most and (task.count(length + 1) or SHORT + 1) <= SHORT:
        length += 1
    return length if (task.count(length) or SHORT + 1) <= SHORT else 0


def example_of(tokens: Sequence[str], labels: Sequence[str | None], pooled: bool) -> Example:
    """Return an example; where it is pooled, its one label stands at the last position."""
    if pooled:
        labels = (*(None,) * (len(tokens) - 1), *labels)
    return Example(tuple(tokens), tuple(labels))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What fresh inputs say of a graph.

    Attributes:
        refuted: inputs within the domain that it gets wrong, a few, the shortest first.
        too_long: longer inputs that it gets wrong, a few; or the length from which the truth is unknown has none.
        tried: how many inputs within the domain were tried.
        tried_longer: how many longer ones were.
        longest: the greatest length that was tried.
    """

    refuted: tuple[Example, ...]
    too_long: tuple[Example, ...]
    tried: int
    tried_longer: int
    longest: int


@dataclass(frozen=True, slots=True)
class Judge:
    """Known answers that a candidate is held to, beyond the examples: inputs of the domain, and longer ones."""

    within: Sequence[Example]
    longer: Sequence[Example]

    @classmethod
    def of_task(cls, task: Task, seed: int = 0) -> "Judge":
        """Ask a task about fresh and longer inputs; one that knows certain inputs alone is not asked."""
        random = np.random.default_rng((seed, 1))
        within: list[Example] = []
        longer: list[Example] = []
        if task.examples is None:
            drawn = dict.fromkeys(one for one in task.draw(random, FRESH) if one)
            within = [example_of(one, task.truth(one), task.pooled) for one in drawn]
            longer = longer_examples(task, random)
        return cls(within, longer)

    def __call__(self, graph: SOp) -> Judgement:
        """Return what a graph gets wrong."""
        refuted = _wrong(graph, self.within)
        too_long = () if refuted else _wrong(graph, self.longer)
        longest = max((len(one.tokens) for one in (*self.within, *self.longer)), default=0)
        return Judgement(refuted, too_long, len(self.within), len(self.longer), longest)


def _wrong(graph: SOp, rows: Sequence[Example]) -> tuple[Example, ...]:
    wrong = wrong_rows(graph, Examples(tuple(rows)), REFUTATIONS) if rows else []
    return tuple(rows[row] for row in wrong)


def longer_examples(
    task: Task, random: np.random.Generator, count: int = FRESH_LONGER
) -> list[Example]:
    """Return inputs up to `LONGER` times as long as the domain's, with what the task's rule says of them.

    There are none where the rule fails, or where nobody can tell which longer inputs there are.
    """
    longest = task.domain.max_length
    if longest is None or task.examples is not None:
        return []
    longer = stretched(task, longest * LONGER)
    if longer is None:
        return []
    drawn = [one for one in longer.draw(random, 2 * count) if len(one) > longest][:count]
    found: list[Example] = []
    for tokens in drawn:
        try:
            labels = optional_symbols(longer.rule(tokens))
        except Exception:  # A user's rule may know its own lengths alone.
            return []
        if len(labels) != (1 if task.pooled else len(tokens)):
            return []
        found.append(example_of(tokens, labels, task.pooled))
    return found


def stretched(task: Task, longest: int) -> Task | None:
    """Return a task with inputs of about so many positions, None where there is none.

    A published one has such sizes itself. Another one's rule is asked about longer inputs where all sequences of its
    symbols are inputs; its labels are not checked.
    """
    found = sized(task.spec, longest)
    # A task of somebody's own may be called like a published one.
    if found is not None and found.domain.symbols == task.domain.symbols:
        return found
    if task.space is not None or task.sampler is not None or task.domain.unknown is not None:
        return None
    domain = replace(task.domain, max_length=longest)

    def draw(random: np.random.Generator, count: int) -> list[tuple[str, ...]]:
        return [symbols(one) for one in draw_uniform(domain, random, count)]

    return replace(task, domain=domain, arrays=None, sampler=draw)


def sized(spec: str, longest: int) -> Task | None:
    """Return a published task with about so many positions, None where there is none."""
    name, _, sizes = spec.partition(":")
    kept = [part for part in sizes.split(",") if part and not part.startswith("length=")]
    for length in range(longest, longest + 4):
        try:
            found = get_task(f"{name}:" + ",".join([*kept, f"length={length}"]))
        except TprogError:
            continue
        if (found.domain.max_length or 0) >= longest:
            return found
    return None
