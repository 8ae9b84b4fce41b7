"""Partners of parts: those that are the same up to names and order, and those that changed."""

from dataclasses import replace

from example_programs import hist_program, large_program
from fault_injection import plant
from hypothesis import given
from hypothesis import strategies as st
from shuffling import shuffled
from strategies import programs

from tprog.analysis.diff.pairing import exact_pairs, pair
from tprog.analysis.measure.canonical import digest, meanings, vote_key
from tprog.ir import NumericalHead, Program, check


@given(programs(bounded=None), st.integers(0, 10**6))
def test_meanings_see_no_names_and_no_order(program: Program, seed: int) -> None:
    """Every variable of a shuffled Program has the meaning that it had."""
    other, number = shuffled(program, seed)
    check(other)
    before, after = meanings(program), meanings(other)
    assert [after[number[variable]] for variable in range(len(before))] == before


@given(programs(bounded=None), st.integers(0, 10**6))
def test_every_part_of_a_shuffled_program_has_its_partner(program: Program, seed: int) -> None:
    """The pairing is complete, and partners compute the same and vote the same."""
    other, _ = shuffled(program, seed)
    pairs = exact_pairs(program, other)
    assert sorted(pairs) == sorted(pairs.values()) == list(range(len(program.variables)))
    before, after = meanings(program), meanings(other)
    for number, partner in pairs.items():
        assert before[number] == after[partner]
        assert vote_key(program, number) == vote_key(other, partner)


def test_what_stands_twice_is_told_apart_by_its_name() -> None:
    """Of two heads that compute the same each is paired with the one of its name."""
    program = hist_program()
    head = program.operations[0]
    twin = Program(program.domain, program.inputs, (*program.operations, head), program.classifier)
    assert exact_pairs(twin, twin) == {number: number for number in range(6)}


def test_two_random_programs_share_their_inputs_alone() -> None:
    """Different Programs have different meanings, but for the inputs and what coincides."""
    one, other = large_program(seed=1), large_program(seed=2)
    assert 3 <= len(set(meanings(one)) & set(meanings(other))) <= 5


def test_hashes_do_not_depend_on_the_run() -> None:
    """A hash is that of the text, not of an address."""
    assert digest("a", 1) == "dac56d83ddfd473fb03baa849a43e568"
    assert digest("a", 1) != digest("a", 2)


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
