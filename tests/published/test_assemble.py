"""Variables and votes that were found, and the whole that they make."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import UnreadableSource
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Domain,
    FiniteValues,
    Nearest,
    NumericalHead,
    NumericalVotes,
    Ones,
    Positions,
    Table,
    Tokens,
    WordTable,
)
from tprog.published.assemble import LARGEST_SUM, Drafts, Scores, as_values, assemble, scaled
from tprog.published.sheets import is_weight

HALF, THIRD = Fraction(1, 2), Fraction(3, 10)


def rows(*found: tuple[Fraction, ...]) -> tuple[tuple[Fraction, ...], ...]:
    return found


def test_votes_stand_in_the_order_of_variables() -> None:
    """Weights become integers over one step, in the order of the final variables, whatever order they came in."""
    drafts = Drafts(Domain(("a",), 2))
    ones, tokens = drafts.ones(), drafts.tokens()
    program, warnings = assemble(
        drafts,
        [Scores(ones, rows((HALF, THIRD))), Scores(tokens, rows((HALF, HALF), (THIRD, -HALF)))],
        ("X", "Y"),
        masked=(1,),
        first="X",
    )
    assert program.classifier == Classifier(
        ("X", "Y"),
        (CategoricalVotes(0, ((5, 5), (3, -5))), NumericalVotes(1, (5, 3))),
        (1,),
        first="X",
    )
    assert warnings == []


def test_votes_of_a_variable_that_stands_twice_are_added() -> None:
    """A variable whose rows are listed twice votes with their sum."""
    drafts = Drafts(Domain(("a",), 2))
    tokens = drafts.tokens()
    once = Scores(tokens, rows((HALF,), (THIRD,)))
    program, _ = assemble(drafts, [once, once, once], ("X",))
    assert program.classifier.votes == (CategoricalVotes(0, ((5,), (3,))),)


def test_weights_that_are_too_far_apart_are_rounded_and_it_is_said() -> None:
    """Where 64 bits are too few the Program still is valid, and the warning says how far it can be trusted."""
    drafts = Drafts(Domain(("a",), 2))
    tiny = Fraction(1, 10**30)
    program, warnings = assemble(
        drafts, [Scores(drafts.tokens(), rows((Fraction(40), tiny), (tiny, HALF)))], ("X", "Y")
    )
    assert "rounded" in warnings[0]
    assert program.run(["a", "a"]) == ["Y", "Y"]


def test_numbers_beyond_64_bits_are_refused() -> None:
    """Counts of counts of counts that no machine integer holds end in one line."""
    drafts = Drafts(Domain(("a",), 999))
    tokens, number = drafts.tokens(), drafts.ones()
    for _ in range(7):
        every = Table(((0, 1), (0, 1)))
        number = drafts.add(NumericalHead(tokens, tokens, number, every), None)
    with pytest.raises(UnreadableSource, match="exceed 64 bits"):
        assemble(drafts, [Scores(number, rows((HALF,)))], ("X",))


def test_parts_that_do_not_fit_are_refused() -> None:
    """A head over a numerical variable is reported, not returned."""
    drafts = Drafts(Domain(("a",), 2))
    ones, tokens = drafts.ones(), drafts.tokens()
    drafts.add(CategoricalHead(ones, tokens, tokens, Table(((), ()))), ("<s>", "a"))
    with pytest.raises(UnreadableSource, match="do not fit together"):
        assemble(drafts, [], ("X",))


DOMAIN = Domain(("a",), 1)
EVERY = Table(((0,), (0,)))


def test_an_input_is_added_once() -> None:
    """Tokens, positions and ones are the same variable however often they are asked for."""
    drafts = Drafts(DOMAIN)
    assert drafts.tokens() == drafts.tokens()
    assert drafts.positions() == drafts.positions()
    assert drafts.ones() == drafts.ones()
    assert len(drafts.variables) == 3
    assert drafts.variables[drafts.tokens()].entries == ("<s>", "a")


def test_inputs_come_first_whenever_they_were_found() -> None:
    """Operations follow all inputs, reads are renumbered, and unused inputs are left out."""
    drafts = Drafts(DOMAIN)
    tokens = drafts.tokens()
    head = drafts.add(CategoricalHead(tokens, tokens, tokens, EVERY), ("<s>", "a"))
    word = drafts.add(WordTable(FiniteValues((0,)), (0, 0)), (0,))
    unused = drafts.positions()
    ones = drafts.ones()
    lookup = drafts.add(CategoricalLookup((head, word), FiniteValues((0,)), (0, 0)), (0,))
    inputs, operations, final = drafts.finished([lookup, ones])
    assert [type(one) for one in inputs] == [Tokens, Ones, WordTable]
    assert unused not in final
    assert (final[tokens], final[ones], final[word], final[head], final[lookup]) == (0, 1, 2, 3, 4)
    assert operations[0] == CategoricalHead(0, 0, 0, EVERY, Nearest())
    assert operations[1].reads == (3, 2)


def test_names_are_given_once() -> None:
    """The first name stays, and inputs keep their own."""
    drafts = Drafts(DOMAIN)
    tokens = drafts.tokens()
    head = drafts.add(CategoricalHead(tokens, tokens, tokens, EVERY), ("<s>", "a"))
    for name in ("attn_0_0", "other"):
        drafts.rename(head, name, 0, ("a note",))
        drafts.rename(tokens, name, 0, ())
    node = drafts.variables[head].node
    assert (node.name, node.notes) == ("attn_0_0", ("a note",))
    assert drafts.variables[tokens].node == Tokens()
    assert drafts.variables[tokens].node.name == "tokens"
    assert isinstance(drafts.variables[drafts.positions()].node, Positions)


@given(
    entries=st.lists(st.integers(-3, 9), unique=True, min_size=1).flatmap(
        lambda found: st.sampled_from([tuple(found), (*found, None)])
    )
)
def test_numbers_stay_numbers(entries: tuple[int | None, ...]) -> None:
    """Numbers are values as they are, and None is a number that none of them is."""
    values = as_values(entries).values
    assert len(set(values)) == len(entries)
    assert all(was in (None, now) for was, now in zip(entries, values, strict=True))


@pytest.mark.parametrize("entries", [("x", "y"), ("x", None), ("None", None), (None,)])
def test_text_stays_text(entries: tuple[str | None, ...]) -> None:
    """Text is values as it is, and None has a value of its own."""
    values = as_values(entries).values
    assert len(set(values)) == len(entries)


weights = st.decimals(-1000, 1000, allow_nan=False, places=7).map(Fraction)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", Fraction(1)),
        ("-0.25", Fraction(-1, 4)),
        ("1.5e-05", Fraction(15, 1_000_000)),
        (".5", Fraction(1, 2)),
        (" 2. ", Fraction(2)),
        ("+3E2", Fraction(300)),
    ],
)
def test_decimal_numbers_are_read_exactly(text: str, number: Fraction) -> None:
    """What pandas reads as a float is the decimal number that is written."""
    assert is_weight(text)
    assert Fraction(text.strip()) == number


@pytest.mark.parametrize(
    "text", ["", "nan", "inf", "-Infinity", "1_0", "0x1", "1e400", "1/2", "1,5", "१", "9" * 200]
)
def test_other_cells_are_no_weights(text: str) -> None:
    """Missing, infinite and outsized weights are refused before anything is computed with them."""
    assert not is_weight(text)


@given(rows=st.lists(st.tuples(weights, weights), min_size=1, max_size=5))
def test_scaling_is_exact_and_common(rows: list[tuple[Fraction, Fraction]]) -> None:
    """Each integer times the step is its weight, and the integers have no common divisor but 1."""
    blocks, step, error = scaled([rows], [3])
    assert error == 0
    assert [[entry * step for entry in row] for row in blocks[0]] == [list(row) for row in rows]
    assert all(isinstance(entry, int) for row in blocks[0] for entry in row)


def test_weights_without_a_common_scale_are_rounded_within_the_stated_error() -> None:
    """Weights that are too far apart for 64 bits are rounded, no sum exceeds the limit, and the error is stated."""
    rows = [[Fraction(30), Fraction(1, 10**25)], [Fraction(-7), Fraction(1, 3)]]
    blocks, step, error = scaled([rows], [16])
    assert 0 < error < Fraction(1, 10**14)
    for row, exact in zip(blocks[0], rows, strict=True):
        for entry, weight in zip(row, exact, strict=True):
            assert abs(entry * step - weight) <= error
            assert abs(16 * entry) < LARGEST_SUM


def test_nothing_at_all_can_be_scaled() -> None:
    """Weights that are all zero, or none, stay as they are."""
    assert scaled([[[Fraction(0)]]], [1])[0] == (((0,),),)
    assert scaled([], [])[0] == ()
