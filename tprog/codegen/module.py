"""A Program as a Python file: its types and parameters, its functions, and the order of its parts.

The file is typed, formatted, deterministic and needs the standard library alone. `tprog.reader.program` reads it back.
"""

import keyword
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeAlias

import black
import libcst as cst
from black.mode import TargetVersion

from tprog.codegen.comments import LAYER, note_comments, provenance_docstring
from tprog.codegen.fixed import (
    MAIN,
    SYMBOLS_LISTED,
    TABLES,
    alias_lines,
    constant_lines,
    distance_beside,
    import_lines,
    large_alphabet,
    literal_text,
    needed_functions,
    scores_name,
    template_text,
    written_short,
)
from tprog.codegen.inputs import text_rule_function, word_table
from tprog.codegen.lookups import categorical_body, formula_body, numerical_body
from tprog.codegen.nodes import (
    LINE_LENGTH,
    Packed,
    Statement,
    comment_lines,
    function,
    packed_lines,
    parsed,
)
from tprog.codegen.predicates import comparable, predicate_body
from tprog.codegen.run import run_function
from tprog.codegen.votes import votes_statements
from tprog.evaluate.bounds import numerical_bounds
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    Compare,
    FiniteValues,
    NumericalHead,
    NumericalLookup,
    Positions,
    Program,
    TextRule,
    Tokens,
    Value,
    Values,
    WordTable,
    check,
)
from tprog.ir.names import RESERVED, operation_layers

Body: TypeAlias = tuple[list[Statement], bool]
"""The body of a look-up, and whether it computes whole numbers, so that its result is an int."""

MODE = black.Mode(line_length=LINE_LENGTH, target_versions={TargetVersion.PY310})

# Names that a type of ours cannot take.
_TAKEN = frozenset(
    (
        *("Any", "Callable", "Literal", "Path", "Sequence", "SimpleNamespace"),
        *("Column", "Head", "Label", "Observe", "Position", "Scores", "Token"),
    )
)


def program_text(program: Program, stored: bool) -> str:
    """Return the text of a Program's file, formatted; where `stored`, large word tables stand in a file beside it."""
    return formatted(unformatted(program, stored))


def unformatted(program: Program, stored: bool) -> str:
    """Return the same text before formatting."""
    return module(check(program), stored).code


def formatted(text: str) -> str:
    """Return a file's text as we write it."""
    return black.format_str(text, mode=MODE)


def module(program: Program, stored: bool = False) -> cst.Module:
    """Return the tree of a valid Program's file, before formatting."""
    types = type_names(program)
    bodies = _bodies(program)
    called = _called(program, types, bodies)
    body: list[Packed | Statement] = [
        parsed(provenance_docstring(program.provenance)),
        *map(parsed, import_lines(program, stored)),
        *_types(program, types, bodies),
        *_constants(program, stored),
        *_runtime(program, stored),
        *_inputs(program, types, stored),
        *_operations(program, types, bodies, called),
        *votes_statements(program),
        run_function(program, stored, called),
        parsed(MAIN),
    ]
    return cst.Module(_switched(body))


def type_names(program: Program) -> dict[FiniteValues, str]:
    """Return a type's name for every finite value set of a Program, in the order of their definition.

    Names are `Token`, `Position` and `Label` where a set is one of these, `Value8` for 0 to 7, and otherwise that of
    the first variable which has the set.
    """
    taken = _TAKEN | {name.upper() for name in program.names}
    names = {program.domain.token_values: "Token"}
    positions = program.domain.position_values
    read = any(isinstance(variable, Positions) for variable in program.inputs)
    if isinstance(positions, FiniteValues) and read:
        names.setdefault(positions, "Position")
    names.setdefault(FiniteValues(program.classifier.labels), "Label")
    for number, variable in enumerate(program.variables):
        if not isinstance(variable, WordTable | TextRule | CategoricalLookup | NumericalLookup):
            continue
        values = variable.values
        if values in names:
            continue
        wanted = "".join(part.capitalize() for part in program.names[number].split("_"))
        if values.values == tuple(range(len(values))):
            wanted = f"Value{len(values)}"
        unique, count = wanted, 2
        while unique in taken or unique in names.values() or _is_constant(unique):
            unique, count = f"{wanted}_{count}", count + 1
        names[values] = unique
    return names


def _is_constant(title: str) -> bool:
    """Tell whether a type's name in capitals is that of a constant, such as VOTES or a head's scores."""
    return title.isupper() and (title.lower() in RESERVED or title.endswith("_SCORES"))


def type_definition(title: str, values: Sequence[Value]) -> Packed | Statement:
    """Return `Title = Literal[...]`."""
    items = list(map(literal_text, values))
    # The formatter takes a line more when the values do not fit beside the name, and then gives each its own.
    if len(", ".join(items)) <= LINE_LENGTH - 4:
        return parsed(f"{title} = Literal[{', '.join(items)}]")
    return Packed(parsed(packed_lines(f"{title} = Literal[", items, "]")))


def parameter_names(program: Program, reads: tuple[int, ...]) -> tuple[str, ...]:
    """Return distinct parameter names for the variables that a function reads, in the singular."""
    return _distinct([_singular(program, variable) for variable in reads])


def head_parameters(program: Program, query: int) -> tuple[str, str]:
    """Return the names of a predicate's two parameters: what the query reads, and `key`."""
    own, other = _distinct([_singular(program, query), "key"])
    return own, other


def _singular(program: Program, variable: int) -> str:
    found = program.names[variable]
    short = found.removesuffix("s")
    plural = isinstance(program.variables[variable], Tokens | Positions)
    return short if plural and short.isidentifier() and not keyword.iskeyword(short) else found


def _distinct(wanted: Iterable[str]) -> tuple[str, ...]:
    taken: list[str] = []
    for found in wanted:
        while found in taken:
            found = f"{found}_again"
        taken.append(found)
    return tuple(taken)


def _types(
    program: Program, types: dict[FiniteValues, str], bodies: Mapping[int, Body]
) -> list[Packed | Statement]:
    found: list[Packed | Statement] = []
    for values, title in types.items():
        if title == "Token" and large_alphabet(program):
            found.append(parsed("Token = str"))
        elif title in ("Token", "Label") or _annotated(program, values, bodies):
            found.append(type_definition(title, values.values))
    packed = any(isinstance(one, Packed) for one in found)
    if packed and written_short(program):  # One switch of the formatter for all.
        found = [one if isinstance(one, Packed) else Packed(one) for one in found]
    labels = types[FiniteValues(program.classifier.labels)]
    return found if labels == "Label" else [*found, parsed(f"Label = {labels}")]


def _annotated(program: Program, values: FiniteValues, bodies: Mapping[int, Body]) -> bool:
    """Tell whether a function's parameter or result has these values."""
    for number, operation in enumerate(program.operations):
        reads = operation.reads
        if isinstance(operation, CategoricalHead | NumericalHead):
            reads = (operation.query, operation.key)
        elif operation.values == values and not bodies[number][1]:
            return True
        if any(program.values[read] == values for read in reads):
            return True
    return any(
        isinstance(variable, WordTable | TextRule) and variable.values == values
        for variable in program.inputs
    )


def _constants(program: Program, stored: bool) -> list[Packed | Statement]:
    symbols = packed_lines(f"{SYMBOLS_LISTED}(", map(literal_text, program.domain.symbols), ")")
    return [
        Packed(parsed(symbols)) if line.startswith(SYMBOLS_LISTED) else parsed(line)
        for line in constant_lines(program, stored)
    ]


def _runtime(program: Program, stored: bool) -> list[Statement]:
    needed = needed_functions(program)
    tables = [parsed(TABLES)] * (stored and large_alphabet(program))
    functions = [found for title, found in runtime_functions().items() if title in needed]
    return [*map(parsed, alias_lines(program)), *tables, *functions]


@cache
def runtime_functions() -> dict[str, cst.FunctionDef]:
    """Return every runtime function by name, in the template's order."""
    return {
        statement.name.value: statement
        for statement in cst.parse_module(template_text()).body
        if isinstance(statement, cst.FunctionDef)
    }


def _inputs(
    program: Program, types: dict[FiniteValues, str], stored: bool
) -> list[Packed | Statement]:
    statements: list[Packed | Statement] = []
    for title, variable in zip(program.names, program.inputs, strict=False):
        match variable:
            case WordTable(values):
                statements.append(word_table(program, variable, title, types[values], stored))
            case TextRule(values=values):
                statements.append(text_rule_function(variable, title, types[values]))
            case _:
                pass
    return statements


def _called(
    program: Program, types: dict[FiniteValues, str], bodies: Mapping[int, Body]
) -> list[str]:
    """Return the name of the function that each operation calls: one, where two heads of a layer want the same.

    A head that has a note has a function of its own, above which it stands.
    """
    first: dict[tuple[int, str], str] = {}
    found = []
    for number, operation in enumerate(program.operations):
        title = program.names[len(program.inputs) + number]
        head = isinstance(operation, CategoricalHead | NumericalHead)
        if head and not operation.notes and distance_beside(program, number) is None:
            text = cst.Module([_function(program, types, number, "_", (), bodies)]).code
            title = first.setdefault((program.layers[number], text), title)
        found.append(title)
    return found


def _operations(
    program: Program,
    types: dict[FiniteValues, str],
    bodies: Mapping[int, Body],
    called: Sequence[str],
) -> list[Packed | Statement]:
    statements: list[Packed | Statement] = []
    layer: int | None = None
    headed = not (written_short(program) and _follows(program))
    for number, (operation, own) in enumerate(zip(program.operations, program.layers, strict=True)):
        title = program.names[len(program.inputs) + number]
        if distance_beside(program, number) is not None:
            continue
        notes = note_comments(operation.notes)
        # A first note that looks like a layer must not be taken for one.
        if headed and (own != layer or (notes and LAYER.fullmatch(notes[0]))):
            notes = [f"Layer {own}", *notes]
        layer = own
        if isinstance(operation, CategoricalHead) and isinstance(operation.tie, ByScore):
            statements.append(_scores(program, types, operation, operation.tie, title))
        if called[number] == title:
            statements.append(_function(program, types, number, title, notes, bodies))
    return statements


def _follows(program: Program) -> bool:
    """Tell whether a reader finds the layers without headings, and takes no note for one."""
    bare = [replace(one, layer=None) for one in program.operations]
    heading = any(LAYER.fullmatch(one.notes[0]) for one in program.operations if one.notes)
    return not heading and operation_layers(len(program.inputs), bare) == program.layers


def _scores(
    program: Program,
    types: dict[FiniteValues, str],
    head: CategoricalHead,
    tie: ByScore,
    title: str,
) -> Packed | Statement:
    """Return the scores of a head, by query value and key value; once where they are the same for all queries."""
    queries, keys = (program.finite_values(read) for read in (head.query, head.key))
    rows = [
        [f"{key}: {score}" for key, score in zip(map(literal_text, keys.values), row, strict=True)]
        for row in tie.scores
    ]
    defined = f"{scores_name(title)} = "
    if len({*tie.scores}) == 1 < len(rows) and not (
        types[queries] == "Token" and large_alphabet(program)
    ):
        opening, closing = f"{defined}dict.fromkeys(get_args({types[queries]}), {{", "})"
        if len(opening + ", ".join(rows[0]) + closing) <= LINE_LENGTH:
            return parsed(opening + ", ".join(rows[0]) + closing)
        return Packed(parsed(packed_lines(opening, rows[0], closing)))
    texts = [
        f"{literal_text(query)}: {{{', '.join(row)}}}"
        for query, row in zip(queries.values, rows, strict=True)
    ]
    return parsed(f"{defined}{{{', '.join(texts)}}}")


def _function(
    program: Program,
    types: dict[FiniteValues, str],
    number: int,
    title: str,
    notes: Sequence[str],
    bodies: Mapping[int, Body],
) -> Statement:
    """Return the function of an operation, given by number."""

    def annotation(values: Values) -> str:
        return types[values] if isinstance(values, FiniteValues) else "int"

    operation = program.operations[number]
    sets = [program.values[read] for read in operation.reads]
    kinds = list(map(annotation, sets))
    if isinstance(operation, CategoricalHead | NumericalHead):
        query, key = head_parameters(program, operation.query)
        if isinstance(operation.predicate, Compare) and not _checkable(operation.predicate, sets):
            kinds = ["object", "object"]
        body = predicate_body(operation.predicate, query, key, sets[0], sets[1])
        return function(title, [(query, kinds[0]), (key, kinds[1])], "bool", body, notes)
    parameters = list(zip(parameter_names(program, operation.arguments), kinds, strict=True))
    body, computes = bodies[number]
    result = "int" if computes else annotation(operation.values)
    return function(title, parameters, result, body, notes)


def _bodies(program: Program) -> dict[int, Body]:
    """Return the body of each look-up, by the operation's number, and whether it computes its numbers."""
    found: dict[int, Body] = {}
    bounds = numerical_bounds(program)
    for number, lookup in enumerate(program.operations):
        if isinstance(lookup, CategoricalHead | NumericalHead):
            continue
        parameters = parameter_names(program, lookup.arguments)
        if isinstance(lookup, CategoricalLookup):
            arguments = [program.finite_values(read) for read in lookup.arguments]
            found[number] = categorical_body(lookup, parameters, arguments)
            continue
        formula = formula_body(lookup, parameters, [bounds[read] for read in lookup.arguments])
        found[number] = (
            (numerical_body(lookup, parameters), False) if formula is None else (formula, True)
        )
    return found


def _checkable(predicate: Compare, sets: Sequence[Values]) -> bool:
    """Tell whether a type checker accepts the comparison of a symbolic predicate."""
    plain = predicate.scale == 1 and predicate.offset == 0
    return predicate.relation not in ("==", "!=") or not plain or comparable(sets[0], sets[1])


def _switched(parts: Iterable[Packed | Statement]) -> list[Statement]:
    """Return the statements, the packed ones between comments that switch the formatter off and on."""
    statements: list[Statement] = []
    off = False
    for part in parts:
        packed = isinstance(part, Packed)
        statement = part.statement if isinstance(part, Packed) else part
        if packed != off:
            statement = _under("fmt: off" if packed else "fmt: on", statement)
        off = packed
        statements.append(statement)
    return statements


def _under(comment: str, statement: Statement) -> Statement:
    """Put a comment above a statement, and a blank line between them where the statement is compound."""
    assert isinstance(statement, cst.SimpleStatementLine | cst.FunctionDef | cst.If)
    gap = [] if isinstance(statement, cst.SimpleStatementLine) else [cst.EmptyLine(indent=False)]
    lines = [*comment_lines([comment]), *gap, *statement.leading_lines]
    return statement.with_changes(leading_lines=lines)
