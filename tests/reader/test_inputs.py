"""Functions of a word's text are read as text rules."""

import pytest
from emitted import source_and_function

from tprog.codegen.inputs import feature_expression
from tprog.errors import UnreadableSource
from tprog.ir import FiniteValues, TextRule
from tprog.reader.inputs import read_text_rule

NUMBERS = FiniteValues((1, 2, 3))
TEXTS = FiniteValues(("a", "Xx", "it's"))


def read(measured: str, values: FiniteValues, choice: str) -> TextRule:
    """Read a rule of the usual form."""
    text = (
        f"def f(word: str) -> Kind:\n    '''Doc.'''\n    found = {measured}\n    return {choice}\n"
    )
    return read_text_rule(*source_and_function(text), values)


@pytest.mark.parametrize(
    "rule",
    [
        TextRule("shape", TEXTS, 1),
        TextRule("lower", TEXTS, 2),
        TextRule("prefix", TEXTS, 0, 4),
        TextRule("suffix", TEXTS, 0, 1),
        TextRule("length", NUMBERS, 2, 3),
    ],
)
def test_a_written_rule_is_read_as_itself(rule: TextRule) -> None:
    """Feature, size, values and the value for all else come back."""
    otherwise = rule.values.values[rule.otherwise]
    choice = f"cast(Kind, found) if found in get_args(Kind) else {otherwise!r}"
    assert read(feature_expression(rule), rule.values, choice) == rule


@pytest.mark.parametrize(
    ("measured", "choice"),
    [
        ("word.upper()", "cast(Kind, found) if found in get_args(Kind) else 'a'"),
        ("word[1:2]", "cast(Kind, found) if found in get_args(Kind) else 'a'"),
        ("other[:2]", "cast(Kind, found) if found in get_args(Kind) else 'a'"),
        ("word[:2]", "found"),
        ("word[:2]", "cast(Other, found) if found in get_args(Kind) else 'a'"),
        ("word[:2]", "cast(Kind, found) if found in get_args(Kind) else 'z'"),
        ("word[:2]", "cast(Kind, found) if found in get_args(Kind) else None"),
        ("__import__('os')", "cast(Kind, found) if found in get_args(Kind) else 'a'"),
    ],
)
def test_other_rules_are_refused(measured: str, choice: str) -> None:
    """A feature or a choice of another form is an error."""
    with pytest.raises(UnreadableSource, match="no rule over a word's text"):
        read(measured, TEXTS, choice)
