"""Partners of parts that changed."""

from dataclasses import replace

from example_programs import large_program
from fault_injection import plant
from hypothesis import given, settings
from hypothesis import strategies as st
from shuffling import shuffled
from strategies import programs

from tprog.analysis.diff.exact import meanings
from tprog.analysis.diff.similar import pair
from tprog.ir import NumericalHead, Program


@settings(max_examples=60)
@given(programs(), st.integers(0, 10**6))
def test_a_changed_part_keeps_its_partner(program: Program, seed: int) -> None:
    """After a planted change and a shuffle every part is paired, with itself or what computes the same.

    Only of twins, parts that compute the same, one may be left over: the changed one takes another's partner.
    """
    fault = plant(program, seed)
    if fault is None:
        return
    other, number = shuffled(fault.program, seed)
    found = pair(program, other)
    before = meanings(program)
    assert len(found) >= len(set(before))
    back = {new: old for old, new in enumerate(number)}
    for old, new in found.items():
        assert old == back[new] or before[old] == before[back[new]]


def test_a_large_program_keeps_its_partners() -> None:
    """Of 36 parts one changes at the bottom, and all are still paired with themselves."""
    program = large_program(seed=3)
    head = program.operations[1]
    assert isinstance(head, NumericalHead)
    one = replace(
        program,
        operations=(program.operations[0], replace(head, causal=True), *program.operations[2:]),
    )
    other, number = shuffled(one, 5)
    found = pair(program, other)
    wrong = [old for old, new in found.items() if number[old] != new]
    assert len(found) == len(program.variables)
    assert not wrong


def test_unrelated_parts_are_no_partners() -> None:
    """Two random Programs share hardly a part: most heads of one are removed and those of the other added."""
    one, other = large_program(seed=1), large_program(seed=2)
    found = pair(one, other)
    assert found[0] == 0
    assert len(found) < len(one.variables) / 2
