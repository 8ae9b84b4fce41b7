"""A Program as a Python file. Owns the order of its parts; refuses to execute anything.

The file is typed, formatted, deterministic and needs the standard library alone. `tprog.reader` reads it back.
"""

from collections.abc import Iterable, Sequence
from functools import cache

import black
import libcst as cst
from black.mode import TargetVersion

from tprog.codegen.attending import needed_functions
from tprog.codegen.comments import LAYER, joined_lines, provenance_docstring
from tprog.codegen.lines import (
    MAIN,
    alias_lines,
    import_lines,
    large_alphabet,
    scores_name,
    template_text,
)
from tprog.codegen.lookups import categorical_body, formula_body, numerical_body
from tprog.codegen.nodes import Statement, assign, comment_lines, function, name, parsed
from tprog.codegen.packed import OFF, ON
from tprog.codegen.parameters import head_parameters, parameter_names
from tprog.codegen.predicates import comparable, predicate_body
from tprog.codegen.running import run_function
from tprog.codegen.tables import (
    Definition,
    constants,
    score_table,
    tables_function,
    word_table,
)
from tprog.codegen.textrules import stored_table_function, text_rule_function
from tprog.codegen.types import Types, type_definition, types
from tprog.codegen.votes import votes_statements
from tprog.evaluate.ranges import numerical_bounds
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    Compare,
    FiniteValues,
    NumericalHead,
    NumericalLookup,
    Operation,
    Program,
    TextRule,
    Values,
    WordTable,
    check,
)

MODE = black.Mode(line_length=88, target_versions={TargetVersion.PY310})


def program_text(program: Program, stored: bool) -> str:
    """Return the text of a Program's file, formatted.

    Args:
        program: the Program.
        stored: whether large word tables stand in a file beside it (see `stored_tables`).

    Raises:
        InvalidProgram: the Program breaks a rule of the IR.
    """
    return black.format_str(module(check(program), stored).code, mode=MODE)


def module(program: Program, stored: bool = False) -> cst.Module:
    """Return the tree of a valid Program's file, before formatting.

    Args:
        program: a valid Program.
        stored: whether large word tables stand in a file beside it.
    """
    names = types(program)
    docstring = cst.Expr(cst.SimpleString(provenance_docstring(program.provenance)))
    body: list[Definition | Statement] = [
        cst.SimpleStatementLine([docstring]),
        *map(parsed, import_lines(program, stored)),
        *_constants(program, names, stored),
        *_runtime(program, stored),
        *_inputs(program, names, stored),
        *_operations(program, names),
        *[Definition(votes, packed=True) for votes in votes_statements(program)],
        run_function(program, stored),
        parsed(MAIN.lstrip()),
    ]
    return cst.Module(_switched(body))


def _constants(program: Program, names: Types, stored: bool) -> list[Definition]:
    found = []
    for values, title in names.names.items():
        if title == "Token" and large_alphabet(program):
            found.append(Definition(assign(name(title), name("str"))))
        elif title in ("Token", "Label") or _annotated(program, values):
            found.append(Definition(*type_definition(title, values.values)))
    labels = names.names[FiniteValues(program.classifier.labels)]
    if labels != "Label":
        found.append(Definition(assign(name("Label"), name(labels))))
    return [*found, *constants(program, stored)]


def _annotated(program: Program, values: FiniteValues) -> bool:
    """Tell whether a function's parameter or result has these values."""
    for operation in program.operations:
        reads = operation.reads
        if isinstance(operation, CategoricalHead | NumericalHead):
            reads = (operation.query, operation.key)
        elif operation.values == values and not (
            isinstance(operation, NumericalLookup) and _formula(program, operation) is not None
        ):
            return True
        if any(program.values[read] == values for read in reads):
            return True
    return any(
        isinstance(variable, WordTable | TextRule) and variable.values == values
        for variable in program.inputs
    )


def _switched(parts: Iterable[Definition | Statement]) -> list[Statement]:
    """Return the statements, the packed ones between comments that switch the formatter off and on."""
    statements: list[Statement] = []
    off = False
    for part in parts:
        packed = isinstance(part, Definition) and part.packed
        statement = part.statement if isinstance(part, Definition) else part
        if packed != off:
            statement = _under(OFF if packed else ON, statement)
        off = packed
        statements.append(statement)
    return statements


def _under(comment: str, statement: Statement) -> Statement:
    """Put a comment above a statement, and a blank line between them where the statement is compound."""
    assert isinstance(statement, cst.SimpleStatementLine | cst.FunctionDef | cst.If)
    gap = [] if isinstance(statement, cst.SimpleStatementLine) else [cst.EmptyLine(indent=False)]
    lines = [*comment_lines([comment]), *gap, *statement.leading_lines]
    return statement.with_changes(leading_lines=lines)


def _runtime(program: Program, stored: bool) -> list[Statement]:
    needed = needed_functions(program)
    aliases = map(parsed, alias_lines(program))
    tables = [tables_function()] if stored and large_alphabet(program) else []
    functions = [found for title, found in runtime_functions().items() if title in needed]
    return [*aliases, *tables, *functions]


def _inputs(program: Program, names: Types, stored: bool) -> list[Definition | Statement]:
    statements: list[Definition | Statement] = []
    for number, variable in enumerate(program.inputs):
        match variable:
            case WordTable() if stored and large_alphabet(program):
                statements.append(stored_table_function(program, number, names))
            case WordTable():
                statements.append(word_table(program, number, names))
            case TextRule():
                statements.append(text_rule_function(program, number, names))
            case _:
                pass
    return statements


def _operations(program: Program, names: Types) -> list[Statement]:
    statements: list[Statement] = []
    layer: int | None = None
    for number, operation in enumerate(program.operations):
        variable = len(program.inputs) + number
        notes = joined_lines(operation.notes)
        own = program.layers[number]
        # A first note that looks like a layer must not be taken for one.
        if own != layer or (notes and LAYER.fullmatch(notes[0])):
            notes = [f"Layer {own}", *notes]
        layer = own
        if isinstance(operation, CategoricalHead) and isinstance(operation.tie, ByScore):
            title = scores_name(program.names[variable])
            statements.append(score_table(program, variable, title).statement)
        statements.append(_function(program, names, variable, operation, notes))
    return statements


def _function(
    program: Program, names: Types, variable: int, operation: Operation, notes: Sequence[str]
) -> cst.FunctionDef:
    title = program.names[variable]
    sets = [program.values[read] for read in operation.reads]
    kinds = [names.annotation(values) for values in sets]
    body: list[Statement]
    match operation:
        case CategoricalHead() | NumericalHead():
            query, key = head_parameters(program, operation.query)
            if isinstance(operation.predicate, Compare) and not _checkable(operation, sets):
                kinds = [name("object"), name("object")]
            body = predicate_body(operation.predicate, query, key, sets[0], sets[1])
            parameters = [(query, kinds[0]), (key, kinds[1])]
            return function(title, parameters, name("bool"), body, notes)
        case CategoricalLookup():
            found = parameter_names(program, operation.arguments)
            arguments = [program.finite_values(read) for read in operation.arguments]
            body = categorical_body(operation, found, arguments)
        case NumericalLookup():
            found = parameter_names(program, operation.arguments)
            formula = _formula(program, operation)
            if formula is not None:
                numbers = [(each, name("int")) for each in found]
                return function(title, numbers, name("int"), formula, notes)
            body = numerical_body(operation, found)
    returned = names.annotation(operation.values)
    return function(title, list(zip(found, kinds, strict=True)), returned, body, notes)


def _formula(program: Program, lookup: NumericalLookup) -> list[Statement] | None:
    """Return the body of a look-up as a formula, where it is written so."""
    bounds = numerical_bounds(program)
    found = parameter_names(program, lookup.arguments)
    return formula_body(lookup, found, [bounds[read] for read in lookup.arguments])


def _checkable(head: CategoricalHead | NumericalHead, sets: Sequence[Values]) -> bool:
    """Tell whether a type checker accepts the comparison of a head's symbolic predicate."""
    predicate = head.predicate
    assert isinstance(predicate, Compare)
    plain = predicate.scale == 1 and predicate.offset == 0
    return predicate.relation not in ("==", "!=") or not plain or comparable(sets[0], sets[1])


@cache
def runtime_functions() -> dict[str, cst.FunctionDef]:
    """Return every runtime function by name, in the template's order."""
    return {
        statement.name.value: statement
        for statement in cst.parse_module(template_text()).body
        if isinstance(statement, cst.FunctionDef)
    }
