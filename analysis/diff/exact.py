"""Parts that are the same up to names and order. Owns canonical hashes and their pairing; refuses to guess.

A part's *meaning* is hashed with the meanings of what it reads, so that equal hashes mean that both compute the same from
the inputs. Its *role* is hashed with who reads it and how it votes, which tells apart parts that compute the same.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from tprog.analysis.diff.meaning import (
    head_rows,
    lookup_form,
    lookup_function,
    ordered,
    orders,
    predicate_form,
    tie_key,
    votes_of,
)
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    Head,
    Input,
    Lookup,
    NumericalHead,
    NumericalLookup,
    Ones,
    Positions,
    Program,
    TextRule,
    Tokens,
    WordTable,
)

# A pairing of variables: of the one Program to the other's.
Pairing = dict[int, int]


def digest(*parts: object) -> str:
    """Return a hash of plain values; it does not depend on the run."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def meanings(program: Program) -> list[str]:
    """Return for each variable a hash of what it computes from the inputs, whatever names and orders are."""
    found: list[str] = []
    for variable in program.variables:
        match variable:
            case CategoricalHead() | NumericalHead():
                found.append(_head(program, variable, found))
            case CategoricalLookup() | NumericalLookup():
                found.append(_lookup(program, variable, found))
            case _:
                found.append(digest(*input_key(program, variable)))
    return found


def input_key(program: Program, variable: Input) -> tuple[Any, ...]:
    """Return what an input variable holds, in values."""
    match variable:
        case Tokens() | Positions() | Ones():
            # Their values are the domain's, which is compared on its own.
            return (type(variable).__name__,)
        case WordTable(values, table):
            words = sorted(
                (word, values.values[entry])
                for word, entry in zip(program.domain.alphabet, table, strict=True)
            )
            return ("WordTable", ordered(values.values), tuple(words))
        case TextRule(feature, values, otherwise, size):
            rest = values.values[otherwise]
            return ("TextRule", feature, size, ordered(values.values), rest)


def _head(program: Program, head: Head, known: Sequence[str]) -> str:
    rows = head_rows(program, head)
    if rows is None:
        relation: Any = predicate_form(head.predicate, program.values[head.key])
    else:
        relation = [(query, ordered(rows[query])) for query in ordered(rows)]
    reads = [known[read] for read in head.reads]
    return digest(type(head).__name__, reads, relation, tie_key(program, head), head.causal)


def _lookup(program: Program, lookup: Lookup, known: Sequence[str]) -> str:
    function = lookup_function(program, lookup)
    reads = [known[read] for read in lookup.arguments]
    # Arguments that compute the same may stand in any order; the least table speaks for all.
    candidates = orders(reads)
    if function is None:
        least: Any = min(lookup_form(lookup, order) for order in candidates)
    else:
        least = min(function.permuted(order).key() for order in candidates)
    return digest(type(lookup).__name__, sorted(reads), least)


def forms(program: Program, known: Sequence[str]) -> list[str]:
    """Return for each variable a hash of how it is written, which may differ where `meanings` are the same."""
    found = []
    for variable in program.variables:
        match variable:
            case CategoricalHead() | NumericalHead():
                written: Any = predicate_form(variable.predicate, program.values[variable.key])
            case CategoricalLookup() | NumericalLookup():
                candidates = orders([known[read] for read in variable.arguments])
                written = min(lookup_form(variable, order) for order in candidates)
            case _:
                written = ()
        found.append(digest(written))
    return found


def vote_key(program: Program, variable: int) -> tuple[Any, ...]:
    """Return a variable's votes as something sortable."""
    return tuple(
        sorted(
            (str(type(value)), str(value), label, weight)
            for value, row in votes_of(program, variable).items()
            for label, weight in row.items()
        )
    )


def roles(program: Program, colours: Sequence[str]) -> list[str]:
    """Return the colours refined until they also tell who reads a variable, and who reads that."""
    readers: list[list[tuple[int, str]]] = [[] for _ in colours]
    first = len(program.inputs)
    for number, operation in enumerate(program.operations, first):
        is_head = isinstance(operation, CategoricalHead | NumericalHead)
        for place, read in enumerate(operation.reads):
            readers[read].append((number, "qkv"[place] if is_head else "argument"))
    refined = list(colours)
    # Readers come later, so one pass from the end sees everything that follows.
    for number in range(len(refined) - 1, -1, -1):
        above = sorted((refined[reader], role) for reader, role in readers[number])
        refined[number] = digest(refined[number], above)
    return refined


def exact_pairs(one: Program, other: Program) -> Pairing:
    """Return variables that compute the same, vote the same and are read by such as do, each at most once.

    Among several that cannot be told apart, names decide, then the order.
    """
    found: Pairing = {}
    # What is also written alike comes first.
    for written in (True, False):
        base = [_coloured(program, written) for program in (one, other)]
        while True:
            marks = [found, {new: old for old, new in found.items()}]
            colours = [
                roles(program, _marked(base[side], marks[side], side))
                for side, program in enumerate((one, other))
            ]
            pairs = _clear_pairs(one, other, colours, found)
            if not pairs:
                break
            found |= pairs
    return found


def _coloured(program: Program, written: bool) -> list[str]:
    known = meanings(program)
    form = forms(program, known) if written else known
    return [
        digest(meaning, form[number], vote_key(program, number))
        for number, meaning in enumerate(known)
    ]


def _marked(base: Sequence[str], pairs: Mapping[int, int], side: int) -> list[str]:
    """Return colours in which a pair that is settled has a colour of its own, the same on both sides."""
    return [
        digest(colour, (number, pairs[number]) if side == 0 else (pairs[number], number))
        if number in pairs
        else colour
        for number, colour in enumerate(base)
    ]


def _clear_pairs(
    one: Program, other: Program, colours: Sequence[Sequence[str]], found: Pairing
) -> Pairing:
    """Return every pair that no other choice competes with; where there is none, a single pair of those that are left."""
    taken = set(found.values())
    groups: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for number, colour in enumerate(colours[0]):
        if number not in found:
            groups[colour][0].append(number)
    for number, colour in enumerate(colours[1]):
        if number not in taken:
            groups[colour][1].append(number)
    clear: Pairing = {}
    doubtful: tuple[int, int] | None = None
    for left, right in groups.values():
        if len(left) == len(right) == 1:
            clear[left[0]] = right[0]
        elif left and right and doubtful is None:
            doubtful = _best_named(one, other, left, right)
    if clear or doubtful is None:
        return clear
    return dict([doubtful])


def _best_named(
    one: Program, other: Program, left: Sequence[int], right: Sequence[int]
) -> tuple[int, int]:
    names = {other.names[number]: number for number in right}
    for number in left:
        if one.names[number] in names:
            return number, names[one.names[number]]
    return left[0], right[0]
