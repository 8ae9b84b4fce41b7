"""Value sets and parameters get the names that a reader expects."""

from emitted import block

from tprog.codegen import emit
from tprog.codegen.module import head_parameters, parameter_names, type_definition, type_names
from tprog.codegen.nodes import Packed
from tprog.ir import (
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Domain,
    FiniteValues,
    Ones,
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
    found = type_names(
        program(positions, others, FiniteValues(("x", "y")), others, labels=("x", "y"))
    )
    assert list(found.values()) == ["Token", "Position", "Label", "Value2"]


def test_labels_can_be_the_tokens() -> None:
    """Labels that are the whole alphabet have the alphabet's name."""
    found = type_names(program(labels=("<s>", "a", "b")))
    assert found[FiniteValues(("<s>", "a", "b"))] == "Token"


def test_other_sets_are_named_after_their_variable() -> None:
    """A set of odd values takes the variable's name, made distinct."""
    found = type_names(program(FiniteValues((5, 7)), FiniteValues((-1,))))
    assert list(found.values())[3:] == ["Find0", "Find1"]


def test_a_definition_is_packed_where_it_would_be_exploded() -> None:
    """A type that fits stays for the formatter, a long one is packed."""
    short = type_definition("Token", ("a", "b"))
    assert not isinstance(short, Packed)
    assert block([short]) == 'Token = Literal["a", "b"]\n'
    long = type_definition("Token", tuple(range(60)))
    assert isinstance(long, Packed)
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


PROGRAM = Program(
    Domain(("a",), 1, prefix=None),
    (
        Tokens(),
        Positions(),
        Ones(),
        WordTable(FiniteValues((0,)), (0,), name="key"),
        WordTable(FiniteValues((0,)), (0,), name="classes"),
    ),
    (),
    Classifier(("x",), ()),
)


def test_tokens_and_positions_stand_in_the_singular() -> None:
    """A function reads one token or position; other names stay as they are."""
    assert parameter_names(PROGRAM, (0, 1, 2, 4)) == ("token", "position", "ones", "classes")


def test_parameters_are_distinct() -> None:
    """A variable that is read twice gives two names."""
    assert parameter_names(PROGRAM, (0, 0, 0)) == ("token", "token_again", "token_again_again")


def test_a_head_reads_its_query_and_a_key() -> None:
    """The second parameter of a predicate is the key."""
    assert head_parameters(PROGRAM, 1) == ("position", "key")
    assert len(set(head_parameters(PROGRAM, 3))) == 2


def test_a_singular_that_is_a_keyword_is_not_taken() -> None:
    """`ins` does not become `in`."""
    program = Program(PROGRAM.domain, (Tokens("ins"),), (), PROGRAM.classifier)
    assert parameter_names(program, (0,)) == ("ins",)
