"""Programs with random modules of given sizes. Owns the sizes and the draw; refuses to learn."""

from math import prod
from typing import Protocol

import numpy as np

from tprog.errors import UsageError
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    Classifier,
    Domain,
    FiniteValues,
    NumericalHead,
    NumericalLookup,
    Ones,
    Operation,
    Positions,
    Program,
    Provenance,
    Table,
    Tokens,
    Values,
)
from tprog.learn.layout import NetworkSizes
from tprog.learn.search.grids import rectangles_of


class TaskLike(Protocol):
    """What is needed of a task: see `tprog.tasks.Task`."""

    @property
    def domain(self) -> Domain:
        """The sequences."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels."""

    @property
    def causal(self) -> bool:
        """Whether no label depends on what stands to the right."""

    @property
    def spec(self) -> str:
        """What to write to get the task."""


def random_program(task: TaskLike, sizes: NetworkSizes, seed: int, arity: int = 2) -> Program:
    """Return a Program of the given sizes with random reads, predicates and tables, and no votes.

    Every query wants one key, whatever `sizes.rows` says; a search may widen the predicates.

    Args:
        task: what is to be learned.
        sizes: how many modules a layer has; `hidden` does not matter here.
        seed: of the random numbers.
        arity: variables that a look-up reads, 1 to 3.

    Raises:
        UsageError: the task's sequences have no greatest length, or the sizes ask for word embeddings.
    """
    random = np.random.default_rng(seed)
    positions = task.domain.context_length
    if positions is None:
        raise UsageError(f"task {task.spec} has no greatest length; give one")
    if sizes.embeddings:
        raise UsageError("random programs read one-hot tokens; set embeddings to 0")
    count = sizes.values or max(positions, len(task.domain.alphabet))
    cap = positions if sizes.cap is None else sizes.cap
    program = Program(
        task.domain,
        (Tokens(), Positions(), Ones()),
        (),
        Classifier(task.labels, ()),
        Provenance(task=task.spec),
    )
    for layer in range(sizes.layers):
        before = program.values
        for numerical, heads in ((False, sizes.categorical_heads), (True, sizes.numerical_heads)):
            for head in range(heads):
                causal = task.causal or sizes.causal or head < sizes.causal_heads
                drawn = _random_head(random, before, numerical, causal, layer)
                program = _extended(program, drawn)
        seen = program.values
        written = FiniteValues(tuple(range(count)))
        for _ in range(sizes.categorical_lookups):
            program = _extended(program, _random_lookup(random, seen, written, arity, layer))
        for _ in range(sizes.numerical_lookups):
            program = _extended(
                program, _random_num_lookup(random, seen, written, (cap,) * arity, layer)
            )
    return program


def _extended(program: Program, operation: Operation) -> Program:
    return Program(
        program.domain,
        program.inputs,
        (*program.operations, operation),
        program.classifier,
        program.provenance,
    )


def _random_head(
    random: np.random.Generator,
    values: tuple[Values, ...],
    numerical: bool,
    causal: bool,
    layer: int,
) -> Operation:
    cat = [n for n, found in enumerate(values) if isinstance(found, FiniteValues)]
    num = [n for n in range(len(values)) if n not in cat]
    query, key = int(random.choice(cat)), int(random.choice(cat))
    sizes = [len(found) for n in (query, key) if isinstance(found := values[n], FiniteValues)]
    rows = tuple((int(wanted),) for wanted in random.integers(0, sizes[1], sizes[0]))
    if numerical:
        return NumericalHead(
            query, key, int(random.choice(num)), Table(rows), causal=causal, layer=layer
        )
    return CategoricalHead(
        query, key, int(random.choice(cat)), Table(rows), causal=causal, layer=layer
    )


def _random_lookup(
    random: np.random.Generator,
    values: tuple[Values, ...],
    written: FiniteValues,
    arity: int,
    layer: int,
) -> Operation:
    cat = [n for n, found in enumerate(values) if isinstance(found, FiniteValues)]
    arguments = tuple(int(n) for n in random.choice(cat, arity))
    sizes = [len(found) for n in arguments if isinstance(found := values[n], FiniteValues)]
    table = random.integers(0, len(written), prod(sizes))
    return CategoricalLookup(arguments, written, tuple(table.tolist()), layer=layer)


def _random_num_lookup(
    random: np.random.Generator,
    values: tuple[Values, ...],
    written: FiniteValues,
    caps: tuple[int, ...],
    layer: int,
) -> Operation:
    num = [n for n, found in enumerate(values) if not isinstance(found, FiniteValues)]
    arguments = tuple(int(n) for n in random.choice(num, len(caps)))
    grid = random.integers(0, len(written), [cap + 1 for cap in caps]).astype(np.uint8)
    boxes, default = rectangles_of(grid)
    return NumericalLookup(arguments, written, caps, boxes, default, layer=layer)
