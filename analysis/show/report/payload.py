"""A Program as compact JSON values, from which the page's own interpreter computes. Owns that format; refuses to render.

`interpreter.js` reads exactly what is written here. Variables are told apart by `kind`; everything categorical speaks of
indices into its values, as the Program does. An integer that a JavaScript number does not hold exactly is a string.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Compare,
    Constant,
    Domain,
    FiniteValues,
    First,
    Head,
    Input,
    KeyIn,
    Naturals,
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
    WordTable,
)

# Half of what a double holds, so that the sum of two such numbers is exact as well.
LARGEST_NUMBER = 1 << 52


def program_payload(program: Program) -> dict[str, Any]:
    """Return everything that decides what a Program computes, and its names, as JSON values."""
    sets: dict[FiniteValues, int] = {}
    variables = []
    for number, variable in enumerate(program.variables):
        values = program.values[number]
        if isinstance(values, FiniteValues):
            written: int | str = sets.setdefault(values, len(sets))
        else:
            written = "positions" if isinstance(values, Naturals) else "numbers"
        made = _variable(program, variable)
        variables.append({"name": program.names[number], "values": written, **made})
    return {
        "domain": _domain(program.domain),
        "sets": [[_exact(value) for value in values.values] for values in sets],
        "textual": [values.textual for values in sets],
        "variables": variables,
        "classifier": _classifier(program.classifier),
    }


def _exact(value: Value) -> Value:
    if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        return str(value)
    return value


def _all(numbers: Iterable[int]) -> list[Value]:
    return [_exact(number) for number in numbers]


def _domain(domain: Domain) -> dict[str, Any]:
    return {
        "symbols": list(domain.symbols),
        "least": domain.min_length,
        "greatest": domain.max_length,
        "prefix": domain.prefix,
        "suffix": domain.suffix,
        "scored": None if domain.scored is None else list(domain.scored),
        "unknown": domain.unknown,
    }


def _variable(program: Program, variable: Input | Operation) -> dict[str, Any]:
    match variable:
        case Tokens():
            return {"kind": "tokens"}
        case Positions():
            return {"kind": "positions"}
        case Ones():
            return {"kind": "ones"}
        case WordTable(table=table):
            return {"kind": "words", "table": list(table)}
        case TextRule():
            return {
                "kind": "text",
                "feature": variable.feature,
                "size": variable.size,
                "otherwise": variable.otherwise,
                # Known words need no rule, so the page's idea of letters matters for others alone.
                "known": [variable.index(word) for word in program.domain.alphabet],
            }
        case CategoricalHead():
            return {"kind": "head", **_head(variable), "tie": _tie(variable.tie)}
        case NumericalHead():
            return {"kind": "count", **_head(variable)}
        case CategoricalLookup(arguments=arguments, table=table):
            return {"kind": "table", "arguments": list(arguments), "table": list(table)}
        case NumericalLookup(arguments=arguments):
            return {
                "kind": "boxes",
                "arguments": list(arguments),
                "caps": _all(variable.caps),
                "boxes": [
                    [*_all(bound for pair in box.bounds for bound in pair), box.value]
                    for box in variable.rectangles
                ],
                "default": variable.default,
            }


def _head(head: Head) -> dict[str, Any]:
    return {
        "arguments": list(head.reads),
        "wants": _predicate(head.predicate),
        "causal": head.causal,
    }


def _predicate(predicate: Predicate) -> dict[str, Any]:
    match predicate:
        case Table(rows) if all(len(row) <= 1 for row in rows):
            return {"one": [row[0] if row else -1 for row in rows]}
        case Table(rows):
            return {"rows": [list(row) for row in rows]}
        case KeyIn(keys):
            return {"keys": list(keys)}
        case Constant(holds):
            return {"always": holds}
        case Compare(relation, scale, offset):
            return {"relation": relation, "scale": scale, "offset": _exact(offset)}


def _tie(tie: TieBreak) -> str | dict[str, Any]:
    match tie:
        case Nearest(self_rank):
            return self_rank
        case First():
            return "first"
        case ByScore(scores):
            return {"scores": _ranks(scores)}


def _ranks(scores: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the scores, or where one is too large their ranks: only their order counts."""
    every = {score for row in scores for score in row}
    if all(abs(score) <= LARGEST_NUMBER for score in every):
        return [list(row) for row in scores]
    rank = {score: number for number, score in enumerate(sorted(every))}
    return [[rank[score] for score in row] for row in scores]


def _classifier(classifier: Classifier) -> dict[str, Any]:
    votes: list[dict[str, Any]] = []
    for vote in classifier.votes:
        if isinstance(vote, CategoricalVotes):
            votes.append({"variable": vote.variable, "rows": list(map(_all, vote.weights))})
        else:
            votes.append({"variable": vote.variable, "unit": _all(vote.weights)})
    return {
        "labels": list(classifier.labels),
        "votes": votes,
        "masked": list(classifier.masked),
        "pooled": classifier.pooled,
        "first": classifier.first,
        "last": classifier.last,
    }
