"""Tests of the pass `rewrite`."""

from dataclasses import replace

from example_programs import hist_program, reverse_program
from hypothesis import given, settings
from simplifying import closed_programs, exact_trials, same_predictions

from tprog.analysis.simplify import simplify
from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.rewrite import Rewrite, with_modules
from tprog.ir import CategoricalVotes, Ones, Program
from tprog.reader import read_source


def long_hist() -> Program:
    """Return a `hist` that says each count by a look-up of its own."""
    program = hist_program()
    lookup = program.operations[1]
    first = len(program.variables)
    zeros = tuple((0,) * len(program.classifier.labels) for _ in lookup.values.values)  # type: ignore[union-attr]
    more = tuple(replace(lookup, name=f"again_{n}") for n in range(3))
    votes = tuple(CategoricalVotes(first + n, zeros) for n in range(3))
    classifier = replace(program.classifier, votes=(*program.classifier.votes, *votes))
    return replace(program, operations=(*program.operations, *more), classifier=classifier)


@given(closed_programs(), closed_programs())
def test_added_modules_change_nothing(program: Program, other: Program) -> None:
    """A Program with the modules of another one gives the same labels, where the two can be put together."""
    both = with_modules(program, other)
    if program.domain == other.domain:
        assert both is not None
    if both is not None:
        assert len(both.operations) == len(program.operations) + len(other.operations)
        assert same_predictions(program, both)


@given(closed_programs())
def test_modules_mean_what_they_meant(program: Program) -> None:
    """A Program that takes the modules and votes of another one alone is the other one."""
    bare = replace(program, operations=(), inputs=program.inputs[:1])
    bare = replace(bare, classifier=replace(program.classifier, votes=()))
    both = with_modules(bare, program)
    assert both is not None
    number = {n: both.inputs.index(found) for n, found in enumerate(program.inputs)}
    votes = tuple(
        replace(
            vote,
            variable=number.get(
                vote.variable, vote.variable - len(program.inputs) + len(both.inputs)
            ),
        )
        for vote in program.classifier.votes
    )
    assert same_predictions(
        replace(both, classifier=replace(both.classifier, votes=votes)), program
    )


@settings(max_examples=10)
@given(closed_programs(max_operations=3, max_inputs=30))
def test_it_keeps_every_prediction(program: Program) -> None:
    """With its own modules once more, predictions stay and the Program grows no longer."""
    trials = exact_trials(program)
    found = Rewrite(program).apply(program, trials)
    assert trials.settle() == found
    assert same_predictions(program, found)
    assert cost(found) <= cost(program)


def test_modules_of_another_program_replace_longer_ones() -> None:
    """A count of equal tokens stands for whatever answered the same, and the file says where it comes from."""
    other = hist_program()
    wordy = long_hist()
    program = replace(
        wordy,
        operations=tuple(
            replace(found, name=f"own_{number}") for number, found in enumerate(wordy.operations)
        ),
    )
    found = simplify(program, other=other)
    assert same_predictions(program, found.program)
    assert len(found.program.operations) == 1
    assert read_source_again(found.program) == found.program


def read_source_again(program: Program) -> Program:
    """Return what is read from the file of a Program."""
    from tprog.codegen import emit

    return read_source(emit(program))


def test_programs_on_other_sequences_do_not_help() -> None:
    """Nothing is taken from a program that is defined on something else."""
    program = hist_program()
    assert with_modules(program, reverse_program(("a", "b"))) is None
    trials = exact_trials(program)
    assert Rewrite(reverse_program(("a", "b"))).apply(program, trials) == program


def test_an_input_that_is_missing_is_added() -> None:
    """Modules that add up ones bring these along, and the own modules still read what they read."""
    other = hist_program()
    votes = CategoricalVotes(0, tuple((n, 1, 0, 0, 0) for n in range(len(other.finite_values(0)))))
    classifier = replace(other.classifier, votes=(votes,))
    program = replace(other, inputs=other.inputs[:1], operations=(), classifier=classifier)
    both = with_modules(program, other)
    assert both is not None
    assert any(isinstance(found, Ones) for found in both.inputs)
    assert same_predictions(program, both)
    assert [found.name for found in both.operations] == [o.name for o in other.operations]
