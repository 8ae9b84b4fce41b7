"""Moments: the predictions that count, in a row."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from some_inputs import drawn_batches
from strategies import programs

from tprog.analysis.explain.circuits.moments import scored_moments
from tprog.evaluate import encode, scored_positions
from tprog.ir import Classifier, Domain, Program, Tokens


@given(data=st.data(), program=programs())
def test_a_moment_is_a_scored_position_that_votes_decide(
    data: st.DataObject, program: Program
) -> None:
    """Every scored position stands once, forced ones never; pooled inputs stand once each."""
    batches = drawn_batches(data, program)
    moments = scored_moments(program, batches)
    places = list(
        zip(moments.batch.tolist(), moments.row.tolist(), moments.position.tolist(), strict=True)
    )
    assert len(set(places)) == len(places) == len(moments)
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
    """Some of the moments speak of the same inputs and positions, and no batch holds others."""
    moments = scored_moments(program, drawn_batches(data, program))
    size = len(moments)
    chosen = data.draw(st.sets(st.integers(0, size - 1)) if size else st.just(set[int]()))
    kept = np.array(sorted(chosen), dtype=np.int64)
    taken = moments.take(kept)
    assert len(taken) == len(kept)
    for one, other in enumerate(kept.tolist()):
        mine, theirs = taken.batches[taken.batch[one]], moments.batches[moments.batch[other]]
        assert (mine.indices[taken.row[one]] == theirs.indices[moments.row[other]]).all()
        assert taken.position[one] == moments.position[other]
    used = set(zip(taken.batch.tolist(), taken.row.tolist(), strict=True))
    assert len(used) == sum(map(len, taken.batches))


def test_moments_of_a_batch_stand_side_by_side() -> None:
    """The moments of a batch are those of its inputs."""
    program = Program(Domain(("a",), 3), (Tokens(),), (), Classifier(("x",), ()))
    batches = tuple(batch for _, batch in encode(program.domain, [["a"], ["a", "a"], ["a"]]))
    moments = scored_moments(program, batches)
    assert moments.of_batch(0).tolist() == [0, 1]
    assert moments.of_batch(1).tolist() == [2, 3]
