"""Tests of bits, cases and sums of votes as formulas."""

from itertools import product
from typing import Any

import z3

from tprog.analysis.prove.by_rewriting import Ballot, Rows
from tprog.analysis.prove.formulas import (
    Bit,
    Cases,
    all_of,
    any_of,
    at_least,
    differing,
    first_of,
    merged,
    negation,
    scored_at,
    settled,
    tabulated,
    width,
    within,
)

A, B, C = z3.Bools("a b c")
THREE: Cases = {0: A, 1: z3.And(z3.Not(A), B), 2: z3.And(z3.Not(A), z3.Not(B))}


def value(bit: Bit, given: dict[Any, bool]) -> bool:
    """Return a bit where the variables are known."""
    if isinstance(bit, bool):
        return bit
    pairs = [(name, z3.BoolVal(known)) for name, known in given.items()]
    return bool(z3.is_true(z3.simplify(z3.substitute(bit, *pairs))))


def every() -> list[dict[Any, bool]]:
    """Return all that the variables can be."""
    return [dict(zip((A, B, C), known, strict=True)) for known in product((False, True), repeat=3)]


def held(cases: Cases, given: dict[Any, bool]) -> object:
    """Return the value whose bit is true; exactly one is."""
    (found,) = [name for name, bit in cases.items() if value(bit, given)]
    return found


def test_known_bits_are_worked_out() -> None:
    """What is known never becomes a formula."""
    assert all_of([True, A, True]) is A
    assert all_of([A, False]) is False
    assert all_of([]) is True
    assert any_of([A, True]) is True
    assert any_of([False, A, A]) is A
    assert any_of([]) is False
    assert negation(False) is True
    assert negation(negation(A)).eq(A)


def test_equal_formulas_are_one() -> None:
    """The order in which bits are given says nothing."""
    assert all_of([A, B]).eq(all_of([B, A]))
    assert any_of([A, B, C]).eq(any_of([C, A, B]))


def test_membership_is_true_where_nothing_else_can_occur() -> None:
    """Sets are told by their members or by what they leave out."""
    assert within(THREE, {0, 1, 2, 3}) is True
    assert within(THREE, {7}) is False
    for given in every():
        for wanted in ({0}, {0, 1}, {1, 2}):
            assert value(within(THREE, wanted), given) == (held(THREE, given) in wanted)


def test_a_choice_has_the_cases_of_what_is_chosen() -> None:
    """What only an impossible choice holds is no case."""
    found = merged([(C, THREE), (z3.Not(C), {5: True}), (False, {9: True})])
    assert set(found) == {0, 1, 2, 5}
    for given in every():
        assert held(found, given) == (held(THREE, given) if given[C] else 5)
    assert settled({1: True, 2: False}) == {1: True}
    assert settled({1: A, 2: False}) == {1: True}


def test_a_function_of_values_has_the_cases_of_its_results() -> None:
    """Every point is looked up; a constant function holds always."""
    two: Cases = {0: C, 1: z3.Not(C)}
    found = tabulated([THREE, two], lambda point: int(point[0]) * int(point[1]))
    for given in every():
        assert held(found, given) == int(str(held(THREE, given))) * int(str(held(two, given)))
    assert tabulated([THREE, two], lambda _: 4) == {4: True}


def test_the_first_true_bit_decides() -> None:
    """At most one place is the first, and none is where no bit is true."""
    places, none = first_of([(2, A), (0, False), (1, B)])
    for given in every():
        wanted = 2 if given[A] else 1 if given[B] else None
        assert [place for place, bit in places if value(bit, given)] == (
            [] if wanted is None else [wanted]
        )
        assert value(none, given) == (wanted is None)


def test_bits_are_counted() -> None:
    """For each number it is said whether at least so many bits are true."""
    for given in every():
        counts = [value(bit, given) for bit in at_least([A, B, True, C])]
        true = 1 + sum(given.values())
        assert counts == [number <= true for number in range(5)]


A = z3.Bool("a")
HELD: dict[str, Cases] = {"v": {"x": A, "y": z3.Not(A)}, "n": {0: A, 3: z3.Not(A)}}


def constantly(key: str, place: int) -> Cases:
    """Return what a variable holds, the same at every position."""
    return HELD[key]


def contest(one: Ballot, other: Ballot, count: int = 1) -> Bit:
    """Return where two ballots differ."""
    return differing((one, other), (constantly, constantly), [list(range(count))] * 2)


def votes(*rows: tuple[str, Rows], bias: tuple[int, ...] = (0, 0)) -> Ballot:
    """Return a ballot of two labels."""
    return Ballot(("p", "q"), False, bias, rows)


def solutions(bit: Bit) -> set[bool]:
    """Return the values of the variable with which a bit is true."""
    if isinstance(bit, bool):
        return {False, True} if bit else set()
    return {
        known
        for known in (False, True)
        if z3.is_true(z3.simplify(z3.substitute(bit, (A, z3.BoolVal(known)))))
    }


def test_equal_votes_differ_nowhere() -> None:
    """No solver is needed for what is one formula."""
    same = votes(("v", (("x", (0, 2)), ("y", (0, -1)))))
    assert contest(same, same) is False


def test_a_tie_goes_to_the_first_label() -> None:
    """A lead of 0 is none."""
    first = votes(("v", (("x", (0, 1)),)))
    assert solutions(contest(first, votes())) == {True}
    assert solutions(contest(votes(("v", (("x", (0, -1)),))), votes())) == set()
    assert solutions(contest(votes(bias=(0, 1)), votes())) == {False, True}


def test_numbers_vote_per_unit() -> None:
    """The row of a numerical variable counts as often as its value says."""
    rows: Rows = ((None, (0, 2)),)
    assert solutions(contest(votes(("n", rows), bias=(0, -5)), votes())) == {False}
    assert solutions(contest(votes(("n", rows), bias=(0, -6)), votes())) == set()


def test_pooled_votes_are_added_over_positions() -> None:
    """What does not decide at one position may decide at three."""
    one = votes(("v", (("x", (0, 2)),)), ("n", ((None, (0, -1)),)), bias=(0, -1))
    other = votes(bias=(0, 1))
    assert solutions(contest(one, other, 3)) == {False}
    assert width((one, other), 3, (constantly, constantly), [[0, 1, 2]] * 2) >= 5


def test_labels_are_compared_by_name() -> None:
    """Another order of labels is no difference, but for ties; a label of one side alone is one."""
    first = votes(("v", (("x", (0, 1)), ("y", (0, -1)))))
    turned = Ballot(("q", "p"), False, (0, 0), (("v", (("x", (0, -1)), ("y", (0, 1)))),))
    assert solutions(contest(first, turned)) == set()
    other = Ballot(("p", "r"), False, (0, 0), first.votes)
    assert solutions(contest(first, other)) == {True}


def test_a_position_counts_where_its_symbol_is_scored() -> None:
    """Without scored symbols every position counts."""
    assert scored_at(HELD["v"], None) is True
    assert solutions(scored_at(HELD["v"], ("y",))) == {False}
