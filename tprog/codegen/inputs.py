"""Inputs that are functions of a word: rules over its text, and tables in the program or in the file beside it."""

import json

from tprog.codegen.comments import note_comments
from tprog.codegen.fixed import SYMBOLS_KEY, large_alphabet, literal_text, stored_table
from tprog.codegen.nodes import Packed, Statement, function, packed_lines, parsed
from tprog.ir import Program, TextRule, WordTable


def text_rule_function(rule: TextRule, title: str, kind: str) -> Statement:
    """Return the function of a text rule, whose values are of type `kind`."""
    otherwise = literal_text(rule.values.values[rule.otherwise])
    body = [
        parsed(f"found = {feature_expression(rule)}"),
        parsed(f"return cast({kind}, found) if found in get_args({kind}) else {otherwise}"),
    ]
    return function(title, [("word", "str")], kind, body, note_comments(rule.notes))


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


def word_table(
    program: Program, table: WordTable, title: str, kind: str, stored: bool
) -> Packed | Statement:
    """Return the dict of a word table; where `stored`, a large one stands in the file beside the program."""
    defined = f"{title.upper()}: dict[str, {kind}] = "
    if stored and large_alphabet(program):
        return parsed(f"{defined}{stored_table(title)}")
    items = [
        f"{literal_text(word)}: {literal_text(table.values.values[entry])}"
        for word, entry in zip(program.domain.alphabet, table.table, strict=True)
    ]
    return Packed(parsed(packed_lines(f"{defined}{{", items, "}")))


def stored_tables(program: Program) -> str | None:
    """Return the text of the file beside a program; None where everything is small enough to stand in the program."""
    if not large_alphabet(program):
        return None
    found: dict[str, object] = {SYMBOLS_KEY: list(program.domain.symbols)}
    for number, variable in enumerate(program.inputs):
        if isinstance(variable, WordTable):
            entries = (variable.values.values[entry] for entry in variable.table)
            found[program.names[number]] = dict(zip(program.domain.alphabet, entries, strict=True))
    return json.dumps(found, ensure_ascii=False, indent=0) + "\n"
