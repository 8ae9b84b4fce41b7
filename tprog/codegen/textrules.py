"""Inputs that are functions of a word: rules over its text, and tables kept beside the program. Owns their form."""

import libcst as cst

from tprog.codegen.comments import joined_lines
from tprog.codegen.lines import stored_lookup
from tprog.codegen.nodes import function, literal, name, parsed
from tprog.codegen.types import Types
from tprog.ir import Program, TextRule, WordTable


def text_rule_function(program: Program, number: int, types: Types) -> cst.FunctionDef:
    """Return the function of the text rule that is input `number`."""
    rule = program.inputs[number]
    assert isinstance(rule, TextRule)
    kind = types.names[rule.values]
    otherwise = literal(rule.values.values[rule.otherwise])
    result = cst.parse_expression(f"cast({kind}, found) if found in get_args({kind}) else 0")
    assert isinstance(result, cst.IfExp)
    return function(
        program.names[number],
        [("word", name("str"))],
        name(kind),
        [
            parsed(f"found = {feature_expression(rule)}"),
            cst.SimpleStatementLine([cst.Return(result.with_changes(orelse=otherwise))]),
        ],
        joined_lines(rule.notes),
    )


def feature_expression(rule: TextRule) -> str:
    """Return the expression for a rule's feature of `word`."""
    match rule.feature:
        case "shape":
            return "word_shape(word)"
        case "prefix":
            return f"word[:{rule.size}]"
        case "suffix":
            return f"word[-{rule.size}:]"
        case "length":
            return f"min(len(word), {rule.size})"
        case "lower":
            return "word.lower()"


def stored_table_function(program: Program, number: int, types: Types) -> cst.FunctionDef:
    """Return the function that looks words up in the file beside the program, for input `number`."""
    variable = program.inputs[number]
    assert isinstance(variable, WordTable)
    own, kind = program.names[number], types.names[variable.values]
    body = cst.parse_module(stored_lookup(program, kind, own)).body
    notes = joined_lines(variable.notes)
    return function(own, [("word", name("str"))], name(kind), body, notes)
