"""Tests of dynamic slices."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import programs
from tracing import every_input, sound_hist

from tprog.analysis.explain.cells import DEFAULT, Branch, Part, branch_count, parts
from tprog.analysis.explain.trace.flow import box_numbers, look, rows_fired, slices
from tprog.evaluate import all_inputs, encode, evaluate, trace
from tprog.evaluate.counterfactual import Bench
from tprog.ir import FiniteValues, Head, NumericalLookup, Program


@given(programs(max_inputs=24))
@settings(max_examples=40)
def test_heads_look_where_the_interpreter_looks(program: Program) -> None:
    """Matches and attended positions of whole batches are those of the trace of each input."""
    for _, batch in encode(program.domain, every_input(program.domain)):
        columns = evaluate(program, batch).values
        row = len(batch) // 2
        traced = {
            head.variable: head for head in trace(program, batch.data(row, program.domain)).heads
        }
        for number, operation in enumerate(program.operations, len(program.inputs)):
            if not isinstance(operation, Head):
                continue
            seen = look(program, operation, columns)
            found = [tuple(np.flatnonzero(keys).tolist()) for keys in seen.matches[row]]
            assert tuple(found) == traced[number].matches
            if seen.attended is not None:
                assert tuple(seen.attended[row].tolist()) == traced[number].attended


@given(programs(max_inputs=24), st.integers(0, 10**6))
@settings(max_examples=60)
def test_nothing_outside_a_slice_matters(program: Program, seed: int) -> None:
    """A variable held at anything, where no branch of a prediction's slice ran, leaves the prediction as it is."""
    random = np.random.default_rng(seed)
    batch = encode(program.domain, every_input(program.domain))[-1][1]
    columns = evaluate(program, batch).values
    pooled = program.classifier.pooled
    asked = np.ones((len(batch), 1 if pooled else batch.indices.shape[1]), dtype=np.bool_)
    bench = Bench(program, batch)
    before = bench.predictions({}).reshape(asked.shape)
    ran: dict[Part, set[int]] = {}
    for start, found in slices(program, columns, asked):
        for fired in found:
            ran.setdefault(fired.part, set()).update((fired.predictions + start).tolist())
    for part in parts(program):
        values = program.values[part.variable]
        if part.kind == "votes" or not isinstance(values, FiniteValues):
            continue
        entries = random.integers(0, len(values), columns[part.variable].shape)
        after = bench.predictions({part.variable: entries}).reshape(asked.shape)
        changed = np.flatnonzero((after != before).ravel())
        assert set(changed.tolist()) <= ran.get(part, set())


@given(programs(max_inputs=24))
@settings(max_examples=40)
def test_every_row_that_fired_is_a_branch(program: Program) -> None:
    """Rows lie within the branches of their part; only a categorical head has a default."""
    batch = encode(program.domain, every_input(program.domain))[-1][1]
    columns = evaluate(program, batch).values
    pooled = program.classifier.pooled
    asked = np.ones((len(batch), 1 if pooled else batch.indices.shape[1]), dtype=np.bool_)
    for _, found in slices(program, columns, asked):
        for fired in found:
            least = DEFAULT if fired.part.kind == "head" else 0
            assert fired.rows.min(initial=0) >= least
            assert fired.rows.max(initial=0) < branch_count(program, fired.part)


def test_a_slice_holds_what_a_label_came_from() -> None:
    """In hist the label at a position comes from its own count alone, and from every token that is counted."""
    program = sound_hist()
    batch = next(batch for batch in all_inputs(program.domain) if batch.indices.shape[1] == 3)
    columns = evaluate(program, batch).values
    row = next(n for n in range(len(batch)) if batch.data(n, program.domain) == ("0", "0"))
    asked = np.zeros(batch.indices.shape, dtype=np.bool_)
    asked[row, 1] = True
    ((_, found),) = slices(program, columns, asked)
    ran = {Branch(fired.part, fired_row) for fired in found for fired_row in fired.rows.tolist()}
    assert ran == {
        Branch(Part(3, "head"), 1),
        Branch(Part(4, "look-up"), 1),
        Branch(Part(4, "votes"), 2),
    }


def test_a_point_is_in_the_first_box_that_holds_it() -> None:
    """Boxes are numbered in order, the default after the last."""
    program = sound_hist()
    look_up = program.operations[1]
    assert isinstance(look_up, NumericalLookup)
    counts = np.array([[0, 1, 2, 4, 9]])
    columns = [counts] * 4
    assert box_numbers(look_up, columns).tolist() == [[4, 0, 1, 3, 3]]
    assert rows_fired(program, 4, columns).tolist() == [[4, 0, 1, 3, 3]]
