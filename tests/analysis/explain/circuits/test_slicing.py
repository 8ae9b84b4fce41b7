"""The backward slice: nothing outside it matters, and it holds what was read."""

import numpy as np
from example_programs import hist_program, reverse_program
from hypothesis import given
from hypothesis import strategies as st
from some_inputs import drawn_batches, entries, framed
from strategies import programs

from tprog.analysis.explain.circuits.slicing import Slice, backward_slice
from tprog.evaluate.counterfactual import Interventions, Partly, Patch
from tprog.evaluate.scalar import interpret, ranking
from tprog.ir import Program


def names(program: Program, found: Slice, direct: bool = True) -> set[tuple[str, int]]:
    """Return the places of a slice by name, all or those that were read on the way."""
    places = found.direct if direct else found.places
    return {(program.names[place.variable], place.position) for place in places}


@given(data=st.data(), program=programs(bounded=None))
def test_nothing_outside_the_slice_changes_the_margin(
    data: st.DataObject, program: Program
) -> None:
    """Whatever is put in the places outside the slice, the answer leads its runner-up by the same margin."""
    (batch,) = drawn_batches(data, program, lengths=1)
    batch = batch.take(slice(0, 1))
    length = batch.indices.shape[1]
    pooled = program.classifier.pooled
    position = None if pooled else data.draw(st.integers(0, length - 1))
    words = framed(batch, 0)
    found = backward_slice(program, words, position)
    inside = {(place.variable, place.position) for place in found.places}
    run = interpret(program, words)
    ranked = ranking(program, run.sums[position or 0])
    answer, other = ranked[0], ranked[min(1, len(ranked) - 1)]
    interventions = Interventions(program, batch)
    for place in found.places:
        assert run.values[place.variable][place.position] == place.entry
    for _ in range(3):
        held: dict[int, Patch] = {}
        for variable in range(len(program.variables)):
            outside = [(variable, place) not in inside for place in range(length)]
            if any(outside) and data.draw(st.booleans()):
                entry = entries(program, variable, length, most=9)
                put = np.array([[data.draw(entry) for _ in range(length)]], dtype=np.int64)
                held[variable] = Partly(put, np.array([outside]))
        sums = interventions.sums(held)[0] if pooled else interventions.sums(held)[0, position]
        before = run.sums[position or 0]
        assert sums[answer] - sums[other] == before[answer] - before[other]


@given(data=st.data(), program=programs())
def test_every_read_of_a_place_is_a_place(data: st.DataObject, program: Program) -> None:
    """The slice is closed: what a place was computed from belongs to it, and directly so unless it was watched."""
    (batch,) = drawn_batches(data, program, lengths=1)
    position = None if program.classifier.pooled else batch.indices.shape[1] - 1
    found = backward_slice(program, framed(batch, 0), position)
    places = {(place.variable, place.position): place for place in found.places}
    assert len(places) == len(found.places)
    for place in found.places:
        for read in place.reads:
            target = places[read.variable, read.position]
            if place.direct and read.role != "watched":
                assert target.direct
    for voting in found.votes:
        assert places[voting].direct


def test_a_copied_token_is_followed_to_where_it_stands() -> None:
    """Reverse at the first of three positions reads the mirrored position and the token there, not the one between."""
    program = reverse_program()
    found = backward_slice(program, program.domain.frame(["a", "b", "c"]), 1)
    direct = names(program, found)
    assert ("tokens", 3) in direct
    assert ("tokens", 2) not in direct


def test_a_count_reads_its_matches_and_watches_the_other_keys() -> None:
    """Hist at `a` of `a b a` sums over both `a`; the key at `b` was watched, since it could have matched."""
    program = hist_program(("a", "b"), 4)
    found = backward_slice(program, program.domain.frame(["a", "b", "a"]), 1)
    assert {("tokens", 1), ("tokens", 3)} <= names(program, found)
    assert ("tokens", 2) not in names(program, found)
    assert ("tokens", 2) in names(program, found, direct=False)
