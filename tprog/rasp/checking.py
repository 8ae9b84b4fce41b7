"""A compiled Program is held to its graph: its answers, and what its heads may not look at."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tprog.errors import TprogError
from tprog.evaluate.evaluator import Evaluator
from tprog.evaluate.inputs import Batch
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    NumericalHead,
    Operation,
    Program,
    Provenance,
    predicate_table,
)
from tprog.rasp.building import INPUTS, TOKENS, Builder
from tprog.rasp.evaluate import label
from tprog.rasp.expression import Base
from tprog.rasp.facts import Facts, NotCompiled


class Miscompiled(TprogError):
    """A compiled Program differs from its graph: a fault of the compiler."""

    slug = "miscompiled"


def looking_left(program: Program) -> Program:
    """Return the Program with every head looking at keys up to the query's own alone."""
    operations = tuple(
        replace(one, causal=True) if isinstance(one, CategoricalHead | NumericalHead) else one
        for one in program.operations
    )
    return replace(program, operations=operations)


def refuse_counted_prefix(
    build: Builder, counted: Sequence[tuple[Operation, Base]], batch: Batch
) -> None:
    """Refuse a Program where a head wants the prefix for a query that data may have.

    All heads look to the left, so that every variable holds one value at the prefix, whatever follows.

    Raises:
        NotCompiled: there is such a head.
    """
    none = CategoricalVotes(TOKENS, ((0,),) * len(build.values(TOKENS)))
    program = Program(
        build.domain, INPUTS, tuple(build.operations), Classifier(("",), (none,)), Provenance("")
    )
    program = looking_left(program)
    held = Evaluator(program).evaluate(batch.take(slice(1))).values
    for head, query in counted:
        assert isinstance(head, CategoricalHead | NumericalHead)
        queries, keys = build.values(head.query), build.values(head.key)
        rows = predicate_table(head.predicate, queries, keys).rows
        prefix = int(held[head.key][0, 0])
        if any(prefix in rows[entry] for entry in query.entries):
            raise NotCompiled("a head counts the prefix")


def compare(program: Program, facts: Facts) -> None:
    """Hold a Program to the graph's answers.

    Raises:
        Miscompiled: they differ, with the input.
    """
    evaluator = Evaluator(program)
    place = {label: number for number, label in enumerate(program.classifier.labels)}
    wanted = np.array([place.get(label(one), -1) for one in facts.outputs], dtype=np.int64)
    for batch, answers in facts.answers:
        data = program.domain.data_slice(batch.indices.shape[1])
        given = evaluator.predictions(batch)
        given = given[:, None] if program.classifier.pooled else given[:, data]
        wrong = (given != wanted[answers]).any(axis=1)
        if wrong.any():
            row = int(wrong.argmax())
            shown = " ".join(batch.data(row, program.domain))
            raise Miscompiled(
                f"the compiled program differs from its graph on {shown!r}; please report it"
            )
