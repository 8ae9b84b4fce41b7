"""The function `run` of an emitted program, as a tree. Owns the lines that compute the variables."""

from collections.abc import Sequence
from functools import cache
from typing import cast

import libcst as cst

from tprog.codegen.attending import runtime_name
from tprog.codegen.comments import joined_lines
from tprog.codegen.lines import (
    NAMESPACE,
    RUN,
    after_variables,
    basic_input,
    before_variables,
    large_alphabet,
    scores_name,
    word_lookup,
)
from tprog.codegen.nodes import Statement, assign, call, name, parsed
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    NumericalHead,
    NumericalLookup,
    Ones,
    Positions,
    Program,
    TextRule,
    Tokens,
    WordTable,
)


def run_function(program: Program, stored: bool = False) -> cst.FunctionDef:
    """Return `def run(tokens, observe=None)` for a Program."""
    header = _header(program.classifier.pooled)
    body = [
        *cast(cst.IndentedBlock, header.body).body,
        *map(_parsed, before_variables(program, stored)),
        *variable_lines(program, stored),
        *map(_parsed, after_variables(program)),
    ]
    return header.with_changes(body=cst.IndentedBlock(cast("list[Statement]", body)))


def variable_lines(program: Program, stored: bool) -> list[Statement]:
    """Return the lines of `run` that compute the variables, in order."""
    columns = [cst.Attribute(name(NAMESPACE), name(found)) for found in program.names]
    lines = []
    for number, variable in enumerate(program.variables):
        own = program.names[number]
        notes: Sequence[str] = ()
        match variable:
            case Tokens() | Positions() | Ones():
                notes = joined_lines(variable.notes)
                value = _expression(basic_input(program, variable))
            case WordTable() if not (stored and large_alphabet(program)):
                notes = joined_lines(variable.notes)
                value = _expression(word_lookup(program, own.upper()))
            case WordTable() | TextRule():
                value = call("list", call("map", name(own), name("words")))
            case CategoricalHead() | NumericalHead():
                reads = [columns[read] for read in variable.reads]
                scored = isinstance(variable, CategoricalHead) and isinstance(variable.tie, ByScore)
                scores = [name(scores_name(own))] if scored else []
                value = call(runtime_name(variable), name(own), *scores, *reads)
            case CategoricalLookup() | NumericalLookup():
                reads = [columns[read] for read in variable.reads]
                value = call("list", call("map", name(own), *reads))
        lines.append(assign(columns[number], value, notes))
    return lines


@cache
def _expression(source: str) -> cst.BaseExpression:
    return cst.parse_expression(source)


@cache
def _parsed(source: str) -> Statement:
    return parsed(source)


@cache
def _header(pooled: bool) -> cst.FunctionDef:
    what = "Label the whole input" if pooled else "Label each token"
    docstring = f'"""{what}; `observe` is shown every variable, in order."""'
    header = parsed(RUN.lstrip().replace("pass", docstring))
    assert isinstance(header, cst.FunctionDef)
    return header
