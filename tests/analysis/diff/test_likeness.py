"""How alike parts are."""

from dataclasses import replace

from example_programs import hist_program, reverse_program

from tprog.analysis.diff.likeness import Likeness
from tprog.ir import CategoricalVotes, Constant, Program, Rectangle


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
