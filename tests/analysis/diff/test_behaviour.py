"""How answers differ."""

from dataclasses import replace

from effort import scaled
from example_programs import hist_program, reverse_program
from fault_injection import plant
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import programs

from tprog.analysis.diff.behaviour import Behaviour, Turn, compare_behaviour, how
from tprog.analysis.measure.predictors import make_side
from tprog.analysis.verify.compared_inputs import compared_inputs
from tprog.evaluate import all_inputs, predict
from tprog.ir import CategoricalVotes, Program


def compared(one: Program, other: Program, **options: int) -> Behaviour:
    found = compare_behaviour(one, other, **options)  # type: ignore[arg-type]
    assert isinstance(found, Behaviour)
    return found


def voting(program: Program, row: int, weights: tuple[int, ...]) -> Program:
    vote = program.classifier.votes[0]
    assert isinstance(vote, CategoricalVotes)
    rows = (*vote.weights[:row], weights, *vote.weights[row + 1 :])
    classifier = replace(program.classifier, votes=(CategoricalVotes(vote.variable, rows),))
    return replace(program, classifier=classifier)


def test_a_program_answers_as_it_does_itself() -> None:
    """Compared on every input, nothing differs."""
    found = compared(hist_program(), hist_program())
    assert (found.outcome, found.inputs, found.positions) == ("equal", 120, 426)
    assert found.exhaustive
    assert not found.examples


def test_turns_lengths_and_shortest_examples_are_counted() -> None:
    """Threes that became twos: how many, at which lengths, and the first such input."""
    one = hist_program(("0", "1", "2"))
    other = voting(one, 3, (0, 0, 10, 0, 0))
    found = compared(one, other)
    assert found.outcome == "different"
    assert found.turns == (Turn("3", "2", found.differing_positions),)
    assert [entry for entry in found.by_length if entry[1]] == [(3, 3, 27), (4, 24, 81)]
    assert found.examples[0].tokens == ("0", "0", "0")
    assert found.shortest
    assert found.examples[0].expected == ("3", "3", "3")
    assert found.examples[0].got == ("2", "2", "2")
    # Both name the task hist, so that the truth is known: the first was right.
    assert found.right == (found.differing_positions, 0)


@settings(max_examples=scaled(25))
@given(programs(max_inputs=60, max_operations=4), st.integers(0, 10**6))
def test_the_figures_are_those_of_a_naive_count(program: Program, seed: int) -> None:
    """Counting input by input with the plain evaluator gives the same numbers."""
    fault = plant(program, seed)
    other = program if fault is None else fault.program
    found = compared(program, other)
    domain = program.domain
    batches = list(all_inputs(replace(domain, unknown=None)))
    if domain.unknown is not None:
        assert not found.exhaustive
        return
    inputs = [batch.data(row, domain) for batch in batches for row in range(len(batch))]
    before, after = predict(program, inputs), predict(other, inputs)
    differing = 0
    for tokens, one, two in zip(inputs, before, after, strict=True):
        scored = [domain.scored is None or token in domain.scored for token in tokens]
        if program.classifier.pooled:
            scored = [True]
        differing += any(a != b and asked for a, b, asked in zip(one, two, scored, strict=True))
    assert (found.inputs, found.differing_inputs) == (len(inputs), differing)


def test_other_symbols_are_left_out_and_said() -> None:
    """Programs of different alphabets are compared on what both know."""
    found = compared(hist_program(("a", "b")), hist_program(("b", "a", "z")))
    assert found.outcome == "equal"
    assert found.inputs == 30
    assert found.notes == ("compared on the symbols that both know: b a",)


def test_other_lengths_are_left_out_and_said() -> None:
    """Programs of different lengths are compared on the lengths that both read."""
    found = compared(hist_program(longest=3), hist_program(longest=4))
    assert "both are defined on" in found.how
    assert found.inputs == 39


def test_why_nothing_can_be_compared_is_a_line() -> None:
    """Pooled outputs beside labels for each symbol, and strangers' alphabets, are told in words."""
    one = hist_program()
    pooled = replace(one, classifier=replace(one.classifier, pooled=True))
    assert "one label for an input" in str(compare_behaviour(one, pooled))
    assert "different symbols" in str(compare_behaviour(one, hist_program(("x", "y"))))


def test_a_sample_proves_nothing() -> None:
    """Beyond the limit no difference is not called equal."""
    found = compared(reverse_program(), reverse_program(), limit=20)
    assert found.outcome == "unknown"
    assert "sample" in found.how


def test_what_follows_the_first_difference_of_a_causal_program_is_cut_off() -> None:
    """Where no label depends on what follows, examples end where they differ."""
    one = hist_program(("a", "b", "c", "d"), 9)
    head = replace(one.operations[0], causal=True)  # type: ignore[arg-type]
    one = replace(one, operations=(head, one.operations[1]))
    found = compared(one, voting(one, 3, (0, 0, 10, 0, *(0,) * 6)), limit=5000)
    assert "beginning" in found.how
    assert found.examples[0].tokens == ("a", "a", "a")


def test_the_words_say_what_was_compared() -> None:
    """Every input, or a sample."""
    side = make_side(hist_program())
    assert how(compared_inputs(side, side, 1000, None), 120) == "every one of 120 inputs"
    assert "up to length" in how(compared_inputs(side, side, 50, None), 50)
