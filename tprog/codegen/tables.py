"""Constants of an emitted program: the frame, lengths, word tables and scores. Owns where large ones are kept."""

import json
from dataclasses import dataclass

import libcst as cst

from tprog.codegen.lines import SYMBOLS_KEY, TABLES, large_alphabet
from tprog.codegen.nodes import (
    Statement,
    assign,
    declare,
    literal,
    literal_list,
    literal_tuple,
    name,
    parsed,
)
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


def frame_constants(program: Program, stored: bool) -> list[Definition]:
    """Return the constants that describe the domain."""
    domain = program.domain
    prefix, suffix = domain.prefix is not None, domain.suffix is not None
    found: list[tuple[str, cst.BaseExpression]] = []
    if domain.prefix is not None:
        found.append(("PREFIX", literal_list([domain.prefix])))
    if domain.unknown is None and not large_alphabet(program):
        part = f"[{'1' * prefix}:{'-1' * suffix}]" if prefix or suffix else ""
        found.append(("SYMBOLS", cst.parse_expression(f"get_args(Token){part}")))
    if domain.suffix is not None:
        found.append(("SUFFIX", literal_list([domain.suffix])))
    definitions = [_together(found)] if found else []
    if large_alphabet(program) and not stored:
        kind = cst.parse_expression("tuple[str, ...]")
        definitions.append(
            Definition(declare("SYMBOLS", kind, packed_tuple(domain.symbols)), packed=True)
        )
    lengths: list[tuple[str, cst.BaseExpression]] = [("MIN_LENGTH", literal(domain.min_length))]
    if domain.max_length is not None:
        lengths.append(("MAX_LENGTH", literal(domain.max_length)))
    definitions.append(_together(lengths))
    if domain.unknown is not None:
        kind = cst.Name("str" if large_alphabet(program) else "Token")
        definitions.append(Definition(declare("UNKNOWN", kind, literal(domain.unknown))))
    if domain.scored is not None:
        kind = cst.parse_expression("tuple[str, ...]")
        definitions.append(Definition(declare("SCORED", kind, literal_tuple(domain.scored))))
    return definitions


def label_constants(program: Program) -> list[Definition]:
    """Return the constants of the classifier besides its votes."""
    classifier = program.classifier
    definitions = []
    if classifier.masked:
        masked = [classifier.labels[label] for label in classifier.masked]
        definitions.append(Definition(assign(name("MASKED"), literal_tuple(masked))))
    for title, label in (("FIRST_LABEL", classifier.first), ("LAST_LABEL", classifier.last)):
        if label is not None:
            definitions.append(Definition(assign(name(title), literal(label))))
    return definitions


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


def _together(found: list[tuple[str, cst.BaseExpression]]) -> Definition:
    """Return `A = value`, or `A, B = value, value`."""
    if len(found) == 1:
        return Definition(assign(name(found[0][0]), found[0][1]))
    targets = cst.Tuple([cst.Element(name(title)) for title, _ in found], lpar=[], rpar=[])
    values = cst.Tuple([cst.Element(value) for _, value in found], lpar=[], rpar=[])
    return Definition(assign(targets, values))


def tables_function() -> Statement:
    """Return the function that reads the file beside the program."""
    return parsed(TABLES.lstrip())
