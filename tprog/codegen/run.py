"""The function `run` of an emitted program, which computes one variable on each line. `tprog.reader.run` reads it."""

from collections.abc import Sequence

import libcst as cst

from tprog.codegen.comments import note_comments
from tprog.codegen.fixed import (
    BESIDE,
    NAMESPACE,
    RUN,
    after_variables,
    basic_input,
    before_variables,
    distance_beside,
    has_gaps,
    runtime_name,
    scores_name,
    word_lookup,
)
from tprog.codegen.nodes import Statement, comment_lines, parsed
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


def run_function(program: Program, stored: bool, called: Sequence[str]) -> Statement:
    """Return `def run(tokens, observe=None)` for a Program; each operation calls the function of that name."""
    what = "Label the whole input" if program.classifier.pooled else "Label each token"
    docstring = f'"""{what}; `observe` is shown every variable, in order."""'
    body = [
        *map(parsed, [docstring, *before_variables(program, stored)]),
        *variable_lines(program, called),
        *map(parsed, after_variables(program, has_gaps(program))),
    ]
    return parsed(f"{RUN} pass").with_changes(body=cst.IndentedBlock(body))


def variable_lines(program: Program, called: Sequence[str]) -> list[Statement]:
    """Return the lines of `run` that compute the variables, in order."""
    lines, inputs = [], len(program.inputs)
    for number, variable in enumerate(program.variables):
        own = program.names[number]
        function = own if number < inputs else called[number - inputs]
        notes = note_comments(variable.notes)
        match variable:
            case Tokens() | Positions() | Ones():
                value = basic_input(program, variable)
            case WordTable():
                value = word_lookup(program, own.upper())
            case TextRule():
                # Its notes, and those of operations, stand above its function.
                value, notes = f"list(map({own}, words))", []
            case CategoricalHead() if distance := distance_beside(program, number - inputs):
                value = f"{BESIDE}({NAMESPACE}.{program.names[variable.value]}, {distance})"
            case CategoricalHead() | NumericalHead():
                scored = isinstance(variable, CategoricalHead) and isinstance(variable.tie, ByScore)
                scores = [scores_name(own)] * scored
                given = [function, *scores, *_columns(program, variable.reads)]
                value, notes = f"{runtime_name(variable)}({', '.join(given)})", []
            case CategoricalLookup() | NumericalLookup():
                given = [function, *_columns(program, variable.reads)]
                value, notes = f"list(map({', '.join(given)}))", []
        line = parsed(f"{NAMESPACE}.{own} = {value}")
        lines.append(line.with_changes(leading_lines=comment_lines(notes)))
    return lines


def _columns(program: Program, reads: tuple[int, ...]) -> list[str]:
    return [f"{NAMESPACE}.{program.names[read]}" for read in reads]
