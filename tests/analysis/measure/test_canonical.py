"""What parts do, in values."""

import numpy as np
from example_programs import hist_program, reverse_program

from tprog.analysis.measure.canonical import (
    head_rows,
    lookup_form,
    lookup_function,
    ordered,
    orders,
    predicate_rows,
    tie_key,
    votes_of,
)
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    Classifier,
    Compare,
    Domain,
    FiniteValues,
    Naturals,
    NumericalHead,
    NumericalLookup,
    Ones,
    Positions,
    Program,
    Rectangle,
    Table,
    Tokens,
)


def program(*operations: CategoricalHead | NumericalLookup | CategoricalLookup) -> Program:
    domain = Domain(("a", "b"), 3)
    return Program(domain, (Tokens(), Positions(), Ones()), operations, Classifier(("x",), ()))


def test_numbers_come_before_texts() -> None:
    """Values are put in one order whatever they are."""
    assert ordered([3, 1, 2]) == (1, 2, 3)
    assert ordered(["b", "a"]) == ("a", "b")


def test_rows_speak_of_values() -> None:
    """A predicate's rows are the wanted keys by query value, whatever its form."""
    query, key = FiniteValues((1, 0)), FiniteValues((0, 1, 2))
    wanted = {1: frozenset({2}), 0: frozenset({1, 2})}
    assert predicate_rows(Compare(">"), query, key) == wanted
    assert predicate_rows(Table(((2,), (1, 2))), query, key) == wanted


def test_values_without_an_end_have_no_rows() -> None:
    """A comparison of positions without an end is no table."""
    assert predicate_rows(Compare("=="), Naturals(), Naturals()) is None


def test_a_head_of_a_program_has_rows() -> None:
    """The rows of `hist` want the own symbol."""
    found = hist_program()
    head = found.operations[0]
    assert isinstance(head, NumericalHead)
    rows = head_rows(found, head)
    assert rows is not None
    assert rows["a"] == {"a"}
    assert tie_key(found, head) == ()


def test_scores_speak_of_values() -> None:
    """A tie-break by score is the same whatever order the values are declared in."""
    head = CategoricalHead(0, 0, 0, Compare("=="), ByScore(((1, 2, 3), (4, 5, 6), (7, 8, 9))))
    kind, cells = tie_key(program(head), head)
    assert kind == "score"
    assert ("<class 'str'>", "a", "<class 'str'>", "b", 6) in cells


def test_a_cap_that_tells_nothing_apart_is_dropped() -> None:
    """Two numerical look-ups that differ in an idle cap alone are the same function."""
    values = FiniteValues((0, 1))
    long = NumericalLookup((2,), values, (5,), (Rectangle(((2, 5),), 1),), 0)
    short = NumericalLookup((2,), values, (2,), (Rectangle(((2, 2),), 1),), 0)
    found = [lookup_function(program(lookup), lookup) for lookup in (long, short)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0].key() == found[1].key()
    assert lookup_form(long, (0,)) != lookup_form(short, (0,))


def test_the_first_box_wins() -> None:
    """Where boxes overlap the function has the value of the first."""
    boxes = (Rectangle(((0, 1),), 1), Rectangle(((1, 3),), 0))
    lookup = NumericalLookup((2,), FiniteValues((5, 7)), (4,), boxes, 1)
    function = lookup_function(program(lookup), lookup)
    assert function is not None
    assert [function.values[entry] for entry in function.entries] == [7, 7, 5, 5, 7]


def test_arguments_can_change_places() -> None:
    """A function with its arguments exchanged is its transpose."""
    found = reverse_program()
    lookup = found.operations[1]
    assert isinstance(lookup, CategoricalLookup)
    function = lookup_function(found, lookup)
    assert function is not None
    turned = function.permuted((1, 0))
    assert np.array_equal(turned.entries, function.entries.T)
    assert turned.permuted((0, 1)).key() == turned.key()


def test_orders_put_equal_groups_side_by_side() -> None:
    """Only arguments that cannot be told apart may change places."""
    assert list(orders(["b", "a"])) == [(1, 0)]
    assert sorted(orders(["a", "a"])) == [(0, 1), (1, 0)]
    assert len(list(orders(["a"] * 9))) == 1


def test_votes_of_nothing_are_no_votes() -> None:
    """Votes of 0 are left out, so that they equal no votes at all."""
    found = hist_program()
    assert votes_of(found, 4)[2] == {"2": 10}
    assert votes_of(found, 0) == {}


def test_the_order_of_boxes_counts_where_they_disagree() -> None:
    """Of two boxes that overlap and say different things the first wins; any other order says the same."""
    values, last = FiniteValues((5, 7)), 1 << 21
    one, other = Rectangle(((0, 1),), 1), Rectangle(((1, 3),), 0)
    apart = Rectangle(((2, 3),), 0)

    def form(*boxes: Rectangle) -> object:
        return lookup_form(NumericalLookup((2,), values, (last,), boxes, 1), (0,))

    assert form(one, other) != form(other, one)
    assert form(one, apart) == form(apart, one)
