"""Constants of an emitted program: the frame, lengths, word tables and scores. Owns where large ones are kept."""

import json
from dataclasses import dataclass

import libcst as cst

from tprog.codegen.lines import (
    SYMBOLS_KEY,
    SYMBOLS_LISTED,
    TABLES,
    constant_lines,
    large_alphabet,
)
from tprog.codegen.nodes import Statement, assign, declare, literal, name, parsed
from tprog.codegen.packed import packed_dict, packed_tuple
from tprog.codegen.types import Types
from tprog.ir import ByScore, CategoricalHead, FiniteValues, Program, Value, WordTable


@dataclass(frozen=True, slots=True)
class Definition:
    """A statement of an emitted program; the formatter must leave a `packed` one alone."""

    statement: Statement
    packed: bool = False


def stored_tables(program: Program) -> str | None:
    """Return the text of the file beside a program; None where everything is small enough to stand in the program."""
    if not large_alphabet(program):
        return None
    found: dict[str, object] = {SYMBOLS_KEY: list(program.domain.symbols)}
    for number, variable in enumerate(program.inputs):
        if isinstance(variable, WordTable):
            found[program.names[number]] = dict(_entries(program, variable))
    return json.dumps(found, ensure_ascii=False, indent=0) + "\n"


def constants(program: Program, stored: bool) -> list[Definition]:
    """Return the constants of the domain and the classifier, but for types and votes."""
    return [
        Definition(
            declare(
                "SYMBOLS",
                cst.parse_expression("tuple[str, ...]"),
                packed_tuple(program.domain.symbols),
            ),
            packed=True,
        )
        if line.startswith(SYMBOLS_LISTED)
        else Definition(parsed(line))
        for line in constant_lines(program, stored)
    ]


def word_table(program: Program, number: int, types: Types) -> Definition:
    """Return the dict of one word table."""
    variable = program.inputs[number]
    assert isinstance(variable, WordTable)
    kind = cst.parse_expression(f"dict[str, {types.names[variable.values]}]")
    table = packed_dict(_entries(program, variable))
    return Definition(declare(program.names[number].upper(), kind, table), packed=True)


def score_table(program: Program, number: int, title: str) -> Definition:
    """Return the scores of one head, by query value and key value."""
    head = program.variables[number]
    assert isinstance(head, CategoricalHead)
    assert isinstance(head.tie, ByScore)
    queries, keys = (program.finite_values(read) for read in (head.query, head.key))
    rows = [
        cst.DictElement(literal(query), _scores(keys, row))
        for query, row in zip(queries.values, head.tie.scores, strict=True)
    ]
    return Definition(assign(name(title), cst.Dict(rows)))


def _scores(keys: FiniteValues, row: tuple[int, ...]) -> cst.Dict:
    return cst.Dict(
        [
            cst.DictElement(literal(key), literal(score))
            for key, score in zip(keys.values, row, strict=True)
        ]
    )


def _entries(program: Program, variable: WordTable) -> list[tuple[Value, Value]]:
    return [
        (word, variable.values.values[entry])
        for word, entry in zip(program.domain.alphabet, variable.table, strict=True)
    ]


def tables_function() -> Statement:
    """Return the function that reads the file beside the program."""
    return parsed(TABLES.lstrip())
