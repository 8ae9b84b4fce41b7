"""Neutral values: what is commonest, and what is commonest where the answer is another."""

from collections import Counter

from example_programs import hist_program
from hypothesis import given
from hypothesis import strategies as st
from some_inputs import as_reference, drawn_batches
from strategies import programs

from tprog.analysis.explain.baseline_values import BASELINE_KINDS, baseline_values
from tprog.analysis.measure.reference import draw_reference
from tprog.evaluate import encode, evaluate
from tprog.ir import CategoricalLookup, FiniteValues, Naturals, Program


@given(data=st.data(), program=programs())
def test_the_commonest_value_is_counted_at_scored_positions(
    data: st.DataObject, program: Program
) -> None:
    """No value is commoner than a variable's neutral one, and among equally common ones it is the first."""
    batches = drawn_batches(data, program)
    counts: list[Counter[int]] = [Counter() for _ in program.variables]
    domain = program.domain
    for batch in batches:
        found = evaluate(program, batch)
        for row in range(len(batch)):
            size = batch.indices.shape[1]
            for position in range(size)[domain.data_slice(size)]:
                word = batch.words[batch.indices[row, position]]
                # An unknown word is read as `unknown`; only symbols are drawn here.
                if not program.classifier.pooled and word not in (domain.scored or domain.symbols):
                    continue
                for counter, values in zip(counts, found.values, strict=True):
                    counter[int(values[row, position])] += 1
    neutral = baseline_values(program, as_reference(batches), "commonest").commonest
    for counter, entry in zip(counts, neutral.entries, strict=True):
        expected = min(counter, key=lambda value: (-counter[value], value), default=0)
        assert entry == expected


@given(data=st.data(), program=programs(bounded=None))
def test_every_neutral_value_can_be_held(data: st.DataObject, program: Program) -> None:
    """Neutral values lie among a variable's own, for every label and also where positions have no end."""
    reference = as_reference(drawn_batches(data, program))
    neutrals = baseline_values(program, reference)
    assert len(neutrals.by_label) == len(program.classifier.labels)
    shortest = program.domain.min_length + program.domain.frame_size
    for neutral in (neutrals.commonest, *neutrals.by_label):
        for entry, values in zip(neutral.entries, program.values, strict=True):
            assert entry >= 0
            if isinstance(values, FiniteValues):
                assert entry < len(values)
            elif isinstance(values, Naturals):
                assert entry < shortest


def test_a_rival_value_is_that_of_other_labels() -> None:
    """Where hist answers 1 the count is 1, so its rival value for 1 is another, and for 2 it is 1."""
    program = hist_program(("a", "b"), 4)
    reference = draw_reference(program, None, 300, 0)
    neutrals = baseline_values(program, reference)
    labels = program.classifier.labels
    lookup = next(
        number
        for number, variable in enumerate(program.variables)
        if program.names[number] == "count_own" or isinstance(variable, CategoricalLookup)
    )
    ones = neutrals.by_label[labels.index("1")].text(program, lookup)
    twos = neutrals.by_label[labels.index("2")].text(program, lookup)
    assert ones != "1"
    assert twos == "1"


def test_the_kind_says_which_values_they_are() -> None:
    """The commonest values are the same for every label."""
    program = hist_program()
    reference = draw_reference(program, None, 40, 0)
    assert BASELINE_KINDS == ("rival", "commonest")
    found = baseline_values(program, reference, "commonest")
    assert set(found.by_label) == {found.commonest}
    assert found.commonest == baseline_values(program, reference, "commonest").commonest


def test_without_another_label_the_commonest_value_is_taken() -> None:
    """Where a label is always given, its rival values are the commonest ones."""
    program = hist_program(("a",), 1)
    ((_, batch),) = encode(program.domain, [["a"]])
    neutrals = baseline_values(program, as_reference((batch,)))
    given_label = program.classifier.labels.index("1")
    assert neutrals.by_label[given_label] == neutrals.commonest
