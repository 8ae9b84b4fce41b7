"""Held and silenced variables: the batch answers are those of the scalar interpreter, told the same."""

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
from tprog.evaluate.counterfactual import Bench, Hold, Partly, predictions
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


def interpret_held(
    program: Program, framed: tuple[str, ...], fixed: Mapping[int, IntArray], silenced: set[int]
) -> tuple[list[tuple[int, ...]], list[int]]:
    """Return every variable and the winners of one input; entries of -1 in `fixed` are not held."""
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
                own if held < 0 else held
                for own, held in zip(found, fixed[number].tolist(), strict=True)
            )
        values.append(found)
    votes = [
        _votes(vote, values[vote.variable])
        for vote in program.classifier.votes
        if vote.variable not in silenced
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
    """Whatever is held, in whatever form, and whatever is silenced: every value and prediction is the interpreter's."""
    (batch,) = drawn_batches(data, program, lengths=1)
    bench = Bench(program, batch)
    shape = batch.indices.shape
    for _ in range(2):
        held: dict[int, Hold] = {}
        fixed: dict[int, IntArray] = {}
        for number in data.draw(st.sets(st.integers(0, len(program.variables) - 1), max_size=4)):
            entry = entries(program, number, shape[1])
            form = data.draw(st.sampled_from(["constant", "columns", "partly"]))
            full = np.full(shape, data.draw(entry), dtype=np.int64)
            held[number] = int(full[0, 0])
            if form != "constant":
                full = np.array([[data.draw(entry) for _ in row] for row in full], dtype=np.int64)
                held[number] = full
            if form == "partly":
                where = np.array([[data.draw(st.booleans()) for _ in row] for row in full])
                held[number] = Partly(full, where)
                full = np.where(where, full, -1)
            fixed[number] = full
        silenced = data.draw(st.sets(st.integers(0, len(program.variables) - 1), max_size=3))
        values = bench.values(held)
        found = bench.predictions(held, silenced)
        for row in range(len(batch)):
            own = {number: full[row] for number, full in fixed.items()}
            expected, winners = interpret_held(program, framed(batch, row), own, silenced)
            assert [tuple(column[row].tolist()) for column in values] == expected
            assert np.atleast_1d(found[row]).tolist() == winners
        assert (predictions(program, batch, held, silenced) == found).all()


@given(data=st.data(), program=programs())
def test_nothing_held_is_the_program(data: st.DataObject, program: Program) -> None:
    """With nothing held, or everything held where it is anyway, values, sums and predictions are the Program's."""
    (batch,) = drawn_batches(data, program, lengths=1)
    bench = Bench(program, batch)
    plain = evaluate(program, batch)
    for held in ({}, dict(enumerate(plain.values))):
        assert (bench.predictions(held) == plain.predictions).all()
        assert (bench.sums(held) == plain.sums).all()
        for one, other in zip(bench.values(held), plain.values, strict=True):
            assert (one == other).all()


@given(data=st.data(), program=programs())
def test_silencing_is_taking_the_votes_away(data: st.DataObject, program: Program) -> None:
    """A silenced variable is as good as one whose votes are not there."""
    silenced = data.draw(st.sets(st.integers(0, len(program.variables) - 1)))
    (batch,) = drawn_batches(data, program, lengths=1)
    old = program.classifier
    votes = tuple(vote for vote in old.votes if vote.variable not in silenced)
    classifier = Classifier(old.labels, votes, old.masked, old.pooled, old.first, old.last)
    without = Program(program.domain, program.inputs, program.operations, classifier)
    found = Bench(program, batch).sums({}, silenced)
    assert (found == evaluate(without, batch).sums).all()


def test_votes_of_all_variables_make_the_sums() -> None:
    """The votes of single variables add up to the sums."""
    program = hist_program()
    _, batch = encode(program.domain, [program.domain.symbols[:3]])[0]
    bench = Bench(program, batch)
    total = sum(
        bench.votes(vote.variable, bench.columns[vote.variable])
        for vote in program.classifier.votes
    )
    assert (
        np.broadcast_to(total, bench.sums({}).swapaxes(0, 1).shape).swapaxes(0, 1) == bench.sums({})
    ).all()


def test_a_number_may_be_held_beyond_what_the_program_reaches() -> None:
    """A count held at a thousand votes a thousand times, and one held at zero not at all."""
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
    bench = Bench(voting, batch)
    assert bench.sums({counter: 1000})[0, 0].tolist() == [0, 3000]
    assert bench.sums({counter: 0})[0, 0].tolist() == [0, 0]


@pytest.mark.parametrize("entry", [-1, 99])
def test_a_value_that_a_variable_does_not_have_is_refused(entry: int) -> None:
    """Holding a variable at an entry outside its values is one clear error."""
    program = hist_program()
    _, batch = encode(program.domain, [program.domain.symbols[:2]])[0]
    with pytest.raises(InvalidProgram, match=r"tokens cannot be held at a value"):
        predictions(program, batch, {0: entry})
