"""Tests of the sound passes: alone, and all together."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from effort import scaled
from example_programs import hist_program, reverse_program
from hypothesis import given, settings
from simplifying import closed_programs, exact_trials, same_predictions
from strategies import programs

from tprog.analysis.simplify.checked import CHECKED, searched
from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.passes.dataflow import (
    compose_lookups,
    duplicates,
    fold_constant_votes,
    lowered,
    replace_constants,
    skip_self_attention,
)
from tprog.analysis.simplify.passes.operations import filled, narrowed
from tprog.analysis.simplify.pruning import prune
from tprog.analysis.simplify.sound import SOUND, PassStep, sound
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Compare,
    Constant,
    Domain,
    FiniteValues,
    KeyIn,
    NumericalLookup,
    NumericalVotes,
    Ones,
    Positions,
    Program,
    Rectangle,
    Table,
    Tokens,
)


@pytest.mark.parametrize(("name", "apply"), SOUND)
@settings(max_examples=scaled(40))
@given(program=closed_programs())
def test_a_sound_pass_keeps_every_prediction(
    name: str, apply: Callable[[Program], Program], program: Program
) -> None:
    """It keeps all predictions, does nothing when applied again, and never makes a Program longer."""
    found = apply(program)
    assert same_predictions(program, found), name
    assert apply(found) == found
    assert cost(found) <= cost(program)


def test_every_pass_has_its_own_name() -> None:
    """Reports tell passes apart by name; a checked one is listed once with and once without other votes."""
    names = [*(name for name, _ in SOUND), *{name for name, _, _ in CHECKED}]
    assert len(set(names)) == len(names)
    assert len({(name, refitting) for name, _, refitting in CHECKED}) == len(CHECKED)


@given(closed_programs())
def test_sound_passes_keep_every_prediction(program: Program) -> None:
    """All sound passes together keep predictions, never lengthen, and find nothing the second time."""
    found = sound(program)
    assert same_predictions(program, found)
    assert cost(found) <= cost(program)
    assert sound(found) == found


@settings(max_examples=scaled(6))
@given(closed_programs(max_operations=3, max_inputs=30))
def test_the_whole_pipeline_keeps_every_prediction(program: Program) -> None:
    """All passes together keep predictions, never lengthen, and do the same every time."""
    found = searched(program, exact_trials(program))
    assert same_predictions(program, found)
    assert cost(found) <= cost(program)
    assert searched(program, exact_trials(program)) == found


def test_a_written_hist_becomes_one_count() -> None:
    """The look-up that names the count becomes votes, and every step is reported."""
    program, steps = hist_program(), list[PassStep]()
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


def test_a_head_that_looks_at_itself_is_what_it_copies() -> None:
    """Equal positions match nowhere else."""
    domain = Domain(("a", "b"), 3)
    head = CategoricalHead(1, 1, 0, Compare("=="))
    votes = CategoricalVotes(2, ((0, 1), (1, 0), (0, 2)))
    program = Program(domain, (Tokens(), Positions()), (head,), Classifier(("x", "y"), (votes,)))
    found = skip_self_attention(program)
    assert found.operations == ()
    assert found.classifier.votes == (CategoricalVotes(0, votes.weights),)


def test_constant_votes_move_to_another_variable() -> None:
    """`ones` needs no votes of its own where a categorical variable votes."""
    domain = Domain(("a", "b"), 3)
    votes = (CategoricalVotes(0, ((0, 0), (0, 1), (1, 0))), NumericalVotes(1, (0, 4)))
    program = Program(domain, (Tokens(), Ones()), (), Classifier(("x", "y"), votes))
    found = fold_constant_votes(program)
    assert found.inputs == (Tokens(),)
    assert found.classifier.votes == (CategoricalVotes(0, ((0, 4), (0, 5), (1, 4))),)


def test_a_look_up_of_one_variable_is_read_through() -> None:
    """The votes of a look-up's result are votes of what it reads."""
    domain = Domain(("a", "b"), 3)
    lookup = CategoricalLookup((0,), FiniteValues((5, 6)), (1, 0, 1))
    votes = CategoricalVotes(1, ((1, 0), (0, 1)))
    program = Program(domain, (Tokens(),), (lookup,), Classifier(("x", "y"), (votes,)))
    assert compose_lookups(program).classifier.votes == (
        CategoricalVotes(0, ((0, 1), (1, 0), (0, 1))),
    )


def test_what_is_the_same_everywhere_is_no_operation() -> None:
    """A look-up with one result, and a head that reads it, go."""
    domain = Domain(("a", "b"), 3)
    inputs = (Tokens(), Positions())
    lookup = CategoricalLookup((0,), FiniteValues((5, 6)), (1, 1, 1))
    head = CategoricalHead(1, 1, 2, KeyIn((0,)))
    votes = CategoricalVotes(3, ((1, 0), (0, 1)))
    program = Program(domain, inputs, (lookup, head), Classifier(("x", "y"), (votes,)))
    assert replace_constants(program).operations == ()


def test_a_head_that_nobody_reads_goes() -> None:
    """What no vote depends on is removed, and what follows is renumbered."""
    program = reverse_program()
    silent = replace(program.classifier, votes=())
    assert prune(replace(program, classifier=silent)).variables == ()
    assert len(prune(program).operations) <= len(program.operations)


def test_the_commonest_weight_becomes_zero() -> None:
    """What all labels share is taken away; masked labels get nothing."""
    assert lowered((5, 5, 7), set()) == (0, 0, 2)
    assert lowered((5, 5, 7), {2}) == (0, 0, 0)
    assert lowered((0, 3), set()) == (0, 3)


def test_the_second_of_two_equal_heads_goes() -> None:
    """Two heads with the same definition are one, whatever their names."""
    program = reverse_program()
    first = len(program.inputs)
    twin = replace(program.operations[0], name="twin")
    doubled = replace(program, operations=(*program.operations, twin))
    assert duplicates(doubled) == {first + len(program.operations): first}
    assert duplicates(program) == {}


def test_an_argument_that_changes_nothing_goes() -> None:
    """A table that only depends on its second argument reads that one alone."""
    domain = Domain(("a", "b"), 1, prefix=None)
    lookup = CategoricalLookup((0, 1), FiniteValues((0, 1)), (0, 0))
    program = Program(domain, (Tokens(), Positions()), (lookup,), Classifier(("x",), ()))
    assert narrowed(program, lookup).reads == (0,)
    crossed = CategoricalLookup((0, 0), FiniteValues((0, 1)), (0, 1, 1, 1))
    assert narrowed(program, crossed) == CategoricalLookup((0,), FiniteValues((0, 1)), (0, 1))


def test_rows_that_are_all_the_same_become_a_condition_on_the_key() -> None:
    """A table with one row is symbolic; with no key or every key it is constant."""
    domain = Domain(("a", "b"), 1, prefix=None)
    program = Program(domain, (Tokens(),), (), Classifier(("x",), ()))
    for row, wanted in (((1,), KeyIn((1,))), ((), Constant(False)), ((0, 1), Constant(True))):
        head = CategoricalHead(0, 0, 0, Table((row, row)))
        assert narrowed(program, head) == CategoricalHead(0, 0, 0, wanted)


def test_boxes_that_say_nothing_go() -> None:
    """A box inside an earlier one, or before the default with its value, says nothing; caps shrink to the bounds."""
    boxes = (Rectangle(((0, 1),), 1), Rectangle(((1, 1),), 0), Rectangle(((4, 6),), 0))
    lookup = NumericalLookup((0,), FiniteValues((0, 1)), (9,), boxes, 0)
    program = Program(Domain(("a",), 1), (Ones(),), (), Classifier(("x",), ()))
    found = narrowed(program, lookup)
    assert found == NumericalLookup((0,), FiniteValues((0, 1)), (2,), boxes[:1], 0)


def test_entries_that_are_not_reached_follow_the_commonest() -> None:
    """Of equally common entries the first one fills."""
    reached = np.array([True, False, True, True])
    assert filled((1, 7, 2, 2), reached) == (1, 2, 2, 2)
    assert filled((1, 7), np.array([False, False])) == (1, 1)
