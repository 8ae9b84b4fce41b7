"""The fixed statements are Python, and follow from the Program alone; every kind of head has its runtime function."""

import ast

import pytest
from example_programs import hist_program, reverse_program
from hypothesis import given
from strategies import programs

from tprog.codegen.fixed import (
    ALIASES,
    IMPORTED_MODULES,
    IMPORTS,
    MAIN,
    RUN,
    TABLES,
    after_variables,
    basic_input,
    before_variables,
    constant_lines,
    import_lines,
    large_alphabet,
    needed_functions,
    quoted,
    runtime_head,
    runtime_name,
    scores_name,
    template_text,
    word_entry,
    word_lookup,
)
from tprog.ir import (
    ByScore,
    CategoricalHead,
    Classifier,
    Constant,
    Domain,
    FiniteValues,
    First,
    Nearest,
    NumericalHead,
    Ones,
    Positions,
    Program,
    TextRule,
    TieBreak,
    Tokens,
    WordTable,
)

LARGE = Program(
    Domain(tuple(f"w{n}" for n in range(1000)), 3, unknown="w0"),
    (Tokens(), WordTable(FiniteValues((0,)), (0,) * 1001)),
    (),
    Classifier(("x",), ()),
)


@given(programs(bounded=None))
def test_every_line_is_one_statement(program: Program) -> None:
    """A reader can parse each fixed line by itself."""
    for line in (*before_variables(program, False), *after_variables(program, False)):
        assert len(ast.parse(line).body) == 1
    for variable in (Tokens(), Positions(), Ones()):
        ast.parse(basic_input(program, variable), mode="eval")


@given(programs(bounded=None))
def test_imports_are_known_and_formatted(program: Program) -> None:
    """A program imports known names only, sorted by module."""
    lines = import_lines(program, False)
    for line in lines:
        (statement,) = ast.parse(line).body
        if isinstance(statement, ast.ImportFrom):
            known = IMPORTS[statement.module or ""]
            assert [alias.name for alias in statement.names] == sorted(
                (alias.name for alias in statement.names), key=lambda name: (name.islower(), name)
            )
        else:
            assert isinstance(statement, ast.Import)
            known = IMPORTED_MODULES
        assert all(alias.name in known for alias in statement.names)


def test_a_program_without_frame_has_no_lines_for_it() -> None:
    """Only frame symbols that exist are looked for."""
    bare = Program(Domain(("a",), None, prefix=None), (Tokens(),), (), Classifier(("x",), ()))
    assert "PREFIX" not in "".join(before_variables(bare, False))
    assert "SUFFIX" not in "".join(before_variables(hist_program(), False))
    assert "SUFFIX" in "".join(before_variables(reverse_program(), False))
    assert any("len(words) < MIN_LENGTH" in line for line in before_variables(bare, False))


def test_a_large_alphabet_is_looked_up_in_a_set() -> None:
    """Symbols that are no `Literal` type are collected once for each run."""
    assert large_alphabet(LARGE)
    assert not large_alphabet(hist_program())
    assert "known = {*PREFIX, *SYMBOLS}" in before_variables(LARGE, stored=False)
    assert 'known = {*PREFIX, *tables()["symbols"]}' in before_variables(LARGE, stored=True)
    assert basic_input(LARGE, Tokens()) == "[word if word in known else UNKNOWN for word in words]"
    assert "from pathlib import Path" in import_lines(LARGE, stored=True)


def test_words_are_looked_up_as_the_domain_says() -> None:
    """An open vocabulary reads other words as the unknown one."""
    assert word_lookup(hist_program(), "WORD") == "[WORD[word] for word in words]"
    assert "UNKNOWN" in word_lookup(LARGE, "WORD")
    assert "UNKNOWN" in word_entry(LARGE, "KIND")
    assert "UNKNOWN" not in word_entry(hist_program(), "KIND")


@pytest.mark.parametrize("text", [MAIN, f"{RUN} pass", TABLES, *ALIASES.values(), template_text()])
def test_fixed_texts_are_python(text: str) -> None:
    """Every text that is copied into programs parses."""
    ast.parse(text)


def test_text_rules_need_a_cast() -> None:
    """A rule's result is cast to its type, and shapes need `groupby`."""
    rule = TextRule("shape", FiniteValues(("x",)), 0)
    program = Program(Domain(("a",), 1), (rule,), (), Classifier(("x",), ()))
    assert "from itertools import groupby" in import_lines(program, False)
    assert "from typing import Any, Literal, cast, get_args" in import_lines(program, False)
    assert scores_name("attn_0_1") == "ATTN_0_1_SCORES"


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("tie", [Nearest(), Nearest("matches"), First(), ByScore(()), None])
def test_names_and_heads_belong_together(tie: TieBreak | None, causal: bool) -> None:
    """A head's function says how it breaks ties and whether it looks to the right."""
    head = (
        NumericalHead(0, 0, 1, Constant(True), causal)
        if tie is None
        else CategoricalHead(0, 0, 0, Constant(True), tie, causal)
    )
    assert runtime_head(runtime_name(head)) == (tie, causal)


def test_other_functions_are_no_way_to_attend() -> None:
    """Only the runtime's names are known."""
    assert runtime_head("attend_somehow") is None
    assert runtime_head("print") is None


def test_only_what_is_used_is_needed() -> None:
    """A program carries the functions of its own heads and rules alone."""
    program = Program(
        Domain(("a",), 2),
        (Tokens(), Positions(), Ones(), TextRule("shape", FiniteValues(("x",)), 0)),
        (NumericalHead(0, 0, 2, Constant(True), causal=True),),
        Classifier(("x",), ()),
    )
    assert needed_functions(program) == {"count_past", "matches", "word_shape"}


def test_a_closed_domain() -> None:
    """Frame, symbols and lengths stand together."""
    assert constant_lines(reverse_program(), stored=False) == [
        'PREFIX, SYMBOLS, SUFFIX = ["<s>"], get_args(Token)[1:-1], ["</s>"]',
        "MIN_LENGTH, MAX_LENGTH = 1, 4",
    ]
    bare = Program(Domain(("a",), None, 2, prefix=None), (), (), Classifier(("x",), ()))
    assert constant_lines(bare, stored=False) == [
        "SYMBOLS = get_args(Token)",
        "MIN_LENGTH = 2",
    ]


def test_an_open_domain() -> None:
    """The unknown word and the scored symbols are named."""
    domain = Domain(("a", "b"), 3, scored=("b",), unknown="a")
    program = Program(domain, (), (), Classifier(("x",), ()))
    assert constant_lines(program, stored=False) == [
        'PREFIX = ["<s>"]',
        "MIN_LENGTH, MAX_LENGTH = 1, 3",
        'UNKNOWN: Token = "a"',
        'SCORED: tuple[str, ...] = ("b",)',
    ]


def test_labels() -> None:
    """Masked and forced labels are constants where there are any."""
    assert not any(
        "LABEL" in line or "MASKED" in line for line in constant_lines(hist_program(), stored=False)
    )
    classifier = Classifier(("<pad>", "x"), (), (0,), first="<s>", last="</s>")
    program = Program(Domain(("a",), 1, suffix="</s>"), (), (), classifier)
    assert constant_lines(program, stored=False)[-3:] == [
        'MASKED = ("<pad>",)',
        'FIRST_LABEL = "<s>"',
        'LAST_LABEL = "</s>"',
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", '"a"'), ("it's", '"it\'s"'), ('say "a"', "'say \"a\"'"), ("\\", '"\\\\"')],
)
def test_strings_stand_in_double_quotes_where_they_can(text: str, expected: str) -> None:
    """Single quotes are used only where double ones would need more escapes."""
    assert quoted(text) == expected
