"""Sets of parts active: the sums are those of the Program with all other parts held."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from some_inputs import as_reference, drawn_batches, framed
from strategies import programs

from tprog.analysis.explain.baseline_values import baseline_values
from tprog.analysis.explain.circuits import trials as trials_module
from tprog.analysis.explain.circuits.trials import Trials, scored_predictions, vote_gains
from tprog.evaluate import encode, evaluate, scored_positions
from tprog.evaluate.counterfactual import Interventions
from tprog.evaluate.inputs import IntArray
from tprog.evaluate.traces import trace
from tprog.ir import Classifier, Domain, Program, Tokens


def drawn_trials(data: st.DataObject, program: Program) -> Trials:
    """Return trials on drawn inputs, held at values that are the commonest on others."""
    batches = drawn_batches(data, program)
    others = as_reference(drawn_batches(data, program))
    neutral = baseline_values(program, others, "commonest").commonest
    return Trials(program, scored_predictions(program, batches), neutral)


def sums_with(trials: Trials, working: set[int]) -> IntArray:
    """Return the sums at every prediction with some variables active, computed with everything else held."""
    held = {part: trials.neutral.entries[part] for part in trials.parts if part not in working}
    rows = []
    for number, batch in enumerate(trials.predictions.batches):
        sums = Interventions(trials.program, batch).sums(held)
        for prediction in trials.predictions.of_batch(number).tolist():
            row, position = (
                trials.predictions.row[prediction],
                trials.predictions.position[prediction],
            )
            rows.append(sums[row] if sums.ndim == 2 else sums[row, position])
    shape = (len(rows), len(trials.program.classifier.labels))
    return np.array(rows, dtype=np.int64).reshape(shape)[:, trials.labels]


@given(data=st.data(), program=programs(bounded=None))
def test_sums_are_those_of_a_bench_with_the_others_held(
    data: st.DataObject, program: Program
) -> None:
    """For any set of parts the sums are exact, on all predictions and on some."""
    trials = drawn_trials(data, program)
    for _ in range(3):
        parts = data.draw(st.integers(0, trials.all))
        expected = sums_with(trials, set(trials.members(parts)))
        assert (trials.sums(parts) == expected).all()
        if len(trials.predictions):
            some = np.array(
                sorted(data.draw(st.sets(st.integers(0, len(trials.predictions) - 1)))),
                dtype=np.int64,
            )
            assert (trials.sums(parts, some) == expected[some]).all()


@given(data=st.data(), program=programs())
def test_with_all_parts_at_work_it_is_the_program(data: st.DataObject, program: Program) -> None:
    """All parts together give the Program's own values and answers at every prediction."""
    trials = drawn_trials(data, program)
    predictions = trials.predictions
    assert trials.holds(trials.all, np.arange(len(predictions))).all()
    for number, batch in enumerate(predictions.batches):
        found = evaluate(program, batch)
        own = predictions.of_batch(number)
        rows, positions = predictions.row[own], predictions.position[own]
        answers = trials.labels[trials.answers[own]]
        predicted = found.predictions
        wanted = predicted[rows] if predicted.ndim == 1 else predicted[rows, positions]
        assert (answers == wanted).all()
        for variable, values in enumerate(found.values):
            mine = trials.values(trials.all, variable)[own]
            assert (mine == values[rows, positions]).all()


@given(data=st.data(), program=programs())
def test_useless_parts_change_nothing(data: st.DataObject, program: Program) -> None:
    """A set that reads something everywhere and its useful parts give the same sums; useful parts stay useful."""
    trials = drawn_trials(data, program)
    parts = data.draw(st.integers(0, trials.all))
    fed, useful = trials.fed(parts), trials.useful(parts)
    assert useful & ~fed == fed & ~parts == 0
    assert trials.useful(useful) == useful
    assert trials.fed(trials.all) == trials.all
    assert (trials.sums(useful) == trials.sums(fed)).all()


@given(data=st.data(), program=programs())
def test_a_part_that_reads_only_what_is_held_is_a_constant(
    data: st.DataObject, program: Program
) -> None:
    """What is left out because it reads nothing active has the same value on every input."""
    trials = drawn_trials(data, program)
    parts = data.draw(st.integers(0, trials.all))
    first = len(program.inputs)
    for part in set(trials.members(parts)) - set(trials.members(trials.fed(parts))):
        reads = program.operations[part - first].reads
        assert all(read >= first for read in reads)
        assert not set(reads) & set(trials.members(trials.fed(parts)))


@given(data=st.data(), program=programs())
def test_forgetting_what_was_kept_changes_nothing(data: st.DataObject, program: Program) -> None:
    """With no room to keep columns the sums are the same."""
    trials = drawn_trials(data, program)
    sets = data.draw(st.lists(st.integers(0, trials.all), max_size=4))
    expected = [trials.sums(parts) for parts in sets]
    room, trials_module.MOST_BYTES = trials_module.MOST_BYTES, 0
    try:
        forgetful = Trials(program, trials.predictions, trials.neutral)
        for parts, sums in zip(sets, expected, strict=True):
            assert (forgetful.sums(parts) == sums).all()
    finally:
        trials_module.MOST_BYTES = room


@given(data=st.data(), program=programs())
def test_a_moment_is_a_scored_position_that_votes_decide(
    data: st.DataObject, program: Program
) -> None:
    """Every scored position stands once, forced ones never; pooled inputs stand once each."""
    batches = drawn_batches(data, program)
    predictions = scored_predictions(program, batches)
    places = list(
        zip(
            predictions.batch.tolist(),
            predictions.row.tolist(),
            predictions.position.tolist(),
            strict=True,
        )
    )
    assert len(set(places)) == len(places) == len(predictions)
    expected = []
    for number, batch in enumerate(batches):
        scored = scored_positions(program.domain, batch)
        for row in range(len(batch)):
            if program.classifier.pooled:
                expected.append((number, row, 0))
                continue
            for position in np.flatnonzero(scored[row]).tolist():
                first = position == 0 and program.classifier.first is not None
                last = position == scored.shape[1] - 1 and program.classifier.last is not None
                if not first and not last:
                    expected.append((number, row, position))
    assert places == expected


@given(data=st.data(), program=programs())
def test_taken_moments_are_the_same_on_fewer_inputs(data: st.DataObject, program: Program) -> None:
    """Some of the predictions speak of the same inputs and positions, and no batch holds others."""
    predictions = scored_predictions(program, drawn_batches(data, program))
    size = len(predictions)
    chosen = data.draw(st.sets(st.integers(0, size - 1)) if size else st.just(set[int]()))
    kept = np.array(sorted(chosen), dtype=np.int64)
    taken = predictions.take(kept)
    assert len(taken) == len(kept)
    for one, other in enumerate(kept.tolist()):
        mine, theirs = (
            taken.batches[taken.batch[one]],
            predictions.batches[predictions.batch[other]],
        )
        assert (mine.indices[taken.row[one]] == theirs.indices[predictions.row[other]]).all()
        assert taken.position[one] == predictions.position[other]
    used = set(zip(taken.batch.tolist(), taken.row.tolist(), strict=True))
    assert len(used) == sum(map(len, taken.batches))


def test_moments_of_a_batch_stand_side_by_side() -> None:
    """The predictions of a batch are those of its inputs."""
    program = Program(Domain(("a",), 3), (Tokens(),), (), Classifier(("x",), ()))
    batches = tuple(batch for _, batch in encode(program.domain, [["a"], ["a", "a"], ["a"]]))
    predictions = scored_predictions(program, batches)
    assert predictions.of_batch(0).tolist() == [0, 1]
    assert predictions.of_batch(1).tolist() == [2, 3]


@given(data=st.data(), program=programs())
def test_gains_add_up_to_the_margin(data: st.DataObject, program: Program) -> None:
    """Every gain is the one of the step trace, and together they are the margin."""
    batches = drawn_batches(data, program)
    predictions = scored_predictions(program, batches)
    trials = Trials(
        program, predictions, baseline_values(program, as_reference(batches), "commonest").commonest
    )
    found = vote_gains(trials)
    total = sum(found.gains.values(), np.zeros(len(predictions), dtype=np.int64))
    assert (total == found.margin).all()
    labels = program.classifier.labels
    for prediction in range(len(predictions)):
        batch = predictions.batches[predictions.batch[prediction]]
        step = trace(program, framed(batch, int(predictions.row[prediction])))
        decision = step.decisions[int(predictions.position[prediction])]
        if decision.runner_up is None:
            assert found.runner_up[prediction] == -1
            assert found.margin[prediction] == 0
            continue
        assert labels[trials.labels[found.runner_up[prediction]]] == decision.runner_up
        assert found.margin[prediction] == decision.margin
        winner, other = labels.index(decision.winner), labels.index(decision.runner_up)
        for votes in decision.votes:
            gain = votes.votes[winner] - votes.votes[other]
            assert found.gains[votes.variable][prediction] == gain
