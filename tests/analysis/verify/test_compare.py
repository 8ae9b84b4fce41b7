"""Tests of comparing two things that give labels."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from example_programs import hist_program, reverse_program
from hypothesis import given
from hypothesis import strategies as st
from shuffling import shuffled
from strategies import programs

from tprog.analysis.prove.verify import verify
from tprog.analysis.verify.verdict import Verdict
from tprog.errors import UsageError
from tprog.evaluate import Batch, predict
from tprog.evaluate.inputs import IntArray
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Compare,
    Domain,
    Positions,
    Program,
    Tokens,
    Votes,
)
from tprog.tasks.registry import get_task

DIGITS = ("0", "1", "2")
REVERSE = get_task("reverse:vocabulary=6,length=6")


def with_entry(program: Program, operation: int, entry: int, value: int) -> Program:
    """Return a Program with one entry of a look-up's table changed."""
    found = program.operations[operation]
    assert isinstance(found, CategoricalLookup)
    table = (*found.table[:entry], value, *found.table[entry + 1 :])
    operations = list(program.operations)
    operations[operation] = replace(found, table=table)
    return replace(program, operations=tuple(operations))


def test_a_perfect_program_equals_its_task_on_every_input() -> None:
    """All 120 sequences of up to four digits are compared, and none is sampled."""
    verdict = verify(reverse_program(DIGITS), REVERSE)
    assert (verdict.outcome, verdict.exhaustive, verdict.inputs) == ("equal", True, 3 + 9 + 27 + 81)
    assert verdict.positions == 3 + 18 + 81 + 324
    assert verdict.how == "every one of 120 inputs"
    assert verdict.counterexample is None
    hist = verify(hist_program(DIGITS), get_task("hist:vocabulary=5,length=5"))
    assert hist.outcome == "equal"


def test_an_entry_that_is_used_is_found_by_its_shortest_input() -> None:
    """Position 1 of an input that ends at 3 is read for two digits at the earliest, and `0 1` is the first to show it."""
    wrong = with_entry(reverse_program(DIGITS), 1, entry=1 * 6 + 3, value=1)
    verdict = verify(wrong, REVERSE)
    assert verdict.outcome == "different"
    assert verdict.counterexample is not None
    assert verdict.counterexample.tokens == ("0", "1")
    assert verdict.counterexample.expected == ("1", "0")
    assert verdict.counterexample.got == ("0", "0")
    assert verdict.counterexample.places == (0,)
    # Of nine inputs of length 2, those with two different digits.
    assert (verdict.differing_inputs, verdict.differing_positions) == (6, 6)


def test_an_entry_that_is_never_reached_makes_no_difference() -> None:
    """No position lies beyond the end, so that entry may hold anything."""
    same = with_entry(reverse_program(DIGITS), 1, entry=5 * 6 + 2, value=3)
    assert same != reverse_program(DIGITS)
    assert verify(same, reverse_program(DIGITS)).outcome == "equal"


def test_labels_are_compared_by_name() -> None:
    """Another order of the same labels is no difference."""
    program = reverse_program(DIGITS)
    classifier = program.classifier
    votes = replace(
        classifier.votes[0],
        weights=tuple(tuple(reversed(row)) for row in classifier.votes[0].weights),  # type: ignore[arg-type]
    )
    turned = replace(
        program,
        classifier=replace(classifier, labels=classifier.labels[::-1], votes=(votes,)),
    )
    assert verify(turned, program).outcome == "equal"
    assert verify(turned, REVERSE).outcome == "equal"


def test_only_scored_positions_count() -> None:
    """What the reference does not score may differ."""
    program = hist_program(DIGITS)
    scored = replace(program, domain=replace(program.domain, scored=("0",)))
    wrong_elsewhere = replace(
        reverse_program(DIGITS), domain=replace(reverse_program(DIGITS).domain, scored=())
    )
    verdict = verify(program, scored)
    assert verdict.outcome == "equal"
    assert verdict.positions == sum(length * 3 ** (length - 1) for length in range(1, 5))
    nothing = verify(program, replace(program, domain=wrong_elsewhere.domain))
    assert nothing.positions == 0


def test_beyond_the_limit_short_inputs_are_complete_and_long_ones_sampled() -> None:
    """Without a difference in a sample the outcome is unknown, and the verdict says what was compared."""
    verdict = verify(reverse_program(DIGITS), REVERSE, limit=100)
    assert (verdict.outcome, verdict.exhaustive) == ("unknown", False)
    assert verdict.complete_up_to == 3
    assert 39 < verdict.inputs <= 100
    assert verdict.how == (
        f"every input up to length 3 and samples of longer ones, {verdict.inputs} in all, not proved"
    )
    tiny = verify(reverse_program(DIGITS), REVERSE, limit=4)
    assert tiny.complete_up_to is None
    assert "sampled inputs, not proved" in tiny.how


def test_a_difference_in_a_sample_is_a_difference() -> None:
    """A sampled counterexample is as good as any."""
    wrong = with_entry(reverse_program(DIGITS), 1, entry=1 * 6 + 5, value=1)
    verdict = verify(wrong, REVERSE, limit=100)
    assert verdict.outcome == "different"
    assert verdict.counterexample is not None
    assert len(verdict.counterexample.tokens) == 4


def test_a_network_is_compared_through_its_labels_and_predictions() -> None:
    """Any object that predicts can be checked; its labels are its own."""
    truth = get_task("hist:vocabulary=5,length=5")

    class Network:
        prediction_labels: tuple[str, ...] = ("never", *truth.labels)

        def predict(self, batch: Batch) -> IntArray:
            found = np.where(truth.truth_batch(batch) >= 0, truth.truth_batch(batch) + 1, 0)
            found[:, 1] = np.where(batch.indices.shape[1] == 4, 0, found[:, 1])
            return found

    verdict = verify(Network(), hist_program(DIGITS))
    assert verdict.outcome == "different"
    assert verdict.counterexample is not None
    assert verdict.counterexample.tokens == ("0", "0", "0")
    assert verdict.counterexample.got == ("never", "3", "3")
    assert verify(Network(), hist_program(DIGITS, 2)).outcome == "equal"


def test_a_task_that_lists_its_own_inputs_is_checked_on_these() -> None:
    """Induction alternates letters and digits; other sequences of its domain have no truth."""
    task = get_task("induction")
    program = hist_program(task.domain.symbols, 9)
    verdict = verify(replace(program, domain=task.domain), task, limit=2000)
    assert verdict.outcome == "different"
    assert verdict.counterexample is not None
    kinds = [token.isdigit() for token in verdict.counterexample.tokens]
    assert all(one != other for one, other in pairwise(kinds))
    asked = [label is not None for label in verdict.counterexample.expected]
    assert asked == [not kind for kind in kinds]


def test_different_symbols_and_lengths_are_one_clear_line() -> None:
    """Nothing is compared where there is no common set of inputs."""
    with pytest.raises(UsageError, match=r"reads 'a' 'b' 'c', which task reverse.* does not know"):
        verify(reverse_program(), REVERSE)
    short, long = hist_program(DIGITS, 2), hist_program(DIGITS, 4)
    late = replace(long, domain=replace(long.domain, min_length=3))
    with pytest.raises(UsageError, match="no common inputs"):
        verify(short, late)
    with pytest.raises(UsageError, match="give at least 1"):
        verify(short, long, limit=0)


def test_common_lengths_are_compared_and_the_rest_is_noted() -> None:
    """A shorter domain is compared on its own inputs, and the verdict says so."""
    verdict = verify(hist_program(DIGITS, 2), hist_program(DIGITS, 4))
    assert (verdict.outcome, verdict.lengths) == ("equal", (1, 2))
    assert verdict.how == "every one of 12 inputs that both are defined on"
    assert "lengths 1 to 2" in verdict.notes[0]


def test_without_a_greatest_length_nothing_is_proved() -> None:
    """However many inputs agree, longer ones are left."""
    program = hist_program(DIGITS[:1], 4)
    endless = replace(program, domain=replace(program.domain, max_length=None))
    verdict = verify(endless, endless)
    assert (verdict.outcome, verdict.exhaustive) == ("unknown", False)
    assert "no greatest length" in verdict.notes[0]


def test_a_pooled_program_is_compared_by_its_one_label() -> None:
    """One label for an input and one for each symbol cannot be compared."""
    program = hist_program(DIGITS)
    pooled = replace(program, classifier=replace(program.classifier, pooled=True))
    assert verify(pooled, pooled).positions == 120
    with pytest.raises(UsageError, match="one label for each input"):
        verify(pooled, program)


def test_progress_is_told_after_every_batch() -> None:
    """The last call says that everything is done."""
    calls: list[tuple[int, int | None]] = []
    verify(
        reverse_program(DIGITS),
        REVERSE,
        progress=lambda done, total: calls.append((done, total)),
    )
    assert calls[-1] == (120, 120)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)


def test_a_verdict_is_json() -> None:
    """The JSON form has a version and survives JSON."""
    verdict = verify(with_entry(reverse_program(DIGITS), 1, 9, 1), REVERSE)
    found = json.loads(json.dumps(verdict.to_json()))
    assert (found["format"], found["outcome"]) == (1, "different")
    assert found["counterexample"]["tokens"] == ["0", "1"]
    assert found["how"] == verdict.how


def naive(one: Program, other: Program) -> list[tuple[str, ...]]:
    """Return every input on which two Programs with a common domain differ, in order, one input at a time."""
    sequences: list[tuple[str, ...]] = []
    layer: list[tuple[str, ...]] = [()]
    for length in range(1, (one.domain.max_length or 0) + 1):
        layer = [(*sequence, symbol) for sequence in layer for symbol in one.domain.symbols]
        sequences += layer if length >= one.domain.min_length else []
    scored = one.domain.scored if not one.classifier.pooled else None
    return [
        sequence
        for sequence, left, right in zip(
            sequences, predict(one, sequences), predict(other, sequences), strict=True
        )
        if any(
            a != b
            for a, b, token in zip(
                left, right, sequence if len(left) == len(sequence) else [""], strict=False
            )
            if scored is None or token in scored
        )
    ]


@given(st.data())
def test_the_first_counterexample_is_that_of_a_naive_search(data: st.DataObject) -> None:
    """Outcome, number and counterexample agree with going through the inputs one at a time."""
    program = data.draw(
        programs(max_inputs=60).filter(
            lambda p: p.domain.unknown is None and len(p.classifier.labels) > 1
        )
    )
    size = len(program.classifier.labels)
    masked = data.draw(st.integers(0, size - 1))
    changed = replace(program, classifier=replace(program.classifier, masked=(masked,)))
    differing = naive(program, changed)
    verdict: Verdict = verify(changed, program)
    assert verdict.exhaustive
    assert verdict.differing_inputs == len(differing)
    assert verdict.outcome == ("different" if differing else "equal")
    if differing:
        assert verdict.counterexample is not None
        assert verdict.counterexample.tokens == differing[0]


def past_program(longest: int = 8, least: int = 8, wrong_at: int | None = None) -> Program:
    """Return a program that copies the last symbol before its own, and errs at one position if asked."""
    domain = Domain(("a", "b"), longest, least, prefix="<s>")
    size = longest + 1
    head = CategoricalHead(1, 1, 0, Compare("==", 1, -1), causal=True)
    votes: list[Votes] = [CategoricalVotes(2, ((4, 0, 0), (0, 4, 0), (0, 0, 4)))]
    if wrong_at is not None:
        rows = [[0, 0, 0] for _ in range(size)]
        rows[wrong_at] = [9, 0, 0]
        votes.append(CategoricalVotes(1, tuple(map(tuple, rows))))
    classifier = Classifier(("<s>", "a", "b"), tuple(votes))
    return Program(domain, (Tokens(), Positions()), (head,), classifier)


def test_beginnings_stand_for_what_follows() -> None:
    """Where labels depend on the past alone, every beginning is compared once, whatever the least length is."""
    verdict = verify(past_program(), past_program(), limit=100)
    assert verdict.outcome == "unknown"
    assert verdict.beginnings
    assert verdict.complete_up_to == 5
    assert verdict.inputs == 100
    assert "every beginning up to length 5" in verdict.how


def test_a_counterexample_ends_where_it_differs() -> None:
    """What follows the first difference is cut off, as far as inputs may be that short."""
    for least, length in ((1, 3), (4, 4)):
        good, bad = past_program(least=least), past_program(least=least, wrong_at=3)
        verdict = verify(bad, good, limit=100)
        assert verdict.outcome == "different"
        example = verdict.counterexample
        assert example is not None
        assert example.tokens == ("a",) * length
        assert example.places == (2,)


def test_lengths_can_be_limited() -> None:
    """Differences of longer inputs are left out, and it is said so."""
    good, bad = past_program(least=1), past_program(least=1, wrong_at=6)
    short = verify(bad, good, up_to=5)
    assert short.outcome == "equal"
    assert short.lengths == (1, 5)
    assert any("as asked" in note for note in short.notes)
    assert verify(bad, good, up_to=6).outcome == "different"
    with pytest.raises(UsageError, match="least length"):
        verify(past_program(), past_program(), up_to=3)


def test_time_that_is_up_decides_nothing() -> None:
    """Without a difference by then the outcome is open, with the number of inputs so far."""
    verdict = verify(hist_program(), hist_program(), seconds=0)
    assert verdict.outcome in ("equal", "unknown")
    large = verify(past_program(14, 1), past_program(14, 1), seconds=0)
    assert large.outcome == "unknown"
    assert not large.in_time
    assert "until it was stopped" in large.how


def test_beyond_the_limit_two_programs_may_be_proved_equal() -> None:
    """Where both become the same program, no input is compared, whatever their number; else it is as without a proof."""
    program = hist_program(DIGITS)
    other, _ = shuffled(program, 3)
    assert other != program
    proved = verify(program, other, limit=5, proof=1.0)
    assert (proved.outcome, proved.exhaustive, proved.inputs) == ("equal", False, 0)
    assert proved.proof == "rewriting"
    assert proved.how == "both become the same program by rewritings that hold on every input"
    assert proved.basis == f"proved: {proved.how}"
    assert proved.to_json()["proof"] == "rewriting"
    assert verify(program, other, limit=5).outcome == "unknown"
    assert verify(program, other, proof=1.0).proof is None


def test_a_proof_covers_programs_without_a_greatest_length() -> None:
    """Rewritings hold on inputs of any length."""
    program = hist_program(DIGITS[:1], 4)
    endless = replace(program, domain=replace(program.domain, max_length=None))
    verdict = verify(endless, endless, proof=1.0)
    assert (verdict.outcome, verdict.proof, verdict.notes) == ("equal", "rewriting", ())


def test_a_proof_speaks_of_the_common_lengths() -> None:
    """Where one side is defined on fewer inputs, the verdict says on which the proof holds."""
    program = hist_program(DIGITS)
    late = replace(program, domain=replace(program.domain, min_length=3))
    verdict = verify(program, late, limit=5, proof=1.0)
    assert (verdict.outcome, verdict.proof, verdict.lengths) == ("equal", "rewriting", (3, 4))
    assert "which both are defined on" in verdict.notes[0]
