"""Tests of counting."""

from dataclasses import replace

from example_programs import hist_program, large_program, reverse_program
from hypothesis import given
from strategies import programs

from tprog.analysis.measure.sizes import Sizes, file_lines, sizes
from tprog.ir import CategoricalHead, Program, Table


def test_hand_written_programs_have_the_sizes_that_one_counts() -> None:
    """Modules, cases, entries and votes are counted as a reader would."""
    assert sizes(reverse_program()) == Sizes(
        layers=2,
        heads=2,
        numerical_heads=0,
        lookups=1,
        numerical_lookups=0,
        live=3,
        dead=0,
        branches=1 + 6 + 1,
        entries=36,
        votes=5,
    )
    assert sizes(hist_program()) == Sizes(1, 0, 1, 0, 1, 2, 0, 1 + 5, 4, 5)


def test_a_table_has_a_case_for_every_different_row() -> None:
    """Rows that want the same keys are one case; each counts as an entry."""
    program = reverse_program()
    head = program.operations[0]
    assert isinstance(head, CategoricalHead)
    tabled = replace(head, predicate=Table(((4,), (4,), (), (1, 2), (4,))))
    changed = replace(program, operations=(tabled, *program.operations[1:]))
    assert sizes(changed).branches == sizes(program).branches + 2
    assert sizes(changed).entries == sizes(program).entries + 5


def test_parts_without_a_path_to_the_votes_are_dead() -> None:
    """A Program without votes has only dead parts."""
    program = large_program(2, 4, 2)
    silent = replace(program, classifier=replace(program.classifier, votes=()))
    assert (sizes(silent).live, sizes(silent).dead, sizes(silent).votes) == (0, 12, 0)


@given(programs(None))
def test_every_module_is_counted_once(program: Program) -> None:
    """Kinds add up to the modules, and so do live and dead ones."""
    found = sizes(program)
    kinds = found.heads + found.numerical_heads + found.lookups + found.numerical_lookups
    assert kinds == found.modules == len(program.operations)
    assert found.branches >= found.modules
    assert found.layers == len(set(program.layers)) or found.layers > len(set(program.layers))


def test_lines_are_those_of_the_file_less_its_votes() -> None:
    """Vote tables do not count, however they are written; everything else does, blank lines included."""
    source = "import sys\n\nVOTES: object = {\n    1: 2,\n}\nUNIT_VOTES = [\n]\nx = 1\n"
    assert file_lines(source) == 3
    assert sizes(hist_program(), source).lines == 3
    assert sizes(hist_program()).lines is None
    assert file_lines("def (:") is None
