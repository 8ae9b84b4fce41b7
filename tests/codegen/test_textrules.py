"""Text rules are functions of a word's text."""

from emitted import block, load
from hypothesis import given
from hypothesis import strategies as st

from tprog.codegen.module import module
from tprog.codegen.textrules import feature_expression, stored_table_function, text_rule_function
from tprog.codegen.types import types
from tprog.ir import (
    CategoricalVotes,
    Classifier,
    Domain,
    FiniteValues,
    Program,
    TextFeature,
    TextRule,
    WordTable,
)

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
    text = block([text_rule_function(program(rule), 0, types(program(rule)))])
    assert text == (
        "# First letter.\ndef prefix_0(word: str) -> Label:\n    found = word[:1]\n"
        '    return cast(Label, found) if found in get_args(Label) else "a"\n'
    )


def test_a_stored_table_is_a_function() -> None:
    """A table beside the program is looked up by the word."""
    table = WordTable(FiniteValues((0, 1)), (0, 1), name="kind")
    small = Program(Domain(("a",), 1), (table,), (), Classifier(("x",), ()))
    assert block([stored_table_function(small, 0, types(small))]) == (
        'def kind(word: str) -> Value2:\n    table = tables()["kind"]\n'
        "    return cast(Value2, table[word])\n"
    )
