"""Programs from parts: their modules, and votes fitted to labelled inputs by counting."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tprog.evaluate import evaluate
from tprog.evaluate.bounds import numerical_bounds
from tprog.evaluate.cover import cover
from tprog.evaluate.inputs import Batch, IntArray
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Compare,
    Constant,
    FiniteValues,
    KeyIn,
    NumericalHead,
    NumericalLookup,
    Ones,
    Operation,
    Positions,
    Predicate,
    Program,
    Provenance,
    Table,
    Tokens,
    predicate_problems,
    predicate_table,
)
from tprog.learn.compose.expressions import (
    POSITIONS,
    TOKENS,
    Copy,
    Count,
    Expression,
    InputVariable,
    Lookup,
    Wanted,
    modules,
    name_of,
)
from tprog.learn.compose.sample import text_order
from tprog.tasks.task import Task

Batches = Sequence[tuple[Batch, IntArray]]


def write_modules(
    task: Task, parts: tuple[Expression, ...]
) -> tuple[Program, dict[Expression, int]]:
    """Return a Program without votes that computes some parts and what they read, and the variable of each part."""
    program = Program(
        task.domain,
        (Tokens(), Positions(), Ones()),
        (),
        Classifier(task.labels, ()),
        Provenance(task=task.spec),
    )
    places: dict[Expression, int] = {TOKENS: 0, POSITIONS: 1}
    for part in modules(parts):
        places[part] = len(program.variables)
        written = replace(_operation(program, part, places), name=name_of(part))
        program = replace(program, operations=(*program.operations, written))
    return program, places


def with_majority_votes(
    program: Program, variable: int, batches: Batches, *, identity: bool = False
) -> Program:
    """Return the Program in which one categorical variable alone votes: each value for the label it mostly comes with.

    Where it is the `identity`, the values are the labels themselves, and the labelled inputs do not matter.
    """
    labels = len(program.classifier.labels)
    counts = np.eye(labels, dtype=np.int64)
    if not identity:
        counts = np.zeros((len(program.finite_values(variable)), labels), np.int64)
        for batch, truth in batches:
            values = evaluate(program, batch).values[variable]
            known = truth >= 0
            np.add.at(counts, (values[known], truth[known]), 1)
    rows = tuple(
        tuple(int(label == row.argmax()) if row.any() else 0 for label in range(labels))
        for row in counts
    )
    votes = (CategoricalVotes(variable, rows),)
    return replace(program, classifier=Classifier(program.classifier.labels, votes))


def joint_counts(
    task: Task, arguments: tuple[Expression, ...], shape: tuple[int, ...], batches: Batches
) -> npt.NDArray[np.int64]:
    """Return `(value, ..., label)`: how often the values of some variables come together with each label.

    Values beyond the shape count as the greatest.
    """
    program, places = write_modules(task, arguments)
    counts = np.zeros((*shape, len(task.labels)), np.int64)
    for batch, truth in batches:
        variables = evaluate(program, batch).values
        known = truth >= 0
        index = [
            np.minimum(variables[places[part]][known], size - 1)
            for part, size in zip(arguments, shape, strict=True)
        ]
        np.add.at(counts, (*index, truth[known]), 1)
    return counts


def _operation(program: Program, part: Expression, places: dict[Expression, int]) -> Operation:
    layer = part.layer
    match part:
        case Count(variable=variable, wanted=wanted, causal=causal):
            place = places[variable]
            predicate = _predicate(program, wanted, place, place)
            return NumericalHead(place, place, 2, predicate, causal=causal, layer=layer)
        case Copy(query=query, key=key, value=value, wanted=wanted, causal=causal):
            predicate = _predicate(program, wanted, places[query], places[key])
            return CategoricalHead(
                places[query], places[key], places[value], predicate, causal=causal, layer=layer
            )
        case Lookup(numerical=True):
            return _numerical(program, part, places)
        case Lookup():
            return _categorical(program, part, places)
        case InputVariable():
            raise TypeError("an input is no module")


def _predicate(program: Program, wanted: Wanted, query: int, key: int) -> Predicate:
    """Return the shortest form of a predicate over the values of two variables."""
    queries, keys = program.finite_values(query), program.finite_values(key)
    # As in `grow.counts`: tokens are compared with tokens by their texts.
    texts = query == key and wanted.offset == 0 and isinstance(program.variables[query], Tokens)
    order = text_order(program.domain) if texts and not wanted.listed else ()
    table = wanted.table(len(queries), len(keys), order)
    rows = Table(tuple(tuple(np.flatnonzero(row).tolist()) for row in table))
    symbolic: list[Predicate] = []
    if wanted.relation is not None:
        symbolic.append(Compare(wanted.relation, 1, wanted.offset))
    elif table.all():
        symbolic.append(Constant(True))
    elif (table == table[0]).all() and table.any():
        symbolic.append(KeyIn(rows.rows[0]))
    for form in symbolic:
        fits = not predicate_problems(form, queries, keys)
        if fits and predicate_table(form, queries, keys) == rows:
            return form
    return rows


def _numerical(program: Program, part: Lookup, places: dict[Expression, int]) -> NumericalLookup:
    bounds = numerical_bounds(program)
    grid = np.array(part.entries, np.int64).reshape(part.shape)
    for axis, argument in enumerate(part.arguments):
        # As far as the argument goes; beyond the table, its last entries go on.
        bound = bounds[places[argument]]
        reach = part.shape[axis] if bound is None else bound + 1
        grid = grid.take(np.minimum(range(reach), part.shape[axis] - 1), axis=axis)
    boxes, default = cover(grid)
    return NumericalLookup(
        tuple(places[argument] for argument in part.arguments),
        FiniteValues(part.texts or tuple(range(int(grid.max()) + 1))),
        tuple(size - 1 for size in grid.shape),
        boxes,
        default,
        notes=(part.note,) if part.note else (),
        layer=part.layer,
    )


def _categorical(
    program: Program, part: Lookup, places: dict[Expression, int]
) -> CategoricalLookup:
    arguments = tuple(places[argument] for argument in part.arguments)
    grid = np.array(part.entries, np.int64).reshape(part.shape)
    sizes = [
        np.minimum(range(len(program.finite_values(n))), size - 1)
        for n, size in zip(arguments, part.shape, strict=True)
    ]
    table = grid[np.ix_(*sizes)].reshape(-1)
    return CategoricalLookup(
        arguments,
        FiniteValues(part.texts or tuple(range(int(grid.max()) + 1))),
        tuple(int(entry) for entry in table),
        notes=(part.note,) if part.note else (),
        layer=part.layer,
    )
