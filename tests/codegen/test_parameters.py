"""Parameters are named after what they hold."""

from tprog.codegen.parameters import head_parameters, parameter_names
from tprog.ir import Classifier, Domain, FiniteValues, Ones, Positions, Program, Tokens, WordTable

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
