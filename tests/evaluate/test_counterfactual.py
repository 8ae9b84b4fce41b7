"""Patched and ablated variables: the batch answers are those of the scalar interpreter, told the same."""

from collections.abc import Mapping

import numpy as np
import pytest
from example_programs import hist_program
from hypothesis import given
from hypothesis import strategies as st
from some_inputs import drawn_batches, entries, framed
from strategies import programs

from tprog.errors import InvalidProgram
from tprog.evaluate import evaluate, prediction_labels
from tprog.evaluate.counterfactual import Interventions, Partly, Patch, predictions
from tprog.evaluate.inputs import IntArray, encode
from tprog.evaluate.scalar import (
    HeadRun,
    _input_value,
    _look,
    _operation_values,
    _votes,
    ranking,
)
from tprog.ir import (
    CategoricalHead,
    Classifier,
    NumericalHead,
    NumericalVotes,
    Program,
)


def interpret_patched(
    program: Program, framed: tuple[str, ...], fixed: Mapping[int, IntArray], ablated: set[int]
) -> tuple[list[tuple[int, ...]], list[int]]:
    """Return every variable and the winners of one input; entries of -1 in `fixed` are not patched."""
    values: list[tuple[int, ...]] = []
    for number, variable in enumerate(program.variables):
        found: tuple[int, ...]
        if number < len(program.inputs):
            found = tuple(_input_value(program, variable, i, word) for i, word in enumerate(framed))
        else:
            operation = program.operations[number - len(program.inputs)]
            run: HeadRun | None = None
            if isinstance(operation, CategoricalHead | NumericalHead):
                run = _look(program, operation, values)
            found = _operation_values(program, operation, values, run)
        if number in fixed:
            found = tuple(
                own if put < 0 else put
                for own, put in zip(found, fixed[number].tolist(), strict=True)
            )
        values.append(found)
    votes = [
        _votes(vote, values[vote.variable])
        for vote in program.classifier.votes
        if vote.variable not in ablated
    ]
    width = range(len(program.classifier.labels))
    sums = [
        tuple(sum(vote[i][label] for vote in votes) for label in width) for i in range(len(framed))
    ]
    if program.classifier.pooled:
        sums = [tuple(map(sum, zip(*sums, strict=True)))]
    labels = prediction_labels(program)
    winners = [ranking(program, row)[0] for row in sums]
    if not program.classifier.pooled:
        if program.classifier.first is not None:
            winners[0] = labels.index(program.classifier.first)
        if program.classifier.last is not None:
            winners[-1] = labels.index(program.classifier.last)
    return values, winners


@given(data=st.data(), program=programs())
def test_held_batches_agree_with_the_scalar_interpreter(
    data: st.DataObject, program: Program
) -> None:
    """Whatever is patched, in whatever form, and whatever is ablated: every value and prediction is the interpreter's."""
    (batch,) = drawn_batches(data, program, lengths=1)
    interventions = Interventions(program, batch)
    shape = batch.indices.shape
    for _ in range(2):
        patches: dict[int, Patch] = {}
        fixed: dict[int, IntArray] = {}
        for number in data.draw(st.sets(st.integers(0, len(program.variables) - 1), max_size=4)):
            entry = entries(program, number, shape[1])
            form = data.draw(st.sampled_from(["constant", "columns", "partly"]))
            full = np.full(shape, data.draw(entry), dtype=np.int64)
            patches[number] = int(full[0, 0])
            if form != "constant":
                full = np.array([[data.draw(entry) for _ in row] for row in full], dtype=np.int64)
                patches[number] = full
            if form == "partly":
                where = np.array([[data.draw(st.booleans()) for _ in row] for row in full])
                patches[number] = Partly(full, where)
                full = np.where(where, full, -1)
            fixed[number] = full
        ablated = data.draw(st.sets(st.integers(0, len(program.variables) - 1), max_size=3))
        values = interventions.values(patches)
        found = interventions.predictions(patches, ablated)
        for row in range(len(batch)):
            own = {number: full[row] for number, full in fixed.items()}
            expected, winners = interpret_patched(program, framed(batch, row), own, ablated)
            assert [tuple(column[row].tolist()) for column in values] == expected
            assert np.atleast_1d(found[row]).tolist() == winners
        assert (predictions(program, batch, patches, ablated) == found).all()


@given(data=st.data(), program=programs())
def test_nothing_held_is_the_program(data: st.DataObject, program: Program) -> None:
    """With nothing patched, or everything patched with what it is anyway, values, sums and predictions are the Program's."""
    (batch,) = drawn_batches(data, program, lengths=1)
    interventions = Interventions(program, batch)
    plain = evaluate(program, batch)
    for patches in ({}, dict(enumerate(plain.values))):
        assert (interventions.predictions(patches) == plain.predictions).all()
        assert (interventions.sums(patches) == plain.sums).all()
        for one, other in zip(interventions.values(patches), plain.values, strict=True):
            assert (one == other).all()


@given(data=st.data(), program=programs())
def test_silencing_is_taking_the_votes_away(data: st.DataObject, program: Program) -> None:
    """A ablated variable is as good as one whose votes are not there."""
    ablated = data.draw(st.sets(st.integers(0, len(program.variables) - 1)))
    (batch,) = drawn_batches(data, program, lengths=1)
    old = program.classifier
    votes = tuple(vote for vote in old.votes if vote.variable not in ablated)
    classifier = Classifier(old.labels, votes, old.masked, old.pooled, old.first, old.last)
    without = Program(program.domain, program.inputs, program.operations, classifier)
    found = Interventions(program, batch).sums({}, ablated)
    assert (found == evaluate(without, batch).sums).all()


def test_votes_of_all_variables_make_the_sums() -> None:
    """The votes of single variables add up to the sums."""
    program = hist_program()
    _, batch = encode(program.domain, [program.domain.symbols[:3]])[0]
    interventions = Interventions(program, batch)
    total = sum(
        interventions.votes(vote.variable, interventions.columns[vote.variable])
        for vote in program.classifier.votes
    )
    assert (
        np.broadcast_to(total, interventions.sums({}).swapaxes(0, 1).shape).swapaxes(0, 1)
        == interventions.sums({})
    ).all()


def test_a_number_may_be_held_beyond_what_the_program_reaches() -> None:
    """A count patched to a thousand votes a thousand times, and one patched to zero not at all."""
    program = hist_program()
    counter = next(
        number
        for number, variable in enumerate(program.variables)
        if isinstance(variable, NumericalHead)
    )
    voting = Program(
        program.domain,
        program.inputs,
        program.operations,
        Classifier(("x", "y"), (NumericalVotes(counter, (0, 3)),)),
    )
    _, batch = encode(program.domain, [program.domain.symbols[:3]])[0]
    interventions = Interventions(voting, batch)
    assert interventions.sums({counter: 1000})[0, 0].tolist() == [0, 3000]
    assert interventions.sums({counter: 0})[0, 0].tolist() == [0, 0]


@pytest.mark.parametrize("entry", [-1, 99])
def test_a_value_that_a_variable_does_not_have_is_refused(entry: int) -> None:
    """Holding a variable at an entry outside its values is one clear error."""
    program = hist_program()
    _, batch = encode(program.domain, [program.domain.symbols[:2]])[0]
    with pytest.raises(InvalidProgram, match=r"tokens cannot be held at a value"):
        predictions(program, batch, {0: entry})
