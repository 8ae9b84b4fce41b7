"""The domains as types: one name for each distinct value set. Owns the names; refuses to know who is annotated."""

from dataclasses import dataclass

import libcst as cst

from tprog.codegen.nodes import LINE_LENGTH, Statement, assign, name, width
from tprog.codegen.packed import literal_type, packed_literal_type
from tprog.ir import (
    CategoricalLookup,
    FiniteValues,
    NumericalLookup,
    Positions,
    Program,
    TextRule,
    Value,
    Values,
    WordTable,
)
from tprog.ir.names import RESERVED

# Names that a type of ours cannot take.
_TAKEN = frozenset(
    (
        *("Any", "Callable", "Literal", "Path", "Sequence", "SimpleNamespace"),
        *("Column", "Head", "Label", "Observe", "Position", "Scores", "Token"),
    )
)


@dataclass(frozen=True, slots=True)
class Types:
    """The type names of a Program's value sets, in the order of their definition."""

    names: dict[FiniteValues, str]

    def annotation(self, values: Values) -> cst.BaseExpression:
        """Return the annotation of a parameter or result with these values."""
        return name(self.names[values] if isinstance(values, FiniteValues) else "int")


def types(program: Program) -> Types:
    """Return a name for every finite value set of a Program; equal sets share one.

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
        if values.values == tuple(range(len(values))):
            wanted = f"Value{len(values)}"
        else:
            wanted = "".join(part.capitalize() for part in program.names[number].split("_"))
        unique, count = wanted, 2
        while unique in taken or unique in names.values() or _is_constant(unique):
            unique, count = f"{wanted}_{count}", count + 1
        names[values] = unique
    return Types(names)


def _is_constant(title: str) -> bool:
    """Tell whether a type's name in capitals is that of a constant, such as VOTES or a head's scores."""
    return title.isupper() and (title.lower() in RESERVED or title.endswith("_SCORES"))


def type_definition(title: str, values: tuple[Value, ...]) -> tuple[Statement, bool]:
    """Return `Title = Literal[...]`, and whether its lines are packed and must be left alone by the formatter."""
    inline = literal_type(values)
    # The formatter takes a line more when the values do not fit beside the name, and then gives each its own.
    if width(inline) - len("Literal[]") <= LINE_LENGTH - 4:
        return assign(name(title), inline), False
    return assign(name(title), packed_literal_type(values)), True
