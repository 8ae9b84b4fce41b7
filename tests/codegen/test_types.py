"""Value sets get the names that a reader expects."""

from emitted import block, code

from tprog.codegen import emit
from tprog.codegen.types import type_definition, types
from tprog.ir import (
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Domain,
    FiniteValues,
    Integers,
    Naturals,
    Operation,
    Positions,
    Program,
    Tokens,
    WordTable,
)
from tprog.reader import read_source


def program(*written: FiniteValues, labels: tuple[str, ...] = ("x",)) -> Program:
    """Return a program with one look-up for each value set."""
    operations: tuple[Operation, ...] = tuple(
        CategoricalLookup((0,), values, (0, 0, 0), name=f"find_{number}")
        for number, values in enumerate(written)
    )
    return Program(
        Domain(("a", "b"), 3), (Tokens(), Positions()), operations, Classifier(labels, ())
    )


def test_equal_sets_share_a_name() -> None:
    """The same values are the same type, be they tokens, positions, labels or a look-up's."""
    positions, others = FiniteValues((0, 1, 2, 3)), FiniteValues((0, 1))
    found = types(program(positions, others, FiniteValues(("x", "y")), others, labels=("x", "y")))
    assert list(found.names.values()) == ["Token", "Position", "Label", "Value2"]


def test_labels_can_be_the_tokens() -> None:
    """Labels that are the whole alphabet have the alphabet's name."""
    found = types(program(labels=("<s>", "a", "b")))
    assert found.names[FiniteValues(("<s>", "a", "b"))] == "Token"


def test_other_sets_are_named_after_their_variable() -> None:
    """A set of odd values takes the variable's name, made distinct."""
    found = types(program(FiniteValues((5, 7)), FiniteValues((-1,))))
    assert list(found.names.values())[3:] == ["Find0", "Find1"]


def test_numbers_without_an_end_are_int() -> None:
    """Counts and unlimited positions are plain integers."""
    found = types(program())
    assert code(found.annotation(Naturals())) == code(found.annotation(Integers())) == "int"
    assert code(found.annotation(FiniteValues(("x",)))) == "Label"


def test_a_definition_is_packed_where_it_would_be_exploded() -> None:
    """A type that fits stays for the formatter, a long one is packed."""
    short, packed = type_definition("Token", ("a", "b"))
    assert (block([short]), packed) == ('Token = Literal["a", "b"]\n', False)
    long, packed = type_definition("Token", tuple(range(60)))
    assert packed
    assert block([long]).count("\n") == 5


def test_a_type_takes_no_name_of_a_constant() -> None:
    """A word table stands under its name in capitals, which a type of one letter would take."""
    kinds, sounds = FiniteValues(("x", "y")), FiniteValues(("u", "v"))
    found = Program(
        Domain(("a", "b"), 3),
        (
            Tokens(),
            WordTable(kinds, (0, 1, 1), name="a"),
            WordTable(kinds, (0, 1, 1), name="a_b"),
            WordTable(sounds, (0, 1, 1), name="v_o_t_e_s"),
        ),
        (),
        Classifier(("x", "y"), (CategoricalVotes(3, ((1, 0), (0, 1))),)),
    )
    assert read_source(emit(found)) == found
