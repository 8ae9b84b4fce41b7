"""Tests of the structural proof."""

from dataclasses import replace

from fault_injection import plant
from hypothesis import given, settings
from hypothesis import strategies as st
from shuffling import shuffled
from strategies import programs

from tprog.analysis.simplify.pipeline import sound
from tprog.analysis.verify.prove.normal import (
    comparable,
    meaning_keys,
    normal_form,
    same_by_rewriting,
    too_large,
)
from tprog.analysis.verify.verify import verify
from tprog.ir import (
    CategoricalVotes,
    Classifier,
    Domain,
    FiniteValues,
    NumericalLookup,
    Ones,
    Program,
    Rectangle,
    Tokens,
)
from tprog.locate import load


@given(programs(), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_names_and_orders_do_not_matter(program: Program, seed: int) -> None:
    """A Program that is renamed and reordered at random has the same form, and so is proved equal."""
    other, _ = shuffled(program, seed)
    assert same_by_rewriting(program, other)


@given(programs(), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_what_is_proved_is_true(program: Program, seed: int) -> None:
    """With a planted change, a proof is only given where both sides agree on the whole domain."""
    fault = plant(program, seed)
    if fault is None or program.domain.max_length is None or program.domain.unknown is not None:
        return
    if same_by_rewriting(program, fault.program):
        assert verify(program, fault.program).outcome == "equal"


@given(programs())
@settings(max_examples=40, deadline=None)
def test_sound_simplification_is_proved(program: Program) -> None:
    """A Program and what sound passes make of it become the same."""
    assert same_by_rewriting(program, sound(program))


def test_a_program_of_a_billion_inputs_is_proved_equal_to_its_shuffled_self() -> None:
    """Dyck-2 has a billion inputs, and none is looked at."""
    program = load("dyck2")
    other, _ = shuffled(program, 1)
    assert other != program
    assert normal_form(other) == normal_form(program)


def test_domains_have_to_agree() -> None:
    """Other symbols, frames or greatest lengths are not compared; least lengths and scores may differ."""
    domain = Domain(("a", "b"), 4, suffix="</s>")
    assert comparable(domain, replace(domain, symbols=("b", "a"), min_length=2, scored=("a",)))
    assert not comparable(domain, replace(domain, max_length=5))
    assert not comparable(domain, replace(domain, suffix=None))
    assert not comparable(domain, replace(domain, symbols=("a", "c")))
    assert not comparable(domain, replace(domain, unknown="a"))


def test_the_order_of_boxes_counts_where_a_look_up_is_too_large_to_be_listed() -> None:
    """The first box that holds a point wins, so the same boxes in another order are another function."""
    boxes = (Rectangle(((0, 5), (0, 5)), 0), Rectangle(((3, 9), (3, 9)), 1))
    found = []
    for order in (boxes, boxes[::-1]):
        lookup = NumericalLookup((1, 1), FiniteValues((0, 1)), (5000, 5000), order, 0)
        votes = CategoricalVotes(2, ((0, 0), (0, 1)))
        classifier = Classifier(("x", "y"), (votes,))
        found.append(Program(Domain(("a",), 2), (Tokens(), Ones()), (lookup,), classifier))
        assert too_large(lookup)
    assert meaning_keys(found[0])[2] != meaning_keys(found[1])[2]
    assert meaning_keys(found[0])[:2] == meaning_keys(found[1])[:2]
    assert not same_by_rewriting(*found) or verify(*found).outcome == "equal"
