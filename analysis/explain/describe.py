"""One short line of text for what a variable computes.

Every line is exact: a table is called `key == query + 1` only where it equals that comparison on every row.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from tprog.codegen.formulas import formula_of
from tprog.evaluate.comparisons import best_comparison, exact_comparison
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    Compare,
    Constant,
    FiniteValues,
    First,
    Head,
    Input,
    KeyIn,
    Nearest,
    NumericalHead,
    NumericalLookup,
    Ones,
    Operation,
    Positions,
    Predicate,
    Program,
    Table,
    TextRule,
    TieBreak,
    Tokens,
    Value,
    Values,
    WordTable,
)
from tprog.visible import cut, visible

OperationKind: TypeAlias = Literal["head", "numerical head", "look-up", "numerical look-up"]


def describe(program: Program, variable: int, width: int = 34) -> str:
    """Return one line, at most `width` characters long, that says how a variable is computed."""
    found = program.variables[variable]
    match found:
        case CategoricalHead() | NumericalHead():
            return clip(describe_head(program, found, width), width)
        case CategoricalLookup() | NumericalLookup():
            return clip(describe_lookup(program, found), width)
        case _:
            return clip(describe_input(found), width)


def describe_reads(program: Program, variable: int) -> str:
    """Return what a variable reads, such as `q tokens, k positions, v tokens`; nothing for an input."""
    found = program.variables[variable]
    match found:
        case CategoricalHead() | NumericalHead():
            pairs = zip("qkv", found.reads, strict=True)
            return ", ".join(f"{role} {program.names[read]}" for role, read in pairs)
        case CategoricalLookup() | NumericalLookup():
            return ", ".join(program.names[read] for read in found.arguments)
        case _:
            return ""


def describe_input(variable: Input) -> str:
    """Return what an input variable holds."""
    match variable:
        case Tokens():
            return "the token itself"
        case Positions():
            return "the position, from 0"
        case Ones():
            return "the constant 1"
        case WordTable(values):
            return f"word table, {len(values)} values"
        case TextRule(feature, values, size=size):
            sized = f" {size}" if size else ""
            return f"{feature}{sized} of the word, {len(values)} values"


def describe_head(program: Program, head: Head, width: int = 60) -> str:
    """Return a head's predicate, and its tie-break and mask where they are not the usual ones."""
    extras = [] if isinstance(head, NumericalHead) else _describe_tie(head.tie)
    extras += ["causal"] if head.causal else []
    extra = "".join(f", {word}" for word in extras)
    values = program.values
    return (
        describe_predicate(head.predicate, values[head.query], values[head.key], width - len(extra))
        + extra
    )


def describe_predicate(predicate: Predicate, query: Values, key: Values, width: int = 60) -> str:
    """Return a predicate in symbolic form where it has one that is exact, else its rows or how many rows match."""
    match predicate:
        case Compare():
            return describe_compare(predicate)
        case Constant(holds):
            return "every key" if holds else "no key"
        case KeyIn(keys):
            return _describe_keys(_texts(keys, key), width)
        case Table(rows):
            assert isinstance(query, FiniteValues)
            assert isinstance(key, FiniteValues)
            return _describe_table(rows, query, key, width)


def describe_compare(compare: Compare) -> str:
    """Return a comparison as Python writes it, such as `key == 7 - query`."""
    if compare.scale == -1:
        return f"key {compare.relation} {compare.offset} - query"
    if compare.offset == 0:
        return f"key {compare.relation} query"
    sign = "+" if compare.offset > 0 else "-"
    return f"key {compare.relation} query {sign} {abs(compare.offset)}"


def describe_lookup(program: Program, lookup: CategoricalLookup | NumericalLookup) -> str:
    """Return the size of a look-up and how many values it can write."""
    match lookup:
        case CategoricalLookup(table=table):
            written = len(set(table))
            return f"{_count(len(table), 'entry')} → {_count(written, 'value')}"
        case NumericalLookup(rectangles=boxes, default=default, values=values):
            formula = formula_of(lookup, [program.names[read] for read in lookup.arguments])
            if formula is not None:
                return formula.text
            otherwise = show_value(values.values[default])
            return f"{_count(len(boxes), 'box')}, else {otherwise}"


def kind_of(operation: Operation) -> OperationKind:
    """Return what sort of module an operation is, in one or two words."""
    match operation:
        case CategoricalHead():
            return "head"
        case NumericalHead():
            return "numerical head"
        case CategoricalLookup():
            return "look-up"
        case NumericalLookup():
            return "numerical look-up"


def show_value(value: Value) -> str:
    """Return a value on one line: numbers plain, text plain where that is clear, otherwise quoted."""
    if isinstance(value, int):
        return str(value)
    plain = bool(value) and value.isprintable() and not any(c in " ,'\"\\→" for c in value)
    return value if plain else repr(value)


def clip(text: str, width: int) -> str:
    """Return `text` as it is shown, cut to at most `width` characters with an ellipsis where it is longer."""
    return cut(visible(text, keep="\u00a0"), width)


def _describe_tie(tie: TieBreak) -> list[str]:
    match tie:
        case Nearest(self_rank):
            return [] if self_rank == "last" else ["self at match count"]
        case First():
            return ["first"]
        case ByScore():
            return ["by score"]


def _describe_table(
    rows: tuple[tuple[int, ...], ...], query: FiniteValues, key: FiniteValues, width: int
) -> str:
    if not any(rows):
        return "no key"
    if len(set(rows)) == 1:
        everything = len(rows[0]) == len(key)
        return "every key" if everything else _describe_keys(_texts(rows[0], key), width)
    form = exact_comparison(rows, query, key)
    if form is not None:
        return describe_compare(form)
    most = best_comparison(rows, query, key)
    if most is not None and most[1]:
        exceptions = ", ".join(_texts(most[1], query))
        stated = f"{describe_compare(most[0])}, not for {exceptions}"
        if len(stated) <= width:
            return stated
    groups: dict[tuple[int, ...], list[int]] = {}
    for number, row in enumerate(rows):
        if row:
            groups.setdefault(row, []).append(number)
    parts = [
        f"{' '.join(_texts(members, query))} → {' '.join(_texts(row, key))}"
        for row, members in groups.items()
    ]
    listed = ", ".join(parts)
    if len(listed) <= width:
        return listed
    matched = sum(map(bool, rows))
    if matched == len(rows):
        return f"table of {len(rows)} rows"
    return f"{matched} of {len(rows)} rows match"


def _describe_keys(texts: list[str], width: int) -> str:
    listed = f"key == {texts[0]}" if len(texts) == 1 else f"key in {{{', '.join(texts)}}}"
    return listed if len(listed) <= width else f"key in a set of {len(texts)}"


def _texts(indices: Sequence[int], values: Values) -> list[str]:
    if isinstance(values, FiniteValues):
        return [show_value(values.values[index]) for index in indices]
    return [str(index) for index in indices]


def _count(number: int, noun: str) -> str:
    plural = {"entry": "entries", "box": "boxes"}.get(noun, f"{noun}s")
    return f"{number:,} {noun if number == 1 else plural}"
