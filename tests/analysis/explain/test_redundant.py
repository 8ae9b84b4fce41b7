"""Tests of what a Program could do without."""

from example_programs import hist_program, reverse_program
from hypothesis import given
from simplifying import closed_programs

from tprog.analysis.explain.redundant import redundant_parts
from tprog.analysis.simplify.pruning import named
from tprog.analysis.simplify.sound import sound
from tprog.codegen import emit
from tprog.evaluate.reach import reachable
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Compare,
    Domain,
    FiniteValues,
    Positions,
    Program,
    Table,
    Tokens,
)


def wasteful() -> Program:
    """Return a program with one of everything that can go."""
    domain = Domain(("a", "b"), 2)
    copy = CategoricalHead(1, 1, 0, Compare("=="), name="itself")
    left = CategoricalHead(1, 1, 0, Table(((), (0,), (1,))), name="left")
    twin = CategoricalHead(1, 1, 0, Table(((), (0,), (1,))), name="twin")
    flat = CategoricalLookup((0,), FiniteValues((5, 6)), (1, 1, 1), name="flat")
    half = CategoricalLookup((0, 3), FiniteValues((5, 6)), (0,) * 3 + (1,) * 6, name="half")
    late = CategoricalHead(6, 0, 0, Table(((1,), (2,))), name="late")
    lost = CategoricalHead(1, 0, 0, Table(((1,),) * 3), name="lost")
    votes = [CategoricalVotes(n, ((1, 0), (0, 1), (0, 2))) for n in (2, 3, 4, 7)]
    votes += [CategoricalVotes(n, ((1, 0), (0, 1))) for n in (5, 6)]
    operations = (copy, left, twin, flat, half, late, lost)
    return Program(
        domain, (Tokens(), Positions()), operations, Classifier(("x", "y"), tuple(votes))
    )


def test_everything_that_can_go_is_named_with_its_lines() -> None:
    """Each part that can go, or part of it, is listed where it stands."""
    program = wasteful()
    source = emit(program)
    found = {(spare.part, spare.kind): spare for spare in redundant_parts(program, source)}
    assert set(found) == {
        ("itself", "alias"),
        ("twin", "duplicate"),
        ("flat", "constant"),
        ("half", "unreachable"),
        ("half", "unused"),
        ("lost", "dead"),
    }
    assert found["twin", "duplicate"].what == "the same as left"
    lines = source.splitlines()
    # The twin wants the same as `left`, and shares its function.
    assert found.pop(("twin", "duplicate")).lines is None
    for spare in found.values():
        assert spare.lines is not None
        assert lines[spare.lines[0] - 1].startswith(f"def {spare.part}(")
        assert lines[spare.lines[1]] == ""


def test_good_programs_have_nothing_to_spare() -> None:
    """A `hist` written by hand needs all it has; of `reverse` some entries are never read."""
    assert redundant_parts(hist_program()) == ()
    assert {spare.kind for spare in redundant_parts(reverse_program())} <= {"unreachable"}
    assert all(spare.lines is None for spare in redundant_parts(reverse_program(), "no (python"))


@given(closed_programs())
def test_dead_parts_are_gone_after_the_sound_passes(program: Program) -> None:
    """What is called dead, or a duplicate, does not survive them."""
    program = named(program)
    gone = {spare.part for spare in redundant_parts(program) if spare.kind == "dead"}
    assert gone.isdisjoint(operation.name for operation in sound(program).operations)


@given(closed_programs())
def test_constants_never_change(program: Program) -> None:
    """What is called constant has one value on every input."""
    constants = {spare.part for spare in redundant_parts(program) if spare.kind == "constant"}
    counts = reachable(program).values
    for number, name in enumerate(program.names):
        if name in constants:
            assert (counts[number] > 0).sum() == 1
