"""Tests of the ranking of suspects."""

from typing import get_args

import pytest
from tracing import FAULT, faulty_hist, some_examples, sound_hist

from tprog.analysis.explain.cells import WHOLE, Branch, Part, with_content
from tprog.analysis.explain.trace.repair import example_batches
from tprog.analysis.explain.trace.running import evaluated
from tprog.analysis.explain.trace.spectrum import collect
from tprog.analysis.explain.trace.suspects import commonest, find_suspects, switch_off
from tprog.analysis.explain.trace.tracing import trace_observed
from tprog.ir import Compare, Program, Relation

WHOLE_COUNT = Branch(Part(3, "head"), WHOLE)


def test_the_fault_is_ranked_first_and_its_repair_puts_all_right() -> None:
    """The wrong entry comes before the votes that only ran with it."""
    program = faulty_hist()
    examples = some_examples(program)
    observed = evaluated(examples)
    spectra = collect(program, observed)
    found = find_suspects(examples, observed, spectra, "ochiai")
    first = found[0]
    assert first.branch == FAULT
    assert first.net == first.failed == spectra.failing
    assert first.switch is not None
    assert [one.net for one in found] == sorted((one.net for one in found), reverse=True)


def flipped(relation: Relation) -> Program:
    """Return hist whose count of equal tokens counts others."""
    return with_content(sound_hist(), WHOLE_COUNT, Compare(relation))


@pytest.mark.parametrize("relation", get_args(Relation)[1:])
def test_a_flipped_comparison_is_one_suspect_and_one_cause(relation: Relation) -> None:
    """The whole predicate comes first in place of its rows, with the comparison that puts every error right."""
    program = flipped(relation)
    examples = some_examples(program)
    observed = evaluated(examples)
    found, failures = trace_observed(examples, observed)
    first = found.suspects[0]
    assert first.branch == WHOLE_COUNT
    assert first.repair is not None
    assert first.repair.held == Compare("==")
    assert (first.net, first.repair.gain.broken) == (len(failures), 0)
    assert [one.branch for one in found.causes] == [WHOLE_COUNT]
    assert not any(one.branch.part == WHOLE_COUNT.part for one in found.suspects[1:])


def test_a_single_wrong_row_is_the_row() -> None:
    """A comparison with one exception is put down to the exception, with what the comparison says there."""
    row = Branch(WHOLE_COUNT.part, 1)
    program = with_content(sound_hist(), row, ())
    examples = some_examples(program)
    first = trace_observed(examples, evaluated(examples))[0].suspects[0]
    assert first.branch == row
    assert first.repair is not None
    assert first.repair.held == (1,)


def test_every_metric_finds_the_fault() -> None:
    """The repair decides, whatever the formula."""
    program = faulty_hist()
    examples = some_examples(program)
    observed = evaluated(examples)
    spectra = collect(program, observed)
    assert find_suspects(examples, observed, spectra, "dstar")[0].branch == FAULT
    assert find_suspects(examples, observed, spectra, "tarantula")[0].branch == FAULT


def test_a_part_is_switched_off_everywhere_and_a_branch_where_it_ran() -> None:
    """Held at its commonest value, the whole look-up breaks more than one entry of it does."""
    program = faulty_hist()
    examples = some_examples(program)
    batches = example_batches(examples, evaluated(examples))
    batches = batches
    whole = switch_off(program, Part(4, "look-up"), batches)
    entry = switch_off(program, Branch(Part(4, "look-up"), 2), batches)
    assert whole.entry == entry.entry == commonest(4, batches)
    assert whole.gain.broken > entry.gain.broken


def test_silenced_votes_say_nothing() -> None:
    """Without the only votes every label is the first one, which is never right."""
    program = faulty_hist()
    examples = some_examples(program)
    batches = example_batches(examples, evaluated(examples))
    found = switch_off(program, Part(4, "votes"), batches)
    right = sum(int((batch.asked & ~batch.wrong).sum()) for batch in batches)
    assert found.entry is None
    assert found.gain.broken == right
    row = switch_off(program, Branch(Part(4, "votes"), 3), batches)
    labels = [label for one in examples.examples for label in one.labels]
    assert row.gain.broken == labels.count("3")
