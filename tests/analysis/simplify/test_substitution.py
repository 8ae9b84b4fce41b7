"""Tests of replacing variables by functions of others."""

from hypothesis import given
from hypothesis import strategies as st
from simplifying import closed_programs, same_predictions

from tprog.analysis.simplify.pruning import with_operation
from tprog.analysis.simplify.substitution import (
    constant_source,
    substitute,
    substitute_number,
)
from tprog.ir import (
    CategoricalLookup,
    Constant,
    FiniteValues,
    NumericalHead,
    NumericalLookup,
    Program,
)


@given(closed_programs(), st.data())
def test_a_function_of_another_variable_can_stand_for_one(
    program: Program, data: st.DataObject
) -> None:
    """A look-up of one variable, once made, can be composed into everything that reads it."""
    first = len(program.inputs)
    categorical = [
        number
        for number in range(first, len(program.variables))
        if isinstance(program.values[number], FiniteValues)
    ]
    if not categorical:
        return
    variable = data.draw(st.sampled_from(categorical))
    source = data.draw(
        st.sampled_from([n for n in range(variable) if isinstance(program.values[n], FiniteValues)])
    )
    values = program.finite_values(variable)
    entry = st.integers(0, len(values) - 1)
    size = len(program.finite_values(source))
    mapping = tuple(data.draw(st.lists(entry, min_size=size, max_size=size)))
    # The Program in which the variable is that very function.
    wanted = with_operation(program, variable, CategoricalLookup((source,), values, mapping))
    found = substitute(program, variable, source, mapping)
    assert found is None or same_predictions(wanted, found)


@given(closed_programs(), st.data())
def test_a_number_that_is_always_zero_can_go(program: Program, data: st.DataObject) -> None:
    """A head that matches nothing is the number 0 for everything that reads it."""
    heads = [
        number for number, found in enumerate(program.variables) if isinstance(found, NumericalHead)
    ]
    if not heads:
        return
    variable = data.draw(st.sampled_from(heads))
    head = program.variables[variable]
    assert isinstance(head, NumericalHead)
    empty = NumericalHead(head.query, head.key, head.value, Constant(False))
    wanted = with_operation(program, variable, empty)
    found = substitute_number(wanted, variable, 0)
    assert found is not None
    assert same_predictions(wanted, found)
    read = any(
        isinstance(operation, NumericalLookup | NumericalHead) and not operation.reads
        for operation in found.operations
    )
    assert not read


@given(closed_programs())
def test_constants_are_functions_of_the_smallest_input(program: Program) -> None:
    """The input with the fewest values is taken."""
    source = constant_source(program)
    assert source is not None
    sizes = [
        len(found)
        for found in program.values[: len(program.inputs)]
        if isinstance(found, FiniteValues)
    ]
    assert len(program.finite_values(source)) == min(sizes)
