"""Tests of the estimated length of a file."""

from dataclasses import replace

from effort import scaled
from example_programs import hist_program, reverse_program
from hypothesis import given, settings
from simplifying import closed_programs

from tprog.analysis.measure.sizes import file_lines
from tprog.analysis.simplify.cost import cost, odd_entries, operation_lines
from tprog.codegen import emit
from tprog.ir import KeyIn, NumericalHead, Program, Table


def lines(program: Program) -> int:
    """Return the lines of a Program's file less its votes."""
    found = file_lines(emit(program))
    assert found is not None
    return found


def test_the_estimate_is_the_difference_of_two_files() -> None:
    """Taking everything away from a file takes away what was estimated, but for types and fixed lines."""
    for program in (hist_program(), reverse_program()):
        bare = replace(program, operations=(), classifier=replace(program.classifier, votes=()))
        less = lines(program) - lines(bare)
        assert abs(less - (cost(program).lines - cost(bare).lines)) <= 8


@settings(max_examples=scaled(15))
@given(closed_programs())
def test_a_table_costs_more_than_a_condition_on_the_key(program: Program) -> None:
    """A branch takes two lines, a condition one."""
    for operation in program.operations:
        if isinstance(operation, NumericalHead) and isinstance(operation.predicate, Table):
            plain = replace(operation, predicate=KeyIn((0,)))
            assert operation_lines(program, plain) < operation_lines(program, operation)
            assert odd_entries(program, plain) < odd_entries(program, operation)
