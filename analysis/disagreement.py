"""Where a published program and its network part. Owns the two meanings of a program that was read; refuses to print.

A published source ranks the query's own position at the number of matches, its network chooses it last. Beyond the table of
a numerical look-up the source answers its default; that stays, and `reached_ends` says where an input gets there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from tprog.analysis.verify.compare import Progress, compare
from tprog.evaluate import Batch, Evaluator, all_inputs, count_inputs, sample_inputs
from tprog.evaluate.inputs import IntArray
from tprog.ir import CategoricalHead, Nearest, NumericalLookup, Program
from tprog.json_values import from_json_values
from tprog.manifest import Manifest

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


@dataclass(frozen=True, slots=True)
class ReachedEnd:
    """A numerical look-up whose arguments exceed its table on some inputs.

    Attributes:
        name: the look-up.
        last: the greatest number of its table.
        reached: the greatest number that an argument has.
        inputs: how many inputs were run.
        beyond: on how many of them an argument exceeds the table.
        exhaustive: whether these are all inputs.
        tokens: a shortest input that does; empty where none was found.
    """

    name: str
    last: int
    reached: int
    inputs: int
    beyond: int
    exhaustive: bool
    tokens: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The figures in a sentence."""
        what = "inputs" if self.exhaustive else "sampled inputs"
        if not self.beyond:
            return f"{self.name}: its table ends at {self.last}, and no argument exceeds that on {self.inputs:,} {what}"
        return (
            f"{self.name}: its table ends at {self.last}, and arguments reach {self.reached}: on {self.beyond:,} of "
            f"{self.inputs:,} {what}, such as `{' '.join(self.tokens)}`, it answers its default, where the network may not"
        )


def as_network(program: Program) -> Program:
    """Return a Program whose heads choose their own position last, as networks do; everything else stays. Idempotent."""
    operations = tuple(
        replace(one, tie=Nearest("last"))
        if isinstance(one, CategoricalHead) and one.tie == Nearest("matches")
        else one
        for one in program.operations
    )
    return replace(program, operations=operations)


def ranks_itself(program: Program) -> bool:
    """Tell whether some head ranks its own position at the number of matches, as published sources do."""
    return as_network(program) != program


def part(
    source: Program,
    network: Program,
    meaning: Meaning,
    *,
    limit: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Parting:
    """Compare what a source computes with what its network computes.

    Args:
        source: the Program with the source's tie-break.
        network: the same with the network's.
        meaning: which of the two a user has.
        limit: the most inputs to compare.
        seed: of the sample, where there is one.
        progress: see `verify`.
    """
    found = compare(network, source, limit=limit or _limit(source), seed=seed, progress=progress)
    example = found.counterexample
    return Parting(
        meaning,
        found.inputs,
        found.differing_inputs,
        found.exhaustive,
        found.how,
        *(() if example is None else (example.tokens, example.expected, example.got)),
    )


def parting_of(
    program: Program,
    *,
    limit: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Parting | None:
    """Return where a Program with a published source's tie-break parts from its network; None where it has none."""
    network = as_network(program)
    if network == program:
        return None
    return part(program, network, "source", limit=limit, seed=seed, progress=progress)


def known_parting(
    program: Program,
    source: str,
    manifest: Manifest | None,
    *,
    recompute: bool = False,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Parting | None:
    """Return where an imported program parts from its other meaning; None where it has none.

    What the import measured stands in the manifest while that speaks of this file. A program with the network's tie-break
    no longer knows its source's, so that for it the manifest is all there is.

    Args:
        program: the Program.
        source: the text of its file.
        manifest: the manifest beside it, if there is one.
        recompute: whether to measure again what can be.
        limit: the most inputs to compare.
        progress: see `verify`.
    """
    found = None
    if manifest is not None and manifest.matches(source):
        found = from_json_values(manifest.metrics.get(METRIC), Parting)
    if found is None or (recompute and ranks_itself(program)):
        return parting_of(program, limit=limit, progress=progress)
    return found


def reached_ends(
    program: Program, ends: Sequence[tuple[str, int]], seed: int = 0
) -> tuple[ReachedEnd, ...]:
    """Return how far the arguments of numerical look-ups get beyond their tables.

    Args:
        program: the Program.
        ends: each look-up's name and the greatest number of its table.
        seed: of the sample, where there are too many inputs to list.
    """
    if not ends:
        return ()
    domain, limit = program.domain, _limit(program)
    total = count_inputs(domain)
    exhaustive = total is not None and total <= limit
    batches = (
        all_inputs(domain) if exhaustive else sample_inputs(domain, min(limit, WIDE_LIMIT), seed)
    )
    tallies = [_Ends(program, name, last) for name, last in ends]
    evaluator = Evaluator(program)
    inputs = 0
    for batch in batches:
        inputs += len(batch)
        values = evaluator.evaluate(batch).values
        for tally in tallies:
            tally.add(batch, [values[argument] for argument in tally.arguments])
    return tuple(tally.found(inputs, exhaustive) for tally in tallies)


class _Ends:
    """What one look-up's arguments reached so far."""

    def __init__(self, program: Program, name: str, last: int) -> None:
        self.domain, self.name, self.last = program.domain, name, last
        variable = program.variables[program.names.index(name)]
        assert isinstance(variable, NumericalLookup)
        self.arguments = variable.arguments
        self.reached = self.beyond = 0
        self.tokens: tuple[str, ...] = ()

    def add(self, batch: Batch, values: Sequence[IntArray]) -> None:
        """Count one batch; batches come with the shortest inputs first."""
        greatest = np.maximum.reduce(list(values)).max(axis=1)
        self.reached = max(self.reached, int(greatest.max(initial=0)))
        rows = np.flatnonzero(greatest > self.last)
        if len(rows) and not self.beyond:
            self.tokens = batch.data(int(rows[0]), self.domain)
        self.beyond += len(rows)

    def found(self, inputs: int, exhaustive: bool) -> ReachedEnd:
        """Return the figures."""
        return ReachedEnd(
            self.name, self.last, self.reached, inputs, self.beyond, exhaustive, self.tokens
        )


def _limit(program: Program) -> int:
    return LIMIT if program.domain.unknown is None else WIDE_LIMIT


def _shown(labels: Sequence[str | None]) -> str:
    return " ".join("." if label is None else label for label in labels)
