"""How alike parts are."""

from dataclasses import replace

import numpy as np
from example_programs import hist_program, reverse_program

from tprog.analysis.diff.likeness import Likeness, argument_orders, common
from tprog.analysis.measure.canonical import Function
from tprog.ir import CategoricalVotes, Constant, Program, Rectangle


def test_common_points_are_those_of_both() -> None:
    """Values that one side lacks are left out, and entries are compared by value."""
    one = Function((("a", "b"),), False, (0, 1), np.array([0, 1]))
    other = Function((("b", "c"),), False, (1, 2), np.array([0, 1]))
    found = common(one, other)
    assert found.axes == (("b",),)
    assert found.values[found.before[0]] == found.values[found.after[0]] == 1
    assert found.equal == 1


def test_a_shorter_cap_goes_on_with_its_last_value() -> None:
    """Numbers beyond a cap have the cap's value."""
    one = Function(((0, 1),), True, (0, 1), np.array([0, 1]))
    other = Function(((0, 1, 2),), True, (0, 1), np.array([0, 1, 0]))
    found = common(one, other)
    assert found.before.tolist() == [0, 1, 1]
    assert found.equal == 2 / 3


def test_nothing_in_common_is_not_alike() -> None:
    """Functions without a common point are not called equal."""
    one = Function((("a",),), False, (0,), np.array([0]))
    other = Function((("b",),), False, (0,), np.array([0]))
    assert common(one, other).equal == 0


def test_arguments_are_laid_over_their_partners() -> None:
    """Of all orders those are taken that keep most pairs."""
    assert argument_orders((3, 4), (8, 7), {3: 7, 4: 8}) == [(1, 0)]
    assert sorted(argument_orders((3, 3), (8, 8), {3: 8})) == [(0, 1), (1, 0)]
    many = tuple(range(7))
    assert argument_orders(many, many[::-1], {n: n for n in many}) == [many[::-1]]


def changed(program: Program, place: int, **fields: object) -> Program:
    operations = list(program.operations)
    operations[place] = replace(operations[place], **fields)  # type: ignore[arg-type]
    return replace(program, operations=tuple(operations))


def test_a_program_is_wholly_like_itself() -> None:
    """Every part has cost 0 beside itself."""
    program = reverse_program()
    found = Likeness(program, program)
    same = {number: number for number in range(len(program.variables))}
    for number in same:
        assert found.same_kind(number, number)
        assert found.tables(number, number, same) == found.votes(number, number) == 1
        assert found.cost(number, number, same) == 0


def test_every_difference_costs() -> None:
    """Another predicate, another box, another read and other votes each make a pair dearer."""
    program = hist_program()
    same = {number: number for number in range(len(program.variables))}
    predicate = changed(program, 0, predicate=Constant(True))
    assert 0 < Likeness(program, predicate).tables(3, 3, same) < 0.5
    boxes = changed(program, 1, rectangles=(Rectangle(((1, 1),), 2),))
    assert Likeness(program, boxes).cost(4, 4, same) > 0
    assert Likeness(program, program).cost(3, 3, {**same, 0: 1}) == 2
    vote = program.classifier.votes[0]
    assert isinstance(vote, CategoricalVotes)
    rows = ((0, 0, 0, 0, 1), *vote.weights[1:])
    classifier = replace(program.classifier, votes=(CategoricalVotes(4, rows),))
    voted = Likeness(program, replace(program, classifier=classifier))
    assert 0.8 < voted.votes(4, 4) < 1
    assert voted.votes(4, 0) == 0


def test_kinds_are_never_mixed() -> None:
    """A head is no partner for a look-up."""
    program = hist_program()
    assert not Likeness(program, program).same_kind(3, 4)
