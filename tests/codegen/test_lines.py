"""The fixed lines of `run` are Python, and follow from the Program alone."""

import ast

import pytest
from example_programs import hist_program, reverse_program
from hypothesis import given
from strategies import programs

from tprog.codegen.lines import (
    ALIASES,
    IMPORTED_MODULES,
    IMPORTS,
    MAIN,
    RUN,
    TABLES,
    after_variables,
    basic_input,
    before_variables,
    import_lines,
    large_alphabet,
    scores_name,
    stored_lookup,
    symbols_expression,
    template_text,
    word_lookup,
)
from tprog.ir import Classifier, Domain, Ones, Positions, Program, TextRule, Tokens, WordTable
from tprog.ir.domain import FiniteValues

LARGE = Program(
    Domain(tuple(f"w{n}" for n in range(1000)), 3, unknown="w0"),
    (Tokens(), WordTable(FiniteValues((0,)), (0,) * 1001)),
    (),
    Classifier(("x",), ()),
)


@given(programs(bounded=None))
def test_every_line_is_one_statement(program: Program) -> None:
    """A reader can parse each fixed line by itself."""
    for line in (*before_variables(program, False), *after_variables(program)):
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
    assert symbols_expression(LARGE, stored=True) == 'tables()["symbols"]'
    assert basic_input(LARGE, Tokens()) == "[word if word in known else UNKNOWN for word in words]"
    assert "from pathlib import Path" in import_lines(LARGE, stored=True)


def test_words_are_looked_up_as_the_domain_says() -> None:
    """An open vocabulary reads other words as the unknown one."""
    assert word_lookup(hist_program(), "WORD") == "[WORD[word] for word in words]"
    assert "UNKNOWN" in word_lookup(LARGE, "WORD")
    assert "UNKNOWN" in stored_lookup(LARGE, "Kind", "word_0")
    assert "UNKNOWN" not in stored_lookup(hist_program(), "Kind", "word_0")


@pytest.mark.parametrize("text", [MAIN, RUN, TABLES, *ALIASES.values(), template_text()])
def test_fixed_texts_are_python(text: str) -> None:
    """Every text that is copied into programs parses."""
    ast.parse(text.lstrip())


def test_text_rules_need_a_cast() -> None:
    """A rule's result is cast to its type, and shapes need `groupby`."""
    rule = TextRule("shape", FiniteValues(("x",)), 0)
    program = Program(Domain(("a",), 1), (rule,), (), Classifier(("x",), ()))
    assert "from itertools import groupby" in import_lines(program, False)
    assert "from typing import Any, Literal, cast, get_args" in import_lines(program, False)
    assert scores_name("attn_0_1") == "ATTN_0_1_SCORES"
