"""Columns on a common sample."""

from dataclasses import replace

from example_programs import hist_program, reverse_program

from tprog.analysis.diff.common_inputs import common_domain, sample_columns
from tprog.ir import Domain


def test_the_common_domain_holds_what_both_read() -> None:
    """Common symbols, the lengths that both read, the symbols that both score."""
    one = Domain(("a", "b", "c"), 5, 2, scored=("a", "b"))
    other = Domain(("c", "b"), 4, suffix="</s>")
    found = common_domain(one, other)
    assert found == Domain(("c", "b"), 4, 2, suffix="</s>", scored=("b",))


def test_why_there_is_nothing_in_common_is_said_in_a_line() -> None:
    """Other symbols, other lengths and other scored symbols are told apart."""
    one = Domain(("a",), 2)
    assert "symbols" in str(common_domain(one, Domain(("b",), 2)))
    assert "lengths" in str(common_domain(one, Domain(("a",), 5, 3)))
    scored = common_domain(
        Domain(("a", "b"), 2, scored=("a",)), Domain(("a", "b"), 2, scored=("b",))
    )
    assert "scored" in str(scored)
    assert sample_columns(hist_program(), hist_program(("x", "y"))) is None


def test_a_variable_is_alike_itself() -> None:
    """Equal columns are alike in full, unrelated ones are not."""
    found = sample_columns(hist_program(), reverse_program())
    assert found is not None
    assert found.alike(0, 0) == 1
    assert found.alike(3, 0) < 0.6


def test_another_naming_of_the_same_values_counts_in_part() -> None:
    """A column that tells another one, in other words, is alike it, but less than an equal one."""
    program = hist_program()
    lookup = program.operations[1]
    values = replace(lookup.values, values=(4, 3, 2, 1, 0))  # type: ignore[union-attr]
    renamed = replace(
        program,
        operations=(program.operations[0], replace(lookup, values=values)),  # type: ignore[arg-type]
    )
    found = sample_columns(program, renamed)
    assert found is not None
    assert 0.75 < found.alike(4, 4) < 1


def test_programs_without_a_greatest_length_have_columns() -> None:
    """Where lengths have no end the sample has one."""
    program = hist_program()
    open_ended = replace(program, domain=replace(program.domain, max_length=None))
    found = sample_columns(open_ended, open_ended)
    assert found is not None
    assert found.alike(0, 0) == 1
