"""Text rules are functions of a word's text; word tables stand in the program, or beside it where they are large."""

import json
from pathlib import Path

import pytest
from emitted import block, load
from hypothesis import given
from hypothesis import strategies as st

from tprog.codegen import emit, emit_files
from tprog.codegen.fixed import TABLES, constant_lines
from tprog.codegen.inputs import (
    feature_expression,
    stored_tables,
    text_rule_function,
    word_table,
)
from tprog.codegen.module import module
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Constant,
    Domain,
    FiniteValues,
    Program,
    TextFeature,
    TextRule,
    Tokens,
    WordTable,
)
from tprog.reader import read_source

RULES: dict[TextFeature, tuple[TextRule, str]] = {
    "shape": (TextRule("shape", FiniteValues(("X", "Xx", "0")), 1), "word_shape(word)"),
    "lower": (TextRule("lower", FiniteValues(("a", "the")), 0), "word.lower()"),
    "prefix": (TextRule("prefix", FiniteValues(("a", "b")), 0, 1), "word[:1]"),
    "suffix": (TextRule("suffix", FiniteValues(("ed", "-")), 1, 2), "word[-2:]"),
    "length": (TextRule("length", FiniteValues((1, 2, 3)), 2, 3), "min(len(word), 3)"),
}


def program(rule: TextRule) -> Program:
    """Return a program that votes by a rule alone, each value for a label of its own."""
    size = len(rule.values)
    rows = tuple(tuple(int(row == column) for column in range(size)) for row in range(size))
    labels = tuple(map(str, rule.values.values))
    domain = Domain(("<unk>",), None, prefix=None, unknown="<unk>")
    return Program(domain, (rule,), (), Classifier(labels, (CategoricalVotes(0, rows),)))


@given(st.sampled_from(sorted(RULES)), st.text(min_size=1, max_size=5))
def test_a_rule_finds_the_value_of_any_text(feature: TextFeature, word: str) -> None:
    """The emitted function tells texts apart as the IR does."""
    rule, _ = RULES[feature]
    found = load(module(program(rule)).code)([word])
    assert found == [str(rule.values.values[rule.index(word)])]


def test_each_feature_is_one_expression() -> None:
    """A function measures the word, then chooses a value."""
    assert {name: feature_expression(rule) for name, (rule, _) in RULES.items()} == {
        name: text for name, (_, text) in RULES.items()
    }
    rule = TextRule("prefix", FiniteValues(("a", "b")), 0, 1, notes=("First letter.",))
    text = block([text_rule_function(rule, "prefix_0", "Label")])
    assert text == (
        "# First letter.\ndef prefix_0(word: str) -> Label:\n    found = word[:1]\n"
        '    return cast(Label, found) if found in get_args(Label) else "a"\n'
    )


@pytest.mark.parametrize("function", [False, True])
def test_a_stored_table_is_named(tmp_path: Path, function: bool) -> None:
    """A table beside the program has a name there; the function that looked a word up in it, as files once had, is read too."""
    symbols = (*(f"w{n}" for n in range(1000)), "<unk>")
    table = WordTable(FiniteValues(("x", "y")), tuple(n % 2 for n in range(1002)), name="kind")
    votes = (CategoricalVotes(0, ((1, 0), (0, 1))),)
    domain = Domain(symbols, 3, prefix="<s>", unknown="<unk>")
    program = Program(domain, (table,), (), Classifier(("a", "b"), votes))
    files = emit_files(program, "program")
    named = 'KIND: dict[str, Kind] = tables()["kind"]'
    text = files["program.py"]
    assert named in text.splitlines()
    if function:
        body = 'table = tables()["kind"]\n    return cast(Kind, table.get(word, table[UNKNOWN]))'
        text = text.replace(named, f"def kind(word: str) -> Kind:\n    {body}\n")
        text = text.replace(
            "[KIND.get(word, KIND[UNKNOWN]) for word in words]", "list(map(kind, words))"
        )
        text = text.replace("Any, Literal", "Any, Literal, cast")
    (tmp_path / "program.json").write_text(files["program.json"])
    assert read_source(text, name="program.py", folder=tmp_path) == program


def test_a_small_word_table_is_a_dict() -> None:
    """Every symbol of the alphabet has an entry, packed in lines."""
    table = WordTable(FiniteValues(("x", "y")), (0, 1, 1), name="kind")
    program = Program(Domain(("a", "b"), 3), (Tokens(), table), (), Classifier(("x",), ()))
    assert block([word_table(program, table, "kind", "Kind", stored=True)]).splitlines() == [
        "KIND: dict[str, Kind] = {",
        '    "<s>": "x", "a": "y", "b": "y",',
        "}",
    ]
    assert stored_tables(program) is None


def test_scores_are_a_dict_of_dicts() -> None:
    """Scores are found by query value, then by key value."""
    head = CategoricalHead(0, 0, 0, Constant(True), ByScore(((1, 2), (-3, 4))), name="best")
    program = Program(Domain(("a",), 3), (Tokens(),), (head,), Classifier(("x",), ()))
    scores = 'BEST_SCORES = {"<s>": {"<s>": 1, "a": 2}, "a": {"<s>": -3, "a": 4}}'
    assert scores in emit(program).splitlines()


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
    inline = constant_lines(program, stored=False)
    assert inline[1].startswith("SYMBOLS: tuple[str, ...] = (")
    assert not any("SYMBOLS" in line for line in constant_lines(program, stored=True))
    assert "def tables()" in TABLES
