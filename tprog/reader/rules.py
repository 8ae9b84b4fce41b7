"""Functions on a token's text as text rules, known by the form in which they are written."""

import ast

from tprog.ir import FiniteValues, TextFeature, TextRule
from tprog.reader.flow import parameters
from tprog.reader.source import Source, same, without_docstring


def read_text_rule(source: Source, function: ast.FunctionDef, values: FiniteValues) -> TextRule:
    """Return the rule that a function of a word's text computes.

    Raises:
        UnreadableSource: its lines are not `found = FEATURE` and the choice between `found` and another value.
    """
    (word,) = parameters(source, function, 1)
    match without_docstring(function.body):
        case [
            ast.Assign(targets=[ast.Name(id="found")], value=measured),
            ast.Return(value=ast.IfExp(test=test, body=body, orelse=ast.Constant(value=otherwise))),
        ]:
            feature = _feature(measured, word)
            index = values.index(otherwise) if isinstance(otherwise, str | int) else None
            kind = ast.unparse(function.returns) if function.returns is not None else ""
            expected = f"cast({kind}, found) if found in get_args({kind}) else 0"
            choice = ast.parse(expected, mode="eval").body
            assert isinstance(choice, ast.IfExp)
            if (
                feature is not None
                and type(feature[1]) is int
                and index is not None
                and not isinstance(otherwise, bool)
                and same([test, body], [choice.test, choice.body])
            ):
                name, size = feature
                return TextRule(name, values, index, size)
    raise source.error(
        function,
        f"{function.name} is no rule over a word's text; write it as found = ... and a choice of values",
    )


def _feature(measured: ast.expr, word: str) -> tuple[TextFeature, int] | None:
    """Return a feature and its size."""
    match measured:
        case ast.Call(func=ast.Name(id="word_shape"), args=[ast.Name(id=name)], keywords=[]) if (
            name == word
        ):
            return "shape", 0
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=name), attr="lower"), args=[], keywords=[]
        ) if name == word:
            return "lower", 0
        case ast.Call(
            func=ast.Name(id="min"),
            args=[
                ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)], keywords=[]),
                ast.Constant(value=int() as size),
            ],
            keywords=[],
        ) if name == word:
            return "length", size
        case ast.Subscript(
            value=ast.Name(id=name),
            slice=ast.Slice(lower=None, upper=ast.Constant(value=int() as size), step=None),
        ) if name == word:
            return "prefix", size
        case ast.Subscript(
            value=ast.Name(id=name),
            slice=ast.Slice(
                lower=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as size)),
                upper=None,
                step=None,
            ),
        ) if name == word:
            return "suffix", size
        case _:
            return None
