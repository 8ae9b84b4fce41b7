"""Programs and data that the tests of the discrete search share."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from strategies import programs

from tprog.evaluate import all_inputs, scored_positions
from tprog.ir import CategoricalHead, Nearest, Program
from tprog.learn.search.arrays import Slots
from tprog.learn.search.examples import Examples


@st.composite
def searchable(draw: st.DrawFn) -> Program:
    """Draw Programs that the search can represent: their tie-breaks, outputs and vocabulary are narrowed."""
    program = draw(programs())
    operations = tuple(
        replace(operation, tie=Nearest())
        if isinstance(operation, CategoricalHead) and operation.tie == Nearest("matches")
        else operation
        for operation in program.operations
    )
    return replace(
        program,
        domain=replace(program.domain, unknown=None),
        operations=operations,
        classifier=replace(program.classifier, pooled=False),
    )


def whole_domain(program: Program, seed: int = 0) -> Examples:
    """Return every input of a Program's domain with random labels of its classifier."""
    random = np.random.default_rng(seed)
    labels = program.classifier.labels
    labelled = []
    for batch in all_inputs(program.domain):
        truth = random.integers(0, len(labels), batch.indices.shape)
        truth[~scored_positions(program.domain, batch)] = -1
        labelled.append((batch, truth))
    return Examples.from_batches(program.domain, labels, labelled)


def same_slots(one: Slots, two: Slots) -> bool:
    """Tell whether two sets of parameters are equal."""
    return (
        np.array_equal(one.modules, two.modules)
        and np.array_equal(one.masks, two.masks)
        and np.array_equal(one.table, two.table)
    )
