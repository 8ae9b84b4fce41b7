"""Inputs that are functions of a word: text rules, known by their form, and tables in the program or in the file beside it."""

import ast

from tprog.codegen.fixed import stored_table, word_entry, word_lookup
from tprog.errors import InvalidProgram
from tprog.ir import FiniteValues, Program, TextFeature, TextRule, WordTable
from tprog.reader.constants import Constants
from tprog.reader.rules import parameters
from tprog.reader.source import Source, same, without_docstring


def read_word_function(
    constants: Constants, function: ast.FunctionDef, bare: Program
) -> TextRule | WordTable:
    """Return the text rule, or the table in the file beside the program, that a function of a word computes."""
    source = constants.source
    if parameters(source, function) != ["word"]:
        raise source.error(function, f"{function.name} must take one word; restore it")
    values = constants.values(function.returns, function)
    key = _stored_key(function, bare)
    if key is None:
        return read_text_rule(source, function, values)
    table = constants.stored(key, function)
    return WordTable(values, _table(constants, table, values, function, bare))


def read_inline_table(
    constants: Constants, name: str, line: ast.Assign, table: ast.expr | None, bare: Program
) -> WordTable:
    """Return the word table that the program holds itself; `line` looks the words up in `table`."""
    source = constants.source
    if not isinstance(table, ast.Name):
        raise source.error(line, "a word table must be a constant")
    node = constants.file.table(table.id, line)
    expected = ast.parse(word_lookup(bare, table.id), mode="eval").body
    match constants.file.annotations.get(table.id):
        case ast.Subscript(slice=ast.Tuple(elts=[_, kind])) if same(line.value, expected):
            values = constants.values(kind, node)
        case _:
            raise source.error(
                line, f"write x.{name} = {ast.unparse(expected)}, and {table.id}: dict[str, TYPE]"
            )
    match node:
        case ast.Subscript(slice=ast.Constant(value=str() as key)) if same(
            node, ast.parse(stored_table(key), mode="eval").body
        ):
            entries = constants.stored(key, node)
        case _:
            entries = constants.evaluate(node)
    return WordTable(values, _table(constants, entries, values, node, bare))


def _stored_key(function: ast.FunctionDef, bare: Program) -> str | None:
    """Return the key of the stored table that a function looks its word up in."""
    match without_docstring(function.body):
        case [
            ast.Assign(value=ast.Subscript(slice=ast.Constant(value=str() as key))),
            ast.Return(),
        ] as body if function.returns is not None:
            kind = ast.unparse(function.returns)
            # So files were once written.
            wanted = (
                f"table = {stored_table(key)}\nreturn cast({kind}, {word_entry(bare, 'table')})"
            )
            return key if same(body, ast.parse(wanted).body) else None
        case _:
            return None


def _table(
    constants: Constants, entries: object, values: FiniteValues, where: ast.AST, bare: Program
) -> tuple[int, ...]:
    """Return the index of the value of each symbol of the alphabet."""
    alphabet = bare.domain.alphabet
    if not isinstance(entries, dict) or set(entries) != set(alphabet):
        raise constants.source.error(
            where, "a word table needs one entry for each token and for the frame"
        )
    indices = {value: index for index, value in enumerate(values.values)}
    found: list[int] = []
    for word in alphabet:
        entry = entries[word]
        if type(entry) not in (str, int) or entry not in indices:
            raise constants.source.error(
                where, f"the entry of {word!r} is none of the table's values"
            )
        found.append(indices[entry])
    return tuple(found)


def read_text_rule(source: Source, function: ast.FunctionDef, values: FiniteValues) -> TextRule:
    """Return the rule that a function of a word's text computes."""
    (word,) = parameters(source, function, 1)
    match without_docstring(function.body):
        case [
            ast.Assign(targets=[ast.Name(id="found")], value=measured),
            ast.Return(
                value=ast.IfExp(
                    test=test, body=body, orelse=ast.Constant(value=(str() | int()) as otherwise)
                )
            ),
        ] if not isinstance(otherwise, bool):
            feature = _feature(measured, word)
            index = values.index(otherwise)
            kind = ast.unparse(function.returns) if function.returns is not None else ""
            expected = f"cast({kind}, found) if found in get_args({kind}) else 0"
            choice = ast.parse(expected, mode="eval").body
            assert isinstance(choice, ast.IfExp)
            usual = same([test, body], [choice.test, choice.body])
            if feature is not None and index is not None and usual:
                try:
                    return TextRule(feature[0], values, index, feature[1])
                except InvalidProgram as error:
                    raise source.error(function, str(error)) from None
    raise source.error(
        function,
        f"{function.name} is no rule over a word's text; write it as found = ... and a choice of values",
    )


def _feature(measured: ast.expr, word: str) -> tuple[TextFeature, int] | None:
    """Return a feature and its size."""
    given = [node for node in ast.walk(measured) if isinstance(node, ast.Constant)]
    size = given[0].value if len(given) == 1 and type(given[0].value) is int else 0
    features: dict[TextFeature, str] = {
        "shape": f"word_shape({word})",
        "lower": f"{word}.lower()",
        "length": f"min(len({word}), {size})",
        "prefix": f"{word}[:{size}]",
        "suffix": f"{word}[-{size}:]",
    }
    for feature, text in features.items():
        if same(measured, ast.parse(text, mode="eval").body):
            return feature, size
    return None
