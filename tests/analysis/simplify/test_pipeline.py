"""Tests of the pipeline."""

from example_programs import hist_program, reverse_program
from hypothesis import given, settings
from simplifying import closed_programs, exact_trials, same_predictions
from strategies import programs

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.pipeline import Step, searched, sound
from tprog.ir import Program


@given(closed_programs())
def test_sound_passes_keep_every_prediction(program: Program) -> None:
    """All sound passes together keep predictions, never lengthen, and find nothing the second time."""
    found = sound(program)
    assert same_predictions(program, found)
    assert cost(found) <= cost(program)
    assert sound(found) == found


@settings(max_examples=6)
@given(closed_programs(max_operations=3, max_inputs=30))
def test_the_whole_pipeline_keeps_every_prediction(program: Program) -> None:
    """All passes together keep predictions, never lengthen, and do the same every time."""
    found = searched(program, exact_trials(program))
    assert same_predictions(program, found)
    assert cost(found) <= cost(program)
    assert searched(program, exact_trials(program)) == found


def test_a_written_hist_becomes_one_count() -> None:
    """The look-up that names the count becomes votes, and every step is reported."""
    program, steps = hist_program(), list[Step]()
    found = searched(program, exact_trials(program), steps)
    assert len(found.operations) == 1
    assert same_predictions(program, found)
    assert cost(found) == steps[-1].after
    assert {step.kind for step in steps} == {"sound", "checked"}


def test_a_written_reverse_stays_short() -> None:
    """Nothing is lost of a program that is as short as it can be."""
    program = reverse_program()
    found = searched(program, exact_trials(program))
    assert same_predictions(program, found)
    assert len(found.operations) <= len(program.operations)


@given(programs(bounded=None))
def test_sound_passes_hold_on_domains_without_an_end(program: Program) -> None:
    """Words that no one knew, and inputs of any length, are answered as before."""
    found, domain = sound(program), program.domain
    words = [*domain.symbols, "Zz9"] if domain.unknown is not None else list(domain.symbols)
    for length in range(domain.min_length, (domain.max_length or domain.min_length + 2) + 1):
        data = [words[place % len(words)] for place in range(length)]
        for tokens in (data, data[::-1], [words[-1]] * length):
            wanted, given_ = program.run(tokens), found.run(tokens)
            scored = domain.scored or domain.symbols
            known = [w if w in domain.symbols else domain.unknown for w in tokens]
            if program.classifier.pooled:
                assert wanted == given_
            else:
                for word, left, right in zip(known, wanted, given_, strict=True):
                    assert left == right or word not in scored
