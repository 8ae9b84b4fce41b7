"""The smallest circuits: they give the answer, and nothing smaller does."""

from itertools import combinations

import numpy as np
from effort import scaled
from hypothesis import given, settings
from hypothesis import strategies as st
from some_inputs import as_reference, drawn_batches
from strategies import programs

from tprog.analysis.explain.baseline_values import baseline_values
from tprog.analysis.explain.circuits.smallest import (
    MOST_SETS,
    Smallest,
    sets_by_baseline,
    sets_of_size,
    smallest_sets,
)
from tprog.analysis.explain.circuits.trials import Trials, scored_predictions
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import Program


def drawn_trials(data: st.DataObject, program: Program) -> Trials:
    """Return trials on drawn inputs, held at their commonest values."""
    batches = drawn_batches(data, program)
    neutral = baseline_values(program, as_reference(batches), "commonest").commonest
    return Trials(program, scored_predictions(program, batches), neutral)


def winners(sums: IntArray) -> list[tuple[int, bool]]:
    """Return for each row the first largest entry and whether another is as large."""
    return [(row.index(max(row)), row.count(max(row)) > 1) for row in sums.tolist()]


def gives(trials: Trials, parts: int) -> BoolArray:
    """Tell where a set alone gives the answer: the same label, and by a tie only where the Program ties."""
    whole, alone = winners(trials.sums(trials.all)), winners(trials.sums(parts))
    return np.array(
        [a[0] == w[0] and (w[1] or not a[1]) for w, a in zip(whole, alone, strict=True)],
        dtype=np.bool_,
    )


def reads_something(trials: Trials, parts: int) -> bool:
    """Tell whether every part of a set reads an input or another part of it."""
    working = set(trials.members(parts))
    first = len(trials.program.inputs)
    return all(
        any(
            read < first or read in working
            for read in trials.program.operations[part - first].reads
        )
        for part in working
    )


def sizes(trials: Trials) -> list[int]:
    """Return the size of the smallest set for each prediction, by trying every set there is."""
    found = [len(trials.parts)] * len(trials.predictions)
    for size in reversed(range(len(trials.parts) + 1)):
        for bits in combinations(range(len(trials.parts)), size):
            parts = sum(1 << bit for bit in bits)
            if not reads_something(trials, parts):
                continue
            does = gives(trials, parts)
            found = [size if ok else old for ok, old in zip(does.tolist(), found, strict=True)]
    return found


def check(trials: Trials, found: Smallest) -> None:
    """Assert that each set gives the answer at its predictions and that no part of it can be spared."""
    for number, parts in enumerate(found.sets):
        own = found.chosen == number
        assert own.any()
        assert gives(trials, parts)[own].all()
        for bit in range(len(trials.parts)):
            if parts >> bit & 1:
                assert not gives(trials, trials.useful(parts & ~(1 << bit)))[own].any()


@given(data=st.data(), program=programs())
def test_no_smaller_set_gives_the_answer(data: st.DataObject, program: Program) -> None:
    """On small programs each circuit gives its answers, loses them without any part, and is as small as any."""
    trials = drawn_trials(data, program)
    found = smallest_sets(trials)
    assert found.exact.all()
    check(trials, found)
    chosen = [found.sets[number].bit_count() for number in found.chosen.tolist()]
    assert chosen == sizes(trials)


@given(data=st.data(), program=programs())
def test_ways_counts_the_sets_that_do(data: st.DataObject, program: Program) -> None:
    """Beside the chosen set, the other sets of its size that give the answer are counted."""
    trials = drawn_trials(data, program)
    found = smallest_sets(trials)
    for prediction, number in enumerate(found.chosen.tolist()):
        size = found.sets[number].bit_count()
        doing = [
            parts
            for parts in sets_of_size(trials, size, MOST_SETS) or ()
            if gives(trials, parts)[prediction]
        ]
        assert found.ways[prediction] == len(doing)


@given(data=st.data(), program=programs())
def test_without_a_search_no_part_can_be_spared(data: st.DataObject, program: Program) -> None:
    """Where no set may be tried by size, parts are taken away until not one more can go."""
    trials = drawn_trials(data, program)
    found = smallest_sets(trials, most_sets=0)
    assert not found.exact.any()
    assert not found.ways.any()
    check(trials, found)


@given(data=st.data(), program=programs())
def test_only_sets_that_reach_a_vote_are_tried(data: st.DataObject, program: Program) -> None:
    """The sets of a size are those in which no part is useless, each once."""
    trials = drawn_trials(data, program)
    for size in range(len(trials.parts) + 1):
        sets = sets_of_size(trials, size, MOST_SETS)
        assert sets is not None
        expected = {
            parts
            for bits in combinations(range(len(trials.parts)), size)
            if trials.useful(parts := sum(1 << bit for bit in bits)) == parts
        }
        assert len(sets) == len(set(sets))
        assert set(sets) == expected


@given(data=st.data(), program=programs())
@settings(max_examples=scaled(30))
def test_each_answer_has_its_own_neutral_values(data: st.DataObject, program: Program) -> None:
    """With a neutral value for each label, every prediction's set is the one found with its label's values."""
    batches = drawn_batches(data, program)
    neutral = baseline_values(program, as_reference(batches))
    predictions = scored_predictions(program, batches)
    seen: list[tuple[int, int]] = []
    found = sets_by_baseline(program, predictions, neutral, lambda *done: seen.append(done))
    assert seen[-1:] == ([(len(predictions), len(predictions))] if len(predictions) else [])
    whole = Trials(program, predictions, neutral.commonest)
    for prediction, number in enumerate(found.chosen.tolist()):
        label = int(whole.labels[whole.answers[prediction]])
        single = Trials(program, predictions.take(np.array([prediction])), neutral.by_label[label])
        assert gives(single, found.sets[number]).all()
        assert found.sets[number].bit_count() == sizes(single)[0]
