"""Constants describe the domain; large tables stand beside the program."""

import json
from collections.abc import Sequence

from emitted import block
from example_programs import hist_program, reverse_program

from tprog.codegen.tables import (
    Definition,
    constants,
    score_table,
    stored_tables,
    tables_function,
    word_table,
)
from tprog.codegen.types import types
from tprog.ir import (
    ByScore,
    CategoricalHead,
    Classifier,
    Constant,
    Domain,
    FiniteValues,
    Program,
    Tokens,
    WordTable,
)


def shown(definitions: Sequence[Definition]) -> list[str]:
    """Return the lines of definitions."""
    return block([definition.statement for definition in definitions]).splitlines()


def test_a_closed_domain() -> None:
    """Frame, symbols and lengths stand together."""
    assert shown(constants(reverse_program(), stored=False)) == [
        'PREFIX, SYMBOLS, SUFFIX = ["<s>"], get_args(Token)[1:-1], ["</s>"]',
        "MIN_LENGTH, MAX_LENGTH = 1, 4",
    ]
    bare = Program(Domain(("a",), None, 2, prefix=None), (), (), Classifier(("x",), ()))
    assert shown(constants(bare, stored=False)) == [
        "SYMBOLS = get_args(Token)",
        "MIN_LENGTH = 2",
    ]


def test_an_open_domain() -> None:
    """The unknown word and the scored symbols are named."""
    domain = Domain(("a", "b"), 3, scored=("b",), unknown="a")
    program = Program(domain, (), (), Classifier(("x",), ()))
    assert shown(constants(program, stored=False)) == [
        'PREFIX = ["<s>"]',
        "MIN_LENGTH, MAX_LENGTH = 1, 3",
        'UNKNOWN: Token = "a"',
        'SCORED: tuple[str, ...] = ("b",)',
    ]


def test_labels() -> None:
    """Masked and forced labels are constants where there are any."""
    assert not any(
        "LABEL" in line or "MASKED" in line for line in shown(constants(hist_program(), False))
    )
    classifier = Classifier(("<pad>", "x"), (), (0,), first="<s>", last="</s>")
    program = Program(Domain(("a",), 1, suffix="</s>"), (), (), classifier)
    assert shown(constants(program, stored=False))[-3:] == [
        'MASKED = ("<pad>",)',
        'FIRST_LABEL = "<s>"',
        'LAST_LABEL = "</s>"',
    ]


def test_a_small_word_table_is_a_dict() -> None:
    """Every symbol of the alphabet has an entry, packed in lines."""
    table = WordTable(FiniteValues(("x", "y")), (0, 1, 1), name="kind")
    program = Program(Domain(("a", "b"), 3), (Tokens(), table), (), Classifier(("x",), ()))
    definition = word_table(program, 1, types(program))
    assert definition.packed
    assert shown([definition]) == [
        "KIND: dict[str, Kind] = {",
        '    "<s>": "x", "a": "y", "b": "y",',
        "}",
    ]
    assert stored_tables(program) is None


def test_scores_are_a_dict_of_dicts() -> None:
    """Scores are found by query value, then by key value."""
    head = CategoricalHead(0, 0, 0, Constant(True), ByScore(((1, 2), (-3, 4))))
    program = Program(Domain(("a",), 3), (Tokens(),), (head,), Classifier(("x",), ()))
    assert shown([score_table(program, 1, "SCORES")]) == [
        'SCORES = {"<s>": {"<s>": 1, "a": 2}, "a": {"<s>": -3, "a": 4}}'
    ]


def test_large_tables_are_stored() -> None:
    """Beyond a thousand symbols the tables stand in a JSON file."""
    symbols = tuple(f"w{n}" for n in range(1000))
    table = WordTable(FiniteValues((0, 1)), (0, *(n % 2 for n in range(1000))), name="kind")
    program = Program(Domain(symbols, 3), (table,), (), Classifier(("x",), ()))
    text = stored_tables(program)
    assert text is not None
    found = json.loads(text)
    assert found["symbols"] == list(symbols)
    assert found["kind"]["<s>"] == 0
    assert found["kind"]["w7"] == 1
    inline = shown(constants(program, stored=False))
    assert inline[1].startswith("SYMBOLS: tuple[str, ...] = (")
    assert not any("SYMBOLS" in line for line in shown(constants(program, stored=True)))
    assert "def tables()" in block([tables_function()])
