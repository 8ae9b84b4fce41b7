"""The two meanings of a published program, and what is known of where they part.

A published source ranks the query's own position at the number of matches, its network chooses it last (paper, section 3.2).
Beyond the table of a numerical look-up the source answers its default; that stays, and `beyond_tables` says where an input
gets there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, final

import numpy as np

from tprog.evaluate import Evaluator, all_inputs, count_inputs, sample_inputs
from tprog.ir import CategoricalHead, Nearest, Program
from tprog.ir.facts import RankedHeads, write_fact

Meaning: TypeAlias = Literal["source", "network"]

# The key of a manifest's metrics under which the figures are kept.
METRIC = "parting"
LIMIT = 400_000  # inputs that are compared unless someone asks for fewer
WIDE_LIMIT = 20_000  # the same where the vocabulary has no end

SENTENCES: dict[Meaning, str] = {
    "source": "means what its source computes",
    "network": "means what the source's network computes",
}


@dataclass(frozen=True, slots=True)
class Parting:
    """On how many inputs the source and its network give other labels.

    Attributes:
        meaning: which of the two the Program computes.
        inputs: how many inputs were compared.
        differing: on how many of them some label differs.
        exhaustive: whether these are all inputs.
        how: what was compared, in words.
        tokens: a shortest input that differs, its data symbols; empty where none was found.
        source: the source's labels for it; pooled: a single one.
        network: the network's.
    """

    meaning: Meaning
    inputs: int
    differing: int
    exhaustive: bool
    how: str
    tokens: tuple[str, ...] = ()
    source: tuple[str | None, ...] = ()
    network: tuple[str | None, ...] = ()

    @property
    def sentence(self) -> str:
        """The figures in a sentence."""
        means = f"this program {SENTENCES[self.meaning]}"
        if not self.differing:
            return f"{means}; source and network agree on {self.how}"
        return (
            f"{means}; source and network part on {self.differing:,} of {self.inputs:,} inputs"
            f"{'' if self.exhaustive else ' of a sample'}, such as `{' '.join(self.tokens)}`: "
            f"source {_shown(self.source)}, network {_shown(self.network)}"
        )


@final
@dataclass(frozen=True, slots=True)
class TableEnd:
    """The greatest number in the table of a numerical look-up; beyond it the default answers, where the network may not."""

    name: str
    last: int


def as_network(program: Program) -> Program:
    """Return a Program whose heads choose their own position last, as networks do; everything else stays. Idempotent."""
    operations = tuple(
        replace(one, tie=Nearest("last"))
        if isinstance(one, CategoricalHead) and one.tie == Nearest("matches")
        else one
        for one in program.operations
    )
    return replace(program, operations=operations)


def ranks_note(program: Program) -> str | None:
    """Say how many heads choose among several matches as published sources do; None where none does."""
    pairs = zip(program.operations, as_network(program).operations, strict=True)
    ranked = sum(one != other for one, other in pairs)
    return write_fact(RankedHeads(ranked)) if ranked else None


def most_compared(program: Program) -> int:
    """Return on how many inputs a program is compared unless someone asks for fewer."""
    return LIMIT if program.domain.unknown is None else WIDE_LIMIT


def beyond_tables(program: Program, ends: Sequence[TableEnd], seed: int = 0) -> tuple[str, ...]:
    """Say of numerical look-ups on how many inputs, of all or of a sample, an argument exceeds their tables, where one does."""
    if not ends:
        return ()
    domain, limit = program.domain, most_compared(program)
    total = count_inputs(domain)
    exhaustive = total is not None and total <= limit
    sampled = min(limit, WIDE_LIMIT)
    batches = all_inputs(domain) if exhaustive else sample_inputs(domain, sampled, seed)
    arguments = [program.operations[_place(program, end)].reads for end in ends]
    reached, beyond = [0] * len(ends), [0] * len(ends)
    shortest = [""] * len(ends)
    evaluator = Evaluator(program)
    inputs = 0
    # Batches come with the shortest inputs first.
    for batch in batches:
        inputs += len(batch)
        values = evaluator.evaluate(batch).values
        for place, end in enumerate(ends):
            greatest = np.max([values[one].max(axis=1) for one in arguments[place]], axis=0)
            rows = np.flatnonzero(greatest > end.last)
            reached[place] = max(reached[place], int(greatest.max(initial=0)))
            if len(rows) and not beyond[place]:
                shortest[place] = " ".join(batch.data(int(rows[0]), domain))
            beyond[place] += len(rows)
    what = "inputs" if exhaustive else "sampled inputs"
    return tuple(
        f"{end.name}: its table ends at {end.last}, and arguments reach {most}: on {count:,} of "
        f"{inputs:,} {what}, such as `{tokens}`, it answers its default, where the network may not"
        for end, most, count, tokens in zip(ends, reached, beyond, shortest, strict=True)
        if count
    )


def _place(program: Program, end: TableEnd) -> int:
    return program.names.index(end.name) - len(program.inputs)


def _shown(labels: Sequence[str | None]) -> str:
    return " ".join("." if label is None else label for label in labels)
